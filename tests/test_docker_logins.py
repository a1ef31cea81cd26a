"""The logins in Docker's configuration file and in credential helpers."""

import base64
import json
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from ecrkit.docker_config import StoredLogin, find_login
from ecrkit.errors import DockerConfigError
from ecrkit.transfer.oci_registry import Credentials
from ecrkit.transfer.oci_registry.docker_logins import DockerLogin

AUTH = base64.b64encode(b"me:pass:word").decode()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "config.json"


def write(path: Path, **members: Any) -> None:
    path.write_text(json.dumps(members))


def install(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "bin" / "docker-credential-test"
    program.parent.mkdir(exist_ok=True)
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")


def test_without_a_file_there_is_no_login(path: Path) -> None:
    assert find_login(path, "ghcr.io") is None


@pytest.mark.parametrize(
    ("key", "host"),
    [
        ("ghcr.io", "ghcr.io"),
        ("https://ghcr.io", "ghcr.io"),
        ("https://ghcr.io/v2/", "ghcr.io"),
        ("localhost:5000", "localhost:5000"),
        ("https://index.docker.io/v1/", "docker.io"),
    ],
)
def test_a_login_is_found_by_its_host(path: Path, key: str, host: str) -> None:
    write(path, auths={key: {"auth": AUTH}, "other.example.com": {"auth": "x"}})

    assert find_login(path, host) == StoredLogin("me", "pass:word")


def test_a_login_for_another_host_is_not_used(path: Path) -> None:
    write(path, auths={"ghcr.io": {"auth": AUTH}})

    assert find_login(path, "evil-ghcr.io") is None


def test_an_identity_token_is_a_refresh_token(path: Path) -> None:
    write(path, auths={"ghcr.io": {"identitytoken": "token"}})

    assert find_login(path, "ghcr.io") == StoredLogin("<token>", "token", is_refresh_token=True)


@pytest.mark.parametrize("auth", ["not base64!", base64.b64encode(b"no-colon-secret").decode()])
def test_an_invalid_login_is_an_error_without_it(path: Path, auth: str) -> None:
    write(path, auths={"ghcr.io": {"auth": auth}})

    with pytest.raises(DockerConfigError) as caught:
        find_login(path, "ghcr.io")

    assert auth not in str(caught.value)
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("members", [{"credsStore": "test"}, {"credHelpers": {"ghcr.io": "test"}}])
def test_a_helper_is_asked_with_the_host(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, members: dict[str, Any]
) -> None:
    write(path, auths={"ghcr.io": {}}, **members)
    install(
        tmp_path, monkeypatch, 'read host; echo "{\\"Username\\": \\"$1\\", \\"Secret\\": \\"for $host\\"}"'
    )

    assert find_login(path, "ghcr.io") == StoredLogin("get", "for ghcr.io")


def test_a_helper_may_return_a_refresh_token(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path, credsStore="test")
    install(tmp_path, monkeypatch, """echo '{"Username": "<token>", "Secret": "t"}'""")

    assert find_login(path, "ghcr.io") == StoredLogin("<token>", "t", is_refresh_token=True)


def test_a_helper_without_a_login_means_anonymous_access(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(path, credsStore="test")
    install(tmp_path, monkeypatch, "echo credentials not found in native keychain; exit 1")

    assert find_login(path, "ghcr.io") is None


@pytest.mark.parametrize(
    "script", ["echo top-secret; exit 2", "echo top-secret", """echo '{"Secret": "top-secret"}'"""]
)
def test_a_helper_that_fails_is_an_error_without_its_output(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    write(path, credsStore="test")
    install(tmp_path, monkeypatch, script)

    with pytest.raises(DockerConfigError, match="docker-credential-test") as caught:
        find_login(path, "ghcr.io")

    assert "top-secret" not in str(caught.value)


def test_a_helper_that_is_not_installed_is_named(path: Path) -> None:
    write(path, credsStore="no-such-helper")

    with pytest.raises(DockerConfigError, match="docker-credential-no-such-helper, which is not installed"):
        find_login(path, "ghcr.io")


def test_a_helper_cannot_be_a_path(path: Path) -> None:
    write(path, credsStore="../../bin/sh")

    with pytest.raises(DockerConfigError, match="not a program name"):
        find_login(path, "ghcr.io")


def test_a_login_that_was_refused_is_read_again(path: Path) -> None:
    write(path, auths={"ghcr.io": {"auth": AUTH}})
    login = DockerLogin("ghcr.io", path)
    refused = Credentials("me", SecretStr("pass:word"))
    assert login.credentials() == refused

    write(path, auths={"ghcr.io": {"auth": base64.b64encode(b"me:new").decode()}})

    assert login.renew(refused)
    assert login.credentials() == Credentials("me", SecretStr("new"))


def test_the_same_login_is_not_worth_another_try(path: Path) -> None:
    write(path, auths={"ghcr.io": {"auth": AUTH}})
    login = DockerLogin("ghcr.io", path)
    refused = login.credentials()
    assert refused is not None

    assert not login.renew(refused)


def test_no_repr_shows_the_password() -> None:
    assert "top-secret" not in repr(StoredLogin("me", "top-secret"))
