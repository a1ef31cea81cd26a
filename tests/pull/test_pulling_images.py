"""Whole images on their way out of a repository: into layouts, into archives, and looked into without pulling."""

import subprocess
import sys
import tarfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest

from ecrkit import PushedImage, Registry, Repository, oci
from ecrkit.errors import (
    AnswerLostError,
    DigestMismatchError,
    ImageNotFoundError,
    InvalidImageError,
    InvalidInputError,
    InvalidManifestError,
    PlatformNotFoundError,
)
from ecrkit.events import (
    BytesReceived,
    LayerEvent,
    LayerFinished,
    LayerSkipped,
    LayerStarted,
    TransferPlanned,
)
from ecrkit.local import LocalECR
from ecrkit.references import Digest
from ecrkit.testing import no_waiting
from tests.faults.proxy import Effect, Fault, FaultProxy
from tests.samples import by_cosign, image, join, layout_blobs, noise

LAYERS = [noise(200_000, seed) for seed in range(4)]


def hidden(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.name.startswith(".")]


def test_a_pulled_layout_has_every_byte_that_was_pushed(repository: Repository, tmp_path: Path) -> None:
    source = join(image(*LAYERS), image(*LAYERS[:2], platform="linux/arm64"))
    repository.push_image(source, tags="1")

    folder = repository.image("1").pull(tmp_path / "layout")

    assert layout_blobs(folder) == source.blobs
    assert hidden(folder) == []


def test_progress_tells_of_each_layer_of_a_pull(repository: Repository, tmp_path: Path) -> None:
    told: list[LayerEvent] = []
    source = image(*LAYERS)
    pushed = repository.push_image(source)

    pushed.pull(tmp_path / "layout", progress=told.append)

    finished = [each.layer for each in told if isinstance(each, LayerFinished)]
    assert sorted(finished) == sorted(source.blobs.keys() - {pushed.digest})
    assert {type(each) for each in told} == {TransferPlanned, LayerStarted, BytesReceived, LayerFinished}


def test_progress_tells_what_is_in_the_layout_already(repository: Repository, tmp_path: Path) -> None:
    told: list[LayerEvent] = []
    pushed = repository.push_image(image(*LAYERS))
    pushed.pull(tmp_path / "layout")

    pushed.pull(tmp_path / "layout", progress=told.append)

    assert [type(each) for each in told] == [TransferPlanned, *[LayerSkipped] * 5]


def test_progress_follows_what_is_saved(repository: Repository, tmp_path: Path) -> None:
    told: list[LayerEvent] = []
    pushed = repository.push_image(image(*LAYERS))

    pushed.save(tmp_path / "image.tar", progress=told.append)

    assert len([each for each in told if isinstance(each, LayerFinished)]) == 5


def test_what_progress_raises_ends_a_pull_without_an_index(repository: Repository, tmp_path: Path) -> None:
    told: list[LayerEvent] = []
    pushed = repository.push_image(image(*LAYERS))

    def broken(event: LayerEvent) -> None:
        told.append(event)
        raise RuntimeError("the display is gone")

    with pytest.raises(RuntimeError, match="the display is gone"):
        pushed.pull(tmp_path / "layout", progress=broken)

    assert [type(each) for each in told] == [TransferPlanned]
    assert not (tmp_path / "layout" / "index.json").exists()


def test_the_tag_becomes_the_name_in_the_layout(repository: Repository, tmp_path: Path) -> None:
    repository.push_image(image(), tags="1")

    folder = repository.image("1").pull(tmp_path / "layout")

    assert oci.find_root(oci.OciLayout(folder), "1").digest == repository.image("1").manifest().digest


def test_a_second_image_comes_beside_the_first(repository: Repository, tmp_path: Path) -> None:
    repository.push_image(image(noise(1)), tags="1")
    repository.push_image(image(noise(2)), tags="2")

    repository.image("1").pull(tmp_path / "layout")
    repository.image("2").pull(tmp_path / "layout")
    repository.image("2").pull(tmp_path / "layout")

    names = [root.annotations[oci.REF_NAME] for root in oci.OciLayout(tmp_path / "layout").roots]
    assert names == ["1", "2"]


