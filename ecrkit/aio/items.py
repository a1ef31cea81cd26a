"""`AsyncItems`: a listing for `async for`."""

from __future__ import annotations

import builtins
from collections.abc import AsyncIterator, Callable
from typing import TYPE_CHECKING, Any, Generic

from typing_extensions import TypeVar

from ecrkit.aio.calling import call, iterate

if TYPE_CHECKING:
    from ecrkit.paging import Items
    from ecrkit.tables import Plain, Rows

ItemT = TypeVar("ItemT", covariant=True)  # noqa: PLC0105 -- its name stands in hover texts
SourceT = TypeVar("SourceT")


class AsyncItems(Generic[ItemT]):
    """A listing. Nothing is requested before the first item is needed, and each loop starts again.

    Example:
        >>> async for repository in registry.repositories(): ...
        >>> first_ten = await registry.repositories(limit=10).list()
    """

    def __init__(
        self, items: Items[SourceT] | Callable[[], Items[SourceT]], wrap: Callable[[SourceT], ItemT]
    ) -> None:
        """Wrap a listing.

        Args:
            items: The listing, or what makes it, if that sends a request.
            wrap: Makes the async variant of an item.
        """
        self._make: Callable[[], Items[Any]] | None = items if callable(items) else None
        self._items: Items[Any] | None = None if callable(items) else items
        self._wrap: Callable[[Any], ItemT] = wrap

    def __repr__(self) -> str:
        return "AsyncItems()" if self._items is None else f"Async{self._items!r}"

    async def __aiter__(self) -> AsyncIterator[ItemT]:
        async for item in await self._opened():
            yield self._wrap(item)

    async def to_list(self) -> Rows[ItemT]:
        """Return all items, as a list that notebooks and rich display as a table.

        Example:
            >>> images = await repository.images().to_list()
        """
        from ecrkit.tables import Rows  # loaded when it is needed

        items = await self._opened()
        return Rows(self._wrap(item) for item in await call(items.to_list))

    async def list(self) -> builtins.list[ItemT]:
        """Return all items; the same as `to_list`."""
        return await self.to_list()

    async def to_records(self) -> builtins.list[dict[str, Plain]]:
        """Return all items as plain values for pandas or a CSV file; see `Items.to_records`."""
        return await call((await self._opened()).to_records)

    async def pages(self) -> AsyncIterator[builtins.list[ItemT]]:
        """Return the items a page at a time. A page may be empty: the service filters after it has cut pages."""
        async for page in iterate((await self._opened()).pages):
            yield [self._wrap(item) for item in page]

    @property
    def resume_token(self) -> str | None:
        """Where the last loop stopped: pass it as `start=` to resume there, in another process if need be.

        None if that loop came to the end of the listing.
        """
        return None if self._items is None else self._items.resume_token

    async def _opened(self) -> Items[Any]:
        if self._items is None and self._make is not None:
            self._items = await call(self._make)
        assert self._items is not None  # noqa: S101 -- there is the listing or what makes it
        return self._items
