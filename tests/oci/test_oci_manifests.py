"""Manifests are read without being rewritten, and what could mislead is refused."""

import json
import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrkit.errors import InvalidManifestError
from ecrkit.oci import Descriptor, ImageManifest, Index, media_types, parse_manifest, select
from ecrkit.references import Digest

CONFIG: dict[str, Any] = {"mediaType": media_types.OCI_CONFIG, "digest": str(Digest.of(b"config")), "size": 6}
LAYER: dict[str, Any] = {
    "mediaType": media_types.OCI_LAYER_GZIP,
    "digest": str(Digest.of(b"layer")),
    "size": 5,
}


def image(**members: object) -> bytes:
    document = {"schemaVersion": 2, "config": CONFIG, "layers": [LAYER], **members}
    return json.dumps({name: value for name, value in document.items() if value != "absent"}).encode()


def index(*manifests: dict[str, Any], **members: object) -> bytes:
    return json.dumps({"schemaVersion": 2, "manifests": manifests, **members}).encode()


def child(platform: str | None = None, **members: object) -> dict[str, Any]:
    described: dict[str, Any] = {
        "mediaType": media_types.OCI_MANIFEST,
        "digest": str(Digest.of(b"")),
        "size": 9,
    }
    if platform is not None:
        names = zip(("os", "architecture", "variant"), platform.split("/"), strict=False)
        described |= {"digest": str(Digest.of(platform.encode())), "platform": dict(names)}
    return described | members


def test_the_bytes_are_kept_as_they_came() -> None:
    raw = b"  " + image() + b"\r\n"

    manifest = parse_manifest(raw)

    assert manifest.raw == raw
    assert manifest.digest == Digest.of(raw)
    assert manifest.text == raw.decode()
    assert manifest.size == len(raw)


def test_a_manifest_describes_itself_to_an_index() -> None:
    manifest = parse_manifest(image())

    described = manifest.descriptor()

    assert (described.media_type, described.digest, described.size) == (
        media_types.OCI_MANIFEST,
        manifest.digest,
        manifest.size,
    )


@pytest.mark.parametrize("media_type", sorted(media_types.MANIFESTS))
def test_the_media_type_may_be_given_or_written_in_the_manifest(media_type: str) -> None:
    bare, speaking = (index(), index(mediaType=media_type))
    if media_type in media_types.IMAGE_MANIFESTS:
        bare, speaking = (image(), image(mediaType=media_type))

    assert parse_manifest(bare, media_type).media_type == media_type
    assert parse_manifest(speaking).media_type == media_type


def test_without_a_media_type_the_structure_decides() -> None:
    assert isinstance(parse_manifest(image()), ImageManifest)
    assert parse_manifest(image()).media_type == media_types.OCI_MANIFEST
    assert isinstance(parse_manifest(index()), Index)
    assert parse_manifest(index()).media_type == media_types.OCI_INDEX


def test_unknown_members_are_kept_wherever_they_stand() -> None:
    manifest = parse_manifest(image(layers=[LAYER | {"new": [1]}], future={"a": 1}))

    assert isinstance(manifest, ImageManifest)
    assert manifest.model_extra == {"future": {"a": 1}}
    assert manifest.layers[0].model_extra == {"new": [1]}


def test_members_named_like_our_own_attributes_change_nothing() -> None:
    raw = image(raw="x", _raw="x", digest="x", media_type="x", schema_version=9, text="x")

    manifest = parse_manifest(raw)

    assert manifest.raw == raw
    assert manifest.digest == Digest.of(raw)
    assert manifest.media_type == media_types.OCI_MANIFEST


def test_nulls_of_go_tools_mean_absent() -> None:
    manifest = parse_manifest(image(annotations=None, subject=None, layers=[LAYER | {"urls": None}]))

    assert isinstance(manifest, ImageManifest)
    assert manifest.annotations == {}
    assert manifest.layers[0].urls == ()


def test_a_null_makes_a_manifest_neither_an_index_nor_ambiguous() -> None:
    assert isinstance(parse_manifest(image(manifests=None, fsLayers=None)), ImageManifest)


def test_the_blobs_of_a_manifest_are_each_named_once_and_without_foreign_ones() -> None:
    foreign = LAYER | {
        "mediaType": next(iter(media_types.FOREIGN_LAYERS)),
        "digest": str(Digest.of(b"foreign")),
    }
    manifest = parse_manifest(image(layers=[foreign, LAYER, LAYER]))

    assert isinstance(manifest, ImageManifest)
    assert [blob.digest for blob in manifest.blobs] == [LAYER["digest"], CONFIG["digest"]]


def test_documents_with_the_same_bytes_and_type_are_equal() -> None:
    assert parse_manifest(image()) == parse_manifest(image())
    assert parse_manifest(image()) != parse_manifest(image() + b" ")
    assert hash(parse_manifest(image())) == hash(parse_manifest(image()))


