"""Measure what each compression of `ecrkit.oci` costs, and print a Markdown table.

python -m benchmarks.compression FOLDER     # for example the site-packages of an application
"""

import argparse
import io
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from ecrkit.oci import Compression, layer_from_folder, layer_from_tar

MB = 1_000_000


@dataclass(frozen=True)
class Setting:
    """How to compress."""

    compression: Compression
    level: int | None = None
    threads: int = 1

    def __str__(self) -> str:
        words = [f'`compression="{self.compression}"`']
        if self.level is not None:
            words.append(f"`level={self.level}`")
        if self.threads > 1:
            words.append(f"`threads={self.threads}`")
        return ", ".join(words)


SETTINGS = [
    Setting("none"),
    Setting("gzip"),
    Setting("gzip", level=1),
    Setting("gzip", level=9),
    Setting("gzip-fast"),
    Setting("gzip-fast", level=1),
    Setting("zstd"),
    Setting("zstd", level=9, threads=2),
]


def main() -> None:
    """Compress one folder in each way."""
    parser = argparse.ArgumentParser(description="Measure what each compression costs.")
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        plain = layer_from_folder(folder, work / "plain", compression="none")
        print(f"{plain.descriptor.size / MB:.0f} MB before compression\n")
        print("| Setting | CPU | Size |\n| --- | --: | --: |")
        content = plain.path.read_bytes()
        for number, setting in enumerate(SETTINGS):
            started = time.process_time()
            layer = layer_from_tar(
                io.BytesIO(content),
                work / str(number),
                compression=setting.compression,
                level=setting.level,
                threads=setting.threads,
            )
            seconds = time.process_time() - started
            share = layer.descriptor.size / plain.descriptor.size
            print(f"| {setting} | {seconds:.1f} s | {share:.1%} |")
            layer.path.unlink()


if __name__ == "__main__":
    main()
