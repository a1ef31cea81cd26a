"""Docker loads, runs and pulls our images, and what it builds, saves and pushes comes back, file by file."""

import itertools
from pathlib import Path

import pytest

from ecrkit import Registry, Repository, oci
from ecrkit.errors import IncompleteIndexError
from ecrkit.local import LocalECR
from tests.interop import unpacked_image
from tests.interop.docker import Docker
from tests.interop.other_tools import need, run, write_content
from tests.interop.trees import Entry, tar_tree, without_what_engines_make

_seeds = itertools.count(1)


@pytest.fixture
def seed() -> int:
    """Of the layers: Docker must not have them from another test."""
    return next(_seeds)


@pytest.fixture
def pushed(repository: Repository, tmp_path: Path, seed: int) -> Repository:
    with oci.ImageBuilder("linux/amd64") as builder:
        repository.push_image(unpacked_image.build(builder, tmp_path, seed), tags="1")
    return repository


@pytest.fixture(scope="module")
def host(registry: Registry, docker: Docker) -> str:
    """The host of the local ECR, after `docker login`."""
    credentials = registry.docker_credentials()
    password = credentials.password.get_secret_value()
    docker("login", "--username", credentials.username, "--password-stdin", credentials.host, stdin=password)
    return credentials.host


def docker_tree(docker: Docker, image: str, folder: Path) -> dict[str, Entry]:
    return without_what_engines_make(tar_tree(docker.export(image, folder / "export.tar")))


def umoci_tree(repository: Repository, tag: str, folder: Path) -> dict[str, Entry]:
    saved = repository.image(tag).save(folder / "for-umoci.tar", format="docker")
    # umoci reads OCI manifests only, and Docker writes its own.
    copy = ("skopeo", "--insecure-policy", "copy", "--quiet")
    run(*copy, f"docker-archive:{saved}", f"oci:{folder / 'for-umoci'}:{tag}")
    return without_what_engines_make(unpacked_image.by_umoci(folder / "for-umoci", tag, folder))


def two_platforms(folder: Path) -> oci.ImageSource:
    """Build an index of two images, which say what they are for."""
    built: list[oci.BuiltImage] = []
    for platform in ("linux/amd64", "linux/arm64"):
        work = folder / platform
        work.mkdir(parents=True)
        with oci.ImageBuilder(platform, folder=work) as builder:
            builder.add_file(Path(__file__), to="/file")
            builder.configure(labels={"for": platform})
            built.append(builder.build())
    return oci.join_platforms(built)


@pytest.fixture
def theirs(docker: Docker, tmp_path: Path, seed: int) -> str:
    """An image of two layers that Docker has built."""
    context = tmp_path / "context"
    write_content(context / "first" / "app", ["a", "b"])
    write_content(context / "first" / "etc", ["hosts.allow"])
    write_content(context / "second", ["c"])
    (context / "first" / "app" / "number").write_text(str(seed))
    (context / "Dockerfile").write_text(
        'FROM scratch\nCOPY first /\nCOPY --chown=7:8 second /app/sub\nENV X=1\nLABEL made=by-docker\nCMD ["/app/a"]\n'
    )
    docker("build", "--quiet", "--tag", "example.com/theirs/app:2", context)
    return "example.com/theirs/app:2"


@need("umoci", "skopeo")
@pytest.mark.parametrize("compression", ["gzip", "none"])
def test_docker_loads_what_we_save_and_the_files_stay(
    docker: Docker, repository: Repository, tmp_path: Path, seed: int, compression: oci.Compression
) -> None:
    with oci.ImageBuilder("linux/amd64", compression=compression) as builder:
        repository.push_image(unpacked_image.build(builder, tmp_path, seed), tags="1")
    path = repository.image("1").save(tmp_path / "saved.tar", format="docker")

    loaded = docker("load", "--input", path)

    assert loaded == f"Loaded image: {repository.name}:1"
    tree = docker_tree(docker, f"{repository.name}:1", tmp_path)
    unpacked_image.check_expected(tree, seed)
    assert tree == umoci_tree(repository, "1", tmp_path)


def test_docker_loads_layers_of_zstd_from_version_23_on(
    docker: Docker, repository: Repository, tmp_path: Path, seed: int
) -> None:
    with oci.ImageBuilder("linux/amd64", compression="zstd") as builder:
        repository.push_image(unpacked_image.build(builder, tmp_path, seed), tags="1")
    path = repository.image("1").save(tmp_path / "saved.tar", format="docker")

    if docker.version() < (23,):
        assert "invalid tar header" in docker.start("load", "--input", path).stderr
    else:
        docker("load", "--input", path)
        unpacked_image.check_expected(docker_tree(docker, f"{repository.name}:1", tmp_path), seed)


