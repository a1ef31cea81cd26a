"""A service model of tomorrow, taken in by the steps of CONTRIBUTING in a copy of the project."""

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from codegen.__main__ import PROJECT

OPERATION = "DescribeSnapshots"


class Copy:
    """A copy of the project that a contributor works in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("codegen", "ecrkit", "tests", "docs/errors.md", "pyproject.toml"):
            source, target = PROJECT / name, folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *arguments],
            cwd=self.folder,
            env={"PYTHONPATH": str(self.folder), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            text=True,
            check=False,
            timeout=100,
        )

    def edit(self, name: str, change: Callable[[Any], None]) -> None:
        """Change a file of the service model, and its stamp."""
        path, stamp = self.folder / "codegen/model" / name, self.folder / "codegen/model/stamp.toml"
        before = path.read_bytes()
        model = json.loads(before)
        change(model)
        path.write_text(json.dumps(model), "utf-8")
        old, new = (hashlib.sha256(content).hexdigest() for content in (before, path.read_bytes()))
        stamp.write_text(stamp.read_text("utf-8").replace(old, new), "utf-8")

    def decide(self, **additions: str) -> None:
        """Add lines to tables of `overrides.toml`, each below a line that is there."""
        path = self.folder / "codegen/overrides.toml"
        text = path.read_text("utf-8")
        for below, lines in additions.items():
            line = LINES[below]
            assert text.count(f"\n{line}\n") == 1
            text = text.replace(f"\n{line}\n", f"\n{line}\n{lines}\n")
        path.write_text(text, "utf-8")


LINES = {
    "families": 'about = "Shapes and enums that several families use."',
    "not_found": "NotFoundError = [",
    "shapes": "[words.shapes]",
    "members": "[words.members]",
    "result_keys": "[result_keys]",
}


def add_a_paged_operation(model: Any) -> None:
    model["operations"][OPERATION] = {
        "name": OPERATION,
        "http": {"method": "POST", "requestUri": "/"},
        "input": {"shape": "DescribeSnapshotsRequest"},
        "output": {"shape": "DescribeSnapshotsResponse"},
        "errors": [{"shape": "ServerException"}, {"shape": "SnapshotNotFoundException"}],
    }
    model["shapes"] |= {
        "DescribeSnapshotsRequest": {
            "type": "structure",
            "required": ["repositoryName"],
            "members": {
                "repositoryName": {"shape": "RepositoryName"},
                "nextToken": {"shape": "NextToken"},
                "maxResults": {"shape": "MaxResults"},
            },
        },
        "DescribeSnapshotsResponse": {
            "type": "structure",
            "members": {"snapshots": {"shape": "SnapshotList"}, "nextToken": {"shape": "NextToken"}},
        },
        "SnapshotList": {"type": "list", "member": {"shape": "Snapshot"}},
        "Snapshot": {"type": "structure", "members": {"snapshotId": {"shape": "Arn"}}},
        "SnapshotNotFoundException": {
            "type": "structure",
            "members": {"message": {"shape": "ExceptionMessage"}, "snapshotId": {"shape": "Arn"}},
            "exception": True,
        },
    }


def add_members(model: Any) -> None:
    model["shapes"]["TagStatus"]["enum"].append("FROZEN")
    model["shapes"]["ImageDetail"]["members"]["signer"] = {"shape": "Arn"}


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    return Copy(tmp_path)


def test_a_future_model_is_taken_in_by_the_steps_of_contributing(copy: Copy) -> None:
    copy.edit("service-2.json", add_a_paged_operation)
    copy.edit("service-2.json", add_members)

    asked = copy.run("-m", "codegen")
    assert asked.returncode == 1
    assert "Traceback" not in asked.stderr
    assert "families: DescribeSnapshots is missing" in asked.stderr
    assert "errors: SnapshotNotFoundException is missing" in asked.stderr
    assert "result_keys: DescribeSnapshots has a nextToken" in asked.stderr
    copy.decide(
        families='operations = []\n[families.snapshots]\nabout = "Snapshots."',
        not_found='"SnapshotNotFoundException",',
        result_keys='DescribeSnapshots = ["snapshots"]',
    )
    overrides = copy.folder / "codegen/overrides.toml"
    moved = overrides.read_text("utf-8").replace(
        'about = "Snapshots."\noperations = []', 'about = "Snapshots."\noperations = ["DescribeSnapshots"]'
    )
    overrides.write_text(moved, "utf-8")

    asked = copy.run("-m", "codegen")
    assert asked.returncode == 1
    assert "Traceback" not in asked.stderr
    undocumented = [
        "words.shapes: the model does not document DescribeSnapshotsRequest;",
        "words.shapes: the model does not document Snapshot;",
        "words.shapes: the model does not document SnapshotNotFoundException;",
        "words.members: the model does not document DescribeSnapshotsRequest.repositoryName;",
        "words.members: the model does not document DescribeSnapshotsResponse.snapshots;",
        "words.members: the model does not document ImageDetail.signer;",
        "words.members: the model does not document Snapshot.snapshotId;",
        "words.members: the model does not document SnapshotNotFoundException.snapshotId;",
    ]
    assert [each for each in undocumented if each not in asked.stderr] == []
    names = [each.removesuffix(";").rpartition(" ")[2] for each in undocumented]
    copy.decide(
        shapes="\n".join(f'{name} = "About it."' for name in names if "." not in name),
        members="\n".join(f'"{name}" = "About it."' for name in names if "." in name),
    )

    assert copy.run("-m", "codegen").returncode == 0
    assert copy.run("-m", "codegen", "--check").returncode == 0

    used = copy.run("-c", A_PROGRAM)
    assert used.stdout.split("\n") == ["['s-1', 's-2']", "SnapshotNotFoundError s-9", "FROZEN", ""], (
        used.stderr
    )
    assert "| `SnapshotNotFoundError` | `NotFoundError` |" in (copy.folder / "docs/errors.md").read_text(
        "utf-8"
    )
    tested = copy.run(
        *("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/errors"),
        *("tests/models/test_models_as_a_whole.py", "tests/contracts/test_errors_travel.py"),
    )
    assert tested.returncode == 0, tested.stdout


A_PROGRAM = """
from ecrkit import Registry, errors, models
from ecrkit.testing import FakeTransport

fake = FakeTransport(
    models.DescribeSnapshotsResponse(snapshots=[models.Snapshot(snapshot_id="s-1")], next_token="n"),
    models.DescribeSnapshotsResponse(snapshots=[models.Snapshot(snapshot_id="s-2")]),
)
pages = Registry(fake).client.paginate(models.DescribeSnapshotsRequest(repository_name="team/app"))
print([each.snapshot_id for page in pages for each in page.snapshots])
error = errors.api_error(
    "SnapshotNotFoundException", "m", operation="x", http_status=400, members={"snapshotId": "s-9"}
)
assert isinstance(error, errors.NotFoundError)
assert type(error).__name__ in errors.__all__
print(type(error).__name__, error.snapshot_id)
print(models.TagStatus.FROZEN.value)
"""
