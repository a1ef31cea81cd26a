"""`Items`: a listing that is fetched page by page while one loops over it, with `for` or with `async for`."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Iterator, Sized
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, Generic, Self

from typing_extensions import TypeVar

from ecrkit.client import Client
from ecrkit.errors import InvalidInputError
from ecrkit.models import PagedRequest, PagedResponse

if TYPE_CHECKING:
    from ecrkit.tables import Plain, Rows

ItemT = TypeVar("ItemT", covariant=True)  # noqa: PLC0105 -- its name stands in hover texts
PageT = TypeVar("PageT", bound=PagedResponse)
SourceT = TypeVar("SourceT")


class Items(Generic[ItemT]):
    """A listing. Nothing is asked before the first item is wanted, and each loop starts anew.

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
            items_of: Takes the items out of a page. Give `Made` where they are to be made one by one.
            limit: How many items to give out at the most; all of them if absent.
            page_size: How many items to ask for at a time; the service decides if absent. It costs requests, not items.
            start: The `resume_token` of an earlier loop, or a `next_token` of the service.

        Raises:
            InvalidInputError: The limit is negative, the token to start from is damaged, or the service gives no pages of
                that size.
        """
        if limit is not None and limit < 0:
            raise InvalidInputError(f"limit is {limit}; it must be 0 or more")
        first = _Position.parse(request.next_token if start is None else start)
        ask = request if page_size is None else _with_page_size(request, page_size)
        self._request: object = ask
        self._limit = limit
        self._position = first  # of the page that a loop is in, or begins with
        self._following: _Position | None = None  # what comes behind that page
        self._size = 1  # how many items it has
        # How many of them went out: counted, for a position for each item would cost too much.
        self._given = 0

        def walk() -> Iterator[_Page[ItemT]]:
            return _walk(client, ask, items_of, first)

        self._walk = walk
        self._client = client

    def __repr__(self) -> str:
        limit = "" if self._limit is None else f", limit={self._limit}"
        return f"{type(self).__name__}({self._request!r}{limit})"

    def _repr_html_(self) -> str | None:
        """Show the first items in a notebook, which is the one that calls this. They are listed anew each time."""
        from ecrkit.tables import Row, Table  # noqa: PLC0415 -- few programs need it

        # Pages as they are: what chooses among the items of a page might have to go through many small ones.
        items: list[ItemT] = []
        following: _Position | None = None
        for page in islice(self._limited(), _MOST_PAGES):
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
        """Where the last loop stopped: pass it as `start=` to go on from there, in another process if need be.

        Absent where that loop came to the end of the listing.
        """
        inside = self._given < self._size
        stopped_at = self._position.after(self._given) if inside else self._following
        return stopped_at.token() if stopped_at is not None else None

    def __iter__(self) -> Iterator[ItemT]:
        for page in self._limited():
            yield from self._taken(page)

    async def __aiter__(self) -> AsyncIterator[ItemT]:
        pages = self._limited()
        while (page := await self._client.threads.call(next, pages, None)) is not None:
            for item in self._taken(page):
                yield item

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
        """Give out the items a page at a time. A page may be empty: the service filters after it has cut pages."""
        for page in self._limited():
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

    def _limited(self) -> Iterator[_Page[ItemT]]:
        left = self._limit
        if left == 0:
            return
        for page in self._walk():
            if left is not None and page.size >= left:
                yield page.cut(left)
                return
            left = left - page.size if left is not None else None
            yield page


@dataclass(frozen=True, slots=True)
class Made(Generic[SourceT, ItemT]):
    """The items of a page that are made while one loops over them: a thousand at once keep the garbage collector busy."""

    make: Callable[[SourceT], ItemT]
    sources: Collection[SourceT]

    def __len__(self) -> int:
        return len(self.sources)

    def __iter__(self) -> Iterator[ItemT]:
        return map(self.make, self.sources)


@dataclass(frozen=True, slots=True)
class _Position:
    """A place in a listing: so many items into the page that a token leads to."""

    page: str | None = None
    skip: int = 0

    def after(self, items: int) -> Self:
        return type(self)(self.page, self.skip + items)

    def token(self) -> str | None:
        if not self.skip:
            return self.page
        return _OURS + base64.urlsafe_b64encode(json.dumps([self.page, self.skip]).encode()).decode()

    @classmethod
    def parse(cls, token: str | None) -> Self:
        if token is None or not token.startswith(_OURS):
            return cls(token)
        try:
            page, skip = json.loads(base64.urlsafe_b64decode(token.removeprefix(_OURS)))
        except (ValueError, TypeError) as error:
            raise InvalidInputError(
                f"{token!r} is not a token to start a listing from: it is damaged"
            ) from error
        if not isinstance(page, str | None) or not isinstance(skip, int) or skip < 1:
            raise InvalidInputError(f"{token!r} is not a token to start a listing from: it is damaged")
        return cls(page, skip)


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


_MOST_SHOWN = 20  # in a notebook
_MOST_PAGES = 5  # to ask for, for that
_OURS = "ecrkit-"  # tells our tokens, which point into a page, from those of the service


def _with_page_size(request: PagedRequest[PageT], size: int) -> PagedRequest[PageT]:
    # Built anew, because a copy would not be held to the limits of the service.
    members: dict[str, Any] = request.to_wire() | {"maxResults": size}
    return type(request)(**members)


def _walk(
    client: Client,
    request: PagedRequest[PageT],
    items_of: Callable[[PageT], Iterable[ItemT]],
    first: _Position,
) -> Iterator[_Page[ItemT]]:
    position = first
    for page in client.paginate(request.model_copy(update={"next_token": first.page})):
        following = _Position(page.next_token) if page.next_token is not None else None
        found = items_of(page)
        items = found if isinstance(found, Sized) else list(found)
        left = max(len(items) - position.skip, 0)
        yield _Page(position, following, islice(items, position.skip, None), left)
        position = following or position
