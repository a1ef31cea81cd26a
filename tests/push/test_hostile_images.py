"""Layouts and archives from strangers who mean harm: each is a typed error, and nothing of it gets a name in ECR."""

import gzip
import io
import json
import os
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from ecrkit import Repository, oci
from ecrkit.errors import DigestMismatchError, InvalidInputError
from ecrkit.oci.layout import blob_name
from ecrkit.references import Digest
from tests.samples import MemoryImages, blob, image, join, noise

MANIFEST_5_MIB = 5 * 1024 * 1024


def layout(folder: Path, source: MemoryImages) -> Path:
    """Write a layout without looking at what is in it."""
    (folder / "blobs" / "sha256").mkdir(parents=True)
    (folder / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    roots = [root.to_wire() for root in source.roots]
    (folder / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": roots}))
    for digest, raw in source.blobs.items():
        (folder / blob_name(digest)).write_bytes(raw)
    return folder


def document(raw: bytes, media_type: str = oci.media_types.OCI_MANIFEST) -> MemoryImages:
    """Offer some bytes as a manifest."""
    return MemoryImages({Digest.of(raw): raw}, [blob(raw, media_type)])


def linked_out(folder: Path) -> Path:
    made = layout(folder, image(noise(5)))
    (folder.parent / "secret").write_bytes(noise(5))
    path = made / blob_name(Digest.of(noise(5)))
    path.unlink()
    path.symlink_to(folder.parent / "secret")
    return made


def with_device(folder: Path) -> Path:
    made = layout(folder, image(noise(5)))
    path = made / blob_name(Digest.of(noise(5)))
    path.unlink()
    os.mkfifo(path)
    return made


def lying_digest(folder: Path) -> Path:
    source = image(noise(5))
    source.blobs[Digest.of(noise(5))] = noise(5, seed=1)
    return layout(folder, source)


def lying_manifest(folder: Path) -> Path:
    source = image(noise(5))
    source.blobs[source.roots[0].digest] = image(noise(6)).root.raw
    return layout(folder, source)


def lying_size(folder: Path) -> Path:
    source = image(noise(5))
    source.blobs[Digest.of(noise(5))] = noise(5) + b"more"
    return layout(folder, source)


def missing_layer(folder: Path) -> Path:
    return layout(folder, image(noise(5)).without(Digest.of(noise(5))))


def two_sizes(folder: Path) -> Path:
    content = noise(5)
    real = blob(content, oci.media_types.OCI_LAYER)
    manifest = oci.build_manifest(
        oci.EMPTY_DESCRIPTOR, [real, real.model_copy(update={"size": 6, "media_type": "application/x"})]
    )
    other = oci.build_manifest(oci.EMPTY_DESCRIPTOR, [real.model_copy(update={"size": 6})])
    index = oci.build_index([manifest.descriptor(), other.descriptor()])
    blobs = {each.digest: each.raw for each in (manifest, other, index)} | {real.digest: content}
    return layout(folder, MemoryImages(blobs, [index.descriptor()]))


def deep_json(folder: Path) -> Path:
    return layout(folder, document(b'{"schemaVersion":2,"layers":' + b"[" * 100_000 + b"]" * 100_000 + b"}"))


def json_bomb(folder: Path) -> Path:
    return layout(folder, document(b'{"schemaVersion":2,"layers":[' + b"{}," * 1_000_000 + b"{}]}"))


def annotation_bomb(folder: Path) -> Path:
    pairs = b",".join(b'"%d":1' % number for number in range(300_000))
    return layout(
        folder, document(b'{"schemaVersion":2,"layers":[],"config":{},"annotations":{' + pairs + b"}}")
    )


def long_manifest(folder: Path) -> Path:
    annotations = {"long": "x" * MANIFEST_5_MIB}
    return layout(folder, image(noise(5), annotations=annotations))


def contains_itself(folder: Path) -> Path:
    inner = join(image(noise(5)))
    index = oci.build_index([inner.roots[0]])
    # No digest can be in what it is the digest of; so the file is another one than it is named after.
    claimed = index.descriptor()
    looping = oci.build_index([claimed])
    return layout(folder, MemoryImages({claimed.digest: looping.raw}, [claimed]))


def nested_too_deep(folder: Path) -> Path:
    source = image(noise(5))
    for _ in range(30):
        source = join(source)
    return layout(folder, source)


def archive(folder: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    """Write an OCI archive of a good image, with members before it that are not good."""
    folder.mkdir()
    source = image(noise(5))
    path = folder / "image.tar"
    oci.write_oci_archive(source, folder / "good.tar")
    with tarfile.open(folder / "good.tar") as good, tarfile.open(path, "w") as tar:
        for member, content in members:
            tar.addfile(member, io.BytesIO(content))
        for member in good.getmembers():
            tar.addfile(member, good.extractfile(member))
    return path


def member(name: str, *, size: int = 0, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.size, made.type, made.linkname = size, kind, link
    return made


def linked_member(folder: Path) -> Path:
    """Put a link in the place of a layer."""
    folder.mkdir()
    source = image(noise(5))
    oci.write_oci_archive(source.without(), folder / "good.tar")
    path = folder / "image.tar"
    layer = blob_name(Digest.of(noise(5)))
    with tarfile.open(folder / "good.tar") as good, tarfile.open(path, "w") as tar:
        for each in good.getmembers():
            if each.name == layer:
                tar.addfile(member(layer, kind=tarfile.SYMTYPE, link="/etc/passwd"))
            else:
                tar.addfile(each, good.extractfile(each))
    return path


def gzip_without_end(folder: Path) -> Path:
    """Write a small file that expands to far more than any image; the limit is set low so that the test is quick."""
    folder.mkdir()
    path = folder / "image.tar.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        tar = tarfile.TarFile(fileobj=file, mode="w")
        zeros = member("zeros", size=64 * 1024 * 1024)
        tar.addfile(zeros, io.BytesIO(bytes(zeros.size)))
        tar.close()
    return path


HOSTILE = [
    linked_out,
    with_device,
    lying_digest,
    lying_manifest,
    lying_size,
    missing_layer,
    two_sizes,
    deep_json,
    json_bomb,
    annotation_bomb,
    long_manifest,
    contains_itself,
    nested_too_deep,
    linked_member,
]


@pytest.mark.parametrize("make", HOSTILE, ids=lambda make: make.__name__)
def test_an_image_that_means_harm_is_refused(
    repository: Repository, tmp_path: Path, make: Callable[[Path], Path]
) -> None:
    path = make(tmp_path / "hostile")

    with pytest.raises((InvalidInputError, DigestMismatchError)) as raised:
        repository.push_image(path, tags="1")

    assert len(str(raised.value)) < 1000
    assert list(repository.images()) == []


def test_a_compressed_archive_that_expands_without_end_is_refused(
    repository: Repository, tmp_path: Path
) -> None:
    path = gzip_without_end(tmp_path / "hostile")

    with pytest.raises(InvalidInputError), oci.open_images(path, max_expanded=1024 * 1024) as images:
        repository.push_image(images)


@pytest.mark.parametrize(
    "bad",
    [
        member("/etc/passwd", size=1),
        member("../../outside", size=1),
        member("device", kind=tarfile.CHRTYPE),
        member("pipe", kind=tarfile.FIFOTYPE),
        member("link", kind=tarfile.SYMTYPE, link="/etc"),
    ],
    ids=lambda bad: bad.name.strip("/."),
)
def test_members_that_lead_out_of_an_archive_write_nothing_anywhere(
    repository: Repository, tmp_path: Path, bad: tarfile.TarInfo
) -> None:
    path = archive(tmp_path / "hostile", (bad, b"x" * bad.size))
    before = sorted(each for each in tmp_path.rglob("*"))

    try:
        pulled = repository.push_image(path).pull(tmp_path / "pulled")
    except InvalidInputError:
        pulled = None  # refusing the whole archive is as good as ignoring the member

    after = sorted(
        each for each in tmp_path.rglob("*") if pulled is None or pulled not in [each, *each.parents]
    )
    assert after == before


def test_the_same_layer_twice_in_an_image_is_sent_once(repository: Repository) -> None:
    pushed = repository.push_image(image(noise(5), noise(6), noise(5)))

    assert len(pushed.layers()) == 3
    assert len(pushed.report.sent) == 3  # two layers and the config
