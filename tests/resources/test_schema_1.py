"""Images of Docker's retired schema 1: moved as bytes, never read."""

import json

import pytest

from ecrkit.errors import InvalidManifestError
from ecrkit.oci import media_types
from ecrkit.references import Digest
from ecrkit.resources import Image, Repository
from tests.samples import noise

TYPES = [media_types.DOCKER_SCHEMA_1, media_types.DOCKER_SCHEMA_1_SIGNED]


def manifest(*layers: bytes, signed: bool) -> bytes:
    members = {
        "schemaVersion": 1,
        "name": "team/app",
        "fsLayers": [{"blobSum": Digest.of(layer)} for layer in layers],
        "history": [{"v1Compatibility": "{}"} for _ in layers],
    }
    return json.dumps(members | ({"signatures": [{"protected": "e30"}]} if signed else {}), indent=3).encode()


@pytest.fixture(name="old", params=TYPES)
def old_image(repository: Repository, request: pytest.FixtureRequest) -> Image:
    layers = [noise(30), noise(31), noise(30)]
    repository.push_layers(layers)
    raw = manifest(*layers, signed=request.param == media_types.DOCKER_SCHEMA_1_SIGNED)
    return repository.put_image(raw, "old", media_type=request.param)


def test_it_is_tagged_again_with_the_same_bytes(repository: Repository, old: Image) -> None:
    tagged = repository.image("old").tag("stable")

    assert tagged.digest == old.digest
    assert set(old.describe().tags) == {"old", "stable"}


def test_it_is_copied_with_its_layers(repository: Repository, old: Image) -> None:
    other = repository.registry.repository(f"{repository.name}/copy")

    copied = repository.image("old").copy_to(other, create_repository=True)
    again = old.copy_to(other, tags=["old", "more"])

    assert copied.digest == again.digest == old.digest
    assert (len(copied.report.sent), copied.report.bytes_sent) == (2, 61)
    assert again.report.sent == ()
    assert set(other.image("more").describe().tags) == {"old", "more"}


def test_it_is_deleted(repository: Repository, old: Image) -> None:
    repository.image("old").delete()

    assert not old.exists()


def test_it_cannot_be_read_and_the_error_says_what_works(old: Image) -> None:
    with pytest.raises(InvalidManifestError, match="can be tagged, copied with copy_to and deleted"):
        old.manifest()


def test_it_is_recognized_without_its_media_type(repository: Repository) -> None:
    repository.push_layer(noise(30))

    stored = repository.put_image(manifest(noise(30), signed=False), "old")

    assert stored.describe().details.image_manifest_media_type == media_types.DOCKER_SCHEMA_1
