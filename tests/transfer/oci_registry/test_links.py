"""Where a registry may send us."""

import pytest

from ecrkit.errors import RefusedRedirectError
from ecrkit.transfer.oci_registry.links import next_page, resolved

PAGE = "https://registry.example/v2/a/tags/list?n=2"


@pytest.mark.parametrize(
    "header",
    [
        '</v2/a/tags/list?n=2&last=b>; rel="next"',
        "<https://registry.example/v2/a/tags/list?n=2&last=b>; rel=next",
        '<x>; rel="prev", </v2/a/tags/list?n=2&last=b>; title="more"; rel="next"',
    ],
)
def test_the_next_page_is_found(header: str) -> None:
    assert next_page(PAGE, header) == f"{PAGE}&last=b"


@pytest.mark.parametrize("header", [None, "", '<x>; rel="prev"', "next"])
def test_without_a_link_there_is_no_next_page(header: str | None) -> None:
    assert next_page(PAGE, header) is None


def test_a_next_page_on_another_host_is_refused() -> None:
    with pytest.raises(RefusedRedirectError, match=r"another host, elsewhere\.example/v2/"):
        next_page(PAGE, '<https://elsewhere.example/v2/>; rel="next"')


@pytest.mark.parametrize(
    "location",
    [
        "http://registry.example/v2/",
        "https://user:secret@registry.example/",
        "ftp://registry.example/",
        "https://[/",
    ],
)
def test_unsafe_places_are_refused_without_naming_secrets(location: str) -> None:
    with pytest.raises(RefusedRedirectError) as caught:
        resolved(PAGE, location)

    assert "secret" not in str(caught.value)


def test_plain_http_may_lead_to_https() -> None:
    assert resolved("http://127.0.0.1/v2/", "https://storage.example/b") == "https://storage.example/b"
