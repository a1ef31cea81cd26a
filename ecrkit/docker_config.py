"""The logins in Docker's configuration file, and in the credential helpers it names. Podman and others read the same format."""

import base64
import binascii
import json
import os
import re
import subprocess
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

from ecrkit.errors import DockerConfigError


def default_config_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where Docker looks: in `$DOCKER_CONFIG`, else in `~/.docker`."""
    folder = environment.get("DOCKER_CONFIG")
    return (Path(folder) if folder else Path.home() / ".docker") / "config.json"


@dataclass(frozen=True, slots=True)
class StoredLogin:
    """A login for one registry."""

    username: str
    password: str = field(repr=False)
    is_refresh_token: bool = False
    """Whether the password is a refresh token of OAuth 2, which Docker calls an identity token."""


def find_login(path: Path, host: str) -> StoredLogin | None:
    """Return the login for a registry, as Docker would find it; None if there is none.

    A credential helper for the registry comes first, then the credential store for all registries, then the file itself.

    Args:
        path: The configuration file; it need not exist.
        host: Host of the registry, with its port; `docker.io` for Docker Hub.

    Raises:
        DockerConfigError: The file is invalid, or a credential helper failed.
    """
    config = _read(path)
    key = _DOCKER_HUB_KEY if host == "docker.io" else host
    helpers = _object(config, "credHelpers", path)
    helper: object = helpers.get(key) or helpers.get(host) or config.get("credsStore")
    if helper:
        return _ask_helper(str(helper), key, path)
    logins = _object(config, "auths", path)
    for name, entry in logins.items():
        if _host_of(name) == _host_of(key) and isinstance(entry, dict):
            found = _login_of(cast("dict[str, object]", entry), name, path)
            if found is not None:
                return found
    return None


def save_login(path: Path, host: str, username: str, password: str) -> None:
    """Write a login into the file, and leave everything else in it as it is.

    The file is replaced in one step, so that nobody reads half of it, and only its owner may read it. Where it is a
    link, what it leads to is replaced.

    Args:
        path: The file; made, with its folder, if it is not there.
        host: The registry, as it stands in references of images.
        username: Who logs in.
        password: With what.

    Raises:
        DockerConfigError: The file is not one of Docker's, or it says that a credential helper is to be asked for this
            registry: Docker would not look at what is written here. Nothing was changed.
    """
    path = path.resolve()
    config = _read(path)
    _refuse_where_a_helper_is_asked(config, host, path)
    logins = _object(config, "auths", path)
    logins[host] = {"auth": base64.b64encode(f"{username}:{password}".encode()).decode("ascii")}
    config["auths"] = logins
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _replace(path, json.dumps(config, indent="\t", ensure_ascii=False) + "\n")


def _host_of(name: str) -> str:
    """Return the host in a key of `auths`, which may be a URL."""
    return re.sub(r"^https?://", "", name).partition("/")[0].lower()


def _login_of(entry: dict[str, object], name: str, path: Path) -> StoredLogin | None:
    token = entry.get("identitytoken")
    if isinstance(token, str) and token:
        return StoredLogin(_TOKEN_USER, token, is_refresh_token=True)
    auth = entry.get("auth")
    if not isinstance(auth, str) or not auth:
        return None
    try:
        username, colon, password = base64.b64decode(auth, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        colon, username, password = "", "", ""
    if not colon:
        # Without its cause, which holds the password.
        raise DockerConfigError(
            f"The login for {name} in {path} is invalid. Log in again with `docker login`"
        ) from None
    return StoredLogin(username, password.rstrip("\0"))


def _ask_helper(helper: str, key: str, path: Path) -> StoredLogin | None:
    """Call a credential helper (https://github.com/docker/docker-credential-helpers#development)."""
    program = f"docker-credential-{helper}"
    if not re.fullmatch(r"[A-Za-z0-9._-]+", helper):
        raise DockerConfigError(f"{path} names the credential helper {helper!r}, which is not a program name")
    try:
        done = subprocess.run(  # noqa: S603 -- the user's own configuration names it, as for Docker
            [program, "get"], input=key.encode(), capture_output=True, check=False, timeout=_HELPER_TIMEOUT
        )
    except FileNotFoundError:
        raise DockerConfigError(
            f"{path} names {program}, which is not installed. Install it, or pass username= and password="
        ) from None
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DockerConfigError(f"{program} could not be run for {key}: {type(error).__name__}") from None
    if done.returncode:
        if b"credentials not found" in done.stdout:  # how the protocol says it
            return None
        # Without its output, which may hold a secret.
        raise DockerConfigError(f"{program} has no login for {key}: it ended with status {done.returncode}")
    try:
        said: object = json.loads(done.stdout)
    except ValueError:
        said = None
    members = cast("dict[str, object]", said) if isinstance(said, dict) else {}
    username, password = members.get("Username"), members.get("Secret")
    if not isinstance(username, str) or not isinstance(password, str):
        raise DockerConfigError(f"The response of {program} for {key} has no user name and secret")
    return StoredLogin(username, password, is_refresh_token=username == _TOKEN_USER)


def _read(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    try:
        config: object = json.loads(content) if content.strip() else {}
    except ValueError:
        # Without its cause, which holds the whole file and with it the passwords of other registries.
        raise DockerConfigError(
            f"{path} is not JSON; correct it or move it away. Nothing was changed"
        ) from None
    if not isinstance(config, dict):
        raise DockerConfigError(f"{path} does not hold a JSON object. Nothing was changed")
    return cast("dict[str, Any]", config)


def _object(config: dict[str, Any], name: str, path: Path) -> dict[str, Any]:
    value: object = config.get(name)
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise DockerConfigError(f"{name!r} in {path} is not a JSON object. Nothing was changed")
    return cast("dict[str, Any]", value)


def _refuse_where_a_helper_is_asked(config: dict[str, Any], host: str, path: Path) -> None:
    # Docker asks the helper for this registry, else the store for all of them, and looks into the file only where
    # there is neither; an empty name is none. (docker/cli, cli/config/configfile/file.go)
    helper: object = _object(config, "credHelpers", path).get(host, config.get("credsStore"))
    if not helper:
        return
    raise DockerConfigError(
        f"{path} leaves the passwords of {host} to docker-credential-{helper}, so a password written there would never be "
        "read. Log in with `docker login --password-stdin`, which hands the password to it, or write to another file and "
        "let DOCKER_CONFIG name its folder. Nothing was changed"
    )


def _replace(path: Path, text: str) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".config-")  # readable by its owner only
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with suppress(FileNotFoundError):
            Path(name).unlink()
        raise


_DOCKER_HUB_KEY = "https://index.docker.io/v1/"
_TOKEN_USER = "<token>"  # noqa: S105 -- the name that says that the secret is a refresh token
_HELPER_TIMEOUT = 60.0  # seconds; a helper may have to ask a service for a token
