"""PutImage: store a manifest whose layers exist, and its tag."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from sqlite3 import Connection

from ecrkit import models
from ecrkit.local import emitting, refusals
from ecrkit.local.dispatch import Route
from ecrkit.local.forms import TAG_FORM, is_tag
from ecrkit.local.handlers._shared import require_repository
from ecrkit.local.manifests import Manifest, read_manifest
from ecrkit.local.replication import replicate_push
from ecrkit.local.scan_events import announce
from ecrkit.local.scanning import scan_on_push
from ecrkit.local.service import Call
from ecrkit.local.settings import Settings
from ecrkit.local.signing import sign_on_push
from ecrkit.local.store import images, layers
from ecrkit.local.store.images import NewImage, StoredImage
from ecrkit.local.store.repositories import StoredRepository
from ecrkit.local.tag_rules import may_move


def put_image(call: Call, request: models.PutImageRequest) -> models.PutImageResponse:
    scope = call.scope(request.registry_id)
    tag, content = request.image_tag, request.image_manifest.encode()
    if tag is not None and not is_tag(tag):
        raise refusals.invalid_parameter("imageTag", f"must satisfy regular expression '{TAG_FORM}'")
    manifest = read_manifest(
        request.image_manifest,
        request.image_manifest_media_type,
        max_layers=call.service.settings.max_image_layers,
    )
    digest = f"sha256:{hashlib.sha256(content).hexdigest()}"
    with call.transaction() as db:
        repository = require_repository(db, scope, request.repository_name)
        if request.image_digest not in (None, digest):
            raise refusals.image_digest_differs(request.image_digest or "", repository.name, scope.account)
        push = _Push(db, repository, call.service.settings, digest, tag)
        size = push.size_of(manifest)
        push.check_tag()
        stored = images.find(db, repository.id, digest)
        if stored is None:
            new = NewImage.of(manifest, content, digest=digest, size=size, now=call.now)
            images.add(db, repository.id, new)
        else:
            _restore(db, stored, call.now)
        if tag is not None:
            images.set_tag(db, repository.id, tag, digest)
        pushed = images.find(db, repository.id, digest)
        if pushed is not None:
            emitting.pushed(db, repository, pushed, tag, call.now)
        if pushed is not None and stored is None:
            scan_on_push(db, repository, pushed, call.now)
            announce(db, repository, pushed, call.now, call.service.settings)
            sign_on_push(db, repository, digest)
        replicate_push(db, repository, digest, tag, call.now)
    image = models.Image(
        registry_id=scope.account,
        repository_name=repository.name,
        image_id=models.ImageIdentifier(image_digest=digest, image_tag=tag),
        image_manifest=request.image_manifest,
        image_manifest_media_type=manifest.media_type,
    )
    return models.PutImageResponse(image=image)


@dataclass(frozen=True, slots=True)
class _Push:
    """Checks of a push against the repository."""

    db: Connection
    repository: StoredRepository
    settings: Settings
    digest: str
    tag: str | None

    def size_of(self, manifest: Manifest) -> int:
        """Return the size of the image: layers and config; for an index, the largest child.

        Raises:
            Refusal: A reference is missing.
        """
        name, account = self.repository.name, self.repository.scope.account
        if manifest.is_index:
            children = {each: images.find(self.db, self.repository.id, each) for each in manifest.children}
            if missing := _missing(children.items()):
                raise refusals.images_required(missing, name, account)
            return max((child.size for child in children.values() if child is not None), default=0)
        found = {each: layers.find(self.db, self.repository.id, each) for each in manifest.media_types}
        if missing := [each for each in _missing(found.items()) if each in manifest.needs]:
            raise refusals.layers_required(missing, name, account)
        return sum(layer.size for each in manifest.layers if (layer := found[each]) is not None)

    def check_tag(self) -> None:
        """Check the push against the rules for tags.

        Raises:
            Refusal: Nothing would change, the tag is immutable, or the image has too many tags.
        """
        name, account = self.repository.name, self.repository.scope.account
        stored = images.find(self.db, self.repository.id, self.digest)
        active = stored is not None and stored.status == models.ImageStatus.ACTIVE
        if self.tag is None:
            if active:
                raise refusals.image_exists(self.digest, None, name, account)
            return
        standing = images.tagged_digest(self.db, self.repository.id, self.tag)
        if standing == self.digest:
            if active:
                raise refusals.image_exists(self.digest, self.tag, name, account)
            return
        if standing is not None and not may_move(self.repository, self.tag):
            raise refusals.tag_is_immutable(self.tag, name)
        limit = self.settings.max_tags_per_image
        if len(images.tags(self.db, self.repository.id, self.digest)) >= limit:
            raise refusals.too_many_tags_on_image(self.tag, name, account, limit)


def _restore(db: Connection, stored: StoredImage, now: float) -> None:
    # Pushing an archived image again brings it back (user guide, archived images).
    if stored.status != models.ImageStatus.ACTIVE:
        images.set_status(db, stored, models.ImageStatus.ACTIVE, activated_at=now)


def _missing(found: Iterable[tuple[str, object]]) -> list[str]:
    return [digest for digest, what in found if what is None]


ROUTES = (Route(models.PutImageRequest, put_image),)
