"""`AsyncRegistry`: opening, closing, event loops, and what its methods return."""

import asyncio
import threading
from typing import assert_type

import pytest

from ecrkit import (
    AsyncDescribedImage,
    AsyncDescribedRepository,
    AsyncImage,
    AsyncLayer,
    AsyncPushedImage,
    AsyncRegistry,
    AsyncRepository,
    Registry,
    aio,
    errors,
    models,
)
from ecrkit.local import LocalECR
from ecrkit.references import Digest
from ecrkit.testing import FakeTransport
from tests.samples import image


@pytest.fixture
def existing(ecr: LocalECR) -> str:
    return ecr.registry().create_repository("team/async", exist_ok=True).name


async def test_methods_return_async_variants(ecr: LocalECR, existing: str) -> None:
    async with AsyncRegistry.from_sync(ecr.registry()) as registry:
        repository = registry.repository(existing)
        pushed = await repository.push_image(image(), tags="1")
        layers = await pushed.layers()
        latest = await repository.images().latest()

        assert_type(repository, AsyncRepository)
        assert_type(pushed, AsyncPushedImage)
        assert_type(await pushed.until_exists(), AsyncDescribedImage)
        assert_type(latest, AsyncDescribedImage | None)
        assert_type(await repository.describe(), AsyncDescribedRepository)
        assert isinstance(layers[0], AsyncLayer)
        assert latest is not None
        assert latest.digest == pushed.digest


async def test_async_handles_are_accepted_where_handles_are(ecr: LocalECR, existing: str) -> None:
    async with AsyncRegistry.from_sync(ecr.registry()) as registry:
        repository = registry.repository(existing)
        pushed = await repository.push_image(image(), tags="1")
        copied = await pushed.copy_to(await registry.create_repository("team/copy", exist_ok=True))
        deleted = await repository.delete_images([pushed])

        assert copied.digest == pushed.digest
        assert [each.image_digest for each in deleted.ok] == [pushed.digest]


async def test_referrers_of_a_tag_are_listed_without_blocking(ecr: LocalECR, existing: str) -> None:
    async with AsyncRegistry.from_sync(ecr.registry()) as registry:
        pushed = await registry.repository(existing).push_image(image(), tags="2")
        attached = await pushed.attach(b"sbom", artifact_type="text/spdx")
        tagged = registry.repository(existing).image("2")

        assert_type(attached, AsyncImage)
        assert [each.digest async for each in tagged.referrers()] == [attached.digest]
        assert [each.digest async for each in tagged.walk_referrers()] == [attached.digest]


async def test_a_layer_can_be_read_in_blocks(ecr: LocalECR, existing: str) -> None:
    async with AsyncRegistry.from_sync(ecr.registry()) as registry:
        [layer] = await (await registry.repository(existing).push_image(image(b"content"))).layers()

        async with await layer.open() as stream:
            assert b"".join([block async for block in stream]) == b"content"


async def test_opening_twice_changes_nothing() -> None:
    async with AsyncRegistry(FakeTransport()) as registry:
        assert registry.sync is (await registry.open()).sync


async def test_functions_run_in_other_threads() -> None:
    assert await aio.call(threading.current_thread) is not threading.current_thread()


async def test_a_registry_that_is_not_open_says_how_to_open_it() -> None:
    with pytest.raises(errors.ClosedError, match=r"use `async with AsyncRegistry\(...\)"):
        AsyncRegistry(FakeTransport()).repository("team/app")


async def test_errors_of_the_parameters_are_raised_when_it_opens() -> None:
    registry = AsyncRegistry(FakeTransport(), registry_id="12")

    with pytest.raises(errors.InvalidInputError, match="12"):
        await registry.open()


async def test_calls_after_closing_are_refused() -> None:
    async with AsyncRegistry(FakeTransport()) as registry:
        repository = registry.repository("team/app")

    with pytest.raises(errors.ClosedError):
        await repository.describe()
    with pytest.raises(errors.ClosedError):
        await registry.open()


def test_several_event_loops_can_use_a_registry(fake: FakeTransport) -> None:
    fake.answers(models.DescribeRepositoriesResponse(repositories=[]))
    fake.answers(models.DescribeRepositoriesResponse(repositories=[]))
    registry = AsyncRegistry.from_sync(Registry(fake))

    async def repositories() -> list[AsyncDescribedRepository]:
        return await registry.repositories().list()

    assert (asyncio.run(repositories()), asyncio.run(repositories())) == ([], [])


async def test_any_function_can_be_awaited() -> None:
    digest = await aio.call(Digest.of, b"layer")

    assert_type(digest, Digest)
    assert digest == Digest.of(b"layer")


async def test_an_error_of_a_function_is_raised() -> None:
    with pytest.raises(errors.InvalidReferenceError):
        await aio.call(Digest.parse, "layer")


async def test_an_attribute_that_only_described_images_have_says_so(fake: FakeTransport) -> None:
    handle: object = AsyncRegistry.from_sync(Registry(fake)).repository("team/app").image("1")

    with pytest.raises(AttributeError, match="call describe"):
        getattr(handle, "pushed_at")  # noqa: B009 -- type checkers know that there is none
