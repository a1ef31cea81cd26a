"""Tools of others against the local ECR: skopeo, buildah, python-dxf."""

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from ecrkit.local import LocalECR, Settings
from tests.local.clients import (
    CONFIG,
    INDEX,
    LAYER,
    MANIFEST,
    Client,
    Repository,
    descriptor,
    digest_of,
    make_client,
)


@pytest.fixture(scope="module")
def sizes() -> Settings:
    return Settings()  # those of the service


@pytest.fixture
def credentials(password: str) -> str:
    return f"AWS:{password}"


@pytest.fixture
def layout(tmp_path: Path) -> Path:
    """An OCI image layout with one image of one layer of 12 MB, which is more than a part."""
    archive = BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        member = tarfile.TarInfo("noise")
        member.size = 12_000_000
        tar.addfile(member, BytesIO(os.urandom(member.size)))
    layer = gzip.compress(archive.getvalue(), compresslevel=0, mtime=0)
    diff = f"sha256:{hashlib.sha256(archive.getvalue()).hexdigest()}"
    config = json.dumps(
        {
            "architecture": "amd64",
            "os": "linux",
            "config": {},
            "rootfs": {"type": "layers", "diff_ids": [diff]},
        }
    ).encode()
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": MANIFEST,
            "config": descriptor(CONFIG, config),
            "layers": [descriptor(LAYER, layer)],
        }
    ).encode()
    index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": [descriptor(MANIFEST, manifest)]}
    folder = tmp_path / "layout"
    blobs = folder / "blobs" / "sha256"
    blobs.mkdir(parents=True)
    for data in (layer, config, manifest):
        (blobs / digest_of(data)[7:]).write_bytes(data)
    (folder / "oci-layout").write_text('{"imageLayoutVersion": "1.0.0"}')
    (folder / "index.json").write_text(json.dumps(index))
    return folder


def run(tool: str, *arguments: str, home: Path) -> str:
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
        "NO_PROXY": "*",
    }
    done = subprocess.run(
        [tool, *arguments], env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_skopeo_pushes_and_pulls(
    client: Client, layout: Path, host: str, credentials: str, tmp_path: Path
) -> None:
    repository = Repository.create(client, "tools/skopeo")
    remote = f"docker://{host}/{repository.name}:1"
    back = tmp_path / "back"
    pushed = json.loads((layout / "index.json").read_text())["manifests"][0]["digest"]

    run(
        "skopeo",
        "--insecure-policy",
        "copy",
        "--dest-tls-verify=false",
        f"--dest-creds={credentials}",
        f"oci:{layout}",
        remote,
        home=tmp_path,
    )
    run(
        "skopeo",
        "--insecure-policy",
        "copy",
        "--src-tls-verify=false",
        f"--src-creds={credentials}",
        remote,
        f"oci:{back}",
        home=tmp_path,
    )

    assert repository.describe(imageTag="1")["imageDigest"] == pushed
    assert json.loads((back / "index.json").read_text())["manifests"][0]["digest"] == pushed


def test_skopeo_pushes_the_same_again_and_lists_and_deletes(
    client: Client, layout: Path, host: str, credentials: str, tmp_path: Path
) -> None:
    repository = Repository.create(client, "tools/again")
    remote = f"docker://{host}/{repository.name}"
    for tag in ("1", "2", "1"):
        run(
            "skopeo",
            "--insecure-policy",
            "copy",
            "--dest-tls-verify=false",
            f"--dest-creds={credentials}",
            f"oci:{layout}",
            f"{remote}:{tag}",
            home=tmp_path,
        )

    listed = run("skopeo", "list-tags", "--tls-verify=false", f"--creds={credentials}", remote, home=tmp_path)
    run("skopeo", "delete", "--tls-verify=false", f"--creds={credentials}", f"{remote}:1", home=tmp_path)

    assert sorted(json.loads(listed)["Tags"]) == ["1", "2"]
    assert repository.ids() == []


def test_skopeo_converts_to_the_format_of_docker(
    client: Client, layout: Path, host: str, credentials: str, tmp_path: Path
) -> None:
    repository = Repository.create(client, "tools/docker")

    run(
        "skopeo",
        "--insecure-policy",
        "copy",
        "--format=v2s2",
        "--dest-tls-verify=false",
        f"--dest-creds={credentials}",
        f"oci:{layout}",
        f"docker://{host}/{repository.name}:1",
        home=tmp_path,
    )

    assert repository.describe(imageTag="1")["imageManifestMediaType"] == (
        "application/vnd.docker.distribution.manifest.v2+json"
    )


def test_buildah_pushes_an_image_that_it_has_made(
    client: Client, host: str, credentials: str, tmp_path: Path
) -> None:
    repository = Repository.create(client, "tools/buildah")
    (tmp_path / "file").write_text("content")
    (tmp_path / "policy.json").write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    options = [
        "--root",
        str(tmp_path / "root"),
        "--runroot",
        str(tmp_path / "run"),
        "--storage-driver",
        "vfs",
    ]
    container = run("buildah", *options, "from", "scratch", home=tmp_path).strip()
    run("buildah", *options, "copy", container, str(tmp_path / "file"), "/file", home=tmp_path)
    run("buildah", *options, "commit", container, "made:1", home=tmp_path)

    run(
        "buildah",
        *options,
        "push",
        "--signature-policy",
        str(tmp_path / "policy.json"),
        "--tls-verify=false",
        f"--creds={credentials}",
        "made:1",
        f"docker://{host}/{repository.name}:1",
        home=tmp_path,
    )

    assert repository.describe(imageTag="1")["imageTags"] == ["1"]


def test_python_dxf_pushes_and_pulls_where_nobody_has_to_log_in(tmp_path: Path) -> None:
    # It sends no password over plain HTTP, so the server has to do without.
    dxf = pytest.importorskip("dxf", reason="python-dxf is not installed")
    with LocalECR(settings=Settings(anonymous=True)) as open_ecr:
        client = make_client(open_ecr)
        repository = Repository.create(client, "tools/dxf")
        host = open_ecr.endpoint_url.removeprefix("http://")
        file = tmp_path / "data"
        file.write_bytes(os.urandom(100_000))
        with dxf.DXF(host, repository.name, insecure=True) as registry:
            digest = registry.push_blob(str(file))
            registry.set_alias("1", digest)
            pulled = b"".join(registry.pull_blob(registry.get_alias("1")[0]))
        tags = repository.describe(imageTag="1")["imageTags"]
        client.close()

    assert pulled == file.read_bytes()
    assert tags == ["1"]
