"""Lines that a type checker has to refuse, by mistakes that callers make. Nothing here is ever run.

Each such line says under which name mypy and pyright refuse it. Both complain as well if they would not, for then the
comment is needless: so the promise is kept by the checkers themselves, in `make types` and in the test beside this file.
"""

# pyright: reportUnnecessaryTypeIgnoreComment=true, reportUnusedExpression=false
# pyright: reportUnknownMemberType=false, reportUnknownLambdaType=false, reportUnknownArgumentType=false

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import assert_type

import boto3

from ecrkit import (
    AsyncRegistry,
    DescribedImage,
    DescribedRepository,
    Digest,
    Image,
    Items,
    Layer,
    LayerEvent,
    Registry,
    Repository,
    Waiter,
    errors,
    eventbridge,
    models,
    oci,
)
from ecrkit.events import PartSent
from ecrkit.references import ImageReference
from ecrkit.resources import ScanResult
from ecrkit.testing import FakeTransport


def requests(registry: Registry) -> None:
    models.DescribeImagesRequest()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    models.DescribeImagesRequest(repository_name=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    models.DescribeImagesRequest(repository_name=None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    models.DescribeImagesRequest(repository="team/app")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    models.DescribeImagesRequest(repositoryName="team/app")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    models.DescribeImagesRequest("team/app")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    request = models.DescribeImagesRequest(repository_name="team/app")
    request.repository_name = "team/other"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    registry.client.send("DescribeImages")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    registry.client.send(models.DescribeImagesRequest)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    registry.client.paginate(models.DescribeRegistryRequest())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def responses(registry: Registry) -> None:
    answer = registry.client.send(models.DescribeImagesRequest(repository_name="team/app"))
    wrong: models.ListImagesResponse = answer  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    answer["imageDetails"]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    answer.imageDetails  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    answer.image_details[0].image_manifest_media_type.lower()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    answer.image_details = []  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    print(wrong)


async def awaited_responses(registry: Registry) -> None:
    pending = registry.client.asend(models.DescribeImagesRequest(repository_name="team/app"))
    pending.image_details  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    assert_type(await pending, models.DescribeImagesResponse)


def registries(session: boto3.Session) -> None:
    Registry(session, "123456789012")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Registry("eu-west-1")  # to mypy, all of boto3 is Any  # pyright: ignore[reportArgumentType]
    Registry(region="eu-west-1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    Registry(registry_id=123456789012)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Registry(session, wire="http")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    Registry(session).region_name = "eu-west-1"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


async def async_resources(registry: AsyncRegistry) -> None:
    registry.repository("team/app").describe().arn  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    await registry.repository("team/app")  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    list(registry.repositories())  # type: ignore[call-overload]  # pyright: ignore[reportArgumentType]


async def listings(registry: Registry, handles: Items[Repository]) -> None:
    found = registry.repositories()
    found[0]  # type: ignore[index]  # pyright: ignore[reportIndexIssue]
    len(found)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    await found  # type: ignore[misc]  # pyright: ignore[reportGeneralTypeIssues]
    images: Items[DescribedImage] = found  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    narrow: Items[DescribedRepository] = handles  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    for repository in handles:
        repository.arn  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    for described in found:
        described.uri.lower()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    print(images, narrow)


def layers(repository: Repository, path: Path) -> None:
    repository.push_layer(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    repository.push_layer(None)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    repository.push_layer(["text", "is not bytes"])  # type: ignore[list-item]  # pyright: ignore[reportArgumentType]
    repository.push_layer(path.open())  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    repository.push_layer({"path": path})  # type: ignore[dict-item]  # pyright: ignore[reportArgumentType]
    repository.push_layer(path, "sha256:1")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    repository.push_layer(path, progress=print_text)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    repository.push_layer(path, skip_existing="no")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    repository.push_layer(path, cancel=True)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    repository.push_layer(path, timeout="1")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    layer: Layer = repository.push_layers([path])  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    layer.size + 1  # type: ignore[operator]  # pyright: ignore[reportOptionalOperand]
    layer.download()  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    repository.push_layer(path).digest.algorithm = "md5"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def print_text(text: str) -> None:
    print(text)


def progress(event: LayerEvent) -> None:
    event.received  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    if isinstance(event, PartSent):
        event.received = 0  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def images(repository: Repository) -> None:
    repository.image(tag=1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    repository.image("1.0").tags  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    repository.image("1.0").describe().status.value  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    repository.image("1.0").manifest().layers  # type: ignore[union-attr]  # pyright: ignore[reportAttributeAccessIssue]
    repository.put_image({"schemaVersion": 2})  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    repository.put_image(b"{}", "1.0", "application/json")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    repository.push_image("app.tar", ["1.0"])  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    repository.push_image("app.tar", tags=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    repository.put_image(b"{}", tags=7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    repository.copy_to("team/other")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    repository.images().latest(dependents=True)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    repository.images().latest().digest  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]
    eventbridge.parse(7)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    config = repository.image("1.0").config()
    config.raw = b"{}"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    config.created.year  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]


async def waiters(image: Image) -> None:
    waiter: Waiter[ScanResult] = image.scan()
    assert_type(waiter.wait(), ScanResult)
    assert_type(await waiter, ScanResult)
    assert_type(await asyncio.wait_for(waiter, 1), ScanResult)
    waiter.status  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
    waiter.wait(60)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    waiter.wait(timeout="a minute")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    other: Waiter[Image] = waiter  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    digest: Digest = await waiter  # type: ignore[assignment]  # pyright: ignore[reportAssignmentType]
    print(other, digest)


def frozen_values(reference: ImageReference, descriptor: oci.Descriptor) -> None:
    reference.tag = "1.0"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    descriptor.size = 7  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    oci.Platform.parse("linux/amd64").os = "windows"  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]


def failures() -> Iterator[str]:
    try:
        yield "a"
    except errors.RepositoryNotFoundError as error:
        error.statuscode  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
        error.request_id.lower()  # type: ignore[union-attr]  # pyright: ignore[reportOptionalMemberAccess]


def doubles(fake: FakeTransport) -> None:
    fake.answers("an answer")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    fake.fails(ValueError)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    fake.always(models.DescribeImagesRequest, lambda request: request.digest)  # type: ignore[attr-defined]  # pyright: ignore[reportAttributeAccessIssue]
