"""From an answer to the class that one catches."""

import pytest

from ecrkit import errors
from ecrkit.errors import ApiError, api_error
from ecrkit.models import ImageFailureCode, LayerFailureCode, OpenEnum, ScanningConfigurationFailureCode


def translated(code: str, message: str = "m", *, status: int = 400, operation: str = "PutImage") -> ApiError:
    return api_error(code, message, operation=operation, http_status=status)


@pytest.mark.parametrize(
    "code",
    [
        "RepositoryNotFoundException",
        "com.amazonaws.ecr#RepositoryNotFoundException",
        "RepositoryNotFoundException:http://internal.amazon.com/coral/",
        "com.amazonaws.ecr#RepositoryNotFoundException:http://internal/#x",
    ],
)
def test_what_surrounds_a_code_does_not_matter(code: str) -> None:
    error = translated(code)

    assert type(error) is errors.RepositoryNotFoundError
    assert error.code == "RepositoryNotFoundException"


@pytest.mark.parametrize(
    ("code", "status", "expected"),
    [
        ("ThrottlingException", 400, errors.ThrottlingError),
        ("Throttling", 400, errors.ThrottlingError),
        ("RequestLimitExceeded", 503, errors.ThrottlingError),
        ("TooManyRequestsException", 429, errors.ThrottlingError),
        ("AccessDeniedException", 400, errors.AccessDeniedError),
        ("ExpiredTokenException", 400, errors.ExpiredTokenError),
        ("UnrecognizedClientException", 400, errors.UnrecognizedClientError),
        ("InvalidSignatureException", 400, errors.InvalidSignatureError),
        ("IncompleteSignature", 400, errors.InvalidSignatureError),
        ("MissingAuthenticationToken", 403, errors.AccessError),
        ("MissingAuthenticationTokenException", 400, errors.AccessError),
        ("SerializationException", 400, errors.InvalidRequestError),
        ("UnknownOperationException", 404, errors.InvalidRequestError),
        ("RequestTimeout", 400, errors.ServerError),
        ("ServiceUnavailable", 503, errors.ServerError),
        ("PolicyOfTomorrowNotFoundException", 400, errors.NotFoundError),
        ("PolicyOfTomorrowAlreadyExistsException", 400, errors.AlreadyExistsError),
        ("SomethingElseException", 400, ApiError),
        ("", 429, errors.ThrottlingError),
        ("", 500, errors.ServerError),
        ("502", 502, errors.ServerError),
        ("", 403, errors.AccessError),
        ("", 401, errors.AccessError),
        ("", 413, ApiError),
    ],
)
def test_codes_outside_the_model_find_their_class(code: str, status: int, expected: type[ApiError]) -> None:
    assert type(translated(code, status=status)) is expected


@pytest.mark.parametrize(
    "code", [*ImageFailureCode, *LayerFailureCode, *ScanningConfigurationFailureCode], ids=str
)
def test_every_failure_of_a_batch_operation_has_a_class(code: OpenEnum) -> None:
    assert type(translated(code.value, status=200)) is not ApiError


def test_what_is_worth_another_try_says_so() -> None:
    assert translated("ThrottlingException").temporary
    assert translated("", status=503).temporary
    assert not translated("LimitExceededException").temporary


def test_an_answer_without_a_code_has_its_status_as_code() -> None:
    assert translated("", status=502).code == "502"


def test_a_page_of_html_is_cut_down_to_its_title() -> None:
    page = "<html><head><title>504 Gateway\nTime-out</title></head><body>much more</body></html>"

    assert (
        translated("", page, status=504).message
        == "Received HTML instead of a response: 504 Gateway Time-out"
    )


def test_an_answer_without_a_message_still_says_something() -> None:
    assert translated("", "", status=413).message == "HTTP 413 without a message"


def test_a_refused_signature_does_not_repeat_the_session_token() -> None:
    said = (
        "The request signature we calculated does not match.\n\n"
        "The Canonical String for this request should have been\n'POST\nx-amz-security-token:s3cret'"
    )

    error = translated("InvalidSignatureException", said)

    assert error.message == "The request signature we calculated does not match."
    assert "s3cret" not in str(error) + repr(error)


