"""Open saved images of any format."""

import errno
import re
from pathlib import Path

from ecrkit.errors import InvalidImageError
from ecrkit.oci.archive import ArchiveFile, OciArchive
from ecrkit.oci.compression import DEFAULT_MAX_EXPANDED
from ecrkit.oci.docker_archive import MANIFEST_NAME, DockerArchive
from ecrkit.oci.image_archive import ImageArchive
from ecrkit.oci.layout import INDEX_NAME, MARKER_NAME, OciLayout
from ecrkit.oci.sources import ImageSource

_REFERENCE = re.compile(r"[:@][\w.+:-]+$")
"""A tag or digest suffix, which file names of images do not have."""

_MOST_SHOWN = 3


def open_images(path: str | Path, *, max_expanded: int = DEFAULT_MAX_EXPANDED) -> ImageSource:
    """Open an OCI layout, an OCI archive or the archive of `docker save`, detected from the content.

    Args:
        path: The folder or file. An archive may be compressed.
        max_expanded: Maximum number of bytes that a compressed archive may expand to.

    Raises:
        InvalidImageError: It is none of them, or unsafe to read.
        InvalidManifestError: A document is malformed.
    """
    if Path(path).is_dir():
        return OciLayout(path)
    if not Path(path).exists() and _REFERENCE.search(str(path)):
        raise FileNotFoundError(
            errno.ENOENT, "No such file; expected a path, not the reference of an image", str(path)
        )
    archive = ArchiveFile(path, max_expanded)
    try:
        is_layout = archive.find(MARKER_NAME) is not None and archive.find(INDEX_NAME) is not None
        is_saved = archive.find(MANIFEST_NAME) is not None
    except BaseException:
        archive.close()
        raise
    if is_layout:
        return ImageArchive(archive) if is_saved else OciArchive(archive)
    if is_saved:
        return DockerArchive(archive, max_expanded=max_expanded)
    archive.close()
    raise InvalidImageError(_what_it_is(archive))


def _what_it_is(archive: ArchiveFile) -> str:
    names = sorted(archive.names)
    inner = next((name for name in names if name.endswith((f"/{MANIFEST_NAME}", f"/{MARKER_NAME}"))), None)
    if "repositories" in names:
        advice = "; it looks like an archive of docker save before version 1.10, save the image with a newer version"
    elif inner is not None:
        advice = f"; it has {inner!r}, so pack the content of that folder, not the folder itself"
    else:
        shown = ", ".join(repr(name[:100]) for name in names[:_MOST_SHOWN])
        advice = f"; it has {len(names):,} files" + (f", such as {shown}" if names else "")
    return f"There is neither a {MANIFEST_NAME} of docker save nor an {INDEX_NAME} of an OCI layout in {archive.name}{advice}"
