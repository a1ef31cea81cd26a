"""`Registry`: one account's registry in one region, and the way to everything in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ecrkit.client import Client
from ecrkit.errors import RepositoryAlreadyExistsError
from ecrkit.models import (
    CreateRepositoryRequest,
    DescribeRepositoriesRequest,
    DescribeRepositoriesResponse,
    EncryptionConfiguration,
    ImageScanningConfiguration,
    ImageTagMutability,
    ImageTagMutabilityExclusionFilter,
    Tag,
)
from ecrkit.paging import Items
from ecrkit.resources.repository import DescribedRepository, Repository
from ecrkit.transport import BotoTransport, Transport, connect

if TYPE_CHECKING:
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
    ) -> None:
        """Connect to a registry, in boto3's own words.

        Args:
            session: A `boto3.Session`; boto3's default session if absent. Tests pass a `FakeTransport`.
            registry_id: The account whose registry it is, sent along with every request; the caller's own if absent.
            region_name: The region; the session's if absent.
            endpoint_url: Where to send requests, for example to a local ECR; AWS if absent.
            client: A client for `ecr` that boto3 made. It wins over everything else here.
            config: Timeouts, proxies, retries and the like for the client to be made.

        Raises:
            MissingRegionError: Nothing names a region.
            InvalidEndpointError: The endpoint is not a URL.
        """
        if client is not None:
            transport: Transport = BotoTransport(client)
        elif isinstance(session, Transport):
            transport = session
        else:
            transport = connect(session, region_name=region_name, endpoint_url=endpoint_url, config=config)
        self.client = Client(transport)
        self.registry_id = registry_id

    def __repr__(self) -> str:
        whose = f"registry_id={self.registry_id!r}, " if self.registry_id else ""
        return f"Registry({whose}region_name={self.region_name!r})"

    @property
    def region_name(self) -> str:
        """The region, for example `eu-west-1`."""
        return self.client.region_name

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

        def described(page: DescribeRepositoriesResponse) -> list[DescribedRepository]:
            return [DescribedRepository(self, details) for details in page.repositories]

        request = DescribeRepositoriesRequest(registry_id=self.registry_id)
        return Items(self.client, request, described, limit=limit, page_size=page_size, start=start)

    def create_repository(
        self,
        name: str,
        *,
        exist_ok: bool = False,
        tag_mutability: ImageTagMutability | str | None = None,
        tag_mutability_exclusions: list[ImageTagMutabilityExclusionFilter] | None = None,
        scan_on_push: bool | None = None,
        encryption: EncryptionConfiguration | None = None,
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
        request = CreateRepositoryRequest(
            registry_id=self.registry_id,
            repository_name=name,
            image_tag_mutability=None if tag_mutability is None else ImageTagMutability(tag_mutability),
            image_tag_mutability_exclusion_filters=tag_mutability_exclusions,
            image_scanning_configuration=(
                None if scan_on_push is None else ImageScanningConfiguration(scan_on_push=scan_on_push)
            ),
            encryption_configuration=encryption,
            tags=None if tags is None else [Tag(key=key, value=value) for key, value in tags.items()],
        )
        try:
            return DescribedRepository(self, self.client.send(request).repository)
        except RepositoryAlreadyExistsError:
            if not exist_ok:
                raise
            return repository.describe()
