"""Pulls an image into one file, for other tools to load."""

from collections.abc import Sequence
from typing import Literal, TypeAlias

from ecrkit import events
from ecrkit.errors import InvalidInputError
from ecrkit.files.outputs import Output, open_stream, replaceable
from ecrkit.files.safe_folder import SafeFolder
from ecrkit.files.temporary import remove_leftovers_of, work_folder
from ecrkit.oci import (
    Descriptor,
    ImageManifest,
    ImageSource,
    OciLayout,
    Platform,
    read_manifest,
    write_docker_archive,
    write_oci_archive,
)
from ecrkit.oci.docker_archive import check_foreign_layers
from ecrkit.oci.names import named
from ecrkit.pull.layout import pull_into
from ecrkit.pull.source import PulledImages
from ecrkit.transfer.ranges import DEFAULT_CONNECTIONS

ArchiveFormat: TypeAlias = Literal["oci", "docker"]
"""`oci` for skopeo, podman, buildah and containerd; `docker` for `docker load`, which podman and skopeo take as well."""


def check_format(form: str, *, referrers: bool) -> None:
    """Check that an archive format exists, and can hold what is asked for.

    Raises:
        InvalidInputError: It does not exist, or cannot hold referrers.
    """
    if form not in {"oci", "docker"}:
        raise InvalidInputError(f"{form!r} is not an archive format; pass 'oci' or 'docker'")
    if referrers and form == "docker":
        raise InvalidInputError(
            "A docker archive cannot hold referrers; pass format='oci', or referrers=False"
        )


def only_platform(platforms: Sequence[Platform], name: str) -> Platform:
    """Return the platform of an index whose image a docker archive can hold.

    Args:
        platforms: Platforms of the index.
        name: Name of the index, for messages.

    Raises:
        InvalidInputError: There are several, or none.
    """
    if len(platforms) != 1:
        raise InvalidInputError(
            f"{name} is an index of several images, and a docker archive holds one; pass platform= as one of: "
            f"{', '.join(map(str, platforms)) or 'none named'}"
        )
    return platforms[0]


def pull_archive(
    source: PulledImages,
    roots: Sequence[Descriptor],
    target: Output,
    *,
    form: ArchiveFormat,
    names: Sequence[str] = (),
    foreign_layers: bool = False,
    workers: int,
    connections: int = DEFAULT_CONNECTIONS,
    progress: events.Progress | None = None,
) -> None:
    """Pull an image into an archive, which appears when it is complete.

    The layers are first collected in a hidden folder beside the file, where the next run finds what an interrupted one
    left. What cannot be replaced, such as a pipe or a file object, is written through instead: one layer after another,
    without temporary files. It holds a complete archive only if no error is raised.

    Args:
        source: Source of the image.
        roots: The image, or, for an OCI archive, the index, and what refers to it.
        target: The file, replaced if it exists; or a pipe, a character device, or a binary file object.
        form: What kind of archive.
        names: Full names of the image, in place of the one in its annotations.
        foreign_layers: Whether layers that registries need not have are pulled too.
        workers: Maximum number of concurrent transfers.
        connections: Maximum number of connections for each large layer.
        progress: Called with each event, from several threads but never concurrently.

    Raises:
        InvalidInputError: The target is a folder, or something else that cannot be written.
        DiskFullError: There is no space for the layers or for the archive.
    """
    image = read_manifest(source, roots[0])
    if form == "docker" and isinstance(image, ImageManifest) and not foreign_layers:
        check_foreign_layers(image, has=lambda _: False)
    if names and form == "oci":
        roots = [*named(roots[0], names), *roots[1:]]
    path = replaceable(target)
    if path is None:
        with open_stream(target) as stream:
            _write(source, stream, roots, form, names, foreign_layers=foreign_layers)
        return
    with SafeFolder(path.parent, create=True) as folder:
        with work_folder(folder, path.name, roots[0].digest.hex[:16]) as work:
            pull_into(
                source,
                roots,
                work,
                foreign_layers=foreign_layers,
                workers=workers,
                connections=connections,
                progress=progress,
                ours=True,
            )
            _write(OciLayout(work.path), path, roots, form, names, foreign_layers=foreign_layers)
        remove_leftovers_of(folder, path.name)


def _write(
    source: ImageSource,
    target: Output,
    roots: Sequence[Descriptor],
    form: ArchiveFormat,
    names: Sequence[str],
    *,
    foreign_layers: bool,
) -> None:
    if form == "docker":
        write_docker_archive(source, target, names, root=roots[0])
    else:
        write_oci_archive(source, target, roots, foreign_layers=foreign_layers)
