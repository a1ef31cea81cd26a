"""Listings: `Items` over pages of any sizes, left and resumed anywhere."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrkit import Client, Items, models
from ecrkit.errors import InvalidInputError, RepositoryNotFoundError
from ecrkit.paging import LazyItems
from ecrkit.testing import FakeTransport
from tests.showing import in_a_notebook


def page(*names: str, token: str | None = None) -> models.ListImagesResponse:
    ids = [models.ImageIdentifier(image_tag=name) for name in names]
    return models.ListImagesResponse(image_ids=ids, next_token=token)


def tags_of(page: models.ListImagesResponse) -> list[str]:
    return [str(each.image_tag) for each in page.image_ids]


def listing(
    fake: FakeTransport,
    *,
    limit: int | None = None,
    page_size: int | None = None,
    start: str | None = None,
) -> Items[str]:
    request = models.ListImagesRequest(repository_name="team/app")
    return Items(Client(fake), request, tags_of, limit=limit, page_size=page_size, start=start)


class Listed:
    """A service that has these pages, and gives the one that the token names."""

    def __init__(self, pages: list[list[str]]) -> None:
        self.pages = pages or [[]]

    def transport(self) -> FakeTransport:
        return FakeTransport(*[self._answer] * (len(self.pages) + 1))

    def _answer(self, request: models.Request[models.Response]) -> models.Response:
        number = int(request.model_dump()["next_token"] or 0)
        following = str(number + 1) if number + 1 < len(self.pages) else None
        return page(*self.pages[number], token=following)


def test_nothing_is_asked_before_the_first_item_is_wanted(fake: FakeTransport) -> None:
    listing(fake)

    assert fake.requests == []


def test_items_come_out_of_all_pages(fake: FakeTransport) -> None:
    fake.answers(page("a", "b", token="1"), page("c"))

    assert list(listing(fake)) == ["a", "b", "c"]


async def test_items_come_out_of_all_pages_without_blocking_the_loop(fake: FakeTransport) -> None:
    fake.answers(page("a", "b", token="1"), page(token="2"), page("c"))

    assert [name async for name in listing(fake)] == ["a", "b", "c"]


async def test_an_error_reaches_an_async_loop(fake: FakeTransport) -> None:
    error = RepositoryNotFoundError("gone", code="X", operation="ListImages", http_status=400)
    fake.answers(page("a", token="1"), error)
    names = aiter(listing(fake))

    assert await anext(names) == "a"
    with pytest.raises(RepositoryNotFoundError):
        await anext(names)


def test_a_page_is_asked_for_only_when_it_is_wanted(fake: FakeTransport) -> None:
    fake.answers(page("a", token="1"))

    assert next(iter(listing(fake))) == "a"
    assert len(fake.requests) == 1


def test_what_is_to_be_made_of_a_page_is_made_when_it_is_wanted(fake: FakeTransport) -> None:
    fake.answers(page("a", "b", "c"))
    made: list[str] = []

    def make(found: models.ImageIdentifier) -> str:
        made.append(str(found.image_tag))
        return made[-1].upper()

    names = Items(
        Client(fake),
        models.ListImagesRequest(repository_name="team/app"),
        lambda page: LazyItems(make, page.image_ids),
    )
    loop = iter(names)

    assert [next(loop), next(loop)] == ["A", "B"]
    assert made == ["a", "b"]


def test_an_empty_page_with_a_token_goes_on(fake: FakeTransport) -> None:
    fake.answers(page(token="1"), page(token="2"), page("a"))

    assert list(listing(fake)) == ["a"]


def test_pages_come_as_the_service_cuts_them(fake: FakeTransport) -> None:
    fake.answers(page("a", "b", token="1"), page(token="2"), page("c"))

    assert list(listing(fake).pages()) == [["a", "b"], [], ["c"]]


def test_each_loop_starts_anew(fake: FakeTransport) -> None:
    fake.answers(page("a"), page("b"))
    items = listing(fake)

    assert (list(items), list(items)) == (["a"], ["b"])


def test_a_limit_ends_the_listing_without_asking_further(fake: FakeTransport) -> None:
    fake.answers(page("a", "b", token="1"), page("c", "d", token="2"))

    assert list(listing(fake, limit=3)) == ["a", "b", "c"]
    assert len(fake.requests) == 2


def test_a_limit_that_a_page_fills_asks_for_no_other(fake: FakeTransport) -> None:
    fake.answers(page("a", "b", token="1"))

    assert list(listing(fake, limit=2)) == ["a", "b"]


def test_a_limit_of_nothing_asks_nothing(fake: FakeTransport) -> None:
    assert list(listing(fake, limit=0)) == []
    assert fake.requests == []


def test_a_negative_limit_is_refused(fake: FakeTransport) -> None:
    with pytest.raises(InvalidInputError, match="-1"):
        listing(fake, limit=-1)


def test_the_page_size_is_asked_for(fake: FakeTransport) -> None:
    fake.answers(page("a", token="1"), page("b"))

    list(listing(fake, page_size=1))

    assert [request.model_dump()["max_results"] for request in fake.requests] == [1, 1]


def test_a_request_that_names_its_own_page_size_keeps_it(fake: FakeTransport) -> None:
    fake.answers(page("a"))
    request = models.ListImagesRequest(repository_name="team/app", max_results=7)

    list(Items(Client(fake), request, tags_of))

    assert fake.requests[0].model_dump()["max_results"] == 7


@pytest.mark.parametrize("size", [0, 1001])
def test_a_page_size_that_the_service_refuses_is_refused_before_it_is_sent(
    fake: FakeTransport, size: int
) -> None:
    with pytest.raises(InvalidInputError, match=str(size)):
        listing(fake, page_size=size)


def test_a_finished_listing_has_nothing_to_resume(fake: FakeTransport) -> None:
    fake.answers(page("a", token="1"), page("b"))
    items = listing(fake)

    list(items)

    assert items.resume_token is None


def test_a_listing_that_nobody_has_begun_resumes_where_it_starts(fake: FakeTransport) -> None:
    assert listing(fake, start="1").resume_token == "1"


def test_pages_resume_behind_the_last_page_that_was_given_out(fake: FakeTransport) -> None:
    fake.answers(page("a", "b", token="1"))
    items = listing(fake)

    next(items.pages())

    assert items.resume_token == "1"


def test_a_listing_that_stopped_between_pages_resumes_with_the_token_of_the_service(
    fake: FakeTransport,
) -> None:
    fake.answers(page("a", "b", token="1"))
    items = listing(fake, limit=2)

    list(items)

    assert items.resume_token == "1"


def test_a_listing_that_was_left_inside_a_page_resumes_behind_the_last_item() -> None:
    service = Listed([["a", "b", "c"], ["d"]])
    items = listing(service.transport())
    for name in items:
        if name == "b":
            break

    assert list(listing(service.transport(), start=items.resume_token)) == ["c", "d"]


async def test_an_async_loop_that_was_left_inside_a_page_resumes_behind_the_last_item() -> None:
    service = Listed([["a", "b", "c"], ["d"]])
    items = listing(service.transport())
    async for name in items:
        if name == "b":
            break

    rest = [name async for name in listing(service.transport(), start=items.resume_token)]

    assert rest == ["c", "d"]


def test_a_token_of_the_service_is_a_place_to_start(fake: FakeTransport) -> None:
    fake.answers(page("z"))

    list(listing(fake, start="from-another-program"))

    assert fake.requests[0].model_dump()["next_token"] == "from-another-program"


def test_a_request_that_starts_at_a_token_resumes_from_there() -> None:
    service = Listed([["a"], ["b", "c"]])
    request = models.ListImagesRequest(repository_name="team/app", next_token="1")
    items = Items(Client(service.transport()), request, tags_of)
    next(iter(items))

    assert list(listing(service.transport(), start=items.resume_token)) == ["c"]


@pytest.mark.parametrize(
    "token",
    [
        "ecrkit-",
        "ecrkit-!!!",
        *(
            "ecrkit-" + base64.urlsafe_b64encode(text).decode()
            for text in (b"{}", b"5", b"[1]", b'["a",-1]', b'["a","b"]', b"[1,1]")
        ),
    ],
)
def test_a_damaged_token_is_refused(fake: FakeTransport, token: str) -> None:
    with pytest.raises(InvalidInputError, match="damaged"):
        listing(fake, start=token)


splits = st.lists(st.lists(st.text(min_size=1, max_size=3), max_size=4), max_size=6)


@given(pages=splits, limits=st.lists(st.integers(1, 5), min_size=1, max_size=8))
def test_resuming_gives_every_item_once_whatever_the_pages_and_the_limits(
    pages: list[list[str]], limits: list[int]
) -> None:
    service = Listed(pages)
    got: list[str] = []
    start: str | None = None
    for number in range(100):
        items = listing(service.transport(), limit=limits[number % len(limits)], start=start)
        got.extend(items)
        if (start := items.resume_token) is None:
            break

    assert got == [name for one in pages for name in one]


@given(pages=splits, leave_after=st.integers(1, 12))
def test_leaving_a_loop_anywhere_and_resuming_gives_every_item_once(
    pages: list[list[str]], leave_after: int
) -> None:
    service = Listed(pages)
    items = listing(service.transport())
    got: list[str] = []
    for name in items:
        got.append(name)
        if len(got) == leave_after:
            break
    if items.resume_token is not None:
        got.extend(listing(service.transport(), start=items.resume_token))

    assert got == [name for one in pages for name in one]


def ids(*pages: models.ListImagesResponse, limit: int | None = None) -> Items[models.ImageIdentifier]:
    request = models.ListImagesRequest(repository_name="team/app")
    return Items(Client(FakeTransport(*pages)), request, lambda page: page.image_ids, limit=limit)


def numbered(first: int, last: int, token: str | None = None) -> models.ListImagesResponse:
    return page(*(f"v{number}." for number in range(first, last + 1)), token=token)


def test_a_notebook_shows_the_first_items_and_says_that_there_are_more() -> None:
    html = in_a_notebook(ids(numbered(1, 15, "1"), numbered(16, 30, "2")))["text/html"]

    assert ("v1." in html, "v20." in html, "v21." in html) == (True, True, False)
    assert "The first 20; there are more." in html


@pytest.mark.parametrize("limit", [None, 20])
def test_a_notebook_says_nothing_of_more_where_there_are_no_more(limit: int | None) -> None:
    html = in_a_notebook(ids(numbered(1, 20, None if limit is None else "1"), limit=limit))["text/html"]

    assert "v20." in html
    assert "more" not in html


def test_a_notebook_does_not_go_through_a_whole_listing_to_find_a_few_items() -> None:
    fake = FakeTransport(*(page(token=str(number)) for number in range(1, 20)))
    request = models.ListImagesRequest(repository_name="team/app")

    html = in_a_notebook(Items(Client(fake), request, lambda page: page.image_ids))["text/html"]

    assert "0 on the first 5 pages; there are more pages." in html
    assert len(fake.requests) == 5


def test_a_notebook_shows_that_a_listing_is_empty() -> None:
    assert "Nothing to show." in in_a_notebook(ids(page()))["text/html"]


def test_items_that_are_no_rows_are_not_shown_in_a_notebook(fake: FakeTransport) -> None:
    fake.answers(page("a"))

    assert set(in_a_notebook(listing(fake))) == {"text/plain"}


def test_a_listing_that_fails_does_not_pass_for_an_empty_one_in_a_notebook(
    fake: FakeTransport, capsys: pytest.CaptureFixture[str]
) -> None:
    fake.answers(RepositoryNotFoundError("gone", code="X", operation="ListImages", http_status=400))

    data = in_a_notebook(listing(fake))

    assert set(data) == {"text/plain"}
    assert "RepositoryNotFoundError" in capsys.readouterr().err


def test_what_a_notebook_shows_leaves_a_loop_where_it_is() -> None:
    items = ids(page("a", "b", token="1"), page("a", "b", token="1"), page("c"), page("c"))
    loop = iter(items)
    first = next(loop)
    before = items.resume_token

    in_a_notebook(items)

    assert items.resume_token == before
    assert [each.image_tag for each in [first, *loop]] == ["a", "b", "c"]


def test_a_repr_names_what_is_listed_and_asks_nobody(fake: FakeTransport) -> None:
    assert repr(listing(fake, limit=10, page_size=5)) == (
        "Items(ListImagesRequest(max_results=5, repository_name='team/app'), limit=10)"
    )
    assert fake.requests == []
