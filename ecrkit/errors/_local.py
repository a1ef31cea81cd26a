"""Errors that do not come from ECR: bad input, no answer, a set-up that cannot work, bytes that differ."""

from collections.abc import Sequence
from typing import Any

from ecrkit.errors._base import EcrKitError


class InvalidInputError(EcrKitError, ValueError):
    """What the caller passed cannot be right; nothing was sent."""


class InvalidFieldsError(InvalidInputError):
    """A request breaks the rules of the service model; nothing was sent."""

    problems: tuple[str, ...]
    """One sentence for each field that is wrong."""

    def __init__(self, request: str, problems: Sequence[str]) -> None:
        super().__init__(f"{request}: {'; '.join(problems)}")
        self.problems = tuple(problems)


class InvalidPolicyError(InvalidInputError):
    """A lifecycle, repository or registry policy that the service would refuse; nothing was sent."""

    problems: tuple[str, ...]
    """One sentence for each thing that is wrong; a lifecycle policy names the rule in each."""

    def __init__(self, policy: str, problems: Sequence[str]) -> None:
        super().__init__(f"{policy}: {'; '.join(problems)}")
        self.problems = tuple(problems)


class InvalidReferenceError(InvalidInputError):
    """A digest, tag, repository name, ARN or image reference is malformed."""


class InvalidEventError(InvalidInputError):
    """An EventBridge event is malformed, or something else was passed in its place."""


class InvalidManifestError(InvalidInputError):
    """A manifest is not JSON, or does not say what kind of manifest it is."""


class InvalidImageError(InvalidInputError):
    """A folder or archive does not hold an image, or holds something that is not safe to read."""


class MissingBlobError(InvalidInputError):
    """A source of images names a blob that it does not have."""

    digest: str
    """The digest of what is missing."""

    def __init__(self, digest: str, where: str) -> None:
        super().__init__(f"there is no blob {digest} in {where}")
        self.digest = digest


class InvalidArgumentError(InvalidInputError, TypeError):
    """An argument has the wrong type, such as a string where a list is meant; the message shows the right form."""


class InvalidSourceError(InvalidInputError, TypeError):
    """The source of a layer is neither a path, bytes, a binary file nor an iterable of bytes."""


class EmptyLayerError(InvalidInputError):
    """A layer without bytes: ECR cannot store one."""


class SourceChangedError(EcrKitError):
    """A file changed while it was being pushed; nothing wrong was committed."""


class NotRereadableError(EcrKitError):
    """A layer has to be sent again from its first byte, but its source can be read only once."""


class DigestMismatchError(EcrKitError):
    """Bytes do not have the digest that they should have."""

    expected: str
    """The digest that was asked for."""

    actual: str
    """The digest of the bytes that are there."""

    def __init__(self, subject: str, *, expected: str, actual: str) -> None:
        super().__init__(f"{subject} should have the digest {expected}, but its bytes have {actual}")
        self.expected = expected
        self.actual = actual


class TransportError(EcrKitError):
    """No usable answer arrived."""


class EndpointUnreachableError(TransportError):
    """No connection could be made, so ECR has not seen the request: wrong endpoint, name or network."""


class AnswerLostError(TransportError):
    """The connection broke or timed out after the request was sent: ECR may have carried it out."""


class UnreadableAnswerError(TransportError):
    """A success arrived whose body is cut short or is not what the service model says."""


class ConfigurationError(EcrKitError):
    """The set-up of the SDK cannot work: something is missing or contradicts itself."""


class MissingRegionError(ConfigurationError):
    """No region is configured."""


class MissingCredentialsError(ConfigurationError):
    """No credentials were found, they are incomplete, or what should give them refuses to: a role, SSO, a login."""


class InvalidEndpointError(ConfigurationError):
    """The endpoint is not a URL that can be asked."""


class UnsupportedOperationError(ConfigurationError):
    """The installed botocore does not know the operation yet."""


class DockerConfigError(ConfigurationError):
    """Docker's configuration file is broken, or leaves the registry to a credential helper; nothing was changed."""


class ForeignRegistryError(ConfigurationError):
    """An operation that only knows the registry of the caller's own account was asked of another one; it was not sent."""


class UnchangeableSettingError(ConfigurationError):
    """What is there differs from what is wanted in a setting that ECR cannot change."""


class MissingExtraError(ConfigurationError, ImportError):
    """An optional part of ecrkit is not installed."""

    def __init__(self, feature: str, extra: str) -> None:
        super().__init__(f"{feature} needs an extra that is not installed: pip install 'ecrkit[{extra}]'")
        self._named = (feature, extra)

    def __reduce__(self) -> tuple[Any, ...]:
        # By its constructor, for the sake of ImportError's `msg`.
        return type(self), self._named, self.__dict__


class OperationCancelledError(EcrKitError):
    """The call was cancelled: its `cancel` event was set, or the caller was interrupted."""


class OperationTimeoutError(EcrKitError, TimeoutError):
    """The call did not finish within its `timeout`."""


class ClosedError(EcrKitError):
    """The client or registry was used after `close()`."""


class WaitError(EcrKitError):
    """A wait did not come to its end."""

    last_answer: object
    """What the service said last: a response of `ecrkit.models`, or an error."""

    def __init__(self, message: str, last_answer: object = None) -> None:
        super().__init__(message)
        self.last_answer = last_answer


class WaitFailedError(WaitError):
    """What was waited for will never be so: a scan failed, or a preview expired."""


class WaitTimeoutError(WaitError, OperationTimeoutError):
    """Timed out before the condition was met. It may still be met; wait again, or longer."""


class WaitCancelledError(WaitError, OperationCancelledError):
    """The wait was cancelled: its `cancel` event was set."""


class ResultsUnavailableError(EcrKitError):
    """A scan or a preview has no results to be read, which is not the same as one that found nothing."""

    state: str
    """Why: still in progress, failed, not supported, expired, ..."""

    def __init__(self, message: str, state: str) -> None:
        super().__init__(message)
        self.state = state


class BatchFailedError(EcrKitError):
    """Some parts of a batch failed; the others were carried out."""

    errors: tuple[EcrKitError, ...]
    """What went wrong with each of them."""

    def __init__(self, errors: Sequence[EcrKitError], *, succeeded: int) -> None:
        shown = "; ".join(str(error) for error in errors[:_MOST_SHOWN])
        more = f"; and {len(errors) - _MOST_SHOWN} more" if len(errors) > _MOST_SHOWN else ""
        super().__init__(f"{len(errors)} of {succeeded + len(errors)} failed: {shown}{more}")
        self.errors = tuple(errors)


_MOST_SHOWN = 5


class LastTagError(EcrKitError):
    """The tag is the last one of its image: ECR would delete the image with it."""


class NotTaggedError(EcrKitError):
    """The tag does not name this image."""


class PlatformNotFoundError(EcrKitError):
    """An image does not run on the platform that was asked for."""
