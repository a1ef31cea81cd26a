"""Images and archives for tests: good ones with the builder, bad ones byte by byte."""

import io
import json
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ecrkit.oci import (
    REF_NAME,
    Descriptor,
    ImageBuilder,
    ImageManifest,
    ImageSource,
    build_config,
    build_manifest,
    media_types,
    open_verified,
    walk,
)
from ecrkit.oci.layout import blob_name
from ecrkit.references import Digest

MARKER = b'{"imageLayoutVersion":"1.0.0"}'


def make_content(folder: Path) -> Path:
    """Fill a folder with what an image may hold."""
    (folder / "sub").mkdir(parents=True)
    (folder / "hello").write_text("hello")
    (folder / "sub" / "zeros").write_bytes(bytes(200_000))
    (folder / "link").symlink_to("sub/zeros")
    (folder / ("long" * 40)).write_text("a name that needs an extended header")
    (folder / "ünïcode").write_text("another one")
    return folder


def builder_with_content(folder: Path, platform: str = "linux/amd64") -> ImageBuilder:
    """Start an image with one layer; the caller closes the builder."""
    content = make_content(folder / "content") if not (folder / "content").exists() else folder / "content"
    builder = ImageBuilder(platform)
    builder.add_layer(content, to="/app")
    builder.configure(entrypoint=["/app/hello"], labels={"team": "web"}, env={"A": "1"})
    return builder


def tar_bytes(entries: Mapping[str, bytes] | list[tuple[tarfile.TarInfo, bytes]]) -> bytes:
    """Write a tar archive in memory, also one that no tool would write."""
    listed = (
        [(tarfile.TarInfo(name), content) for name, content in entries.items()]
        if isinstance(entries, Mapping)
        else entries
    )
    out = io.BytesIO()
    with tarfile.TarFile(fileobj=out, mode="w") as archive:
        for member, content in listed:
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return out.getvalue()


def layer_tar() -> bytes:
    """Write a small uncompressed layer."""
    return tar_bytes({"etc/hostname": b"box\n"})


def layout_files(blobs: list[bytes], *roots: Mapping[str, Any]) -> dict[str, bytes]:
    """Lay out blobs under their true digests, and list the roots."""
    index = {"schemaVersion": 2, "manifests": list(roots)}
    return {
        "oci-layout": MARKER,
        "index.json": json.dumps(index).encode(),
        **{blob_name(Digest.of(blob)): blob for blob in blobs},
    }


def write_files(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files into a folder."""
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def small_image() -> tuple[list[bytes], dict[str, Any]]:
    """Make an image of one uncompressed layer: its blobs (manifest, config, layer) and its root."""
    layer = layer_tar()
    config = build_config("linux/amd64", [Digest.of(layer)])
    described = Descriptor(media_type=media_types.OCI_LAYER, digest=Digest.of(layer), size=len(layer))
    manifest = build_manifest(config.descriptor(), [described])
    return [manifest.raw, config.raw, layer], manifest.descriptor(annotations={REF_NAME: "one"}).to_wire()


def everything(source: ImageSource) -> dict[Digest, bytes]:
    """Read, with verification, every blob and manifest that a source offers."""
    found: dict[Digest, bytes] = {}
    for root in source.roots:
        for manifest in walk(source, root):
            found[manifest.digest] = manifest.raw
            if isinstance(manifest, ImageManifest):
                for blob in manifest.blobs:
                    with open_verified(source, blob) as stream:
                        found[blob.digest] = stream.read()
    return found
