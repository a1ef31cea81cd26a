"""The doubles that users get for their own tests."""

import pytest

from ecrkit import Registry, models
from ecrkit.errors import RepositoryNotFoundError
from ecrkit.retrying import pause
from ecrkit.testing import FakeTransport, no_waiting
from ecrkit.transport import Transport

NOTHING = models.DescribeRepositoriesResponse(repositories=[])


def test_a_fake_is_a_transport(fake: FakeTransport) -> None:
    assert isinstance(fake, Transport)
    assert Registry(FakeTransport(region_name="eu-west-1")).region_name == "eu-west-1"


def test_answers_come_in_their_order_and_requests_are_remembered() -> None:
    fake = FakeTransport(b'{"repositories": []}', NOTHING)
    registry = Registry(fake)

    assert [list(registry.repositories()), list(registry.repositories(page_size=7))] == [[], []]
    assert [request.to_wire() for request in fake.requests] == [{}, {"maxResults": 7}]
    assert isinstance(fake.requests[0], models.DescribeRepositoriesRequest)


def test_an_error_as_answer_is_raised(fake: FakeTransport) -> None:
    fake.answers(RepositoryNotFoundError("gone", code="X", operation="Y", http_status=400))

    with pytest.raises(RepositoryNotFoundError):
        list(Registry(fake).repositories())


def test_a_function_as_answer_sees_the_request(fake: FakeTransport) -> None:
    seen: list[str] = []

    def answer(request: models.Request[models.Response]) -> models.Response:
        seen.append(request.operation)
        return NOTHING

    fake.answers(answer)
    list(Registry(fake).repositories())

    assert seen == ["DescribeRepositories"]


def test_blobs_are_downloaded_from_a_byte_on(fake: FakeTransport) -> None:
    fake.blobs["https://x"] = b"0123456789"

    with fake.download("https://x", first_byte=4) as answer:
        assert (answer.status, answer.read(3), answer.read(9), answer.read(9)) == (206, b"456", b"789", b"")


def test_pauses_take_no_time_and_are_noted() -> None:
    with no_waiting() as pauses:
        pause(3600)
        pause(1.5)

    assert pauses == [3600, 1.5]
