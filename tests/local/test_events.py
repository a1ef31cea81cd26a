"""EventBridge events: what is emitted when, in the form of the published samples, and to whom."""

import json
import logging
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ecrkit import eventbridge, models
from ecrkit.errors import ConfigurationError
from ecrkit.local import LocalECR, Settings
from tests.local.clients import CONFIG, MANIFEST, Client, Repository, descriptor, digest_of, make_client

RECORDED = Path(__file__).parents[3] / "shared/recorded/events.json"
IMAGE_ID = {"imageTag": "1"}
ELSEWHERE = "eu-west-1"


@pytest.fixture(scope="module")
def sizes() -> Settings:
    return Settings(part_size=10, min_part_size=5, clean_scans=True)


@pytest.fixture(autouse=True)
def _fresh(ecr: LocalECR) -> None:  # pyright: ignore[reportUnusedFunction] -- pytest finds it
    ecr.reset()


def details(ecr: LocalECR, kind: type[eventbridge.Event]) -> list[Any]:
    parsed = [eventbridge.parse(each) for each in ecr.events]
    return [
        each.model_dump(by_alias=True, exclude_unset=True)["detail"] for each in parsed if type(each) is kind
    ]


def test_a_push_is_an_event(ecr: LocalECR, repository: Repository) -> None:
    manifest = repository.image(tag="1")

    [event] = ecr.events
    parsed = eventbridge.parse(event)

    assert isinstance(parsed, eventbridge.ImageAction)
    assert parsed.detail.action_type is eventbridge.ActionType.PUSH
    assert (parsed.account, parsed.region, parsed.resources) == ("000000000000", "us-east-1", ())
    assert (parsed.image_digest, parsed.detail.image_tag) == (digest_of(manifest), "1")
    assert (parsed.detail.manifest_media_type, parsed.detail.artifact_media_type) == (MANIFEST, CONFIG)


def test_an_event_leads_to_the_image_in_the_registry(ecr: LocalECR, repository: Repository) -> None:
    repository.image(tag="1")

    image = eventbridge.parse(ecr.events[-1]).image(ecr.registry())

    assert image.describe().tags == ["1"]


def test_a_refused_push_is_no_event(ecr: LocalECR, repository: Repository) -> None:
    manifest = repository.image(tag="1")
    ecr.events.clear()

    with pytest.raises(repository.client.exceptions.ImageAlreadyExistsException):
        repository.put(manifest, tag="1")

    assert list(ecr.events) == []


def test_an_untagged_push_has_no_tag(ecr: LocalECR, repository: Repository) -> None:
    repository.image()

    assert "image-tag" not in ecr.events[-1]["detail"]


def test_a_signature_is_a_referrer(ecr: LocalECR, repository: Repository) -> None:
    subject = descriptor(MANIFEST, repository.image(tag="1"))
    repository.image("signature", subject=subject)

    assert ecr.events[-1]["detail-type"] == "ECR Referrer Action"


def test_a_deletion_is_an_event_for_each_tag(ecr: LocalECR, repository: Repository) -> None:
    manifest = repository.image(tag="1")
    repository.put(manifest, tag="2")
    ecr.events.clear()

    repository.delete({"imageDigest": digest_of(manifest)})

    found = details(ecr, eventbridge.ImageAction)
    assert [(each["action-type"], each["image-tag"]) for each in found] == [("DELETE", "1"), ("DELETE", "2")]


def test_a_removed_tag_is_a_deletion(ecr: LocalECR, repository: Repository) -> None:
    manifest = repository.image(tag="1")
    repository.put(manifest, tag="2")
    ecr.events.clear()

    repository.delete(IMAGE_ID)

    [found] = details(ecr, eventbridge.ImageAction)
    assert (found["action-type"], found["image-tag"]) == ("DELETE", "1")


def test_a_lifecycle_policy_deletes_with_events(ecr: LocalECR, repository: Repository) -> None:
    repository.image("old", tag="1")
    policy = {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {
                    "tagStatus": "any",
                    "countType": "sinceImagePushed",
                    "countUnit": "days",
                    "countNumber": 1,
                },
                "action": {"type": "expire"},
            }
        ]
    }
    repository.client.put_lifecycle_policy(
        repositoryName=repository.name, lifecyclePolicyText=json.dumps(policy)
    )

    ecr.clock.advance(timedelta(days=2))

    assert [each["action-type"] for each in details(ecr, eventbridge.ImageAction)] == ["PUSH", "DELETE"]


def move(repository: Repository, target: str) -> None:
    repository.client.update_image_storage_class(
        repositoryName=repository.name, imageId=IMAGE_ID, targetStorageClass=target
    )


def test_archiving_and_restoring_are_events(ecr: LocalECR, repository: Repository) -> None:
    repository.image(tag="1")

    move(repository, "ARCHIVE")
    move(repository, "STANDARD")

    _, archived, restored = details(ecr, eventbridge.ImageAction)
    assert archived["target-storage-class"] == models.TargetStorageClass.ARCHIVE
    assert restored["target-storage-class"] == models.TargetStorageClass.STANDARD
    assert restored["last-activated-at"]


