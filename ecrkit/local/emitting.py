"""The EventBridge events of images, emitted within transactions.

Sources: [Amazon ECR events](https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-eventbridge.html) and
[events of enhanced scanning](https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-scanning-enhanced-events.html).
Undocumented, so guessed: an untagged image has no `image-tag`, an image with several tags is deleted with one
event for each, and signatures and SBOMs have "ECR Referrer Action" for every action.
"""

import json
import uuid
from collections.abc import Mapping
from sqlite3 import Connection

from ecrkit import models
from ecrkit.local.clock import moment
from ecrkit.local.names import arn_in, repository_arn
from ecrkit.local.store import images, outbox
from ecrkit.local.store.images import StoredImage
from ecrkit.local.store.repositories import Scope, StoredRepository

Detail = Mapping[str, object]


def pushed(
    db: Connection, repository: StoredRepository, image: StoredImage, tag: str | None, now: float
) -> None:
    """Emit the event of a push."""
    _image_action(
        db, repository, image, now, {"action-type": "PUSH", "image-tag": tag, **_media_types(image)}
    )


def deleted(db: Connection, repository: StoredRepository, image: StoredImage, now: float) -> None:
    """Emit the events of an upcoming deletion, one for each tag."""
    tags: list[str | None] = [*images.tags(db, repository.id, image.digest)]
    for tag in tags or [None]:
        untagged(db, repository, image, tag, now)


def untagged(
    db: Connection, repository: StoredRepository, image: StoredImage, tag: str | None, now: float
) -> None:
    """Emit the event of the deletion of a tag, or of an image without tags."""
    _image_action(db, repository, image, now, {"action-type": "DELETE", "image-tag": tag})


def archived(db: Connection, repository: StoredRepository, image: StoredImage, now: float) -> None:
    """Emit the event of an archived image."""
    _image_action(db, repository, image, now, _moved_to("ARCHIVE", image))


def restored(db: Connection, repository: StoredRepository, image: StoredImage, now: float) -> None:
    """Emit the event of a restored image."""
    at = moment(now).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    _image_action(db, repository, image, now, {**_moved_to("STANDARD", image), "last-activated-at": at})


def replicated(
    db: Connection,
    source: StoredRepository,
    digest: str,
    tag: str | None,
    target: Scope,
    now: float,
    *,
    failed: bool,
) -> None:
    """Emit the event of a replication in the destination registry."""
    detail = {
        "result": "FAILED" if failed else "SUCCESS",
        "repository-name": source.name,
        "image-digest": digest,
        "source-account": source.scope.account,
        "action-type": "REPLICATE",
        "source-region": source.scope.region,
        "image-tag": tag,
    }
    put(db, target, "ECR Replication Action", detail, now, [arn_in(target, source.name)])


def cached(
    db: Connection,
    scope: Scope,
    name: str,
    rule: models.PullThroughCacheRule,
    now: float,
    **outcome: str | None,
) -> None:
    """Emit the event of an attempt to fetch an image through a pull-through cache.

    Args:
        db: The transaction.
        scope: The registry.
        name: The repository.
        rule: The rule of the cache.
        now: The time.
        outcome: More members of the detail, with underscores.
    """
    detail = {
        "rule-version": "1",
        "ecr-repository-prefix": rule.ecr_repository_prefix,
        "repository-name": name,
        "upstream-registry-url": rule.upstream_registry_url,
        **{key.replace("_", "-"): value for key, value in outcome.items()},
    }
    put(db, scope, "ECR Pull Through Cache Action", detail, now, [arn_in(scope, name)])


def scanned(
    db: Connection,
    repository: StoredRepository,
    digest: str,
    status: str,
    counts: Mapping[str, int],
    now: float,
    *,
    enhanced: bool,
) -> None:
    """Emit the event of a scan that has ended."""
    arn = repository_arn(repository)
    detail = {
        "scan-status": status,
        "repository-name": arn if enhanced else repository.name,
        "finding-severity-counts": {**counts, "TOTAL": sum(counts.values())} if enhanced else dict(counts),
        "image-digest": digest,
        "image-tags": images.tags(db, repository.id, digest),
    }
    kind = "Inspector2 Scan" if enhanced else "ECR Image Scan"
    put(
        db,
        repository.scope,
        kind,
        detail,
        now,
        [arn],
        source="aws.inspector2" if enhanced else "aws.ecr",
    )


def put(
    db: Connection,
    scope: Scope,
    detail_type: str,
    detail: Detail,
    now: float,
    resources: list[str],
    *,
    source: str = "aws.ecr",
) -> None:
    """Emit an event when the transaction is committed."""
    event = {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": detail_type,
        "source": source,
        "account": scope.account,
        "time": f"{moment(now):%Y-%m-%dT%H:%M:%SZ}",
        "region": scope.region,
        "resources": resources,
        "detail": {name: value for name, value in detail.items() if value is not None},
    }
    outbox.put(db, json.dumps(event))


def _image_action(
    db: Connection, repository: StoredRepository, image: StoredImage, now: float, detail: Detail
) -> None:
    kind = "ECR Image Action" if image.subject is None else "ECR Referrer Action"
    named = {"result": "SUCCESS", "repository-name": repository.name, "image-digest": image.digest}
    put(db, repository.scope, kind, {**named, **detail}, now, [])


def _moved_to(storage_class: str, image: StoredImage) -> Detail:
    return {
        "action-type": "UPDATE_STORAGE_CLASS",
        "target-storage-class": storage_class,
        **_media_types(image),
    }


def _media_types(image: StoredImage) -> Detail:
    return {"manifest-media-type": image.media_type, "artifact-media-type": image.artifact_media_type}