def test_a_manifest_survives_pickling_with_its_bytes() -> None:
    copy = pickle.loads(pickle.dumps(parse_manifest(image() + b"\n")))

    assert copy.raw == image() + b"\n"


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff{}", "UTF-8"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'"x"', "not a JSON object"),
        (b"{}", "its type is unknown"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b'{"layers": [], "layers": []}', "occurs twice"),
        (b'{"config": {"size": 1, "size": 2}}', "'size' occurs twice"),
        (image(manifests=[]), "ambiguous"),
        (index(config={}), "ambiguous"),
        (image(mediaType="text/plain"), "not a manifest media type"),
        (image(mediaType=[1]), "not a manifest media type"),
        (image(mediaType={}), "not a manifest media type"),
        (image(mediaType=media_types.OCI_INDEX), "manifests: Field required"),
        (image(schemaVersion=1), "schema 1"),
        (b'{"fsLayers": [], "signatures": []}', "schema 1"),
        (image(schemaVersion=3), "schemaVersion"),
        (image(schemaVersion="absent"), "schemaVersion"),
        (image(config="absent"), "config"),
        (image(layers={}), "layers"),
        (image(layers=[1]), "layers.0"),
        (image(layers=[LAYER | {"digest": "sha256:../../x"}]), "hexadecimal"),
        (image(layers=[LAYER | {"size": -1}]), "layers.0.size"),
        (image(layers=[LAYER | {"size": "5"}]), "layers.0.size"),
        (image(layers=[LAYER | {"size": True}]), "layers.0.size"),
        (image(layers=[LAYER | {"size": 2**63}]), "layers.0.size"),
        (image(layers=[LAYER | {"mediaType": ""}]), "layers.0.mediaType"),
        (image(annotations={"a": 1}), "annotations.a"),
    ],
)
def test_what_is_no_manifest_is_refused_with_the_reason(raw: bytes, said: str) -> None:
    with pytest.raises(InvalidManifestError, match=said):
        parse_manifest(raw)


def test_a_media_type_that_the_manifest_contradicts_is_refused() -> None:
    with pytest.raises(InvalidManifestError, match="announced as"):
        parse_manifest(image(mediaType=media_types.OCI_MANIFEST), media_types.DOCKER_MANIFEST)


@pytest.mark.parametrize("bomb", [b'{"a":' * 200_000, b"[" * 500_000, b'{"a":' * 101 + b"1" + b"}" * 101])
def test_deep_nesting_is_refused_without_a_recursion_error(bomb: bytes) -> None:
    with pytest.raises(InvalidManifestError, match="nested deeper"):
        parse_manifest(bomb)


def test_a_manifest_may_have_as_many_characters_as_ecr_takes() -> None:
    padding = 4_194_304 - len(image())

    assert parse_manifest(image() + b" " * padding).size == 4_194_304
    with pytest.raises(InvalidManifestError, match="4,194,304 characters"):
        parse_manifest(image() + b" " * (padding + 1))


def test_characters_are_counted_and_not_bytes() -> None:
    raw = json.dumps({"schemaVersion": 2, "manifests": [], "a": "ü" * 100}, ensure_ascii=False).encode()

    assert parse_manifest(raw, max_characters=len(raw) - 100).raw == raw


def test_the_message_stays_short_whatever_the_document_says() -> None:
    with pytest.raises(InvalidManifestError) as caught:
        parse_manifest(image(annotations={"k" * 1_000_000: 1}, layers=[1] * 10_000))

    assert len(str(caught.value)) < 3000


@given(st.binary(max_size=200) | st.text(alphabet='{}[]":,0123layersmanifests ', max_size=60).map(str.encode))
def test_any_bytes_are_a_manifest_or_refused(raw: bytes) -> None:
    try:
        manifest = parse_manifest(raw)
    except InvalidManifestError:
        return
    assert manifest.raw == raw


def test_the_best_platform_is_selected() -> None:
    several = parse_manifest(
        index(child("linux/amd64"), child("linux/arm/v6"), child("linux/arm/v7"), child("linux/arm64/v8"))
    )
    assert isinstance(several, Index)

    def chosen(platform: str) -> str | None:
        found = select(several, platform)
        return None if found is None else str(found.platform)

    assert chosen("linux/amd64") == "linux/amd64"
    assert chosen("linux/x86_64") == "linux/amd64"
    assert chosen("linux/arm64") == "linux/arm64/v8"
    assert chosen("linux/arm/v7") == "linux/arm/v7"
    assert chosen("linux/arm/v8") == "linux/arm/v7"
    assert chosen("linux/arm/v5") is None
    assert chosen("windows/amd64") is None


def test_attestations_and_nested_indexes_are_not_selected() -> None:
    marked = {"vnd.docker.reference.type": "attestation-manifest"}
    several = parse_manifest(
        index(
            child("linux/amd64", annotations=marked),
            child("linux/amd64", mediaType=media_types.OCI_INDEX),
            child("unknown/unknown"),
            child(None),
        )
    )
    assert isinstance(several, Index)

    assert select(several, "linux/amd64") is None
    assert select(several, "unknown/unknown") is None


def test_an_index_names_its_platforms_without_those_of_attestations() -> None:
    several = parse_manifest(index(child("linux/amd64"), child("unknown/unknown"), child(None)))
    assert isinstance(several, Index)

    assert [str(platform) for platform in several.platforms] == ["linux/amd64"]


def test_an_attestation_is_recognised_by_platform_or_annotation() -> None:
    assert Descriptor.model_validate(child("unknown/unknown")).is_attestation
    assert not Descriptor.model_validate(child("linux/amd64")).is_attestation
