"""Write configs as bytes: from scratch, or from the config of a base image, keeping its unknown members."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict

from ecrkit._keywords import suggesting
from ecrkit._strings import items_of
from ecrkit.errors import InvalidArgumentError, InvalidManifestError
from ecrkit.oci import media_types
from ecrkit.oci._json import load_object
from ecrkit.oci.builders import to_json
from ecrkit.oci.configs import ImageConfig, RunConfig, parse_config
from ecrkit.oci.platforms import Platform


class RunOptions(TypedDict, total=False):
    """The run options as a dictionary, to pass on with `**`; see `ImageBuilder.configure` for each one."""

    env: Mapping[str, str]
    entrypoint: Sequence[str]
    cmd: Sequence[str]
    labels: Mapping[str, str]
    user: str
    working_dir: str
    exposed_ports: str | Iterable[str]
    volumes: str | Iterable[str]
    stop_signal: str


def run_options(
    *,
    env: Mapping[str, str] | None = None,
    entrypoint: Sequence[str] | None = None,
    cmd: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None,
    user: str | None = None,
    working_dir: str | None = None,
    exposed_ports: str | Iterable[str] | None = None,
    volumes: str | Iterable[str] | None = None,
    stop_signal: str | None = None,
) -> RunOptions:
    """Validate run options, and return those that were passed.

    Raises:
        InvalidArgumentError: `entrypoint` or `cmd` is a plain string, or `env` or `labels` is not a mapping.
    """
    options: RunOptions = {}
    if env is not None:
        options["env"] = _mapping("env", env)
    if entrypoint is not None:
        options["entrypoint"] = _arguments("entrypoint", entrypoint)
    if cmd is not None:
        options["cmd"] = _arguments("cmd", cmd)
    if labels is not None:
        options["labels"] = _mapping("labels", labels)
    if user is not None:
        options["user"] = user
    if working_dir is not None:
        options["working_dir"] = working_dir
    if exposed_ports is not None:
        options["exposed_ports"] = items_of(exposed_ports)
    if volumes is not None:
        options["volumes"] = items_of(volumes)
    if stop_signal is not None:
        options["stop_signal"] = stop_signal
    return options


@suggesting
def build_config(
    platform: Platform | str,
    diff_ids: Sequence[str],
    *,
    created: datetime | None = None,
    author: str | None = None,
    history: Sequence[Mapping[str, object]] = (),
    media_type: str = media_types.OCI_CONFIG,
    env: Mapping[str, str] | None = None,
    entrypoint: Sequence[str] | None = None,
    cmd: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None,
    user: str | None = None,
    working_dir: str | None = None,
    exposed_ports: str | Iterable[str] | None = None,
    volumes: str | Iterable[str] | None = None,
    stop_signal: str | None = None,
) -> ImageConfig:
    """Write the config of an image.

    Args:
        platform: What the image runs on, for example `linux/arm64`.
        diff_ids: The digests of the uncompressed layers, from the lowest one up.
        created: Creation time, with a time zone. If omitted, building twice gives the same digest.
        author: Author of the image.
        history: Build steps, with wire names.
        media_type: Media type of the config.
        env: Environment variables, in the given order.
        entrypoint: Command that always runs, one item per argument: `["/app/server", "--verbose"]`.
        cmd: Default arguments of the entrypoint, or the default command without one.
        labels: Labels; sorted by name.
        user: User the container runs as: `"user"`, `"1000"` or `"1000:1000"`.
        working_dir: Directory the command starts in.
        exposed_ports: Ports the container listens on, for example `"8080/tcp"`.
        volumes: Paths of data that is not part of the image, for example `"/data"`.
        stop_signal: Signal that stops the container, for example `"SIGINT"`.

    Raises:
        InvalidArgumentError: `entrypoint` or `cmd` is a plain string, or `env` or `labels` is not a mapping.
        InvalidManifestError: A value violates the specification, such as a time without a time zone.
    """
    run = run_options(
        env=env,
        entrypoint=entrypoint,
        cmd=cmd,
        labels=labels,
        user=user,
        working_dir=working_dir,
        exposed_ports=exposed_ports,
        volumes=volumes,
        stop_signal=stop_signal,
    )
    system = Platform.parse(platform) if isinstance(platform, str) else platform
    members = {
        "created": None if created is None else _timestamp(created),
        "author": author,
        **system.to_wire(),
        "config": _run_members(RunConfig(), {}, run),
        "rootfs": {"type": "layers", "diff_ids": [str(each) for each in items_of(diff_ids)]},
        "history": [dict(step) for step in history] or None,
    }
    return parse_config(to_json(members), media_type)


@suggesting
def extend_config(
    base: ImageConfig,
    diff_ids: Sequence[str],
    *,
    created: datetime | None = None,
    author: str | None = None,
    history: Sequence[Mapping[str, object]] = (),
    media_type: str = media_types.OCI_CONFIG,
    env: Mapping[str, str] | None = None,
    entrypoint: Sequence[str] | None = None,
    cmd: Sequence[str] | None = None,
    labels: Mapping[str, str] | None = None,
    user: str | None = None,
    working_dir: str | None = None,
    exposed_ports: str | Iterable[str] | None = None,
    volumes: str | Iterable[str] | None = None,
    stop_signal: str | None = None,
) -> ImageConfig:
    """Write the config of an image that adds layers to a base, or only changes run options.

    Args:
        base: The config of the base.
        diff_ids: The digests of the new uncompressed layers; they follow those of the base.
        created: Creation time; defaults to that of the base.
        author: Author of the image; defaults to that of the base.
        history: New build steps. They are left out if the base has no history, since readers expect a step for
            each layer.
        media_type: Media type of the new config.
        env: Environment variables, added to those of the base, in the given order.
        entrypoint: Command that always runs, one item per argument: `["/app/server", "--verbose"]`. As in a
            Dockerfile, it resets the `cmd` of the base.
        cmd: Default arguments of the entrypoint, or the default command without one.
        labels: Labels, added to those of the base; sorted by name.
        user: User the container runs as: `"user"`, `"1000"` or `"1000:1000"`.
        working_dir: Directory the command starts in.
        exposed_ports: Ports the container listens on, added to those of the base, for example `"8080/tcp"`.
        volumes: Paths of data that is not part of the image, added to those of the base, for example `"/data"`.
        stop_signal: Signal that stops the container, for example `"SIGINT"`.

    Raises:
        InvalidArgumentError: `entrypoint` or `cmd` is a plain string, or `env` or `labels` is not a mapping.
        InvalidManifestError: A value violates the specification, such as a time without a time zone.
    """
    run = run_options(
        env=env,
        entrypoint=entrypoint,
        cmd=cmd,
        labels=labels,
        user=user,
        working_dir=working_dir,
        exposed_ports=exposed_ports,
        volumes=volumes,
        stop_signal=stop_signal,
    )
    old = load_object(base.raw, "The config of the base")
    steps = [*(old.get("history") or ()), *(dict(step) for step in history)]
    members = old | {
        "created": old.get("created") if created is None else _timestamp(created),
        "author": old.get("author") if author is None else author,
        "config": _run_members(base.config, old.get("config") or {}, run),
        "rootfs": {
            "type": "layers",
            "diff_ids": [*base.diff_ids, *(str(each) for each in items_of(diff_ids))],
        },
        "history": steps if base.history or not base.diff_ids else None,
    }
    return parse_config(to_json(members), media_type)


def _run_members(base: RunConfig, members: Mapping[str, Any], run: RunOptions) -> dict[str, Any]:
    """Merge new options into those of a base; `members` are the base's, with wire names."""
    env = {each.partition("=")[0]: each for each in base.env}
    env |= {name: f"{name}={value}" for name, value in run.get("env", {}).items()}
    ports = {*base.exposed_ports, *run.get("exposed_ports", ())}
    volumes = {*base.volumes, *run.get("volumes", ())}
    cmd = run.get("cmd", () if "entrypoint" in run else base.cmd)
    changed = {
        "User": run.get("user", base.user),
        "ExposedPorts": {port: base.exposed_ports.get(port, {}) for port in sorted(ports)},
        "Env": list(env.values()),
        "Entrypoint": list(run.get("entrypoint", base.entrypoint)),
        "Cmd": list(cmd),
        "Volumes": {path: base.volumes.get(path, {}) for path in sorted(volumes)},
        "WorkingDir": run.get("working_dir", base.working_dir),
        "Labels": dict(sorted({**base.labels, **run.get("labels", {})}.items())),
        "StopSignal": run.get("stop_signal", base.stop_signal),
    }
    unknown = {name: value for name, value in members.items() if name not in changed}
    return {name: value for name, value in changed.items() if value} | unknown


def _arguments(name: str, value: Sequence[str]) -> tuple[str, ...]:
    if isinstance(value, str):
        try:
            words = shlex.split(value) or [value]
        except ValueError:
            words = [value]
        raise InvalidArgumentError(
            f"{name}={value!r} is a string; pass one item per argument: {name}={words!r},"
            f" or {name}={['/bin/sh', '-c', value]!r} for a shell"
        )
    return tuple(value)


def _mapping(name: str, value: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance] -- for untyped callers
        raise InvalidArgumentError(
            f"{name} takes a mapping such as {{'NAME': 'value'}}, not a {type(value).__name__}"
        )
    return dict(value)


def _timestamp(moment: datetime) -> str:
    """Format a time as the specification requires: in UTC, with as many decimals as needed."""
    if moment.tzinfo is None:
        raise InvalidManifestError(
            f"{moment.isoformat()} has no time zone; pass an aware datetime, such as datetime.now(UTC)"
        )
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
