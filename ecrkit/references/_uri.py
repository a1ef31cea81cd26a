"""Parse pasted URIs, and find the registry of a URI."""

import ipaddress
from urllib.parse import urlsplit

from ecrkit.errors import InvalidReferenceError
from ecrkit.references._host import RegistryHost
from ecrkit.references._image import ImageReference


def registry_of(uri: str, *, any_host: bool = False) -> RegistryHost | str:
    """Return the registry of a URI: a host of ECR, or the host and port of a local ECR.

    Args:
        uri: A registry host, or a repository or image in it, such as what `find_uri()` returns.
        any_host: Whether to accept every host, because the caller knows the endpoint; otherwise only ECR's and this machine's.

    Raises:
        InvalidReferenceError: The URI is malformed, or belongs to another kind of registry.
    """
    text = uri.strip()
    host = ImageReference.parse(text).host if "/" in text or text.startswith("arn:") else text.lower()
    if any_host or is_this_machine(host):
        try:
            return RegistryHost.parse(host)
        except InvalidReferenceError:
            return host
    return RegistryHost.parse(host)


def is_this_machine(host: str) -> bool:
    """Return whether a host, with or without a port, is a name or address of this machine."""
    name = urlsplit(f"//{host}").hostname or ""
    try:
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def same_host(host: str, other: str) -> bool:
    """Return whether two hosts with ports are the same; the names of this machine are one."""
    if host == other:
        return True
    ports = {urlsplit(f"//{each}").port for each in (host, other)}
    return is_this_machine(host) and is_this_machine(other) and len(ports) == 1
