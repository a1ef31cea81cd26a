"""The rows about reading: typed images against boto3's dicts, and what an import costs."""

import sys

from benchmarks.processes import Cost, Program, Rounds, measure_interleaved, python
from benchmarks.servers import Server, discard_server
from benchmarks.tables import Table, cell, cpu, peak, problems, times, wall

_FIRST = "import to first answer"
_FEW = 10


def reading(images: int, rounds: Rounds) -> Table:
    """List images, ten times as many images, the first few; and import only."""
    table = Table(
        "Reading and importing",
        f"Medians of {rounds.counted} runs, taken in turns. Listings are less what it takes to the first answer. "
        "Every page has 1,000 images.",
        (
            "what",
            "ecrkit CPU s",
            "boto3 CPU s",
            "ecrkit / boto3",
            "ecrkit wall s",
            "boto3 wall s",
            "ecrkit MiB",
            "boto3 MiB",
        ),
    )
    with discard_server() as server:
        programs = {
            (kind, what): program
            for kind in ("ecrkit", "boto3")
            for what, program in _programs(server, kind, images).items()
        }
        found = measure_interleaved(
            {f"{kind} {what}": program for (kind, what), program in programs.items()}, rounds
        )
    for what in _programs(Server(""), "ecrkit", images):
        ours, theirs = found[f"ecrkit {what}"], found[f"boto3 {what}"]
        if what.startswith("list"):
            ours, theirs = (
                _less(ours, found[f"ecrkit {_FIRST}"]),
                _less(theirs, found[f"boto3 {_FIRST}"]),
            )
        table.rows.append((what, *_cells(ours, theirs)))
        table.problems.update(problems({f"ecrkit, {what}": ours, f"boto3, {what}": theirs}))
    return table


def _programs(server: Server, kind: str, images: int) -> dict[str, Program]:
    module = "benchmarks.contenders.list_images"

    def listing(count: int) -> Program:
        return Program(python(module, kind, "--endpoint", server.endpoint, "--images", str(count)))

    return {
        "import": Program((sys.executable, "-c", f"import {kind}")),
        _FIRST: listing(_FEW),
        f"list {images:,} images": listing(images),
        f"list {images * 10:,} images": listing(images * 10),
    }


def _less(cost: Cost | Exception, idle: Cost | Exception) -> Cost | Exception:
    if isinstance(cost, Exception):
        return cost
    return idle if isinstance(idle, Exception) else cost - idle


def _cells(ours: Cost | Exception, theirs: Cost | Exception) -> tuple[str, ...]:
    return (
        cell(ours, cpu),
        cell(theirs, cpu),
        times(ours, theirs, lambda cost: cost.cpu_seconds),
        cell(ours, wall),
        cell(theirs, wall),
        cell(ours, peak),
        cell(theirs, peak),
    )
