"""`Rows`: a list that is displayed as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex, TypeVar, overload

from ecrkit.tables._records import Plain, to_records
from ecrkit.tables._table import table

if TYPE_CHECKING:
    from rich.console import ConsoleRenderable

ItemT = TypeVar("ItemT")


class Rows(list[ItemT]):
    """A list, of images or layers for example, that notebooks and rich display as a table. So are its slices.

    Example:
        >>> repository.images().newest_first()[:10]
    """

    __slots__ = ()

    @overload
    def __getitem__(self, index: SupportsIndex, /) -> ItemT: ...
    @overload
    def __getitem__(self, index: slice, /) -> Rows[ItemT]: ...
    def __getitem__(self, index: SupportsIndex | slice, /) -> ItemT | Rows[ItemT]:
        if isinstance(index, slice):
            return Rows(super().__getitem__(index))
        return super().__getitem__(index)

    def to_records(self) -> list[dict[str, Plain]]:
        """Convert the items to plain values for pandas or a CSV file; see `ecrkit.tables.to_records`."""
        return to_records(self)

    def _repr_html_(self) -> str:
        return table(self).to_html()

    def __rich__(self) -> ConsoleRenderable:
        return table(self).__rich__()
