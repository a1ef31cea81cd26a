"""Run the benchmarks and print their tables; with `--write docs/` also write them as Markdown and SVG.

python -m benchmarks                 # everything, a few minutes
python -m benchmarks --quick         # small sizes, under a minute, for trying
python -m benchmarks --only layer --write docs/
"""

import argparse
import shlex
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.layer_files import make_layer
from benchmarks.layer_rows import cost_of_one_layer, many_layers, memory_against_size, share_of_a_link
from benchmarks.plot import bar_chart
from benchmarks.processes import MIB, Cost, Rounds
from benchmarks.read_rows import reading
from benchmarks.stamp import Stamp, make_stamp
from benchmarks.tables import Table

# For values that hardly vary: peaks of memory, and time on a link that is the bottleneck.
_ONCE = Rounds(1, warm_up=0)
_FAMILIES = ("layer", "memory", "many", "link", "read")


@dataclass
class Session:
    """What to measure, and the results."""

    size: int
    images: int
    rounds: Rounds
    bandwidth: float
    round_trip: float
    families: list[str]
    folder: Path
    costs: dict[str, Cost] = field(default_factory=dict[str, Cost])

    def tables(self) -> Iterator[Table]:
        """Measure one family after the other."""
        if "layer" in self.families:
            table, self.costs = cost_of_one_layer(self._layer(self.size), self.folder, self.rounds)
            yield table
        if "memory" in self.families:
            sizes = sorted({self.size // 16, self.size // 4, self.size})
            yield memory_against_size([self._layer(size) for size in sizes], _ONCE)
        if "many" in self.families:
            yield many_layers(self._parts(8), self.rounds)
        if "link" in self.families:
            yield share_of_a_link(self._parts(4), self.bandwidth, self.round_trip, _ONCE)
        if "read" in self.families:
            yield reading(self.images, self.rounds)

    def _layer(self, size: int, number: int = 0) -> Path:
        path = self.folder / f"layer-{size}-{number}"
        return path if path.exists() else make_layer(self.folder, path.name, size)

    def _parts(self, count: int) -> list[Path]:
        return [self._layer(self.size // 4, number) for number in range(count)]


def main() -> None:
    """Measure, print, write; exit with 1 if an installed program failed."""
    options = _parse()
    stamp = make_stamp(shlex.join(["python", "-m", "benchmarks", *sys.argv[1:]]))
    tables: list[Table] = []
    with tempfile.TemporaryDirectory(prefix="benchmarks-", dir=options.folder) as folder:
        session = Session(
            size=options.size * MIB,
            images=options.images,
            rounds=Rounds(options.repetitions, warm_up=0 if options.quick else 1),
            bandwidth=options.bandwidth * MIB,
            round_trip=options.round_trip,
            families=options.only,
            folder=Path(folder),
        )
        for table in session.tables():
            print(table.as_text(), *table.complaints(), "", sep="\n", flush=True)
            tables.append(table)
    print(*stamp.lines(), sep="\n")
    if options.write:
        _write(options.write, tables, session.costs, stamp)
    sys.exit(any(table.failed for table in tables))


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small sizes and one run each")
    parser.add_argument("--size", type=int, help="MiB of the layer (1024; quick: 64)")
    parser.add_argument("--images", type=int, help="images to list (10000; quick: 2000)")
    parser.add_argument("--repetitions", type=int, help="runs that count (3; quick: 1)")
    parser.add_argument("--bandwidth", type=float, default=100.0, help="of the simulated link, MiB/s")
    parser.add_argument("--round-trip", type=float, default=0.05, help="of the simulated link, seconds")
    parser.add_argument("--only", nargs="+", choices=_FAMILIES, default=list(_FAMILIES))
    parser.add_argument(
        "--folder", type=Path, help="where the layers are written (the system's temporary folder)"
    )
    parser.add_argument("--write", type=Path, help="folder for benchmarks-table.md and benchmarks.svg")
    options = parser.parse_args()
    options.size = options.size or (64 if options.quick else 1024)
    options.images = options.images or (2000 if options.quick else 10_000)
    options.repetitions = options.repetitions or (1 if options.quick else 3)
    return options


def _write(folder: Path, tables: list[Table], costs: dict[str, Cost], stamp: Stamp) -> None:
    parts = [table.as_markdown() for table in tables]
    parts.append("\n".join(f"- {line}" for line in stamp.lines()))
    (folder / "benchmarks-table.md").write_text("\n\n".join(parts) + "\n")
    if costs:
        bars = {name: cost.cpu_seconds for name, cost in costs.items()}
        title = "CPU seconds to push one layer"
        (folder / "benchmarks.svg").write_text(bar_chart(title, bars, "s", "ecrkit", stamp.lines()))


if __name__ == "__main__":
    main()
