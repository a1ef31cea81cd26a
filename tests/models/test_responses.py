"""Responses: open to what AWS adds, UTC, silent about secrets."""

import json
import pickle
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from pydantic import ValidationError

from codegen.service import MODEL
from ecrkit.models import (
    OPERATIONS,
    AuthorizationData,
    BatchGetImageResponse,
    DeleteRepositoryResponse,
    DescribeImageScanFindingsResponse,
    DescribeImagesResponse,
    FindingSeverity,
    GetAuthorizationTokenResponse,
    GetDownloadUrlForLayerResponse,
    GetLifecyclePolicyResponse,
    ImageDetail,
    ImageScanFindingsSummary,
    ImageStatus,
    InitiateLayerUploadResponse,
    ListImagesResponse,
    Repository,
)

EXAMPLES: dict[str, list[dict[str, Any]]] = json.loads((MODEL / "examples-1.json").read_text("utf-8"))[
    "examples"
]
DETAIL = {
    "registryId": "123456789012",
    "repositoryName": "app",
    "imageDigest": "sha256:abc",
    "imagePushedAt": 1690385025.197,
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_answer_in_the_examples_of_aws_can_be_read(name: str) -> None:
    for example in EXAMPLES[name]:
        answer = example.get("output", {})

        response = OPERATIONS[name].response_type.model_validate(answer)

        assert set(response.model_dump(by_alias=True, exclude_unset=True)) == set(answer)


def test_a_deleted_repository_may_have_three_members() -> None:
    response = DeleteRepositoryResponse.model_validate_json(
        '{"repository": {"registryId": "123456789012", "repositoryArn": "arn:x", "repositoryName": "app"}}'
    )

    assert response.repository == Repository(
        registry_id="123456789012", repository_arn="arn:x", repository_name="app"
    )


def test_a_member_that_aws_added_is_kept() -> None:
    detail = ImageDetail.model_validate({**DETAIL, "imageColour": "blue"})

    assert detail.model_extra == {"imageColour": "blue"}
    assert detail.model_dump(by_alias=True)["imageColour"] == "blue"


def test_a_value_that_aws_added_is_kept() -> None:
    detail = ImageDetail.model_validate({**DETAIL, "imageStatus": "FROZEN"})

    assert detail.image_status == "FROZEN"
    assert detail.image_status is not None
    assert not detail.image_status.is_known


def test_a_severity_that_aws_added_counts() -> None:
    summary = ImageScanFindingsSummary.model_validate_json('{"findingSeverityCounts": {"UNTRIAGED": 2}}')

    assert summary.finding_severity_counts == {FindingSeverity("UNTRIAGED"): 2}


def test_limits_do_not_hold_for_answers() -> None:
    response = ListImagesResponse.model_validate({"imageIds": [{"imageTag": "x" * 301}] * 101})

    assert len(response.image_ids) == 101


@pytest.mark.parametrize("body", ["{}", '{"images": null, "failures": null}'])
def test_lists_that_are_not_there_are_empty(body: str) -> None:
    response = BatchGetImageResponse.model_validate_json(body)

    assert response.images == []
    assert response.failures == []


def test_a_mapping_that_is_not_there_is_empty() -> None:
    assert ImageScanFindingsSummary.model_validate_json("{}").finding_severity_counts == {}
    assert ImageScanFindingsSummary(findingSeverityCounts=None).finding_severity_counts == {}  # type: ignore[call-arg] # pyright: ignore[reportCallIssue] -- as it may come


def test_the_list_of_one_answer_is_not_that_of_another() -> None:
    assert BatchGetImageResponse().images is not BatchGetImageResponse().images


def test_a_running_scan_has_no_findings_yet() -> None:
    response = DescribeImageScanFindingsResponse.model_validate_json(
        '{"imageScanStatus": {"status": "IN_PROGRESS"}}'
    )

    assert response.image_scan_findings is None


def test_epoch_seconds_are_utc() -> None:
    detail = ImageDetail.model_validate(DETAIL)

    assert detail.image_pushed_at == datetime(2023, 7, 26, 15, 23, 45, 197000, tzinfo=UTC)
    assert detail.image_pushed_at.utcoffset() == timedelta(0)


@pytest.mark.parametrize(
    "pushed_at",
    [
        1690385025,
        "2023-07-26T15:23:45",
        "2023-07-26T17:23:45+02:00",
        datetime(2023, 7, 26, 17, 23, 45, tzinfo=timezone(timedelta(hours=2))),
    ],
)
def test_a_time_is_utc_however_it_comes(pushed_at: object) -> None:
    detail = ImageDetail.model_validate({**DETAIL, "imagePushedAt": pushed_at})

    assert detail.image_pushed_at.isoformat() == "2023-07-26T15:23:45+00:00"


def test_the_epoch_itself_is_a_time() -> None:
    response = GetLifecyclePolicyResponse.model_validate_json(
        '{"lifecyclePolicyText": "{}", "lastEvaluatedAt": 0}'
    )

    assert response.last_evaluated_at == datetime(1970, 1, 1, tzinfo=UTC)


def test_the_json_of_a_time_is_that_of_the_wire() -> None:
    detail = ImageDetail.model_validate(DETAIL)

    assert json.loads(detail.model_dump_json(by_alias=True, exclude_unset=True)) == DETAIL


def test_an_answer_without_what_it_is_for_cannot_be_read() -> None:
    with pytest.raises(ValidationError, match="part_size"):
        InitiateLayerUploadResponse.model_validate_json('{"uploadId": "1"}')


def test_an_answer_that_was_cut_short_cannot_be_read() -> None:
    with pytest.raises(ValidationError):
        DescribeImagesResponse.model_validate_json('{"imageDetails": [{"registryId": "1234')


def test_what_cannot_be_read_is_not_shown() -> None:
    with pytest.raises(ValidationError) as refused:
        GetAuthorizationTokenResponse.model_validate(
            {"authorizationData": [{"authorizationToken": ["s3cret"]}]}
        )

    assert "s3cret" not in str(refused.value)


def test_a_repr_shows_neither_tokens_nor_presigned_urls() -> None:
    data = AuthorizationData(
        authorization_token="s3cret", expires_at=datetime.now(UTC), proxy_endpoint="https://host"
    )
    url = GetDownloadUrlForLayerResponse(download_url="https://s3/layer?X-Amz-Signature=s3cret")

    for shown in (
        repr(data),
        str(data),
        repr(url),
        str(GetAuthorizationTokenResponse(authorization_data=[data])),
    ):
        assert "s3cret" not in shown


def test_a_repr_does_not_show_what_this_release_does_not_know() -> None:
    response = GetAuthorizationTokenResponse.model_validate({"betterToken": "s3cret"})

    assert "s3cret" not in repr(response)


def test_a_repr_leaves_out_what_is_absent() -> None:
    assert repr(Repository(repository_arn="arn", registry_id="1", repository_name="app")) == (
        "Repository(repository_arn='arn', registry_id='1', repository_name='app')"
    )


def test_an_answer_survives_pickling() -> None:
    detail = ImageDetail.model_validate({**DETAIL, "imageStatus": "FROZEN", "imageColour": "blue"})

    assert pickle.loads(pickle.dumps(detail)) == detail


def test_a_known_status_can_be_matched() -> None:
    match ImageDetail.model_validate({**DETAIL, "imageStatus": "ACTIVE"}).image_status:
        case ImageStatus.ACTIVE:
            matched = True
        case _:
            matched = False

    assert matched
