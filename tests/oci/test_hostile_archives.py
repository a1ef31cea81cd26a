"""Archives that lead out of themselves, lie or never end are refused, and nothing is written anywhere."""

import gzip
import io
import json
import os
import tarfile
import tracemalloc
import zlib
from pathlib import Path

import pytest

from ecrkit.errors import InvalidImageError, InvalidManifestError, MissingBlobError
from ecrkit.oci import DockerArchive, OciArchive, open_images
from ecrkit.oci._tar import TarIndex
from ecrkit.oci.layout import blob_name
from ecrkit.references import Digest
from tests.oci.making import everything, layout_files, small_image, tar_bytes


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type = kind
    made.linkname = target
    return made


def good_entries() -> list[tuple[tarfile.TarInfo, bytes]]:
    blobs, root = small_image()
    return [(member(name), content) for name, content in layout_files(blobs, root).items()]


def archive_with(path: Path, *entries: tuple[tarfile.TarInfo, bytes]) -> Path:
    path.write_bytes(tar_bytes([*good_entries(), *entries]))
    return path


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (member("/etc/passwd"), "leads out"),
        (member("../outside"), "leads out"),
        (member("blobs/../../outside"), "leads out"),
        (member("link", tarfile.SYMTYPE, "/etc/passwd"), "leads out"),
        (member("link", tarfile.SYMTYPE, "../outside"), "leads out"),
        (member("a/b/link", tarfile.SYMTYPE, "../../../outside"), "leads out"),
        (member("link", tarfile.LNKTYPE, "../outside"), "leads out"),
        (member("link", tarfile.LNKTYPE, "/outside"), "leads out"),
        (member("device", tarfile.CHRTYPE), "a device"),
        (member("device", tarfile.BLKTYPE), "a device"),
        (member("pipe", tarfile.FIFOTYPE), "a pipe"),
        (member("sparse", tarfile.GNUTYPE_SPARSE), "a sparse file"),
        (member("odd", b"Z"), "unknown kind"),
        (member("./blobs/../index.json"), "leads out"),
    ],
)
def test_an_entry_that_is_not_safe_is_refused(tmp_path: Path, entry: tarfile.TarInfo, said: str) -> None:
    path = archive_with(tmp_path / "image.tar", (entry, b""))

    with pytest.raises(InvalidImageError, match=said):
        OciArchive(path)

    assert list(tmp_path.iterdir()) == [path]


def test_links_within_an_archive_are_followed(tmp_path: Path) -> None:
    blobs, root = small_image()
    files = layout_files(blobs[:2], root)
    layer = blob_name(Digest.of(blobs[2]))
    entries = [(member(name), content) for name, content in files.items()]
    entries += [
        (member(layer, tarfile.SYMTYPE, "../../linked"), b""),
        (member("linked", tarfile.LNKTYPE, "kept/layer.tar"), b""),
        (member("kept", tarfile.DIRTYPE), b""),
        (member("./kept/layer.tar"), blobs[2]),
    ]
    (tmp_path / "image.tar").write_bytes(tar_bytes(entries))

    with OciArchive(tmp_path / "image.tar") as archive:
        assert sorted(everything(archive).values()) == sorted(blobs)


def test_links_that_lead_in_a_circle_are_refused(tmp_path: Path) -> None:
    digest = Digest.of(b"circle")
    path = archive_with(
        tmp_path / "image.tar",
        (member(blob_name(digest), tarfile.SYMTYPE, "../../loop"), b""),
        (member("loop", tarfile.SYMTYPE, blob_name(digest)), b""),
    )

    with OciArchive(path) as archive, pytest.raises(InvalidImageError, match="form a cycle"):
        archive.has_blob(digest)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (bytes(10_240), "is empty"),
        (b"PK\x03\x04" + bytes(600), "not a tar archive"),
        (b"short", "not a tar archive"),
        (b"no header of a tar file" * 100, "not a tar archive"),
        (b"\x1f\x8b not gzip after all", "damaged or truncated"),
        (gzip.compress(tar_bytes({"a": b"b"}), mtime=0)[:-20], "damaged or truncated"),
        (gzip.compress(b"hello", mtime=0), "not a tar archive"),
    ],
    ids=["nothing", "zeros", "zip", "short", "no header", "no gzip", "cut short", "gzip of a text"],
)
def test_what_is_no_archive_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "image.tar").write_bytes(content)

    with pytest.raises(InvalidImageError, match=said):
        open_images(tmp_path / "image.tar")


def test_a_tar_archive_without_an_image_is_refused(tmp_path: Path) -> None:
    (tmp_path / "some.tar").write_bytes(tar_bytes({"README": b"hello"}))

    with pytest.raises(InvalidImageError, match=r"neither a manifest\.json .* such as 'README'"):
        open_images(tmp_path / "some.tar")


def test_an_archive_that_is_cut_short_is_refused(tmp_path: Path) -> None:
    whole = tar_bytes({"a": b"x" * 5000})
    (tmp_path / "image.tar").write_bytes(whole[:3000])

    with pytest.raises(InvalidImageError, match="truncated"):
        OciArchive(tmp_path / "image.tar")


