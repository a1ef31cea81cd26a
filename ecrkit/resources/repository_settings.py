"""Settings of a repository: mutability of tags, scan on push, encryption, and resource tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from ecrkit import models
from ecrkit._strings import items_of
from ecrkit.errors import InvalidInputError, UnchangeableSettingError
from ecrkit.resources._area import RepositoryArea

if TYPE_CHECKING:
    from ecrkit.resources.described_repository import DescribedRepository


class ResourceTags(RepositoryArea):
    """The resource tags of a repository: keys and values for cost allocation and permissions, not image tags.

    ECR addresses them by the ARN of the repository. A handle without a registry id requests the ARN on each call; a
    described repository knows its own.

    Example:
        >>> repository.resource_tags.add({"team": "payments"})
        >>> repository.resource_tags.get()
        {'team': 'payments'}
    """

    def get(self) -> dict[str, str]:
        """Return all resource tags, in no particular order.

        Raises:
            RepositoryNotFoundError: The repository does not exist.
        """
        request = models.ListTagsForResourceRequest(resource_arn=self.repository.find_arn())
        return {tag.key: tag.value for tag in self.client.send(request).tags}

    def add(self, tags: Mapping[str, str]) -> None:
        """Add tags, or change the values of existing ones. Other tags are kept.

        Args:
            tags: Keys of 1 to 128 characters with values of up to 256. A repository can have up to 50.

        Raises:
            InvalidTagParameterError: A key is empty, or starts with `aws:`.
            TooManyTagsError: The repository would have more than 50 tags.
            RepositoryNotFoundError: The repository does not exist.
        """
        if not tags:
            return
        request = models.TagResourceRequest(
            resource_arn=self.repository.find_arn(),
            tags=[models.Tag(key=key, value=tags[key]) for key in tags],
        )
        self.client.send(request)

    def remove(self, *keys: str) -> None:
        """Remove tags. Keys that do not exist are ignored.

        Raises:
            RepositoryNotFoundError: The repository does not exist.
        """
        if not keys:
            return
        request = models.UntagResourceRequest(resource_arn=self.repository.find_arn(), tag_keys=list(keys))
        self.client.send(request)


def exclusion_filters(
    exclusions: str
    | models.ImageTagMutabilityExclusionFilter
    | Iterable[str | models.ImageTagMutabilityExclusionFilter],
) -> list[models.ImageTagMutabilityExclusionFilter]:
    """Return exclusions from tag mutability as filters; strings are wildcards."""
    kind = models.ImageTagMutabilityExclusionFilterType.WILDCARD
    return [
        models.ImageTagMutabilityExclusionFilter(filter_type=kind, filter=each)
        if isinstance(each, str)
        else each
        for each in items_of(exclusions, models.ImageTagMutabilityExclusionFilter)
    ]


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings that a repository should have. None leaves a setting as it is, or at ECR's default."""

    tag_mutability: models.ImageTagMutability | None = None
    exclusions: list[models.ImageTagMutabilityExclusionFilter] | None = None
    scan_on_push: bool | None = None
    encryption: models.EncryptionConfiguration | None = None
    tags: Mapping[str, str] | None = None

    @classmethod
    def of(
        cls,
        tag_mutability: models.ImageTagMutability | str | None,
        exclusions: str
        | models.ImageTagMutabilityExclusionFilter
        | Iterable[str | models.ImageTagMutabilityExclusionFilter]
        | None,
        scan_on_push: bool | None,  # noqa: FBT001 -- positional for two callers, which name it themselves
        encryption: models.EncryptionConfiguration | None,
        tags: Mapping[str, str] | None,
    ) -> Self:
        """Read the parameters of `Registry.create_repository`."""
        return cls(
            None if tag_mutability is None else models.ImageTagMutability(tag_mutability),
            None if exclusions is None else exclusion_filters(exclusions),
            scan_on_push,
            encryption,
            tags,
        )

    def check(self) -> None:
        """Check that the settings can be compared with those of an existing repository.

        Raises:
            InvalidInputError: There are exclusions, but not the mutability they are exclusions from.
        """
        if self.exclusions and self.tag_mutability is None:
            raise InvalidInputError(
                "tag_mutability_exclusions need tag_mutability: pass IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION"
            )

    def creation(self, name: str, registry_id: str | None) -> models.CreateRepositoryRequest:
        """Return the request that creates a repository with these settings."""
        scanning, tags = self.scan_on_push, self.tags
        return models.CreateRepositoryRequest(
            registry_id=registry_id,
            repository_name=name,
            image_tag_mutability=self.tag_mutability,
            image_tag_mutability_exclusion_filters=self.exclusions,
            image_scanning_configuration=(
                None if scanning is None else models.ImageScanningConfiguration(scan_on_push=scanning)
            ),
            encryption_configuration=self.encryption,
            tags=None if tags is None else [models.Tag(key=key, value=value) for key, value in tags.items()],
        )


