"""`Items`: a listing that is fetched page by page while one loops over it, with `for` or with `async for`."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Callable, Collection, Generator, Iterable, Iterator, Sized
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, Self

from typing_extensions import TypeVar

from ecrkit.cancellation import Scope, current_scope
from ecrkit.client import Client
from ecrkit.errors import InvalidInputError
from ecrkit.models import PagedRequest, PagedResponse, Request
from ecrkit.models._limits import greatest
from ecrkit.reading_ahead import ReadAhead

if TYPE_CHECKING:
    from ecrkit.tables import Plain, Rows

ItemT = TypeVar("ItemT", covariant=True)  # noqa: PLC0105 -- its name stands in hover texts
PageT = TypeVar("PageT", bound=PagedResponse)
SourceT = TypeVar("SourceT")


class Items(Generic[ItemT]):
    """A listing. Nothing is sent before iteration, and each loop starts from the beginning.

    Pages grow from ECR's default size to its maximum unless `page_size` is set. From the second page on, the next page is
    requested while the caller uses the current one.

    Example:
        >>> for repository in registry.repositories(): ...
        >>> async for repository in registry.repositories(): ...
        >>> first_ten = list(registry.repositories(limit=10))
    """

    def __init__(
        self,
        client: Client,
        request: PagedRequest[PageT],
        items_of: Callable[[PageT], Iterable[ItemT]],
        *,
        limit: int | None = None,
        page_size: int | None = None,
        start: str | None = None,
    ) -> None:
        """Describe a listing.

        Args:
            client: Sends the requests.
            request: Asks for the first page.
            items_of: Returns the items of a page. Return `LazyItems` to create them one by one.
            limit: Maximum number of items to return.
            page_size: Items per request; if omitted, pages grow from ECR's default size to its maximum.
            start: `resume_token` from an earlier listing, or a `next_token` of the service.

        Raises:
            InvalidInputError: The limit is negative, the token to start from is damaged, or the service gives no pages of
                that size.
        """
        if limit is not None and limit < 0:
            raise InvalidInputError(f"limit is {limit}; it must be 0 or more")
        first = _Position.parse(request.next_token if start is None else start)
        ask = request if page_size is None else _with_page_size(request, page_size)
        sizes = _PageSizes(ask, first.page_size)
        self._request: object = ask
        self._limit = limit
        self._position = first  # of the page that a loop is in, or begins with
        self._following: _Position | None = None  # position after that page
        self._size = 1  # number of its items
        # How many of them went out: counted, for a position for each item would cost too much.
        self._given = 0

        def walk(scope: Scope | None) -> Generator[_Page[ItemT]]:
            return _walk(client, ask, items_of, first, sizes, limit, scope)

        self._walk = walk
        self._client = client

    def __repr__(self) -> str:
        limit = "" if self._limit is None else f", limit={self._limit}"
        return f"{type(self).__name__}({self._request!r}{limit})"

    def _repr_html_(self) -> str | None:
        """Show the first items in a notebook. They are listed again each time."""
        from ecrkit.tables import Row, Table  # noqa: PLC0415 -- few programs need it

        # Pages as they are: what chooses among the items of a page might have to go through many small ones.
        items: list[ItemT] = []
        following: _Position | None = None
        for page in islice(self._limited(current_scope()), _MOST_PAGES):
            items += page.items
            following = page.following
            if len(items) > _MOST_SHOWN:
                break
        rows = [item.__table_row__() for item in items if isinstance(item, Row)]
        if len(rows) < len(items):
            return None
        if len(rows) > _MOST_SHOWN:
            return Table(rows[:_MOST_SHOWN], f"The first {_MOST_SHOWN}; there are more.").to_html()
        is_all = following is None or len(rows) == self._limit
        return Table(
            rows, "" if is_all else f"{len(rows)} on the first {_MOST_PAGES} pages; there are more pages."
        ).to_html()

    @property
    def resume_token(self) -> str | None:
        """Position where the last loop stopped: pass it as `start=` to continue there, also in another process.

        Absent where that loop came to the end of the listing.
        """
        inside = self._given < self._size
        stopped_at = self._position.after(self._given) if inside else self._following
        return stopped_at.token() if stopped_at is not None else None

    def __iter__(self) -> Iterator[ItemT]:
        with closing(self._limited(current_scope())) as pages:
            for page in pages:
                yield from self._taken(page)

    async def __aiter__(self) -> AsyncIterator[ItemT]:
        scope = Scope(current_scope())
        pages = self._limited(scope)
        try:
            while (page := await self._client.threads.call(next, pages, None)) is not None:
                for item in self._taken(page):
                    yield item
        finally:
            scope.cancel()
            scope.close()

    def to_list(self) -> Rows[ItemT]:
        """List everything. The result is a list that notebooks and rich display as a table."""
        from ecrkit.tables import Rows  # noqa: PLC0415 -- few programs need it

        return Rows(self)

    def to_records(self) -> list[dict[str, Plain]]:
        """List everything as plain values for pandas or a CSV file, one dictionary per item with the same columns.

        Several strings become one, separated by commas; structures become JSON; times are in UTC. The columns are:

        - images: `repository`, `digest`, `tags`, `pushed_at`, `size`, `last_pulled_at`, `status`, `media_type`,
          `artifact_type`, `subject`
        - repositories: `name`, `uri`, `arn`, `registry_id`, `created_at`, `tag_mutability`, `scan_on_push`, `encryption`
        - findings: `id`, `severity`, `package`, `installed_version`, `fixed_version`, `score`, `uri`, `description`
        - models: their fields

        Example:
            >>> pandas.DataFrame(repository.images().to_records())
        """
        from ecrkit.tables import to_records  # noqa: PLC0415 -- few programs need it

        return to_records(self)

    if not TYPE_CHECKING:  # type checkers report these; a program without one gets advice

        def __getitem__(self, index: object) -> object:
            raise TypeError(
                f"{type(self).__name__} cannot be indexed: call list() first, or pass limit=1 for one item"
            )

        def __len__(self) -> int:
            raise TypeError(f"{type(self).__name__} has no length before it is listed: call list() first")

        def __bool__(self) -> bool:
            return True

    def pages(self) -> Iterator[list[ItemT]]:
        """Yield the items of one page at a time. A page may be empty: the service filters after it has cut pages."""
        with closing(self._limited(current_scope())) as pages:
            for page in pages:
                self._enter(page, given=page.size)
                yield list(page.items)

    def _taken(self, page: _Page[ItemT]) -> Iterator[ItemT]:
        self._enter(page, given=0)
        for given, item in enumerate(page.items, start=1):
            self._given = given  # noted before the item goes out: a loop that is left never comes back here
            yield item

    def _enter(self, page: _Page[object], *, given: int) -> None:
        self._position, self._following = page.position, page.following
        self._size, self._given = page.size, given

    def _limited(self, scope: Scope | None) -> Generator[_Page[ItemT]]:
        left = self._limit
        if left == 0:
            return
        with closing(self._walk(scope)) as pages:
            for page in pages:
                if left is not None and page.size >= left:
                    yield page.cut(left)
                    return
                left = left - page.size if left is not None else None
                yield page


@dataclass(frozen=True, slots=True)
class LazyItems(Generic[SourceT, ItemT]):
    """The items of a page that are made while one loops over them: a thousand at once keep the garbage collector busy."""

    make: Callable[[SourceT], ItemT]
    sources: Collection[SourceT]

    def __len__(self) -> int:
        return len(self.sources)

    def __iter__(self) -> Iterator[ItemT]:
        return map(self.make, self.sources)


@dataclass(frozen=True, slots=True)
class _Position:
    """A place in a listing: so many items after the beginning of the page that a token leads to."""

    page: str | None = None
    skip: int = 0
    page_size: int | None = None
    """The page size that was requested, so that resuming requests the same page."""

    def after(self, items: int) -> Self:
        return replace(self, skip=self.skip + items)

    def token(self) -> str | None:
        if not self.skip:
            return self.page
        text = json.dumps([self.page, self.skip, self.page_size])
        return _OURS + base64.urlsafe_b64encode(text.encode()).decode()

    @classmethod
    def parse(cls, token: str | None) -> Self:
        if token is None or not token.startswith(_OURS):
            return cls(token)
        try:
            page, skip, *rest = json.loads(base64.urlsafe_b64decode(token.removeprefix(_OURS)))
            [page_size] = rest or [None]  # older tokens have no page size
        except (ValueError, TypeError) as error:
            raise _damaged(token) from error
        if not isinstance(page, str | None) or not _is_count(skip) or not _is_count(page_size, or_none=True):
            raise _damaged(token)
        return cls(page, skip, page_size)


def _is_count(value: object, *, or_none: bool = False) -> bool:
    return (isinstance(value, int) and value >= 1) or (or_none and value is None)


def _damaged(token: str) -> InvalidInputError:
    return InvalidInputError(f"{token!r} is not a token to start a listing from: it is damaged")


class _PageSizes:
    """How many items to request with each page of a listing."""

    def __init__(self, request: PagedRequest[PagedResponse], first: int | None) -> None:
        self._fixed = request.max_results
        self._most = greatest(type(request), "max_results")
        self._first = first if self._most is None or first is None else min(first, self._most)

    @property
    def first(self) -> int | None:
        """The size of the first page; None for ECR's default."""
        return self._first if self._fixed is None else self._fixed

    def after(self, size: int | None, *, left: int | None) -> int | None:
        """Return the size of the page after one of this size: twice as many, but no more than are left.

        Where few are left, ECR's default is enough: it may filter pages after cutting them, so tiny ones cost requests.
        """
        if self._fixed is not None or self._most is None:
            return self._fixed
        grown = min(2 * (size or _DEFAULT_SIZE), self._most)
        return grown if left is None else min(grown, max(left, _DEFAULT_SIZE))


