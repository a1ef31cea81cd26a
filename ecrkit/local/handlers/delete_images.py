"""BatchDeleteImage: remove tags, delete images, keep children of manifest lists."""

from collections.abc import Callable
from dataclasses import dataclass, field
from sqlite3 import Connection

from ecrkit import models
from ecrkit.local import emitting
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._shared import failure, form_problem, require_repository
from ecrkit.local.replication import replicate_deletion
from ecrkit.local.service import Call
from ecrkit.local.store import images
from ecrkit.local.store.repositories import StoredRepository


def batch_delete_image(
    call: Call, request: models.BatchDeleteImageRequest
) -> models.BatchDeleteImageResponse:
    with call.transaction() as db:
        repository = require_repository(db, call.scope(request.registry_id), request.repository_name)
        deletion = _Deletion(db, repository, call.now)
        # Determined before any deletion: a child fails even if its parent is in the same call.
        steps = [deletion.plan(each) for each in request.image_ids]
        for step in steps:
            step()
    return models.BatchDeleteImageResponse(image_ids=deletion.deleted, failures=deletion.failures)


@dataclass(slots=True)
class _Deletion:
    """One call: first analyzed, then executed."""

    db: Connection
    repository: StoredRepository
    now: float
    deleted: list[models.ImageIdentifier] = field(default_factory=list[models.ImageIdentifier])
    failures: list[models.ImageFailure] = field(default_factory=list[models.ImageFailure])

    def plan(self, image_id: models.ImageIdentifier) -> Callable[[], None]:
        """Decide about one id, and return the action."""
        repository_id, codes = self.repository.id, models.ImageFailureCode
        if problem := form_problem(image_id):
            return lambda: self.failures.append(problem)
        tag, wanted = image_id.image_tag, image_id.image_digest
        digest = images.tagged_digest(self.db, repository_id, tag) if tag else wanted
        if digest is None or images.find(self.db, repository_id, digest) is None:
            return self._fails(image_id, codes.IMAGE_NOT_FOUND, "Requested image not found")
        if wanted not in (None, digest):
            return self._fails(
                image_id,
                codes.IMAGE_TAG_DOES_NOT_MATCH_DIGEST,
                "Requested image tag does not match the digest",
            )
        whole = tag is None or images.tags(self.db, repository_id, digest) == [tag] or wanted is not None
        if whole and images.parents(self.db, repository_id, digest):
            return self._fails(
                image_id,
                codes.IMAGE_REFERENCED_BY_MANIFEST_LIST,
                "Requested image referenced by manifest list",
            )
        if tag is None or wanted is not None:
            return lambda: self._delete(digest)
        return lambda: self._untag(image_id, tag, digest)

    def _delete(self, digest: str) -> None:
        tags = images.tags(self.db, self.repository.id, digest)
        if (image := images.find(self.db, self.repository.id, digest)) is not None:
            emitting.deleted(self.db, self.repository, image, self.now)
        images.remove(self.db, self.repository.id, digest, now=self.now)
        replicate_deletion(self.db, self.repository, digest, None, self.now)
        if not tags:
            self.deleted.append(models.ImageIdentifier(image_digest=digest))
        self.deleted += [models.ImageIdentifier(image_digest=digest, image_tag=tag) for tag in tags]

    def _untag(self, image_id: models.ImageIdentifier, tag: str, digest: str) -> None:
        if images.tagged_digest(self.db, self.repository.id, tag) != digest:
            return  # named twice, or deleted with its image in this call
        if images.tags(self.db, self.repository.id, digest) == [tag]:
            if images.parents(self.db, self.repository.id, digest):
                # Its other tags were removed in this call: it is now the last one, and the list needs the image.
                self.failures.append(
                    failure(
                        image_id,
                        models.ImageFailureCode.IMAGE_REFERENCED_BY_MANIFEST_LIST,
                        "Requested image referenced by manifest list",
                    )
                )
                return
            self._delete(digest)
            return
        if (image := images.find(self.db, self.repository.id, digest)) is not None:
            emitting.untagged(self.db, self.repository, image, tag, self.now)
        images.remove_tag(self.db, self.repository.id, tag)
        replicate_deletion(self.db, self.repository, None, tag, self.now)
        self.deleted.append(models.ImageIdentifier(image_digest=digest, image_tag=tag))

    def _fails(
        self, image_id: models.ImageIdentifier, code: models.ImageFailureCode, reason: str
    ) -> Callable[[], None]:
        return lambda: self.failures.append(failure(image_id, code, reason))


ROUTES = (Route(models.BatchDeleteImageRequest, batch_delete_image),)
