"""Runs the Python of the README and of every page of the documentation, against a local ECR."""

import gzip
import io
import random
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrkit import Registry, oci
from ecrkit.local import LocalECR
from tests.docs.pages import SCRIPT, Page
from tests.docs.running import PROJECT, run

PAGES = {
    str(path.relative_to(PROJECT)): Page.read(path.read_text("utf-8"))
    for path in [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *sorted(PROJECT.glob("docs/**/*.md"))]
}
MIB = 1024 * 1024


@pytest.fixture
def ecr() -> Iterator[LocalECR]:
    """A local ECR that has what the pages say is there: `team/app` with an image under the tag `1.4.2`."""
    with LocalECR() as server:
        push_what_pages_read(server.registry())
        yield server


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files that the pages name. The base is large enough for more than one part."""
    for name, size in {"layer": 1_000, "app": 1_000, "base": 11 * MIB}.items():
        write_layer(tmp_path / f"{name}.tar.gz", size)
        write_layer(tmp_path / f"{name}.tar", size)
    return tmp_path


@pytest.mark.parametrize("page", [name for name, page in PAGES.items() if SCRIPT in page.files])
def test_the_program_of_a_page_runs(page: str, ecr: LocalECR, folder: Path) -> None:
    PAGES[page].write(folder)

    ran = run(["-W", "error", SCRIPT], ecr, folder)

    assert ran.returncode == 0, f"{page} (line numbers are those of the page):\n{ran.stdout}\n{ran.stderr}"


@pytest.mark.parametrize("page", [name for name, page in PAGES.items() if page.tests])
def test_the_tests_on_a_page_pass(page: str, ecr: LocalECR, folder: Path) -> None:
    PAGES[page].write(folder)

    ran = run(["-m", "pytest", "-q", "-p", "no:cacheprovider", *PAGES[page].tests], ecr, folder)

    assert ran.returncode == 0, f"{page} (line numbers are those of the page):\n{ran.stdout}\n{ran.stderr}"


def test_few_blocks_are_left_out() -> None:
    left_out = [f"{name}: {reason}" for name, page in PAGES.items() for reason in page.left_out]

    assert len(left_out) <= 5, left_out


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


def push_what_pages_read(registry: Registry) -> None:
    repository = registry.create_repository("team/app")
    layer = repository.push_layer(b"a small layer")
    config = oci.build_config(
        "linux/amd64",
        [layer.digest],
        env={"PATH": "/usr/bin"},
        entrypoint=["/app"],
        labels={"org.opencontainers.image.revision": "8f2dbe9"},
    )
    repository.push_layer(config.raw)
    repository.put_image(oci.build_manifest(config.descriptor(), [layer.descriptor()]), "1.4.2")


def write_layer(path: Path, size: int) -> None:
    content = random.Random(path.name).randbytes(size)
    entry = tarfile.TarInfo(f"{path.name.partition('.')[0]}.bin")
    entry.size = size
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        tar.addfile(entry, io.BytesIO(content))
    packed = gzip.compress(archive.getvalue(), 1, mtime=0) if path.suffix == ".gz" else archive.getvalue()
    path.write_bytes(packed)
