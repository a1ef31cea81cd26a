"""Both type checkers take the programs of this folder that are right, and refuse every line that is not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.contracts.house import PROJECT

HERE = Path(__file__).parent.relative_to(PROJECT)


def check(*command: str, folder: Path) -> str:
    """Give what a checker complains about; it would also complain about a line that it does not refuse."""
    ran = subprocess.run(
        [sys.executable, "-m", *command, str(HERE)],
        cwd=PROJECT,
        env={**os.environ, "MYPY_CACHE_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    return "" if ran.returncode == 0 else ran.stdout + ran.stderr


@pytest.mark.timeout(300)
def test_mypy_agrees(tmp_path: Path) -> None:
    assert check("mypy", folder=tmp_path) == ""


@pytest.mark.timeout(300)
def test_pyright_agrees(tmp_path: Path) -> None:
    assert check("pyright", "--pythonpath", sys.executable, folder=tmp_path) == ""