def test_a_header_that_claims_more_than_there_is_is_refused(tmp_path: Path) -> None:
    header = member("huge")
    header.size = 2**60
    (tmp_path / "image.tar").write_bytes(header.tobuf(tarfile.GNU_FORMAT) + bytes(2048))

    with pytest.raises(InvalidImageError, match="truncated"):
        OciArchive(tmp_path / "image.tar")


def test_a_negative_size_is_refused(tmp_path: Path) -> None:
    header = member("back")
    header.size = -512
    (tmp_path / "image.tar").write_bytes(header.tobuf(tarfile.GNU_FORMAT) + bytes(2048))

    with pytest.raises(InvalidImageError):
        OciArchive(tmp_path / "image.tar")


@pytest.mark.parametrize(
    ("kind", "content", "said"),
    [
        (tarfile.XHDTYPE, b"x" * 2_000_000, "extended header of"),
        (tarfile.GNUTYPE_LONGNAME, b"x" * 2_000_000, "extended header of"),
        (tarfile.XHDTYPE, b"nonsense", "malformed extended"),
        (tarfile.XHDTYPE, b"0 path=a\n", "malformed extended"),
        (tarfile.XHDTYPE, b"99999999999999999999999 path=a\n", "malformed extended"),
        (tarfile.XHDTYPE, b"9 path=a", "malformed extended"),
        (tarfile.XHDTYPE, b"12 size=-12\n", "a file of"),
        (tarfile.XHDTYPE, b"17 size=99999999\n", "truncated"),
        (tarfile.XHDTYPE, b"27 path=../../../outside!!\n"[:27], "leads out"),
        (tarfile.XHDTYPE, b"22 GNU.sparse.major=1\n", "sparse"),
        (tarfile.GNUTYPE_LONGNAME, b"/outside\0", "leads out"),
    ],
)
def test_a_hostile_extended_header_is_refused(tmp_path: Path, kind: bytes, content: bytes, said: str) -> None:
    path = archive_with(tmp_path / "image.tar", (member("extended", kind), content), (member("file"), b"x"))

    with pytest.raises(InvalidImageError, match=said):
        OciArchive(path)


