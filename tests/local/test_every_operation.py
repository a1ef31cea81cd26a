"""Each operation, called by plain boto3: its answer is what the service model and the service say."""

import itertools
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, cast

import pytest
from botocore import parsers

from ecrkit import models
from ecrkit.local import LocalECR, Settings
from tests.local.answer_shapes import as_on_the_wire, problems
from tests.local.clients import digest_of, index_of
from tests.local.scene import ONE, PROFILE, Answer, Scene

Asked = Callable[[Scene], object]

UNKNOWN = {"imageTag": "unknown"}
ROLE = "arn:aws:iam::123456789012:role/scanner"
BACKFILL_SECONDS = 60
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"}],
    }
)
REGISTRY_POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "copies",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": ["ecr:ReplicateImage"],
                "Resource": "*",
            }
        ],
    }
)
LIFECYCLE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "description": "keep the newest one",
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1},
                "action": {"type": "expire"},
            }
        ]
    }
)
FINDING = models.ImageScanFinding(
    name="CVE-2026-0001",
    description="something bad",
    uri="https://example.com/CVE-2026-0001",
    severity=models.FindingSeverity.HIGH,
    attributes=[models.Attribute(key="package_name", value="zlib")],
)
INSPECTED = models.EnhancedImageScanFinding(
    finding_arn="arn:aws:inspector2:us-east-1:123456789012:finding/1",
    severity="UNTRIAGED",
    status="ACTIVE",
    title="CVE-2026-0002",
    score=7.5,
)

IN_REPOSITORY = "registryId repositoryName"
OF_RULE = "ecrRepositoryPrefix registryId credentialArn upstreamRepositoryPrefix"
OF_TEMPLATE = "registryId repositoryCreationTemplate"
OF_BACKFILL = "registryId replicationBackfillId destination status startedAt"
OF_LIFECYCLE = f"{IN_REPOSITORY} lifecyclePolicyText"


def check_layers(scene: Scene) -> None:
    assert scene.image
    scene.here(
        "BatchCheckLayerAvailability", layerDigests=[digest_of(b"{}"), digest_of(b"other"), "malformed"]
    )


def delete_images(scene: Scene) -> None:
    assert scene.image
    scene.repository.put(scene.image, tag="2")
    scene.repository.delete({"imageDigest": digest_of(scene.image)}, UNKNOWN)


def get_images(scene: Scene) -> None:
    assert scene.image
    scene.repository.get(ONE, UNKNOWN, {"imageDigest": digest_of(scene.image)})


def get_scanning_configurations(scene: Scene) -> None:
    scene.scan_registry("BASIC", "SCAN_ON_PUSH")
    scene.ask("BatchGetRepositoryScanningConfiguration", repositoryNames=[scene.repository.name, "not/there"])


def complete_a_layer(scene: Scene) -> None:
    upload_id = scene.repository.begin()
    scene.repository.part(upload_id, 0, b"layer")
    scene.repository.complete(upload_id, digest_of(b"layer"))


def create_a_repository_with_everything(scene: Scene) -> None:
    scene.ask(
        "CreateRepository",
        repositoryName="team/all",
        tags=[{"Key": "team", "Value": "a"}],
        imageTagMutability="MUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "v*"}],
        imageScanningConfiguration={"scanOnPush": True},
        encryptionConfiguration={"encryptionType": "KMS"},
    )


def with_policy(operation: str) -> Asked:
    def ask(scene: Scene) -> None:
        scene.here("SetRepositoryPolicy", policyText=POLICY)
        scene.here(operation)

    return ask


def with_registry_policy(operation: str) -> Asked:
    def ask(scene: Scene) -> None:
        scene.ask("PutRegistryPolicy", policyText=REGISTRY_POLICY)
        scene.ask(operation)

    return ask


def with_lifecycle(operation: str) -> Asked:
    def ask(scene: Scene) -> None:
        scene.here("PutLifecyclePolicy", lifecyclePolicyText=LIFECYCLE)
        scene.here(operation)

    return ask


def preview(scene: Scene) -> None:
    assert scene.image
    scene.repository.image("newer", tag="2")
    scene.here("StartLifecyclePolicyPreview", lifecyclePolicyText=LIFECYCLE)
    scene.here("GetLifecyclePolicyPreview")


def after(step: Callable[[Scene], object], operation: str, **parameters: object) -> Asked:
    def ask(scene: Scene) -> None:
        step(scene)
        scene.ask(operation, **parameters)

    return ask


