"""The AWS CLI against the local ECR: commands as people type them, each in a process of its own."""

import base64
import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from ecrkit import models
from ecrkit.local import LocalECR
from tests.local.clients import Client, Repository, digest_of, make_client, manifest_of

APP = ("--repository-name", "team/app")
BLOB = b"{}"
MANIFEST = manifest_of([BLOB], config=BLOB)  # one upload gives both, and each command takes a second
UNKNOWN_COMMAND = 252, 2  # how version 2 of the CLI, and version 1, end when they do not know a command
LIFECYCLE = json.dumps(
    {
        "rules": [
            {
                "rulePriority": 1,
                "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10},
                "action": {"type": "expire"},
            }
        ]
    }
)


@dataclass(frozen=True)
class CommandLine:
    """The CLI without anything of its user's: no configuration, no profile, no pager."""

    program: str
    endpoint: str
    home: Path

    def run(self, *command: str) -> str:
        """Run `aws ecr ...`, which has to end well."""
        done = self.start(*command)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def ask(self, *command: str) -> Any:
        return json.loads(self.run(*command))

    def start(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run `aws ecr ...`; skips the test where the CLI is too old to know the command."""
        done = subprocess.run(
            [self.program, "ecr", *command, "--endpoint-url", self.endpoint, "--output", "json"],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(self.home),
                "AWS_ACCESS_KEY_ID": "local",
                "AWS_SECRET_ACCESS_KEY": "none",
                "AWS_DEFAULT_REGION": "us-east-1",
                "AWS_PAGER": "",
                "NO_PROXY": "*",
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode in UNKNOWN_COMMAND and "nvalid choice" in done.stderr:
            pytest.skip(f"this AWS CLI is too old to know {command[0]}")
        return done


@pytest.fixture(scope="module")
def ecr() -> Iterator[LocalECR]:
    with LocalECR() as server:
        yield server


@pytest.fixture(scope="module")
def aws(ecr: LocalECR, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    program = shutil.which("aws")
    if program is None:
        pytest.skip("the AWS CLI is not installed")
    return CommandLine(program, ecr.endpoint_url, tmp_path_factory.mktemp("aws"))


@pytest.fixture(scope="module")
def client(ecr: LocalECR) -> Iterator[Client]:
    made = make_client(ecr)
    yield made
    made.close()


@pytest.fixture(scope="module")
def made(aws: CommandLine) -> Any:
    """What create-repository said."""
    return aws.ask("create-repository", *APP, "--image-scanning-configuration", "scanOnPush=true")[
        "repository"
    ]


@pytest.fixture(scope="module")
def pushed(aws: CommandLine, made: Any) -> Any:
    """What put-image said, at the end of a push that is made of commands only."""
    part, manifest = aws.home / "part", aws.home / "manifest.json"
    part.write_bytes(BLOB)
    manifest.write_text(MANIFEST)
    upload = ("--upload-id", aws.ask("initiate-layer-upload", *APP)["uploadId"])
    place = ("--part-first-byte", "0", "--part-last-byte", str(len(BLOB) - 1))
    aws.ask("upload-layer-part", *APP, *upload, *place, "--layer-part-blob", f"fileb://{part}")
    aws.ask("complete-layer-upload", *APP, *upload, "--layer-digests", digest_of(BLOB))
    return aws.ask("put-image", *APP, "--image-tag", "1", "--image-manifest", f"file://{manifest}")["image"]


def test_it_describes_the_repository_that_it_has_made(aws: CommandLine, made: Any) -> None:
    [found] = aws.ask("describe-repositories", "--repository-names", "team/app")["repositories"]

    assert found == made


def test_it_pushes_an_image_from_files(client: Client, pushed: Any) -> None:
    [found] = client.describe_images(repositoryName="team/app")["imageDetails"]

    assert pushed["imageId"] == {"imageDigest": digest_of(MANIFEST), "imageTag": "1"}
    assert found["imageDigest"] == digest_of(MANIFEST)


def test_it_lists_the_image(aws: CommandLine, pushed: Any) -> None:
    listed = aws.ask("list-images", *APP, "--filter", "tagStatus=TAGGED")

    assert listed == {"imageIds": [pushed["imageId"]]}


def test_it_reads_the_manifest_byte_for_byte(aws: CommandLine, pushed: Any) -> None:
    answer = aws.ask("batch-get-image", *APP, "--image-ids", "imageTag=1", "imageTag=unknown")

    assert [each["imageManifest"] for each in answer["images"]] == [MANIFEST]
    assert [each["failureCode"] for each in answer["failures"]] == ["ImageNotFound"]


def test_it_shows_the_findings_of_the_scan_on_push(aws: CommandLine, ecr: LocalECR, pushed: Any) -> None:
    finding = models.ImageScanFinding(name="CVE-2026-0001", severity=models.FindingSeverity.HIGH)
    ecr.findings.set("team/app", [finding])

    answer = aws.ask("describe-image-scan-findings", *APP, "--image-id", "imageTag=1")

    assert answer["imageScanStatus"]["status"] == "COMPLETE"
    assert answer["imageScanFindings"]["findingSeverityCounts"] == {"HIGH": 1}


def test_its_password_opens_the_registry(aws: CommandLine, ecr: LocalECR) -> None:
    password = aws.run("get-login-password").strip()

    login = base64.b64encode(f"AWS:{password}".encode()).decode()
    with urlopen(Request(f"{ecr.endpoint_url}/v2/", headers={"Authorization": f"Basic {login}"})) as answer:
        assert answer.status == 200


def test_it_puts_a_lifecycle_policy(aws: CommandLine, client: Client, made: Any) -> None:
    aws.ask("put-lifecycle-policy", *APP, "--lifecycle-policy-text", LIFECYCLE)

    kept = client.get_lifecycle_policy(repositoryName="team/app")["lifecyclePolicyText"]
    assert json.loads(kept) == json.loads(LIFECYCLE)


def test_it_tags_the_repository(aws: CommandLine, client: Client, made: Any) -> None:
    arn = made["repositoryArn"]

    said = aws.run("tag-resource", "--resource-arn", arn, "--tags", "Key=team,Value=a")

    assert said == ""
    assert client.list_tags_for_resource(resourceArn=arn)["tags"] == [{"Key": "team", "Value": "a"}]


def test_it_pages_by_itself(aws: CommandLine, client: Client) -> None:
    for number in range(3):
        client.create_repository(repositoryName=f"paged/{number}")

    found = aws.ask("describe-repositories", "--page-size", "2", "--query", "repositories[].repositoryName")

    assert {f"paged/{number}" for number in range(3)} <= set(found)


def test_it_knows_what_came_last(aws: CommandLine) -> None:
    assert aws.ask("list-replication-backfills") == {"registryId": "000000000000", "backfills": []}


def test_it_is_told_what_is_wrong(aws: CommandLine) -> None:
    done = aws.start("list-images", "--repository-name", "not/there")

    assert done.returncode != 0
    assert "(RepositoryNotFoundException)" in done.stderr
    assert "The repository with name 'not/there' does not exist" in done.stderr


def test_it_deletes_an_image_and_a_repository(aws: CommandLine, client: Client) -> None:
    repository = Repository.create(client, "gone")
    repository.layer(BLOB)
    repository.put(MANIFEST, tag="1")

    deleted = aws.ask("batch-delete-image", "--repository-name", "gone", "--image-ids", "imageTag=1")
    aws.ask("delete-repository", "--repository-name", "gone")

    assert deleted == {"imageIds": [{"imageDigest": digest_of(MANIFEST), "imageTag": "1"}], "failures": []}
    with pytest.raises(client.exceptions.RepositoryNotFoundException):
        client.describe_repositories(repositoryNames=["gone"])
