"""The tests themselves talk to no other machine."""

import os
import socket

import pytest

from tests.network_guard import attempts_elsewhere


@pytest.mark.parametrize("host", ["192.0.2.1", "example.com", "2001:db8::1"])
def test_a_test_that_looks_for_another_machine_fails(host: str) -> None:
    with pytest.raises(pytest.fail.Exception, match="may talk to this machine only"):
        socket.create_connection((host, 80), timeout=0.1)

    assert attempts_elsewhere == [host]
    attempts_elsewhere.clear()


def test_a_test_that_connects_to_another_machine_fails() -> None:
    with socket.socket() as used, pytest.raises(pytest.fail.Exception, match=r"192\.0\.2\.1"):
        used.connect_ex(("192.0.2.1", 80))

    attempts_elsewhere.clear()


def test_this_machine_may_be_asked() -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as server,
        socket.create_connection(("localhost", server.getsockname()[1]), timeout=5) as made,
    ):
        assert made.getpeername()[0] == "127.0.0.1"


def test_the_credentials_are_nobodys() -> None:
    assert os.environ["AWS_ACCESS_KEY_ID"] == "local"
    assert "AWS_PROFILE" not in os.environ
