"""Programs that are killed, run at the same time, or meet a full disk while they take an image out of its repository."""

import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest

from ecrkit import Image, Repository, oci
from ecrkit.errors import DiskFullError
from ecrkit.local import LocalECR
from tests.pull.dying import act
from tests.samples import image, layout_blobs, noise

SOURCE = image(noise(3_000_000), noise(700_000), noise(1_000))
PROJECT = Path(__file__).parents[2]
ACTIONS = ["pull", "save", "download"]


@pytest.fixture
def stored(repository: Repository) -> Image:
    return repository.push_image(SOURCE, tags="1")


def start(ecr: LocalECR, image: Image, action: str, path: Path, when: str) -> "subprocess.Popen[bytes]":
    arguments = [ecr.endpoint_url, image.repository.name, action, str(path), when]
    return subprocess.Popen([sys.executable, "-m", "tests.pull.dying", *arguments], cwd=PROJECT)


def problems(action: str, path: Path) -> list[str]:
    """List what is wrong with a result, and what was left beside it."""
    match action:
        case "pull":
            right = layout_blobs(path) == SOURCE.blobs
        case "save":
            with oci.OciArchive(path) as archive:
                right = [each.raw for each in oci.walk(archive, archive.roots[0])] == [SOURCE.root.raw]
                right = right and all(
                    archive.open_blob(digest).read() == raw for digest, raw in SOURCE.blobs.items()
                )
        case _:
            right = path.read_bytes() == max(SOURCE.blobs.values(), key=len)
    left = [str(each) for each in path.parent.rglob("*") if each.name.startswith(".")]
    return left if right else [*left, "the result is wrong"]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("how", ["change", "after"])
def test_whenever_a_run_is_killed_the_next_one_completes_and_cleans_up(
    ecr: LocalECR, stored: Image, tmp_path: Path, action: str, how: str
) -> None:
    seed = int.from_bytes(os.urandom(4), "big")
    chance = random.Random(seed)
    path = tmp_path / "result"
    for number in range(3):
        when = f"change:{chance.randint(1, 30)}" if how == "change" else f"after:{chance.uniform(0, 0.2)}"
        code = start(ecr, stored, action, path, when).wait(timeout=60)

        act(stored, action, path)

        assert code in {0, -signal.SIGKILL}
        assert problems(action, path) == [], f"seed {seed}, run {number}: {when}"
        shutil.rmtree(path) if path.is_dir() else path.unlink()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_run_that_is_killed_again_and_again_leaves_nothing_in_the_end(
    ecr: LocalECR, stored: Image, tmp_path: Path, action: str
) -> None:
    path = tmp_path / "result"
    for when in ("change:8", "change:14", "change:20"):
        start(ecr, stored, action, path, when).wait(timeout=60)

    act(stored, action, path)

    assert problems(action, path) == []


@pytest.mark.parametrize("action", ACTIONS)
def test_processes_that_do_the_same_all_succeed(
    ecr: LocalECR, stored: Image, tmp_path: Path, action: str
) -> None:
    running = [start(ecr, stored, action, tmp_path / "result", "never") for _ in range(3)]

    assert [each.wait(timeout=60) for each in running] == [0, 0, 0]
    assert problems(action, tmp_path / "result") == []


@pytest.mark.parametrize("action", ACTIONS)
def test_threads_that_do_the_same_all_succeed(stored: Image, tmp_path: Path, action: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        paths = list(pool.map(partial(act, stored, action), [tmp_path / "result"] * 8))

    assert paths == [tmp_path / "result"] * 8
    assert problems(action, tmp_path / "result") == []


@pytest.mark.parametrize("action", ACTIONS)
def test_names_may_be_as_long_as_the_file_system_allows(stored: Image, tmp_path: Path, action: str) -> None:
    path = tmp_path / ("ü" * 127)

    act(stored, action, path)

    assert problems(action, path) == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a file system of two mebibytes."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(folder)]
    if (
        shutil.which("mount") is None
        or subprocess.run(mount, capture_output=True, check=False).returncode != 0
    ):
        pytest.skip("nothing can be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("action", ACTIONS)
def test_a_full_disk_says_how_much_is_needed_and_the_next_run_completes(
    stored: Image, small_disk: Path, action: str
) -> None:
    needed = 3_000_000 if action == "download" else 3_701_000

    with pytest.raises(DiskFullError, match=f"{small_disk}.* bytes are needed") as raised:
        act(stored, action, small_disk / "result")
    assert raised.value.needed is not None
    assert raised.value.needed >= needed
    assert not (small_disk / "result" / "index.json").exists()
    assert not (small_disk / "result").is_file()

    subprocess.run(["mount", "-o", "remount,size=20m", str(small_disk)], check=True)
    act(stored, action, small_disk / "result")
    assert problems(action, small_disk / "result") == []
