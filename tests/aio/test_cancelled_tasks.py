"""What becomes of each method of the async classes when its task is cancelled, as a server sees it that never answers.

The methods are found by reflection, so that a new one is covered, or fails for want of an argument.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest

from ecrkit import (
    DescribedRepository,
    Layer,
    LayerEvent,
    Registry,
    Repository,
    UploadState,
    aio,
    models,
    oci,
)
from ecrkit.aio import AsyncItems, AsyncReader, AsyncRegistry, AsyncRepository
from ecrkit.events import PartSent
from ecrkit.policy import LifecyclePolicy, LifecycleRule, PolicyDocument
from ecrkit.push import PushReport
from ecrkit.references import Digest
from ecrkit.resources import (
    Backfill,
    DeletePlan,
    DeleteRules,
    DescribedImage,
    ListedBackfill,
    PushedImage,
    PushedLayer,
    RegistryDeletePlan,
)
from tests.resources.pictures import described, manifest_of_nothing
from tests.samples import image, noise
from tests.silent_server import Silent, silent_server

SOON = 10  # seconds; the read timeout is 60
DIGEST = Digest("sha256:" + "a" * 64)
BACKFILL = "11111111-1111-1111-1111-111111111111"
STATE = UploadState(BACKFILL, 10_485_760)

LOCAL = {
    "AsyncDescribedRepository.find_arn",
    "AsyncDescribedRepository.find_uri",
    "AsyncRegistry.close",
    "AsyncRegistry.open",
    "AsyncReader.close",
    "AsyncRepository.resume_upload",
}
"""Methods that are awaited although they send nothing."""

NEEDED: dict[str, dict[str, Any]] = {
    "attach": {"contents": [b"sbom"], "artifact_type": "text/spdx"},
    "plan_delete": {"untagged": True},
    "push_image": {"source": image()},
    "AsyncRepositoryLifecyclePolicy.put": {
        "policy": LifecyclePolicy([LifecycleRule.expire_untagged(older_than_days=14)])
    },
    "AsyncReplication.put": {"rules": []},
    "AsyncScanning.put": {"rules": []},
    "AsyncSigning.put": {"rules": []},
    "AsyncAccountSettings.get": {"name": "BLOB_MOUNTING"},
    "AsyncAccountSettings.put": {"name": "BLOB_MOUNTING", "value": "ENABLED"},
    "AsyncResourceTags.add": {"tags": {"team": "payments"}},
}
"""Arguments of single methods, by their name, or that of their class as well."""


def arguments(tmp_path: Path, repository: AsyncRepository) -> dict[str, Any]:
    """Give the value of each parameter that some method needs."""
    return {
        "applied_for": "PULL_THROUGH_CACHE",
        "destination": models.ReplicationDestination(region="eu-west-1", registry_id="111122223333"),
        "enabled": True,
        "folder": tmp_path / "layout",
        "images": ["1"],
        "keys": ["team"],
        "manifest": manifest_of_nothing(),
        "mutability": "IMMUTABLE",
        "name": "team/app",
        "names": ["team/app"],
        "path": tmp_path / "file",
        "platform": "linux/amd64",
        "policy": PolicyDocument.allow_pull(accounts=["111122223333"]),
        "prefix": "quay",
        "prefixes": ["quay"],
        "principal_arn": "arn:aws:iam::111122223333:role/scanner",
        "scan_type": "BASIC",
        "source": b"layer",
        "sources": [b"one", b"two"],
        "state": STATE,
        "tag": "1",
        "target": repository,
        "upstream_url": "quay.io",
    }


def made(name: str, registry: Registry) -> Any:
    """Make an object of an async class."""
    repository = registry.repository("team/app")
    if name == "AsyncRegistry":
        return AsyncRegistry.from_sync(registry)
    if name in {"AsyncItems", "AsyncImageListing"}:
        return AsyncRegistry.from_sync(registry).repository("team/app").images()
    if name == "AsyncReader":
        return AsyncReader(Layer(repository, DIGEST, size=3, media_type="text/plain").open())
    [details] = described(DIGEST).image_details
    report = PushReport.__new__(PushReport)
    sync: dict[str, Any] = {
        "Repository": repository,
        "DescribedRepository": made_described(registry),
        "Image": repository.image("1"),
        "DescribedImage": DescribedImage(repository, details),
        "PushedImage": PushedImage(repository, digest=DIGEST, report=report),
        "Layer": Layer(repository, DIGEST, media_type="text/plain"),
        "PushedLayer": PushedLayer(repository, DIGEST, size=3, media_type="text/plain"),
        "Upload": repository.resume_upload(STATE, b"layer"),
        "DeletePlan": DeletePlan(repository, DeleteRules(untagged=True), []),
        "RegistryDeletePlan": RegistryDeletePlan([DeletePlan(repository, DeleteRules(untagged=True), [])]),
        "Backfill": Backfill(registry, BACKFILL),
        "ListedBackfill": made_listed(registry),
        "RepositoryPolicy": repository.policy,
        "RepositoryLifecyclePolicy": repository.lifecycle_policy,
        "ResourceTags": repository.resource_tags,
        "RegistryPolicy": registry.policy,
        "Replication": registry.replication,
        "PullThroughCache": registry.pull_through_cache,
        "CreationTemplates": registry.creation_templates,
        "Scanning": registry.scanning,
        "Signing": registry.signing,
        "PullTimeExclusions": registry.pull_time_exclusions,
        "AccountSettings": registry.settings,
    }
    return getattr(aio, name)(sync[name.removeprefix("Async")])


def made_described(registry: Registry) -> Repository:
    details = models.Repository(
        registry_id="123456789012", repository_name="team/app", repository_arn="arn:aws:ecr:r:1:repository/a"
    )
    return DescribedRepository(registry, details)


def made_listed(registry: Registry) -> Backfill:
    return ListedBackfill(
        registry, models.ReplicationBackfillSummary.model_construct(replication_backfill_id=BACKFILL)
    )


def methods() -> Iterator[str]:
    for name in aio.__all__:
        kind: type[object] = getattr(aio, name)
        for each, member in getattr(kind, "__dict__", {}).items():
            if not inspect.isfunction(member):
                continue
            returned = str(member.__annotations__.get("return", ""))
            is_lazy = returned.startswith(("AsyncItems", "AsyncImageListing", "Waiter"))
            is_awaited = inspect.iscoroutinefunction(member) or inspect.isasyncgenfunction(member)
            if not each.startswith("_") and (is_awaited or is_lazy) and f"{name}.{each}" not in LOCAL:
                yield f"{name}.{each}"


async def outcome_of(result: object) -> object:
    """Await what a method returns, or loop over it."""
    if isinstance(result, AsyncItems):
        return await cast("AsyncItems[object]", result).to_list()
    if inspect.isasyncgen(result):
        return [each async for each in cast("AsyncIterator[object]", result)]
    return await cast("Awaitable[object]", result)


@pytest.fixture
def silent() -> Iterator[Silent]:
    with silent_server() as server:
        yield server


@pytest.fixture
def unanswered(silent: Silent) -> Iterator[Registry]:
    with Registry(endpoint_url=silent.url, region_name="us-east-1") as registry:
        yield registry


def called(method: str, silent: Silent, registry: Registry, tmp_path: Path) -> object:
    """Call a method with what it needs."""
    kind, _, name = method.partition(".")
    bound = getattr(made(kind, registry), name)
    values = arguments(tmp_path, AsyncRegistry.from_sync(registry).repository("team/other"))
    values |= NEEDED.get(name, {}) | NEEDED.get(method, {})
    if name == "sync_from":
        values["source"] = oci.remote_repository(f"{silent.url.removeprefix('http://')}/library/python")
    positional: list[Any] = []
    named: dict[str, Any] = {}
    for parameter in inspect.signature(bound).parameters.values():
        if parameter.kind is parameter.VAR_POSITIONAL:
            positional += values[parameter.name]
        elif parameter.kind is not parameter.VAR_KEYWORD and (
            parameter.default is parameter.empty or parameter.name in NEEDED.get(name, {})
        ):
            named[parameter.name] = values[parameter.name]
    if positional:
        return bound(*positional, **named)
    return bound(**named)


@pytest.mark.parametrize("method", list(methods()))
async def test_a_cancelled_task_returns_and_leaves_no_connection(
    silent: Silent, unanswered: Registry, tmp_path: Path, method: str
) -> None:
    task = asyncio.create_task(outcome_of(called(method, silent, unanswered, tmp_path)))
    await asyncio.to_thread(silent.is_asked.wait, SOON)
    task.cancel()
    done, _ = await asyncio.wait([task], timeout=SOON)

    assert done
    assert task.cancelled()
    assert await asyncio.to_thread(silent.is_left.wait, SOON)
    requests = len(silent.received)
    await asyncio.sleep(0.1)
    assert len(silent.received) == requests


async def test_a_cancelled_push_stores_no_image(repository: Repository) -> None:
    is_under_way = asyncio.Event()
    loop = asyncio.get_running_loop()

    def see(event: LayerEvent) -> None:
        if isinstance(event, PartSent):
            loop.call_soon_threadsafe(is_under_way.set)

    async with AsyncRegistry.from_sync(repository.registry) as registry:
        target = registry.repository(repository.name)
        push = asyncio.create_task(target.push_image(image(noise(64 * 1024 * 1024)), tags="1", progress=see))
        await is_under_way.wait()
        push.cancel()
        with pytest.raises(asyncio.CancelledError):
            await push

        assert await target.images().list() == []
