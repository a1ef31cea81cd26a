"""`repository.resource_tags`: keys and values on a repository, for costs and permissions; not the tags of images."""

from collections.abc import Mapping

from ecrkit import models
from ecrkit.resources._area import RepositoryArea


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
