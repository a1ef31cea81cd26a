"""Policies of repositories and registries, and settings of the account."""

import base64
import json

import pytest
from botocore.exceptions import ClientError

from ecrkit.local import LocalECR
from tests.local.clients import Client, Repository, code_of, make_client, message_of

POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "pull",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
        }
    ],
}
REGISTRY_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "replicate",
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::111122223333:root"},
            "Action": ["ecr:ReplicateImage", "ecr:CreateRepository"],
            "Resource": "arn:aws:ecr:us-east-1:000000000000:repository/*",
        }
    ],
}


def test_a_policy_comes_back_in_the_layout_of_the_service(client: Client, repository: Repository) -> None:
    client.set_repository_policy(repositoryName=repository.name, policyText=json.dumps(POLICY))

    text = client.get_repository_policy(repositoryName=repository.name)["policyText"]

    assert text.startswith('{\n  "Version" : "2012-10-17",\n  "Statement" : [ {\n    "Sid" : "pull",')
    assert json.loads(text) == POLICY


INVALID = "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid {} policy provided'"
NOT_FOUND = "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'"
ROLE = "arn:aws:iam::111122223333:role/ci/deploy"


def policy_with(**elements: object) -> str:
    statement: dict[str, object] = {
        "Sid": "a",
        "Effect": "Allow",
        "Principal": "*",
        "Action": "ecr:BatchGetImage",
    }
    return json.dumps({"Version": "2012-10-17", "Statement": [statement | elements]})


def stored_statement(repository: Repository, **elements: object) -> dict[str, object]:
    """Set a policy of one statement and return the statement as the service gives it back."""
    client = repository.client
    client.set_repository_policy(repositoryName=repository.name, policyText=policy_with(**elements))
    text = client.get_repository_policy(repositoryName=repository.name)["policyText"]
    statement: dict[str, object] = json.loads(text)["Statement"][0]
    return statement


UNKNOWN: list[dict[str, object]] = [
    {"Action": "s3:GetObject"},
    {"Action": ["ecr:BatchGetImage", "ecr-public:BatchGetImage"]},
    {"Action": "ecr:BatchGetImages"},
    {"Action": "BatchGetImage"},
    {"Action": "ecr:"},
    {"Action": ["ecr:GetAuthorizationToken", "ecr:BatchGetImage"]},
    {"Principal": {"AWS": "arn:aws:iam::123456789012:*"}},
    {"Principal": {"AWS": "arn:aws:iam::123456789012:role/*"}},
    {"Principal": {"AWS": "arn:aws:iam::123456789012:group/admins"}},
    {"Principal": {"AWS": "arn:aws:s3:::bucket"}},
    {"Principal": {"AWS": "12345678901"}},
    {"Principal": {"AWS": ["*", "me"]}},
    {"Principal": {"Service": "codebuild"}},
    {"Principal": {"Group": "admins"}},
    {"Principal": "arn:aws:iam::123456789012:root"},
]


@pytest.mark.parametrize("elements", UNKNOWN)
def test_a_policy_with_what_ecr_or_iam_does_not_know_is_invalid(
    client: Client, repository: Repository, elements: dict[str, object]
) -> None:
    with pytest.raises(ClientError) as of_repository:
        client.set_repository_policy(repositoryName=repository.name, policyText=policy_with(**elements))
    with pytest.raises(ClientError) as of_registry:
        client.put_registry_policy(policyText=policy_with(**elements))

    assert message_of(of_repository.value) == INVALID.format("repository")
    assert message_of(of_registry.value) == INVALID.format("registry")


KNOWN: list[dict[str, object]] = [
    {"Action": "ecr:*"},
    {"Action": "*"},
    {"Action": ["ecr:Get*", "ecr:batchgetimage"]},
    {"Action": ["ecr:ReplicateImage", "ecr:BatchImportUpstreamImage", "ecr:GetImageCopyStatus"]},
    {"Principal": {"AWS": [ROLE, "arn:aws-cn:iam::123456789012:user/me"]}},
    {"Principal": {"AWS": "arn:aws:sts::123456789012:assumed-role/ci/session"}},
    {"Principal": {"AWS": "AROAEXAMPLEID12345678"}},
    {"Principal": {"Service": "codebuild.amazonaws.com"}},
]


@pytest.mark.parametrize("elements", KNOWN)
def test_known_actions_and_principals_are_accepted(
    repository: Repository, elements: dict[str, object]
) -> None:
    assert elements.items() <= stored_statement(repository, **elements).items()


def test_a_list_of_one_comes_back_as_its_item(repository: Repository) -> None:
    stored = stored_statement(repository, Action=["ecr:BatchGetImage"], Principal={"AWS": [ROLE]})

    assert (stored["Action"], stored["Principal"]) == ("ecr:BatchGetImage", {"AWS": ROLE})


def test_an_account_comes_back_as_the_arn_of_its_root(repository: Repository) -> None:
    stored = stored_statement(repository, Principal={"AWS": ["123456789012", ROLE]})

    assert stored["Principal"] == {"AWS": ["arn:aws:iam::123456789012:root", ROLE]}


