"""Settings of a repository: exclusions from tag mutability, resource tags, and bringing all of them in line."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ecrkit import models
from ecrkit.errors import UnchangeableSettingError
from ecrkit.resources._area import RepositoryArea

if TYPE_CHECKING:
    from ecrkit.resources.repository import DescribedRepository


class ResourceTags(RepositoryArea):
    """The resource tags of a repository.

    ECR knows them by the ARN of the repository. A handle that has no registry id asks ECR for it each time; what
    `describe()` and listings give out knows its own.

    Example:
        >>> repository.resource_tags.add({"team": "payments"})
        >>> repository.resource_tags.get()
        {'team': 'payments'}
    """

    def get(self) -> dict[str, str]:
        """Read all of them, in no particular order.

        Raises:
            RepositoryNotFoundError: There is no such repository.
        """
        request = models.ListTagsForResourceRequest(resource_arn=self.repository.find_arn())
        return {tag.key: tag.value for tag in self.client.send(request).tags}

    def add(self, tags: Mapping[str, str]) -> None:
        """Add tags, or change their values. Others stay as they are.

        Args:
            tags: Keys of 1 to 128 characters, and values of up to 256. A repository has at most 50.

        Raises:
            InvalidTagParameterError: A key is empty, or starts with `aws:`.
            TooManyTagsError: The repository would have more than 50.
            RepositoryNotFoundError: There is no such repository.
        """
        if not tags:
            return
        request = models.TagResourceRequest(
            resource_arn=self.repository.find_arn(),
            tags=[models.Tag(key=key, value=tags[key]) for key in tags],
        )
        self.client.send(request)

    def remove(self, *keys: str) -> None:
        """Take tags away. A key that is not there is no failure.

        Raises:
            RepositoryNotFoundError: There is no such repository.
        """
        if not keys:
            return
        request = models.UntagResourceRequest(resource_arn=self.repository.find_arn(), tag_keys=list(keys))
        self.client.send(request)


def exclusion_filters(
    exclusions: Iterable[str | models.ImageTagMutabilityExclusionFilter],
) -> list[models.ImageTagMutabilityExclusionFilter]:
    """Write each text as the wildcard that it is."""
    kind = models.ImageTagMutabilityExclusionFilterType.WILDCARD
    return [
        models.ImageTagMutabilityExclusionFilter(filter_type=kind, filter=each)
        if isinstance(each, str)
        else each
        for each in exclusions
    ]


@dataclass(frozen=True, slots=True)
class Settings:
    """What a repository should be like; what is absent may be as it is."""

    tag_mutability: models.ImageTagMutability | None = None
    exclusions: list[models.ImageTagMutabilityExclusionFilter] | None = None
    scan_on_push: bool | None = None
    encryption: models.EncryptionConfiguration | None = None
    tags: Mapping[str, str] | None = None


def bring_in_line(repository: DescribedRepository, wanted: Settings) -> DescribedRepository:
    """Write what differs, and give the repository as it is then.

    Raises:
        UnchangeableSettingError: It is encrypted otherwise; nothing was written.
    """
    details = repository.details
    if wanted.encryption is not None and not _same_encryption(details, wanted.encryption):
        raise UnchangeableSettingError(
            f"{repository!r} is encrypted with {_shown(_encryption_of(details))}, not with {_shown(wanted.encryption)}, and ECR "
            "cannot change that: make another repository, or delete this one first"
        )
    changed = False
    if wanted.tag_mutability is not None and not _same_mutability(details, wanted):
        repository.set_tag_mutability(wanted.tag_mutability, _exclusions_beside(wanted, details))
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


def _exclusions_beside(
    wanted: Settings, details: models.Repository
) -> list[models.ImageTagMutabilityExclusionFilter]:
    if wanted.exclusions is not None:
        return wanted.exclusions
    takes_some = wanted.tag_mutability is not None and wanted.tag_mutability.endswith("_WITH_EXCLUSION")
    return list(details.image_tag_mutability_exclusion_filters) if takes_some else []


def _scans_on_push(details: models.Repository) -> bool:
    configuration = details.image_scanning_configuration
    return configuration is not None and bool(configuration.scan_on_push)


def _same_encryption(details: models.Repository, wanted: models.EncryptionConfiguration) -> bool:
    found = _encryption_of(details)
    return found.encryption_type == wanted.encryption_type and (
        not _is_key_arn(wanted.kms_key) or found.kms_key == wanted.kms_key
    )


def _is_key_arn(key: str | None) -> bool:
    # Ids and aliases come back as the ARN of the key, so only an ARN can be compared.
    return key is not None and key.startswith("arn:") and ":key/" in key


def _encryption_of(details: models.Repository) -> models.EncryptionConfiguration:
    return details.encryption_configuration or models.EncryptionConfiguration(
        encryption_type=models.EncryptionType.AES256
    )


def _shown(configuration: models.EncryptionConfiguration) -> str:
    return configuration.encryption_type + (f" by {configuration.kms_key}" if configuration.kms_key else "")
