"""Docker's configuration file, as far as passwords of registries stand in it. Podman and others read the same form."""

import base64
import json
import os
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from ecrkit.errors import DockerConfigError


def default_config_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Tell where Docker looks: in `$DOCKER_CONFIG`, else in `~/.docker`."""
    folder = environment.get("DOCKER_CONFIG")
    return (Path(folder) if folder else Path.home() / ".docker") / "config.json"


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


def _read(path: Path) -> dict[str, Any]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return {}
    try:
        config: object = json.loads(content) if content.strip() else {}
    except ValueError:
        # Without its cause, which holds the whole file and with it the passwords of other registries.
        raise DockerConfigError(f"{path} is not JSON; mend it or move it away. Nothing was changed") from None
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
