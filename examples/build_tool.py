"""Push as a build tool does that has made its layers before and knows their digests.

    python examples/build_tool.py team/app 1.4.2 build.json

`build.json` is what the build has written down:

    {"platform": "linux/amd64", "entrypoint": ["/app/server"],
     "layers": [{"path": "base.tar.gz", "digest": "sha256:...", "diff_id": "sha256:..."}]}

Files of layers that ECR has are not read.
"""

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ecrkit import Image, LayerToPush, Registry, Repository, oci


@dataclass(frozen=True)
class BuiltLayer:
    """What the build knows about a layer."""

    path: str
    digest: str
    diff_id: str
    """The digest of the tar file before it was compressed."""

    media_type: str = oci.media_types.OCI_LAYER_GZIP


def push(repository: Repository, layers: Sequence[BuiltLayer], config: oci.ImageConfig, tag: str) -> Image:
    """Push what is missing, several layers at once, then the config, then the manifest that makes them an image."""
    pushed = repository.push_layers(
        [LayerToPush(layer.path, digest=layer.digest, media_type=layer.media_type) for layer in layers]
    )
    for layer in pushed:
        print(f"{layer.digest}: {'sent' if layer.uploaded else 'exists'}")
    repository.push_layer(config.raw, digest=config.digest)
    manifest = oci.build_manifest(config.descriptor(), [layer.descriptor() for layer in pushed])
    return repository.put_image(manifest, tag)


def main() -> None:
    """Read what the build has written down, and push it."""
    parser = argparse.ArgumentParser(description="Push the layers of a build.")
    parser.add_argument("repository")
    parser.add_argument("tag")
    parser.add_argument("build", type=Path)
    options = parser.parse_args()
    build = json.loads(options.build.read_text("utf-8"))
    layers = [BuiltLayer(**layer) for layer in build["layers"]]
    diff_ids = [layer.diff_id for layer in layers]
    config = oci.build_config(build["platform"], diff_ids, entrypoint=build["entrypoint"])
    repository = Registry().create_repository(options.repository, exist_ok=True)
    print(push(repository, layers, config, options.tag).digest)


if __name__ == "__main__":
    main()
