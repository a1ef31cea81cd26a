"""EventBridge events: typed, open to what AWS adds, and linked to repositories and images."""

import json
from pathlib import Path
from typing import Any

import pytest

from ecrkit import Registry, eventbridge
from ecrkit.errors import InvalidEventError, InvalidInputError
from ecrkit.testing import FakeTransport

RECORDED = Path(__file__).parents[2] / "shared/recorded/events.json"
DIGEST = "sha256:" + "7f" * 32


def event(detail_type: str, detail: dict[str, object], **members: object) -> dict[str, Any]:
    return {
        "version": "0",
        "id": "13cde686-328b-6117-af20-0e5566167482",
        "detail-type": detail_type,
        "source": "aws.ecr",
        "account": "123456789012",
        "time": "2026-11-16T01:54:34Z",
        "region": "us-east-1",
        "resources": [],
        "detail": detail,
        **members,
    }


PUSH = event(
    "ECR Image Action",
    {
        "result": "SUCCESS",
        "repository-name": "team/app",
        "image-digest": DIGEST,
        "action-type": "PUSH",
        "image-tag": "1.4.2",
    },
)


@pytest.fixture
def registry(fake: FakeTransport) -> Registry:
    return Registry(fake)


def test_a_push_is_typed() -> None:
    parsed = eventbridge.parse(PUSH)

    assert isinstance(parsed, eventbridge.ImageAction)
    assert parsed.detail.action_type is eventbridge.ActionType.PUSH
    assert parsed.detail.image_tag == "1.4.2"
    assert parsed.time.isoformat() == "2026-11-16T01:54:34+00:00"


def test_json_is_parsed_like_an_object() -> None:
    text = json.dumps(PUSH)

    assert eventbridge.parse(text) == eventbridge.parse(text.encode()) == eventbridge.parse(PUSH)


def test_an_event_leads_to_its_image(registry: Registry) -> None:
    image = eventbridge.parse(PUSH).image(registry)

    assert (image.repository.name, image.digest) == ("team/app", DIGEST)


def test_an_event_of_another_region_is_not_looked_up_in_the_wrong_one(registry: Registry) -> None:
    elsewhere = eventbridge.parse({**PUSH, "region": "eu-west-1"})

    with pytest.raises(InvalidInputError, match=r"eu-west-1.*region_name='eu-west-1'"):
        elsewhere.repository(registry)


def test_enhanced_scanning_names_the_repository_by_its_arn(registry: Registry) -> None:
    scan = eventbridge.parse(
        event(
            "Inspector2 Scan",
            {
                "scan-status": "INITIAL_SCAN_COMPLETE",
                "repository-name": "arn:aws:ecr:us-east-1:123456789012:repository/team/app",
                "finding-severity-counts": {"CRITICAL": 7, "TOTAL": 158},
                "image-digest": DIGEST,
                "image-tags": ["latest"],
            },
            source="aws.inspector2",
        )
    )

    assert isinstance(scan, eventbridge.ImageScan)
    assert scan.detail.finding_severity_counts["CRITICAL"] == 7
    assert scan.repository(registry).name == "team/app"


def test_a_finding_leads_to_the_image_it_is_about(registry: Registry) -> None:
    finding = eventbridge.parse(
        event(
            "Inspector2 Finding",
            {
                "findingArn": "arn:aws:inspector2:us-east-1:123456789012:finding/be67",
                "severity": "MEDIUM",
                "inspectorScore": 6.5,
                "resources": [
                    {"details": {"awsEcrContainerImage": {"imageHash": DIGEST, "repositoryName": "team/app"}}}
                ],
            },
            source="aws.inspector2",
        )
    )

    assert isinstance(finding, eventbridge.InspectorFinding)
    assert finding.detail.model_extra == {"inspectorScore": 6.5}
    assert finding.image(registry).digest == DIGEST


@pytest.mark.parametrize(
    ("detail_type", "detail", "kind"),
    [
        (
            "ECR Referrer Action",
            {"action-type": "UPDATE_STORAGE_CLASS", "target-storage-class": "STANDARD"},
            eventbridge.ReferrerAction,
        ),
        (
            "ECR Replication Action",
            {"action-type": "REPLICATE", "result": "FAILED", "source-region": "us-west-2"},
            eventbridge.ReplicationAction,
        ),
        (
            "ECR Pull Through Cache Action",
            {"sync-status": "SUCCESS", "upstream-registry-url": "public.ecr.aws"},
            eventbridge.PullThroughCacheAction,
        ),
        (
            "ECR Scan Resource Change",
            {"action-type": "SCAN_FREQUENCY_CHANGE"},
            eventbridge.ScanResourceChange,
        ),
    ],
)
def test_each_documented_type_has_a_class(
    detail_type: str, detail: dict[str, object], kind: type[eventbridge.Event]
) -> None:
    assert type(eventbridge.parse(event(detail_type, detail))) is kind


def test_what_aws_adds_is_kept() -> None:
    newer = {**PUSH, "detail": {**PUSH["detail"], "action-type": "FREEZE", "frozen-by": "someone"}}

    parsed = eventbridge.parse(newer)

    assert isinstance(parsed, eventbridge.ImageAction)
    assert parsed.detail.action_type == "FREEZE"
    assert parsed.detail.model_extra == {"frozen-by": "someone"}


def test_an_unknown_type_still_leads_to_its_repository(registry: Registry) -> None:
    parsed = eventbridge.parse(event("ECR Something New", {"repository-name": "team/app"}))

    assert isinstance(parsed, eventbridge.UnknownEvent)
    assert parsed.repository(registry).name == "team/app"


def test_a_lifecycle_policy_that_acted_comes_through_cloudtrail(registry: Registry) -> None:
    acted = eventbridge.parse(
        event(
            "AWS Service Event via CloudTrail",
            {
                "eventName": "PolicyExecutionEvent",
                "requestParameters": None,
                "serviceEventDetails": {"repositoryName": "team/app"},
            },
        )
    )

    assert isinstance(acted, eventbridge.ApiCall)
    assert acted.repository(registry).name == "team/app"


def test_an_event_about_several_repositories_has_no_single_one(registry: Registry) -> None:
    change = eventbridge.parse(
        event(
            "ECR Scan Resource Change",
            {
                "action-type": "SCAN_FREQUENCY_CHANGE",
                "repositories": [{"repository-name": "a"}, {"repository-name": "b"}],
            },
        )
    )

    with pytest.raises(InvalidInputError, match="not about a single repository"):
        change.repository(registry)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("{", "not JSON"),
        ([], "not list"),
        ({"Records": []}, "batch from SQS or SNS"),
        ({"eventName": "PutImage"}, "CloudTrail record"),
        ({**PUSH, "time": "yesterday"}, "'ECR Image Action' is malformed: time"),
        ({**PUSH, "detail": {}}, "malformed: detail.action-type: Field required"),
    ],
)
def test_what_is_no_event_is_refused(given: Any, message: str) -> None:
    with pytest.raises(InvalidEventError, match=message):
        eventbridge.parse(given)


@pytest.mark.skipif(not RECORDED.exists(), reason="recorded events are not beside this checkout")
def test_published_samples_are_parsed() -> None:
    samples: list[dict[str, Any]] = json.loads(RECORDED.read_text())
    parsed = [
        eventbridge.parse(sample["event"]) for sample in samples if "detail-type" in sample.get("event", {})
    ]

    assert parsed
    assert not [each for each in parsed if isinstance(each, eventbridge.UnknownEvent)]
