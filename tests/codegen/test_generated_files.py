"""The files in the repository, and the tool that keeps them."""

import shutil
from pathlib import Path

import pytest

from codegen import overrides, service
from codegen.__main__ import PROJECT, generate, main
from codegen.output import MARK
from codegen.overrides import OverrideError
from codegen.service import MODEL, StaleModelError


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what is generated into."""
    for folder in ("ecrkit/models", "ecrkit/errors"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    return tmp_path


def test_the_generated_files_are_current() -> None:
    assert main(["--check"]) == 0


def test_generating_twice_gives_the_same() -> None:
    assert generate() == generate()


def test_an_edit_is_noticed_by_name(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    images = project / "ecrkit/models/images.py"
    images.write_text(images.read_text("utf-8") + "\n# by hand\n", "utf-8")

    assert main(["--check"], project) == 1
    assert "ecrkit/models/images.py" in capsys.readouterr().err


def test_a_missing_file_is_noticed(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "ecrkit/errors/_service.py").unlink()

    assert main(["--check"], project) == 1
    assert "ecrkit/errors/_service.py" in capsys.readouterr().err


def test_a_file_that_nothing_generates_any_more_is_noticed(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "ecrkit/models/former.py").write_text(f"{MARK}something old.\n", "utf-8")

    assert main(["--check"], project) == 1
    assert "ecrkit/models/former.py" in capsys.readouterr().err


def test_writing_mends_all_of_it(project: Path) -> None:
    (project / "ecrkit/models/former.py").write_text(f"{MARK}something old.\n", "utf-8")
    (project / "ecrkit/models/tags.py").unlink()
    (project / "ecrkit/models/layers.py").write_text("", "utf-8")

    assert main([], project) == 0
    assert main(["--check"], project) == 0
    assert not (project / "ecrkit/models/former.py").exists()


def test_writing_leaves_files_of_ours_alone(project: Path) -> None:
    base = project / "ecrkit/models/_base.py"
    base.write_text("# ours\n", "utf-8")

    main([], project)

    assert base.read_text("utf-8") == "# ours\n"


def test_a_model_without_its_stamp_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    path = folder / "paginators-1.json"
    path.write_text(path.read_text("utf-8") + "\n", "utf-8")

    with pytest.raises(StaleModelError, match=r"paginators-1\.json"):
        service.load(folder)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ('"Layer.layerAvailability" =', '"Layer.colour" =', "has no Layer.colour"),
        ('Layer = ["layerDigest"', 'Layer = ["colour"', "has no Layer.colour"),
        ('operations = ["GetAuthorizationToken"]', "operations = []", "GetAuthorizationToken is missing"),
        (
            'AccessError = ["BlockedByOrg',
            'AccessError = ["UnblockedByOrg',
            "BlockedByOrganizationPolicyException is",
        ),
        ('RegistryId = "12 digits"', "", "RegistryId is missing"),
        ("[always]", '[always]\nTag = ["Key"]', "Tag is part of requests"),
        ("[result_keys]", '[result_keys]\nListImages = ["imageIds"]', "botocore can page ListImages"),
    ],
)
def test_an_override_that_fits_nothing_is_refused(tmp_path: Path, before: str, after: str, says: str) -> None:
    text = overrides.OVERRIDES.read_text("utf-8")
    path = tmp_path / "overrides.toml"
    path.write_text(text.replace(before, after, 1), "utf-8")

    with pytest.raises(OverrideError, match=says):
        overrides.load(service.load(), path)
