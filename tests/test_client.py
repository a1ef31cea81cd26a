"""The client: one typed request in, one typed response out."""

from collections.abc import Mapping
from typing import Any

import pytest

from ecrkit import Client, models
from ecrkit.errors import (
    RepositoryNotFoundError,
    ThrottlingError,
    UnreadableAnswerError,
    api_error,
)
from ecrkit.testing import FakeTransport, no_waiting
from ecrkit.transport import PreparedBody

ASK = models.DescribeRepositoriesRequest()
NOTHING = models.DescribeRepositoriesResponse(repositories=[])


def page(*names: str, token: str | None = None) -> models.ListImagesResponse:
    ids = [models.ImageIdentifier(image_tag=name) for name in names]
    return models.ListImagesResponse(image_ids=ids, next_token=token)


def refused(code: str) -> RepositoryNotFoundError | ThrottlingError:
    error = api_error(code, "no", operation="DescribeRepositories", http_status=400)
    assert isinstance(error, RepositoryNotFoundError | ThrottlingError)
    return error


def test_the_response_is_that_of_the_request(fake: FakeTransport) -> None:
    fake.answers(b'{"downloadUrl": "https://example.com/x", "layerDigest": "sha256:1"}')
    request = models.GetDownloadUrlForLayerRequest(repository_name="team/app", layer_digest="sha256:1")

    answer = Client(fake).send(request)

    assert isinstance(answer, models.GetDownloadUrlForLayerResponse)
    assert answer.layer_digest == "sha256:1"
    assert fake.requests == [request]


def test_absent_members_are_not_sent_and_falsy_ones_are(fake: FakeTransport) -> None:
    request = models.DeleteRepositoryRequest(repository_name="team/app", force=False)

    assert request.to_wire() == {"repositoryName": "team/app", "force": False}


@pytest.mark.parametrize("broken", [b"", b"{", b'{"repositories": [{}', b"<html></html>", b"null", b"[]"])
def test_a_success_that_cannot_be_read_is_asked_for_again(fake: FakeTransport, broken: bytes) -> None:
    fake.answers(b'{"downloadUrl": "u", "layerDigest": "sha256:1"}'[:20], broken, NOTHING)

    with no_waiting() as pauses:
        answer = Client(fake).send(ASK)

    assert answer.repositories == []
    assert len(fake.requests) == 3
    assert len(pauses) == 2


def test_a_success_that_never_can_be_read_is_an_error_that_says_what_is_wrong(fake: FakeTransport) -> None:
    fake.answers(b'{"repositories":', b'{"repositories":', b'{"repositories":')

    with no_waiting(), pytest.raises(UnreadableAnswerError, match=r"DescribeRepositories.*16 bytes"):
        Client(fake).send(ASK)

    assert len(fake.requests) == 3


def test_an_unreadable_answer_shows_none_of_its_values(fake: FakeTransport) -> None:
    fake.answers(*[b'{"downloadUrl": ["https://example.com/?X-Amz-Signature=secret"]}'] * 3)
    request = models.GetDownloadUrlForLayerRequest(repository_name="team/app", layer_digest="sha256:1")

    with no_waiting(), pytest.raises(UnreadableAnswerError) as raised:
        Client(fake).send(request)

    assert "secret" not in str(raised.value)
    assert "secret" not in str(raised.value.__cause__)
    assert "download_url" in str(raised.value)


def test_an_empty_body_is_fine_where_the_response_has_no_members(fake: FakeTransport) -> None:
    fake.answers(b"")
    request = models.TagResourceRequest(
        resource_arn="arn:aws:ecr:us-east-1:123456789012:repository/app",
        tags=[models.Tag(key="k", value="v")],
    )

    assert isinstance(Client(fake).send(request), models.TagResourceResponse)


def test_an_error_of_the_service_is_not_asked_again_by_the_client(fake: FakeTransport) -> None:
    fake.answers(refused("ThrottlingException"), NOTHING)

    with pytest.raises(ThrottlingError):
        Client(fake).send(ASK)

    assert len(fake.requests) == 1


