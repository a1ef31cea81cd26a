"""Each of the service's operations has one place that asks for it, a method that leads there, and `client.send`."""

import ast
import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecrkit
from codegen import overrides, service
from ecrkit import Image, Registry, models
from ecrkit.models import OPERATIONS, Request, Response
from ecrkit.resources.layer import Layer
from ecrkit.resources.repository import Repository
from ecrkit.testing import FakeTransport
from tests.models.strategies import Shapes, a_few_examples

# Where an operation is asked for besides the place of its own, and why.
OTHER_PLACES = {
    "ecr_api.EcrApi.referrers": "for copying, which knows no resources; image.referrers() is the listing",
    "manifests.details_requests": "named images, which are never paged; images() is the listing",
}

DIGEST = "sha256:" + "a" * 64
AN_ID = "6cb64b8a-9378-0e33-2ab1-b780fab8a9e9"
PROFILE = "arn:aws:signer:eu-west-1:123456789012:/signing-profiles/release"
ROLE = "arn:aws:iam::123456789012:role/scanner"
MEDIA_TYPE = "application/vnd.oci.image.manifest.v1+json"
CONFIG = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": DIGEST, "size": 2}
MANIFEST = json.dumps({"schemaVersion": 2, "config": CONFIG, "layers": []})
OWN_REGISTRY = models.DescribeRegistryResponse(
    registry_id="123456789012", replication_configuration=models.ReplicationConfiguration(rules=[])
)
LIFECYCLE = """{"rules": [{"rulePriority": 1, "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan",
"countNumber": 1}, "action": {"type": "expire"}}]}"""
SERVICE = service.load()
REQUESTS = Shapes(SERVICE)
ANSWERS = Shapes(SERVICE, dict(overrides.load(SERVICE).always))
POLICY = '{"Version": "2012-10-17", "Statement": []}'


class ReachedError(Exception):
    """Ends a call where the operation of the test was asked for."""


OF_REGISTRIES: Mapping[str, Callable[[Registry], object]] = {
    "BatchGetRepositoryScanningConfiguration": lambda r: r.repository_scanning(["team/app"]),
    "CreatePullThroughCacheRule": lambda r: r.pull_through_cache.create("quay", "quay.io"),
    "CreateRepository": lambda r: r.create_repository("team/app"),
    "CreateRepositoryCreationTemplate": lambda r: r.creation_templates.create("team", ["REPLICATION"]),
    "DeletePullThroughCacheRule": lambda r: r.pull_through_cache.delete("quay"),
    "DeleteRegistryPolicy": lambda r: r.policy.delete(),
    "DeleteRepositoryCreationTemplate": lambda r: r.creation_templates.delete("team"),
    "DeleteSigningConfiguration": lambda r: r.signing.delete(),
    "DeregisterPullTimeUpdateExclusion": lambda r: r.pull_time_exclusions.remove(ROLE),
    "DescribePullThroughCacheRules": lambda r: list(r.pull_through_cache.rules()),
    "DescribeRegistry": lambda r: r.describe(),
    "DescribeReplicationBackfillResults": lambda r: list(r.replication.backfill(AN_ID).results()),
    "DescribeRepositories": lambda r: list(r.repositories()),
    "DescribeRepositoryCreationTemplates": lambda r: list(r.creation_templates.templates()),
    "GetAccountSetting": lambda r: r.settings.get("BLOB_MOUNTING"),
    "GetAuthorizationToken": lambda r: r.docker_credentials(),
    "GetRegistryPolicy": lambda r: r.policy.get(),
    "GetRegistryScanningConfiguration": lambda r: r.scanning.get(),
    "GetSigningConfiguration": lambda r: r.signing.get(),
    "ListPullTimeUpdateExclusions": lambda r: list(r.pull_time_exclusions.principals()),
    "ListReplicationBackfills": lambda r: list(r.replication.backfills()),
    "PutAccountSetting": lambda r: r.settings.put("BLOB_MOUNTING", "ENABLED"),
    "PutRegistryPolicy": lambda r: r.policy.put(POLICY),
    "PutRegistryScanningConfiguration": lambda r: r.scanning.put("BASIC"),
    "PutReplicationConfiguration": lambda r: r.replication.put([]),
    "PutSigningConfiguration": lambda r: r.signing.put([r.signing.rule(PROFILE)]),
    "RegisterPullTimeUpdateExclusion": lambda r: r.pull_time_exclusions.add(ROLE),
    "StartReplicationBackfill": lambda r: r.replication.start_backfill(
        r.replication.destination("eu-west-1", "123456789012")
    ),
    "StopReplicationBackfill": lambda r: r.replication.backfill(AN_ID).stop(),
    "UpdatePullThroughCacheRule": lambda r: r.pull_through_cache.update("quay", custom_role_arn=ROLE),
    "UpdateRepositoryCreationTemplate": lambda r: r.creation_templates.update("team", description="x"),
    "ValidatePullThroughCacheRule": lambda r: r.pull_through_cache.validate("quay"),
}


