"""Requests: what is refused before anything is sent, what is let through, what goes on the wire."""

import pickle
from typing import Any

import pytest

from ecrkit.errors import InvalidFieldsError
from ecrkit.models import (
    OPERATIONS,
    BatchCheckLayerAvailabilityRequest,
    CreateRepositoryRequest,
    DescribeImagesFilter,
    DescribeImagesRequest,
    EncryptionConfiguration,
    EncryptionType,
    GetAuthorizationTokenRequest,
    ImageIdentifier,
    ImageScanningConfiguration,
    ListImageReferrersRequest,
    ListImagesRequest,
    PagedRequest,
    PutImageScanningConfigurationRequest,
    PutLifecyclePolicyRequest,
    PutReplicationConfigurationRequest,
    RegisterPullTimeUpdateExclusionRequest,
    SetRepositoryPolicyRequest,
    SubjectIdentifier,
    Tag,
    TagResourceRequest,
    TagStatus,
    UploadLayerPartRequest,
    unchecked_requests,
)

DIGEST = "sha256:" + "a" * 64
UPLOAD = "6cb64b8a-9378-0e33-2ab1-b780fab8a9e9"

REFUSED: list[tuple[str, type, dict[str, Any], str]] = [
    ("too short", DescribeImagesRequest, {"repository_name": "a"}, "repository_name"),
    ("too long", DescribeImagesRequest, {"repository_name": "a" * 257}, "repository_name"),
    ("not of the pattern", DescribeImagesRequest, {"repository_name": "Team/App"}, "repository_name"),
    ("a newline at the end", DescribeImagesRequest, {"repository_name": "app\n"}, "repository_name"),
    ("too small", ListImagesRequest, {"repository_name": "app", "max_results": 0}, "max_results"),
    ("too large", ListImagesRequest, {"repository_name": "app", "max_results": 1001}, "max_results"),
    ("unknown", DescribeImagesRequest, {"repository_name": "app", "tag": "x"}, "tag"),
    ("missing", DescribeImagesRequest, {}, "repository_name"),
    ("of the wrong type", DescribeImagesRequest, {"repository_name": 1}, "repository_name"),
    ("an empty list", DescribeImagesRequest, {"repository_name": "app", "image_ids": []}, "image_ids"),
    (
        "a long list",
        BatchCheckLayerAvailabilityRequest,
        {"repository_name": "app", "layer_digests": [DIGEST] * 101},
        "layer_digests",
    ),
    (
        "wrong inside a list",
        DescribeImagesRequest,
        {
            "repository_name": "app",
            "image_ids": [ImageIdentifier(image_tag="x"), ImageIdentifier(image_tag="")],
        },
        "image_ids[1].image_tag",
    ),
    (
        "unknown inside a shape",
        DescribeImagesRequest,
        {"repository_name": "app", "filter": {"status": "ANY"}},
        "filter.status",
    ),
    (
        "an unknown value of an enum",
        DescribeImagesRequest,
        {"repository_name": "app", "filter": {"tag_status": "SOME"}},
        "filter.tag_status",
    ),
    (
        "wrong several shapes deep",
        PutReplicationConfigurationRequest,
        {
            "replication_configuration": {
                "rules": [{"destinations": [{"region": "eu-west-1", "registry_id": "1"}]}]
            }
        },
        "replication_configuration.rules[0].destinations[0].registry_id",
    ),
    (
        "a blob that is too long",
        UploadLayerPartRequest,
        {
            "repository_name": "app",
            "upload_id": UPLOAD,
            "part_first_byte": 0,
            "part_last_byte": 20_971_520,
            "layer_part_blob": bytes(20_971_521),
        },
        "layer_part_blob",
    ),
    (
        "too short a policy",
        PutLifecyclePolicyRequest,
        {"repository_name": "app", "lifecycle_policy_text": "{}"},
        "lifecycle_policy_text",
    ),
    (
        "a user of another service",
        RegisterPullTimeUpdateExclusionRequest,
        {"principal_arn": "arn:aws:s3:::bucket"},
        "principal_arn",
    ),
]


@pytest.mark.parametrize(
    ("request_type", "fields", "where"), [case[1:] for case in REFUSED], ids=[case[0] for case in REFUSED]
)
def test_what_breaks_the_model_is_refused_by_name(
    request_type: type, fields: dict[str, Any], where: str
) -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        request_type(**fields)

    assert len(refused.value.problems) == 1
    assert refused.value.problems[0].startswith((f"{where} ", f"{where}:"))


def test_everything_wrong_is_named_at_once() -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        ListImagesRequest(repository_name="X", registry_id="12", max_results=0)

    assert [problem.split()[0] for problem in refused.value.problems] == [
        "max_results",
        "repository_name",
        "registry_id",
    ]


def test_an_unknown_field_names_the_way_out() -> None:
    with pytest.raises(InvalidFieldsError, match="unchecked_requests"):
        DescribeImagesRequest(repository_name="app", newest=True)  # type: ignore[call-arg] # pyright: ignore[reportCallIssue] -- the point


def test_a_refusal_never_shows_the_whole_of_a_long_value() -> None:
    with pytest.raises(InvalidFieldsError) as refused:
        DescribeImagesRequest(repository_name="A" * 200)

    assert "A" * 100 not in str(refused.value)


