"""oras and podman against the local ECR: what they push the API reads, and what the API pushes they pull."""

import gzip
import importlib
import json
import os
import tarfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from ecrkit.local import Settings
from tests.interop.podman import Podman, usable_podman
from tests.local.clients import Client, Repository, descriptor, digest_of, manifest_of

MORE_THAN_A_PART = 12_000_000
ARTIFACT = "application/vnd.example.file"


@pytest.fixture(scope="module")
def sizes() -> Settings:
    return Settings()  # those of the service


@pytest.fixture
def oras(host: str, password: str) -> Any:
    """oras's client, logged in."""
    pytest.importorskip("oras", reason="oras is not installed")
    registry: Any = importlib.import_module("oras.provider").Registry(
        hostname=host, insecure=True, auth_backend="basic"
    )
    registry.auth.set_basic_auth("AWS", password)
    return registry


def layer_over_the_api(repository: Repository, digest: str) -> bytes:
    asked = repository.client.get_download_url_for_layer(repositoryName=repository.name, layerDigest=digest)
    with urlopen(asked["downloadUrl"]) as answer:
        content: bytes = answer.read()
    return content


@pytest.mark.parametrize("chunked", [False, True])
def test_the_api_reads_what_oras_pushed(
    client: Client, oras: Any, host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, chunked: bool
) -> None:
    repository = Repository.create(client, f"tools/oras-{chunked}".lower())
    content = os.urandom(MORE_THAN_A_PART)
    (tmp_path / "data.bin").write_bytes(content)
    monkeypatch.chdir(tmp_path)  # oras pushes files below the current folder

    oras.push(
        f"{host}/{repository.name}:1",
        files=[f"data.bin:{ARTIFACT}"],
        do_chunked=chunked,
        chunk_size=6 * 1024 * 1024,
        quiet=True,
    )

    [image] = repository.get({"imageTag": "1"})["images"]
    [layer] = json.loads(image["imageManifest"])["layers"]
    assert (layer["mediaType"], layer["digest"]) == (ARTIFACT, digest_of(content))
    assert layer_over_the_api(repository, layer["digest"]) == content


def test_oras_pulls_what_the_api_pushed(client: Client, oras: Any, host: str, tmp_path: Path) -> None:
    repository = Repository.create(client, "tools/oras-pull")
    content = os.urandom(100_000)
    repository.layer(content)
    repository.layer(b"{}")
    titled = {
        **descriptor(ARTIFACT, content),
        "annotations": {"org.opencontainers.image.title": "data.bin"},
    }
    manifest = json.loads(manifest_of([])) | {"layers": [titled]}
    repository.put(json.dumps(manifest), tag="1")

    [pulled] = oras.pull(f"{host}/{repository.name}:1", outdir=str(tmp_path))

    assert Path(pulled).read_bytes() == content
    assert oras.get_tags(f"{host}/{repository.name}") == ["1"]


@pytest.fixture
def podman() -> Iterator[Podman]:
    with usable_podman() as usable:
        yield usable


def archive_of(content: bytes) -> bytes:
    archive = BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        member = tarfile.TarInfo("file")
        member.size = len(content)
        tar.addfile(member, BytesIO(content))
    return archive.getvalue()


def test_the_api_reads_what_podman_pushed(
    client: Client, podman: Podman, password: str, host: str, tmp_path: Path
) -> None:
    repository = Repository.create(client, "tools/podman")
    (tmp_path / "tree.tar").write_bytes(archive_of(b"content"))
    podman.run("import", str(tmp_path / "tree.tar"), "made:1")

    podman.over_the_registry("push", password, "made:1", f"docker://{host}/{repository.name}:1")

    [image] = repository.get({"imageTag": "1"})["images"]
    [layer] = json.loads(image["imageManifest"])["layers"]
    assert gzip.decompress(layer_over_the_api(repository, layer["digest"])) == archive_of(b"content")


def test_podman_pulls_what_the_api_pushed(
    client: Client, podman: Podman, password: str, host: str, tmp_path: Path
) -> None:
    repository = Repository.create(client, "tools/podman-pull")
    archive = archive_of(b"content")
    layer = gzip.compress(archive, mtime=0)
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [digest_of(archive)]},
        }
    ).encode()
    for blob in (layer, config):
        repository.layer(blob)
    repository.put(manifest_of([layer], config), tag="1")

    pulled = podman.over_the_registry("pull", password, "--quiet", f"{host}/{repository.name}:1")

    assert f"sha256:{pulled}" == digest_of(config)  # the id of an image
