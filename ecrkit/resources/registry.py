"""`Registry`: one account's registry in one region, and everything in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Literal, Self
from urllib.parse import urlsplit

from ecrkit import models, references, resources
from ecrkit._strings import items_of
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
from ecrkit.paging import Items, LazyItems
from ecrkit.references import check_registry_id
from ecrkit.resources.described_repository import DescribedRepository
from ecrkit.resources.repository import Repository
from ecrkit.transport import BotoTransport, Transport, connect
from ecrkit.wildcards import matches_glob

if TYPE_CHECKING:
    from datetime import datetime, timedelta

    from ecrkit.references import ImageReference, RegistryHost
    from ecrkit.resources.access_policies import RegistryPolicy
    from ecrkit.resources.creation_templates import CreationTemplates
    from ecrkit.resources.docker_login import CredentialsCache, DockerCredentials
    from ecrkit.resources.image import Image
    from ecrkit.resources.pull_through_cache import PullThroughCache
    from ecrkit.resources.registry_deletion import RegistryDeletePlan
    from ecrkit.resources.registry_settings import AccountSettings, PullTimeExclusions, Scanning, Signing
    from ecrkit.resources.replication import Replication
    from ecrkit.transport import Config, Session


class Registry:
    """One account's registry in one region. Creating one sends nothing.

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

        Raises:
            MissingRegionError: Neither the parameters nor the AWS configuration name a region.
            InvalidEndpointError: The endpoint is not a URL.
            ConfigurationError: The profile does not exist, or the AWS configuration is invalid.
            InvalidInputError: The client is for another service, the registry id does not have 12 digits, or there is no such
                wire.
        """
        if wire not in {"api", "oci"}:
            raise InvalidInputError(f"wire is {wire!r}; it must be 'api' or 'oci'")
        if registry_id is not None:
            check_registry_id(registry_id)
        if client is not None:
            transport: Transport = BotoTransport(client, verify=verify)
        elif isinstance(session, Transport):
            transport = session
        else:
            transport = connect(
                session, region_name=region_name, endpoint_url=endpoint_url, config=config, verify=verify
            )
        self.client = Client(transport)
        """Client that sends the requests."""

        self.registry_id = registry_id
        """Account of the registry; None for the caller's own."""

        self._is_own = False  # whether ECR has confirmed that it is the caller's own
        self._host: RegistryHost | None = None
        self.wire: Literal["api", "oci"] = wire
        """How layers are pushed."""

        self._connect_over_oci = (
            resources.RegistryWire(transport, self._credentials).client if wire == "oci" else None
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
        wire: Literal["api", "oci"] = "api",
    ) -> Self:
        """Connect to the registry in a URI: its account, its region and, if its host says so, FIPS and dual-stack endpoints.

        Example:
            >>> registry = Registry.from_uri("123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.2")
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

        Raises:
            InvalidReferenceError: The URI does not belong to a private ECR registry, or the session or client is configured
                for another region.
        """
        host = references.registry_of(uri, any_host=endpoint_url is not None or client is not None)
        if isinstance(host, str):
            url = endpoint_url or f"http://{host}"
            return cls(session, endpoint_url=url, client=client, config=config, verify=verify, wire=wire)
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
        registry = cls(session, registry_id=host.registry_id, client=client, verify=verify, wire=wire)
        if registry.region_name != host.region:
            raise InvalidReferenceError(
                f"{host} is in {host.region}, but the session or client is configured for {registry.region_name}"
            )
        registry._host = host
        return registry

    def __repr__(self) -> str:
        account = f"registry_id={self.registry_id!r}, " if self.registry_id else ""
        return f"Registry({account}region_name={self.region_name!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Release connections and threads. A `with` block does this at its end.

        Later calls raise `ClosedError`; calls in progress are completed. An injected boto3 client stays open.
        """
        self.client.close()

    @property
    def region_name(self) -> str:
        """Region, for example `eu-west-1`."""
        return self.client.region_name

    @property
    def host(self) -> RegistryHost | None:
        """Host of the registry, with FIPS and dual-stack if it names them; None unless created by `from_uri`."""
        return self._host

    def repository(self, name: str) -> Repository:
        """Return a handle for a repository, which need not exist. Nothing is sent.

        Raises:
            InvalidReferenceError: The name is invalid.
        """
        return Repository(self, name)

    def repositories(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> Items[DescribedRepository]:
        """List the repositories, in no particular order.

        Args:
            limit: Maximum number of items to return.
            page_size: Items per request, 1 to 1000; if omitted, pages grow from 100 to 1000.
            start: `resume_token` from an earlier listing.
        """
        describe = partial(DescribedRepository, self)
        return Items(
            self.client,
            self._describe_repositories(),
            lambda page: LazyItems(describe, page.repositories),
            limit=limit,
            page_size=page_size,
            start=start,
        )

    def repositories_named(self, names: str | Iterable[str]) -> list[DescribedRepository]:
        """Describe repositories by name, in no particular order, a hundred per request.

        Raises:
            RepositoryNotFoundError: One does not exist; ECR then describes none at all.
        """
        answers = (self.client.send(self._describe_repositories(batch)) for batch in cut(items_of(names)))
        return [DescribedRepository(self, details) for answer in answers for details in answer.repositories]

    def create_repository(
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
    ) -> DescribedRepository:
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
        repository = self.repository(name)
        settings = resources.Settings.of(
            tag_mutability, tag_mutability_exclusions, scan_on_push, encryption, tags
        )
        try:
            answer = self.client.send(settings.creation(name, self.registry_id))
        except RepositoryAlreadyExistsError:
            if not exist_ok:
                raise
            return repository.describe()
        return DescribedRepository(self, answer.repository)

    def ensure_repository(
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
    ) -> DescribedRepository:
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
        settings = resources.Settings.of(
            tag_mutability, tag_mutability_exclusions, scan_on_push, encryption, tags
        )
        settings.check()
        repository = self.repository(name)
        try:
            existing = repository.describe()
        except RepositoryNotFoundError:
            try:
                answer = self.client.send(settings.creation(name, self.registry_id))
            except RepositoryAlreadyExistsError:  # created by another process in the meantime
                existing = repository.describe()
            else:
                return DescribedRepository(self, answer.repository)
        return resources.apply_settings(existing, settings)

    def plan_delete(
        self,
        repositories: str | Iterable[str] = "*",
        *,
        untagged: bool | None = None,
        tags: str | Iterable[str] | None = None,
        older_than: timedelta | datetime | None = None,
        keep_latest: int | None = None,
        keep_tags: str | Iterable[str] = (),
        keep_digests: str | Iterable[str] = (),
    ) -> RegistryDeletePlan:
        """Plan which images to delete from several repositories. Nothing is deleted before `apply()`.

        Example:
            >>> plan = registry.plan_delete("team/*", untagged=True, older_than=timedelta(days=14))
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
        from ecrkit.resources.deletion import delete_rules, plan_by_rules  # noqa: PLC0415 -- few programs need it
        from ecrkit.resources.registry_deletion import RegistryDeletePlan  # noqa: PLC0415 -- as above

        rules = delete_rules(
            untagged=untagged,
            tags=tags,
            older_than=older_than,
            keep_latest=keep_latest,
            keep_tags=keep_tags,
            keep_digests=keep_digests,
        )
        patterns = items_of(repositories)
        listed = sorted(self.repositories(page_size=1000), key=lambda each: each.name)
        return RegistryDeletePlan(
            [plan_by_rules(each, rules) for each in listed if matches_glob(patterns, each.name)]
        )

    def image_from_uri(self, uri: str) -> Image:
        """Return a handle for the image that a reference names. Nothing is sent.

        Args:
            uri: Reference with a tag, a digest or both; the digest takes precedence, as in Docker.

        Raises:
            InvalidReferenceError: The reference is invalid, has neither tag nor digest, or belongs to another registry.
        """
        reference = references.ImageReference.parse(uri)
        if not self._answers_at(reference):
            raise InvalidReferenceError(
                f"{reference} is not in {self!r}; connect to its registry with Registry.from_uri()"
            )
        if reference.tag is None and reference.digest is None:
            raise InvalidReferenceError(
                f"{reference} names a repository, but no image in it; add a tag or a digest"
            )
        repository = self.repository(reference.repository)
        if reference.digest is not None:
            return repository.image(digest=reference.digest)
        return repository.image(reference.tag)

    def docker_credentials(self) -> DockerCredentials:
        """Return credentials for `docker login`. They are cached, and refreshed when half of their twelve hours have passed.

        Raises:
            AccessDeniedError: The caller lacks `ecr:GetAuthorizationToken`, which has to be allowed on resource `*`.
        """
        return self._credentials.get()

    def describe(self) -> models.DescribeRegistryResponse:
        """Return the id and the replication configuration of the caller's own registry.

        Raises:
            ForeignRegistryError: This registry belongs to another account, which ECR cannot describe.
        """
        answer = self.client.send(models.DescribeRegistryRequest())
        if self.registry_id not in {None, answer.registry_id}:
            raise ForeignRegistryError(
                f"{self!r} belongs to another account than the caller ({answer.registry_id}), and ECR only supports this "
                "operation for the caller's own registry; use credentials of the account that owns it"
            )
        self._is_own = True
        return answer

    @property
    def policy(self) -> RegistryPolicy:
        """What other accounts may do with the registry as a whole."""
        from ecrkit.resources.access_policies import RegistryPolicy  # noqa: PLC0415 -- few programs need it

        return RegistryPolicy(self, self._check_own_account)

    @property
    def replication(self) -> Replication:
        """Copies of images in other regions and accounts."""
        from ecrkit.resources.replication import Replication  # noqa: PLC0415 -- few programs need it

        return Replication(self, self._check_own_account)

    @property
    def pull_through_cache(self) -> PullThroughCache:
        """Repositories that fetch images from another registry."""
        from ecrkit.resources.pull_through_cache import PullThroughCache  # noqa: PLC0415 -- few programs need it

        return PullThroughCache(self)

    @property
    def creation_templates(self) -> CreationTemplates:
        """Settings for repositories that ECR creates itself."""
        from ecrkit.resources.creation_templates import CreationTemplates  # noqa: PLC0415 -- few programs need it

        return CreationTemplates(self, self._check_own_account)

    @property
    def scanning(self) -> Scanning:
        """Which repositories are scanned, how and when."""
        from ecrkit.resources.registry_settings import Scanning  # noqa: PLC0415 -- few programs need it

        return Scanning(self, self._check_own_account)

    def repository_scanning(
        self, names: str | Iterable[str]
    ) -> BatchResult[models.RepositoryScanningConfiguration]:
        """Return how repositories are scanned under the rules of the registry, 25 per request.

        Args:
            names: Names of repositories in the caller's own registry.

        Returns:
            The configuration of each repository; `failures` has those that do not exist.
        """
        self._check_own_account()
        return send_all(
            self.client,
            (
                models.BatchGetRepositoryScanningConfigurationRequest(repository_names=batch)
                for batch in cut(items_of(names), _MOST_SCANNED_NAMES)
            ),
            ok=lambda answer: answer.scanning_configurations,
            failures=lambda answer: map(_scanning_failure, answer.failures),
        )

    @property
    def signing(self) -> Signing:
        """Which images ECR signs when they are pushed."""
        from ecrkit.resources.registry_settings import Signing  # noqa: PLC0415 -- few programs need it

        return Signing(self, self._check_own_account)

    @property
    def pull_time_exclusions(self) -> PullTimeExclusions:
        """Principals whose pulls do not update the last pull time of an image."""
        from ecrkit.resources.registry_settings import PullTimeExclusions  # noqa: PLC0415 -- few programs need it

        return PullTimeExclusions(self, self._check_own_account)

    @property
    def settings(self) -> AccountSettings:
        """Settings of the account in this region."""
        from ecrkit.resources.registry_settings import AccountSettings  # noqa: PLC0415 -- few programs need it

        return AccountSettings(self, self._check_own_account)

    @cached_property
    def _credentials(self) -> CredentialsCache:
        return resources.CredentialsCache(
            lambda: resources.fetch_credentials(
                self.client,
                endpoint=lambda returned: resources.login_endpoint(returned, self.registry_id, self._host),
            )
        )

    def _describe_repositories(self, names: list[str] | None = None) -> models.DescribeRepositoriesRequest:
        return models.DescribeRepositoriesRequest(registry_id=self.registry_id, repository_names=names)

    def _check_own_account(self) -> None:
        if self.registry_id is not None and not self._is_own:
            self.describe()

    def _answers_at(self, reference: ImageReference) -> bool:
        if (host := reference.registry) is not None:
            return host.region == self.region_name and self.registry_id in {None, host.registry_id}
        # A local ECR serves Docker at its API endpoint, for every registry; AWS has no such host.
        transport = self.client.transport
        return isinstance(transport, BotoTransport) and references.same_host(
            reference.host, urlsplit(transport.endpoint_url).netloc
        )


_MOST_SCANNED_NAMES = 25  # service model


def _scanning_failure(failure: models.RepositoryScanningConfigurationFailure) -> BatchFailure:
    reason = f"{failure.repository_name}: {failure.failure_reason or failure.failure_code}"
    operation = models.BatchGetRepositoryScanningConfigurationRequest.operation
    error = api_error(failure.failure_code, reason, operation=operation, http_status=200)
    return BatchFailure(failure.repository_name, error)
