"""Pushing a part of an index: what is present, what was chosen, and what belongs to that."""

from collections.abc import Callable
from pathlib import Path

import pytest

from ecrkit import oci
from ecrkit.errors import (
    IncompleteIndexError,
    InvalidImageError,
    MissingBlobError,
    NotAnImageError,
    PlatformNotFoundError,
)
from ecrkit.oci import Descriptor, Index, media_types
from ecrkit.references import Digest
from ecrkit.resources import Repository
from tests.samples import MemoryImages, blob, image, join, noise

AMD64, ARM64 = image(noise(1)), image(noise(2), platform="linux/arm64")
S390X = image(noise(3), platform="linux/s390x")


def about(subject: MemoryImages, **annotations: str) -> MemoryImages:
    """Make an attestation as BuildKit does, or something else with annotations."""
    made = image(noise(50))
    unknown = oci.Platform(os="unknown", architecture="unknown")
    marks = annotations or {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": subject.root.digest,
    }
    return MemoryImages(made.blobs, [made.root.descriptor(platform=unknown, annotations=marks)])


def soci(subject: MemoryImages) -> MemoryImages:
    """Make a SOCI v2 index, listed as soci-snapshotter's soci_convert.go lists it."""
    index = image(noise(60), platform="linux/amd64")
    marks = {"com.amazon.soci.image-manifest-digest": subject.root.digest}
    return MemoryImages(
        index.blobs,
        [
            index.roots[0].model_copy(
                update={"artifact_type": "application/vnd.amazon.soci.index.v2+json", "annotations": marks}
            )
        ],
    )


def signature(subject: MemoryImages) -> MemoryImages:
    made = image(noise(70), subject=subject.root.descriptor(), artifact_type="application/x-signature")
    return MemoryImages(made.blobs, [made.root.descriptor()])


def listed(repository: Repository, digest: str) -> list[str]:
    manifest = repository.image(digest=digest).manifest()
    assert isinstance(manifest, Index)
    return [each.digest for each in manifest.manifests]


def test_an_index_with_missing_images_names_what_is_present_and_the_way_out(repository: Repository) -> None:
    index = join(AMD64, ARM64, about(AMD64))
    part = index.without(ARM64.root.digest, about(AMD64).root.digest)

    with pytest.raises(
        IncompleteIndexError,
        match=r"linux/arm64, 1 attestation; present: linux/amd64. Pass platforms='available'",
    ) as incomplete:
        repository.push_image(part)

    assert incomplete.value.present == ("linux/amd64",)
    assert isinstance(incomplete.value, MissingBlobError)


def test_what_is_available_comes_under_a_new_index(repository: Repository) -> None:
    part = join(AMD64, ARM64, S390X).without(S390X.root.digest)

    pushed = repository.push_image(part, platforms="available", tags="1")

    assert listed(repository, pushed.digest) == [AMD64.root.digest, ARM64.root.digest]
    assert pushed.report.original == part.root.digest != pushed.digest
    assert [str(each.platform) for each in pushed.report.left_out] == ["linux/s390x"]
    assert f"left out of {part.root.digest}: linux/s390x" in str(pushed.report)


def test_an_image_without_one_of_its_layers_is_not_available(repository: Repository) -> None:
    part = join(AMD64, ARM64).without(Digest.of(noise(2)))

    assert repository.push_image(part, platforms="available").digest == AMD64.root.digest


def test_an_index_that_is_complete_is_available_as_it_is(repository: Repository) -> None:
    index = join(AMD64, ARM64, about(AMD64))

    pushed = repository.push_image(index, platforms="available")

    assert (pushed.digest, pushed.report.original, pushed.report.left_out) == (index.root.digest, None, ())


def test_nothing_available_is_an_error(repository: Repository) -> None:
    part = join(AMD64).without(AMD64.root.digest)

    with pytest.raises(PlatformNotFoundError, match="lists linux/amd64, but the source has none"):
        repository.push_image(part, platforms="available")


@pytest.mark.parametrize("make", [about, soci, signature])
def test_what_belongs_to_a_chosen_image_stays(
    repository: Repository, make: Callable[[MemoryImages], MemoryImages]
) -> None:
    mine, other = make(AMD64), make(S390X)
    index = join(AMD64, ARM64, S390X, mine, other)

    pushed = repository.push_image(index, platforms=["linux/amd64", "linux/arm64"])

    assert listed(repository, pushed.digest) == [AMD64.root.digest, ARM64.root.digest, mine.root.digest]
    assert [str(each) for each in pushed.platforms()] == ["linux/amd64", "linux/arm64"]


def test_what_belongs_to_an_image_in_a_nested_index_stays(repository: Repository) -> None:
    mine = about(ARM64)
    index = join(AMD64, S390X, join(ARM64, mine))

    pushed = repository.push_image(index, platforms=["linux/amd64", "linux/arm64"])

    assert listed(repository, pushed.digest) == [AMD64.root.digest, ARM64.root.digest, mine.root.digest]


def test_a_single_image_has_no_place_for_attestations_and_the_report_counts_them(
    repository: Repository,
) -> None:
    pushed = repository.push_image(join(AMD64, ARM64, about(AMD64)), platforms="linux/amd64")

    assert pushed.digest == AMD64.root.digest
    assert "linux/arm64, 1 attestation" in str(pushed.report)


