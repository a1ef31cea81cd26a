"""Layouts that somebody has prepared to harm whoever pulls into them: each claim of docs/security.md."""

import os
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest

from ecrkit import PushedImage, Repository
from ecrkit.errors import InvalidImageError, InvalidInputError
from ecrkit.events import LayerEvent
from ecrkit.oci import OciArchive
from ecrkit.references import Digest
from tests.samples import image, layout_blobs, noise

LAYER = noise(100_000)
SOURCE = image(LAYER, noise(1_000))
BLOB = f"blobs/sha256/{Digest.of(LAYER).hex}"
PART = f"blobs/sha256/.{Digest.of(LAYER).hex}.{Digest.of(LAYER).hex[:16]}.part"

Prepare = Callable[[Path, Path], object]
"""Puts something at a path; the other path is a file outside the layout."""

AT_A_BLOB: dict[str, Prepare] = {
    "pipe": lambda path, outside: os.mkfifo(path),
    "link to a device": lambda path, outside: path.symlink_to("/dev/zero"),
    "link outside": lambda path, outside: path.symlink_to(outside),
    "link to itself": lambda path, outside: path.symlink_to(path),
    "hard link": lambda path, outside: path.hardlink_to(outside),
}
REFUSED: dict[tuple[str, str], Prepare] = {
    (BLOB, "folder"): lambda path, outside: path.mkdir(),
    **{
        (name, kind): prepare
        for name in ("index.json", "oci-layout", ".index.json.lock")
        for kind, prepare in AT_A_BLOB.items()
        if (name, kind) != ("index.json", "hard link")  # which is read, and replaced
    },
}


@pytest.fixture
def pushed(repository: Repository) -> PushedImage:
    return repository.push_image(SOURCE, tags="1")


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    folder = tmp_path / "layout"
    (folder / "blobs" / "sha256").mkdir(parents=True)
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (folder / "index.json").write_text('{"schemaVersion":2,"manifests":[]}')
    return folder


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    path = tmp_path / "outside"
    path.write_bytes(noise(len(LAYER), seed=1))
    return path


@pytest.mark.parametrize("name", [BLOB, PART])
@pytest.mark.parametrize("kind", AT_A_BLOB)
def test_what_is_at_the_name_of_a_blob_does_no_harm(
    pushed: PushedImage, layout: Path, outside: Path, name: str, kind: str
) -> None:
    before = outside.read_bytes()
    AT_A_BLOB[kind](layout / name, outside)

    pushed.pull(layout)

    assert (layout / BLOB).read_bytes() == LAYER
    assert not (layout / BLOB).is_symlink()
    assert outside.read_bytes() == before


@pytest.mark.parametrize(("name", "kind"), REFUSED)
def test_what_cannot_be_used_is_refused(
    pushed: PushedImage, layout: Path, outside: Path, name: str, kind: str
) -> None:
    before = outside.read_bytes()
    if (layout / name).exists():
        (layout / name).unlink()
    REFUSED[name, kind](layout / name, outside)

    with pytest.raises(InvalidInputError):
        pushed.pull(layout)

    assert outside.read_bytes() == before


@pytest.mark.parametrize("name", ["blobs", "blobs/sha256"])
def test_blobs_behind_a_link_outside_are_refused(
    pushed: PushedImage, layout: Path, tmp_path: Path, name: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    (layout / name).rename(tmp_path / "moved")
    (layout / name).symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InvalidImageError, match="leads out of the layout"):
        pushed.pull(layout)

    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_blobs_that_are_replaced_by_a_link_during_the_pull_end_it(
    pushed: PushedImage, layout: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()

    def swap(event: LayerEvent) -> None:
        if not (layout / "blobs" / "sha256").is_symlink():
            (layout / "blobs" / "sha256").rename(layout / "blobs" / "old")
            (layout / "blobs" / "sha256").symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InvalidImageError):
        pushed.pull(layout, progress=swap)

    assert list((tmp_path / "elsewhere").iterdir()) == []
    assert (layout / "index.json").read_text() == '{"schemaVersion":2,"manifests":[]}'


def test_blobs_that_are_replaced_by_a_folder_during_the_pull_end_it(
    pushed: PushedImage, layout: Path
) -> None:
    def swap(event: LayerEvent) -> None:
        if not (layout / "blobs" / "old").exists():
            (layout / "blobs" / "sha256").rename(layout / "blobs" / "old")
            (layout / "blobs" / "sha256").mkdir()

    with pytest.raises(InvalidImageError, match="replaced during the pull"):
        pushed.pull(layout, progress=swap)


def test_links_inside_a_layout_are_followed(pushed: PushedImage, layout: Path) -> None:
    (layout / "blobs" / "sha256").rename(layout / "shared")
    (layout / "blobs" / "sha256").symlink_to("../shared")

    pushed.pull(layout)

    assert layout_blobs(layout) == SOURCE.blobs


def test_an_image_is_saved_into_a_file_object(pushed: PushedImage, tmp_path: Path) -> None:
    with (tmp_path / "stream.tar").open("wb") as file:
        named = pushed.save(file)

    pushed.save(tmp_path / "file.tar")
    assert named == tmp_path / "stream.tar"
    assert (tmp_path / "stream.tar").read_bytes() == (tmp_path / "file.tar").read_bytes()
    with OciArchive(tmp_path / "stream.tar") as archive:
        assert archive.roots[0].digest == pushed.digest


def test_a_layer_is_downloaded_into_a_file_object(pushed: PushedImage) -> None:
    file = BytesIO()

    pushed.layers()[0].download(file)

    assert file.getvalue() == LAYER


@pytest.mark.parametrize("action", ["save", "download"])
def test_a_folder_is_refused_and_left_alone(pushed: PushedImage, tmp_path: Path, action: str) -> None:
    act = pushed.save if action == "save" else pushed.layers()[0].download
    (tmp_path / "folder").mkdir()

    with pytest.raises(InvalidInputError, match="is a folder"):
        act(tmp_path / "folder")

    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]
