"""The classes of the service's exceptions."""

import copy
import pickle

import pytest

from codegen import service
from ecrkit import errors
from ecrkit.errors import (
    SERVICE_ERRORS,
    ApiError,
    EcrKitError,
    InvalidLayerPartError,
    KmsError,
    ServerError,
    api_error,
)

SERVICE = service.load()
MEMBERS = {
    "registryId": "123456789012",
    "repositoryName": "app",
    "uploadId": "6cb64b8a-9378-0e33-2ab1-b780fab8a9e9",
    "lastValidByteReceived": 10485759,
    "kmsError": "DisabledException",
}
FAMILIES = {
    errors.NotFoundError,
    errors.AlreadyExistsError,
    errors.InvalidRequestError,
    errors.ConflictError,
    errors.QuotaError,
    errors.UpstreamError,
    errors.AccessError,
    errors.ServerError,
}


def raised(code: str) -> ApiError:
    return api_error(
        code, "It failed", operation="PutImage", http_status=400, request_id="r-1", members=MEMBERS
    )


def test_each_exception_has_a_class_of_its_own() -> None:
    assert list(SERVICE_ERRORS) == [shape.name for shape in SERVICE.exceptions()]
    assert len(set(SERVICE_ERRORS.values())) == len(SERVICE_ERRORS)


def test_a_class_is_called_by_its_code() -> None:
    for code, error in SERVICE_ERRORS.items():
        assert error.__name__ == code.removesuffix("Exception") + "Error"


def test_each_class_is_below_a_family_and_exported() -> None:
    for error in SERVICE_ERRORS.values():
        assert FAMILIES & set(error.__mro__)
        assert error.__name__ in errors.__all__


def test_every_error_of_the_package_is_exported() -> None:
    waiting: list[type[EcrKitError]] = [EcrKitError]
    while waiting:
        error = waiting.pop()
        waiting += error.__subclasses__()

        assert getattr(errors, error.__name__) is error or not error.__module__.startswith("ecrkit.errors")
        assert error.__name__ in errors.__all__ or not error.__module__.startswith("ecrkit.errors")


def test_only_the_fault_is_a_family_itself() -> None:
    assert SERVICE_ERRORS["ServerException"] is ServerError


@pytest.mark.parametrize("code", SERVICE_ERRORS)
def test_every_error_survives_pickling_with_all_that_it_knows(code: str) -> None:
    error = raised(code)

    revived = pickle.loads(pickle.dumps(error))

    assert type(revived) is type(error) is SERVICE_ERRORS[code]
    assert vars(revived) == vars(error)
    assert str(revived) == str(error)


def test_every_error_survives_copying() -> None:
    error = raised("KmsException")

    assert vars(copy.copy(error)) == vars(error)


def test_a_refused_part_says_what_ecr_has() -> None:
    error = raised("InvalidLayerPartException")

    assert isinstance(error, InvalidLayerPartError)
    assert error.registry_id == "123456789012"
    assert error.repository_name == "app"
    assert error.upload_id == "6cb64b8a-9378-0e33-2ab1-b780fab8a9e9"
    assert error.last_valid_byte_received == 10485759


def test_zero_is_a_byte_that_ecr_may_have() -> None:
    error = InvalidLayerPartError(
        "m", code="c", operation="o", http_status=400, members={"lastValidByteReceived": 0}
    )

    assert error.last_valid_byte_received == 0


def test_members_that_are_missing_or_malformed_are_none() -> None:
    bare = InvalidLayerPartError("m", code="c", operation="o", http_status=400)
    odd = KmsError("m", code="c", operation="o", http_status=400, members={"kmsError": 5})

    assert bare.last_valid_byte_received is None
    assert bare.upload_id is None
    assert odd.kms_error is None


def test_an_error_says_what_was_asked_and_under_which_id() -> None:
    assert str(raised("UploadNotFoundException")) == (
        "It failed (UploadNotFoundException from PutImage, request r-1)"
    )