def test_docker_loads_oci_archives_into_the_containerd_store_only(
    docker: Docker, pushed: Repository, tmp_path: Path, seed: int
) -> None:
    path = pushed.image("1").save(tmp_path / "saved.tar", names=f"docker.io/{pushed.name}:oci")

    if not docker.keeps_indexes():
        assert "no such file or directory" in docker.start("load", "--input", path).stderr
    else:
        assert docker("load", "--input", path) == f"Loaded image: {pushed.name}:oci"
        unpacked_image.check_expected(docker_tree(docker, f"{pushed.name}:oci", tmp_path), seed)


def test_docker_keeps_every_name_that_an_archive_gives(
    docker: Docker, pushed: Repository, tmp_path: Path
) -> None:
    names = [
        f"{pushed.name}:named",
        f"example.com/{pushed.name}:named",
        f"localhost:5000/{pushed.name}:named",
    ]

    docker("load", "--input", pushed.image("1").save(tmp_path / "saved.tar", format="docker", names=names))

    listed = docker("images", "--format", "{{.Repository}}:{{.Tag}}").splitlines()
    assert {name for name in listed if f"{pushed.name}:named" in name} == set(names)


@need("umoci", "skopeo")
def test_what_docker_saves_comes_back_from_a_repository(
    docker: Docker, theirs: str, repository: Repository, tmp_path: Path
) -> None:
    docker("save", "--output", tmp_path / "theirs.tar", theirs)

    image = repository.push_image(tmp_path / "theirs.tar", name=theirs, tags="1")

    assert image.config().labels == {"made": "by-docker"}
    tree = umoci_tree(repository, "1", tmp_path)
    assert {"app/a", "app/b", "app/sub/c"} <= tree.keys()
    assert tree == docker_tree(docker, theirs, tmp_path)


def test_what_docker_saves_and_we_save_again_is_the_same_to_docker(
    docker: Docker, theirs: str, repository: Repository, tmp_path: Path
) -> None:
    docker("save", "--output", tmp_path / "theirs.tar", theirs)
    before = docker_tree(docker, theirs, tmp_path)
    repository.push_image(tmp_path / "theirs.tar", tags="1")

    docker("load", "--input", repository.image("1").save(tmp_path / "ours.tar", format="docker"))

    ours = f"{repository.name}:1"
    assert docker_tree(docker, ours, tmp_path) == before
    assert docker("inspect", "--format", "{{json .Config.Cmd}}", ours) == '["/app/a"]'


@need("umoci", "skopeo")
def test_of_two_images_in_one_archive_the_named_one_is_pushed(
    docker: Docker, theirs: str, pushed: Repository, other: Repository, tmp_path: Path, seed: int
) -> None:
    docker("load", "--input", pushed.image("1").save(tmp_path / "ours.tar", format="docker"))
    docker("save", "--output", tmp_path / "two.tar", theirs, f"{pushed.name}:1")

    other.push_image(tmp_path / "two.tar", name=f"{pushed.name}:1", tags="1")

    unpacked_image.check_expected(umoci_tree(other, "1", tmp_path), seed)


def test_docker_login_refuses_a_wrong_password(docker: Docker, ecr: LocalECR) -> None:
    host = ecr.endpoint_url.removeprefix("http://")

    refused = docker.start("login", "--username", "AWS", "--password-stdin", host, stdin="wrong")

    assert refused.returncode != 0
    assert "unauthorized" in refused.stderr.lower()


def test_docker_pulls_what_we_pushed(
    docker: Docker, host: str, pushed: Repository, tmp_path: Path, seed: int
) -> None:
    name = f"{host}/{pushed.name}:1"

    docker("pull", "--quiet", name)

    unpacked_image.check_expected(docker_tree(docker, name, tmp_path), seed)
    digests = docker("inspect", "--format", "{{json .RepoDigests}}", name)
    assert f"{host}/{pushed.name}@{pushed.image('1').describe().digest}" in digests


def test_docker_pulls_its_platform_of_an_index(
    docker: Docker, host: str, repository: Repository, tmp_path: Path
) -> None:
    repository.push_image(two_platforms(tmp_path), tags="1")

    docker("pull", "--quiet", f"{host}/{repository.name}:1")

    shown = docker(
        "inspect", "--format", "{{.Architecture}} {{.Config.Labels}}", f"{host}/{repository.name}:1"
    )
    assert shown == "amd64 map[for:linux/amd64]"


@need("umoci", "skopeo")
def test_we_pull_what_docker_pushed(
    docker: Docker, host: str, theirs: str, repository: Repository, tmp_path: Path
) -> None:
    name = f"{host}/{repository.name}:1"
    docker("tag", theirs, name)

    docker("push", "--quiet", name)

    assert umoci_tree(repository, "1", tmp_path) == docker_tree(docker, theirs, tmp_path)


def test_docker_pushes_what_we_pushed_under_another_tag(
    docker: Docker, host: str, pushed: Repository, tmp_path: Path
) -> None:
    docker("pull", "--quiet", f"{host}/{pushed.name}:1")
    docker("tag", f"{host}/{pushed.name}:1", f"{host}/{pushed.name}:2")

    docker("push", "--quiet", f"{host}/{pushed.name}:2")

    again = pushed.image("2")
    assert again.config().digest == pushed.image("1").config().digest
    assert [layer.digest for layer in again.layers()] == [
        layer.digest for layer in pushed.image("1").layers()
    ]


