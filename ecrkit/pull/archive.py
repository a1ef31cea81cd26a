"""Pulls an image into one file, for other tools to load."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

from ecrkit import events
from ecrkit.oci import Descriptor, OciLayout, write_docker_archive, write_oci_archive
from ecrkit.pull.layout import pull_layout
from ecrkit.pull.source import PulledImages

ArchiveFormat: TypeAlias = Literal["oci", "docker"]
"""`oci` for skopeo, podman, buildah and containerd; `docker` for `docker load`, which podman and skopeo take as well."""


def pull_archive(
    source: PulledImages,
    roots: Sequence[Descriptor],
    path: Path,
    *,
    form: ArchiveFormat,
    names: Sequence[str] = (),
    workers: int,
    progress: events.Progress | None = None,
) -> Path:
    """Pull an image into an archive, which appears when it is complete.

    The layers come at once into a hidden folder beside the file, where an interrupted pull leaves them for the next one.

    Args:
        source: Where the image is.
        roots: The image, or, for an OCI archive, the index, and what refers to it.
        path: The file; replaced if it is there.
        form: What kind of archive.
        names: What Docker is to call the image.
        workers: How many layers to fetch at the same time, at the most.
        progress: Is told what happens, one call at a time.
    """
    folder = path.with_name(f".{path.name}.{roots[0].digest.hex[:16]}.pull")
    path.parent.mkdir(parents=True, exist_ok=True)
    pull_layout(source, roots, folder, workers=workers, progress=progress)
    layout = OciLayout(folder)
    if form == "docker":
        write_docker_archive(layout, path, names, root=roots[0])
    else:
        write_oci_archive(layout, path, roots)
    shutil.rmtree(folder)
    return path
