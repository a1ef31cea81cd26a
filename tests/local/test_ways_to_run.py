"""The ways to have a local ECR: in a thread, in a process, in async code, as fixtures of pytest."""

import os
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
