"""Tables for people: what ECR said as text for a terminal, as HTML for a notebook, and as rich draws it. Asks nobody."""

from __future__ import annotations

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import TYPE_CHECKING, Literal, Protocol, cast, runtime_checkable

from ecrkit.errors import InvalidInputError

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable


_Side = Literal["left", "right"]


def table(things: Iterable[object] | Row | Tabular) -> Table:
    """Make a table of what was listed, planned or found. It is shown by `print`, by a notebook and by `rich.print`.

    A listing is read to its end; give it a `limit` if it may be long.

    Example:
        >>> print(table(repository.images(limit=10)))
        >>> rich.print(table(image.findings(min_severity="HIGH")))

    Args:
        things: Repositories and images that ECR described, findings, models of `ecrkit.models`, the rules and decisions of a
            lifecycle policy, verdicts of a plan, or anything else that is a `Row`; or a plan or a preview as a whole.

    Raises:
        InvalidInputError: These things have no rows: a handle, for example, knows nothing but its name.
    """
    if isinstance(things, Tabular):
        return things.__table__()
    if isinstance(things, Row):
        return Table([things.__table_row__()])
    if not isinstance(things, Iterable):  # pyright: ignore[reportUnnecessaryIsInstance] -- callers without types
        raise _no_row(things)
    return Table([_row(each) for each in things])


@runtime_checkable
class Row(Protocol):
    """What `table` can show in lists: anything that has this one method."""

    def __table_row__(self) -> Mapping[str, object]:
        """Give the values by their headings. A heading that other rows of a list lack is empty there."""
        ...


class Size(int):
    """Bytes, which a table shows as `11.5 MB`."""

    __slots__ = ()

    def __str__(self) -> str:
        if self < _KILO:
            return f"{int(self)} B"
        number, unit = self / _KILO, "kB"
        for larger in ("MB", "GB", "TB"):
            if number >= _NEXT_UNIT:
                number, unit = number / _KILO, larger
        return f"{number:,.1f} {unit}"


_KILO = 1000
_NEXT_UNIT = 999.95  # what is above would be rounded to 1000.0


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """Rows under headings, and a line below them. What the service sent is shown as text, and does nothing else.

    Characters that could command a terminal are written as their escapes; nothing is taken for HTML, nor for the markup of
    rich. Digests and long texts are shortened; HTML has the whole of them as titles.

    Example:
        >>> shown = table(repository.images())
        >>> print(shown)
        >>> Path("images.html").write_text(shown.to_html())
    """

    rows: Sequence[Mapping[str, object]]
    """The values by their headings. A heading without any value is not shown."""

    note: str = ""
    """Stands below the rows."""

    def __str__(self) -> str:
        columns = self._columns()
        lines = [[column.title for column in columns], *_across(columns)] if columns else []
        texts = [
            "  ".join(
                cell.padded(column.width, column.side) for cell, column in zip(cells, columns, strict=True)
            )
            for cells in lines
        ]
        return "\n".join([*(text.rstrip() for text in texts), *filter(None, [self._note])])

    __repr__ = __str__  # in a console, the table is what one wants to see

    def to_html(self) -> str:
        """Write the table as HTML for a notebook, a mail or a report. Its look is that of the page it comes into."""
        from html import escape  # noqa: PLC0415 -- few programs need it

        def data(cell: _Cell, side: str) -> str:
            title = f' title="{escape(cell.whole)}"' if cell.whole != cell.text else ""
            return f"<td{side}{title}>{escape(cell.text)}</td>"

        note = escape(self._note)
        if not self.rows:
            return f"<p{_NO_FORMULAS}>{note}</p>"
        columns = self._columns()
        sides = [f' style="text-align: {column.side}"' for column in columns]
        head = "".join(
            f"<th{side}>{escape(column.title.text)}</th>" for column, side in zip(columns, sides, strict=True)
        )
        body = "\n".join(f"<tr>{''.join(map(data, cells, sides))}</tr>" for cells in _across(columns))
        below = f'<caption style="caption-side: bottom; text-align: left">{note}</caption>\n' if note else ""
        return f"<table{_NO_FORMULAS}>\n{below}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"

    def _repr_html_(self) -> str:
        return self.to_html()

    def __rich__(self) -> ConsoleRenderable:
        from rich import box  # noqa: PLC0415 -- an extra; who calls this has it
        from rich.table import Table as RichTable  # noqa: PLC0415 -- an extra
        from rich.text import Text  # noqa: PLC0415 -- an extra

        note = Text(self._note)
        if not self.rows:
            return note
        shown = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, caption=note or None, caption_justify="left")
        columns = self._columns()
        for column in columns:
            shown.add_column(Text(column.title.text), justify=column.side, overflow="fold")
        for cells in _across(columns):
            shown.add_row(*(Text(cell.text) for cell in cells))
        return shown

    @property
    def _note(self) -> str:
        return _harmless(self.note or ("" if self.rows else "Nothing to show."))

    def _columns(self) -> list[_Column]:
        titles = dict.fromkeys(chain.from_iterable(self.rows))
        columns = [_Column.of(title, [row.get(title) for row in self.rows]) for title in titles]
        return [column for column in columns if any(cell.text for cell in column.cells)]