def of_image(operation: str, **parameters: object) -> Asked:
    def ask(scene: Scene) -> None:
        assert scene.image
        scene.here(operation, imageId=ONE, **parameters)

    return ask


def replication_of_an_image(scene: Scene) -> None:
    scene.replicate()
    of_image("DescribeImageReplicationStatus")(scene)


def signing_of_an_image(scene: Scene) -> None:
    scene.sign()
    assert scene.image
    scene.ecr.signatures.set(
        scene.repository.name,
        digest_of(scene.image),
        PROFILE,
        "FAILED",
        failure_code="AccessDenied",
        failure_reason="not yours",
        account=scene.account,
    )
    of_image("DescribeImageSigningStatus")(scene)


def findings(scene: Scene) -> None:
    assert scene.image
    scene.ecr.findings.set(scene.repository.name, [FINDING], account=scene.account)
    scene.here("StartImageScan", imageId=ONE)
    scene.here("DescribeImageScanFindings", imageId=ONE)


def enhanced_findings(scene: Scene) -> None:
    scene.scan_registry("ENHANCED", "CONTINUOUS_SCAN")
    scene.ecr.findings.set(
        scene.repository.name,
        [INSPECTED],
        status="ACTIVE",
        description="Continuous scan is selected for image.",
        account=scene.account,
    )
    of_image("DescribeImageScanFindings")(scene)


def describe_images_of_all_kinds(scene: Scene) -> None:
    scene.signature()
    scene.repository.put(index_of(scene.image), tag="multi")
    old = scene.repository.image("old", tag="old")
    scene.here("BatchGetImage", imageIds=[ONE])
    scene.here(
        "UpdateImageStorageClass", imageId={"imageDigest": digest_of(old)}, targetStorageClass="ARCHIVE"
    )
    scene.here("DescribeImages", filter={"imageStatus": "ANY"})


def list_one_page(scene: Scene) -> None:
    scene.signature()
    scene.here("ListImages", maxResults=1)


def referrers(scene: Scene) -> None:
    scene.signature()
    scene.here("ListImageReferrers", subjectId={"imageDigest": digest_of(scene.image)})


def layer_url(scene: Scene) -> None:
    assert scene.image
    scene.here("GetDownloadUrlForLayer", layerDigest=digest_of(b"{}"))


def results_of_a_backfill(scene: Scene) -> None:
    backfill_id = scene.backfill()
    scene.ecr.clock.advance(timedelta(seconds=BACKFILL_SECONDS + 1))
    scene.ask("DescribeReplicationBackfillResults", replicationBackfillId=backfill_id)


def upload_a_part(scene: Scene) -> None:
    scene.repository.part(scene.repository.begin(), 0, b"part")


def excluded(scene: Scene) -> None:
    scene.ask("RegisterPullTimeUpdateExclusion", principalArn=ROLE)


