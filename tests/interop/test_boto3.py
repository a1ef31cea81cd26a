"""The main job by hand, with plain boto3: what it pushes our SDK reads, and what our SDK pushes it reads."""

import base64
import hashlib
import json
import os
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any, cast

import boto3
import pytest

from ecrkit import Registry
from ecrkit.local import LocalECR
from ecrkit.models import GetAuthorizationTokenRequest
from ecrkit.oci import media_types
from tests.resources.pictures import pushed

CONTENT = bytes(range(256)) * 3
CONFIG = json.dumps(
    {"architecture": "amd64", "os": "linux", "rootfs": {"type": "layers", "diff_ids": ["sha256:" + "1" * 64]}}
).encode()
EXAMPLE = Path(__file__).parents[2] / "examples" / "push_an_image.py"


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@pytest.fixture
def by_hand(local_ecr: LocalECR) -> Any:
    make = cast("Any", boto3).client
    return make("ecr", endpoint_url=local_ecr.endpoint_url)


def push_by_hand(client: Any, repository: str, content: bytes) -> str:
    begun = client.initiate_layer_upload(repositoryName=repository)
    upload = {"repositoryName": repository, "uploadId": begun["uploadId"]}
    for first in range(0, len(content), begun["partSize"]):
        block = content[first : first + begun["partSize"]]
        client.upload_layer_part(
            **upload, partFirstByte=first, partLastByte=first + len(block) - 1, layerPartBlob=block
        )
    return str(client.complete_layer_upload(**upload, layerDigests=[digest_of(content)])["layerDigest"])


def test_what_boto3_pushed_by_hand_our_sdk_reads(
    by_hand: Any, local_registry: Registry, tmp_path: Path
) -> None:
    by_hand.create_repository(repositoryName="tests/by-hand")
    layer, config = (
        push_by_hand(by_hand, "tests/by-hand", CONTENT),
        push_by_hand(by_hand, "tests/by-hand", CONFIG),
    )
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": media_types.OCI_MANIFEST,
            "config": {"mediaType": media_types.OCI_CONFIG, "digest": config, "size": len(CONFIG)},
            "layers": [{"mediaType": media_types.OCI_LAYER, "digest": layer, "size": len(CONTENT)}],
        },
        indent=2,
    )
    by_hand.put_image(repositoryName="tests/by-hand", imageManifest=manifest, imageTag="1.0")

    image = local_registry.repository("tests/by-hand").image("1.0")

    assert image.manifest().text == manifest
    assert image.describe().digest == digest_of(manifest.encode())
    assert image.config().raw == CONFIG
    [only] = image.layers()
    assert only.download(tmp_path / "layer").read_bytes() == CONTENT


def test_what_our_sdk_pushed_boto3_reads_by_hand(by_hand: Any, local_registry: Registry) -> None:
    repository = local_registry.create_repository("tests/by-us")
    image = pushed(repository, "1.0", CONTENT)

    [found] = by_hand.batch_get_image(repositoryName="tests/by-us", imageIds=[{"imageTag": "1.0"}])["images"]
    manifest = json.loads(found["imageManifest"])
    url = by_hand.get_download_url_for_layer(
        repositoryName="tests/by-us", layerDigest=manifest["layers"][0]["digest"]
    )["downloadUrl"]
    with urllib.request.urlopen(url, timeout=10) as answer:
        content = answer.read()

    assert found["imageId"]["imageDigest"] == image.digest == digest_of(found["imageManifest"].encode())
    assert content == CONTENT


def test_a_token_for_docker_is_there_for_both(by_hand: Any, local_registry: Registry) -> None:

    [theirs] = by_hand.get_authorization_token()["authorizationData"]
    [ours] = local_registry.client.send(GetAuthorizationTokenRequest()).authorization_data

    assert base64.b64decode(theirs["authorizationToken"]).startswith(b"AWS:")
    assert ours.proxy_endpoint == theirs["proxyEndpoint"]


def run_example(*arguments: str, cwd: Path) -> str:
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), *arguments],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(EXAMPLE.parents[1])},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_example_skips_in_its_second_run_what_the_first_one_pushed(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "module.py").write_text("print('a layer')\n", encoding="utf-8")
    arguments = ("--data", str(tmp_path / "ecr"), "--tree", str(tree))

    first = run_example(*arguments, cwd=tmp_path)
    second = run_example(*arguments, cwd=tmp_path)

    assert "there" not in first
    assert second.count("there") == 3  # two layers and a config
    assert "pulled and verified 2 layers" in first
    assert "pulled and verified 2 layers" in second