class Tabular(ABC):
    """Something that is a table by itself, such as a plan: `print`, notebooks and rich show it as one."""

    __slots__ = ()

    @abstractmethod
    def __table__(self) -> Table:
        """Give the table."""

    def __str__(self) -> str:
        return str(self.__table__())

    def _repr_html_(self) -> str:
        return self.__table__().to_html()

    def __rich__(self) -> ConsoleRenderable:
        return self.__table__().__rich__()


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    whole: str
    """The text before it was shortened."""

    @classmethod
    def of(cls, value: object) -> _Cell:
        texts = [_harmless(text) for text in _texts(value)]
        whole = ", ".join(texts)
        if _DIGEST.fullmatch(whole):
            return cls(whole[:_SHORT_DIGEST], whole)
        text = ", ".join(texts[:_MOST_LISTED])
        if len(text) > _LONGEST:
            text = text[: _LONGEST - 3] + "..."
        if len(texts) > _MOST_LISTED:
            text += f" and {len(texts) - _MOST_LISTED} more"
        return cls(text, whole)

    @property
    def width(self) -> int:
        return len(self.text) if self.text.isascii() else sum(map(_places, self.text))

    def padded(self, width: int, side: _Side) -> str:
        space = " " * (width - self.width)
        return space + self.text if side == "right" else self.text + space


@dataclass(frozen=True, slots=True)
class _Column:
    title: _Cell
    cells: list[_Cell]
    side: _Side
    width: int

    @classmethod
    def of(cls, title: str, values: Sequence[object]) -> _Column:
        heading, cells = _Cell.of(title), list(map(_Cell.of, values))
        are_numbers = all(isinstance(each, int | float | None) for each in values)
        width = max(cell.width for cell in [heading, *cells])
        return cls(heading, cells, "right" if are_numbers else "left", width)


def _across(columns: Iterable[_Column]) -> Iterator[tuple[_Cell, ...]]:
    return zip(*(column.cells for column in columns), strict=True)


def _texts(value: object) -> list[str]:
    match value:
        case None:
            return []
        case str():
            return [str(value)]
        case Row():  # a structure inside of a structure
            return _texts(value.__table_row__().values())
        case Mapping():
            pairs = cast("Mapping[object, object]", value).items()
            return [f"{name}={', '.join(_texts(each))}" for name, each in pairs]
        case Iterable():
            return [text for each in cast("Iterable[object]", value) for text in _texts(each)]
        case _:
            return [_word(value)]


def _word(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case float():
            return f"{value:g}"
        case datetime():
            moment = value.astimezone(UTC) if value.tzinfo is not None else value
            return f"{moment:%Y-%m-%d %H:%M}"
        case _:
            return str(value)


def _harmless(text: str) -> str:
    """Put a text on one line, and leave nothing in it that a terminal obeys or that changes what stands beside it."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in line)


def _places(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:  # stands on the character before it
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


def _row(thing: object) -> Mapping[str, object]:
    if not isinstance(thing, Row):
        raise _no_row(thing)
    return thing.__table_row__()


def _no_row(thing: object) -> InvalidInputError:
    return InvalidInputError(
        f"A table cannot show {type(thing).__name__}: give it repositories or images that ECR described, findings, models, "
        "or a plan. What `describe()` gives of a handle can be shown"
    )


_DIGEST = re.compile("sha256:[0-9a-f]{64}")
_SHORT_DIGEST = len("sha256:") + 12  # as many digits as Docker shows
_LONGEST = 100
_MOST_LISTED = 3
_NO_FORMULAS = (
    ' class="tex2jax_ignore mathjax_ignore"'  # notebooks take $...$ for a formula, which can hold links
)