class RetriesNoted(FakeTransport):
    """Notes of each call whether botocore may try again by itself."""

    def __init__(self) -> None:
        super().__init__(NOTHING)
        self.retries: list[bool] = []

    def call(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        body: PreparedBody | None = None,
        retries: bool = True,
    ) -> bytes:
        self.retries.append(retries)
        return super().call(operation, parameters, body=body, retries=retries)


def test_botocore_may_try_again_where_the_client_is_asked_to_send() -> None:
    transport = RetriesNoted()

    Client(transport).send(ASK)

    assert transport.retries == [True]


def test_botocore_may_not_try_again_where_the_caller_judges_failures() -> None:
    transport = RetriesNoted()

    Client(transport).send_once(ASK)

    assert transport.retries == [False]


def test_send_once_sends_an_unreadable_answers_request_once(fake: FakeTransport) -> None:
    fake.answers(b"{", NOTHING)

    with pytest.raises(UnreadableAnswerError):
        Client(fake).send_once(ASK)

    assert len(fake.requests) == 1


async def test_asend_brings_what_send_brings(fake: FakeTransport) -> None:
    fake.answers(NOTHING)

    answer = await Client(fake).asend(ASK)

    assert answer == NOTHING


async def test_asend_raises_what_send_raises(fake: FakeTransport) -> None:
    fake.answers(refused("RepositoryNotFoundException"))

    with pytest.raises(RepositoryNotFoundError):
        await Client(fake).asend(ASK)


async def test_asend_waits_in_the_time_of_its_caller(fake: FakeTransport) -> None:
    fake.answers(b"{", NOTHING)

    with no_waiting() as pauses:
        await Client(fake).asend(ASK)

    assert len(pauses) == 1


def test_paginate_follows_tokens_past_an_empty_page(fake: FakeTransport) -> None:
    fake.answers(page("a", token="1"), page(token="2"), page("b"))

    pages = list(Client(fake).paginate(models.ListImagesRequest(repository_name="team/app")))

    assert [[each.image_tag for each in one.image_ids] for one in pages] == [["a"], [], ["b"]]
    assert [request.model_dump()["next_token"] for request in fake.requests] == [None, "1", "2"]


@pytest.mark.parametrize("tokens", [["1", "1"], ["1", "2", "1"], [""]], ids=str)
def test_paginate_ends_where_a_token_leads_to_no_further_page(fake: FakeTransport, tokens: list[str]) -> None:
    fake.answers(*[page("a", token=token) for token in tokens], page("never"))

    with pytest.raises(UnreadableAnswerError, match="ListImages has the token"):
        list(Client(fake).paginate(models.ListImagesRequest(repository_name="team/app")))

    assert len(fake.requests) == len(tokens)


def test_paginate_knows_the_token_that_it_began_with(fake: FakeTransport) -> None:
    request = models.ListImagesRequest(repository_name="team/app", next_token="1")
    fake.answers(page("a", token="1"), page("never"))

    with pytest.raises(UnreadableAnswerError, match="'1'"):
        list(Client(fake).paginate(request))


def test_paginate_keeps_the_rest_of_the_request(fake: FakeTransport) -> None:
    fake.answers(page("a", token="1"), page("b"))
    request = models.ListImagesRequest(repository_name="team/app", max_results=7)

    list(Client(fake).paginate(request))

    assert {each.model_dump()["max_results"] for each in fake.requests} == {7}
    assert request.next_token is None


@pytest.mark.parametrize(
    ("operation", "expected"),
    [("DescribeImages", True), ("ListImageReferrers", True), ("PutImage", False), ("BatchGetImage", False)],
)
def test_the_client_knows_what_comes_in_pages(operation: str, expected: bool) -> None:  # noqa: FBT001 -- a column
    assert Client.can_paginate(operation) is expected


def test_eleven_operations_come_in_pages() -> None:
    assert sum(Client.can_paginate(operation) for operation in models.OPERATIONS) == 11


def test_a_fake_without_answers_says_what_it_was_asked(fake: FakeTransport) -> None:
    with pytest.raises(AssertionError, match="DescribeRepositories"):
        Client(fake).send(ASK)
