"""BuildKit's images with attestations, and its registry cache, in the local ECR and through ecrkit.

The builder in the daemon exports a cache only with the containerd image store; `docker.py` tells how to use such a daemon.
"""

import re
from pathlib import Path

import pytest

from ecrkit import Registry, Repository
from ecrkit.errors import NotAnImageError
from tests.interop.docker import Docker
from tests.interop.unpacked_image import busybox

CACHE = "mode=max,image-manifest=true,oci-mediatypes=true"


@pytest.fixture(scope="module")
def host(registry: Registry, docker: Docker) -> str:
    """The host of the local ECR, after `docker login`."""
    if docker.start("buildx", "version").returncode != 0:
        pytest.skip("docker buildx is not installed")
    if not docker.keeps_indexes():
        pytest.skip("this Docker has no containerd image store, so its builder exports no cache")
    credentials = registry.docker_credentials()
    password = credentials.password.get_secret_value()
    docker("login", "--username", credentials.username, "--password-stdin", credentials.host, stdin=password)
    return credentials.host


@pytest.fixture
def context(tmp_path: Path) -> Path:
    program = busybox()
    if program is None:
        pytest.skip("not installed: busybox")
    folder = tmp_path / "context"
    folder.mkdir()
    (folder / "busybox").write_bytes(program.read_bytes())
    (folder / "busybox").chmod(0o755)
    (folder / "Dockerfile").write_text(
        f"FROM scratch\nCOPY busybox /busybox\nENV TEST={tmp_path.name}\n"
        'RUN ["/busybox", "sh", "-c", "echo made by $TEST > /made"]\nCMD ["/busybox", "cat", "/made"]\n'
    )
    return folder


def build(docker: Docker, context: Path, *options: str) -> str:
    """Build, and give the log, after the builder has forgotten everything that it built before."""
    docker("buildx", "prune", "--all", "--force")
    done = docker.start("buildx", "build", "--network=host", "--progress=plain", *options, context)
    assert done.returncode == 0, done.stderr
    return done.stderr


def cached_steps(log: str) -> int:
    return len(re.findall(r"^#\d+ CACHED$", log, re.MULTILINE))


def test_a_registry_cache_is_exported_and_imported(
    docker: Docker, host: str, repository: Repository, context: Path
) -> None:
    cache = f"type=registry,ref={host}/{repository.name}:cache"
    first = build(docker, context, f"--cache-to={cache},{CACHE}")

    second = build(docker, context, f"--cache-from={cache}")

    assert (cached_steps(first), cached_steps(second)) == (0, 2)


def test_a_cache_is_an_artifact_that_works_after_a_copy(
    docker: Docker, host: str, repository: Repository, other: Repository, context: Path, tmp_path: Path
) -> None:
    build(
        docker,
        context,
        f"--cache-to=type=registry,ref={host}/{repository.name}:cache,{CACHE},compression=zstd",
    )
    cache = repository.image("cache")
    with pytest.raises(NotAnImageError, match="cache"):
        cache.platforms()

    other.push_image(cache.pull(tmp_path / "pulled"), tags="cache")

    log = build(docker, context, f"--cache-from=type=registry,ref={host}/{other.name}:cache")
    assert cached_steps(log) == 2


def test_a_cache_as_an_index_is_refused_as_ecr_refuses_it(
    docker: Docker, host: str, repository: Repository, context: Path
) -> None:
    cache = f"type=registry,ref={host}/{repository.name}:cache,mode=max,image-manifest=false"

    done = docker.start("buildx", "build", "--network=host", f"--cache-to={cache}", context)

    assert done.returncode != 0
    assert not repository.image("cache").exists()


def test_an_image_with_attestations_keeps_them_and_runs(
    docker: Docker, host: str, repository: Repository, other: Repository, context: Path, tmp_path: Path
) -> None:
    build(docker, context, "--provenance=mode=max", "--push", f"--tag={host}/{repository.name}:1")
    pushed = repository.image("1")

    copied = other.push_image(pushed.pull(tmp_path / "pulled"), tags="1")

    assert [str(platform) for platform in pushed.platforms()] == ["linux/amd64"]
    assert copied.digest == pushed.describe().digest
    made = docker("run", "--rm", "--network=host", f"{host}/{other.name}:1")
    assert made == f"made by {tmp_path.name}"


def test_an_archive_that_buildx_wrote_is_pushed(
    docker: Docker, host: str, repository: Repository, context: Path, tmp_path: Path
) -> None:
    build(docker, context, f"--output=type=oci,dest={tmp_path / 'oci.tar'}")

    repository.push_image(tmp_path / "oci.tar", tags="1")

    assert (
        docker("run", "--rm", "--network=host", f"{host}/{repository.name}:1") == f"made by {tmp_path.name}"
    )
