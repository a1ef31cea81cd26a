"""Images from one repository to another one, with nothing in between; and what is put beside them."""

import io
import tarfile
from pathlib import Path

import boto3
import pytest

from ecrkit import Client, LayerToPush, Registry, Repository, models, oci
from ecrkit.errors import ApiError, EmptyLayerError, InvalidImageError, InvalidInputError
from ecrkit.local import LocalECR
from ecrkit.push.sources import layer_source
from ecrkit.references import Digest
from ecrkit.resources._endpoints import endpoint_of
from ecrkit.testing import FakeTransport, no_waiting
from ecrkit.transfer import EcrApi
from tests.faults.proxy import Effect, Fault, FaultProxy
from tests.push.answers import refused
from tests.samples import by_cosign, image, join, noise

BIG = noise(1_500_000)


def tar_of(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        member = tarfile.TarInfo("content")
        member.size = len(content)
        tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def test_a_copy_has_the_same_bytes_and_the_same_tag(repository: Repository, other: Repository) -> None:
    source = join(image(BIG), image(noise(7), platform="linux/arm64"))
    repository.push_image(source, tags="1")

    copied = repository.image("1").copy_to(other)

    assert copied.digest == source.root.digest
    assert copied.describe().tags == ["1"]
    assert copied.resolve("linux/amd64").layers()[0].read() == BIG


def test_a_copy_of_a_digest_is_tagged_only_on_request(repository: Repository, other: Repository) -> None:
    digest = repository.push_image(image(), tags="1").digest
    pushed = repository.image(digest=digest)

    assert pushed.copy_to(other).describe().tags == []
    assert pushed.copy_to(other, tags=["a", "b"]).describe().tags == ["a", "b"]


def test_layers_that_the_target_has_are_not_even_read(
    ecr: LocalECR, repository: Repository, other: Repository
) -> None:
    repository.push_image(image(BIG, noise(7)), tags="1")
    other.push_image(image(BIG))
    with FaultProxy(ecr.endpoint_url) as proxy:
        session = boto3.Session("local", "local", region_name="us-east-1")
        watched = Registry(session, endpoint_url=proxy.url).repository(repository.name)

        copied = watched.image("1").copy_to(other)

        assert proxy.count(f"GET /layers/{Digest.of(BIG).replace(':', '-')}") == 0
    assert copied.report.skipped == (Digest.of(BIG),)


def test_a_copy_goes_to_another_account_and_region_with_its_own_session(
    repository: Repository, ecr: LocalECR
) -> None:
    pushed = repository.push_image(image(BIG))
    session = boto3.Session("999999999999", "local", region_name="eu-west-1")
    elsewhere = Registry(session, endpoint_url=ecr.endpoint_url)

    copied = pushed.copy_to(elsewhere.repository("team/copy"), tags="1", create_repository=True)

    assert copied.describe().details.registry_id == "999999999999"
    assert [each.name for each in elsewhere.repositories()] == ["team/copy"]


def test_a_broken_stream_is_resumed_while_it_is_being_copied(
    ecr: LocalECR, repository: Repository, other: Repository
) -> None:
    repository.push_image(image(BIG), tags="1")
    with FaultProxy(ecr.endpoint_url) as proxy, no_waiting():
        session = boto3.Session("local", "local", region_name="us-east-1")
        flaky = Registry(session, endpoint_url=proxy.url).repository(repository.name)
        download = f"GET /layers/{Digest.of(BIG).replace(':', '-')}"
        proxy.faults = [Fault(download, nth=1, effect=Effect.TRUNCATE_AND_CLOSE)]

        copied = flaky.image("1").copy_to(other)

        assert proxy.count(download) == 2
    assert copied.layers()[0].read() == BIG


def test_referrers_are_copied_along_with_those_of_children(repository: Repository, other: Repository) -> None:
    child = image(noise(3))
    index = repository.push_image(join(child), tags="1")
    signature = index.attach(b"signature", artifact_type="application/x-signature")
    sbom = repository.image(digest=child.root.digest).attach(b"sbom", artifact_type="application/spdx+json")

    copied = repository.image("1").copy_to(other)

    assert [each.digest for each in copied.walk_referrers()] == [signature.digest, sbom.digest]
    assert [each.digest for each in other.image(digest=child.root.digest).referrers()] == [sbom.digest]


def test_what_cosign_keeps_under_tags_is_copied_along(repository: Repository, other: Repository) -> None:
    child = image(noise(3))
    index = repository.push_image(join(child), tags="1")
    signature, sbom = image(noise(11)), image(noise(12))
    tags = [by_cosign(index.digest, "sig"), by_cosign(index.digest, "sbom")]
    of_child = by_cosign(child.root.digest, "sbom")
    repository.push_image(signature, tags=tags[0])
    repository.push_image(sbom, tags=[tags[1], of_child])  # the same document about both
    repository.push_image(image(noise(13)), tags=by_cosign(sbom.root.digest, "att"))
    repository.push_image(image(noise(14)), tags="other")

    repository.image("1").copy_to(other)

    assert other.image(tags[0]).manifest().digest == signature.root.digest
    assert {tag for each in other.images() for tag in each.describe().tags} == {
        "1",
        *tags,
        of_child,
        by_cosign(sbom.root.digest, "att"),
    }


def test_what_cosign_keeps_under_tags_stays_behind_with_the_referrers(
    repository: Repository, other: Repository
) -> None:
    pushed = repository.push_image(image(), tags="1")
    repository.push_image(image(noise(11)), tags=by_cosign(pushed.digest, "sig"))

    pushed.copy_to(other, referrers=False)

    assert len(list(other.images())) == 1


def test_only_tags_that_are_absent_or_archived_are_left_out(fake: FakeTransport) -> None:
    origin = EcrApi(Client(fake), "team/app", None)
    absent, throttled = (
        models.BatchGetImageResponse(
            failures=[models.ImageFailure(image_id=models.ImageIdentifier(image_tag="a"), failure_code=code)]
        )
        for code in (
            models.ImageFailureCode.IMAGE_NOT_FOUND,
            models.ImageFailureCode.UPSTREAM_TOO_MANY_REQUESTS,
        )
    )

    fake.answers(absent, refused("UnableToGetUpstreamImageException"), throttled)

    assert list(origin.tagged(["a"])) == []
    assert list(origin.tagged(["a"])) == []
    with pytest.raises(ApiError, match="UpstreamTooManyRequests"):
        list(origin.tagged(["a"]))


def test_the_referrers_of_an_image_are_read_in_one_request(ecr: LocalECR, repository: Repository) -> None:
    pushed = repository.push_image(image())
    for number in range(3):
        pushed.attach(f"report {number}".encode(), artifact_type="application/x-report")
    source = pushed.source()
    ecr.requests.clear()

    found = source.with_referrers()

    assert len(found) == 4
    assert (
        len(ecr.requests.of("BatchGetImage")) == 3
    )  # the referrers, and cosign's tags of the image and of these


def test_referrers_stay_behind_on_request(repository: Repository, other: Repository) -> None:
    pushed = repository.push_image(image())
    pushed.attach(b"signature", artifact_type="application/x-signature")

    copied = pushed.copy_to(other, referrers=False)

    assert list(copied.walk_referrers()) == []


def test_one_platform_is_copied(repository: Repository, other: Repository) -> None:
    arm = image(noise(7), platform="linux/arm64")
    pushed = repository.push_image(join(image(BIG), arm))

    copied = pushed.copy_to(other, platforms=["linux/arm64"])

    assert copied.digest == arm.root.digest
    assert len(list(other.images())) == 1


def test_copying_twice_is_a_success_that_sends_nothing(repository: Repository, other: Repository) -> None:
    pushed = repository.push_image(image(BIG), tags="1")
    pushed.copy_to(other, tags="1")

    assert pushed.copy_to(other, tags="1").report.sent == ()


def test_an_image_is_a_source_to_build_on(repository: Repository, other: Repository, tmp_path: Path) -> None:
    (tmp_path / "app").write_text("x")
    layer = tar_of(BIG)
    base = repository.push_image(image(layer))
    manifest = base.manifest()
    assert isinstance(manifest, oci.ImageManifest)
    with oci.ImageBuilder.on(manifest, base.config(), source=base.source()) as builder:
        builder.add_layer(tmp_path, to="/app")

        built = other.push_image(builder.build())

    assert built.layers()[0].read() == layer


def test_what_is_attached_refers_to_the_image(repository: Repository) -> None:
    pushed = repository.push_image(image(), tags="1")

    sbom = repository.image("1").attach(
        b'{"spdx": 1}', artifact_type="application/spdx+json", annotations={"by": "me"}
    )

    [found] = pushed.referrers("application/spdx+json")
    assert (found.digest, found.annotations) == (sbom.digest, {"by": "me"})
    assert sbom.layers()[0].read() == b'{"spdx": 1}'


def test_several_things_are_attached_at_once_each_of_its_own_type(
    repository: Repository, tmp_path: Path
) -> None:
    (tmp_path / "report").write_bytes(b"all is well")
    pushed = repository.push_image(image())

    attached = pushed.attach(
        tmp_path / "report",
        LayerToPush(layer_source(b"log"), media_type="text/plain"),
        artifact_type="application/x-tests",
    )

    assert [layer.media_type for layer in attached.layers()] == ["application/x-tests", "text/plain"]


def test_attaching_the_same_again_is_a_success(repository: Repository) -> None:
    pushed = repository.push_image(image())
    first = pushed.attach(b"x", artifact_type="application/x-y")

    again = pushed.attach(b"x", artifact_type="application/x-y")

    assert again.digest == first.digest


def test_nothing_cannot_be_attached(repository: Repository) -> None:
    pushed = repository.push_image(image())

    with pytest.raises(InvalidInputError, match="nothing to attach"):
        pushed.attach(artifact_type="application/x-y")
    with pytest.raises(EmptyLayerError):
        pushed.attach(b"", artifact_type="application/x-y")


def test_an_artifact_type_with_parameters_is_refused_before_anything_is_sent(repository: Repository) -> None:
    pushed = repository.push_image(image())

    with pytest.raises(InvalidImageError, match="parameters"):
        pushed.attach(b"x", artifact_type="application/x-y;version=1")

    assert list(endpoint_of(repository).available([Digest.of(b"x")])) == []