def test_an_account_in_china_has_an_arn_of_its_partition(ecr: LocalECR) -> None:
    client = make_client(ecr, region="cn-north-1")
    repository = Repository.create(client, "team/app")

    stored = stored_statement(repository, Principal={"AWS": "123456789012"})
    client.close()

    assert stored["Principal"] == {"AWS": "arn:aws-cn:iam::123456789012:root"}


@pytest.mark.parametrize(
    ("principal", "refusal"),
    [
        (ROLE, None),
        ("111122223333", None),
        ("arn:aws:iam::000000000000:root", None),
        ("*", None),
        (ROLE + "er", NOT_FOUND),
        ("arn:aws:iam::444455556666:root", NOT_FOUND),
    ],
)
def test_principals_exist_once_a_test_says_which_do(
    ecr: LocalECR, repository: Repository, principal: str, refusal: str | None
) -> None:
    ecr.principals.add(ROLE)
    try:
        stored_statement(repository, Principal={"AWS": principal})
        message = None
    except ClientError as error:
        message = message_of(error)
    ecr.principals.clear()

    assert message == refusal


def test_a_deleted_policy_is_shown_once_more(client: Client, repository: Repository) -> None:
    client.set_repository_policy(repositoryName=repository.name, policyText=json.dumps(POLICY))

    deleted = client.delete_repository_policy(repositoryName=repository.name)

    assert json.loads(deleted["policyText"]) == POLICY
    with pytest.raises(ClientError) as refused:
        client.get_repository_policy(repositoryName=repository.name)
    assert code_of(refused.value) == "RepositoryPolicyNotFoundException"


@pytest.mark.parametrize("text", ["", "no json", "[]", "{}", '{"Statement": []}', '{"Statement": [{}]}'])
def test_a_text_that_is_no_policy_is_invalid(client: Client, repository: Repository, text: str) -> None:
    with pytest.raises(ClientError) as refused:
        client.set_repository_policy(repositoryName=repository.name, policyText=text)

    assert message_of(refused.value) == (
        "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'"
    )


def test_a_registry_has_a_policy_once_it_is_put(ecr: LocalECR) -> None:
    client = make_client(ecr, account="121212121212")
    with pytest.raises(ClientError) as refused:
        client.get_registry_policy()

    client.put_registry_policy(policyText=json.dumps(REGISTRY_POLICY))

    assert code_of(refused.value) == "RegistryPolicyNotFoundException"
    assert json.loads(client.get_registry_policy()["policyText"]) == REGISTRY_POLICY
    assert json.loads(client.delete_registry_policy()["policyText"]) == REGISTRY_POLICY
    client.close()


def test_a_setting_has_a_value_before_it_is_set(client: Client) -> None:
    assert client.get_account_setting(name="BLOB_MOUNTING")["value"] == "DISABLED"


def test_a_setting_keeps_its_value(client: Client) -> None:
    client.put_account_setting(name="BASIC_SCAN_TYPE_VERSION", value="CLAIR")

    assert client.get_account_setting(name="BASIC_SCAN_TYPE_VERSION") | {"ResponseMetadata": None} == {
        "name": "BASIC_SCAN_TYPE_VERSION",
        "value": "CLAIR",
        "ResponseMetadata": None,
    }


@pytest.mark.parametrize(("name", "value"), [("NEVER_HEARD_OF", "x"), ("BLOB_MOUNTING", "MAYBE")])
def test_a_setting_that_is_none_is_refused(client: Client, name: str, value: str) -> None:
    with pytest.raises(ClientError) as refused:
        client.put_account_setting(name=name, value=value)

    assert code_of(refused.value) == "InvalidParameterException"


def test_pulls_of_an_excluded_principal_leave_no_trace(client: Client, repository: Repository) -> None:
    arn = "arn:aws:iam::000000000000:user/local"
    repository.image(tag="1")
    client.register_pull_time_update_exclusion(principalArn=arn)

    repository.get({"imageTag": "1"})
    shown = repository.describe(imageTag="1")
    client.deregister_pull_time_update_exclusion(principalArn=arn)

    assert "lastRecordedPullTime" not in shown


def test_an_exclusion_is_registered_once_and_listed(client: Client) -> None:
    arn = "arn:aws:iam::000000000000:role/scanner"
    client.register_pull_time_update_exclusion(principalArn=arn)

    with pytest.raises(ClientError) as twice:
        client.register_pull_time_update_exclusion(principalArn=arn)
    listed = client.list_pull_time_update_exclusions()["pullTimeUpdateExclusions"]
    client.deregister_pull_time_update_exclusion(principalArn=arn)
    with pytest.raises(ClientError) as gone:
        client.deregister_pull_time_update_exclusion(principalArn=arn)

    assert arn in listed
    assert code_of(twice.value) == "ExclusionAlreadyExistsException"
    assert code_of(gone.value) == "ExclusionNotFoundException"


def test_an_authorization_token_is_for_the_user_aws(ecr: LocalECR, client: Client) -> None:
    token = client.get_authorization_token()["authorizationData"][0]

    assert base64.b64decode(token["authorizationToken"]).startswith(b"AWS:")
    assert token["proxyEndpoint"] == ecr.endpoint_url