_PROGRAM = """
import sys, boto3
from ecrkit import Registry
endpoint, repository, folder, *tags = sys.argv[1:]
registry = Registry(boto3.Session("local", "local", region_name="us-east-1"), endpoint_url=endpoint)
for tag in tags:
    registry.repository(repository).image(tag).pull(folder)
"""


def test_processes_that_pull_into_the_same_new_layout_lose_no_image(
    ecr: LocalECR, repository: Repository, tmp_path: Path
) -> None:
    tags = [f"1.{number}" for number in range(60)]
    repository.push_image(image(), tags=tags)
    command = [sys.executable, "-c", _PROGRAM, ecr.endpoint_url, repository.name, str(tmp_path / "layout")]

    running = [subprocess.Popen([*command, *tags[number::3]]) for number in range(3)]
    codes = [each.wait(timeout=60) for each in running]

    assert codes == [0, 0, 0]
    names = [root.annotations[oci.REF_NAME] for root in oci.OciLayout(tmp_path / "layout").roots]
    assert sorted(names) == sorted(tags)
    assert hidden(tmp_path) == []


def test_threads_that_pull_into_the_same_new_layout_lose_no_image(
    repository: Repository, tmp_path: Path
) -> None:
    tags = [f"1.{number}" for number in range(30)]
    repository.push_image(image(), tags=tags)

    def pull(tag: str) -> Path:
        return repository.image(tag).pull(tmp_path / "layout")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(pull, tags))

    names = [root.annotations[oci.REF_NAME] for root in oci.OciLayout(tmp_path / "layout").roots]
    assert sorted(names) == sorted(tags)
    assert hidden(tmp_path) == []


@pytest.fixture
def signed(repository: Repository) -> PushedImage:
    """An index, an SBOM about its image and a signature of that, and what cosign keeps under a tag."""
    child = image(noise(3))
    pushed = repository.push_image(join(child), tags="1")
    sbom = repository.image(digest=child.root.digest).attach(b"sbom", artifact_type="application/x-sbom")
    sbom.attach(b"signature", artifact_type="application/x-signature")
    repository.push_image(image(noise(11)), tags=by_cosign(pushed.digest, "sig"))
    return pushed


def test_referrers_stay_in_the_repository_unless_wanted(signed: PushedImage, tmp_path: Path) -> None:
    folder = signed.pull(tmp_path / "layout")

    assert [root.digest for root in oci.OciLayout(folder).roots] == [signed.digest]


def test_referrers_come_into_the_index_of_the_layout(signed: PushedImage, tmp_path: Path) -> None:
    image = signed.repository.image("1")

    image.pull(tmp_path / "layout", referrers=True)
    image.pull(tmp_path / "layout", referrers=True)

    roots = oci.OciLayout(tmp_path / "layout").roots
    assert [(root.annotations.get(oci.REF_NAME), root.artifact_type) for root in roots] == [
        ("1", None),
        (None, "application/x-sbom"),
        (by_cosign(signed.digest, "sig"), None),
        (None, "application/x-signature"),
    ]


def test_a_push_brings_back_the_referrers_that_were_pulled(
    signed: PushedImage, other: Repository, tmp_path: Path
) -> None:
    folder = signed.pull(tmp_path / "layout", referrers=True)

    pushed = other.push_image(folder, tags="1", referrers=True)

    assert {each.digest for each in other.images()} == {each.digest for each in signed.repository.images()}
    assert other.image(by_cosign(pushed.digest, "sig")).exists()


def test_of_a_layout_with_referrers_the_image_is_the_one_that_is_meant(
    signed: PushedImage, other: Repository, tmp_path: Path
) -> None:
    folder = signed.pull(tmp_path / "layout", referrers=True)

    pushed = other.push_image(folder)

    assert pushed.digest == signed.digest
    assert len(list(other.images())) == 2


def test_an_archive_takes_referrers_along(signed: PushedImage, other: Repository, tmp_path: Path) -> None:
    path = signed.save(tmp_path / "image.tar", referrers=True)

    pushed = other.push_image(path, referrers=True)

    assert len(list(pushed.resolve("linux/amd64").walk_referrers())) == 2
    assert other.image(by_cosign(pushed.digest, "sig")).exists()


