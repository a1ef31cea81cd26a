"""Small programs as a caller writes them. The strict type checkers read them, and they run as well."""

import asyncio
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Literal, assert_type

import ecrkit
from ecrkit import (
    AsyncDescribedRepository,
    AsyncImage,
    AsyncRegistry,
    AsyncRepository,
    Client,
    CopyReport,
    DescribedImage,
    DescribedRepository,
    Digest,
    Image,
    Items,
    Layer,
    LayerEvent,
    PushedImage,
    PushedLayer,
    Registry,
    Repository,
    Waiter,
    errors,
    eventbridge,
    models,
    oci,
)
from ecrkit.events import PartSent
from ecrkit.local import LocalECR
from ecrkit.models import ImageStatus
from ecrkit.policy import LifecyclePolicy, LifecycleRule
from ecrkit.push import MovedTag
from ecrkit.resources import ScanResult
from ecrkit.tables import Plain, Rows
from ecrkit.testing import FakeTransport
from tests.resources.pictures import content_of, described, manifest_of_nothing, oci_digest, pushed_manifest


def test_a_request_knows_its_response(fake: FakeTransport) -> None:
    fake.answers(models.DescribeRepositoriesResponse(repositories=[]))
    client = Registry(fake).client

    answer = client.send(models.DescribeRepositoriesRequest(repository_names=["team/app"]))

    assert_type(client, Client)
    assert_type(answer, models.DescribeRepositoriesResponse)
    assert_type(answer.repositories, list[models.Repository])
    assert answer.repositories == []


async def test_a_request_knows_its_response_also_when_it_is_awaited(fake: FakeTransport) -> None:
    fake.answers(described(oci_digest("a"), "1.0"))

    answer = await Registry(fake).client.asend(models.DescribeImagesRequest(repository_name="team/app"))

    assert_type(answer, models.DescribeImagesResponse)
    assert_type(answer.image_details[0].image_digest, str)
    assert answer.image_details[0].image_tags == ["1.0"]


def test_a_paged_request_knows_its_pages(fake: FakeTransport) -> None:
    fake.answers(models.ListImagesResponse(image_ids=[]))

    pages = Registry(fake).client.paginate(models.ListImagesRequest(repository_name="team/app"))

    assert_type(pages, Iterator[models.ListImagesResponse])
    assert [page.image_ids for page in pages] == [[]]


def test_a_listing_knows_its_items(local_registry: Registry, fresh: DescribedRepository) -> None:
    found = local_registry.repositories()

    assert_type(found, Items[DescribedRepository])
    for repository in found:
        assert_type(repository, DescribedRepository)
        assert_type(repository.name, str)
        assert_type(repository.arn, str)
        assert_type(repository.uri, str | None)
    assert fresh.name in {repository.name for repository in found}


async def test_a_listing_knows_its_items_also_in_an_event_loop(
    local_registry: Registry, fresh: DescribedRepository
) -> None:
    names: list[str] = []
    async for repository in local_registry.repositories():
        assert_type(repository, DescribedRepository)
        names.append(repository.name)

    assert fresh.name in names


def test_items_of_a_narrow_type_are_items_of_a_wide_one(local_registry: Registry) -> None:
    def names_of(repositories: Items[Repository]) -> list[str]:
        return [repository.name for repository in repositories]

    assert names_of(local_registry.repositories(limit=0)) == []


def test_a_push_knows_what_it_gives_back(fresh: DescribedRepository, tmp_path: Path) -> None:
    counted: list[int] = []

    def progress(event: LayerEvent) -> None:
        if isinstance(event, PartSent):
            counted.append(event.received)

    layer = fresh.push_layer(b"a layer", progress=progress)
    several = fresh.push_layers([b"a layer", bytearray(b"another"), [b"chunks ", b"of one"]])

    assert_type(layer, PushedLayer)
    assert_type(layer.digest, Digest)
    assert_type(layer.size, int)
    assert_type(layer.uploaded, bool)
    assert_type(several, Rows[PushedLayer])
    assert counted == [7]


def test_an_image_knows_what_it_consists_of(fresh: DescribedRepository) -> None:
    image = fresh.put_image(pushed_manifest(fresh), "1.0")

    assert_type(image, Image)
    assert_type(image.describe(), DescribedImage)
    assert_type(image.describe().tags, list[str])
    assert_type(image.layers(), Rows[Layer])
    assert_type(image.config(), oci.ImageConfig)
    assert image.config().platform == oci.Platform.parse("linux/amd64")


def test_a_call_can_be_cancelled_and_timed(fresh: DescribedRepository) -> None:
    event = threading.Event()

    layer = fresh.push_layer(b"a layer", cancel=event, timeout=60)
    same = fresh.push_layers([b"a layer"], cancel=event, timeout=timedelta(minutes=1))

    assert_type(layer.size + 1, int)
    assert same[0].digest == layer.digest


def test_an_image_takes_several_tags_and_gives_records(fresh: DescribedRepository) -> None:
    image = fresh.put_image(pushed_manifest(fresh), tags=["1.0", "latest"])

    assert_type(image, Image)
    assert_type(fresh.images().latest(include_dependents=True), DescribedImage | None)
    assert_type(fresh.images().to_records(), list[dict[str, Plain]])
    assert [each["tags"] for each in fresh.images().to_records()] == ["1.0,latest"]


