"""Documents are built from values: the same values give the same bytes, which read back as the same values."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecrkit.errors import InvalidManifestError
from ecrkit.oci import (
    EMPTY_DESCRIPTOR,
    EMPTY_JSON,
    Descriptor,
    Platform,
    build_config,
    build_index,
    build_manifest,
    media_types,
    parse_config,
    parse_manifest,
)
from ecrkit.references import Digest

_text = st.text(st.characters(codec="utf-8"), max_size=20)
_words = st.dictionaries(_text, _text, max_size=5)
_digests = st.binary(max_size=8).map(Digest.of)
_platforms = st.builds(
    Platform,
    os=st.sampled_from(["linux", "windows"]),
    architecture=st.sampled_from(["amd64", "arm64", "arm"]),
    variant=st.none() | st.sampled_from(["v6", "v7", "v8"]),
    os_version=st.none() | _text.filter(bool),
)
_descriptors = st.builds(
    Descriptor,
    media_type=_text.filter(bool),
    digest=_digests,
    size=st.integers(0, 2**63 - 1),
    annotations=_words,
    platform=st.none() | _platforms,
    artifact_type=st.none() | _text.filter(bool),
)


@given(
    _descriptors,
    st.lists(_descriptors, max_size=4),
    _words,
    st.none() | _descriptors,
    st.none() | _text.filter(bool),
)
def test_every_manifest_reads_back_as_it_was_built(
    config: Descriptor,
    layers: list[Descriptor],
    annotations: dict[str, str],
    subject: Descriptor | None,
    artifact_type: str | None,
) -> None:
    built = build_manifest(
        config, layers, annotations=annotations, subject=subject, artifact_type=artifact_type
    )

    assert (built.config, list(built.layers), built.subject) == (config, layers, subject)
    assert (built.annotations, built.artifact_type) == (annotations, artifact_type)
    assert parse_manifest(built.raw) == built


@given(st.lists(_descriptors, max_size=4), _words, st.none() | _descriptors)
def test_every_index_reads_back_as_it_was_built(
    manifests: list[Descriptor], annotations: dict[str, str], subject: Descriptor | None
) -> None:
    built = build_index(manifests, annotations=annotations, subject=subject)

    assert (list(built.manifests), built.annotations, built.subject) == (manifests, annotations, subject)
    assert parse_manifest(built.raw) == built


@given(
    _platforms, st.lists(_digests), _words, st.lists(_text), st.none() | st.datetimes(timezones=st.just(UTC))
)
def test_every_config_reads_back_as_it_was_built(
    platform: Platform,
    diff_ids: list[Digest],
    labels: dict[str, str],
    cmd: list[str],
    created: datetime | None,
) -> None:
    built = build_config(platform, diff_ids, labels=labels, cmd=cmd, created=created)

    assert (built.platform, list(built.diff_ids)) == (platform, diff_ids)
    assert (built.labels, list(built.cmd), built.created) == (labels, cmd, created)
    assert parse_config(built.raw) == built


def test_a_manifest_is_compact_and_in_the_order_of_the_specification() -> None:
    built = build_manifest(EMPTY_DESCRIPTOR, [], annotations={"b": "2", "a": "é"})

    assert built.raw.decode() == (
        '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",'
        '"config":{"mediaType":"application/vnd.oci.empty.v1+json",'
        f'"digest":"{Digest.of(EMPTY_JSON)}","size":2}},"layers":[],'
        '"annotations":{"a":"é","b":"2"}}'
    )


def test_the_order_of_annotations_and_labels_does_not_change_the_digest() -> None:
    one, other = {"a": "1", "b": "2"}, {"b": "2", "a": "1"}

    assert build_index([], annotations=one).digest == build_index([], annotations=other).digest
    assert (
        build_config("linux/amd64", [], labels=one).digest
        == build_config("linux/amd64", [], labels=other).digest
    )


def test_a_config_says_how_the_image_runs() -> None:
    built = build_config(
        "linux/arm/v7",
        [],
        env={"PATH": "/bin", "A": "1=2"},
        entrypoint=["/app"],
        cmd=["--help"],
        user="1000",
        working_dir="/srv",
        exposed_ports=["80/tcp"],
        volumes=["/data"],
        stop_signal="SIGINT",
        author="me",
    )

    assert built.env == {"PATH": "/bin", "A": "1=2"}
    assert (built.entrypoint, built.cmd) == (("/app",), ("--help",))
    assert (built.config.user, built.config.working_dir, built.config.stop_signal) == (
        "1000",
        "/srv",
        "SIGINT",
    )
    assert (list(built.config.exposed_ports), list(built.config.volumes)) == (["80/tcp"], ["/data"])
    assert str(built.platform) == "linux/arm/v7"


def test_times_are_written_in_utc() -> None:
    moment = datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))

    assert b'"created":"2026-01-02T01:04:05Z"' in build_config("linux/amd64", [], created=moment).raw


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(InvalidManifestError, match="time zone"):
        build_config("linux/amd64", [], created=datetime(2026, 1, 1))  # noqa: DTZ001 -- what the test is about


def test_text_that_is_not_unicode_is_refused() -> None:
    with pytest.raises(InvalidManifestError, match="UTF-8"):
        build_index([], annotations={"a": "\ud800"})


def test_the_older_form_is_built_too_but_has_no_annotations() -> None:
    assert build_manifest(EMPTY_DESCRIPTOR, [], media_type=media_types.DOCKER_MANIFEST).media_type == (
        media_types.DOCKER_MANIFEST
    )
    with pytest.raises(InvalidManifestError, match="OCI form"):
        build_index([], annotations={"a": "b"}, media_type=media_types.DOCKER_MANIFEST_LIST)
    with pytest.raises(InvalidManifestError, match="must be one of"):
        build_index([], media_type=media_types.OCI_MANIFEST)


def test_a_config_of_docker_is_read() -> None:
    raw = (
        b'{"architecture":"amd64","os":"linux","config":{"Env":["A=1"],"Entrypoint":null,"Labels":null,'
        b'"ExposedPorts":{"80/tcp":{}},"OnBuild":null},"created":"2024-01-02T03:04:05.123456789Z",'
        b'"history":[{"created":"0001-01-01T00:00:00Z","created_by":"x","empty_layer":true}],'
        b'"rootfs":{"type":"layers","diff_ids":null},"docker_version":"20.10"}'
    )

    config = parse_config(raw, media_types.DOCKER_CONFIG)

    assert config.raw == raw
    assert (config.env, config.entrypoint, config.labels, list(config.diff_ids)) == ({"A": "1"}, (), {}, [])
    assert config.history[0].empty_layer
    assert config.created is not None
    assert config.created.microsecond == 123456
    assert config.model_extra == {"docker_version": "20.10"}


@pytest.mark.parametrize(
    "raw",
    [
        b'{"architecture":1,"os":"linux"}',
        b"[]",
        b'{"architecture":"a","os":"b","rootfs":{"diff_ids":["x"]}}',
    ],
)
def test_what_is_no_config_of_an_image_is_refused(raw: bytes) -> None:
    with pytest.raises(InvalidManifestError):
        parse_config(raw)


def test_the_empty_descriptor_names_the_two_bytes() -> None:
    assert EMPTY_DESCRIPTOR.digest == Digest.of(b"{}")
    assert EMPTY_DESCRIPTOR.size == 2