def apply_settings(repository: DescribedRepository, wanted: Settings) -> DescribedRepository:
    """Write the settings that differ, and return the repository as it is afterwards.

    Raises:
        UnchangeableSettingError: The repository is encrypted differently; nothing was written.
    """
    details = repository.details
    if wanted.encryption is not None and not _same_encryption(details, wanted.encryption):
        raise UnchangeableSettingError(
            f"{repository!r} is encrypted with {_shown(_encryption_of(details))}, not {_shown(wanted.encryption)}, and ECR "
            "cannot change encryption; use another repository, or delete this one first"
        )
    changed = False
    if wanted.tag_mutability is not None and not _same_mutability(details, wanted):
        repository.set_tag_mutability(wanted.tag_mutability, _new_exclusions(wanted, details))
        changed = True
    if wanted.scan_on_push is not None and wanted.scan_on_push is not _scans_on_push(details):
        repository.set_scan_on_push(wanted.scan_on_push)
        changed = True
    if wanted.tags:
        found = repository.resource_tags.get()
        repository.resource_tags.add(
            {key: value for key, value in wanted.tags.items() if found.get(key) != value}
        )
    return repository.describe() if changed else repository


def _same_mutability(details: models.Repository, wanted: Settings) -> bool:
    found = {each.filter for each in details.image_tag_mutability_exclusion_filters}
    return details.image_tag_mutability == wanted.tag_mutability and (
        wanted.exclusions is None or found == {each.filter for each in wanted.exclusions}
    )


def _new_exclusions(
    wanted: Settings, details: models.Repository
) -> list[models.ImageTagMutabilityExclusionFilter]:
    """Keep the existing exclusions unless others are wanted, or the new mutability allows none."""
    if wanted.exclusions is not None:
        return wanted.exclusions
    allows_some = wanted.tag_mutability is not None and wanted.tag_mutability.endswith("_WITH_EXCLUSION")
    return list(details.image_tag_mutability_exclusion_filters) if allows_some else []


def _scans_on_push(details: models.Repository) -> bool:
    configuration = details.image_scanning_configuration
    return configuration is not None and bool(configuration.scan_on_push)


def _same_encryption(details: models.Repository, wanted: models.EncryptionConfiguration) -> bool:
    found = _encryption_of(details)
    return found.encryption_type == wanted.encryption_type and (
        not _is_key_arn(wanted.kms_key) or found.kms_key == wanted.kms_key
    )


def _is_key_arn(key: str | None) -> bool:
    # ECR returns the ARN of a key even if it was given an id or an alias, so only ARNs can be compared.
    return key is not None and key.startswith("arn:") and ":key/" in key


def _encryption_of(details: models.Repository) -> models.EncryptionConfiguration:
    return details.encryption_configuration or models.EncryptionConfiguration(
        encryption_type=models.EncryptionType.AES256
    )


def _shown(configuration: models.EncryptionConfiguration) -> str:
    return configuration.encryption_type + (
        f" and the key {configuration.kms_key}" if configuration.kms_key else ""
    )
