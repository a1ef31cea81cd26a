"""`Items`: a listing that is fetched page by page while one loops over it, with `for` or with `async for`."""

import asyncio
import base64
import binascii
import json
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any, Generic, Self

from typing_extensions import TypeVar

from ecrkit.client import Client
from ecrkit.errors import InvalidInputError
from ecrkit.models import PagedRequest, PagedResponse

ItemT = TypeVar("ItemT", covariant=True)  # noqa: PLC0105 -- its name stands in hover texts
PageT = TypeVar("PageT", bound=PagedResponse)


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
            items_of: Takes the items out of a page.
            limit: How many items to give out at the most; all of them if absent.
            page_size: How many items to ask for at a time; the service decides if absent. It costs requests, not items.
            start: The `resume_token` of an earlier loop, or a `next_token` of the service.

        Raises:
            InvalidInputError: The limit is negative, the token to start from is damaged, or the service does not take
                pages of this size: 1,000 are the most in some listings, 100 or 50 in others (T34).
        """
        if limit is not None and limit < 0:
            raise InvalidInputError(f"limit is {limit}; it must be 0 or more")
        first = _Position.parse(start)
        ask = request if page_size is None else _with_page_size(request, page_size)
        self._limit = limit
        self._resume_at: _Position | None = first

        def walk() -> Iterator[tuple[_Position, _Position | None, list[ItemT]]]:
            return _walk(client, ask, items_of, first)

        self._walk = walk

    @property
    def resume_token(self) -> str | None:
        """Where the last loop stopped: pass it as `start=` to go on from there, in another process if need be.

        Absent where that loop came to the end of the listing.
        """
        return self._resume_at.token() if self._resume_at is not None else None

    def __iter__(self) -> Iterator[ItemT]:
        for page in self.pages():
            yield from page

    async def __aiter__(self) -> AsyncIterator[ItemT]:
        pages = self.pages()
        while (page := await asyncio.to_thread(next, pages, None)) is not None:
            for item in page:
                yield item

    def pages(self) -> Iterator[list[ItemT]]:
        """Give out the items a page at a time. A page may be empty: the service filters after it has cut pages."""
        left = self._limit
        for position, following, items in self._walk():
            self._resume_at = position
            if left is not None and len(items) >= left:
                self._resume_at = position.after(left) if len(items) > left else following
                yield items[:left]
                return
            left = left - len(items) if left is not None else None
            self._resume_at = following
            yield items


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
            return cls(page, int(skip))
        except (binascii.Error, ValueError, TypeError) as error:
            raise InvalidInputError(
                f"{token!r} is not a token to start a listing from: it is damaged"
            ) from error


def _with_page_size(request: PagedRequest[PageT], page_size: int) -> PagedRequest[PageT]:
    """Build the request anew, which checks it; a copy would not be checked."""
    fields: dict[str, Any] = {**dict(request), "max_results": page_size}
    return type(request)(**fields)


_OURS = "ecrkit-"  # tells our tokens, which point into a page, from those of the service


def _walk(
    client: Client,
    request: PagedRequest[PageT],
    items_of: Callable[[PageT], Iterable[ItemT]],
    first: _Position,
) -> Iterator[tuple[_Position, _Position | None, list[ItemT]]]:
    """Give out each page with its own position and that of the page behind it."""
    position = first
    for page in client.paginate(request.model_copy(update={"next_token": first.page or request.next_token})):
        following = _Position(page.next_token) if page.next_token is not None else None
        yield position, following, list(islice(items_of(page), position.skip, None))
        position = following or position
