"""The transport that stands in for AWS, in the tests of users and in ours."""

import pytest

from ecrkit import Registry, models
from ecrkit.errors import (
    SERVICE_ERRORS,
    AccessDeniedError,
    AnswerLostError,
    ApiError,
    ConflictError,
    InvalidInputError,
    InvalidLayerPartError,
    KmsError,
    RepositoryNotFoundError,
    ServerError,
    TagImmutableError,
    ThrottlingError,
)
from ecrkit.testing import FakeTransport, service_error

NONE = models.DescribeRepositoriesResponse()
SETTING = models.GetAccountSettingResponse(name="BLOB_MOUNTING", value="ENABLED")


@pytest.fixture
def fake() -> FakeTransport:
    return FakeTransport()


@pytest.fixture
def registry(fake: FakeTransport) -> Registry:
    return Registry(fake)


def test_answers_come_in_their_order(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(NONE, SETTING)

    assert list(registry.repositories()) == []
    assert registry.settings.get("BLOB_MOUNTING") == "ENABLED"


def test_an_answer_can_be_for_one_kind_of_request_whatever_comes_before(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.answers_to(models.GetAccountSettingRequest, SETTING)
    fake.answers(NONE)

    assert list(registry.repositories()) == []
    assert registry.settings.get("BLOB_MOUNTING") == "ENABLED"


def test_a_queued_answer_is_given_once(fake: FakeTransport, registry: Registry) -> None:
    fake.answers_to(models.GetAccountSettingRequest, SETTING)
    registry.settings.get("BLOB_MOUNTING")

    with pytest.raises(AssertionError, match="asked for GetAccountSetting and has no answer left"):
        registry.settings.get("BLOB_MOUNTING")


def test_a_standing_answer_is_given_again_and_again(fake: FakeTransport, registry: Registry) -> None:
    fake.always(models.GetAccountSettingRequest, SETTING)

    assert [registry.settings.get("BLOB_MOUNTING") for _ in range(3)] == ["ENABLED"] * 3


def test_queued_answers_come_before_the_standing_one(fake: FakeTransport, registry: Registry) -> None:
    fake.always(models.GetAccountSettingRequest, SETTING)
    fake.answers_to(models.GetAccountSettingRequest, b'{"name": "BLOB_MOUNTING", "value": "DISABLED"}')

    assert [registry.settings.get("BLOB_MOUNTING") for _ in range(2)] == ["DISABLED", "ENABLED"]


def test_a_function_makes_an_answer_of_the_request(fake: FakeTransport, registry: Registry) -> None:
    fake.always(
        models.GetAccountSettingRequest,
        lambda request: models.GetAccountSettingResponse(name=request.name, value="X"),
    )

    assert registry.settings.get("BLOB_MOUNTING") == "X"


def test_an_answer_of_another_operation_is_a_mistake_that_shows(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.answers(SETTING)

    with pytest.raises(AssertionError, match=r"DescribeRepositories, but .* GetAccountSettingResponse"):
        list(registry.repositories())


def test_what_was_asked_can_be_had_by_its_kind(fake: FakeTransport, registry: Registry) -> None:
    fake.answers(NONE, SETTING, NONE)
    list(registry.repositories(page_size=7))
    registry.settings.get("BLOB_MOUNTING")
    list(registry.repositories(page_size=8))

    asked = fake.requests_of(models.DescribeRepositoriesRequest)

    assert [request.max_results for request in asked] == [7, 8]


def test_answers_that_nobody_asked_for_are_counted(fake: FakeTransport) -> None:
    fake.answers(NONE, SETTING)
    fake.answers_to(models.GetAccountSettingRequest, SETTING)

    assert fake.unused == 3


def test_an_error_is_that_of_a_real_answer(fake: FakeTransport, registry: Registry) -> None:
    fake.fails(RepositoryNotFoundError, "no such repository")

    with pytest.raises(RepositoryNotFoundError) as failure:
        registry.repository("team/app").describe()

    error = failure.value
    assert (error.message, error.code) == ("no such repository", "RepositoryNotFoundException")
    assert (error.operation, error.http_status) == ("DescribeRepositories", 400)
    assert error.hint is not None


def test_an_error_can_be_for_one_kind_of_request(fake: FakeTransport, registry: Registry) -> None:
    fake.fails(ThrottlingError, to=models.GetAccountSettingRequest)
    fake.answers(NONE)

    assert list(registry.repositories()) == []
    with pytest.raises(ThrottlingError):
        registry.settings.get("BLOB_MOUNTING")


def test_an_error_that_is_none_of_the_service_is_an_answer_too(
    fake: FakeTransport, registry: Registry
) -> None:
    fake.answers(AnswerLostError("cut off"))

    with pytest.raises(AnswerLostError):
        list(registry.repositories())


def test_an_error_has_the_members_of_its_kind() -> None:
    part = service_error(InvalidLayerPartError, members={"lastValidByteReceived": 9})
    kms = service_error(KmsError, members={"kmsError": "disabled"})

    assert isinstance(part, InvalidLayerPartError)
    assert isinstance(kms, KmsError)
    assert (part.last_valid_byte_received, kms.kms_error) == (9, "disabled")


@pytest.mark.parametrize("code", SERVICE_ERRORS)
def test_every_error_of_the_service_can_be_made(code: str) -> None:
    error = service_error(SERVICE_ERRORS[code])

    assert (type(error), error.code) == (SERVICE_ERRORS[code], code)


@pytest.mark.parametrize(("kind", "status"), [(ServerError, 500), (AccessDeniedError, 400)])
def test_an_error_has_the_status_that_the_service_gives_it(kind: type[ApiError], status: int) -> None:
    assert service_error(kind).http_status == status


@pytest.mark.parametrize("kind", [TagImmutableError, ConflictError])
def test_an_error_that_no_answer_is_read_as_is_refused_at_once(
    fake: FakeTransport, kind: type[ApiError]
) -> None:
    with pytest.raises(InvalidInputError, match=kind.__name__):
        fake.fails(kind)


def test_a_download_that_was_not_prepared_is_a_mistake_that_shows(fake: FakeTransport) -> None:
    with pytest.raises(AssertionError, match="`blobs`"), fake.download("https://storage.invalid/layer"):
        pass
