"""Cells of a table: one line, short, and escaped."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from typing import Literal, cast

from ecrkit.references import shorten_digest
from ecrkit.tables import Row

Side = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    whole: str
    """The text before it was shortened."""

    @classmethod
    def of(cls, value: object) -> Cell:
        texts = [harmless(text) for text in _texts(value)]
        whole = ", ".join(texts)
        if (digest := shorten_digest(whole)) != whole:
            return cls(digest, whole)
        text = ", ".join(texts[:_MOST_LISTED])
        if len(text) > _LONGEST:
            text = text[: _LONGEST - 3] + "..."
        if len(texts) > _MOST_LISTED:
            text += f" and {len(texts) - _MOST_LISTED} more"
        return cls(text, whole)

    @property
    def width(self) -> int:
        return len(self.text) if self.text.isascii() else sum(map(_places, self.text))

    def padded(self, width: int, side: Side) -> str:
        space = " " * (width - self.width)
        return space + self.text if side == "right" else self.text + space


@dataclass(frozen=True, slots=True)
class Column:
    title: Cell
    cells: list[Cell]
    side: Side
    width: int

    @classmethod
    def of(cls, title: str, values: Sequence[object]) -> Column:
        heading, cells = Cell.of(title), list(map(Cell.of, values))
        are_numbers = all(
            isinstance(each, int | float | None) and not isinstance(each, bool) for each in values
        )
        width = max(cell.width for cell in [heading, *cells])
        return cls(heading, cells, "right" if are_numbers else "left", width)


def columns_of(rows: Sequence[Mapping[str, object]]) -> list[Column]:
    """Return the non-empty columns in the order in which their headings first occur."""
    titles = dict.fromkeys(chain.from_iterable(rows))
    columns = [Column.of(title, [row.get(title) for row in rows]) for title in titles]
    return [column for column in columns if any(cell.text for cell in column.cells)]


def across(columns: Iterable[Column]) -> Iterator[tuple[Cell, ...]]:
    return zip(*(column.cells for column in columns), strict=True)


def _texts(value: object) -> list[str]:
    match value:
        case None:
            return []
        case str():
            return [str(value)]
        case Row():  # a nested structure
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
            return f"{value:.1f}"
        case datetime():
            moment = value.astimezone(UTC) if value.tzinfo is not None else value
            return f"{moment:%Y-%m-%d %H:%M}"
        case _:
            return str(value)


def harmless(text: str) -> str:
    """Put text on one line, and escape characters that control a terminal or change adjacent text."""
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return "".join(each if each.isprintable() else each.encode("unicode_escape").decode() for each in line)


def _places(character: str) -> int:
    if unicodedata.category(character) in {"Mn", "Me"}:  # combines with the previous character
        return 0
    return 2 if unicodedata.east_asian_width(character) in {"W", "F"} else 1


_LONGEST = 100
_MOST_LISTED = 3
