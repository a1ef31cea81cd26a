"""Images for tests: documents of a few bytes, pushed or only described."""

from datetime import UTC, datetime

from ecrkit import Digest, Image, Repository, models, oci

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
DIFF_ID = "sha256:" + "1" * 64


def pushed_manifest(repository: Repository, content: bytes = b"a layer of some bytes") -> oci.ImageManifest:
    """Push a layer and a config; give a manifest of them that is not put yet."""
    config = oci.build_config("linux/amd64", [DIFF_ID], labels={"made": "by a test"})
    repository.push_layer(config.raw)
    layer = repository.push_layer(content)
    return oci.build_manifest(config.descriptor(), [layer.descriptor()])


def pushed(
    repository: Repository, tag: str | None = None, content: bytes = b"a layer of some bytes"
) -> Image:
    return repository.put_image(pushed_manifest(repository, content), tag)


def manifest_of_nothing(marker: str = "") -> oci.ImageManifest:
    """Give a manifest whose layers are nowhere, for fakes."""
    config = oci.build_config("linux/amd64", [DIFF_ID], author=marker)
    layer = oci.Descriptor(media_type=oci.media_types.OCI_LAYER, digest=oci_digest("1"), size=1)
    return oci.build_manifest(config.descriptor(), [layer])


def oci_digest(character: str) -> Digest:
    return Digest("sha256:" + character * 64)


def content_of(
    manifest: oci.ImageManifest | oci.Index, *, text: str | None = None, digest: str | None = None
) -> models.BatchGetImageResponse:
    """Answer with a manifest, or with another text under its digest."""
    image = models.Image(
        registry_id="123456789012",
        repository_name="team/app",
        image_id=models.ImageIdentifier(image_digest=digest or manifest.digest),
        image_manifest=manifest.text if text is None else text,
        image_manifest_media_type=manifest.media_type if text is None else None,
    )
    return models.BatchGetImageResponse(images=[image])


def put(manifest: oci.ImageManifest) -> models.PutImageResponse:
    return models.PutImageResponse(image=content_of(manifest).images[0])


def described(digest: str, *tags: str) -> models.DescribeImagesResponse:
    detail = models.ImageDetail(
        registry_id="123456789012",
        repository_name="team/app",
        image_digest=digest,
        image_tags=list(tags),
        image_pushed_at=MOMENT,
    )
    return models.DescribeImagesResponse(image_details=[detail])
