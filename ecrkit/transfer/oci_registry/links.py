"""Links to further pages and to other places. Pure."""

import re
from urllib.parse import urljoin, urlsplit

from ecrkit.errors import RefusedRedirectError
from ecrkit.transport._http import without_query


def next_page(url: str, header: str | None) -> str | None:
    """Return the URL of the next page that a `Link` header names (https://www.rfc-editor.org/rfc/rfc8288).

    Args:
        url: URL of this page.
        header: The header, if there is one.

    Raises:
        RefusedRedirectError: The next page would be on another host.
    """
    for found in _LINK.finditer(header or ""):
        if re.search(r";\s*rel=\"?next\"?", found[2], re.IGNORECASE):
            target = resolved(url, found[1])
            if origin_of(target) != origin_of(url):
                raise RefusedRedirectError(
                    f"{without_query(url)} continues on another host, {without_query(target)}; it is not followed"
                )
            return target
    return None


def resolved(url: str, location: str) -> str:
    """Return the place that a response of a URL points to.

    Raises:
        RefusedRedirectError: It would lead from HTTPS to plain HTTP, has credentials in it, or is no URL of HTTP.
    """
    try:
        target = urljoin(url, location.strip())
        parts = urlsplit(target)
        _ = parts.port
    except ValueError:
        raise RefusedRedirectError(f"{without_query(url)} points to a URL that cannot be read") from None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise RefusedRedirectError(f"{without_query(url)} points to a URL that is neither http nor https")
    if "@" in parts.netloc:
        raise RefusedRedirectError(f"{without_query(url)} points to a URL with credentials in it")
    if parts.scheme == "http" and urlsplit(url).scheme == "https":
        raise RefusedRedirectError(
            f"{without_query(url)} points to plain HTTP, {without_query(target)}; it is not followed"
        )
    return target


def origin_of(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of a URL. Credentials are sent to one origin only."""
    parts = urlsplit(url)
    return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)


_LINK = re.compile(r"<([^>]*)>((?:\s*;\s*[^,;]+)*)")
