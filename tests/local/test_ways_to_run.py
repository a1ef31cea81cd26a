"""The ways to have a local ECR: in a thread, in a process, in async code, as fixtures of pytest."""

import logging
import os
import socket
import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from ecrkit.errors import ConfigurationError
from ecrkit.local import LocalECR, LocalECRProcess
from tests.local.clients import Repository, make_client


async def test_async_code_can_have_one() -> None:
    async with LocalECR() as ecr:
        assert ecr.endpoint_url.startswith("http://127.0.0.1:")


def test_a_process_can_have_one(tmp_path: Path) -> None:
    with LocalECRProcess(tmp_path) as ecr:
        client = make_client(ecr.endpoint_url)
        Repository.create(client, "in/a/process")
        client.close()
        ecr.kill()

    with LocalECR(tmp_path) as again:
        client = make_client(again)
        found = client.describe_repositories()["repositories"]
        client.close()

    assert [each["repositoryName"] for each in found] == ["in/a/process"]


def test_a_process_that_cannot_start_says_so() -> None:
    with LocalECR() as ecr:
        port = int(ecr.endpoint_url.rpartition(":")[2])

        with pytest.raises(ConfigurationError, match="did not start"):
            LocalECRProcess(port=port).start()


def test_a_reset_forgets_everything() -> None:
    with LocalECR() as ecr:
        client = make_client(ecr)
        Repository.create(client, "forgotten").image(tag="1")
        client.put_account_setting(name="BLOB_MOUNTING", value="ENABLED")

        ecr.reset()

        assert client.describe_repositories()["repositories"] == []
        assert client.get_account_setting(name="BLOB_MOUNTING")["value"] == "DISABLED"
        assert [each for each in ecr.folder.rglob("*") if each.is_file() and each.parent != ecr.folder] == []
        client.close()


def test_the_fixtures_give_a_fresh_ecr_to_each_test(tmp_path: Path) -> None:
    (tmp_path / "test_user.py").write_text(
        """
import pytest

@pytest.mark.parametrize("n", [1, 2])
def test_it(local_ecr, ecr_registry, n):
    assert list(ecr_registry.repositories()) == []
    ecr_registry.create_repository("team/app")
    assert local_ecr.requests.of("CreateRepository")
"""
    )

    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "ecrkit.pytest_plugin",
            str(tmp_path),
            "--rootdir",
            str(tmp_path),
        ],
        env={
            **os.environ,
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },  # it may be installed, and then loads by itself
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert "2 passed" in done.stdout, done.stdout + done.stderr


def run_pytest(folder: Path, *options: str) -> str:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "ecrkit.pytest_plugin", *options, str(folder)]
    done = subprocess.run(
        [*command, "--rootdir", str(folder)],
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "AWS_PROFILE": "production"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.stdout + done.stderr


USER_OF_ENVIRONMENT = """
import os
import subprocess
import sys

import boto3
import pytest

from ecrkit import Registry

def test_code_with_its_own_client(ecr_environment):
    Registry().create_repository("team/app")
    client = boto3.client("ecr")
    assert [each["repositoryName"] for each in client.describe_repositories()["repositories"]] == ["team/app"]
    code = "from ecrkit import Registry; print(*Registry().repositories())"
    assert "team/app" in subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout

@pytest.mark.parametrize("n", range(4))
def test_each_test_has_an_empty_registry(ecr_environment, n):
    assert list(Registry().repositories()) == []
    Registry().create_repository("team/app")

def test_the_environment_is_as_before_without_the_fixture():
    assert os.environ["AWS_PROFILE"] == "production"
    assert "AWS_ENDPOINT_URL_ECR" not in os.environ
"""


def test_the_environment_leads_code_to_the_local_ecr(tmp_path: Path) -> None:
    (tmp_path / "test_user.py").write_text(USER_OF_ENVIRONMENT)

    assert "6 passed" in run_pytest(tmp_path)


def test_each_worker_of_xdist_has_a_server_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "test_user.py").write_text(USER_OF_ENVIRONMENT)

    assert "6 passed" in run_pytest(tmp_path, "-p", "xdist", "-n", "2")


def run_command(*options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ecrkit.local", "--port", "0", *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_a_port_out_of_range_is_one_line() -> None:
    done = run_command("--port", "99999")

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "ecrkit.local: There is no port 99999; choose one from 1 to 65535, or 0 for any free port\n"
    )


@pytest.mark.parametrize("data", ["/proc/ecr", "/proc", "/dev/null"])
def test_a_data_folder_that_cannot_be_used_is_one_line(data: str) -> None:
    done = run_command("--data", data)

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert data in done.stderr


def test_a_folder_in_use_is_one_line(tmp_path: Path) -> None:
    with LocalECR(tmp_path):
        done = run_command("--data", str(tmp_path))

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "Another local ECR is using" in done.stderr


@pytest.mark.parametrize("option", ["--seed", "--findings", "--require-auth"])
def test_a_file_that_is_not_there_is_one_line(option: str) -> None:
    done = run_command(option, "not-there.yaml")

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "not-there.yaml" in done.stderr


def test_events_to_another_machine_are_one_line() -> None:
    done = run_command("--events-to", "http://example.com/")

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)


def test_a_tls_probe_is_explained_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO), LocalECR() as ecr:
        host, port = ecr.endpoint_url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as connection, pytest.raises(ssl.SSLError):
            ssl.create_default_context().wrap_socket(connection, server_hostname=host)

    assert [each.getMessage()[:10] for each in caplog.records if "HTTP" in each.getMessage()] == [
        "TLS probe:"
    ]
