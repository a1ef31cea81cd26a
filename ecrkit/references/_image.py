"""Image references as in `docker pull`: `host/repository:tag@digest`."""

import re
from dataclasses import dataclass, replace
from typing import Self

from ecrkit.errors import InvalidReferenceError
from ecrkit.references._digest import Digest
from ecrkit.references._host import RegistryHost
from ecrkit.references._names import check_repository_name, check_tag
from ecrkit.references._shown import has_credentials, shown

_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST = re.compile(rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[0-9a-f:.]+\])(?::[0-9]{{1,5}})?")


@dataclass(frozen=True, slots=True)
class ImageReference:
    """A registry host, a repository and, optionally, a tag, a digest or both.

    Example:
        >>> reference = ImageReference.parse("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.4.2")
        >>> reference.repository, reference.tag
        ('team/app', '1.4.2')
    """

    host: str
    """The host with its port, if it has one; in lower case. Any registry may be named, not only those of ECR."""

    repository: str
    tag: str | None = None
    digest: Digest | None = None

    def __post_init__(self) -> None:
        if not _HOST.fullmatch(self.host) or not _looks_like_a_host(self.host):
            raise InvalidReferenceError(
                f"{shown(self.host)} is not a registry host: it must be a name in lower case with a dot in it, or"
                " with a port, or localhost"
            )
        check_repository_name(self.repository)
        if self.tag is not None:
            check_tag(self.tag)

    @classmethod
    def parse(cls, text: str) -> Self:
        """Parse a reference. Without a tag or digest, both are None; no default such as `latest` is assumed.

        Whitespace around the reference is ignored, and so is the port 443 of an ECR host.

        Raises:
            InvalidReferenceError: It has a scheme, names no registry or no repository, or a part is malformed.
        """
        text = text.strip()
        if text.startswith("arn:"):
            raise InvalidReferenceError(
                f"{shown(text)} is an ARN, not an image reference. Write the host of the registry, '/' and the"
                " repository; RepositoryArn.parse reads an ARN"
            )
        if "://" in text:
            scheme = text.partition("://")[0]
            raise InvalidReferenceError(
                f"{shown(text)} is not an image reference: omit the scheme, '{scheme}://'"
            )
        if has_credentials(text):
            raise InvalidReferenceError(
                f"{shown(text)} is not an image reference: an '@' may only precede a digest, not after credentials"
            )
        host, _, rest = text.partition("/")
        if not rest and (registry := _ecr_host(host)):
            raise InvalidReferenceError(
                f"{shown(text)} names a registry, but no repository; write, for example, {registry}/team/app:1.0"
            )
        if "/" not in text or not _looks_like_a_host(host):
            raise InvalidReferenceError(
                f"{shown(text)} names no registry, which means Docker Hub. For ECR, begin with the"
                " host of the registry: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.0"
            )
        rest, at, digest = rest.partition("@")
        repository, colon, tag = rest.partition(":")
        return cls(
            str(_ecr_host(host) or host.lower()),
            repository,
            tag=tag if colon else None,
            digest=Digest(digest) if at else None,
        )

    @property
    def registry(self) -> RegistryHost | None:
        """The private ECR registry of the host; None for any other: ECR Public, Docker Hub, localhost."""
        return _ecr_host(self.host)

    def with_tag(self, tag: str) -> Self:
        """Return a reference to this tag in the same repository."""
        return replace(self, tag=tag, digest=None)

    def with_digest(self, digest: str) -> Self:
        """Return a reference to this digest in the same repository."""
        return replace(self, tag=None, digest=Digest(digest))

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag is not None else ""
        digest = f"@{self.digest}" if self.digest is not None else ""
        return f"{self.host}/{self.repository}{tag}{digest}"


def _ecr_host(host: str) -> RegistryHost | None:
    try:
        return RegistryHost.parse(host)
    except InvalidReferenceError:
        return None


def _looks_like_a_host(text: str) -> bool:
    """Distinguish a host from the first part of a repository name, like Docker."""
    return "." in text or ":" in text or text.lower() == "localhost"
