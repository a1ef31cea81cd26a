"""Errors that do not come from ECR: bad input, no answer, a set-up that cannot work, bytes that differ."""

from collections.abc import Sequence

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


class InvalidManifestError(InvalidInputError):
    """A manifest is not JSON, or does not say what kind of manifest it is."""


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
    """No credentials were found, or they are incomplete."""


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
