"""Opening images without knowing in which form they were saved."""

from pathlib import Path

from ecrkit.oci.archive import ArchiveFile, OciArchive
from ecrkit.oci.compression import DEFAULT_MAX_EXPANDED
from ecrkit.oci.docker_archive import DockerArchive
from ecrkit.oci.layout import INDEX_NAME, MARKER_NAME, OciLayout
from ecrkit.oci.sources import ImageSource


def open_images(path: str | Path, *, max_expanded: int = DEFAULT_MAX_EXPANDED) -> ImageSource:
    """Open an OCI layout, an OCI archive or the archive of `docker save`; it is told from the content which it is.

    Args:
        path: The folder or file.
        max_expanded: How many bytes an archive may expand to if it is compressed.

    Raises:
        InvalidImageError: It is none of them, or not safe to read.
        InvalidManifestError: A document in it is malformed.
    """
    if Path(path).is_dir():
        return OciLayout(path)
    archive = ArchiveFile(path, max_expanded)
    try:
        is_layout = archive.find(MARKER_NAME) is not None and archive.find(INDEX_NAME) is not None
    except BaseException:
        archive.close()
        raise
    return OciArchive(archive) if is_layout else DockerArchive(archive)
