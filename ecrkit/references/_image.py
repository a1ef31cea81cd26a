"""An image as `docker pull` names it: `host/repository:tag@digest`."""

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
    """A registry host, a repository in it and, where given, a tag, a digest or both.

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
        """Read a reference. Without a tag or digest both are None; nothing is made up, not even `latest`.

        Raises:
            InvalidReferenceError: It has a scheme, names no registry, or one of its parts is malformed.
        """
        if "://" in text:
            raise InvalidReferenceError(f"{shown(text)} is not an image reference: leave the scheme away")
        if has_credentials(text):
            raise InvalidReferenceError(
                f"{shown(text)} is not an image reference: an '@' may only stand before a digest, not after credentials"
            )
        host, slash, rest = text.partition("/")
        if not slash or not _looks_like_a_host(host):
            raise InvalidReferenceError(
                f"{shown(text)} names no registry. Docker would look on Docker Hub; for ECR, write"
                " 123456789012.dkr.ecr.eu-west-1.amazonaws.com/ and the repository"
            )
        rest, at, digest = rest.partition("@")
        repository, colon, tag = rest.partition(":")
        return cls(
            host.lower(), repository, tag=tag if colon else None, digest=Digest(digest) if at else None
        )

    @property
    def registry(self) -> RegistryHost | None:
        """The private ECR registry that the host is of, or None for any other: ECR Public, Docker Hub, localhost."""
        try:
            return RegistryHost.parse(self.host)
        except InvalidReferenceError:
            return None

    def with_tag(self, tag: str) -> Self:
        """Name what carries this tag in the same repository."""
        return replace(self, tag=tag, digest=None)

    def with_digest(self, digest: str) -> Self:
        """Name the image with this digest in the same repository."""
        return replace(self, tag=None, digest=Digest(digest))

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag is not None else ""
        digest = f"@{self.digest}" if self.digest is not None else ""
        return f"{self.host}/{self.repository}{tag}{digest}"


def _looks_like_a_host(text: str) -> bool:
    """Tell a host from the first part of a repository name, as Docker does."""
    return "." in text or ":" in text or text.lower() == "localhost"