@dataclass(frozen=True, slots=True)
class _Page(Generic[ItemT]):
    """Items, to be taken once, where they stand in the listing, and what stands behind them."""

    position: _Position
    following: _Position | None
    items: Iterator[ItemT]
    size: int

    def cut(self, size: int) -> _Page[ItemT]:
        rest = self.position.after(size) if size < self.size else self.following
        return _Page(self.position, rest, islice(self.items, size), size)


_DEFAULT_SIZE = 100  # items in a page of most operations unless the request names a size
_MOST_SHOWN = 20  # in a notebook
_MOST_PAGES = 5  # to ask for, for that
_OURS = "ecrkit-"  # tells our tokens, which point into a page, from those of the service


def _with_page_size(request: PagedRequest[PageT], size: int) -> PagedRequest[PageT]:
    # Built from its fields, because a copy would not be validated.
    members: dict[str, Any] = request.to_wire() | {"maxResults": size}
    return type(request)(**members)


def _walk(
    client: Client,
    request: PagedRequest[PageT],
    items_of: Callable[[PageT], Iterable[ItemT]],
    first: _Position,
    sizes: _PageSizes,
    limit: int | None,
    scope: Scope | None,
) -> Generator[_Page[ItemT]]:
    size, left, is_first = sizes.first, limit, True
    position = replace(first, page_size=size)

    def send(following: Request[PageT]) -> PageT:
        return client.send(following.model_copy(update={"max_results": size}))

    asked = client.paginate(request.model_copy(update={"next_token": first.page}), send=send)
    ahead = ReadAhead(asked, client.threads, scope)
    try:
        while (page := ahead.take()) is not None:
            found = items_of(page)
            items = found if isinstance(found, Sized) else list(found)
            skipped = min(position.skip, len(items))
            count = len(items) - skipped
            left = None if left is None else left - count
            following: _Position | None = None
            if page.next_token is not None:
                size = sizes.after(size, left=left)
                following = _Position(page.next_token, position.skip - skipped, size)
                if not is_first and (left is None or left > 0):
                    ahead.begin()
            # The position as the page was requested: what is skipped in it may be more than it has.
            yield _Page(position, following, islice(items, skipped, None), count)
            is_first = False
            if following is not None:
                position = following
    finally:
        ahead.stop()