@pytest.mark.parametrize(
    ("code", "message", "operation", "helps"),
    [
        (
            "AccessDeniedException",
            "User: x is not authorized to perform: ecr:PutImage because no identity-based policy allows it",
            "PutImage",
            "Allow ecr:PutImage",
        ),
        (
            "AccessDeniedException",
            "User: arn:x is not authorized to perform: ecr:GetAuthorizationToken on resource: *",
            "GetAuthorizationToken",
            "'*'",
        ),
        (
            "AccessDeniedException",
            "User: x is not authorized to perform: ecr:PutImage on resource: y with an explicit deny in a policy",
            "PutImage",
            "denies ecr:PutImage",
        ),
        ("RepositoryNotFoundException", "m", "PutImage", "registry id"),
        ("ImageTagAlreadyExistsException", "m", "PutImage", "tag mutability"),
        ("ImageReferencedByManifestList", "m", "BatchDeleteImage", "Delete the index first"),
        ("ReferencedImagesNotFoundException", "m", "PutImage", "same repository"),
        ("LayersNotFoundException", "m", "PutImage", "Upload these layers"),
        ("LimitExceededException", "m", "CreateRepository", "Service Quotas"),
        ("LimitExceededException", "m", "StartImageScan", "24 hours"),
        (
            "LimitExceededException",
            "exceeds the maximum allowed number of tags per image which is '1000'",
            "PutImage",
            "1,000 tags",
        ),
        (
            "InvalidParameterException",
            "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
            "PutImage",
            "mediaType",
        ),
        (
            "InvalidParameterException",
            "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'",
            "SetRepositoryPolicy",
            "IAM takes some seconds",
        ),
        (
            "InvalidParameterException",
            "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
            "SetRepositoryPolicy",
            "ecr:GetAuthorizationToken",
        ),
        ("EmptyUploadException", "m", "CompleteLayerUpload", "'{}'"),
        ("UnableToGetUpstreamImageException", "m", "BatchGetImage", "ecr:BatchImportUpstreamImage"),
        ("InvalidSignatureException", "Signature expired", "PutImage", "clock"),
    ],
)
def test_a_hint_is_given_where_users_get_lost(code: str, message: str, operation: str, helps: str) -> None:
    error = translated(code, message, operation=operation)

    assert error.hint is not None
    assert helps in error.hint
    assert str(error).endswith(f"Hint: {error.hint}")


@pytest.mark.parametrize(
    ("code", "operation"),
    [("LayersNotFoundException", "GetDownloadUrlForLayer"), ("InvalidParameterException", "PutImage")],
)
def test_no_hint_is_given_where_it_would_mislead(code: str, operation: str) -> None:
    assert translated(code, operation=operation).hint is None


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("two\nlines\r\n", "two lines"),
        ("\x1b[31mred\x1b[0m and \x1b]0;a title\x07plain", "red and plain"),
        ("\x9b2Jcleared", "cleared"),
        ("a\0b\x08c\x7fd", "a b c d"),
        ("right \u202eto left", "right to left"),
        ("Zürich 東京 🚢", "Zürich 東京 🚢"),
        ("\x1b[" * 100 + "0mx", "x"),
    ],
)
def test_what_the_service_says_is_one_line_without_escape_codes(said: str, shown: str) -> None:
    error = translated("SomethingElse", said)

    assert error.message == shown
    assert str(error).isprintable()


def test_what_the_service_says_is_shortened() -> None:
    error = translated("SomethingElse", "x" * 3_000_000)

    assert error.message == "x" * 2_000 + "... (3,000,000 characters)"


def test_codes_and_request_ids_are_shown_without_escape_codes_too() -> None:
    error = api_error(
        "Bad\x1b[31mCode\n", "m", operation="PutImage", http_status=400, request_id="id\x1b[2J\n" + "9" * 1000
    )

    assert error.code == "BadCode"
    assert str(error).isprintable()
    assert len(str(error)) < 500


def test_a_title_of_a_page_is_shown_without_escape_codes_and_shortened() -> None:
    error = translated("", f"<html><title>\x1b[31m{'x' * 5000}</title>", status=502)

    assert error.message.startswith("Received HTML instead of a response: xxx")
    assert len(error.message) < 2_100
