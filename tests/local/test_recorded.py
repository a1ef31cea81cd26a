"""Compare responses recorded from the real service with those of the local ECR to the same requests.

The recordings are not part of the project; without them, these tests are skipped. A difference is an error unless
`ALLOWED` explains it. Values are compared where the request decides them: names, policies, tags, errors.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError

from ecrkit.local import LocalECR, Settings
from tests.local.clients import Client, Repository, digest_of, make_client

RECORDED = Path(__file__).parents[3] / "shared" / "recorded"
FILES = sorted(RECORDED.glob("*-[0-9]*.json"))
ACCOUNT, REGION = "123456789012", "us-east-1"

pytestmark = pytest.mark.skipif(not FILES, reason="there are no recorded responses")

Json = dict[str, Any]

_OF_REPOSITORY = (
    r"repositor(y|ies)\.(createdAt|encryptionConfiguration|imageScanningConfiguration|imageTagMutability)"
)
ALLOWED: dict[str, str] = {
    rf"\w+\.{_OF_REPOSITORY} is additional": "members added since the recording of 2017 to 2021",
    r"\w+\.repositor(y|ies)\.repositoryUri is additional": "left out of AWS's samples",
    r"DescribeImages\.imageDetails\.(artifactMediaType|imageManifestMediaType|imageStatus) is additional": (
        "members added since the recording of 2017 to 2023"
    ),
    r"(BatchGetImage\.images|PutImage\.image)\.imageManifestMediaType is additional": "left out of AWS's samples",
    r"BatchDeleteImage\.(failures|imageIds) is additional": "a response that its authors emptied",
    r"BatchGetImage\.images has 1 items instead of 2": "a sample with two tags; the request names one",
    r"DescribeImageScanFindings\.imageId\.imageDigest is additional": "a response that its authors shortened",
    r"DescribeImageScanFindings\.imageScanFindings\.\w+ is additional": "responses that their authors shortened",
    r"DescribeImageScanFindings\.imageScanFindings\.findingSeverityCounts\.\w+ is missing": (
        "two of many findings were kept, and the counts of all"
    ),
    r"DescribeImageScanFindings\.(registryId|repositoryName) is .*": "a finding put into the response of another image",
    r"DescribeImageScanFindings\.nextToken is missing": "two of many findings were kept",
    r"DescribeImageScanFindings\.imageScanFindings is missing": (
        "the null is the AWS CLI's: it prints one for a member that is not in the response"
    ),
    r"GetRepositoryPolicy\.message is .*must satisfy regular expression .*": (
        "the pattern of 2017; the service model has a newer one"
    ),
    r"GetRepositoryPolicy\.policyText is .*CodeDeployDemo.*": "a sample whose layout is damaged",
    r"(Get|Start)LifecyclePolicyPreview\.lifecyclePolicyText is .*": "a sample of AWS, laid out for reading",
    r"[\w.]+\.registryId is .* instead of '(<aws_account_id>|1{11})'": "an id that was made unrecognizable",
    r"\w+\.images\.repositoryName is .* instead of 'MyRepository'": "a sample with a name that ECR refuses",
}
"""Why a difference is fine, by a pattern of its description."""

EXACT = {
    "__type",
    "message",
    "repositoryName",
    "repositoryArn",
    "registryId",
    "policyText",
    "lifecyclePolicyText",
    "Key",
    "Value",
    "scanOnPush",
    "imageTagMutability",
    "encryptionType",
    "scanFrequency",
    "severity",
    "name",
}
"""Members whose values follow from the request."""


_ACCOUNT_BEFORE = r"""(?:registryId": "|arn:aws:ecr:[a-z0-9-]+:|registry with id ')"""
_NAME_BEFORE = r"""(?:repositoryName": "|repository with name ')"""


class Reproduction:
    """The request behind a recorded response, sent to a local ECR in the same state."""

    def __init__(self, ecr: LocalECR, operation: str, body: Json) -> None:
        self.ecr = ecr
        self.operation = operation
        self.recorded = body
        text = json.dumps(body)
        account = re.search(rf"{_ACCOUNT_BEFORE}([0-9]{{12}})\b", text)
        region = re.search(r"arn:aws:ecr:([a-z0-9-]+):", text)
        self.account = account[1] if account else ACCOUNT
        self.region = region[1] if region else REGION
        self.client: Client = make_client(ecr, account=self.account, region=self.region)
        self.body: Json = {}
        self.client.meta.events.register("before-parse.ecr", self._note)

    def run(self) -> Json:
        """Send the request; return the JSON of the local response."""
        try:
            REQUESTS[self.operation](self)
        except ClientError:
            assert "__type" in self.recorded, self.body
        finally:
            self.client.close()
        return self.body

    @property
    def name(self) -> str:
        named = re.search(rf"{_NAME_BEFORE}([a-z0-9/._-]+)", json.dumps(self.recorded))
        return named[1] if named else "team/app"

    @cached_property
    def repository(self) -> Repository:
        return Repository.create(self.client, self.name)

    def here(self, method: str, **parameters: object) -> Json:
        answer: Json = getattr(self.client, method)(repositoryName=self.repository.name, **parameters)
        return answer

    def _note(self, response_dict: dict[str, Any], **_more: object) -> None:
        self.body = json.loads(response_dict["body"])


def create_repository(case: Reproduction) -> None:
    recorded = case.recorded["repository"]
    settings = ("imageTagMutability", "imageScanningConfiguration", "encryptionConfiguration")
    Repository.create(case.client, case.name, **{key: recorded[key] for key in settings if key in recorded})


def delete_repository(case: Reproduction) -> None:
    create_repository(case)
    case.client.delete_repository(repositoryName=case.name, force=True)


def describe_repositories(case: Reproduction) -> None:
    settings = ("imageTagMutability", "imageScanningConfiguration", "encryptionConfiguration")
    for each in case.recorded["repositories"]:
        given = {key: each[key] for key in settings if key in each}
        case.client.create_repository(repositoryName=each["repositoryName"], **given)
    case.client.describe_repositories()


def policy(method: str) -> Callable[[Reproduction], None]:
    def send(case: Reproduction) -> None:
        text = case.recorded.get("policyText", "")
        if text == "{ ... }":
            pytest.skip("the policy was left out of the sample")
        if text:
            case.here("set_repository_policy", policyText=text)
        if method == "set_repository_policy":
            return
        if "must satisfy regular expression" in case.recorded.get("message", ""):
            case.client.get_repository_policy(repositoryName="arn:aws:ecr:us-east-1:1:repository/a")
        case.here(method)

    return send


def lifecycle(method: str) -> Callable[[Reproduction], None]:
    def send(case: Reproduction) -> None:
        text = case.recorded.get("lifecyclePolicyText")
        if method == "start_lifecycle_policy_preview":
            case.here(method, lifecyclePolicyText=text)
            return
        if text:
            case.here("put_lifecycle_policy", lifecyclePolicyText=text)
        if method != "put_lifecycle_policy":
            case.here(method)

    return send


def preview(case: Reproduction) -> None:
    case.here("put_lifecycle_policy", lifecyclePolicyText=case.recorded["lifecyclePolicyText"])
    case.here("start_lifecycle_policy_preview")
    case.here("get_lifecycle_policy_preview")


def arn_of(case: Reproduction) -> str:
    return f"arn:aws:ecr:{case.region}:{case.account}:repository/{case.repository.name}"


def list_tags(case: Reproduction) -> None:
    arn = arn_of(case)
    if case.recorded["tags"]:
        case.client.tag_resource(resourceArn=arn, tags=case.recorded["tags"])
    case.client.list_tags_for_resource(resourceArn=arn)


def push(case: Reproduction, tags: list[str], content: str = "layer") -> str:
    """Push an image with some tags, or none; return its manifest."""
    manifest = case.repository.image(content)
    for tag in tags:
        case.repository.put(manifest, tag=tag)
    return manifest


def describe_images(case: Reproduction) -> None:
    for number, each in enumerate(case.recorded["imageDetails"]):
        manifest = push(case, each.get("imageTags", []), f"layer {number}")
        if "lastRecordedPullTime" in each:
            case.repository.get({"imageDigest": digest_of(manifest)})
    case.here("describe_images")


def get_images(case: Reproduction) -> None:
    push(case, ["a"])
    case.repository.get({"imageTag": "a"})


def delete_images(case: Reproduction) -> None:
    push(case, ["a", "b"][: max(1, len(case.recorded.get("imageIds", [])))])
    ids = [{"imageTag": tag} for tag in ["a", "b"][: max(1, len(case.recorded.get("imageIds", [])))]]
    case.repository.delete(*ids)


def list_images(case: Reproduction) -> None:
    for number, each in enumerate(case.recorded["imageIds"]):
        push(case, [each["imageTag"]] if "imageTag" in each else [], f"layer {number}")
    case.here("list_images")


def find_findings(case: Reproduction) -> None:
    tag = case.recorded.get("imageId", {}).get("imageTag")
    push(case, [tag or "a"])
    file = case.ecr.folder / "findings.json"
    file.write_text(json.dumps({**case.recorded, "repositoryName": case.repository.name, "imageId": {}}))
    case.ecr.findings.load(file, account=case.account, region=case.region)
    case.here("start_image_scan", imageId={"imageTag": tag or "a"})
    digest = case.here("describe_images")["imageDetails"][0]["imageDigest"]
    asked = {"imageTag": tag} if tag else {"imageDigest": digest}
    case.here("describe_image_scan_findings", imageId=asked)


def scan(case: Reproduction) -> None:
    manifest = push(case, ["a"])
    case.here("start_image_scan", imageId={"imageDigest": digest_of(manifest)})


def layers(method: str) -> Callable[[Reproduction], None]:
    def send(case: Reproduction) -> None:
        if method in {"batch_check_layer_availability", "get_download_url_for_layer"}:
            push(case, [])
            digest = digest_of("layer")
            one = {"layerDigest": digest} if method.startswith("get") else {"layerDigests": [digest]}
            case.here(method, **one)
            return
        upload_id = case.repository.begin()
        if method == "initiate_layer_upload":
            return
        case.repository.part(upload_id, 0, b"layer")
        if method == "complete_layer_upload":
            case.repository.complete(upload_id, digest_of("layer"))

    return send


def scanning_configuration(case: Reproduction) -> None:
    names = [each["repositoryName"] for each in case.recorded["scanningConfigurations"]]
    for each in case.recorded["scanningConfigurations"]:
        scanning = {"scanOnPush": each["scanOnPush"]}
        case.client.create_repository(
            repositoryName=each["repositoryName"], imageScanningConfiguration=scanning
        )
    case.client.batch_get_repository_scanning_configuration(repositoryNames=names)


def put_image(case: Reproduction) -> None:
    push(case, ["a"])


REQUESTS: dict[str, Callable[[Reproduction], object]] = {
    "BatchCheckLayerAvailability": layers("batch_check_layer_availability"),
    "BatchDeleteImage": delete_images,
    "BatchGetImage": get_images,
    "BatchGetRepositoryScanningConfiguration": scanning_configuration,
    "CompleteLayerUpload": layers("complete_layer_upload"),
    "CreateRepository": create_repository,
    "DeleteLifecyclePolicy": lifecycle("delete_lifecycle_policy"),
    "DeleteRepository": delete_repository,
    "DeleteRepositoryPolicy": policy("delete_repository_policy"),
    "DescribeImageScanFindings": find_findings,
    "DescribeImages": describe_images,
    "DescribeRepositories": describe_repositories,
    "GetAuthorizationToken": lambda case: case.client.get_authorization_token(),
    "GetDownloadUrlForLayer": layers("get_download_url_for_layer"),
    "GetLifecyclePolicy": lifecycle("get_lifecycle_policy"),
    "GetLifecyclePolicyPreview": preview,
    "GetRepositoryPolicy": policy("get_repository_policy"),
    "InitiateLayerUpload": layers("initiate_layer_upload"),
    "ListImages": list_images,
    "ListTagsForResource": list_tags,
    "PutImage": put_image,
    "PutImageScanningConfiguration": lambda case: case.here(
        "put_image_scanning_configuration",
        imageScanningConfiguration=case.recorded["imageScanningConfiguration"],
    ),
    "PutImageTagMutability": lambda case: case.here(
        "put_image_tag_mutability", imageTagMutability=case.recorded["imageTagMutability"]
    ),
    "PutLifecyclePolicy": lifecycle("put_lifecycle_policy"),
    "SetRepositoryPolicy": policy("set_repository_policy"),
    "StartImageScan": scan,
    "StartLifecyclePolicyPreview": lifecycle("start_lifecycle_policy_preview"),
    "TagResource": lambda case: case.client.tag_resource(
        resourceArn=arn_of(case), tags=[{"Key": "a", "Value": "b"}]
    ),
    "UntagResource": lambda case: case.client.untag_resource(resourceArn=arn_of(case), tagKeys=["a"]),
    "UploadLayerPart": layers("upload_layer_part"),
}


def differences(recorded: Any, local: Any, path: str) -> Iterator[str]:
    """Describe what the local response lacks, has in addition, or has of another type or value."""
    if isinstance(recorded, dict) and isinstance(local, dict):
        theirs, ours = cast("Json", recorded), cast("Json", local)
        yield from (f"{path}.{name} is missing" for name in theirs.keys() - ours.keys())
        yield from (f"{path}.{name} is additional" for name in ours.keys() - theirs.keys())
        for name in theirs.keys() & ours.keys():
            yield from differences(theirs[name], ours[name], f"{path}.{name}")
    elif isinstance(recorded, list) and isinstance(local, list):
        theirs_listed, ours_listed = cast("list[object]", recorded), cast("list[object]", local)
        if len(theirs_listed) != len(ours_listed):
            yield f"{path} has {len(ours_listed)} items instead of {len(theirs_listed)}"
        for one, other in zip(theirs_listed, ours_listed, strict=False):
            yield from differences(one, other, path)
    elif _kind(recorded, path) != _kind(local, path) or (
        path.rpartition(".")[2] in EXACT and recorded != local
    ):
        yield f"{path} is {local!r} instead of {recorded!r}"


def _kind(value: Any, path: str) -> str:
    return "time" if path.endswith(("At", "Time")) else type(value).__name__


def explained(difference: str) -> bool:
    return any(re.fullmatch(pattern, difference) for pattern in ALLOWED)


@pytest.fixture(scope="module")
def server() -> Iterator[LocalECR]:
    with LocalECR(settings=Settings(min_part_size=1)) as started:
        yield started


@pytest.mark.parametrize("file", FILES, ids=[file.stem for file in FILES])
def test_the_local_response_is_like_the_recorded_one(server: LocalECR, file: Path) -> None:
    recorded = json.loads(file.read_text())
    server.reset()

    local = Reproduction(server, recorded["operation"], recorded["body"]).run()

    found = [*differences(recorded["body"], local, recorded["operation"])]
    assert [each for each in found if not explained(each)] == []
