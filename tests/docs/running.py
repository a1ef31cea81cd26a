"""Runs programs of the documentation as a reader would, with a local ECR in place of AWS."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ecrkit.errors import UnsupportedOperationError
from ecrkit.local import LocalECR
from tests.versions import OUTDATED

PROJECT = Path(__file__).parents[2]


def run(
    arguments: list[str], ecr: LocalECR, folder: Path, written: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run Python as a reader would who has a local ECR in the environment, and nothing of AWS.

    Args:
        arguments: Of Python.
        ecr: Where boto3 goes.
        folder: Where it runs.
        written: What the program reads from its standard input.
    """
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(ecr, folder),
        input=written,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    if OUTDATED and UnsupportedOperationError.__name__ in ran.stderr:
        pytest.skip(f"botocore is too old: {ran.stderr.splitlines()[-1]}")
    return ran


@contextmanager
def started(arguments: list[str], ecr: LocalECR, folder: Path) -> Generator[subprocess.Popen[str]]:
    """Start Python as `run` does, and kill it at the end."""
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment(ecr, folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def environment(ecr: LocalECR, folder: Path) -> dict[str, str]:
    """Return the environment of a reader who has a local ECR, and nothing of AWS."""
    return {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | {
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_DEFAULT_REGION": ecr.settings.region,
        "AWS_ENDPOINT_URL_ECR": ecr.endpoint_url,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": str(_write_profile(folder)),
        "PYTHONPATH": str(PROJECT),
    }


def _write_profile(folder: Path) -> Path:
    """Give the reader a profile `prod`: the local ECR takes such an access key for the account that calls."""
    path = folder / ".credentials"
    path.write_text("[prod]\naws_access_key_id = 111122223333\naws_secret_access_key = local\n", "utf-8")
    return path
