# Generated from ecr-2015-09-21 (botocore 1.44.8) by `make codegen`. Do not edit.
"""Shapes and enums that several families use."""

from pydantic import Field

from ecrkit.models._base import Shape
from ecrkit.models._enums import OpenEnum
from ecrkit.models._scalars import (
    ImageTag,
    ImageTagMutabilityExclusionFilterValue,
)


class EncryptionType(OpenEnum):
    """How the images of a repository are encrypted at rest."""

    AES256 = "AES256"
    KMS = "KMS"
    KMS_DSSE = "KMS_DSSE"


class FindingSeverity(OpenEnum):
    """How bad a finding of a basic scan is."""

    INFORMATIONAL = "INFORMATIONAL"
    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"
    UNDEFINED = "UNDEFINED"


class ImageTagMutability(OpenEnum):
    """Whether a tag may be moved to another image."""

    MUTABLE = "MUTABLE"
    IMMUTABLE = "IMMUTABLE"
    IMMUTABLE_WITH_EXCLUSION = "IMMUTABLE_WITH_EXCLUSION"
    MUTABLE_WITH_EXCLUSION = "MUTABLE_WITH_EXCLUSION"


class ImageTagMutabilityExclusionFilterType(OpenEnum):
    """How the filter of an exclusion from tag mutability is meant."""

    WILDCARD = "WILDCARD"


class ScanStatus(OpenEnum):
    """How far the scan of an image is, or why there is none."""

    IN_PROGRESS = "IN_PROGRESS"
    COMPLETE = "COMPLETE"
    FAILED = "FAILED"
    UNSUPPORTED_IMAGE = "UNSUPPORTED_IMAGE"
    ACTIVE = "ACTIVE"
    PENDING = "PENDING"
    SCAN_ELIGIBILITY_EXPIRED = "SCAN_ELIGIBILITY_EXPIRED"
    FINDINGS_UNAVAILABLE = "FINDINGS_UNAVAILABLE"
    LIMIT_EXCEEDED = "LIMIT_EXCEEDED"
    IMAGE_ARCHIVED = "IMAGE_ARCHIVED"
    IMAGE_SIZE_EXCEEDED = "IMAGE_SIZE_EXCEEDED"


class TagStatus(OpenEnum):
    """Which images to list, by whether they have a tag."""

    TAGGED = "TAGGED"
    UNTAGGED = "UNTAGGED"
    ANY = "ANY"


class ImageIdentifier(Shape, frozen=True):
    """An object with identifying information for an image in an Amazon ECR repository."""

    image_digest: str | None = None
    """The `sha256` digest of the image manifest."""

    image_tag: ImageTag | None = None
    """The tag used for the image (1 to 300 characters)."""


class ImageScanStatus(Shape, frozen=True):
    """The current status of an image scan."""

    status: ScanStatus
    """The current state of an image scan."""

    description: str | None = None
    """The description of the image scan status."""


class ImageScanningConfiguration(Shape, frozen=True):
    """The image scanning configuration for a repository."""

    scan_on_push: bool | None = None
    """The setting that determines whether images are scanned after being pushed to a repository. If set to
    `true`, images will be scanned after being pushed. If this parameter is not specified, it will default
    to `false` and images will not be scanned unless a scan is manually started with the
    [API_StartImageScan](https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_StartImageScan.html)
    API.
    """


class ImageTagMutabilityExclusionFilter(Shape, frozen=True):
    """A filter that specifies which image tags should be excluded from the repository's image tag mutability
    setting.
    """

    filter_type: ImageTagMutabilityExclusionFilterType
    """The type of filter to apply for excluding image tags from mutability settings."""

    filter: ImageTagMutabilityExclusionFilterValue
    """The filter value used to match image tags for exclusion from mutability settings.

    1 to 128 characters: letters, digits, `.`, `_`, `-` and `*`.
    """


class Tag(Shape, frozen=True):
    """The metadata to apply to a resource to help you categorize and organize them. Each tag consists of a
    key and a value, both of which you define. Tag keys can have a maximum character length of 128
    characters, and tag values can have a maximum length of 256 characters.
    """

    key: str = Field(validation_alias="Key", serialization_alias="Key")
    """One part of a key-value pair that make up a tag. A `key` is a general label that acts like a category
    for more specific tag values.
    """

    value: str = Field(validation_alias="Value", serialization_alias="Value")
    """A `value` acts as a descriptor within a tag category (key)."""