CASES: dict[str, tuple[str, Asked]] = {
    "BatchCheckLayerAvailability": ("layers failures", check_layers),
    "BatchDeleteImage": ("imageIds failures", delete_images),
    "BatchGetImage": ("images failures", get_images),
    "BatchGetRepositoryScanningConfiguration": (
        "scanningConfigurations failures",
        get_scanning_configurations,
    ),
    "CompleteLayerUpload": (f"{IN_REPOSITORY} uploadId layerDigest", complete_a_layer),
    "CreatePullThroughCacheRule": (
        f"{OF_RULE} upstreamRegistryUrl upstreamRegistry createdAt",
        Scene.cache,
    ),
    "CreateRepository": ("repository", lambda scene: scene.repository),
    "CreateRepository, everything given": ("repository", create_a_repository_with_everything),
    "CreateRepositoryCreationTemplate": (OF_TEMPLATE, Scene.template),
    "DeleteLifecyclePolicy": (f"{OF_LIFECYCLE} lastEvaluatedAt", with_lifecycle("DeleteLifecyclePolicy")),
    "DeletePullThroughCacheRule": (
        f"{OF_RULE} upstreamRegistryUrl createdAt",
        after(Scene.cache, "DeletePullThroughCacheRule", ecrRepositoryPrefix="hub"),
    ),
    "DeleteRegistryPolicy": ("registryId policyText", with_registry_policy("DeleteRegistryPolicy")),
    "DeleteRepository": ("repository", lambda scene: scene.here("DeleteRepository")),
    "DeleteRepositoryCreationTemplate": (
        OF_TEMPLATE,
        after(Scene.template, "DeleteRepositoryCreationTemplate", prefix="team"),
    ),
    "DeleteRepositoryPolicy": (f"{IN_REPOSITORY} policyText", with_policy("DeleteRepositoryPolicy")),
    "DeleteSigningConfiguration": (
        "registryId signingConfiguration",
        after(Scene.sign, "DeleteSigningConfiguration"),
    ),
    "DeregisterPullTimeUpdateExclusion": (
        "principalArn",
        after(excluded, "DeregisterPullTimeUpdateExclusion", principalArn=ROLE),
    ),
    "DescribeImageReplicationStatus": ("repositoryName imageId replicationStatuses", replication_of_an_image),
    "DescribeImageScanFindings": (f"{IN_REPOSITORY} imageId imageScanStatus imageScanFindings", findings),
    "DescribeImageScanFindings, enhanced": (
        f"{IN_REPOSITORY} imageId imageScanStatus imageScanFindings",
        enhanced_findings,
    ),
    "DescribeImageSigningStatus": (f"{IN_REPOSITORY} imageId signingStatuses", signing_of_an_image),
    "DescribeImages": ("imageDetails", describe_images_of_all_kinds),
    "DescribePullThroughCacheRules": (
        "pullThroughCacheRules",
        after(Scene.cache, "DescribePullThroughCacheRules"),
    ),
    "DescribeRegistry": ("registryId replicationConfiguration", lambda scene: scene.ask("DescribeRegistry")),
    "DescribeReplicationBackfillResults": (f"{OF_BACKFILL} progress results endedAt", results_of_a_backfill),
    "DescribeRepositories": ("repositories", after(lambda scene: scene.repository, "DescribeRepositories")),
    "DescribeRepositoryCreationTemplates": (
        "registryId repositoryCreationTemplates",
        after(Scene.template, "DescribeRepositoryCreationTemplates"),
    ),
    "GetAccountSetting": ("name value", lambda scene: scene.ask("GetAccountSetting", name="BLOB_MOUNTING")),
    "GetAuthorizationToken": ("authorizationData", lambda scene: scene.ask("GetAuthorizationToken")),
    "GetDownloadUrlForLayer": ("downloadUrl layerDigest", layer_url),
    "GetLifecyclePolicy": (f"{OF_LIFECYCLE} lastEvaluatedAt", with_lifecycle("GetLifecyclePolicy")),
    "GetLifecyclePolicyPreview": (f"{OF_LIFECYCLE} status previewResults summary", preview),
    "GetRegistryPolicy": ("registryId policyText", with_registry_policy("GetRegistryPolicy")),
    "GetRegistryScanningConfiguration": (
        "registryId scanningConfiguration",
        lambda scene: scene.ask("GetRegistryScanningConfiguration"),
    ),
    "GetRepositoryPolicy": (f"{IN_REPOSITORY} policyText", with_policy("GetRepositoryPolicy")),
    "GetSigningConfiguration": (
        "registryId signingConfiguration",
        after(Scene.sign, "GetSigningConfiguration"),
    ),
    "InitiateLayerUpload": ("uploadId partSize", lambda scene: scene.here("InitiateLayerUpload")),
    "ListImageReferrers": ("referrers", referrers),
    "ListImages": ("imageIds nextToken", list_one_page),
    "ListPullTimeUpdateExclusions": (
        "pullTimeUpdateExclusions",
        after(excluded, "ListPullTimeUpdateExclusions"),
    ),
    "ListReplicationBackfills": ("registryId backfills", after(Scene.backfill, "ListReplicationBackfills")),
    "ListTagsForResource": (
        "tags",
        lambda scene: scene.ask("ListTagsForResource", resourceArn=scene.arn),
    ),
    "PutAccountSetting": (
        "name value",
        lambda scene: scene.ask("PutAccountSetting", name="BLOB_MOUNTING", value="ENABLED"),
    ),
    "PutImage": ("image", lambda scene: scene.image),
    "PutImageScanningConfiguration": (
        f"{IN_REPOSITORY} imageScanningConfiguration",
        lambda scene: scene.here(
            "PutImageScanningConfiguration", imageScanningConfiguration={"scanOnPush": True}
        ),
    ),
    "PutImageTagMutability": (
        f"{IN_REPOSITORY} imageTagMutability imageTagMutabilityExclusionFilters",
        lambda scene: scene.here(
            "PutImageTagMutability",
            imageTagMutability="IMMUTABLE_WITH_EXCLUSION",
            imageTagMutabilityExclusionFilters=[{"filterType": "WILDCARD", "filter": "latest"}],
        ),
    ),
    "PutLifecyclePolicy": (
        OF_LIFECYCLE,
        lambda scene: scene.here("PutLifecyclePolicy", lifecyclePolicyText=LIFECYCLE),
    ),
    "PutRegistryPolicy": (
        "registryId policyText",
        lambda scene: scene.ask("PutRegistryPolicy", policyText=REGISTRY_POLICY),
    ),
    "PutRegistryScanningConfiguration": (
        "registryScanningConfiguration",
        lambda scene: scene.scan_registry("BASIC", "SCAN_ON_PUSH"),
    ),
    "PutReplicationConfiguration": ("replicationConfiguration", Scene.replicate),
    "PutSigningConfiguration": ("signingConfiguration", Scene.sign),
    "RegisterPullTimeUpdateExclusion": ("principalArn createdAt", excluded),
    "SetRepositoryPolicy": (
        f"{IN_REPOSITORY} policyText",
        lambda scene: scene.here("SetRepositoryPolicy", policyText=POLICY),
    ),
    "StartImageScan": (f"{IN_REPOSITORY} imageId imageScanStatus", of_image("StartImageScan")),
    "StartLifecyclePolicyPreview": (
        f"{OF_LIFECYCLE} status",
        lambda scene: scene.here("StartLifecyclePolicyPreview", lifecyclePolicyText=LIFECYCLE),
    ),
    "StartReplicationBackfill": (OF_BACKFILL, Scene.backfill),
    "StopReplicationBackfill": (
        OF_BACKFILL,
        lambda scene: scene.ask("StopReplicationBackfill", replicationBackfillId=scene.backfill()),
    ),
    "TagResource": (
        "",
        lambda scene: scene.ask("TagResource", resourceArn=scene.arn, tags=[{"Key": "a", "Value": "b"}]),
    ),
    "UntagResource": (
        "",
        lambda scene: scene.ask("UntagResource", resourceArn=scene.arn, tagKeys=["a"]),
    ),
    "UpdateImageStorageClass": (
        f"{IN_REPOSITORY} imageId imageStatus",
        of_image("UpdateImageStorageClass", targetStorageClass="ARCHIVE"),
    ),
    "UpdatePullThroughCacheRule": (
        f"{OF_RULE} customRoleArn updatedAt",
        after(Scene.cache, "UpdatePullThroughCacheRule", ecrRepositoryPrefix="hub", customRoleArn=ROLE),
    ),
    "UpdateRepositoryCreationTemplate": (
        OF_TEMPLATE,
        after(Scene.template, "UpdateRepositoryCreationTemplate", prefix="team", description="new"),
    ),
    "UploadLayerPart": (f"{IN_REPOSITORY} uploadId lastByteReceived", upload_a_part),
    "ValidatePullThroughCacheRule": (
        f"{OF_RULE} upstreamRegistryUrl isValid failure",
        after(Scene.cache, "ValidatePullThroughCacheRule", ecrRepositoryPrefix="hub"),
    ),
}
"""How to come to ask for each operation, and the members of the answer; the last answer is the one that counts."""