def test_archiving_what_is_archived_is_no_event(ecr: LocalECR, repository: Repository) -> None:
    repository.image(tag="1")
    move(repository, "ARCHIVE")
    ecr.events.clear()

    move(repository, "ARCHIVE")

    assert list(ecr.events) == []


def test_a_restoring_that_takes_time_is_an_event_at_its_end() -> None:
    with LocalECR(settings=Settings(restore_duration=600)) as ecr:
        client = make_client(ecr)
        repository = Repository.create(client, "a/b")
        repository.image(tag="1")
        move(repository, "ARCHIVE")
        move(repository, "STANDARD")
        before = len(ecr.events)

        ecr.clock.advance(600)

        assert [each["detail"]["target-storage-class"] for each in ecr.events[before:]] == ["STANDARD"]
        client.close()


def test_a_scan_is_an_event_with_counts(ecr: LocalECR, repository: Repository) -> None:
    manifest = repository.image(tag="1")
    findings = [
        models.ImageScanFinding(name=f"CVE-{n}", severity=models.FindingSeverity.HIGH) for n in range(2)
    ]
    ecr.findings.set(repository.name, findings)

    repository.client.start_image_scan(repositoryName=repository.name, imageId=IMAGE_ID)

    [scan] = ecr.events.of("ECR Image Scan")
    assert scan["resources"] == [f"arn:aws:ecr:us-east-1:000000000000:repository/{repository.name}"]
    assert scan["detail"] == {
        "scan-status": "COMPLETE",
        "repository-name": repository.name,
        "finding-severity-counts": {"HIGH": 2},
        "image-digest": digest_of(manifest),
        "image-tags": ["1"],
    }


def test_a_scan_on_push_comes_after_the_push(ecr: LocalECR, client: Client) -> None:
    scanned = Repository.create(client, "scan/on-push", imageScanningConfiguration={"scanOnPush": True})
    scanned.image(tag="1")

    assert [each["detail-type"] for each in ecr.events] == ["ECR Image Action", "ECR Image Scan"]


def test_a_scan_that_takes_time_is_an_event_at_its_end() -> None:
    with LocalECR(settings=Settings(scan_duration=60, clean_scans=True)) as ecr:
        client = make_client(ecr)
        repository = Repository.create(client, "a/b")
        repository.image(tag="1")
        client.start_image_scan(repositoryName="a/b", imageId=IMAGE_ID)
        before = ecr.events.of("ECR Image Scan")

        ecr.clock.advance(60)
        ecr.clock.advance(60)

        assert (before, len(ecr.events.of("ECR Image Scan"))) == ([], 1)
        client.close()


def test_enhanced_scanning_has_events_of_inspector(
    ecr: LocalECR, client: Client, repository: Repository
) -> None:
    client.put_registry_scanning_configuration(scanType="ENHANCED", rules=[])

    repository.image(tag="1")

    [scan] = ecr.events.of("Inspector2 Scan")
    parsed = eventbridge.parse(scan)
    assert isinstance(parsed, eventbridge.ImageScan)
    assert parsed.repository_name == repository.name
    assert (parsed.source, parsed.detail.scan_status) == ("aws.inspector2", "INITIAL_SCAN_COMPLETE")
    assert parsed.detail.finding_severity_counts == {"TOTAL": 0}


def test_a_replication_is_an_event_of_the_destination(
    ecr: LocalECR, client: Client, repository: Repository
) -> None:
    destinations = [{"region": ELSEWHERE, "registryId": "000000000000"}]
    client.put_replication_configuration(replicationConfiguration={"rules": [{"destinations": destinations}]})

    repository.image(tag="1")

    [event] = ecr.events.of("ECR Replication Action")
    assert event["region"] == ELSEWHERE
    assert event["resources"] == [f"arn:aws:ecr:{ELSEWHERE}:000000000000:repository/{repository.name}"]
    assert (event["detail"]["result"], event["detail"]["source-region"]) == ("SUCCESS", "us-east-1")


def test_a_replication_that_is_not_allowed_failed(
    ecr: LocalECR, client: Client, repository: Repository
) -> None:
    destinations = [{"region": ELSEWHERE, "registryId": "111122223333"}]
    client.put_replication_configuration(replicationConfiguration={"rules": [{"destinations": destinations}]})

    repository.image(tag="1")

    [event] = ecr.events.of("ECR Replication Action")
    assert (event["account"], event["detail"]["result"]) == ("111122223333", "FAILED")


