"""`Registry`: one account's registry in one region, and the way to everything in it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from ecrkit.client import Client
from ecrkit.errors import InvalidReferenceError
from ecrkit.references import ImageReference, RegistryHost
from ecrkit.resources.credentials import CredentialsCache, DockerCredentials, fetch_credentials
from ecrkit.resources.repositories import RegistryRepositories
from ecrkit.transport import BotoTransport, Transport, connect

if TYPE_CHECKING:
    from ecrkit.resources.account_settings import AccountSettings
    from ecrkit.resources.creation_templates import CreationTemplates
    from ecrkit.resources.image import Image
    from ecrkit.resources.pull_through_cache import PullThroughCache
    from ecrkit.resources.pull_time_exclusions import PullTimeExclusions
    from ecrkit.resources.registry_policy import RegistryPolicy
    from ecrkit.resources.registry_scanning import Scanning
    from ecrkit.resources.replication import Replication
    from ecrkit.resources.signing import Signing
    from ecrkit.transport import Config, Session


class Registry(RegistryRepositories):
    """One account's registry in one region. Making one sends nothing.

    Example:
        >>> registry = Registry(region_name="eu-west-1")
        >>> for repository in registry.repositories():
        ...     print(repository.name, repository.uri)
    """

    def __init__(
        self,
        session: Session | Transport | None = None,
        *,
        registry_id: str | None = None,
        region_name: str | None = None,
        endpoint_url: str | None = None,
        client: object | None = None,
        config: Config | None = None,
        verify: bool | str | None = None,
    ) -> None:
        """Connect to a registry, in boto3's own words.

        Args:
            session: A `boto3.Session`; boto3's default session if absent. Tests pass a `FakeTransport`.
            registry_id: The account whose registry it is, sent along with every request; the caller's own if absent.
            region_name: The region; the session's if absent.
            endpoint_url: Where to send requests, for example to a local ECR; AWS if absent.
            client: A client for `ecr` that boto3 made. It wins over everything else here.
            config: Timeouts, proxies, retries and the like for the client to be made.
            verify: The certificates to trust: a file of authorities, or false for anybody's; what environment and profile say
                if absent. An injected client has its own for requests; this holds for downloads then.

        Raises:
            MissingRegionError: Nothing names a region.
            InvalidEndpointError: The endpoint is not a URL.
            ConfigurationError: The profile does not exist, or the configuration of AWS cannot be used.
            InvalidInputError: The client is one for another service.
        """
        if client is not None:
            transport: Transport = BotoTransport(client, verify=verify)
        elif isinstance(session, Transport):
            transport = session
        else:
            transport = connect(
                session, region_name=region_name, endpoint_url=endpoint_url, config=config, verify=verify
            )
        super().__init__(Client(transport), registry_id)
        self._host: RegistryHost | None = None
        self._credentials = CredentialsCache(
            lambda: fetch_credentials(self.client, endpoint=self._docker_endpoint)
        )

    @classmethod
    def from_uri(
        cls,
        uri: str,
        session: Session | Transport | None = None,
        *,
        endpoint_url: str | None = None,
        client: object | None = None,
        config: Config | None = None,
        verify: bool | str | None = None,
    ) -> Self:
        """Connect to the registry that a URI is of: its account, its region and, where the host says so, FIPS and IPv6.

        Args:
            uri: The host of a registry, or a reference of an image in it.
            session: As for `Registry`.
            endpoint_url: As for `Registry`.
            client: As for `Registry`; it has to be of the same region.
            config: As for `Registry`.
            verify: As for `Registry`.

        Raises:
            InvalidReferenceError: That is not a URI of a private registry of ECR, or the session or client is of another
                region.

        Example:
            >>> registry = Registry.from_uri("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.2")
            >>> registry.region_name, registry.registry_id
            ('eu-west-1', '123456789012')
        """
        host = RegistryHost.parse(uri.partition("/")[0])
        if "/" in uri:
            ImageReference.parse(uri)
        if client is None and not isinstance(session, Transport):
            session = connect(
                session,
                region_name=host.region,
                endpoint_url=endpoint_url,
                config=config,
                verify=verify,
                fips=host.fips,
                dual_stack=host.dual_stack,
            )
        registry = cls(session, registry_id=host.registry_id, client=client, verify=verify)
        if registry.region_name != host.region:
            raise InvalidReferenceError(
                f"{host} is in {host.region}, but what it should be asked through is of {registry.region_name}"
            )
        registry._host = host
        return registry

    def __repr__(self) -> str:
        whose = f"registry_id={self.registry_id!r}, " if self.registry_id else ""
        return f"Registry({whose}region_name={self.region_name!r})"

    @property
    def policy(self) -> RegistryPolicy:
        """What other accounts may do with the registry as a whole."""
        from ecrkit.resources.registry_policy import RegistryPolicy  # noqa: PLC0415 -- few programs need it

        return RegistryPolicy(self)

    @property
    def scanning(self) -> Scanning:
        """How, when and which repositories are scanned."""
        from ecrkit.resources.registry_scanning import Scanning  # noqa: PLC0415 -- few programs need it

        return Scanning(self)

    @property
    def replication(self) -> Replication:
        """Copies of images in other regions and accounts."""
        from ecrkit.resources.replication import Replication  # noqa: PLC0415 -- few programs need it

        return Replication(self)

    @property
    def pull_through_cache(self) -> PullThroughCache:
        """Repositories that fetch their images from another registry."""
        from ecrkit.resources.pull_through_cache import PullThroughCache  # noqa: PLC0415 -- few programs need it

        return PullThroughCache(self)

    @property
    def creation_templates(self) -> CreationTemplates:
        """Settings for repositories that ECR makes on its own."""
        from ecrkit.resources.creation_templates import CreationTemplates  # noqa: PLC0415 -- few programs need it

        return CreationTemplates(self)

    @property
    def settings(self) -> AccountSettings:
        """Settings of the whole account in this region."""
        from ecrkit.resources.account_settings import AccountSettings  # noqa: PLC0415 -- few programs need it

        return AccountSettings(self)

    @property
    def signing(self) -> Signing:
        """Which images ECR signs when they are pushed."""
        from ecrkit.resources.signing import Signing  # noqa: PLC0415 -- few programs need it

        return Signing(self)

    @property
    def pull_time_exclusions(self) -> PullTimeExclusions:
        """Principals whose pulls do not count as a use of an image."""
        from ecrkit.resources.pull_time_exclusions import PullTimeExclusions  # noqa: PLC0415 -- few programs need it

        return PullTimeExclusions(self)

    @property
    def host(self) -> RegistryHost | None:
        """What the caller calls the registry, where it was found by a URI: with FIPS and IPv6, if that said so."""
        return self._host

    def docker_credentials(self) -> DockerCredentials:
        """Give what Docker logs in with. Kept, and fetched anew when half of its twelve hours are over.

        Raises:
            AccessDeniedError: The caller may not do `ecr:GetAuthorizationToken`, which has to be allowed on `*`.
        """
        return self._credentials.get()

    def image_from_uri(self, uri: str) -> Image:
        """Give a handle for the image that a reference names. Sends nothing.

        Args:
            uri: A reference with a tag, a digest or both; the digest decides then, as it does for Docker.

        Raises:
            InvalidReferenceError: It is not the reference of an image in this registry, or has neither tag nor digest.
        """
        reference = ImageReference.parse(uri)
        if not self._answers_at(reference):
            raise InvalidReferenceError(
                f"{reference} is not in {self!r}; Registry.from_uri gives the one that it is in"
            )
        if reference.tag is None and reference.digest is None:
            raise InvalidReferenceError(
                f"{reference} names a repository, but no image in it: add a tag or a digest"
            )
        repository = self.repository(reference.repository)
        if reference.digest is not None:
            return repository.image(digest=reference.digest)
        return repository.image(reference.tag)

    def _answers_at(self, reference: ImageReference) -> bool:
        if (host := reference.registry) is not None:
            return host.region == self.region_name and self.registry_id in {None, host.registry_id}
        # A local ECR lets Docker in where it answers the API, whatever the registry; AWS has no such host.
        transport = self.client.transport
        return (
            isinstance(transport, BotoTransport) and reference.host == urlsplit(transport.endpoint_url).netloc
        )

    def _docker_endpoint(self, named: str) -> str:
        """Choose the URL to log in to: that of this registry, be it of another account than the caller's."""
        if self._host is not None:
            return f"https://{self._host}"
        host = named.partition("://")[2]
        if self.registry_id is None or host.startswith(f"{self.registry_id}."):
            return named
        try:
            own = RegistryHost.parse(host)
        except InvalidReferenceError:  # not of AWS: a local ECR has one host for all accounts
            return named
        return f"https://{replace(own, registry_id=self.registry_id)}"
