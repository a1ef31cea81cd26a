# Generated from `ecrkit/resources` by `make codegen`. Do not edit.
"""Async variants of `ecrkit.resources.registry`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ecrkit.aio._opening import Opening
from ecrkit.aio.calling import call
from ecrkit.aio.items import AsyncItems

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime, timedelta
    from typing import Literal, Self

    from ecrkit import models
    from ecrkit.aio.access_policies import AsyncRegistryPolicy
    from ecrkit.aio.creation_templates import AsyncCreationTemplates
    from ecrkit.aio.described_repository import AsyncDescribedRepository
    from ecrkit.aio.image import AsyncImage
    from ecrkit.aio.pull_through_cache import AsyncPullThroughCache
    from ecrkit.aio.registry_deletion import AsyncRegistryDeletePlan
    from ecrkit.aio.registry_settings import (
        AsyncAccountSettings,
        AsyncPullTimeExclusions,
        AsyncScanning,
        AsyncSigning,
    )
    from ecrkit.aio.replication import AsyncReplication
    from ecrkit.aio.repository import AsyncRepository
    from ecrkit.batching import BatchResult
    from ecrkit.client import Client
    from ecrkit.references import RegistryHost
    from ecrkit.resources.docker_login import DockerCredentials
    from ecrkit.resources.registry import Registry
    from ecrkit.transport import Config, Session, Transport


class AsyncRegistry(Opening):
    """One account's registry in one region. Creating one sends nothing.

    Example:
        >>> async with AsyncRegistry(region_name="eu-west-1") as registry:
        ...     async for repository in registry.repositories():
        ...         print(repository.name, repository.uri)
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
        wire: Literal["api", "oci"] = "api",
    ) -> None:
        """Connect to a registry, with boto3's parameter names.

        Args:
            session: A `boto3.Session`; boto3's default session if omitted. Tests pass a `FakeTransport`.
            registry_id: Account of the registry, sent with every request; the caller's own if omitted.
            region_name: Region; the region of the session if omitted.
            endpoint_url: Endpoint of the API, for example of a local ECR; AWS if omitted.
            client: A boto3 client for `ecr`, used instead of all other parameters.
            config: botocore configuration of the client to create: timeouts, proxies, retries.
            verify: Path of a CA bundle, or false to trust any certificate; environment and profile decide if omitted. With an
                injected client it only applies to downloads.
            wire: How layers are pushed: over ECR's API, or over the registry protocol that Docker uses. `"oci"` costs less
                CPU and memory, but cannot resume a layer by part.

        Nothing is created before `open()` or `async with`, which raise the errors of these parameters.
        """

        def create() -> Registry:
            from ecrkit.resources.registry import Registry

            return Registry(
                session,
                registry_id=registry_id,
                region_name=region_name,
                endpoint_url=endpoint_url,
                client=client,
                config=config,
                verify=verify,
                wire=wire,
            )

        super().__init__(create)

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
        wire: Literal["api", "oci"] = "api",
    ) -> Self:
        """Connect to the registry in a URI: its account, its region and, if its host says so, FIPS and dual-stack endpoints.

        Example:
            >>> registry = await AsyncRegistry.from_uri("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.2").open()
            >>> registry.region_name, registry.registry_id
            ('eu-west-1', '123456789012')

        Args:
            uri: Host of a registry, or a repository or image in it, such as `find_uri()` returns. Hosts of this machine are
                local ECRs; any other host needs `endpoint_url` or `client`.
            session: See `Registry`.
            endpoint_url: See `Registry`.
            client: See `Registry`; it has to be configured for the same region.
            config: See `Registry`.
            verify: See `Registry`.
            wire: See `Registry`.

        Nothing is created before `open()` or `async with`, which raise the errors of these parameters.
        """

        def create() -> Registry:
            from ecrkit.resources.registry import Registry

            return Registry.from_uri(
                uri,
                session,
                endpoint_url=endpoint_url,
                client=client,
                config=config,
                verify=verify,
                wire=wire,
            )

        opening = cls.__new__(cls)
        Opening.__init__(opening, create)
        return opening

    @property
    def client(self) -> Client:
        """Client that sends the requests."""
        return self.sync.client

    @property
    def registry_id(self) -> str | None:
        """Account of the registry; None for the caller's own."""
        return self.sync.registry_id

    @property
    def region_name(self) -> str:
        """Region, for example `eu-west-1`."""
        return self.sync.region_name

    @property
    def host(self) -> RegistryHost | None:
        """Host of the registry, with FIPS and dual-stack if it names them; None unless created by `from_uri`."""
        return self.sync.host

    def repository(self, name: str) -> AsyncRepository:
        """Return a handle for a repository, which need not exist. Nothing is sent.

        Raises:
            InvalidReferenceError: The name is invalid.
        """
        from ecrkit.aio.repository import AsyncRepository

        return AsyncRepository(self.sync.repository(name))

    def repositories(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> AsyncItems[AsyncDescribedRepository]:
        """List the repositories, in no particular order.

        Args:
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing.
        """
        from ecrkit.aio.described_repository import AsyncDescribedRepository

        return AsyncItems(
            self.sync.repositories(limit=limit, page_size=page_size, start=start), AsyncDescribedRepository
        )

    async def repositories_named(self, names: str | Iterable[str]) -> list[AsyncDescribedRepository]:
        """Describe repositories by name, in no particular order, a hundred per request.

        Raises:
            RepositoryNotFoundError: One does not exist; ECR then describes none at all.
        """
        from ecrkit.aio.described_repository import AsyncDescribedRepository

        return [AsyncDescribedRepository(each) for each in await call(self.sync.repositories_named, names)]

    async def create_repository(
        self,
        name: str,
        *,
        exist_ok: bool = False,
        tag_mutability: models.ImageTagMutability | str | None = None,
        tag_mutability_exclusions: str
        | models.ImageTagMutabilityExclusionFilter
        | Iterable[str | models.ImageTagMutabilityExclusionFilter]
        | None = None,
        scan_on_push: bool | None = None,
        encryption: models.EncryptionConfiguration | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> AsyncDescribedRepository:
        """Create a repository.

        Args:
            name: 2 to 256 characters: lower-case letters, digits, and single separators. `team/app` needs no parent.
            exist_ok: Return the repository if it already exists, with its settings unchanged.
            tag_mutability: Whether tags can be moved to another image; they can if omitted.
            tag_mutability_exclusions: Up to five wildcards for tags that behave the opposite way, for example `"dev-*"`.
            scan_on_push: Whether to scan pushed images. AWS recommends the scanning configuration of the registry instead.
            encryption: Encryption at rest; AES-256 if omitted. It cannot be changed later.
            tags: Resource tags; they have nothing to do with image tags.

        Raises:
            RepositoryAlreadyExistsError: The repository exists, and `exist_ok` is false.
            LimitExceededError: The account has reached its quota of repositories.
            KmsError: The KMS key cannot be used.
        """
        from ecrkit.aio.described_repository import AsyncDescribedRepository

        return AsyncDescribedRepository(
            await call(
                self.sync.create_repository,
                name,
                exist_ok=exist_ok,
                tag_mutability=tag_mutability,
                tag_mutability_exclusions=tag_mutability_exclusions,
                scan_on_push=scan_on_push,
                encryption=encryption,
                tags=tags,
            )
        )

    async def ensure_repository(
        self,
        name: str,
        *,
        tag_mutability: models.ImageTagMutability | str | None = None,
        tag_mutability_exclusions: str
        | models.ImageTagMutabilityExclusionFilter
        | Iterable[str | models.ImageTagMutabilityExclusionFilter]
        | None = None,
        scan_on_push: bool | None = None,
        encryption: models.EncryptionConfiguration | None = None,
        tags: Mapping[str, str] | None = None,
    ) -> AsyncDescribedRepository:
        """Create a repository, or change the settings of an existing one to match.

        Settings that are omitted, and resource tags with other keys, are kept. Nothing is written if everything matches.

        Args:
            name: See `create_repository`.
            tag_mutability: See `create_repository`.
            tag_mutability_exclusions: See `create_repository`; needs `tag_mutability`. If omitted, existing exclusions are
                kept, unless the mutability allows none.
            scan_on_push: See `create_repository`.
            encryption: See `create_repository`; compared with the encryption of an existing repository.
            tags: Resource tags to add or change.

        Raises:
            InvalidInputError: There are exclusions, but no `tag_mutability`.
            UnchangeableSettingError: The repository exists with different encryption.
            LimitExceededError: The account has reached its quota of repositories.
        """
        from ecrkit.aio.described_repository import AsyncDescribedRepository

        return AsyncDescribedRepository(
            await call(
                self.sync.ensure_repository,
                name,
                tag_mutability=tag_mutability,
                tag_mutability_exclusions=tag_mutability_exclusions,
                scan_on_push=scan_on_push,
                encryption=encryption,
                tags=tags,
            )
        )

    async def plan_delete(
        self,
        repositories: str | Iterable[str] = "*",
        *,
        untagged: bool | None = None,
        tags: str | Iterable[str] | None = None,
        older_than: timedelta | datetime | None = None,
        keep_latest: int | None = None,
        keep_tags: str | Iterable[str] = (),
        keep_digests: str | Iterable[str] = (),
    ) -> AsyncRegistryDeletePlan:
        """Plan which images to delete from several repositories. Nothing is deleted before `apply()`.

        Example:
            >>> plan = await registry.plan_delete("team/*", untagged=True, older_than=timedelta(days=14))
            >>> print(plan)

        Args:
            repositories: Only repositories whose names match one of these patterns; all if omitted.
            untagged: See `Repository.plan_delete`.
            tags: See `Repository.plan_delete`.
            older_than: See `Repository.plan_delete`.
            keep_latest: See `Repository.plan_delete`; counted in each repository.
            keep_tags: See `Repository.plan_delete`.
            keep_digests: See `Repository.plan_delete`.

        Raises:
            InvalidInputError: No rule is given, or the time has no time zone.
        """
        from ecrkit.aio.registry_deletion import AsyncRegistryDeletePlan

        return AsyncRegistryDeletePlan(
            await call(
                self.sync.plan_delete,
                repositories,
                untagged=untagged,
                tags=tags,
                older_than=older_than,
                keep_latest=keep_latest,
                keep_tags=keep_tags,
                keep_digests=keep_digests,
            )
        )

    def image_from_uri(self, uri: str) -> AsyncImage:
        """Return a handle for the image that a reference names. Nothing is sent.

        Args:
            uri: Reference with a tag, a digest or both; the digest takes precedence, as in Docker.

        Raises:
            InvalidReferenceError: The reference is invalid, has neither tag nor digest, or belongs to another registry.
        """
        from ecrkit.aio.image import AsyncImage

        return AsyncImage(self.sync.image_from_uri(uri))

    async def docker_credentials(self) -> DockerCredentials:
        """Return credentials for `docker login`. They are cached, and refreshed when half of their twelve hours have passed.

        Raises:
            AccessDeniedError: The caller lacks `ecr:GetAuthorizationToken`, which has to be allowed on resource `*`.
        """
        return await call(self.sync.docker_credentials)

    async def describe(self) -> models.DescribeRegistryResponse:
        """Return the id and the replication configuration of the caller's own registry.

        Raises:
            ForeignRegistryError: This registry belongs to another account, which ECR cannot describe.
        """
        return await call(self.sync.describe)

    @property
    def policy(self) -> AsyncRegistryPolicy:
        """What other accounts may do with the registry as a whole."""
        from ecrkit.aio.access_policies import AsyncRegistryPolicy

        return AsyncRegistryPolicy(self.sync.policy)

    @property
    def replication(self) -> AsyncReplication:
        """Copies of images in other regions and accounts."""
        from ecrkit.aio.replication import AsyncReplication

        return AsyncReplication(self.sync.replication)

    @property
    def pull_through_cache(self) -> AsyncPullThroughCache:
        """Repositories that fetch images from another registry."""
        from ecrkit.aio.pull_through_cache import AsyncPullThroughCache

        return AsyncPullThroughCache(self.sync.pull_through_cache)

    @property
    def creation_templates(self) -> AsyncCreationTemplates:
        """Settings for repositories that ECR creates itself."""
        from ecrkit.aio.creation_templates import AsyncCreationTemplates

        return AsyncCreationTemplates(self.sync.creation_templates)

    @property
    def scanning(self) -> AsyncScanning:
        """Which repositories are scanned, how and when."""
        from ecrkit.aio.registry_settings import AsyncScanning

        return AsyncScanning(self.sync.scanning)

    async def repository_scanning(
        self, names: str | Iterable[str]
    ) -> BatchResult[models.RepositoryScanningConfiguration]:
        """Return how repositories are scanned under the rules of the registry, 25 per request.

        Args:
            names: Names of repositories in the caller's own registry.

        Returns:
            The configuration of each repository; `failures` has those that do not exist.
        """
        return await call(self.sync.repository_scanning, names)

    @property
    def signing(self) -> AsyncSigning:
        """Which images ECR signs when they are pushed."""
        from ecrkit.aio.registry_settings import AsyncSigning

        return AsyncSigning(self.sync.signing)

    @property
    def pull_time_exclusions(self) -> AsyncPullTimeExclusions:
        """Principals whose pulls do not update the last pull time of an image."""
        from ecrkit.aio.registry_settings import AsyncPullTimeExclusions

        return AsyncPullTimeExclusions(self.sync.pull_time_exclusions)

    @property
    def settings(self) -> AsyncAccountSettings:
        """Settings of the account in this region."""
        from ecrkit.aio.registry_settings import AsyncAccountSettings

        return AsyncAccountSettings(self.sync.settings)