def test_a_huge_header_does_not_cost_memory(tmp_path: Path) -> None:
    header = member("extended", tarfile.XHDTYPE)
    header.size = 8 * 1024**3
    path = tmp_path / "image.tar"
    path.write_bytes(header.tobuf(tarfile.GNU_FORMAT))
    os.truncate(path, 9 * 1024**3)  # a sparse file: as long, but empty

    tracemalloc.start()
    with pytest.raises(InvalidImageError, match="extended header of"):
        OciArchive(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 4 * 1024**2


def test_names_in_extended_headers_count(tmp_path: Path) -> None:
    blobs, root = small_image()
    out = io.BytesIO()
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        with tarfile.TarFile(fileobj=out, mode="w", format=form) as archive:
            for name, content in (layout_files(blobs, root) | {"long/" * 60 + "name": b"x"}).items():
                made = member(name)
                made.size = len(content)
                archive.addfile(made, io.BytesIO(content))
        path = tmp_path / "image.tar"
        path.write_bytes(out.getvalue())
        out = io.BytesIO()

        with OciArchive(path) as read:
            assert sorted(everything(read).values()) == sorted(blobs)


def test_links_may_have_long_names_too(tmp_path: Path) -> None:
    blobs, root = small_image()
    long = "long/" * 30 + "kept"
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        with tarfile.TarFile(
            tmp_path / "image.tar", mode="w", format=form, pax_headers={"comment": "x"}
        ) as archive:
            for name, content in (layout_files(blobs[:2], root) | {long: blobs[2]}).items():
                made = member(name)
                made.size = len(content)
                archive.addfile(made, io.BytesIO(content))
            archive.addfile(member(blob_name(Digest.of(blobs[2])), tarfile.LNKTYPE, long))

        with OciArchive(tmp_path / "image.tar") as read:
            assert sorted(everything(read).values()) == sorted(blobs)


def test_an_archive_with_too_many_entries_is_refused() -> None:
    raw = tar_bytes({f"file-{number}": b"" for number in range(11)})

    assert TarIndex(io.BytesIO(raw), len(raw), "it", most_entries=11).find("file-10") is not None
    with pytest.raises(InvalidImageError, match="more than 10 entries"):
        TarIndex(io.BytesIO(raw), len(raw), "it", most_entries=10)


@pytest.mark.parametrize("kind", [tarfile.DIRTYPE, tarfile.XGLTYPE])
def test_folders_and_headers_about_all_entries_count(kind: bytes) -> None:
    raw = tar_bytes([(member(f"entry-{number}", kind), b"") for number in range(11)])

    with pytest.raises(InvalidImageError, match="more than 10 entries"):
        TarIndex(io.BytesIO(raw), len(raw), "it", most_entries=10)


def test_long_names_count_as_entries() -> None:
    raw = tar_bytes([(member("n" * 300), b"")])

    with pytest.raises(InvalidImageError, match="more than 1 entries"):
        TarIndex(io.BytesIO(raw), len(raw), "it", most_entries=1)


def test_an_archive_that_expands_without_end_is_refused_and_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packer = zlib.compressobj(wbits=31)
    megabyte = bytes(1024 * 1024)
    bomb = b"".join(packer.compress(megabyte) for _ in range(64)) + packer.flush()
    (tmp_path / "image.tar.gz").write_bytes(bomb)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with pytest.raises(InvalidImageError, match="expands to more than 1,000,000 bytes"):
        open_images(tmp_path / "image.tar.gz", max_expanded=1_000_000)

    assert [path.name for path in tmp_path.iterdir()] == ["image.tar.gz"]


def test_a_pipe_or_device_is_no_archive(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")

    for path in (tmp_path / "pipe", Path("/dev/zero")):
        with pytest.raises(InvalidImageError, match="not a regular file"):
            open_images(path)


@pytest.mark.parametrize(
    ("listed", "error", "said"),
    [
        (b"{}", InvalidManifestError, "docker save"),
        (b"[1]", InvalidManifestError, "docker save"),
        (b"[{}]", InvalidManifestError, "docker save"),
        (b"[" * 100_000, InvalidManifestError, "nested"),
        (b'[{"Config":"../config.json","Layers":[]}]', InvalidImageError, "leads out"),
        (b'[{"Config":"/etc/passwd","Layers":[]}]', InvalidImageError, "leads out"),
        (b'[{"Config":"absent.json","Layers":[]}]', InvalidImageError, "no absent"),
        (b'[{"Config":"config.json","Layers":[]}]', InvalidImageError, "has 1 layers"),
        (b'[{"Config":"config.json","Layers":["absent"]}]', MissingBlobError, "as absent"),
        (b'[{"Config":"config.json","Layers":["../layer.tar"]}]', InvalidImageError, "leads out"),
        (b'[{"Config":"manifest.json","Layers":[]}]', InvalidManifestError, "not a JSON object"),
    ],
)
def test_a_docker_archive_that_misleads_is_refused(
    tmp_path: Path, listed: bytes, error: type[Exception], said: str
) -> None:
    blobs, _ = small_image()
    files = {"manifest.json": listed, "config.json": blobs[1], "layer.tar": blobs[2]}
    (tmp_path / "image.tar").write_bytes(tar_bytes(files))

    with pytest.raises(error, match=said):
        DockerArchive(tmp_path / "image.tar")


def test_the_old_form_of_docker_save_is_read_with_its_links(tmp_path: Path) -> None:
    blobs, _ = small_image()
    config = json.loads(blobs[1])
    config["rootfs"]["diff_ids"] *= 3
    raw = json.dumps(config).encode()
    listed = {
        "Config": "abc.json",
        "RepoTags": ["team/app:1", "team/app:2"],
        "Layers": ["one/layer.tar", "two/layer.tar", "packed.tar.gz"],
    }
    packed = gzip.compress(blobs[2])
    entries = [
        (member("one", tarfile.DIRTYPE), b""),
        (member("one/layer.tar"), blobs[2]),
        (member("two/layer.tar", tarfile.SYMTYPE, "../one/layer.tar"), b""),
        (member("packed.tar.gz"), packed),
        (member("abc.json"), raw),
        (member("manifest.json"), json.dumps([listed]).encode()),
    ]
    (tmp_path / "image.tar").write_bytes(tar_bytes(entries))

    with open_images(tmp_path / "image.tar") as archive:
        assert isinstance(archive, DockerArchive)
        found = everything(archive)
        assert len(archive.roots) == 2
        assert archive.roots[0].digest == archive.roots[1].digest
        assert set(found) == {archive.roots[0].digest, *map(Digest.of, (raw, blobs[2], packed))}
        assert [archive.blob_size(digest) for digest in found] == [len(each) for each in found.values()]
        with pytest.raises(MissingBlobError):
            archive.open_blob(Digest.of(b"absent"))


def test_a_layer_that_is_not_what_the_config_says_is_found_out(tmp_path: Path) -> None:
    blobs, _ = small_image()
    listed = b'[{"Config":"config.json","Layers":["layer.tar"]}]'
    files = {"manifest.json": listed, "config.json": blobs[1], "layer.tar": blobs[2].replace(b"box", b"bad")}
    (tmp_path / "image.tar").write_bytes(tar_bytes(files))

    with (
        DockerArchive(tmp_path / "image.tar") as archive,
        pytest.raises(Exception, match="should have the digest"),
    ):
        everything(archive)


def test_an_archive_that_shrinks_while_it_is_read_is_an_error(tmp_path: Path) -> None:
    path = archive_with(tmp_path / "image.tar")
    blobs, _ = small_image()

    with OciArchive(path) as archive:
        os.truncate(path, 600)
        with (
            archive.open_blob(Digest.of(blobs[2])) as stream,
            pytest.raises(InvalidImageError, match="truncated"),
        ):
            stream.read()
