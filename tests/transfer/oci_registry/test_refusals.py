"""Responses of registries as typed errors."""

import json

import pytest

from ecrkit import errors
from ecrkit.errors import EcrKitError
from ecrkit.retrying import is_retryable
from ecrkit.transfer.oci_registry.refusals import refusal


def refused(
    status: int, code: str = "", message: str = "no", headers: dict[str, str] | None = None
) -> EcrKitError:
    body = json.dumps({"errors": [{"code": code, "message": message}]}).encode() if code else b""
    known = {"Docker-Distribution-Api-Version": "registry/2.0", **(headers or {})}
    return refusal("GET registry.example/v2/a/manifests/1", status, known, body)


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (404, "NAME_UNKNOWN", "no", errors.RepositoryNotFoundError),
        (404, "MANIFEST_UNKNOWN", "no", errors.ImageNotFoundError),
        (404, "BLOB_UNKNOWN", "no", errors.LayersNotFoundError),
        (404, "BLOB_UPLOAD_UNKNOWN", "no", errors.UploadNotFoundError),
        (400, "BLOB_UPLOAD_INVALID", "no", errors.InvalidLayerError),
        (416, "BLOB_UPLOAD_INVALID", "no", errors.InvalidLayerPartError),
        (400, "DIGEST_INVALID", "no", errors.InvalidLayerError),
        (400, "TAG_INVALID", "the tag is immutable", errors.ImageTagAlreadyExistsError),
        (405, "UNSUPPORTED", "no", errors.InvalidParameterError),
        (403, "DENIED", "User is not authorized to perform", errors.AccessDeniedError),
        (403, "DENIED", "Your authorization token has expired.", errors.ExpiredTokenError),
        (400, "DENIED", "Your Authorization Token has expired.", errors.ExpiredTokenError),
        (401, "UNAUTHORIZED", "no", errors.AccessError),
        (429, "TOOMANYREQUESTS", "Rate exceeded", errors.ThrottlingError),
        (500, "UNKNOWN", "no", errors.ServerError),
        (503, "", "", errors.ServerError),
        (404, "", "", errors.NotFoundError),
        (418, "TEAPOT", "no", errors.InvalidRequestError),
    ],
)
def test_every_code_has_its_class(status: int, code: str, message: str, kind: type[EcrKitError]) -> None:
    assert type(refused(status, code, message)) is kind


def test_the_registry_is_quoted() -> None:
    assert str(refused(404, "NAME_UNKNOWN", "repository a is not known")) == (
        "repository a is not known (NAME_UNKNOWN from GET registry.example/v2/a/manifests/1)"
    )


def test_a_rate_limit_says_how_long_to_wait() -> None:
    error = refused(429, "TOOMANYREQUESTS", headers={"Retry-After": "7"})

    assert isinstance(error, errors.ThrottlingError)
    assert error.retry_after == 7


def test_a_server_that_is_no_registry_is_quoted_and_not_asked_again() -> None:
    error = refusal(
        "POST host/v2/a/blobs/uploads/", 404, {"Content-Type": "text/html"}, b"<html>Not here</html>"
    )

    assert isinstance(error, errors.UnsupportedWireError)
    assert not is_retryable(error)
    assert "HTTP 404, text/html: it begins with '<html>Not here</html>'" in str(error)


@pytest.mark.parametrize("body", [b"[]", b'{"errors": "x"}', b'{"errors": [3]}', b"[" * 100_000])
def test_malformed_errors_are_judged_by_their_status(body: bytes) -> None:
    assert isinstance(refusal("GET host/v2/", 502, {}, body), errors.ServerError)
