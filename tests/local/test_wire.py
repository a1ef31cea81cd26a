"""The wire itself: what a client of the JSON 1.1 protocol sees besides the answers."""

import json
import re

import httpx
import pytest
from botocore.exceptions import ClientError

from ecrkit.local import LocalECR
from tests.local.clients import Client, Repository, code_of, message_of

SIGNED = {
    "authorization": "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/ecr/aws4_request, "
    f"SignedHeaders=host;x-amz-date, Signature={'0' * 64}",
    "content-type": "application/x-amz-json-1.1",
}


def ask(ecr: LocalECR, operation: str, body: bytes = b"{}", **headers: str) -> httpx.Response:
    target = {"x-amz-target": f"AmazonEC2ContainerRegistry_V20150921.{operation}"}
    return httpx.post(ecr.endpoint_url, content=body, headers={**SIGNED, **target, **headers}, timeout=10)


def test_an_error_says_its_kind_in_body_and_header(ecr: LocalECR) -> None:
    answer = ask(ecr, "DescribeImages", b'{"repositoryName": "not/there"}')

    assert answer.status_code == 400
    assert answer.json()["__type"] == "RepositoryNotFoundException"
    assert "x-amzn-errortype" not in answer.headers
    assert answer.text.startswith('{"__type":"RepositoryNotFoundException","message":"The repository')
    assert answer.headers["x-amzn-requestid"]


def test_times_are_epoch_seconds(ecr: LocalECR, repository: Repository) -> None:
    answer = ask(ecr, "DescribeRepositories", json.dumps({"repositoryNames": [repository.name]}).encode())

    assert isinstance(answer.json()["repositories"][0]["createdAt"], float)
    assert re.search(r'"createdAt":1\.\d+E9[,}]', answer.text)


def test_an_empty_body_counts_as_no_members(ecr: LocalECR) -> None:
    assert ask(ecr, "DescribeRepositories", b"").status_code == 200


@pytest.mark.parametrize(
    ("authorization", "code"),
    [
        ("", "MissingAuthenticationTokenException"),
        ("Basic QVdTOng=", "IncompleteSignatureException"),
        (SIGNED["authorization"].replace("/ecr/", "/s3/"), "InvalidSignatureException"),
    ],
)
def test_a_request_has_to_have_the_form_of_a_signed_one(ecr: LocalECR, authorization: str, code: str) -> None:
    answer = ask(ecr, "DescribeRepositories", authorization=authorization)

    assert (answer.status_code, answer.json()["__type"]) == (400, code)


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b'{"maxResults": "five"}',
        b'{"maxResults": 1.5}',
        b'{"maxResults": true}',
        b'{"maxResults": 1' + b"0" * 400 + b"}",
        b'{"repositoryNames": "one"}',
        b'{"repositoryNames": [1]}',
        b'{"nextToken": "\\ud800"}',
        b'{"nextToken": NaN}',
        b"\xff\xfe",
        b"[" * 100_000,
    ],
)
def test_a_body_that_cannot_be_read_is_a_serialization_error(ecr: LocalECR, body: bytes) -> None:
    answer = ask(ecr, "DescribeRepositories", body)

    assert (answer.status_code, answer.json()["__type"]) == (400, "SerializationException")


def test_an_operation_that_does_not_exist_is_unknown(ecr: LocalECR) -> None:
    answer = ask(ecr, "MakeCoffee")

    assert (answer.status_code, answer.json()["__type"]) == (400, "UnknownOperationException")


def test_a_longer_body_than_the_server_reads_is_refused(ecr: LocalECR) -> None:
    answer = ask(ecr, "PutImage", b" " * (32 * 1024 * 1024 + 1))

    assert answer.status_code == 413


@pytest.mark.parametrize(
    ("members", "field", "constraint"),
    [
        ({}, "repositoryName", "must not be null"),
        ({"repositoryName": "a"}, "repositoryName", "must have length greater than or equal to 2"),
        ({"repositoryName": "a" * 257}, "repositoryName", "must have length less than or equal to 256"),
        (
            {"repositoryName": "aa", "registryId": "1"},
            "registryId",
            "must satisfy regular expression [0-9]{12}",
        ),
        (
            {"repositoryName": "aa", "tags": [{"Key": "k", "Value": "v"}, {"Value": "v"}]},
            "tags.2.member.key",
            "Member must not be null",
        ),
    ],
)
def test_a_broken_limit_is_named_in_the_words_of_the_service(
    ecr: LocalECR, members: dict[str, object], field: str, constraint: str
) -> None:
    answer = ask(ecr, "CreateRepository", json.dumps(members).encode()).json()

    assert answer["__type"] == "InvalidParameterException"
    assert answer["message"] == (
        f"Invalid parameter at '{field}' failed to satisfy constraint: '{constraint}'"
    )


def test_too_large_a_page_is_refused(client: Client) -> None:
    with pytest.raises(ClientError) as refused:
        client.describe_repositories(maxResults=1001)

    assert message_of(refused.value) == (
        "Invalid parameter at 'maxResults' failed to satisfy constraint: "
        "'Member must have value less than or equal to 1000'"
    )


def test_too_many_ids_are_refused(repository: Repository) -> None:
    with pytest.raises(ClientError) as refused:
        repository.get(*[{"imageTag": str(n)} for n in range(101)])

    assert code_of(refused.value) == "InvalidParameterException"


def test_unknown_members_are_ignored(ecr: LocalECR) -> None:
    assert ask(ecr, "DescribeRepositories", b'{"somethingNew": 1}').status_code == 200


def test_urls_lead_back_the_way_the_caller_came(ecr: LocalECR) -> None:
    answer = ask(ecr, "GetAuthorizationToken", host="registry.localhost:8080")

    assert answer.json()["authorizationData"][0]["proxyEndpoint"] == "http://registry.localhost:8080"


def test_a_host_header_that_is_none_is_not_repeated(ecr: LocalECR) -> None:
    answer = ask(ecr, "GetAuthorizationToken", host='"><script>')

    assert answer.status_code == 403
    assert "<script>" not in answer.text