OF_REPOSITORIES: Mapping[str, Callable[[Repository], object]] = {
    "BatchCheckLayerAvailability": lambda r: r.push_layer(b"layer"),
    "CompleteLayerUpload": lambda r: r.push_layer(b"layer", skip_existing=False),
    "DeleteRepository": lambda r: r.delete(),
    "DeleteLifecyclePolicy": lambda r: r.lifecycle_policy.delete(),
    "DeleteRepositoryPolicy": lambda r: r.policy.delete(),
    "DescribeImages": lambda r: list(r.images()),
    "GetDownloadUrlForLayer": lambda r: Layer(r, DIGEST, media_type="x").read(),
    "GetLifecyclePolicy": lambda r: r.lifecycle_policy.get(),
    "GetLifecyclePolicyPreview": lambda r: r.lifecycle_policy.last_preview(),
    "GetRepositoryPolicy": lambda r: r.policy.get(),
    "InitiateLayerUpload": lambda r: r.push_layer(b"layer", skip_existing=False),
    "ListImages": lambda r: list(r.tags()),
    "ListTagsForResource": lambda r: r.resource_tags.get(),
    "PutImage": lambda r: r.put_image(MANIFEST, media_type=MEDIA_TYPE),
    "PutImageScanningConfiguration": lambda r: r.set_scan_on_push(True),
    "PutImageTagMutability": lambda r: r.set_tag_mutability("IMMUTABLE"),
    "PutLifecyclePolicy": lambda r: r.lifecycle_policy.put(LIFECYCLE),
    "SetRepositoryPolicy": lambda r: r.policy.put(POLICY),
    "StartLifecyclePolicyPreview": lambda r: r.lifecycle_policy.preview().wait(),
    "TagResource": lambda r: r.resource_tags.add({"team": "payments"}),
    "UntagResource": lambda r: r.resource_tags.remove("team"),
    "UploadLayerPart": lambda r: r.push_layer(b"layer", skip_existing=False),
}


OF_IMAGES: Mapping[str, Callable[[Image], object]] = {
    "BatchDeleteImage": lambda i: i.delete(),
    "BatchGetImage": lambda i: i.manifest(),
    "DescribeImageReplicationStatus": lambda i: i.replication_status(),
    "DescribeImageScanFindings": lambda i: list(i.findings()),
    "DescribeImageSigningStatus": lambda i: i.signing_status(),
    "ListImageReferrers": lambda i: list(i.referrers()),
    "StartImageScan": lambda i: i.scan().wait(),
    "UpdateImageStorageClass": lambda i: i.archive(),
}


def reach(operation: str, registry: Registry) -> object:
    """Call the method that is there for an operation."""
    repository = registry.repository("team/app")
    if operation in OF_REGISTRIES:
        return OF_REGISTRIES[operation](registry)
    if operation in OF_REPOSITORIES:
        return OF_REPOSITORIES[operation](repository)
    return OF_IMAGES[operation](repository.image(digest=DIGEST))


def prepared(operation: str) -> FakeTransport:
    """Give a transport that answers what comes before an operation, and ends the call there."""

    def reached(_request: Request[Response]) -> bytes:
        raise ReachedError

    fake = FakeTransport()
    fake.always(
        models.InitiateLayerUploadRequest, models.InitiateLayerUploadResponse(upload_id=AN_ID, part_size=10)
    )
    fake.always(models.UploadLayerPartRequest, models.UploadLayerPartResponse(last_byte_received=4))
    fake.always(models.DescribeRegistryRequest, OWN_REGISTRY)
    fake.always(OPERATIONS[operation], reached)
    return fake


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_method_of_a_resource_reaches(operation: str) -> None:
    fake = prepared(operation)

    with pytest.raises(ReachedError):
        reach(operation, Registry(fake, registry_id="123456789012"))

    assert fake.requests[-1].operation == operation


@pytest.mark.parametrize("operation", OPERATIONS)
@a_few_examples
@given(data=st.data())
def test_a_client_sends_any_request_of(operation: str, data: st.DataObject) -> None:
    parameters = data.draw(REQUESTS.of(SERVICE.operations[operation].input))
    drawn = data.draw(ANSWERS.of(SERVICE.operations[operation].output))
    answer = json.dumps(belonging(drawn, parameters)).encode()
    request = OPERATIONS[operation](**parameters)
    fake = FakeTransport(answer)

    response = Registry(fake).client.send(request)

    assert fake.requests == [request]
    assert response == request.response_type.model_validate_json(answer)


def belonging(answer: object, parameters: Mapping[str, Any]) -> object:
    """Return an answer with the names in the request; the client refuses answers to other requests."""
    asked = {key: parameters[key] for key in ("repositoryName", "uploadId") if key in parameters}
    for name in parameters.get("repositoryNames") or ():
        asked.setdefault("repositoryName", name)
    if isinstance(answer, list):
        return [belonging(each, parameters) for each in cast("list[object]", answer)]
    if not isinstance(answer, dict):
        return answer
    members = cast("dict[str, object]", answer)
    return {key: asked.get(key, belonging(value, parameters)) for key, value in members.items()}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_the_library_asks_in_one_place_for(operation: str) -> None:
    places = request_places()[operation]

    assert len(set(places) - OTHER_PLACES.keys()) == 1, places


def test_the_other_places_are_still_there() -> None:
    every_place = {place for places in request_places().values() for place in places}

    assert OTHER_PLACES.keys() <= every_place


@cache
def request_places() -> dict[str, list[str]]:
    """Find the functions of the library that build a request, by the name of its operation."""
    operations = {kind.__name__: operation for operation, kind in OPERATIONS.items()}
    places: dict[str, list[str]] = {}
    house = Path(ecrkit.__file__).parent
    packages = ("resources", "push", "pull", "transfer")
    for path in [path for package in packages for path in sorted((house / package).glob("*.py"))]:
        for name, function in built_in(ast.parse(path.read_text()), path.stem):
            if name in operations:
                places.setdefault(operations[name], []).append(function)
    return places


def built_in(node: ast.AST, function: str) -> Iterator[tuple[str, str]]:
    for child in ast.iter_child_nodes(node):
        inside = function
        if isinstance(child, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            inside = f"{function}.{child.name}"
        if isinstance(child, ast.Call):
            yield ast.unparse(child.func).removeprefix("models."), function
        yield from built_in(child, inside)
