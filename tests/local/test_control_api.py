"""The routes below `/_local/`: controls for tests in any language."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from ecrkit.local import AccessKey, LocalECR
from tests.local.clients import Repository, code_of


@pytest.fixture
def control(ecr: LocalECR) -> Iterator[httpx.Client]:
    ecr.reset()
    with httpx.Client(base_url=f"{ecr.endpoint_url}/_local") as client:
        yield client
    ecr.reset()


def test_a_fault_is_added(control: httpx.Client, repository: Repository) -> None:
    added = control.post("faults", json={"effect": "throttle", "operation": "InitiateLayerUpload"})

    assert added.json()["nth"] == 1
    with pytest.raises(ClientError) as refused:
        repository.begin()
    assert code_of(refused.value) == "ThrottlingException"


def test_faults_are_listed_and_cleared(control: httpx.Client) -> None:
    control.post("faults", json={"effect": "error", "times": 3})

    assert [each["times"] for each in control.get("faults").json()["faults"]] == [3]
    control.delete("faults")
    assert control.get("faults").json() == {"faults": []}


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"effect": "drop"}, "did you mean 'drop-after'"),
        ({"effect": "error", "operation": "PutImages"}, "did you mean 'PutImage'"),
        ({"effect": "error", "ntj": 2}, "A fault has no 'ntj'"),
        ({"effect": "error", "nth": "second"}, "nth"),
        ({"effect": "error", "nth": 0}, "count from 1"),
        ({}, "There is no effect None"),
        ([], "should be an object"),
    ],
)
def test_a_wrong_fault_is_refused(control: httpx.Client, fault: Any, message: str) -> None:
    answer = control.post("faults", json=fault)

    assert answer.status_code == 400
    assert message in answer.json()["message"]


def test_findings_are_given_to_a_repository(control: httpx.Client, repository: Repository) -> None:
    control.post(
        "findings",
        json={
            "repositoryName": repository.name,
            "imageScanStatus": {"status": "COMPLETE"},
            "imageScanFindings": {"findings": [{"name": "CVE-2026-1", "severity": "HIGH"}]},
        },
    ).raise_for_status()
    repository.image(tag="1")
    repository.client.start_image_scan(repositoryName=repository.name, imageId={"imageTag": "1"})

    found = repository.client.describe_image_scan_findings(
        repositoryName=repository.name, imageId={"imageTag": "1"}
    )
    assert found["imageScanFindings"]["findingSeverityCounts"] == {"HIGH": 1}


def test_findings_of_another_form_are_refused(control: httpx.Client) -> None:
    answer = control.post("findings", json={"repositoryName": 7})

    assert answer.status_code == 400
    assert "scan findings" in answer.json()["message"]


def test_the_clock_is_advanced(ecr: LocalECR, control: httpx.Client) -> None:
    before = ecr.clock.now()

    assert control.post("clock", json={"advance": 3600}).status_code == 200

    assert ecr.clock.now() >= before + 3600
    assert control.get("clock").json()["now"].endswith("Z")


@pytest.mark.parametrize(
    "body", ['{"advance": -1}', '{"advance": 1e300}', '{"advance": NaN}', '{"days": 1}', "{}", "1"]
)
def test_a_wrong_advance_is_refused(ecr: LocalECR, control: httpx.Client, body: str) -> None:
    before = ecr.clock.now()

    assert control.post("clock", content=body).status_code == 400
    assert ecr.clock.now() < before + 600


@pytest.mark.parametrize("path", ["faults", "findings", "clock", "seed"])
@pytest.mark.parametrize(
    "body", ["", "{", "null", "[[]]", '"text"', "7", '{"repositories": [null]}', "[" * 5000]
)
def test_what_is_no_command_is_refused(control: httpx.Client, path: str, body: str) -> None:
    answer = control.post(path, content=body)

    assert answer.status_code == 400
    assert answer.json()["message"]


def test_requests_are_listed_without_those_of_the_controls(
    control: httpx.Client, repository: Repository
) -> None:
    repository.begin()

    operations = [each["operation"] for each in control.get("requests").json()["requests"]]

    assert operations == ["CreateRepository", "InitiateLayerUpload"]


def test_requests_of_one_operation_are_listed(control: httpx.Client, repository: Repository) -> None:
    repository.begin()

    found = control.get("requests", params={"operation": "InitiateLayerUpload"}).json()["requests"]

    assert [each["status"] for each in found] == [200]


def test_faults_do_not_hit_the_controls(control: httpx.Client) -> None:
    control.post("faults", json={"effect": "error", "times": None})

    assert control.get("faults").status_code == 200


def test_events_are_listed_by_type(control: httpx.Client, repository: Repository) -> None:
    repository.image(tag="1")

    found = control.get("events", params={"detail-type": "ECR Image Action"}).json()["events"]

    assert [each["detail"]["image-tag"] for each in found] == ["1"]


def test_a_seed_is_planted(control: httpx.Client, ecr: LocalECR) -> None:
    seed = {"repositories": [{"name": "team/seeded", "images": [{"tags": ["1.0"]}]}]}

    control.post("seed", json=seed).raise_for_status()

    assert ecr.registry().repository("team/seeded").image("1.0").describe().tags == ["1.0"]


def test_a_seed_over_http_reads_no_files(control: httpx.Client) -> None:
    files = {"/etc/passwd": {"from": "/etc/passwd"}}

    answer = control.post("seed", json={"repositories": [{"name": "a/b", "images": [{"files": files}]}]})

    assert answer.status_code == 400
    assert "if the seed itself is a file" in answer.json()["message"]


def test_a_reset_forgets_everything(control: httpx.Client, repository: Repository) -> None:
    control.post("reset").raise_for_status()

    with pytest.raises(ClientError):
        repository.begin()


@pytest.mark.parametrize("header", [{"Host": "evil.example"}, {"Origin": "http://evil.example"}])
def test_foreign_hosts_are_refused(control: httpx.Client, header: dict[str, str]) -> None:
    assert control.post("reset", headers=header).status_code == 403


def test_a_server_that_verifies_signatures_has_no_controls() -> None:
    with LocalECR(keys=[AccessKey(access_key_id="AKIDEXAMPLE", secret_access_key="secret")]) as ecr:
        answer = httpx.post(f"{ecr.endpoint_url}/_local/reset")

    assert answer.status_code == 403
