"""Results as tables: aligned text for a terminal, Markdown for the docs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.processes import MIB, Cost, NotInstalledError, RunFailedError


@dataclass(frozen=True)
class Table:
    """One family of rows; the first column is a name, the others are numbers or words."""

    title: str
    note: str
    columns: Sequence[str]
    rows: list[Sequence[str]] = field(default_factory=list[Sequence[str]])
    problems: dict[str, Exception] = field(default_factory=dict[str, Exception])
    """By program: why there is no number."""

    def as_text(self) -> str:
        """Align the columns."""
        lines = [self.columns, *self.rows]
        widths = [max(len(line[column]) for line in lines) for column in range(len(self.columns))]
        body = [
            "  ".join(
                _align(cell, width, column)
                for column, (cell, width) in enumerate(zip(line, widths, strict=True))
            )
            for line in lines
        ]
        body.insert(1, "  ".join("-" * width for width in widths))
        return "\n".join([self.title, *(line.rstrip() for line in body), self.note])

    def as_markdown(self) -> str:
        """Write it as Markdown does."""
        rule = ["---", *["---:"] * (len(self.columns) - 1)]
        lines = ["| " + " | ".join(line) + " |" for line in (self.columns, rule, *self.rows)]
        return "\n".join([f"**{self.title}**", "", *lines, "", self.note])

    def complaints(self) -> list[str]:
        """Say for each program without a number what happened to it."""
        return [f"! {name}: {problem}" for name, problem in self.problems.items()]

    @property
    def failed(self) -> bool:
        """Whether a row lacks its numbers because a program failed, rather than because it is not installed."""
        return any(isinstance(problem, RunFailedError) for problem in self.problems.values())


def _align(cell: str, width: int, column: int) -> str:
    return cell.ljust(width) if column == 0 else cell.rjust(width)


def wall(cost: Cost) -> str:
    """Wall seconds with two decimals."""
    return f"{cost.wall_seconds:.2f}"


def cpu(cost: Cost) -> str:
    """CPU seconds with two decimals."""
    return f"{cost.cpu_seconds:.2f}"


def peak(cost: Cost) -> str:
    """Peak memory in whole MiB."""
    return mib(cost.peak_bytes)


def mib(size: float) -> str:
    """Bytes as whole MiB."""
    return f"{size / MIB:.0f}"


def times(
    value: Cost | Exception | None, base: Cost | Exception | None, number: Callable[[Cost], float]
) -> str:
    """How many times the base; a dash where one of them is missing."""
    if isinstance(value, Cost) and isinstance(base, Cost) and number(base) > 0:
        return f"{number(value) / number(base):.2f}x"
    return "-"


def cell(found: Cost | Exception, show: Callable[[Cost], str]) -> str:
    """Show a cost, or say in two words why there is none."""
    if isinstance(found, Cost):
        return show(found)
    return "not installed" if isinstance(found, NotInstalledError) else "failed"


def problems(found: Mapping[str, Cost | Exception]) -> dict[str, Exception]:
    """Pick what went wrong."""
    return {name: problem for name, problem in found.items() if isinstance(problem, Exception)}
