"""Whole images on their way into a repository."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from ecrkit import LayerEvent, Registry, Repository, models, oci
from ecrkit.errors import (
    DigestMismatchError,
    EmptyLayerError,
    ImageNotFoundError,
    InvalidImageError,
    InvalidParameterError,
    MissingBlobError,
    RepositoryNotFoundError,
    TagImmutableError,
)
from ecrkit.events import LayerFinished, LayerSkipped, TransferPlanned
from ecrkit.references import Digest
from ecrkit.resources._endpoints import endpoint_of
from tests.samples import MemoryImages, blob, image, join, layout_blobs, noise, together


def pushed_blobs(repository: Repository, source: MemoryImages) -> set[Digest]:
    """Tell which of the blobs of a source a repository has."""
    return {Digest(each) for each in endpoint_of(repository).available(source.blobs)}


def test_a_pushed_image_has_the_digest_and_the_bytes_that_it_had_before(repository: Repository) -> None:
    source = image(noise(250_000), noise(10))

    pushed = repository.push_image(source, tags=["1.4.2"])

    assert pushed.digest == source.root.digest
    assert repository.image("1.4.2").manifest().raw == source.root.raw


def test_the_report_tells_what_was_sent_and_what_was_there(repository: Repository) -> None:
    base, top = noise(300), noise(40)
    repository.push_image(image(base))
    source = image(base, top)
    assert isinstance(source.root, oci.ImageManifest)
    config = source.root.config

    report = repository.push_image(source).report

    assert set(report.sent) == {Digest.of(top), config.digest}
    assert report.skipped == (Digest.of(base),)
    assert report.bytes_sent == len(top) + config.size
    assert str(report).startswith("2 layers sent (277 B), 1 skipped, in ")


def test_every_tag_names_the_image(repository: Repository) -> None:
    pushed = repository.push_image(image(), tags=["1", "1.4", "latest"])

    assert sorted(pushed.describe().tags) == ["1", "1.4", "latest"]


def test_one_tag_can_be_given_as_a_string(repository: Repository) -> None:
    pushed = repository.push_image(image(), tags="latest")

    assert pushed.describe().tags == ["latest"]


def test_pushing_the_same_image_again_is_a_success_that_sends_nothing(repository: Repository) -> None:
    source = image()
    repository.push_image(source, tags="1")

    again = repository.push_image(source, tags="1")

    assert again.report.sent == ()


def test_an_index_comes_after_its_images_and_only_it_is_tagged(repository: Repository) -> None:
    amd, arm = image(noise(50), platform="linux/amd64"), image(noise(60), platform="linux/arm64")
    source = join(amd, arm)

    pushed = repository.push_image(source, tags="1")

    tags = {each.digest: each.tags for each in repository.images()}
    assert tags == {pushed.digest: ["1"], amd.root.digest: [], arm.root.digest: []}


def test_indexes_within_indexes_are_pushed(repository: Repository) -> None:
    source = join(join(image(noise(5))), image(noise(6)))

    pushed = repository.push_image(source)

    assert pushed.manifest().raw == source.root.raw
    assert len(list(repository.images())) == 4


def test_a_layer_that_two_images_share_is_sent_once(repository: Repository) -> None:
    shared = noise(900)
    source = join(image(shared, platform="linux/amd64"), image(shared, platform="linux/arm64"))

    report = repository.push_image(source).report

    assert sorted(report.sent) == sorted({Digest.of(shared), *(each for each in report.sent)})
    assert len(report.sent) == 3


def test_layers_that_only_the_repository_has_are_not_needed_in_the_source(repository: Repository) -> None:
    base = noise(300)
    repository.push_image(image(base))
    source = image(base, noise(20)).without(Digest.of(base))

    pushed = repository.push_image(source)

    assert pushed.report.skipped == (Digest.of(base),)


def test_a_layer_that_nobody_has_is_named_before_anything_is_sent(repository: Repository) -> None:
    lost, kept = noise(300), noise(20)
    source = image(lost, kept)

    with pytest.raises(MissingBlobError, match="nor in the repository") as raised:
        repository.push_image(source.without(Digest.of(lost)))

    assert raised.value.digest == Digest.of(lost)
    assert pushed_blobs(repository, source) == set()


def test_a_child_that_only_the_repository_has_is_not_needed_in_the_source(repository: Repository) -> None:
    amd, arm = image(noise(50), platform="linux/amd64"), image(noise(60), platform="linux/arm64")
    repository.push_image(amd)

    pushed = repository.push_image(join(amd, arm).without(amd.root.digest))

    assert pushed.platforms() == [oci.Platform.parse("linux/amd64"), oci.Platform.parse("linux/arm64")]


def test_a_child_that_nobody_has_is_named_before_anything_is_sent(repository: Repository) -> None:
    amd, arm = image(noise(50), platform="linux/amd64"), image(noise(60), platform="linux/arm64")
    source = join(amd, arm)

    with pytest.raises(MissingBlobError, match="linux/amd64; present: linux/arm64") as missing:
        repository.push_image(source.without(amd.root.digest))

    assert missing.value.digest == amd.root.digest
    assert pushed_blobs(repository, source) == set()


def test_a_repository_is_created_only_on_request(registry: Registry) -> None:
    repository = registry.repository("team/not-there-yet")
    with pytest.raises(RepositoryNotFoundError):
        repository.push_image(image())

    pushed = repository.push_image(image(), tags="1", create_repository=True)

    assert pushed.describe().tags == ["1"]


def test_an_immutable_tag_that_names_another_image_is_an_error_with_both_digests(registry: Registry) -> None:
    repository = registry.create_repository("team/immutable", tag_mutability="IMMUTABLE")
    first, second = image(noise(1)), image(noise(2))
    repository.push_image(first, tags="1")

    with pytest.raises(TagImmutableError) as raised:
        repository.push_image(second, tags="1")

    assert (raised.value.existing, raised.value.wanted) == (first.root.digest, second.root.digest)


def test_the_same_image_under_the_same_immutable_tag_is_a_success(registry: Registry) -> None:
    repository = registry.create_repository("team/immutable-again", tag_mutability="IMMUTABLE")
    repository.push_image(image(), tags="1")

    assert repository.push_image(image(), tags="1").describe().tags == ["1"]


def test_an_index_is_pushed_under_an_immutable_tag_that_its_images_never_have(registry: Registry) -> None:
    repository = registry.create_repository("team/immutable-index", tag_mutability="IMMUTABLE")

    pushed = repository.push_image(join(image(noise(50))), tags="1")

    assert repository.image("1").describe().digest == pushed.digest


def test_an_image_is_chosen_by_its_name_in_the_source(repository: Repository) -> None:
    first, second = image(noise(1), name="one"), image(noise(2), name="two")
    both = together(first, second)

    pushed = repository.push_image(both, name="two")

    assert pushed.digest == second.root.digest


def test_a_source_with_several_images_asks_which(repository: Repository) -> None:
    both = together(image(noise(1), name="one"), image(noise(2), name="two"))

    with pytest.raises(InvalidImageError, match=r"one \(sha256:.*, linux/amd64\), two \("):
        repository.push_image(both)


@pytest.mark.parametrize("write", [oci.write_layout, oci.write_oci_archive])
def test_layouts_and_archives_are_pushed_by_their_path(
    repository: Repository, tmp_path: Path, write: object
) -> None:
    source = join(image(noise(1)), image(noise(2), platform="linux/arm64"), name="x")
    write(source, tmp_path / "image")  # type: ignore[operator]  # pyright: ignore[reportCallIssue]

    pushed = repository.push_image(tmp_path / "image", tags="1")

    assert pushed.digest == source.root.digest


def test_an_archive_of_docker_save_is_pushed_by_its_path(repository: Repository, tmp_path: Path) -> None:
    source = image(noise(1), noise(2))
    oci.write_docker_archive(source, tmp_path / "image.tar", ["app:1"], root=source.roots[0])

    pushed = repository.push_image(str(tmp_path / "image.tar"))

    assert pushed.config().raw == oci.read_config(source, source.root).raw  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


def test_a_built_image_is_pushed(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("print('hello')")
    with oci.ImageBuilder("linux/arm64") as builder:
        builder.add_layer(tmp_path, to="/app")
        builder.configure(labels={"team": "web"})

        pushed = repository.push_image(builder.build(), tags="1")

    assert pushed.config().labels == {"team": "web"}


def test_an_image_is_built_on_one_in_the_repository_without_its_layers(
    repository: Repository, tmp_path: Path
) -> None:
    (tmp_path / "app.py").write_text("print('hello')")
    base = repository.push_image(image(noise(5000)))
    manifest = base.manifest()
    assert isinstance(manifest, oci.ImageManifest)
    with oci.ImageBuilder.on(manifest, base.config()) as builder:
        builder.add_layer(tmp_path, to="/app")

        pushed = repository.push_image(builder.build())

    assert pushed.report.skipped == (Digest.of(noise(5000)),)


def test_progress_is_told_about_layers_that_are_there(repository: Repository) -> None:
    source = image(noise(30))
    repository.push_image(source)
    events: list[LayerEvent] = []

    repository.push_image(source, progress=events.append)

    assert [type(event) for event in events] == [TransferPlanned, LayerSkipped, LayerSkipped]


def test_progress_tells_which_layers_are_sent_and_which_are_there(repository: Repository) -> None:
    base, top = noise(300), noise(40)
    repository.push_image(image(base))
    events: list[LayerEvent] = []

    repository.push_image(image(base, top), progress=events.append)

    assert [each.layer for each in events if isinstance(each, LayerSkipped)] == [Digest.of(base)]
    assert Digest.of(top) in [each.digest for each in events if isinstance(each, LayerFinished)]


def test_referrers_in_the_source_go_with_the_image_on_request(repository: Repository) -> None:
    subject = image(noise(9))
    signature = image(noise(7), subject=subject.root.descriptor(), artifact_type="application/x-signature")
    countersignature = image(
        noise(6), subject=signature.root.descriptor(), artifact_type="application/x-signature"
    )
    layout = together(subject, signature, countersignature)
    layout.roots = tuple(
        root.model_copy(update={"annotations": {oci.REF_NAME: f"{number}"}})
        for number, root in enumerate(layout.roots)
    )

    pushed = repository.push_image(layout, name="0", referrers=True)

    found = [each.digest for each in pushed.walk_referrers()]
    assert found == [signature.root.digest, countersignature.root.digest]


class ListingReferrers(MemoryImages):
    """A source that offers one image, and lists what refers to it itself."""

    def __init__(self, images: MemoryImages, referrer: oci.Descriptor) -> None:
        super().__init__(images.blobs, images.roots[:1])
        self.referrer = referrer

    def referrers_of(self, subjects: Sequence[Digest]) -> list[oci.Descriptor]:
        return [self.referrer] if self.root.digest in subjects else []


def test_a_source_can_list_its_referrers_itself(repository: Repository) -> None:
    subject = image(noise(9))
    sbom = image(noise(8), subject=subject.root.descriptor(), artifact_type="application/spdx+json")

    pushed = repository.push_image(ListingReferrers(together(subject, sbom), sbom.roots[0]), referrers=True)

    assert [each.digest for each in pushed.referrers()] == [sbom.root.digest]


def test_one_platform_is_pushed_as_the_image_that_it_is(repository: Repository) -> None:
    arm = image(noise(60), platform="linux/arm64")
    source = join(image(noise(50)), arm)

    pushed = repository.push_image(source, platforms=["linux/arm64"], tags="1")

    assert pushed.digest == arm.root.digest
    assert len(list(repository.images())) == 1


def test_several_platforms_come_under_a_new_index(repository: Repository) -> None:
    three = [image(noise(5), platform=f"linux/{each}") for each in ("amd64", "arm64", "s390x")]
    source = join(*three)

    pushed = repository.push_image(source, platforms=["linux/amd64", "linux/s390x"])

    assert pushed.digest != source.root.digest
    assert [str(each) for each in pushed.platforms()] == ["linux/amd64", "linux/s390x"]


def test_all_platforms_leave_the_index_as_it_is(repository: Repository) -> None:
    source = join(image(noise(5)), image(noise(5), platform="linux/arm64"))

    pushed = repository.push_image(source, platforms=["linux/arm64", "linux/amd64"])

    assert pushed.digest == source.root.digest


def test_attestations_stay_with_the_platforms_that_they_are_about(repository: Repository) -> None:
    images = [image(noise(5), platform=f"linux/{each}") for each in ("amd64", "arm64", "s390x")]
    attestations = [attestation_about(each) for each in images]
    source = join(*images, *attestations)

    pushed = repository.push_image(source, platforms=["linux/amd64", "linux/arm64"])

    manifest = pushed.manifest()
    assert isinstance(manifest, oci.Index)
    assert [each.digest for each in manifest.manifests] == [
        each.root.digest for each in (*images[:2], *attestations[:2])
    ]


def attestation_about(subject: MemoryImages) -> MemoryImages:
    """Make an attestation as BuildKit does."""
    made = image(b"about " + subject.root.digest.encode())
    annotations = {
        "vnd.docker.reference.type": "attestation-manifest",
        "vnd.docker.reference.digest": str(subject.root.digest),
    }
    unknown = oci.Platform(os="unknown", architecture="unknown")
    return MemoryImages(made.blobs, [made.root.descriptor(platform=unknown, annotations=annotations)])


def test_a_platform_that_is_not_there_is_an_error_that_names_those_that_are(repository: Repository) -> None:
    source = join(image(noise(5)), image(noise(5), platform="linux/arm64"))

    with pytest.raises(
        InvalidImageError, match=r"no image for linux/s390x; the index has linux/amd64, linux/arm64"
    ):
        repository.push_image(source, platforms=["linux/s390x"])


def test_a_layer_without_bytes_is_refused_with_the_reason(repository: Repository) -> None:
    with pytest.raises(EmptyLayerError, match="layer of no bytes"):
        repository.push_image(image(noise(5), b""))


def test_an_image_without_layers_is_refused_with_the_reason(repository: Repository) -> None:
    config = b"{}"
    manifest = oci.build_manifest(blob(config, "application/x-config"), [])
    source = MemoryImages({manifest.digest: manifest.raw, Digest.of(config): config}, [manifest.descriptor()])

    with pytest.raises(InvalidImageError, match="has no layers"):
        repository.push_image(source)


def test_a_media_type_with_parameters_is_refused_before_anything_is_sent(repository: Repository) -> None:
    source = image(noise(5), artifact_type="application/vnd.dev.sigstore.bundle+json;version=0.2")

    with pytest.raises(InvalidImageError, match="media types with parameters"):
        repository.push_image(source)

    assert pushed_blobs(repository, source) == set()


def test_more_layers_than_ecr_takes_are_refused_before_anything_is_sent(repository: Repository) -> None:
    source = image(*[b"%d" % number for number in range(501)])

    with pytest.raises(InvalidImageError, match="has 501 layers; ECR accepts at most 500"):
        repository.push_image(source)


def test_limits_are_left_to_the_service_where_requests_are_unchecked(repository: Repository) -> None:
    content = noise(5)
    manifest = oci.build_manifest(oci.EMPTY_DESCRIPTOR, [blob(content, "application/x;version=1")])
    blobs = {manifest.digest: manifest.raw, Digest.of(content): content, Digest.of(b"{}"): b"{}"}
    source = MemoryImages(blobs, [manifest.descriptor()])

    with models.unchecked_requests(), pytest.raises(InvalidParameterError):
        repository.push_image(source)


def test_a_layer_whose_digest_lies_is_not_taken(repository: Repository) -> None:
    source = image(noise(400))
    source.blobs[Digest.of(noise(400))] = noise(400, seed=1)

    with pytest.raises(DigestMismatchError):
        repository.push_image(source, tags="1")

    with pytest.raises(ImageNotFoundError):
        repository.image("1").describe()


def test_a_layer_whose_size_lies_is_refused_before_anything_is_sent(repository: Repository) -> None:
    source = image(noise(400))
    source.blobs[Digest.of(noise(400))] = noise(399)

    with pytest.raises(InvalidImageError, match="has 399 bytes in the source; the manifest says 400"):
        repository.push_image(source)


def test_a_layer_that_two_images_give_different_sizes_is_refused(repository: Repository) -> None:
    content = noise(20)
    right = blob(content, oci.media_types.OCI_LAYER)
    images = [
        oci.build_manifest(oci.EMPTY_DESCRIPTOR, [right.model_copy(update={"size": size})])
        for size in (20, 21)
    ]
    source = together(
        *[
            MemoryImages(
                {each.digest: each.raw, right.digest: content, Digest.of(b"{}"): b"{}"}, [each.descriptor()]
            )
            for each in images
        ]
    )

    with pytest.raises(InvalidImageError, match="listed with two sizes"):
        repository.push_image(join(source))


def test_a_digest_of_an_algorithm_that_ecr_does_not_compute_is_refused(repository: Repository) -> None:
    content = noise(10)
    long = Digest("sha512:" + "ab" * 64)
    layer = blob(content, oci.media_types.OCI_LAYER).model_copy(update={"digest": long})
    manifest = oci.build_manifest(oci.EMPTY_DESCRIPTOR, [layer])
    source = MemoryImages(
        {manifest.digest: manifest.raw, long: content, Digest.of(b"{}"): b"{}"}, [manifest.descriptor()]
    )

    with pytest.raises(InvalidImageError, match="sha256 digest only"):
        repository.push_image(source)


def test_twenty_layers_arrive(repository: Repository) -> None:
    source = image(*[noise(30_000, seed) for seed in range(20)])

    pushed = repository.push_image(source)

    assert len(pushed.layers()) == 20
    assert pushed_blobs(repository, source) == set(source.blobs) - {source.root.digest}


@pytest.mark.slow
def test_five_hundred_layers_arrive_and_come_back(repository: Repository, tmp_path: Path) -> None:
    source = image(*[b"layer %d" % number for number in range(500)])

    pushed = repository.push_image(source, workers=2)

    assert len(pushed.report.sent) == 501
    assert layout_blobs(pushed.pull(tmp_path / "layout")) == source.blobs