def test_an_archive_for_docker_has_no_room_for_referrers(signed: PushedImage, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="cannot hold referrers"):
        signed.save(tmp_path / "image.tar", format="docker", referrers=True)

    assert list(tmp_path.iterdir()) == []


def test_a_tag_that_has_moved_moves_in_the_layout(repository: Repository, tmp_path: Path) -> None:
    repository.push_image(image(noise(1)), tags="1")
    repository.image("1").pull(tmp_path / "layout")
    moved = repository.push_image(image(noise(2)), tags="1")

    repository.image("1").pull(tmp_path / "layout")

    assert [root.digest for root in oci.OciLayout(tmp_path / "layout").roots] == [moved.digest]


def test_a_folder_with_something_else_in_it_is_left_alone(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("photos")
    pushed = repository.push_image(image())

    with pytest.raises(FileExistsError):
        pushed.pull(tmp_path)

    assert [path.name for path in tmp_path.iterdir()] == ["precious"]


def test_a_layout_whose_blobs_lead_elsewhere_is_left_alone(repository: Repository, tmp_path: Path) -> None:
    layout, elsewhere = tmp_path / "layout", tmp_path / "elsewhere"
    layout.mkdir()
    elsewhere.mkdir()
    (layout / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
    (layout / "blobs").symlink_to(elsewhere)
    pushed = repository.push_image(image())

    with pytest.raises(InvalidImageError, match="leads out of the layout"):
        pushed.pull(layout)

    assert list(elsewhere.iterdir()) == []


def test_a_damaged_blob_of_a_layout_is_fetched_anew(repository: Repository, tmp_path: Path) -> None:
    source = image(*LAYERS)
    pushed = repository.push_image(source)
    folder = pushed.pull(tmp_path / "layout")
    (folder / "blobs" / "sha256" / Digest.of(LAYERS[0]).hex).write_bytes(b"damaged")

    pushed.pull(folder)

    assert layout_blobs(folder) == source.blobs


@pytest.fixture
def proxy(ecr: LocalECR) -> Iterator[FaultProxy]:
    with FaultProxy(ecr.endpoint_url) as running:
        yield running


def through(proxy: FaultProxy, repository: Repository) -> Repository:
    """Give the repository as a client sees it that knows only the proxy."""
    session = boto3.Session("local", "local", region_name="us-east-1")
    return Registry(session, endpoint_url=proxy.url).repository(repository.name)


def download_of(content: bytes) -> str:
    return f"GET /layers/{Digest.of(content).replace(':', '-')}"


def test_an_interrupted_pull_goes_on_with_what_it_has(
    proxy: FaultProxy, repository: Repository, tmp_path: Path
) -> None:
    source = image(*LAYERS)
    repository.push_image(source, tags="1")
    pulled = through(proxy, repository).image("1")
    proxy.faults = [Fault(download_of(LAYERS[0]), nth=1, effect=Effect.DROP_BEFORE, times=99)]
    with no_waiting(), pytest.raises(AnswerLostError):
        pulled.pull(tmp_path / "layout", workers=1)
    there = {digest: raw for digest, raw in layout_blobs(tmp_path / "layout").items() if len(raw) == 200_000}
    proxy.start_over()

    pulled.pull(tmp_path / "layout")

    assert layout_blobs(tmp_path / "layout") == source.blobs
    assert all(proxy.count(download_of(content)) == 0 for content in there.values())


def test_a_layout_without_all_its_layers_has_no_index(
    proxy: FaultProxy, repository: Repository, tmp_path: Path
) -> None:
    repository.push_image(image(*LAYERS), tags="1")
    proxy.faults = [Fault(download_of(LAYERS[3]), nth=1, effect=Effect.DROP_BEFORE, times=99)]

    with no_waiting(), pytest.raises(AnswerLostError):
        through(proxy, repository).image("1").pull(tmp_path / "layout")

    assert not (tmp_path / "layout" / "index.json").exists()


def test_an_image_that_is_not_there_is_an_error_that_leaves_nothing(
    repository: Repository, tmp_path: Path
) -> None:
    with pytest.raises(ImageNotFoundError):
        repository.image("nope").pull(tmp_path / "layout")

    assert list(tmp_path.iterdir()) == []


def test_a_layer_that_ecr_lost_a_byte_of_is_found_out(tmp_path: Path) -> None:
    with LocalECR(tmp_path / "data") as ecr:
        pushed = ecr.registry().create_repository("team/damaged").push_image(image(*LAYERS))
        path = next(
            each
            for each in (tmp_path / "data").rglob("*")
            if each.is_file() and each.stat().st_size == 200_000
        )
        path.chmod(0o644)
        path.write_bytes(noise(200_000, seed=99))

        with pytest.raises(DigestMismatchError):
            pushed.pull(tmp_path / "layout")

    assert not (tmp_path / "layout" / "index.json").exists()


def test_an_oci_archive_holds_everything_that_an_index_lists(repository: Repository, tmp_path: Path) -> None:
    source = join(image(*LAYERS), image(noise(5), platform="linux/arm64"))
    repository.push_image(source, tags="1")

    path = repository.image("1").save(tmp_path / "image.tar")

    with oci.OciArchive(path) as archive:
        root = oci.find_root(archive, "1")
        assert [each.raw for each in oci.walk(archive, root)] == [
            each.raw for each in oci.walk(source, source.roots[0])
        ]
    assert [each.name for each in tmp_path.iterdir()] == ["image.tar"]


def test_an_archive_for_docker_holds_the_image_for_one_platform(
    repository: Repository, tmp_path: Path
) -> None:
    arm = image(noise(5), platform="linux/arm64")
    repository.push_image(join(image(*LAYERS), arm), tags="1")

    path = repository.image("1").save(tmp_path / "image.tar", format="docker", platform="linux/arm64")

    with oci.open_images(path) as archive:
        assert archive.roots[0].digest == arm.root.digest
        assert archive.roots[0].annotations == {
            oci.IMAGE_NAME: f"docker.io/{repository.name}:1",
            oci.REF_NAME: "1",
        }
    with tarfile.open(path) as tar:
        assert "manifest.json" in tar.getnames()


def test_docker_is_not_given_an_index_without_saying_which_platform(
    repository: Repository, tmp_path: Path
) -> None:
    pushed = repository.push_image(join(image(noise(1)), image(noise(2), platform="linux/arm64")))

    with pytest.raises(InvalidInputError, match="platform= as one of: linux/amd64, linux/arm64"):
        pushed.save(tmp_path / "image.tar", format="docker")

    assert list(tmp_path.iterdir()) == []


def test_a_platform_that_is_not_there_cannot_be_saved(repository: Repository, tmp_path: Path) -> None:
    pushed = repository.push_image(join(image(noise(1)), image(noise(2), platform="linux/arm64")))

    with pytest.raises(PlatformNotFoundError):
        pushed.save(tmp_path / "image.tar", platform="linux/s390x")


def test_a_format_that_does_not_exist_is_refused(repository: Repository, tmp_path: Path) -> None:
    pushed = repository.push_image(image())

    with pytest.raises(InvalidInputError, match="'zip' is not an archive format"):
        pushed.save(tmp_path / "image.zip", format="zip")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_the_total_size_counts_what_is_shared_once(repository: Repository) -> None:
    source = join(image(*LAYERS), image(*LAYERS, platform="linux/arm64"))

    pushed = repository.push_image(source)

    assert pushed.total_size() == sum(map(len, source.blobs.values()))


def test_the_history_tells_which_step_made_which_layer(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "app").write_text("x")
    with oci.ImageBuilder("linux/amd64") as builder:
        builder.add_layer(tmp_path, to="/app")
        pushed = repository.push_image(builder.build())

    steps = pushed.history()

    assert [step.layer.digest if step.layer else None for step in steps] == [pushed.layers()[0].digest]


def test_an_artifact_has_no_history(repository: Repository) -> None:
    artifact = repository.push_image(image()).attach(b"sbom", artifact_type="application/spdx+json")

    with pytest.raises(InvalidManifestError):
        artifact.history()
