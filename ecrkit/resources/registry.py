"""`Registry`: one account's registry in one region, and the way to everything in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from ecrkit import models
from ecrkit.batching import BatchFailure, BatchResult, cut, send_all
from ecrkit.client import Client
from ecrkit.errors import (
    ForeignRegistryError,
    InvalidInputError,
    InvalidReferenceError,
    RepositoryAlreadyExistsError,
    RepositoryNotFoundError,
    api_error,
)
from ecrkit.paging import Items, Made
from ecrkit.references import ImageReference, RegistryHost
from ecrkit.references._uri import registry_of, same_host
from ecrkit.resources.docker_login import CredentialsCache, DockerCredentials, fetch_credentials
from ecrkit.resources.repository import DescribedRepository, Repository
from ecrkit.resources.repository_settings import Settings, bring_in_line, exclusion_filters
from ecrkit.transport import BotoTransport, Transport, connect

if TYPE_CHECKING:
    from ecrkit.resources.access_policies import RegistryPolicy
    from ecrkit.resources.creation_templates import CreationTemplates
    from ecrkit.resources.image import Image
    from ecrkit.resources.pull_through_cache import PullThroughCache
    from ecrkit.resources.registry_settings import AccountSettings, PullTimeExclusions, Scanning, Signing
    from ecrkit.resources.replication import Replication
    from ecrkit.transport import Config, Session


class Registry:
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
        self.client = Client(transport)
        """Sends the requests."""

        self.registry_id = registry_id
        """The account whose registry it is; absent for the caller's own."""

        self._is_own = False  # whether ECR was asked already if it is that of the caller
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
            uri: The host of a registry, or a repository or image in it, such as what `find_uri()` returns. Hosts of
                this machine are local ECRs; any other host needs `endpoint_url` or `client`.
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
        host = registry_of(uri, any_host=endpoint_url is not None or client is not None)
        if isinstance(host, str):
            url = endpoint_url or f"http://{host}"
            return cls(session, endpoint_url=url, client=client, config=config, verify=verify)
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
                f"{host} is in {host.region}, but the session or client is configured for {registry.region_name}"
            )
        registry._host = host
        return registry

    def __repr__(self) -> str:
        whose = f"registry_id={self.registry_id!r}, " if self.registry_id else ""
        return f"Registry({whose}region_name={self.region_name!r})"

    @property
    def region_name(self) -> str:
        """The region, for example `eu-west-1`."""
        return self.client.region_name

    @property
    def host(self) -> RegistryHost | None:
        """What the caller calls the registry, where it was found by a URI: with FIPS and IPv6, if that said so."""
        return self._host

    def describe(self) -> models.DescribeRegistryResponse:
        """Ask ECR for the id of the caller's own registry, and how it is replicated.

        Raises:
            ForeignRegistryError: This is the registry of another account, of which ECR does not tell these things.
        """
        answer = self.client.send(models.DescribeRegistryRequest())
        if self.registry_id not in {None, answer.registry_id}:
            raise ForeignRegistryError(
                f"{self!r} is not of the caller's own account, {answer.registry_id}, and this operation knows no other. "
                "Use credentials of the account that the registry belongs to"
            )
        self._is_own = True
        return answer

    def repository(self, name: str) -> Repository:
        """Give a handle for a repository, whether it exists or not. Sends nothing.

        Raises:
            InvalidReferenceError: No repository can have this name.
        """
        return Repository(self, name)

    def repositories(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> Items[DescribedRepository]:
        """List the repositories, in no particular order.

        Args:
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 1000; ECR's default is 100.
            start: Where to go on: the `resume_token` of an earlier listing.
        """
        describe = partial(DescribedRepository, self)
        return Items(
            self.client,
            self._describe_repositories(),
            lambda page: Made(describe, page.repositories),
            limit=limit,
            page_size=page_size,
            start=start,
        )

    def repositories_named(self, names: Iterable[str]) -> list[DescribedRepository]:
        """Describe certain repositories, a hundred in one request, in no particular order.

        Raises:
            RepositoryNotFoundError: There is none of one of these names; ECR then describes none at all.
        """
        answers = (self.client.send(self._describe_repositories(batch)) for batch in cut(names))
        return [DescribedRepository(self, details) for answer in answers for details in answer.repositories]

    def create_repository(
        self,
        name: str,
        *,
        exist_ok: bool = False,
        tag_mutability: models.ImageTagMutability | str | None = None,
        tag_mutability_exclusions: Iterable[str | models.ImageTagMutabilityExclusionFilter] | None = None,
        scan_on_push: bool | None = None,
        encryption: models.EncryptionConfiguration | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> DescribedRepository:
        """Create a repository.

        Args:
            name: 2 to 256 characters: lower-case letters, digits, and single separators between them. No parent has to
                exist for `team/app`.
            exist_ok: Be content with a repository that is there already. Its settings stay as they are.
            tag_mutability: Whether a tag may be moved to another image; it may if absent.
            tag_mutability_exclusions: Up to five wildcards for tags to which the opposite applies.
            scan_on_push: Whether to scan what is pushed. AWS prefers the registry's scanning configuration to this.
            encryption: How images are encrypted at rest; with AES-256 if absent. It cannot be changed later.
            tags: Resource tags, which have nothing to do with tags of images.

        Raises:
            RepositoryAlreadyExistsError: There is such a repository, and `exist_ok` is false.
            LimitExceededError: The account has as many repositories as it may have.
            KmsError: The key cannot be used.
        """
        repository = self.repository(name)
        request = models.CreateRepositoryRequest(
            registry_id=self.registry_id,
            repository_name=name,
            image_tag_mutability=None
            if tag_mutability is None
            else models.ImageTagMutability(tag_mutability),
            image_tag_mutability_exclusion_filters=(
                None if tag_mutability_exclusions is None else exclusion_filters(tag_mutability_exclusions)
            ),
            image_scanning_configuration=(
                None if scan_on_push is None else models.ImageScanningConfiguration(scan_on_push=scan_on_push)
            ),
            encryption_configuration=encryption,
            tags=None if tags is None else [models.Tag(key=key, value=value) for key, value in tags.items()],
        )
        try:
            return DescribedRepository(self, self.client.send(request).repository)
        except RepositoryAlreadyExistsError:
            if not exist_ok:
                raise
            return repository.describe()

    def ensure_repository(
        self,
        name: str,
        *,
        tag_mutability: models.ImageTagMutability | str | None = None,
        tag_mutability_exclusions: Iterable[str | models.ImageTagMutabilityExclusionFilter] | None = None,
        scan_on_push: bool | None = None,
        encryption: models.EncryptionConfiguration | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> DescribedRepository:
        """Create a repository, or bring the settings of the one that is there in line with these.

        Settings that are absent are left as they are, and so are resource tags of other keys. Nothing is written where
        all is so already.

        Args:
            name: As for `create_repository`.
            tag_mutability: As for `create_repository`.
            tag_mutability_exclusions: As for `create_repository`; needs the mutability beside it. Where absent, those that
                are there stay, unless the mutability takes none.
            scan_on_push: As for `create_repository`.
            encryption: As for `create_repository`; of one that is there, it is only compared.
            tags: Resource tags to have; those that are missing or differ are written.

        Raises:
            InvalidInputError: There are exclusions without the mutability that they are from.
            UnchangeableSettingError: The repository is there, encrypted otherwise.
            LimitExceededError: The account has as many repositories as it may have.
        """
        exclusions = (
            None if tag_mutability_exclusions is None else exclusion_filters(tag_mutability_exclusions)
        )
        if exclusions and tag_mutability is None:
            raise InvalidInputError(
                "tag_mutability_exclusions need the tag_mutability that they are exclusions from"
            )
        try:
            existing = self.repository(name).describe()
        except RepositoryNotFoundError:
            try:
                return self.create_repository(
                    name,
                    tag_mutability=tag_mutability,
                    tag_mutability_exclusions=exclusions,
                    scan_on_push=scan_on_push,
                    encryption=encryption,
                    tags=tags,
                )
            except RepositoryAlreadyExistsError:  # somebody else was faster
                existing = self.repository(name).describe()
        wanted = Settings(
            tag_mutability=None if tag_mutability is None else models.ImageTagMutability(tag_mutability),
            exclusions=exclusions,
            scan_on_push=scan_on_push,
            encryption=encryption,
            tags=tags,
        )
        return bring_in_line(existing, wanted)

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
                f"{reference} is not in {self!r}; Registry.from_uri() returns the registry that it is in"
            )
        if reference.tag is None and reference.digest is None:
            raise InvalidReferenceError(
                f"{reference} names a repository, but no image in it: add a tag or a digest"
            )
        repository = self.repository(reference.repository)
        if reference.digest is not None:
            return repository.image(digest=reference.digest)
        return repository.image(reference.tag)

    def docker_credentials(self) -> DockerCredentials:
        """Give what Docker logs in with. Kept, and fetched anew when half of its twelve hours are over.

        Raises:
            AccessDeniedError: The caller may not do `ecr:GetAuthorizationToken`, which has to be allowed on `*`.
        """
        return self._credentials.get()

    @property
    def policy(self) -> RegistryPolicy:
        """What other accounts may do with the registry as a whole."""
        from ecrkit.resources.access_policies import RegistryPolicy  # noqa: PLC0415 -- few programs need it

        return RegistryPolicy(self, self._check_is_own)

    @property
    def scanning(self) -> Scanning:
        """How, when and which repositories are scanned."""
        from ecrkit.resources.registry_settings import Scanning  # noqa: PLC0415 -- few programs need it

        return Scanning(self, self._check_is_own)

    def repository_scanning(
        self, names: Iterable[str]
    ) -> BatchResult[models.RepositoryScanningConfiguration]:
        """Ask which repositories are scanned and when, by the rules of the registry; 25 in one request.

        Args:
            names: The names of repositories in the caller's own registry.

        Returns:
            What holds for each; `failures` has those that do not exist.
        """
        self._check_is_own()
        return send_all(
            self.client,
            (
                models.BatchGetRepositoryScanningConfigurationRequest(repository_names=batch)
                for batch in cut(names, _MOST_SCANNED_NAMES)
            ),
            ok=lambda answer: answer.scanning_configurations,
            failures=lambda answer: map(_scanning_failure, answer.failures),
        )

    @property
    def replication(self) -> Replication:
        """Copies of images in other regions and accounts."""
        from ecrkit.resources.replication import Replication  # noqa: PLC0415 -- few programs need it

        return Replication(self, self._check_is_own)

    @property
    def pull_through_cache(self) -> PullThroughCache:
        """Repositories that fetch their images from another registry."""
        from ecrkit.resources.pull_through_cache import PullThroughCache  # noqa: PLC0415 -- few programs need it

        return PullThroughCache(self)

    @property
    def creation_templates(self) -> CreationTemplates:
        """Settings for repositories that ECR makes on its own."""
        from ecrkit.resources.creation_templates import CreationTemplates  # noqa: PLC0415 -- few programs need it

        return CreationTemplates(self, self._check_is_own)

    @property
    def signing(self) -> Signing:
        """Which images ECR signs when they are pushed."""
        from ecrkit.resources.registry_settings import Signing  # noqa: PLC0415 -- few programs need it

        return Signing(self, self._check_is_own)

    @property
    def pull_time_exclusions(self) -> PullTimeExclusions:
        """Principals whose pulls do not count as a use of an image."""
        from ecrkit.resources.registry_settings import PullTimeExclusions  # noqa: PLC0415 -- few programs need it

        return PullTimeExclusions(self, self._check_is_own)

    @property
    def settings(self) -> AccountSettings:
        """Settings of the whole account in this region."""
        from ecrkit.resources.registry_settings import AccountSettings  # noqa: PLC0415 -- few programs need it

        return AccountSettings(self, self._check_is_own)

    def _describe_repositories(self, names: list[str] | None = None) -> models.DescribeRepositoriesRequest:
        return models.DescribeRepositoriesRequest(registry_id=self.registry_id, repository_names=names)

    def _answers_at(self, reference: ImageReference) -> bool:
        if (host := reference.registry) is not None:
            return host.region == self.region_name and self.registry_id in {None, host.registry_id}
        # A local ECR lets Docker in where it answers the API, whatever the registry; AWS has no such host.
        transport = self.client.transport
        return isinstance(transport, BotoTransport) and same_host(
            reference.host, urlsplit(transport.endpoint_url).netloc
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

    def _check_is_own(self) -> None:
        """Make sure that this is the registry of the caller's account. ECR is asked at the most once, and only for an id.

        Raises:
            ForeignRegistryError: It is that of another account.
            AccessDeniedError: The caller may not ask (`ecr:DescribeRegistry`); a registry without an id need not.
        """
        if self.registry_id is not None and not self._is_own:
            self.describe()


_MOST_SCANNED_NAMES = 25  # service model


def _scanning_failure(failure: models.RepositoryScanningConfigurationFailure) -> BatchFailure:
    reason = f"{failure.repository_name}: {failure.failure_reason or failure.failure_code}"
    operation = models.BatchGetRepositoryScanningConfigurationRequest.operation
    error = api_error(failure.failure_code, reason, operation=operation, http_status=200)
    return BatchFailure(failure.repository_name, error)