def test_docker_names_the_repository_that_is_missing(docker: Docker, host: str, theirs: str) -> None:
    docker("tag", theirs, f"{host}/not/there:1")

    refused = docker.start("push", f"{host}/not/there:1")

    assert refused.returncode != 0
    assert "not/there" in refused.stderr
    # Docker's containerd store prints the status only.
    assert "does not exist" in refused.stderr or "404 Not Found" in refused.stderr


def test_what_docker_saves_of_an_index_that_it_pulled_can_be_pushed(
    docker: Docker, host: str, repository: Repository, other: Repository, tmp_path: Path
) -> None:
    repository.push_image(two_platforms(tmp_path), tags="1")
    docker("pull", "--quiet", f"{host}/{repository.name}:1")
    docker("save", "--output", tmp_path / "saved.tar", f"{host}/{repository.name}:1")

    if docker.keeps_indexes():
        with pytest.raises(IncompleteIndexError, match=r"linux/arm64.*platforms='available'"):
            other.push_image(tmp_path / "saved.tar")
    pushed = other.push_image(tmp_path / "saved.tar", platforms="available")

    assert pushed.resolve("linux/amd64").config().labels == {"for": "linux/amd64"}


@pytest.fixture(scope="module")
def runnable(docker: Docker, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A program that needs no other file, in a Docker that can run it, as the image `probe:1`."""
    program = unpacked_image.busybox()
    if program is None:
        pytest.skip("not installed: busybox")
    context = tmp_path_factory.mktemp("probe")
    (context / "busybox").write_bytes(program.read_bytes())
    (context / "busybox").chmod(0o755)
    (context / "Dockerfile").write_text("FROM scratch\nCOPY busybox /busybox\n")
    docker("build", "--quiet", "--tag", "probe:1", context)
    tried = docker.start("run", "--rm", "--network=host", "probe:1", "/busybox", "true")
    if tried.returncode != 0:
        pytest.skip(f"containers do not run here, or busybox is not static: {tried.stderr.strip()}")
    return context / "busybox"


def test_docker_runs_an_image_that_was_built_without_it(
    docker: Docker, host: str, runnable: Path, repository: Repository
) -> None:
    with oci.ImageBuilder("linux/amd64") as builder:
        builder.add_file(runnable, to="/bin/busybox")
        builder.configure(entrypoint=["/bin/busybox"], cmd=["echo", "hello"], env={"GREETING": "hi"})
        repository.push_image(builder.build(), tags="1")
    name = f"{host}/{repository.name}:1"

    assert docker("run", "--rm", "--network=host", name) == "hello"
    assert docker("run", "--rm", "--network=host", name, "sh", "-c", "echo $GREETING") == "hi"


def test_docker_runs_what_was_added_at_a_link_of_the_base(
    docker: Docker, host: str, runnable: Path, repository: Repository, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    (base / "usr" / "bin").mkdir(parents=True)
    (base / "usr" / "bin" / "busybox").write_bytes(runnable.read_bytes())
    (base / "usr" / "bin" / "busybox").chmod(0o755)
    (base / "bin").symlink_to("usr/bin")
    with oci.ImageBuilder("linux/amd64") as builder:
        builder.add_layer(base)
        first = repository.push_image(builder.build(), tags="base")
    manifest = first.manifest()
    assert isinstance(manifest, oci.ImageManifest)
    scripts = tmp_path / "scripts"
    scripts.mkdir()
    (scripts / "hello").write_text("#!/bin/busybox sh\necho from a link\n")
    (scripts / "hello").chmod(0o755)
    with oci.ImageBuilder.on(manifest, first.config(), source=first.source()) as builder:
        builder.add_layer(scripts, to="/bin")
        builder.configure(entrypoint=["/usr/bin/hello"])
        repository.push_image(builder.build(), tags="1")

    assert docker("run", "--rm", "--network=host", f"{host}/{repository.name}:1") == "from a link"


def test_docker_runs_an_image_built_on_one_of_its_own(
    docker: Docker, host: str, runnable: Path, repository: Repository, tmp_path: Path
) -> None:
    docker("tag", "probe:1", f"{host}/{repository.name}:base")
    docker("push", "--quiet", f"{host}/{repository.name}:base")
    base = repository.image("base").resolve("linux/amd64")
    manifest = base.manifest()
    assert isinstance(manifest, oci.ImageManifest)
    (tmp_path / "text").write_text("added")
    with oci.ImageBuilder.on(manifest, base.config(), source=base.source()) as builder:
        builder.add_file(tmp_path / "text", to="/text")
        builder.configure(cmd=["/busybox", "cat", "/text"])
        repository.push_image(builder.build(), tags="1")

    assert docker("run", "--rm", "--network=host", f"{host}/{repository.name}:1") == "added"
