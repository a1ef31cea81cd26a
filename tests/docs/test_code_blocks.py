"""Runs the Python of the README and of every page of the documentation, against a local ECR."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrkit import oci
from ecrkit.local import LocalECR
from tests.docs.pages import SCRIPT, Page
from tests.docs.running import PROJECT, run

PAGES = {
    str(path.relative_to(PROJECT)): Page.read(path.read_text("utf-8"))
    for path in [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted(PROJECT.glob("docs/**/*.md"))]
}
PREPARE = "prepare.py"
_ACCIDENTS = re.compile(
    r"""
    (?<=sha256:)[0-9a-f]+                                     # digests, which other compressors make differ
    | [0-9a-f]{8}-[0-9a-f-]{27}                               # ids of requests
    | \d{4}-\d\d-\d\d[ ]\d\d:\d\d(:[\d.]+[+]00:00)?            # times
    | [\d.]+(?=[ ]s\b)                                        # seconds
    | (?<=127[.]0[.]0[.]1:)\d+                                # ports
    | \b\d{3,}\b                                              # bytes
    """,
    re.VERBOSE,
)


@pytest.fixture
def ecr() -> Iterator[LocalECR]:
    with LocalECR() as server:
        yield server


@pytest.fixture
def folder(ecr: LocalECR, tmp_path: Path) -> Path:
    """A folder and a local ECR that are prepared as the page of guides tells a reader to prepare them."""
    (tmp_path / PREPARE).write_text(PAGES["docs/guides/index.md"].files[PREPARE], "utf-8")
    ran = run(["-W", "error", PREPARE], ecr, tmp_path)
    assert ran.returncode == 0, ran.stderr
    # A page says to fetch `alpine` with skopeo, from a registry elsewhere.
    with LocalECR() as elsewhere, oci.ImageBuilder("linux/amd64") as builder:
        builder.add_layer(tmp_path / "first.tar.gz")
        library = elsewhere.registry().create_repository("library/alpine")
        library.push_image(builder.build(), tags="3.22").pull(tmp_path / "alpine")
    return tmp_path


@pytest.mark.parametrize("page", [name for name, page in PAGES.items() if SCRIPT in page.files])
def test_the_program_of_a_page_runs(page: str, ecr: LocalECR, folder: Path) -> None:
    PAGES[page].write(folder)

    ran = run(["-W", "error", SCRIPT], ecr, folder)

    assert ran.returncode == 0, f"{page} (line numbers are those of the page):\n{ran.stdout}\n{ran.stderr}"
    printed = [without_accidents(line) for line in (ran.stdout + ran.stderr).splitlines()]
    assert [line for line in PAGES[page].output if without_accidents(line) not in printed] == []


@pytest.mark.parametrize("page", [name for name, page in PAGES.items() if page.tests])
def test_the_tests_on_a_page_pass(page: str, ecr: LocalECR, folder: Path) -> None:
    PAGES[page].write(folder)

    ran = run(["-m", "pytest", "-q", "-p", "no:cacheprovider", *PAGES[page].tests], ecr, folder)

    assert ran.returncode == 0, f"{page} (line numbers are those of the page):\n{ran.stdout}\n{ran.stderr}"


def test_only_blocks_that_need_other_registries_or_a_cluster_are_left_out() -> None:
    left_out = {name: page.left_out for name, page in PAGES.items() if page.left_out}

    assert list(left_out) == ["docs/guides/mirror.md"]
    assert all(reason.startswith("needs ") for reason in left_out["docs/guides/mirror.md"])


def test_the_pages_have_programs() -> None:
    assert sum(SCRIPT in page.files for page in PAGES.values()) >= 8


def test_a_block_keeps_its_lines() -> None:
    page = Page.read(
        "Words\n\n```python\nfirst = 1\n```\n\n=== tab\n\n    ```python\n    second = 2\n    ```\n"
    )

    assert page.files == {SCRIPT: "\n\n\nfirst = 1\n\n\n\n\n\nsecond = 2\n"}


def test_a_block_that_is_not_run_says_why() -> None:
    page = Page.read("<!-- not run: it needs AWS -->\n\n```python\nfail()\n```\n")

    assert (page.files, page.left_out) == ({}, ("it needs AWS",))


def without_accidents(line: str) -> str:
    """What of a printed line is the same on each machine and at each time."""
    return _ACCIDENTS.sub("…", line)
