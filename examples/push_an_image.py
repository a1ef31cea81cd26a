"""Push a real image to an ECR, read every byte of it back, and show what it took.

It runs on a local ECR that it starts by itself, with no account and no Docker:

    python examples/push_an_image.py                 # twice: the second run finds the layers there
    python examples/push_an_image.py --data /tmp/e   # keep what was pushed elsewhere

To push to your own ECR, with the credentials and the region that boto3 finds:

    python examples/push_an_image.py --aws --repository team/demo
"""

import argparse
import hashlib
import sys
import sysconfig
import tarfile
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from ecrkit import Layer, LayerEvent, Registry, Repository, oci
from ecrkit.events import PartSent
from ecrkit.local import LocalECR
from ecrkit.progress import show_progress
from ecrkit.tables import Size, Table, table


def main() -> None:
    """Build, push, list, pull, verify, print."""
    options = parse_options()
    with registry_of(options) as registry, tempfile.TemporaryDirectory() as folder:
        repository = registry.create_repository(options.repository, exist_ok=True)
        print(f"{registry.region_name}: {repository.uri}\n")
        report = push(repository, build(Path(folder), options.tree), tag="3.0")
        print(table(repository.images()))
        verify(repository, tag="3.0", folder=Path(folder) / "pulled", report=report)


def build(folder: Path, library: Path) -> list[Path]:
    """Make two layers of files that are really here: Python's standard library, and this program."""
    folder.mkdir(exist_ok=True)
    files = {
        path: f"usr/lib/python3/{path.relative_to(library)}"
        for path in library.rglob("*")
        if path.suffix in {".py", ".so"} and "site-packages" not in path.parts
    }
    return [
        archive(folder / "python.tar", files),
        archive(folder / "app.tar", {Path(__file__): "app/main.py"}),
    ]


def archive(target: Path, files: dict[Path, str]) -> Path:
    """Write a tar whose bytes depend on the files alone, not on who packs them or when."""
    with tarfile.open(target, "w") as tar:
        for path, name in sorted(files.items(), key=lambda item: item[1]):
            entry = tar.gettarinfo(path, name)
            entry.uid = entry.gid = 0
            entry.uname = entry.gname = ""
            entry.mtime = 0
            with path.open("rb") as file:
                tar.addfile(entry, file)
    return target


class Report:
    """One row for each blob: what it took to push it."""

    def __init__(self) -> None:
        self.parts: dict[str, int] = {}
        self.rows: list[dict[str, object]] = []

    def count(self, event: LayerEvent) -> None:
        """Count the parts that went out."""
        if isinstance(event, PartSent):
            self.parts[event.layer] = self.parts.get(event.layer, 0) + 1

    def add(self, name: str, layer: Layer, seconds: float) -> None:
        """Add the row of a blob that is in the repository now."""
        parts = self.parts.get(layer.digest, 0) if layer.uploaded else "there"
        size = Size(layer.size or 0)
        self.rows.append(
            {"blob": name, "digest": layer.digest, "size": size, "parts": parts, "seconds": seconds}
        )


def push(repository: Repository, layers: list[Path], tag: str) -> Report:
    """Push the layers, a config that describes them, and a manifest that holds all together."""
    report = Report()
    diff_ids = [f"sha256:{sha256(path)}" for path in layers]
    config = oci.build_config("linux/amd64", diff_ids, entrypoint=["python3", "/app/main.py"])
    with show_progress() as show:

        def progress(event: LayerEvent) -> None:
            report.count(event)
            show(event)

        def push_one(source: Path | bytes, name: str) -> Layer:
            begun = time.perf_counter()
            layer = repository.push_layer(source, progress=progress)
            report.add(name, layer, time.perf_counter() - begun)
            return layer

        pushed = [push_one(path, path.stem) for path in layers]
        push_one(config.raw, "config")
    manifest = oci.build_manifest(config.descriptor(), [layer.descriptor() for layer in pushed])
    image = repository.put_image(manifest, tag)
    print(f"put {image!r}\n")
    return report


def verify(repository: Repository, tag: str, folder: Path, report: Report) -> None:
    """Read everything back and compare it byte by byte, by its digest."""
    image = repository.image(tag)
    begun = time.perf_counter()
    for layer in image.layers():
        path = layer.download(folder / layer.digest.hex)
        if sha256(path) != layer.digest.hex:
            sys.exit(f"{layer!r} came back with other bytes")
    config = image.config()
    print(f"\n{Table(report.rows)}")
    seconds = time.perf_counter() - begun
    print(
        f"\npulled and verified {len(image.layers())} layers and a config for {config.platform} in {seconds:.2f} s"
    )


def sha256(path: Path) -> str:
    """Hash a file, independently of the library that it is to vouch for."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def parse_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description="Push a real image and read it back.")
    parser.add_argument("--repository", default="ecrkit/demo")
    parser.add_argument("--data", type=Path, default=Path("ecr-data"), help="folder of the local ECR")
    parser.add_argument(
        "--tree",
        type=Path,
        default=Path(sysconfig.get_path("stdlib")),
        help="folder whose Python files become the first layer",
    )
    parser.add_argument("--aws", action="store_true", help="push to AWS in place of a local ECR")
    return parser.parse_args()


@contextmanager
def registry_of(options: argparse.Namespace) -> Generator[Registry]:
    """Connect to AWS, or to a local ECR for as long as it takes."""
    if options.aws:
        yield Registry()
        return
    with LocalECR(data_dir=options.data) as ecr:
        yield ecr.registry()


if __name__ == "__main__":
    main()
