"""`Bars`: a bar for each layer on a terminal, and one for the total. Needs rich."""

import time
from collections.abc import Iterable
from typing import TextIO

from rich.console import Console, RenderableType
from rich.progress import BarColumn, DownloadColumn, Progress, ProgressColumn, Task, TaskID, TextColumn
from rich.table import Column
from rich.text import Text

from ecrkit._display.board import Board, Row, State
from ecrkit.events import LayerEvent
from ecrkit.tables import Size


class Bars:
    """Shows a line with a bar for each layer: how much, how fast, and how long, or how it ended."""

    def __init__(self, file: TextIO) -> None:
        self._board = Board()
        self._progress = _Progress(
            TextColumn(
                "{task.description}",
                markup=False,
                table_column=Column(no_wrap=True, overflow="ellipsis", max_width=_LABEL),
            ),
            BarColumn(bar_width=None, table_column=Column(ratio=1, min_width=8)),
            DownloadColumn(table_column=Column(no_wrap=True, justify="right")),
            _Status(table_column=Column(no_wrap=True, min_width=_STATUS)),
            console=Console(file=file),
            expand=True,
        )
        self._tasks: dict[int, TaskID] = {}
        self._states: dict[TaskID, State] = {}
        self._total: TaskID | None = None
        self._progress.start()

    def __call__(self, event: LayerEvent) -> None:
        row = self._board.take(event, time.monotonic())
        if row is not None:
            self._show(row)
        if self._board.count > 1:
            self._show_total()

    def end(self) -> None:
        """Show what has not ended as cancelled, and leave the bars as they are."""
        for row in self._board.end():
            self._show(row)
        if self._total is not None:
            self._show_total(is_over=True)
        self._progress.is_over = True
        self._progress.stop()
        if self._total is not None:
            self._progress.console.print(self._board.summary, markup=False, highlight=False)

    def _show(self, row: Row) -> None:
        task = self._tasks.get(id(row))
        if task is None:
            task = self._tasks[id(row)] = self._progress.add_task(
                row.label, total=row.size, row=row, status=""
            )
        if self._states.get(task) is State.HASHING and row.state is State.MOVING:
            self._progress.reset(task)  # so that speed and time are those of the transfer
        self._states[task] = row.state
        total = row.size if row.size is not None or row.state is not State.DONE else row.moved
        self._progress.update(
            task, description=_fitting(row.label), total=total, completed=row.shown, status=row.status
        )
        if row.state.is_final:
            self._progress.stop_task(task)

    def _show_total(self, *, is_over: bool = False) -> None:
        total, board = self._board.total, self._board
        if self._total is None:
            self._total = self._progress.add_task("", total=total, row=None, status="")
        self._progress.update(
            self._total,
            description=f"total of {board.count} layers",
            total=total,
            completed=board.done,
            status="",
        )
        if is_over:
            self._progress.stop_task(self._total)


def _fitting(label: str) -> str:
    """Shorten the name of the file, and not the digest after it."""
    name, space, digest = label.rpartition(" ")
    most = _LABEL - len(space + digest)
    return label if len(name) <= most else f"{name[: most - 1]}…{space}{digest}"


class _Progress(Progress):
    """Shows the total last; if there are more layers than lines, those that ended first are left out."""

    is_over = False
    """Whether nothing moves any more, so that the terminal may scroll."""

    def get_renderables(self) -> Iterable[RenderableType]:
        if not self.tasks:  # at first, when there is no console yet either
            return
        layers = [task for task in self.tasks if task.fields["row"] is not None]
        totals = [task for task in self.tasks if task.fields["row"] is None]
        excess = len(self.tasks) - max(4, self.console.height - 2)
        ended = [task for task in layers if task.stop_time is not None]
        left_out = [] if self.is_over else ended[: max(0, excess)]
        yield self.make_tasks_table([*(task for task in layers if task not in left_out), *totals])


class _Status(ProgressColumn):
    """How a layer ended; while it moves, how fast and how long still."""

    def render(self, task: Task) -> Text:
        status: str = task.fields["status"]
        if task.stop_time is not None:
            seconds = task.finished_time or task.elapsed
            took = "" if status == State.EXISTS or seconds is None else f" {seconds:.1f} s"
            return Text(f"{status}{took}".strip(), style=_STYLES.get(status.partition(",")[0], ""))
        said = [status] if status else []
        if task.speed:
            said.append(f"{Size(int(task.speed))}/s")
            if (left := task.time_remaining) is not None and status != State.HASHING:
                said.append(f"{int(left) // 60}:{int(left) % 60:02}")
        return Text(" ".join(said))


_STYLES: dict[str, str] = {
    State.FAILED: "red",
    State.CANCELLED: "yellow",
    State.DONE: "green",
    State.EXISTS: "green",
}
_LABEL = 30  # columns
_STATUS = 16
