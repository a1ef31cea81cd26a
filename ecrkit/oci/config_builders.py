"""New configs, as bytes: from nothing, or from the config of a base image of which everything unknown is kept."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypedDict, Unpack

from ecrkit.errors import InvalidManifestError
from ecrkit.oci import media_types
from ecrkit.oci._json import load_object
from ecrkit.oci.builders import to_json
from ecrkit.oci.configs import ImageConfig, RunConfig, parse_config
from ecrkit.oci.platforms import Platform


class RunOptions(TypedDict, total=False):
    """How a container of the image starts. What is not given stays as the base has it."""

    env: Mapping[str, str]
    """Added to that of the base, in the order given, as later values may build on earlier ones."""

    entrypoint: Sequence[str]
    """What is always run. As in a Dockerfile, a new one forgets the `cmd` of the base."""

    cmd: Sequence[str]
    """What is run unless the user says otherwise, or the arguments of the entrypoint."""

    labels: Mapping[str, str]
    """Added to those of the base; sorted by name."""

    user: str
    """Who runs it: `user`, `uid` or `user:group`."""

    working_dir: str
    """Where it starts."""

    exposed_ports: Sequence[str]
    """For example `8080/tcp`; added to those of the base."""

    volumes: Sequence[str]
    """Paths whose content is not part of the image; added to those of the base."""

    stop_signal: str
    """For example `SIGINT`."""


def build_config(
    platform: Platform | str,
    diff_ids: Sequence[str],
    *,
    created: datetime | None = None,
    author: str | None = None,
    history: Sequence[Mapping[str, object]] = (),
    media_type: str = media_types.OCI_CONFIG,
    **run: Unpack[RunOptions],
) -> ImageConfig:
    """Write the config of an image.

    Args:
        platform: What the image runs on, for example `linux/arm64`.
        diff_ids: The digests of the uncompressed layers, from the lowest one up.
        created: When the image was made; a moment of which the time zone is known. Absent if None, so that building
            twice gives the same digest.
        author: Who made it.
        history: The steps of the build, under the names of the wire.
        media_type: Of the config.
        **run: How a container of the image starts.

    Raises:
        InvalidManifestError: Something is not what the specification says, such as a time without a time zone.
    """
    system = Platform.parse(platform) if isinstance(platform, str) else platform
    members = {
        "created": None if created is None else _timestamp(created),
        "author": author,
        **system.to_wire(),
        "config": _run_members(RunConfig(), {}, run),
        "rootfs": {"type": "layers", "diff_ids": [str(each) for each in diff_ids]},
        "history": [dict(step) for step in history] or None,
    }
    return parse_config(to_json(members), media_type)


def extend_config(
    base: ImageConfig,
    diff_ids: Sequence[str],
    *,
    created: datetime | None = None,
    author: str | None = None,
    history: Sequence[Mapping[str, object]] = (),
    media_type: str = media_types.OCI_CONFIG,
    **run: Unpack[RunOptions],
) -> ImageConfig:
    """Write the config of an image that adds layers to a base, or only changes how it starts.

    Args:
        base: The config of the base.
        diff_ids: The digests of the new uncompressed layers; they come above those of the base.
        created: When the image was made; the time of the base stays if None.
        author: Who made it; the author of the base stays if None.
        history: The new steps of the build. They are left out if the base tells nothing about its own layers,
            since readers count on a step for each layer.
        media_type: Of the new config.
        **run: How a container of the image starts.

    Raises:
        InvalidManifestError: Something is not what the specification says, such as a time without a time zone.
    """
    old = load_object(base.raw, "the config of the base")
    steps = [*(old.get("history") or ()), *(dict(step) for step in history)]
    members = old | {
        "created": old.get("created") if created is None else _timestamp(created),
        "author": old.get("author") if author is None else author,
        "config": _run_members(base.config, old.get("config") or {}, run),
        "rootfs": {"type": "layers", "diff_ids": [*base.diff_ids, *(str(each) for each in diff_ids)]},
        "history": steps if base.history or not base.diff_ids else None,
    }
    return parse_config(to_json(members), media_type)


def _run_members(base: RunConfig, members: Mapping[str, Any], run: RunOptions) -> dict[str, Any]:
    """Lay new options over what a base has; `members` are those of the base under the names of the wire."""
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


def _timestamp(moment: datetime) -> str:
    """Write a moment as the specification wants it: in UTC, with as many decimals as it needs."""
    if moment.tzinfo is None:
        raise InvalidManifestError(
            f"{moment.isoformat()} has no time zone; pass a datetime with one, such as UTC"
        )
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
