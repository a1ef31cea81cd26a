"""Images and repositories of any registry, such as Docker Hub, GHCR or Quay, to copy from."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, BinaryIO

from pydantic import SecretStr

from ecrkit._arguments import expect
from ecrkit.errors import ImageNotFoundError, InvalidInputError, InvalidReferenceError
from ecrkit.oci import IMAGE_NAME, REF_NAME, Descriptor, ImageSource
from ecrkit.oci.names import normalize
from ecrkit.pull.source import PulledImages
from ecrkit.references import Digest, ImageReference, check_tag
from ecrkit.references._uri import is_this_machine
from ecrkit.retrying import RetryPolicy
from ecrkit.transfer.oci_registry import Credentials, FixedLogin, OciRepository, RegistryClient
from ecrkit.transfer.oci_registry.docker_logins import DockerLogin
from ecrkit.transport._http import http_session

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ecrkit.transfer.protocol import Origin
    from ecrkit.transport import Config


def remote(
    reference: str,
    *,
    username: str | None = None,
    password: str | SecretStr | None = None,
    insecure: bool | None = None,
    verify: bool | str | None = None,
    config: Config | None = None,
    retry: RetryPolicy | None = None,
) -> RemoteImage:
    """Return an image of any registry as a source: to push it into ECR, build on it, or save it.

    Nothing is sent before the source is used, and layers are streamed, without temporary files. Digests are verified.

    Without `username`, the login is the one that `docker login` has stored, also with a credential helper; without one,
    access is anonymous.

    Example:
        >>> repository.push_image(oci.remote("docker.io/library/python:3.12-slim"), tags="3.12-slim")

    Args:
        reference: Image in any form that Docker accepts: `python:3.12-slim` is
            `docker.io/library/python:3.12-slim`. A digest pins it: `ghcr.io/org/app:1.0@sha256:8f2d...`; the tag is not
            read then.
        username: User name for the registry.
        password: Password or access token for the registry.
        insecure: Whether to use plain HTTP. If omitted, only for registries on this machine, such as `localhost:5000`.
        verify: Path of a CA bundle, or false to trust any certificate; the environment decides if omitted.
        config: botocore configuration: timeouts, proxies.
        retry: Retry policy; the default retries for up to five minutes.

    Raises:
        InvalidReferenceError: The reference is malformed.
        InvalidInputError: Only one of `username` and `password` was passed.
    """
    expect("reference", reference, str, "a string such as 'docker.io/library/python:3.12-slim'")
    parsed = ImageReference.parse(normalize(reference.strip()))
    repository = RemoteRepository(
        parsed.host,
        parsed.repository,
        username=username,
        password=password,
        insecure=insecure,
        verify=verify,
        config=config,
        retry=retry,
    )
    return repository.image(parsed.digest or parsed.tag or "latest", name=parsed.tag)


def remote_repository(
    reference: str,
    *,
    username: str | None = None,
    password: str | SecretStr | None = None,
    insecure: bool | None = None,
    verify: bool | str | None = None,
    config: Config | None = None,
    retry: RetryPolicy | None = None,
) -> RemoteRepository:
    """Return a repository of any registry, for `Repository.sync_from`. Nothing is sent.

    Example:
        >>> python = oci.remote_repository("docker.io/library/python")
        >>> repository.sync_from(python, tags="3.1?-slim*", platforms="linux/amd64")

    Args:
        reference: Registry and name in any form that Docker accepts, without tag and digest.
        username: User name for the registry; see `remote`.
        password: Password or access token for the registry.
        insecure: Whether to use plain HTTP; see `remote`.
        verify: Path of a CA bundle, or false to trust any certificate; the environment decides if omitted.
        config: botocore configuration: timeouts, proxies.
        retry: Retry policy; the default retries for up to five minutes.

    Raises:
        InvalidReferenceError: The reference is malformed, or has a tag or digest.
        InvalidInputError: Only one of `username` and `password` was passed.
    """
    expect("reference", reference, str, "a string such as 'docker.io/library/python'")
    text = reference.strip()
    parsed = ImageReference.parse(normalize(text))
    if parsed.digest is not None or ":" in text.rpartition("/")[2]:
        raise InvalidReferenceError(
            f"{reference!r} names one image; write the repository alone, {parsed.host}/{parsed.repository}"
        )
    return RemoteRepository(
        parsed.host,
        parsed.repository,
        username=username,
        password=password,
        insecure=insecure,
        verify=verify,
        config=config,
        retry=retry,
    )


class RemoteRepository:
    """A repository of any registry. Use `remote_repository` to create one."""

    def __init__(
        self,
        host: str,
        name: str,
        *,
        username: str | None = None,
        password: str | SecretStr | None = None,
        insecure: bool | None = None,
        verify: bool | str | None = None,
        config: Config | None = None,
        retry: RetryPolicy | None = None,
    ) -> None:
        if (username is None) != (password is None):
            raise InvalidInputError("username and password must be passed together")
        self.host = host
        """Host of the registry, with its port; `docker.io` for Docker Hub."""

        self.name = name
        """Name in the registry, for example `library/python`."""

        self.insecure = is_this_machine(host) if insecure is None else insecure
        """Whether plain HTTP is used."""

        self.has_own_login = username is not None
        """Whether a user name and password were passed."""

        secret = password if isinstance(password, SecretStr) else SecretStr(password or "")
        login = DockerLogin(host) if username is None else FixedLogin(Credentials(username, secret))
        url = f"{'http' if self.insecure else 'https'}://{_API_HOSTS.get(host, host)}"
        client = RegistryClient(url, http_session(config, verify=verify), login)
        self.endpoint = OciRepository(client, name, retry or RetryPolicy())
        """What reads the repository."""

    def __repr__(self) -> str:
        return f"RemoteRepository({str(self)!r})"

    def __str__(self) -> str:
        return f"{self.host}/{self.name}"

    def image(self, reference: str, *, name: str | None = None) -> RemoteImage:
        """Return an image as a source. Nothing is sent.

        Args:
            reference: A tag or digest.
            name: Its tag, if `reference` is a digest.

        Raises:
            InvalidReferenceError: It is neither a tag nor a digest.
        """
        if ":" in reference:
            return RemoteImage(self, Digest.parse(reference), name)
        return RemoteImage(self, check_tag(reference), reference)

    def tags(self) -> Iterator[str]:
        """List the tags, in the order of the registry.

        Raises:
            RepositoryNotFoundError: The repository does not exist.
            AccessError: The registry refuses the login, or wants one.
        """
        return self.endpoint.tags()

    def digest_of(self, tag: str) -> Digest | None:
        """Return the digest of a tag; None if it does not exist. Docker Hub does not count this as a pull."""
        return self.endpoint.digest_of(check_tag(tag))


class RemoteImage(ImageSource):
    """An image of any registry as a source. Use `remote` to create one.

    Its manifest is read when it is first needed, and only once.
    """

    def __init__(self, repository: RemoteRepository, reference: str | Digest, name: str | None) -> None:
        self.repository = repository
        """The repository."""

        self.reference = reference
        """The tag or digest."""

        self._name = name
        self._lock = threading.Lock()
        self._read: PulledImages | None = None

    def __repr__(self) -> str:
        separator = "@" if isinstance(self.reference, Digest) else ":"
        return f"RemoteImage({str(self.repository) + separator + self.reference!r})"

    @property
    def origin(self) -> Origin:
        """What reads the repository."""
        return self.repository.endpoint

    @property
    def roots(self) -> tuple[Descriptor, ...]:
        """The image. The first use reads its manifest.

        Raises:
            ImageNotFoundError: The image does not exist.
            DigestMismatchError: The registry returned another manifest than the reference names.
        """
        return self._images().roots

    def has_blob(self, digest: Digest) -> bool:
        """Whether the image contains this."""
        return self._images().has_blob(digest)

    def blob_size(self, digest: Digest) -> int:
        """Return the number of bytes.

        Raises:
            MissingBlobError: The image does not contain this.
        """
        return self._images().blob_size(digest)

    def open_blob(self, digest: Digest) -> BinaryIO:
        """Open the bytes for reading, resumed where a connection breaks. Whoever reads verifies them.

        Raises:
            MissingBlobError: The image does not contain this.
        """
        return self._images().open_blob(digest)

    def referrers_of(self, subjects: Sequence[Digest]) -> Iterator[Descriptor]:
        """List what refers to images, and what cosign keeps under tags made of their digests."""
        return self._images().referrers_of(subjects)

    def close(self) -> None:
        """Do nothing: connections are kept for other images of the repository."""

    def _images(self) -> PulledImages:
        with self._lock:
            if self._read is None:
                self._read = self._read_root()
            return self._read

    def _read_root(self) -> PulledImages:
        endpoint = self.repository.endpoint
        try:
            manifest = endpoint.manifest(self.reference)
        except ImageNotFoundError as error:
            error.add_note(f"The image was looked for in {self.repository}")
            raise
        names = (
            {}
            if self._name is None
            else {REF_NAME: self._name, IMAGE_NAME: f"{self.repository}:{self._name}"}
        )
        return PulledImages(endpoint, manifest.descriptor(annotations=names), manifest, read_ahead=False)


_API_HOSTS = {"docker.io": "registry-1.docker.io"}
"""Where the API of a registry is, if not at its name."""