def test_a_pull_through_a_cache_is_an_event(ecr: LocalECR, client: Client) -> None:
    with LocalECR(settings=Settings(anonymous=True)) as upstream:
        far = make_client(upstream)
        manifest = Repository.create(far, "library/app").image(tag="1")
        host = upstream.endpoint_url.removeprefix("http://")
        client.create_pull_through_cache_rule(ecrRepositoryPrefix="cache", upstreamRegistryUrl=host)
        Repository(client, "cache/library/app").get(IMAGE_ID)
        far.close()

    [event] = ecr.events.of("ECR Pull Through Cache Action")
    assert event["detail"] == {
        "rule-version": "1",
        "sync-status": "SUCCESS",
        "ecr-repository-prefix": "cache",
        "repository-name": "cache/library/app",
        "upstream-registry-url": host,
        "image-tag": "1",
        "image-digest": digest_of(manifest),
    }


def test_a_pull_from_an_upstream_that_is_gone_is_a_failure(ecr: LocalECR, client: Client) -> None:
    client.create_pull_through_cache_rule(ecrRepositoryPrefix="gone", upstreamRegistryUrl="127.0.0.1:9")

    with pytest.raises(ClientError):
        Repository(client, "gone/app").get(IMAGE_ID)

    [event] = ecr.events.of("ECR Pull Through Cache Action")
    parsed = eventbridge.parse(event)
    assert isinstance(parsed, eventbridge.PullThroughCacheAction)
    assert parsed.detail.sync_status is eventbridge.ActionResult.FAILED
    assert parsed.detail.failure_reason


def test_callbacks_have_each_event_before_the_response(ecr: LocalECR, repository: Repository) -> None:
    seen: list[str] = []
    ecr.events.subscribe(lambda event: seen.append(event["detail"]["image-tag"]))

    repository.image(tag="1")

    assert seen == ["1"]


def test_a_callback_may_use_the_registry(ecr: LocalECR, repository: Repository) -> None:
    def tag_as_seen(event: dict[str, Any]) -> None:
        parsed = eventbridge.parse(event)
        if isinstance(parsed, eventbridge.ImageAction) and parsed.detail.image_tag == "1":
            parsed.image(ecr.registry()).tag("seen")

    ecr.events.subscribe(tag_as_seen)

    repository.image(tag="1")

    assert repository.get({"imageTag": "seen"})["images"]
    assert [each["detail"]["image-tag"] for each in ecr.events] == ["1", "seen"]


def test_a_failing_callback_is_logged_and_harmless(
    ecr: LocalECR, repository: Repository, caplog: pytest.LogCaptureFixture
) -> None:
    ecr.events.subscribe(lambda event: event["no such member"])

    with caplog.at_level(logging.ERROR):
        repository.image(tag="1")

    assert "A callback for the event 'ECR Image Action'" in caplog.text


def test_a_callback_can_be_taken_away(ecr: LocalECR, repository: Repository) -> None:
    seen: list[Any] = []
    ecr.events.subscribe(seen.append)
    ecr.events.unsubscribe(seen.append)

    repository.image(tag="1")

    assert seen == []


@pytest.fixture
def receiver() -> Iterator[tuple[str, list[Any]]]:
    received: list[Any] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            received.append((self.path, json.loads(self.rfile.read(length))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name of the base class
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/events?from=ecr", received
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_has_each_event(receiver: tuple[str, list[Any]]) -> None:
    url, received = receiver
    with LocalECR(events_to=url) as ecr:
        client = make_client(ecr)
        Repository.create(client, "a/b").image(tag="1")
        emitted = list(ecr.events)
        client.close()

    assert received == [("/events?from=ecr", event) for event in emitted]


def test_a_webhook_that_is_down_is_harmless(caplog: pytest.LogCaptureFixture) -> None:
    with LocalECR(events_to="http://127.0.0.1:9/") as ecr:
        client = make_client(ecr)
        Repository.create(client, "a/b").image(tag="1")
        client.close()

    assert "could not be delivered" in caplog.text


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://127.0.0.1/",
        "http://127.0.0.1@example.com/",
        "127.0.0.1:9000",
        "http://127.0.0.1:x/",
    ],
)
def test_events_go_to_this_machine_only(url: str) -> None:
    with pytest.raises(ConfigurationError, match=r"this machine|not a URL"):
        LocalECR(events_to=url).start()


@pytest.mark.skipif(not RECORDED.exists(), reason="recorded events are not beside this checkout")
def test_events_have_the_shape_of_the_published_samples(
    ecr: LocalECR, client: Client, repository: Repository
) -> None:
    samples = [each.get("event", {}) for each in json.loads(RECORDED.read_text())]
    published = [
        each for each in samples if each.get("detail-type") in {"ECR Image Action", "ECR Image Scan"}
    ]
    repository.image(tag="1")
    client.start_image_scan(repositoryName=repository.name, imageId=IMAGE_ID)
    repository.delete(IMAGE_ID)

    for sample in published:
        kind, action = sample["detail-type"], sample["detail"].get("action-type")
        [event] = [each for each in ecr.events.of(kind) if each["detail"].get("action-type") == action]
        assert event.keys() == sample.keys()
        assert sample["detail"].keys() <= event["detail"].keys()
        assert len(event["time"]) == len(sample["time"])
        assert bool(event["resources"]) == bool(sample["resources"])
