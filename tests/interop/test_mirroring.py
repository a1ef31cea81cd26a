"""Images of Debian's docker-registry, mirrored into a local ECR, and compared by skopeo."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ecrkit import Repository, oci
from ecrkit.errors import ImageNotFoundError, RepositoryNotFoundError
from ecrkit.oci import media_types
from tests.interop.docker_registry import COMMAND, docker_registry
from tests.interop.other_tools import need, run, skopeo_reads
from tests.samples import MemoryImages, image, join, noise

pytestmark = need(COMMAND, "skopeo")


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with docker_registry(tmp_path_factory.mktemp("registry")) as host:
        yield host


def fill(host: str, name: str, source: MemoryImages, folder: Path) -> None:
    """Let skopeo push an image into the registry."""
    folder.mkdir(exist_ok=True)
    oci.write_layout(source, folder / "filled")
    run(
        "skopeo",
        "--insecure-policy",
        "copy",
        "--quiet",
        "--all",
        "--preserve-digests",
        "--dest-tls-verify=false",
        f"oci:{folder / 'filled'}",
        f"docker://{host}/{name}",
    )


def files_in(reference: str, folder: Path, *options: str) -> dict[str, bytes]:
    """Let skopeo read all of an image from a registry."""
    run(
        "skopeo",
        "--insecure-policy",
        "copy",
        "--quiet",
        "--all",
        "--src-tls-verify=false",
        *options,
        f"docker://{reference}",
        f"dir:{folder}",
    )
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def ecr_files(repository: Repository, tag: str, folder: Path) -> dict[str, bytes]:
    login = repository.registry.docker_credentials()
    return files_in(
        f"{login.host}/{repository.name}:{tag}",
        folder,
        f"--src-creds=AWS:{login.password.get_secret_value()}",
    )


@pytest.mark.parametrize(
    "source",
    [
        image(noise(200_000), noise(10)),
        image(noise(5_000), media_type=media_types.DOCKER_MANIFEST),
        join(image(noise(300)), image(noise(301), platform="linux/arm64")),
    ],
    ids=["image", "Docker image", "index"],
)
def test_skopeo_reads_the_same_image_from_both(
    host: str, repository: Repository, tmp_path: Path, source: MemoryImages
) -> None:
    name = f"{repository.name}:1"
    fill(host, name, source, tmp_path)

    pushed = repository.push_image(oci.remote(f"{host}/{name}"), tags="1")

    assert pushed.digest == source.root.digest
    assert ecr_files(repository, "1", tmp_path / "ours") == files_in(f"{host}/{name}", tmp_path / "theirs")


def test_a_repository_is_mirrored(host: str, repository: Repository, tmp_path: Path) -> None:
    for number in range(3):
        source = image(noise(50_000), noise(100, seed=number))
        fill(host, f"{repository.name}:1.{number}", source, tmp_path / str(number))

    report = repository.sync_from(oci.remote_repository(f"{host}/{repository.name}"), tags="1.*")

    report.raise_on_failure()
    sent = [digest for each in report.copied if each.report is not None for digest in each.report.sent]
    assert len(sent) == len(set(sent))
    for number in range(3):
        assert ecr_files(repository, f"1.{number}", tmp_path / f"ours{number}") == files_in(
            f"{host}/{repository.name}:1.{number}", tmp_path / f"theirs{number}"
        )


def test_tags_are_listed_over_several_pages(host: str, repository: Repository, tmp_path: Path) -> None:
    oci.write_layout(image(noise(10)), tmp_path / "filled")
    for number in range(3):
        run(
            "skopeo",
            "--insecure-policy",
            "copy",
            "--quiet",
            "--dest-tls-verify=false",
            f"oci:{tmp_path / 'filled'}",
            f"docker://{host}/{repository.name}:1.{number}",
        )

    remote = oci.remote_repository(f"{host}/{repository.name}")

    assert sorted(remote.endpoint.tags(page_size=1)) == ["1.0", "1.1", "1.2"]


def test_referrers_kept_under_a_tag_are_mirrored(host: str, repository: Repository, tmp_path: Path) -> None:
    subject = image(noise(20))
    artifact = image(noise(21), subject=subject.root.descriptor())
    fill(host, f"{repository.name}:1", subject, tmp_path / "a")
    fill(host, f"{repository.name}:{subject.root.digest.replace(':', '-')}", join(artifact), tmp_path / "b")

    repository.push_image(oci.remote(f"{host}/{repository.name}:1"), tags="1", referrers=True)

    assert [each.digest for each in repository.image("1").referrers()] == [artifact.root.digest]


def test_a_remote_image_is_saved_as_skopeo_saves_it(
    host: str, repository: Repository, tmp_path: Path
) -> None:
    name = f"{repository.name}:1"
    fill(host, name, image(noise(30)), tmp_path)

    oci.write_oci_archive(oci.remote(f"{host}/{name}"), tmp_path / "saved.tar")

    saved = skopeo_reads(f"oci-archive:{tmp_path / 'saved.tar'}", tmp_path / "ours")
    assert saved == files_in(f"{host}/{name}", tmp_path / "theirs")


def test_a_missing_image_is_an_error(host: str, repository: Repository) -> None:
    with pytest.raises((ImageNotFoundError, RepositoryNotFoundError)):
        repository.push_image(oci.remote(f"{host}/team/none:1"), tags="1")
