"""Errors that do not come from ECR: invalid input, no response, invalid configuration, wrong content."""

from collections.abc import Sequence
from typing import Any

from ecrkit.errors._base import EcrKitError

_MOST_NAMED = 20  # in one message


class InvalidInputError(EcrKitError, ValueError):
    """The caller passed something invalid; nothing was sent."""


class InvalidFieldsError(InvalidInputError):
    """A request violates the service model; nothing was sent."""

    problems: tuple[str, ...]
    """One sentence for each invalid field."""

    def __init__(self, request: str, problems: Sequence[str]) -> None:
        super().__init__(f"{request}: {'; '.join(problems)}")
        self.problems = tuple(problems)


class InvalidPolicyError(InvalidInputError):
    """A lifecycle, repository or registry policy that the service would reject; nothing was sent."""

    problems: tuple[str, ...]
    """One sentence for each problem; for a lifecycle policy, each names the rule."""

    def __init__(self, policy: str, problems: Sequence[str]) -> None:
        super().__init__(f"{policy}: {'; '.join(problems)}")
        self.problems = tuple(problems)


class InvalidReferenceError(InvalidInputError):
    """A digest, tag, repository name, ARN or image reference is malformed."""


class InvalidEventError(InvalidInputError):
    """An EventBridge event is malformed, or something else was passed in its place."""


class InvalidManifestError(InvalidInputError):
    """A manifest is not JSON, or does not state what kind of manifest it is."""


class InvalidImageError(InvalidInputError):
    """A folder or archive does not contain an image, or contains something that is not safe to read."""


class NotAnImageError(InvalidManifestError, InvalidImageError):
    """An artifact, such as a Helm chart or a BuildKit cache, was used where an image is needed. Nothing is wrong with it."""

    artifact_type: str | None
    """The type of the artifact, if it says one."""

    def __init__(self, message: str, *, artifact_type: str | None = None) -> None:
        super().__init__(message)
        self.artifact_type = artifact_type


class NotEmptyError(EcrKitError, FileExistsError):
    """The folder to write into holds something else; nothing was changed."""


class DiskFullError(EcrKitError, OSError):
    """The disk, or the caller's quota on it, is full."""

    path: str
    """Path that was being written."""

    needed: int | None
    """Total bytes needed, if known."""

    free: int | None
    """Free bytes at the time of the failure, if known."""

    def __init__(self, path: str, *, needed: int | None = None, free: int | None = None) -> None:
        wants = "" if needed is None else f": {needed:,} bytes are needed"
        has = "" if free is None else f"{'' if needed is None else ','} {free:,} are free"
        super().__init__(f"No space is left for {path}{wants}{has}")
        self.path = path
        self.needed = needed
        self.free = free


class MissingBlobError(InvalidInputError):
    """An image source refers to a blob that it does not have."""

    digest: str
    """The digest of the missing blob."""

    def __init__(self, digest: str, where: str) -> None:
        super().__init__(f"There is no blob {digest} in {where}")
        self.digest = digest


class InvalidArgumentError(InvalidInputError, TypeError):
    """An argument has the wrong type, such as a string where a list is meant; the message shows the right form."""


class IncompleteIndexError(MissingBlobError):
    """An index lists images that the source does not have, for example because Docker pulled one platform of it."""

    index: str
    """The digest of the index."""

    present: tuple[str, ...]
    """The available platforms."""

    missing: tuple[str, ...]
    """The missing platforms; entries without one are named by digest, and attestations are counted."""

    def __init__(
        self,
        digest: str,
        where: str,
        *,
        index: str,
        present: Sequence[str],
        missing: Sequence[str],
        advice: str,
    ) -> None:
        super().__init__(digest, where)
        self.index = index
        self.present = tuple(present)
        self.missing = tuple(missing)
        absent = list(dict.fromkeys(missing))
        more = f" and {len(absent) - _MOST_NAMED} more" if len(absent) > _MOST_NAMED else ""
        message = (
            f"The index {index} lists images that are not in {where}: {', '.join(absent[:_MOST_NAMED])}{more};"
            f" present: {', '.join(dict.fromkeys(present)) or 'none'}. {advice}"
        )
        self.args = (message,)


class InvalidSourceError(InvalidInputError, TypeError):
    """A layer source is not a path, bytes, a readable binary file or an iterable of bytes."""


class EmptyLayerError(InvalidInputError):
    """A layer is empty; ECR cannot store it."""


class SourceChangedError(EcrKitError):
    """A file changed while it was being pushed; no wrong content was committed."""