_accounts = itertools.count(500_000_000_000)


def operation_of(case: str) -> str:
    return case.partition(",")[0]


@pytest.fixture(scope="module")
def small() -> Iterator[LocalECR]:
    with LocalECR(settings=Settings(backfill_duration=BACKFILL_SECONDS)) as server:
        yield server


@pytest.fixture(scope="module", params=CASES)
def case(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def answers(small: LocalECR, case: str) -> Iterator[list[Answer]]:
    scene = Scene(small, str(next(_accounts)))
    CASES[case][1](scene)
    yield scene.answers
    scene.client.close()


def test_every_operation_has_a_case() -> None:
    assert {operation_of(case) for case in CASES} == set(models.OPERATIONS)


def test_the_answer_and_those_before_it_fit_the_service_model(answers: list[Answer]) -> None:
    found = [
        f"{answer.operation}: {each}" for answer in answers for each in problems(answer.members, answer.shape)
    ]

    assert found == []


def test_the_answer_has_the_members_that_the_service_sends(answers: list[Answer], case: str) -> None:
    assert answers[-1].operation == operation_of(case)
    assert sorted(answers[-1].members) == sorted(CASES[case][0].split())


def test_the_parser_of_botocore_reads_all_of_the_answer(answers: list[Answer]) -> None:
    last = answers[-1]
    parser = cast("Any", parsers).create_parser("json")

    parsed = parser.parse(last.raw, last.shape)

    del parsed["ResponseMetadata"]
    assert as_on_the_wire(parsed) == last.members