OVERTAKEN: list[tuple[type, dict[str, Any]]] = [
    (DescribeImagesRequest, {"repositoryName": "Team/App" * 100}),
    (DescribeImagesRequest, {"repositoryName": "app", "newest": True}),
    (DescribeImagesRequest, {"repositoryName": "app", "filter": {"tagStatus": "SOME", "newest": 0}}),
    (ListImagesRequest, {"repositoryName": "app", "maxResults": 5000}),
    (DescribeImagesRequest, {"repositoryName": "app", "imageIds": []}),
]


@pytest.mark.parametrize(("request_type", "wire"), OVERTAKEN)
def test_the_switch_lets_everything_through_as_it_is(request_type: type, wire: dict[str, Any]) -> None:
    with unchecked_requests():
        request = request_type(**wire)

    assert request.to_wire() == wire


def test_the_switch_ends_with_its_block() -> None:
    with unchecked_requests():
        pass

    with pytest.raises(InvalidFieldsError):
        DescribeImagesRequest(repository_name="a")


def test_falsy_values_are_sent() -> None:
    scanning = ImageScanningConfiguration(scan_on_push=False)

    request = PutImageScanningConfigurationRequest(
        repository_name="app", image_scanning_configuration=scanning
    )

    assert request.to_wire()["imageScanningConfiguration"] == {"scanOnPush": False}


def test_zero_and_empty_text_are_sent() -> None:
    part = UploadLayerPartRequest(
        repository_name="app", upload_id=UPLOAD, part_first_byte=0, part_last_byte=0, layer_part_blob=b""
    )
    policy = SetRepositoryPolicyRequest(repository_name="app", policy_text="", force=False)

    assert part.to_wire()["partFirstByte"] == 0
    assert part.to_wire()["layerPartBlob"] == b""
    assert policy.to_wire() == {"repositoryName": "app", "policyText": "", "force": False}


def test_what_is_absent_is_not_sent() -> None:
    assert GetAuthorizationTokenRequest().to_wire() == {}


def test_tags_have_capital_letters_on_the_wire() -> None:
    request = TagResourceRequest(resource_arn="arn", tags=[Tag(key="team", value="")])

    assert request.to_wire()["tags"] == [{"Key": "team", "Value": ""}]


def test_the_bytes_of_a_part_are_passed_on_without_a_copy() -> None:
    blob = bytes(1000)

    part = UploadLayerPartRequest(
        repository_name="app", upload_id=UPLOAD, part_first_byte=0, part_last_byte=999, layer_part_blob=blob
    )

    assert part.to_wire()["layerPartBlob"] is blob


def test_a_repr_leaves_out_the_bytes_of_a_part() -> None:
    part = UploadLayerPartRequest(
        repository_name="app",
        upload_id=UPLOAD,
        part_first_byte=0,
        part_last_byte=3,
        layer_part_blob=b"layer"[:4],
    )

    assert "laye" not in repr(part).replace("layer_part", "")


def test_shapes_may_be_given_as_mappings() -> None:
    plain: Any = {"tag_status": "TAGGED"}

    request = DescribeImagesRequest(repository_name="app", filter=plain)

    assert request.filter == DescribeImagesFilter(tag_status=TagStatus.TAGGED)


def test_a_request_cannot_be_changed() -> None:
    request = DescribeImagesRequest(repository_name="app")

    with pytest.raises(ValueError, match="frozen"):
        request.repository_name = "other"  # type: ignore[misc] # pyright: ignore[reportAttributeAccessIssue] -- the point


def test_a_request_survives_pickling() -> None:
    request = CreateRepositoryRequest(
        repository_name="app",
        encryption_configuration=EncryptionConfiguration(encryption_type=EncryptionType.KMS),
    )

    assert pickle.loads(pickle.dumps(request)) == request


def test_a_page_of_referrers_has_a_limit_of_its_own() -> None:
    subject = SubjectIdentifier(image_digest=DIGEST)

    with pytest.raises(InvalidFieldsError, match="must be 1 to 50"):
        ListImageReferrersRequest(repository_name="app", subject_id=subject, max_results=51)


def test_each_request_knows_its_operation_and_its_answer() -> None:
    for name, request_type in OPERATIONS.items():
        assert request_type.operation == name
        assert request_type.response_type.__name__ == f"{name}Response"


def test_eleven_operations_are_paged() -> None:
    paged = {name: each.result_keys for name, each in OPERATIONS.items() if issubclass(each, PagedRequest)}

    assert paged == {
        "DescribeImageScanFindings": (
            "image_scan_findings.findings",
            "image_scan_findings.enhanced_findings",
        ),
        "DescribeImages": ("image_details",),
        "DescribePullThroughCacheRules": ("pull_through_cache_rules",),
        "DescribeReplicationBackfillResults": ("results",),
        "DescribeRepositories": ("repositories",),
        "DescribeRepositoryCreationTemplates": ("repository_creation_templates",),
        "GetLifecyclePolicyPreview": ("preview_results",),
        "ListImageReferrers": ("referrers",),
        "ListImages": ("image_ids",),
        "ListPullTimeUpdateExclusions": ("pull_time_update_exclusions",),
        "ListReplicationBackfills": ("backfills",),
    }
