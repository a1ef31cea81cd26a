"""`Displayed` and `Tabular`: objects that notebooks and rich display as a table."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecrkit.tables._table import Table

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable


class Displayed(ABC):
    """An object that notebooks and rich display as the table that `__table__` returns. Nothing is sent."""

    __slots__ = ()

    @abstractmethod
    def __table__(self) -> Table:
        """Return the table."""

    def _repr_html_(self) -> str:
        return self.__table__().to_html()

    def __rich__(self) -> ConsoleRenderable:
        return self.__table__().__rich__()


class Tabular(Displayed):
    """An object displayed as a table, such as a plan, also by `print`."""

    __slots__ = ()

    def __str__(self) -> str:
        return str(self.__table__())


def card(values: Mapping[str, object], note: str = "") -> Table:
    """Return a table of one object, with a row for each value."""
    return Table([{"": name, "value": value} for name, value in values.items() if value is not None], note)
