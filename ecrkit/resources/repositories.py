"""The repositories of a registry: listing them, describing some, making one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from ecrkit import models
from ecrkit.batching import BatchFailure, BatchResult, cut, send_all
from ecrkit.errors import (
    InvalidInputError,
    RepositoryAlreadyExistsError,
    RepositoryNotFoundError,
    api_error,
)
from ecrkit.paging import Items, Made
from ecrkit.resources._exclusions import exclusion_filters
from ecrkit.resources.ensuring import Settings, bring_in_line
from ecrkit.resources.handle import RegistryHandle
from ecrkit.resources.repository import DescribedRepository, Repository


class RegistryRepositories(RegistryHandle):
    """Finds repositories, and makes them."""

    def repository(self, name: str) -> Repository:
        """Give a handle for a repository, whether it exists or not. Sends nothing.

        Raises:
            InvalidReferenceError: No repository can have this name.
        """
        return Repository(self._registry, name)

    def repositories(
        self, *, limit: int | None = None, page_size: int | None = None, start: str | None = None
    ) -> Items[DescribedRepository]:
        """List the repositories, in no particular order.

        Args:
            limit: How many to give out at the most.
            page_size: How many to ask for at a time, 1 to 1000; ECR's default is 100.
            start: Where to go on: the `resume_token` of an earlier listing.
        """
        describe = partial(DescribedRepository, self._registry)
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
        return [
            DescribedRepository(self._registry, details)
            for answer in answers
            for details in answer.repositories
        ]

    def repository_scanning(
        self, names: Iterable[str]
    ) -> BatchResult[models.RepositoryScanningConfiguration]:
        """Ask which repositories are scanned and when, by the rules of the registry; 25 in one request.

        Args:
            names: The names of repositories in the caller's own registry.

        Returns:
            What holds for each; `failures` has those that do not exist.
        """
        self.check_is_own()
        return send_all(
            self.client,
            (
                models.BatchGetRepositoryScanningConfigurationRequest(repository_names=batch)
                for batch in cut(names, _MOST_SCANNED_NAMES)
            ),
            ok=lambda answer: answer.scanning_configurations,
            failures=lambda answer: map(_scanning_failure, answer.failures),
        )

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
            return DescribedRepository(self._registry, self.client.send(request).repository)
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

    def _describe_repositories(self, names: list[str] | None = None) -> models.DescribeRepositoriesRequest:
        return models.DescribeRepositoriesRequest(registry_id=self.registry_id, repository_names=names)


_MOST_SCANNED_NAMES = 25  # service model


def _scanning_failure(failure: models.RepositoryScanningConfigurationFailure) -> BatchFailure:
    reason = f"{failure.repository_name}: {failure.failure_reason or failure.failure_code}"
    operation = models.BatchGetRepositoryScanningConfigurationRequest.operation
    error = api_error(failure.failure_code, reason, operation=operation, http_status=200)
    return BatchFailure(failure.repository_name, error)