@pytest.mark.parametrize("make", [soci, signature])
def test_what_is_found_without_an_index_goes_with_a_single_image(
    repository: Repository, make: Callable[[MemoryImages], MemoryImages]
) -> None:
    mine, other = make(AMD64), make(ARM64)

    pushed = repository.push_image(join(AMD64, ARM64, mine, other), platforms="linux/amd64", tags="1")

    assert pushed.digest == AMD64.root.digest
    assert repository.image(digest=mine.root.digest).exists()
    assert repository.image(digest=mine.root.digest).describe().tags == []
    assert [str(each.platform) for each in pushed.report.left_out][:1] == ["linux/arm64"]


def with_foreign_layer(*, present: bool) -> MemoryImages:
    base, own = noise(1000), noise(20)
    foreign = blob(base, "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip").model_copy(
        update={"urls": ("https://example.com/base",)}
    )
    config = oci.build_config("windows/amd64", [Digest.of(base), Digest.of(own)])
    manifest = oci.build_manifest(config.descriptor(), [foreign, blob(own, media_types.OCI_LAYER)])
    contents = [manifest.raw, config.raw, own, *([base] if present else [])]
    return MemoryImages({Digest.of(each): each for each in contents}, [manifest.descriptor()])


BASE = Digest.of(noise(1000))


def test_foreign_layers_are_left_out_and_counted(repository: Repository) -> None:
    pushed = repository.push_image(with_foreign_layer(present=True))

    assert pushed.report.foreign_layers_left_out == (BASE,)
    assert str(pushed.report).endswith("; 1 foreign layer left out")
    assert BASE not in pushed.report.sent


def test_foreign_layers_are_pushed_copied_and_pulled_on_request(
    repository: Repository, tmp_path: Path
) -> None:
    other = repository.registry.create_repository("team/windows", exist_ok=True)

    pushed = repository.push_image(with_foreign_layer(present=True), foreign_layers=True, tags="1")
    copied = pushed.copy_to(other, foreign_layers=True)
    copied.pull(tmp_path / "layout", foreign_layers=True)
    copied.save(tmp_path / "image.tar", format="docker", foreign_layers=True)

    assert BASE in pushed.report.sent
    assert BASE in copied.report.sent
    assert copied.report.foreign_layers_left_out == ()
    assert oci.OciLayout(tmp_path / "layout").has_blob(BASE)
    with oci.DockerArchive(tmp_path / "image.tar") as archive:
        assert archive.has_blob(BASE)


def test_a_foreign_layer_that_is_asked_for_and_missing_is_an_error(repository: Repository) -> None:
    with pytest.raises(MissingBlobError, match=BASE):
        repository.push_image(with_foreign_layer(present=False), foreign_layers=True)


def test_no_archive_is_saved_that_docker_could_not_load(repository: Repository, tmp_path: Path) -> None:
    pushed = repository.push_image(with_foreign_layer(present=True))

    with pytest.raises(InvalidImageError, match="foreign_layers=True"):
        pushed.save(tmp_path / "image.tar", format="docker")
    with pytest.raises(InvalidImageError, match=r"https://example\.com/base"):
        oci.write_docker_archive(with_foreign_layer(present=False), tmp_path / "image.tar")

    assert not (tmp_path / "image.tar").exists()


def test_an_index_that_lists_layers_is_named_a_buildkit_cache(repository: Repository) -> None:
    layer = Descriptor(media_type=media_types.OCI_LAYER_GZIP, digest=Digest.of(noise(5)), size=5)
    config = Descriptor(media_type="application/vnd.buildkit.cacheconfig.v0", digest=Digest.of(b"{}"), size=2)
    index = oci.build_index([layer, config])
    cache = MemoryImages({index.digest: index.raw}, [index.descriptor()])

    with pytest.raises(InvalidImageError, match="image-manifest=true"):
        repository.push_image(cache)


def test_an_artifact_says_what_it_is(repository: Repository) -> None:
    config = b'{"name": "chart"}'
    manifest = oci.build_manifest(
        blob(config, "application/vnd.cncf.helm.config.v1+json"),
        [blob(noise(9), "application/vnd.cncf.helm.chart.content.v1.tar+gzip")],
    )
    chart = MemoryImages(
        {Digest.of(each): each for each in (config, noise(9), manifest.raw)}, [manifest.descriptor()]
    )

    pushed = repository.push_image(chart, tags="1.0.0")

    assert not pushed.manifest().is_image
    for read in (pushed.platforms, pushed.config, pushed.history, lambda: pushed.resolve("linux/amd64")):
        with pytest.raises(NotAnImageError, match="is a Helm chart"):
            read()


def test_a_loop_over_a_mixed_repository_can_tell_images_from_artifacts(repository: Repository) -> None:
    pushed = repository.push_image(AMD64, tags="1")
    pushed.attach(b"sbom", artifact_type="application/spdx+json")
    repository.push_image(join(ARM64), tags="2")

    found = {each.digest: each.is_image for each in repository.images()}

    assert found[pushed.digest]
    assert sorted(found.values()) == [False, True, True, True]