def test_a_push_takes_the_platforms_that_are_available(fresh: DescribedRepository, tmp_path: Path) -> None:
    (tmp_path / "app").write_text("an app")
    with oci.ImageBuilder("linux/amd64") as builder:
        builder.add_layer(tmp_path, to="/app")
        pushed = fresh.push_image(builder.build(), tags="1.0", platforms="available")

    assert_type(pushed, PushedImage)
    assert_type(pushed.report.moved_tags, tuple[MovedTag, ...])
    assert pushed.report.moved_tags == ()


def test_a_copy_knows_its_report(fresh: DescribedRepository, local_registry: Registry) -> None:
    image = fresh.put_image(pushed_manifest(fresh), tags="1.0")
    target = local_registry.create_repository(f"{fresh.name}-copy", exist_ok=True)

    planned = fresh.copy_to(target, tags="1.*", dry_run=True)
    copied = image.copy_to(target, tags=())

    assert_type(planned, CopyReport)
    assert_type(copied, PushedImage)
    assert planned.dry_run
    assert copied.digest == image.digest


def test_an_evaluation_knows_its_results(fresh: DescribedRepository) -> None:
    results = fresh.lifecycle_policy.evaluate(
        LifecyclePolicy([LifecycleRule.expire_untagged(older_than_days=14)])
    )

    assert_type(results, Rows[models.LifecyclePolicyPreviewResult])
    assert results == []


def test_a_registry_has_one_of_two_wires(fake: FakeTransport) -> None:
    registry = Registry(fake, wire="api")

    assert_type(registry.wire, Literal["api", "oci"])
    assert registry.wire == "api"


async def test_an_async_registry_has_async_resources(local_ecr: LocalECR) -> None:
    async with AsyncRegistry.from_sync(local_ecr.registry()) as registry:
        repository = await registry.create_repository("tests/typed", exist_ok=True)
        layer = await repository.push_layer(b"a layer")
        names = [each.name async for each in registry.repositories()]

        assert_type(registry.repository("tests/typed"), AsyncRepository)
        assert_type(repository, AsyncDescribedRepository)
        assert_type(repository.image("1.0"), AsyncImage)
        assert_type(layer.size, int)
        assert_type(names, list[str])
        assert "tests/typed" in names


def test_an_event_is_matched_by_its_class() -> None:
    event = eventbridge.parse(
        """{"version": "0", "id": "1", "detail-type": "ECR Image Action", "source": "aws.ecr", "account": "123456789012",
        "time": "2026-11-16T01:54:34Z", "region": "us-east-1", "resources": [], "detail": {"result": "SUCCESS",
        "repository-name": "team/app", "action-type": "PUSH", "image-tag": "1.4.2"}}"""
    )

    match event:
        case eventbridge.ImageAction(detail=detail):
            assert_type(detail.image_tag, str | None)
            assert detail.image_tag == "1.4.2"
        case _:
            raise AssertionError("it is an image action")


def test_a_manifest_is_of_one_image_or_an_index(fake: FakeTransport) -> None:
    fake.answers(content_of(manifest_of_nothing()))

    manifest = Registry(fake).repository("team/app").image("1.0").manifest()

    assert_type(manifest, oci.ImageManifest | oci.Index)
    match manifest:
        case oci.ImageManifest():
            assert_type(manifest.layers, tuple[oci.Descriptor, ...])
            assert len(manifest.layers) == 1
        case oci.Index():
            raise AssertionError("it is an image")


def test_an_enum_stays_open(fake: FakeTransport) -> None:
    detail = (
        described(oci_digest("a"))
        .image_details[0]
        .model_copy(update={"image_status": ImageStatus("SOMETHING_NEW")})
    )
    fake.answers(models.DescribeImagesResponse(image_details=[detail]))
    image = Registry(fake).repository("team/app").image("1.0").describe()

    match image.status:
        case ImageStatus.ACTIVE:
            raise AssertionError("it is not")
        case None:
            raise AssertionError("it is there")
        case other:
            assert not other.is_known


async def test_a_wait_knows_what_it_ends_with(local_ecr: LocalECR, fresh: DescribedRepository) -> None:
    def wait(waiter: Waiter[ScanResult]) -> ScanResult:
        return waiter.wait()

    local_ecr.findings.set(fresh.name, [])
    image = fresh.put_image(pushed_manifest(fresh), "1.0")

    scan = image.scan()
    ended = wait(scan)
    awaited = await asyncio.wait_for(scan, 10)

    assert_type(ended, ScanResult)
    assert_type(awaited, ScanResult)
    assert ended == awaited


def test_a_double_knows_the_request_that_it_answers(fake: FakeTransport) -> None:
    def answer(request: models.GetAccountSettingRequest) -> models.GetAccountSettingResponse:
        assert_type(request.name, str)
        return models.GetAccountSettingResponse(name=request.name, value="X")

    fake.always(models.GetAccountSettingRequest, answer)

    assert Registry(fake).settings.get("BLOB_MOUNTING") == "X"


def test_errors_are_caught_by_class_or_by_family(local_registry: Registry) -> None:
    caught: list[str] = []
    try:
        local_registry.repository("tests/not-there").describe()
    except errors.RepositoryNotFoundError as error:
        assert_type(error.code, str)
        assert_type(error.request_id, str | None)
        caught.append(error.code)
    try:
        local_registry.repository("tests/not-there").describe()
    except errors.NotFoundError as error:
        caught.append(error.operation)

    assert caught == ["RepositoryNotFoundException", "DescribeRepositories"]
    assert issubclass(errors.NotFoundError, ecrkit.ApiError)
    assert issubclass(ecrkit.ApiError, ecrkit.EcrKitError)
