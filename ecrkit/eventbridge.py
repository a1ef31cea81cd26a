"""Typed EventBridge events about images: pushes, deletions, scans, findings, replication, pull-through caches.

`parse` turns the event that a Lambda function or a queue receives into one of the classes below. A field that AWS adds later
is kept in `model_extra`; an event of an unknown type becomes an `UnknownEvent`.

Sources: [Amazon ECR events](https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html) and
[events of enhanced scanning](https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-events.html).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from ecrkit.errors import InvalidEventError, InvalidInputError
from ecrkit.models import FindingSeverity, OpenEnum, ScanStatus, TargetStorageClass

if TYPE_CHECKING:
    from ecrkit.resources.image import Image
    from ecrkit.resources.registry import Registry
    from ecrkit.resources.repository import Repository


class ActionType(OpenEnum):
    """What happened to an image."""

    PUSH = "PUSH"
    DELETE = "DELETE"
    UPDATE_STORAGE_CLASS = "UPDATE_STORAGE_CLASS"
    REPLICATE = "REPLICATE"


class ActionResult(OpenEnum):
    """How an action ended."""

    SUCCESS = "SUCCESS"
    FAILED = "FAILED"


def _kebab(name: str) -> str:
    return name.replace("_", "-")


class _Model(BaseModel, frozen=True):
    model_config = ConfigDict(
        alias_generator=_kebab,
        validate_by_name=True,
        validate_by_alias=True,
        extra="allow",
        hide_input_in_errors=True,
    )


class _CamelCase(_Model, frozen=True):
    model_config = ConfigDict(alias_generator=to_camel)


class Event(_Model, frozen=True):
    """An event as EventBridge delivers it."""

    detail_types: ClassVar[tuple[str, ...]] = ()

    id: str
    """Identifies the event. EventBridge may deliver an event more than once, each time with the same id."""

    detail_type: str
    source: str
    account: str
    """The account of the registry, 12 digits."""

    region: str
    time: datetime
    """When the event was emitted, in UTC."""

    resources: tuple[str, ...] = ()
    """ARNs; empty for image and referrer actions."""

    @property
    def repository_name(self) -> str | None:
        """Name of the repository, for example `team/app`; absent if the event is not about a single repository."""
        return None

    @property
    def image_digest(self) -> str | None:
        """Digest of the image; absent if the event is not about a single image."""
        return None

    def repository(self, registry: Registry) -> Repository:
        """Return a handle for the repository. Sends nothing.

        Args:
            registry: The registry of the event's account and region.

        Raises:
            InvalidInputError: The event is not about a single repository, or comes from another account or region.
        """
        if self.repository_name is None:
            raise InvalidInputError(
                f"The event {self.detail_type!r} ({self.id}) is not about a single repository"
            )
        if registry.region_name != self.region or registry.registry_id not in {None, self.account}:
            raise InvalidInputError(
                f"The event comes from account {self.account} in {self.region}, not from {registry!r};"
                f" pass Registry(region_name={self.region!r})"
            )
        return registry.repository(self.repository_name)

    def image(self, registry: Registry) -> Image:
        """Return a handle for the image, by its digest. Sends nothing.

        Args:
            registry: The registry of the event's account and region.

        Raises:
            InvalidInputError: The event is not about a single image, or comes from another account or region.
        """
        if self.image_digest is None:
            raise InvalidInputError(f"The event {self.detail_type!r} ({self.id}) is not about a single image")
        return self.repository(registry).image(digest=self.image_digest)


class _InRepository(_Model, frozen=True):
    repository_name: str | None = None
    image_digest: str | None = None


class _RepositoryEvent(Event, frozen=True):
    detail: _InRepository

    @property
    def repository_name(self) -> str | None:
        """Name of the repository, if the event names a single one."""
        return _name_of(self.detail.repository_name)

    @property
    def image_digest(self) -> str | None:
        """Digest of the image, if the event names a single one."""
        return self.detail.image_digest


class ImageActionDetail(_InRepository, frozen=True):
    """What was done to an image."""

    action_type: ActionType
    result: ActionResult | None = None
    image_tag: str | None = None
    """The tag that was pushed or deleted; absent for an untagged image."""

    manifest_media_type: str | None = None
    artifact_media_type: str | None = None
    target_storage_class: TargetStorageClass | None = None
    """Set when the image was moved to the archive or restored from it."""

    last_activated_at: datetime | None = None
    """When the image was last restored from the archive."""


class ImageAction(_RepositoryEvent, frozen=True):
    """An image was pushed, deleted, archived or restored."""

    detail_types = ("ECR Image Action",)
    detail: ImageActionDetail


class ReferrerAction(_RepositoryEvent, frozen=True):
    """The same for a signature, an SBOM or another artifact that refers to an image."""

    detail_types = ("ECR Referrer Action",)
    detail: ImageActionDetail


class ReplicationActionDetail(ImageActionDetail, frozen=True):
    """From where an image was replicated."""

    source_account: str | None = None
    source_region: str | None = None


class ReplicationAction(_RepositoryEvent, frozen=True):
    """An image was replicated to this registry, or its replication failed."""

    detail_types = ("ECR Replication Action",)
    detail: ReplicationActionDetail


class PullThroughCacheActionDetail(_InRepository, frozen=True):
    """What a pull-through cache fetched from its upstream."""

    sync_status: ActionResult
    ecr_repository_prefix: str | None = None
    upstream_registry_url: str | None = None
    image_tag: str | None = None
    rule_version: str | None = None
    failure_code: str | None = None
    failure_reason: str | None = None


class PullThroughCacheAction(_RepositoryEvent, frozen=True):
    """A pull-through cache fetched an image, or failed to."""

    detail_types = ("ECR Pull Through Cache Action",)
    detail: PullThroughCacheActionDetail


class ImageScanDetail(_InRepository, frozen=True):
    """How a scan ended and what it found."""

    scan_status: ScanStatus
    """Basic scanning: `COMPLETE` or `FAILED`. Enhanced scanning has values of its own, such as `INITIAL_SCAN_COMPLETE`."""

    finding_severity_counts: Mapping[str, int] = Field(default_factory=dict[str, int])
    """Number of findings of each severity; severities without findings are absent. Enhanced scanning adds `TOTAL`."""

    image_tags: tuple[str, ...] = ()


class ImageScan(_RepositoryEvent, frozen=True):
    """A basic or an enhanced scan of an image has ended."""

    detail_types = ("ECR Image Scan", "Inspector2 Scan")
    detail: ImageScanDetail


class ScannedRepository(_Model, frozen=True):
    """A repository whose scanning has changed."""

    repository_name: str
    repository_arn: str | None = None
    scan_frequency: str | None = None
    previous_scan_frequency: str | None = None


class ScanResourceChangeDetail(_Model, frozen=True):
    """What changed in enhanced scanning."""

    action_type: str
    """For example `SCAN_FREQUENCY_CHANGE`."""

    resource_type: str | None = None
    scan_type: str | None = None
    repositories: tuple[ScannedRepository, ...] = ()


class ScanResourceChange(Event, frozen=True):
    """Enhanced scanning of repositories has changed."""

    detail_types = ("ECR Scan Resource Change",)
    detail: ScanResourceChangeDetail


class _ScannedImage(_CamelCase, frozen=True):
    image_hash: str | None = None
    repository_name: str | None = None


class _FindingResourceDetails(_CamelCase, frozen=True):
    aws_ecr_container_image: _ScannedImage | None = None


class _FindingResource(_CamelCase, frozen=True):
    details: _FindingResourceDetails = _FindingResourceDetails()


class InspectorFindingDetail(_CamelCase, frozen=True):
    """A finding of Amazon Inspector. Members that are not listed here are in `model_extra`, as Inspector names them."""

    finding_arn: str
    severity: FindingSeverity
    status: str | None = None
    """`ACTIVE`, `SUPPRESSED` or `CLOSED`."""

    title: str | None = None
    type: str | None = None
    description: str | None = None
    resources: tuple[_FindingResource, ...] = ()


class InspectorFinding(Event, frozen=True):
    """Enhanced scanning found a vulnerability, or one has changed."""

    detail_types = ("Inspector2 Finding",)
    detail: InspectorFindingDetail

    @property
    def repository_name(self) -> str | None:
        """Name of the repository of the image that the finding is about."""
        found = self._image()
        return None if found is None else found.repository_name

    @property
    def image_digest(self) -> str | None:
        """Digest of the image that the finding is about."""
        found = self._image()
        return None if found is None else found.image_hash

    def _image(self) -> _ScannedImage | None:
        found = [each.details.aws_ecr_container_image for each in self.detail.resources]
        return found[0] if len(found) == 1 else None


def _object_or_empty(value: object) -> object:
    return {} if value is None else value  # CloudTrail writes null where there are no parameters


class ApiCallDetail(_CamelCase, frozen=True):
    """A call as CloudTrail records it. `userIdentity` and other members are in `model_extra`."""

    event_name: str
    """The operation, for example `PutImage`; `PolicyExecutionEvent` when a lifecycle policy acted."""

    request_parameters: Annotated[Mapping[str, object], BeforeValidator(_object_or_empty)] = Field(
        default_factory=dict[str, object]
    )
    service_event_details: Annotated[Mapping[str, object], BeforeValidator(_object_or_empty)] = Field(
        default_factory=dict[str, object]
    )
    error_code: str | None = None
    error_message: str | None = None


class ApiCall(Event, frozen=True):
    """A call of the ECR API, or an action of ECR itself such as a lifecycle policy, delivered through CloudTrail."""

    detail_types = ("AWS API Call via CloudTrail", "AWS Service Event via CloudTrail")
    detail: ApiCallDetail

    @property
    def repository_name(self) -> str | None:
        """Name of the repository, if the event names a single one."""
        name = self.detail.request_parameters.get("repositoryName") or self.detail.service_event_details.get(
            "repositoryName"
        )
        return name if isinstance(name, str) else None


class UnknownEvent(Event, frozen=True):
    """An event of a type that this release does not know."""

    detail: Mapping[str, object] = Field(default_factory=dict[str, object])

    @property
    def repository_name(self) -> str | None:
        """Name of the repository, if the event names a single one."""
        name = self.detail.get("repository-name")
        return _name_of(name) if isinstance(name, str) else None

    @property
    def image_digest(self) -> str | None:
        """Digest of the image, if the event names a single one."""
        digest = self.detail.get("image-digest")
        return digest if isinstance(digest, str) else None


_TYPES: Mapping[str, type[Event]] = {
    detail_type: kind
    for kind in (
        ImageAction,
        ReferrerAction,
        ReplicationAction,
        PullThroughCacheAction,
        ImageScan,
        ScanResourceChange,
        InspectorFinding,
        ApiCall,
    )
    for detail_type in kind.detail_types
}


def parse(event: Mapping[str, object] | str | bytes) -> Event:
    """Parse an EventBridge event.

    Example:
        >>> def handler(event, context):
        ...     match eventbridge.parse(event):
        ...         case eventbridge.ImageAction(detail=detail) if detail.action_type == "PUSH":
        ...             print(detail.image_tag)

    Args:
        event: The event as a Lambda function receives it, or its JSON.

    Returns:
        An instance of the class for its `detail-type`, or `UnknownEvent`.

    Raises:
        InvalidEventError: It is not an EventBridge event, or a required field is missing or malformed.
    """
    members = _members(event)
    detail_type = members.get("detail-type")
    if not isinstance(detail_type, str):
        raise InvalidEventError(_not_an_event(members))
    kind = _TYPES.get(detail_type, UnknownEvent)
    try:
        return kind.model_validate(members, by_alias=True, by_name=False)
    except ValidationError as error:
        problem = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(map(str, problem["loc"]))
        raise InvalidEventError(
            f"The event {detail_type!r} is malformed: {where}: {problem['msg']}"
        ) from error


def _members(event: Mapping[str, object] | str | bytes) -> Mapping[str, object]:
    if isinstance(event, str | bytes):
        try:
            event = json.loads(event)
        except (ValueError, RecursionError) as error:
            raise InvalidEventError(f"The event is not JSON: {error}") from error
    if not isinstance(event, Mapping):
        raise InvalidEventError(f"An EventBridge event is a JSON object, not {type(event).__name__}")
    return event


def _not_an_event(members: Mapping[str, object]) -> str:
    advice = ""
    if "Records" in members:
        advice = "; it is a batch from SQS or SNS: parse the body or message of each of its Records"
    elif "eventName" in members:
        advice = "; it is a CloudTrail record: EventBridge delivers it as the `detail` of an event"
    shown = ", ".join(sorted(map(str, members))[:5]) or "none"
    return f"The event has no 'detail-type' (its members: {shown}){advice}"


def _name_of(name: str | None) -> str | None:
    """Return the name of a repository where Amazon Inspector gives its ARN."""
    return name if name is None else name.rpartition(":repository/")[2]
