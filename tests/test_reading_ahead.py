"""`ReadAhead`, and the listings that use it: which pages are requested, of which size, and when."""

import threading
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecrkit import Client, Items, Registry, models
from ecrkit.cancellation import Scope, current_scope
from ecrkit.errors import OperationCancelledError
from ecrkit.reading_ahead import ReadAhead
from ecrkit.testing import Answer, FakeTransport
from ecrkit.threads import Threads


class Numbers:
    """A repository whose tags are the numbers below a total, listed by positions, a hundred at a time by default."""

    def __init__(self, total: int) -> None:
        self.total = total
        self.fake = FakeTransport()
        self.fake.always(models.ListImagesRequest, self._answer)
        self.asked = threading.Semaphore(0)

    @property
    def sizes(self) -> list[int | None]:
        return [each.max_results for each in self.fake.requests_of(models.ListImagesRequest)]

    def listing(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> Items[int]:
        request = models.ListImagesRequest(repository_name="team/app")
        return Items(Client(self.fake), request, numbers_of, limit=limit, page_size=page_size, start=start)

    def _answer(self, request: models.ListImagesRequest) -> Answer:
        first = int(request.next_token or 0)
        last = min(first + (request.max_results or 100), self.total)
        found = [models.ImageIdentifier(image_tag=str(number)) for number in range(first, last)]
        self.asked.release()
        return models.ListImagesResponse(image_ids=found, next_token=str(last) if last < self.total else None)


def numbers_of(page: models.ListImagesResponse) -> list[int]:
    return [int(str(each.image_tag)) for each in page.image_ids]


def taken(items: Items[int], count: int) -> list[int]:
    loop = iter(items)
    return [next(loop) for _ in range(count)]


def test_pages_grow_from_the_default_to_the_maximum() -> None:
    service = Numbers(5_000)

    assert list(service.listing()) == list(range(5_000))
    assert service.sizes == [None, 200, 400, 800, 1000, 1000, 1000, 1000]


async def test_pages_of_an_async_loop_grow_too() -> None:
    service = Numbers(1_000)

    assert [number async for number in service.listing()] == list(range(1_000))
    assert service.sizes == [None, 200, 400, 800]


def test_pages_grow_no_larger_than_the_operation_allows() -> None:
    fake = FakeTransport()
    pages = [
        models.GetLifecyclePolicyPreviewResponse(
            registry_id="123456789012",
            repository_name="team/app",
            status=models.LifecyclePolicyPreviewStatus.COMPLETE,
            next_token=token,
        )
        for token in ("1", "2", None)
    ]
    fake.answers(*pages)
    request = models.GetLifecyclePolicyPreviewRequest(repository_name="team/app")

    list(Items(Client(fake), request, lambda page: page.preview_results or []))

    sizes = [each.max_results for each in fake.requests_of(models.GetLifecyclePolicyPreviewRequest)]
    assert sizes == [None, 100, 100]


def test_a_page_size_that_was_set_stays() -> None:
    service = Numbers(70)

    list(service.listing(page_size=30))

    assert service.sizes == [30, 30, 30]


@pytest.mark.parametrize(("limit", "sizes"), [(100, [None]), (150, [None, 100]), (450, [None, 200, 150])])
def test_no_more_is_requested_than_the_limit_needs(limit: int, sizes: list[int | None]) -> None:
    service = Numbers(5_000)

    assert list(service.listing(limit=limit)) == list(range(limit))
    assert service.sizes == sizes


def test_nothing_is_requested_ahead_before_the_second_page() -> None:
    service = Numbers(5_000)

    taken(service.listing(), 100)

    assert len(service.sizes) == 1


def test_the_third_page_is_requested_while_the_second_is_used() -> None:
    service = Numbers(5_000)
    loop = iter(service.listing())
    for _ in range(101):
        next(loop)

    assert all(service.asked.acquire(timeout=30) for _ in range(3))
    assert service.sizes == [None, 200, 400]


def test_no_more_than_one_page_is_requested_ahead() -> None:
    service = Numbers(5_000)
    loop = iter(service.listing())
    for _ in range(300):
        next(loop)

    assert all(service.asked.acquire(timeout=30) for _ in range(3))
    assert not service.asked.acquire(timeout=0.05)


@settings(deadline=None)
@given(
    total=st.integers(0, 2500),
    leave_after=st.integers(1, 2500),
    page_size=st.none() | st.integers(1, 1000),
    next_size=st.none() | st.integers(50, 1000),
)
def test_resuming_gives_every_item_once_whatever_the_page_sizes(
    total: int, leave_after: int, page_size: int | None, next_size: int | None
) -> None:
    first, got = Numbers(total).listing(page_size=page_size and max(page_size, 50)), list[int]()
    for number in first:
        got.append(number)
        if len(got) == leave_after:
            break
    if first.resume_token is not None:
        got.extend(Numbers(total).listing(start=first.resume_token, page_size=next_size))

    assert got == list(range(total))


def test_resuming_within_a_page_requests_the_same_page() -> None:
    items = Numbers(5_000).listing()
    taken(items, 900)
    service = Numbers(5_000)

    assert taken(service.listing(start=items.resume_token), 1) == [900]
    assert service.sizes == [800]


def stepping(*steps: Callable[[], int]) -> Iterator[int]:
    for step in steps:
        yield step()


def test_an_error_ahead_is_raised_where_its_item_is_taken() -> None:
    def fail() -> int:
        raise LookupError("no more")

    ahead = ReadAhead(stepping(lambda: 1, fail), Threads(1), None)
    assert ahead.take() == 1
    ahead.begin()

    with pytest.raises(LookupError):
        ahead.take()


def test_what_no_thread_has_begun_is_taken_by_the_caller() -> None:
    threads, go_on = Threads(1), threading.Event()
    threads.submit(lambda: go_on.wait(30))  # the only thread is busy
    ahead = ReadAhead(stepping(lambda: 1, lambda: 2), threads, None)
    ahead.begin()

    assert ahead.take() == 1
    go_on.set()


def test_what_is_taken_ahead_belongs_to_the_scope() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def wait() -> int:
        begun.set()
        go_on.wait(30)
        return 1

    scope = Scope()
    ahead = ReadAhead(stepping(wait), Threads(1), scope)
    ahead.begin()
    begun.wait(30)
    scope.cancel()

    with pytest.raises(OperationCancelledError):
        ahead.take()
    go_on.set()


def test_a_loop_that_is_left_ends_what_was_requested_ahead() -> None:
    scopes: list[Scope | None] = []
    begun, go_on = threading.Event(), threading.Event()

    def wait() -> int:
        scopes.append(current_scope())
        begun.set()
        go_on.wait(30)
        return 1

    ahead = ReadAhead(stepping(wait), Threads(1), None)
    ahead.begin()
    begun.wait(30)
    ahead.stop()
    go_on.set()

    assert [scope is not None and scope.cancelled for scope in scopes] == [True]


def test_a_large_listing_of_the_local_ecr_is_complete_and_can_be_resumed_anywhere(registry: Registry) -> None:
    names = {f"team/app-{number:03}" for number in range(330)}
    for name in names:
        registry.create_repository(name)
    items = registry.repositories()
    loop = iter(items)

    listed = [next(loop).name for _ in range(315)]
    rest = [each.name for each in registry.repositories(start=items.resume_token, page_size=7)]

    assert sorted(listed + rest) == sorted(names)
    assert sorted(each.name for each in registry.repositories()) == sorted(names)
