"""Layers to push: files of incompressible bytes."""

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path

from benchmarks.processes import MIB


def make_layer(folder: Path, name: str, size: int) -> Path:
    """Write a file of random bytes; written just now, it is still in the page cache when it is read."""
    path = folder / name
    with path.open("wb") as file:
        for _ in range(size // MIB):
            file.write(os.urandom(MIB))
    return path


def make_oci_layout(folder: Path, layer: Path) -> Path:
    """Put a layer into an OCI image layout (as a hard link), which is what skopeo pushes from."""
    layout = folder / "layout"
    blobs = layout / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    with layer.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    os.link(layer, blobs / digest)
    config = _put(blobs, {"architecture": "amd64", "os": "linux", "rootfs": _root_of(digest)})
    media_type = "application/vnd.oci.image.layer.v1.tar"
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.oci.image.manifest.v1+json",
        "config": config | {"mediaType": "application/vnd.oci.image.config.v1+json"},
        "layers": [{"mediaType": media_type, "digest": f"sha256:{digest}", "size": layer.stat().st_size}],
    }
    entry = _put(blobs, manifest) | {"mediaType": manifest["mediaType"]}
    (layout / "index.json").write_text(json.dumps({"schemaVersion": 2, "manifests": [entry]}))
    (layout / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    return layout


def _root_of(digest: str) -> dict[str, object]:
    return {"type": "layers", "diff_ids": [f"sha256:{digest}"]}


def _put(blobs: Path, content: Mapping[str, object]) -> dict[str, object]:
    data = json.dumps(content).encode()
    digest = hashlib.sha256(data).hexdigest()
    (blobs / digest).write_bytes(data)
    return {"digest": f"sha256:{digest}", "size": len(data)}
