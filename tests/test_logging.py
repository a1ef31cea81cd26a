"""What ecrkit logs: enough to follow it, and nothing secret."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest

from ecrkit import Registry, RetryPolicy, oci
from ecrkit.errors import RepositoryNotFoundError
from ecrkit.local import LocalECR
from ecrkit.testing import no_waiting

KEY, SECRET, TOKEN = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMIsecret", "session-token-of-somebody"
CONTENT = b"the bytes of a layer"


@pytest.fixture
def ecr() -> Iterator[LocalECR]:
    with LocalECR() as server:
        yield server


@pytest.fixture
def registry(ecr: LocalECR) -> Registry:
    session = boto3.Session(KEY, SECRET, aws_session_token=TOKEN, region_name="us-east-1")
    return Registry(session, endpoint_url=ecr.endpoint_url)


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """What ecrkit has logged so far at any level, without what the local ECR has."""
    caplog.set_level(logging.DEBUG, logger="ecrkit")
    said: list[str] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if not record.name.startswith("ecrkit.local"):
                said.append(f"{record.levelname} {record.getMessage()}")

    handler = Keep()
    logging.getLogger("ecrkit").addHandler(handler)
    yield said
    logging.getLogger("ecrkit").removeHandler(handler)


def test_each_request_is_one_line(registry: Registry, lines: list[str]) -> None:
    registry.create_repository("team/app")

    [line] = lines
    assert line.startswith("DEBUG CreateRepository team/app: ")


def test_an_error_is_logged_with_its_code_and_request_id(registry: Registry, lines: list[str]) -> None:
    with pytest.raises(RepositoryNotFoundError) as caught:
        registry.repository("team/none").describe()

    [line] = lines
    assert "RepositoryNotFoundException (400" in line
    assert str(caught.value.request_id) in line


def test_each_further_attempt_is_a_warning(ecr: LocalECR, registry: Registry, lines: list[str]) -> None:
    repository = registry.create_repository("team/app")
    ecr.faults.add("throttle", "UploadLayerPart", times=2)

    with no_waiting():
        repository.push_layer(CONTENT, retry=RetryPolicy(attempts=5))

    warnings = [line for line in lines if line.startswith("WARNING")]
    assert [line[: len("WARNING Attempt 1 failed")] for line in warnings] == [
        "WARNING Attempt 1 failed",
        "WARNING Attempt 2 failed",
    ]
    assert "ThrottlingException" in warnings[0]


def test_an_upload_that_restarts_is_a_warning(ecr: LocalECR, registry: Registry, lines: list[str]) -> None:
    repository = registry.create_repository("team/app")
    ecr.faults.add("refuse", "UploadLayerPart", code="UploadNotFoundException")

    repository.push_layer(CONTENT)

    assert any(line.startswith("WARNING The upload of ") and " restarts: " in line for line in lines)


def test_nothing_secret_is_logged(
    ecr: LocalECR, registry: Registry, lines: list[str], tmp_path: Path
) -> None:
    repository = registry.create_repository("team/app")
    layer = repository.push_layer(CONTENT)
    config = oci.build_config("linux/amd64", [layer.digest], env={"PASSWORD": "hunter2"})
    repository.push_layer(config.raw)
    repository.put_image(oci.build_manifest(config.descriptor(), [layer.descriptor()]), "1")
    ecr.faults.add("truncate", "Download")
    with no_waiting():
        repository.image("1").layers()[0].download(tmp_path / "layer")
    password = registry.docker_credentials().password

    said = "\n".join(lines)

    assert "GetDownloadUrlForLayer team/app" in said
    assert "GetAuthorizationToken" in said
    secrets = [
        KEY,
        SECRET,
        TOKEN,
        password.get_secret_value(),
        "hunter2",
        CONTENT.decode(),
        "http://",
        "X-Amz",
    ]
    assert [secret for secret in secrets if secret in said] == []


def test_nothing_is_written_where_logging_is_not_set_up() -> None:
    program = "import ecrkit.retrying as r, logging; logging.getLogger('ecrkit.retrying').warning('loud')"

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stderr == ""
