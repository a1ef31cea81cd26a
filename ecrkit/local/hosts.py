"""Which host names a loopback server accepts. Pure.

A web page can make its own host name resolve to 127.0.0.1 (DNS rebinding) and send same-origin requests to a local
server. Such requests have the page's host in `Host` and `Origin`.
"""

import ipaddress
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit


def is_loopback(host: str) -> bool:
    """Return whether a host, with or without a port, is a loopback host."""
    name = host_name(host)
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def host_name(host: str) -> str:
    """Return the lower-case host of a `Host` header, without port, IPv6 brackets and final dot."""
    name = host.rpartition(":")[0] if ":" in host and not host.endswith("]") else host
    return name.strip("[]").removesuffix(".").lower()


class AllowedHosts:
    """The host names that a server accepts.

    A server on loopback accepts loopback names and addresses. One on another address cannot know its names, so it
    accepts any, unless `names` lists them.

    Args:
        bound_to: The address that the server listens on.
        names: Additional host names, without port.
    """

    def __init__(self, bound_to: str, names: Iterable[str] = ()) -> None:
        self._names = {host_name(each) for each in names}
        self._any = not is_loopback(bound_to) and not self._names

    def problem(self, hosts: Sequence[str], origins: Sequence[str]) -> str | None:
        """Return why a request is refused; None if it is not.

        Args:
            hosts: Its `Host` headers.
            origins: Its `Origin` headers, which browsers send.
        """
        for host in hosts:
            if not (self._any or self._is_allowed(host)):
                return _refused("host", host)
        for origin in origins:
            host = urlsplit(origin).netloc if "://" in origin else ""
            if not (self._is_allowed(host) or (self._any and host in hosts)):
                return _refused("origin", origin)
        return None

    def _is_allowed(self, host: str) -> bool:
        name = host_name(host)
        # Browsers resolve every name below localhost to loopback themselves (RFC 6761).
        return is_loopback(host) or name.endswith(".localhost") or name in self._names


def _refused(kind: str, value: str) -> str:
    shown = "".join(each if each.isalnum() or each in ".:-_[]/" else "?" for each in value[:200])
    return (
        f"The {kind} '{shown}' is not allowed: this local ECR accepts loopback names only. "
        "Add the host name to Settings(allowed_hosts=...), or start the server with --allow-host."
    )
