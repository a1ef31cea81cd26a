"""Keeps tests from talking to other machines, whatever library tries to."""

import socket
from collections.abc import Generator
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

import pytest

attempts_elsewhere: list[str] = []
"""Where somebody tried to go since the test began; a thread cannot fail a test by itself."""


@contextmanager
def only_this_machine() -> Generator[None]:
    """Let connections and look-ups of names end at this machine."""
    connect, connect_ex, look_up = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any, /) -> None:
        _check_address(self, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any, /) -> int:
        _check_address(self, address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *arguments: Any, **named: Any) -> Any:
        _check_host(host)
        return look_up(host, *arguments, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


def _check_address(used: socket.socket, address: Any) -> None:
    if used.family in {socket.AF_INET, socket.AF_INET6}:
        _check_host(address[0])


def _check_host(host: object) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name is None or (isinstance(name, str) and _is_this_machine(name)):
        return
    attempts_elsewhere.append(str(name))
    pytest.fail(f"A test may talk to this machine only, and this one tried to reach {name}")


def _is_this_machine(name: str) -> bool:
    if name in {"localhost", ""}:
        return True
    try:
        return ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False