class NotRereadableError(EcrKitError):
    """A layer has to be sent again from the start, but its source can be read only once."""


class DigestMismatchError(EcrKitError):
    """Content does not have the expected digest."""

    expected: str
    """The expected digest."""

    actual: str
    """The digest of the actual content."""

    def __init__(self, subject: str, *, expected: str, actual: str) -> None:
        super().__init__(f"{subject} should have the digest {expected}, but its content has {actual}")
        self.expected = expected
        self.actual = actual


class TransportError(EcrKitError):
    """No usable response arrived."""


class EndpointUnreachableError(TransportError):
    """No connection could be made, so ECR has not seen the request; check endpoint, region and network."""


class AnswerLostError(TransportError):
    """The connection broke or timed out after the request was sent; ECR may have processed it."""


class UnreadableAnswerError(TransportError):
    """A successful response is truncated or does not match the service model."""


class ConfigurationError(EcrKitError):
    """The configuration is incomplete or contradictory."""


class MissingRegionError(ConfigurationError):
    """No region is configured."""


class MissingCredentialsError(ConfigurationError):
    """No usable credentials were found, or their provider (a role, SSO, a login) failed."""


class InvalidEndpointError(ConfigurationError):
    """The endpoint is not a valid URL."""


class UnsupportedOperationError(ConfigurationError):
    """The installed botocore does not know the operation yet."""


class UnsupportedWireError(ConfigurationError):
    """The endpoint does not speak the requested protocol; the message quotes its response."""


class RefusedRedirectError(EcrKitError):
    """A registry pointed to a place that is not safe to follow: plain HTTP, or a URL with credentials in it."""


class DockerConfigError(ConfigurationError):
    """Docker's configuration file is invalid, or its credential helper cannot be used or failed; nothing was changed."""


class ForeignRegistryError(ConfigurationError):
    """The operation works only on the registry of the caller's own account; nothing was sent."""


class UnchangeableSettingError(ConfigurationError):
    """An existing resource differs from the requested one in a setting that ECR cannot change."""


class MissingExtraError(ConfigurationError, ImportError):
    """An optional part of ecrkit is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an extra that is not installed: pip install 'ecrkit[{extra}]'")
        self._named = (feature, extra)

    def __reduce__(self) -> tuple[Any, ...]:
        # Through its constructor, to set ImportError's `msg`.
        return type(self), self._named, self.__dict__


class OperationCancelledError(EcrKitError):
    """The call was cancelled: its `cancel` event was set, or the caller was interrupted."""


class OperationTimeoutError(EcrKitError, TimeoutError):
    """The call did not finish within its `timeout`."""


class ClosedError(EcrKitError):
    """The client or registry was used after `close()`."""


class WaitError(EcrKitError):
    """A wait ended without reaching its condition."""

    last_answer: object
    """The last answer of the service: a response from `ecrkit.models`, or an error."""

    def __init__(self, message: str, last_answer: object = None) -> None:
        super().__init__(message)
        self.last_answer = last_answer


class WaitFailedError(WaitError):
    """The condition can no longer be met: a scan failed, or a preview expired."""


class WaitTimeoutError(WaitError, OperationTimeoutError):
    """Timed out before the condition was met. It may still be met; wait again, or longer."""


class WaitCancelledError(WaitError, OperationCancelledError):
    """The wait was cancelled: its `cancel` event was set."""


class ResultsUnavailableError(EcrKitError):
    """A scan or preview has no results to read, which is not the same as having found nothing."""

    state: str
    """Why: still in progress, failed, not supported, expired, ..."""

    def __init__(self, message: str, state: str) -> None:
        super().__init__(message)
        self.state = state


class BatchFailedError(EcrKitError):
    """Some items of a batch failed; the others succeeded."""

    errors: tuple[EcrKitError, ...]
    """One error for each failed item."""

    def __init__(self, errors: Sequence[EcrKitError], *, succeeded: int) -> None:
        shown = "; ".join(str(error) for error in errors[:_MOST_SHOWN])
        more = f"; and {len(errors) - _MOST_SHOWN} more" if len(errors) > _MOST_SHOWN else ""
        super().__init__(f"{len(errors)} of {succeeded + len(errors)} failed: {shown}{more}")
        self.errors = tuple(errors)


_MOST_SHOWN = 5


class LastTagError(EcrKitError):
    """The tag is the only one of its image; ECR would delete the image with it."""


class NotTaggedError(EcrKitError):
    """The tag does not point to this image."""


class PlatformNotFoundError(InvalidImageError):
    """An image does not run on the requested platform."""
