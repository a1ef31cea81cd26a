"""The page that lists every error says what the classes say."""

from codegen.error_page import PAGE, page
from ecrkit import errors
from ecrkit.errors import SERVICE_ERRORS


def test_the_page_is_current() -> None:
    assert PAGE.read_text("utf-8") == page(), "run `make codegen`"


def test_every_error_is_on_the_page() -> None:
    listed = page()

    missing = [name for name in errors.__all__ if name.endswith("Error") and f"\n| `{name}` |" not in listed]

    assert missing == ["ApiError", "EcrKitError"]  # the introduction has these two


def test_every_exception_of_the_service_is_exported() -> None:
    assert {kind.__name__ for kind in SERVICE_ERRORS.values()} <= set(errors.__all__)
