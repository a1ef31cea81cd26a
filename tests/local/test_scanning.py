"""Scans, findings that the test gives, and managed signing."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ecrkit import models
from ecrkit.errors import InvalidInputError
from ecrkit.local import LocalECR, LocalECRProcess
from tests.local.clients import Client, Repository, code_of, digest_of, index_of, make_client, message_of
from tests.local.conftest import SMALL

HIGH = models.ImageScanFinding(name="CVE-2026-0001", severity=models.FindingSeverity.HIGH)
LOW = models.ImageScanFinding(name="CVE-2026-0002", severity=models.FindingSeverity.LOW)
PROFILE = "arn:aws:signer:us-east-1:000000000000:/signing-profiles/release"


@pytest.fixture
def enhanced(ecr: LocalECR) -> Iterator[Client]:
    client = make_client(ecr, account="444444444444")
    client.put_registry_scanning_configuration(scanType="ENHANCED", rules=[])
    yield client
    client.close()


def start(repository: Repository, tag: str = "1") -> None:
    repository.client.start_image_scan(repositoryName=repository.name, imageId={"imageTag": tag})


def findings(repository: Repository, *, tag: str = "1", **paging: object) -> dict[str, Any]:
    answer: dict[str, Any] = repository.client.describe_image_scan_findings(
        repositoryName=repository.name, imageId={"imageTag": tag}, **paging
    )
    return answer


def test_a_scan_finds_what_the_test_says(ecr: LocalECR, repository: Repository) -> None:
    repository.image(tag="1")
    ecr.findings.set(repository.name, [HIGH, LOW])

    start(repository)

    answer = findings(repository)
    assert answer["imageScanStatus"] == {
        "status": "COMPLETE",
        "description": "The scan was completed successfully.",
    }
    found = answer["imageScanFindings"]
    assert found["findingSeverityCounts"] == {"HIGH": 1, "LOW": 1}
    assert [each["name"] for each in found["findings"]] == ["CVE-2026-0001", "CVE-2026-0002"]


def test_findings_come_in_pages(ecr: LocalECR, repository: Repository) -> None:
    repository.image(tag="1")
    ecr.findings.set(repository.name, [HIGH, LOW])
    start(repository)

    first = findings(repository, maxResults=1)
    second = findings(repository, maxResults=1, nextToken=first["nextToken"])

    assert "nextToken" not in second


def test_without_the_words_of_a_test_nothing_is_made_up(repository: Repository) -> None:
    repository.image(tag="1")

    start(repository)

    status = findings(repository)["imageScanStatus"]
    assert status["status"] == "FINDINGS_UNAVAILABLE"


def test_before_a_scan_there_is_none(repository: Repository) -> None:
    repository.image(tag="1")

    with pytest.raises(ClientError) as refused:
        findings(repository)

    assert message_of(refused.value) == (
        "Image scan does not exist for the image with '{imageDigest:'null', imageTag:'1'}' in the repository with "
        f"name '{repository.name}' in the registry with id '000000000000'"
    )


def test_an_image_is_scanned_once_a_day(ecr: LocalECR, repository: Repository) -> None:
    repository.image(tag="1")
    start(repository)
    with pytest.raises(ClientError) as refused:
        start(repository)

    ecr.clock.advance(24 * 3600)
    start(repository)

    assert code_of(refused.value) == "LimitExceededException"


def test_an_index_cannot_be_scanned(repository: Repository) -> None:
    repository.put(index_of(repository.image()), tag="multi")

    with pytest.raises(ClientError) as refused:
        start(repository, "multi")

    assert code_of(refused.value) == "UnsupportedImageTypeException"


def test_a_push_starts_a_scan_where_the_repository_says_so(client: Client, repository: Repository) -> None:
    client.put_image_scanning_configuration(
        repositoryName=repository.name, imageScanningConfiguration={"scanOnPush": True}
    )

    repository.image(tag="1")

    assert findings(repository)["imageScanStatus"]


def test_under_enhanced_scanning_basic_scans_are_disabled(enhanced: Client) -> None:
    repository = Repository.create(enhanced, "enhanced/refused")
    repository.image(tag="1")

    with pytest.raises(ClientError) as refused:
        start(repository)

    assert (code_of(refused.value), message_of(refused.value)) == (
        "ValidationException",
        "This feature is disabled",
    )


def test_enhanced_findings_are_a_list_of_their_own(ecr: LocalECR, enhanced: Client) -> None:
    repository = Repository.create(enhanced, "enhanced/found")
    finding = models.EnhancedImageScanFinding(title="CVE-2026-3", severity="CRITICAL")
    ecr.findings.set(repository.name, [finding], account="444444444444")

    repository.image(tag="1")

    answer = findings(repository)
    assert answer["imageScanStatus"] == {
        "status": "ACTIVE",
        "description": "Continuous scan is selected for image.",
    }
    found = answer["imageScanFindings"]
    assert found["enhancedFindings"] == [{"title": "CVE-2026-3", "severity": "CRITICAL"}]


def test_a_repository_shows_the_rule_that_applies(ecr: LocalECR) -> None:
    client = make_client(ecr, account="555555555555")
    client.create_repository(repositoryName="prod/app")
    rule = {
        "scanFrequency": "SCAN_ON_PUSH",
        "repositoryFilters": [{"filter": "prod", "filterType": "WILDCARD"}],
    }
    put = client.put_registry_scanning_configuration(scanType="BASIC", rules=[rule])

    answer = client.batch_get_repository_scanning_configuration(repositoryNames=["prod/app", "not/there"])

    assert put["registryScanningConfiguration"] == {"scanType": "BASIC", "rules": [rule]}
    assert answer["scanningConfigurations"] == [
        {
            "repositoryArn": "arn:aws:ecr:us-east-1:555555555555:repository/prod/app",
            "repositoryName": "prod/app",
            "scanOnPush": True,
            "scanFrequency": "SCAN_ON_PUSH",
            "appliedScanFilters": rule["repositoryFilters"],
        }
    ]
    assert answer["failures"] == [
        {
            "repositoryName": "not/there",
            "failureCode": "REPOSITORY_NOT_FOUND",
            "failureReason": "REPOSITORY_NOT_FOUND",
        }
    ]
    client.close()


def test_a_registry_scans_basically_before_it_is_told(ecr: LocalECR) -> None:
    client = make_client(ecr, account="666666666666")

    shown = client.get_registry_scanning_configuration()

    assert shown["scanningConfiguration"] == {"scanType": "BASIC", "rules": []}
    client.close()


def test_signing_is_in_progress_until_the_test_says_more(ecr: LocalECR, repository: Repository) -> None:
    client = repository.client
    client.put_signing_configuration(signingConfiguration={"rules": [{"signingProfileArn": PROFILE}]})
    digest = digest_of(repository.image(tag="1"))
    asked = {"repositoryName": repository.name, "imageId": {"imageTag": "1"}}

    first = client.describe_image_signing_status(**asked)["signingStatuses"]
    ecr.signatures.set(repository.name, digest, PROFILE, "COMPLETE")
    second = client.describe_image_signing_status(**asked)["signingStatuses"]
    client.delete_signing_configuration()

    assert first == [{"signingProfileArn": PROFILE, "status": "IN_PROGRESS"}]
    assert second == [{"signingProfileArn": PROFILE, "status": "COMPLETE"}]


def test_a_registry_that_does_not_sign_has_no_configuration(ecr: LocalECR) -> None:
    client = make_client(ecr, account="777777777777")

    with pytest.raises(ClientError) as refused:
        client.get_signing_configuration()

    assert code_of(refused.value) == "SigningConfigurationNotFoundException"
    client.close()


FOUND = {
    "repositoryName": "team/loaded",
    "imageScanStatus": {"status": "COMPLETE", "description": "done"},
    "imageScanFindings": {"findings": [{"name": "CVE-2026-0003", "severity": "LOW"}]},
}


def test_scans_can_complete_without_findings() -> None:
    with LocalECR(settings=replace(SMALL, clean_scans=True)) as clean:
        client = make_client(clean)
        repository = Repository.create(client, "team/clean")
        repository.image(tag="1")
        start(repository)

        waiter = client.get_waiter("image_scan_complete")
        waiter.wait(repositoryName="team/clean", imageId={"imageTag": "1"}, WaiterConfig={"MaxAttempts": 1})
        answer = findings(repository)
        client.close()

    assert answer["imageScanStatus"]["status"] == "COMPLETE"
    assert answer["imageScanFindings"]["findings"] == []


def test_findings_can_be_loaded_before_the_repository_exists(
    ecr: LocalECR, client: Client, tmp_path: Path
) -> None:
    file = tmp_path / "findings.json"
    file.write_text(json.dumps(FOUND))
    ecr.findings.load(file)

    repository = Repository.create(client, "team/loaded")
    repository.image(tag="1")
    start(repository)

    answer = findings(repository)
    assert answer["imageScanStatus"] == FOUND["imageScanStatus"]
    assert [each["name"] for each in answer["imageScanFindings"]["findings"]] == ["CVE-2026-0003"]


def test_loaded_findings_can_be_of_one_image(ecr: LocalECR, repository: Repository, tmp_path: Path) -> None:
    digests = [digest_of(repository.image(tag, tag=tag)) for tag in ("1", "2")]
    of_one = {**FOUND, "repositoryName": repository.name, "imageId": {"imageDigest": digests[0]}}
    (tmp_path / "findings.json").write_text(json.dumps([of_one]))
    ecr.findings.load(tmp_path / "findings.json")
    for tag in ("1", "2"):
        start(repository, tag)

    statuses = [findings(repository, tag=tag)["imageScanStatus"]["status"] for tag in ("1", "2")]

    assert statuses == ["COMPLETE", "FINDINGS_UNAVAILABLE"]


@pytest.mark.parametrize(
    "content", ["{", '"text"', '{"imageScanFindings": []}', '{"imageScanFindings": {}}', "[1]"]
)
def test_a_file_of_something_else_is_refused(ecr: LocalECR, tmp_path: Path, content: str) -> None:
    file = tmp_path / "findings.json"
    file.write_text(content)

    with pytest.raises(InvalidInputError, match="scan findings"):
        ecr.findings.load(file)


def test_the_command_reads_findings(tmp_path: Path) -> None:
    file = tmp_path / "findings.json"
    file.write_text(json.dumps(FOUND))
    with LocalECRProcess(options=("--findings", str(file), "--clean-scans")) as process:
        client = make_client(process.endpoint_url)
        names = ("team/loaded", "team/other")
        answers: list[dict[str, Any]] = []
        for name in names:
            repository = Repository.create(client, name)
            repository.image(tag="1")
            start(repository)
            answers.append(findings(repository))
        client.close()

    assert [len(each["imageScanFindings"]["findings"]) for each in answers] == [1, 0]
