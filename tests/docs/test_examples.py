"""Runs the examples as a reader would."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent.parent
EXAMPLES = sorted(path.name for path in (PROJECT / "examples").glob("*.py"))
ARGUMENTS = {"push_an_image.py": ["--data", "ecr"]}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs(example: str, tmp_path: Path) -> None:
    command = [sys.executable, str(PROJECT / "examples" / example), *ARGUMENTS.get(example, [])]

    environment = os.environ | {"PYTHONPATH": str(PROJECT)}

    ran = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=100, check=False
    )

    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"


def test_the_list_of_examples_names_each() -> None:
    listed = (PROJECT / "examples" / "README.md").read_text("utf-8")

    assert [name for name in EXAMPLES if f"]({name})" not in listed] == []
