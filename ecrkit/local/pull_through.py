"""Pull-through caches: fetch missing images below a rule's prefix from the upstream.

A manifest list is fetched alone, its children on request. A tag is compared with the upstream once a day.
"""

import hashlib
import uuid
from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Connection

from pydantic import BaseModel

from ecrkit import models
from ecrkit.local import emitting
from ecrkit.local.forms import is_digest, is_tag
from ecrkit.local.manifests import Manifest, read_manifest
from ecrkit.local.refusals import Refusal
from ecrkit.local.service import Call
from ecrkit.local.store import images, layers, repositories
from ecrkit.local.store.documents import RegistryDocuments, RepositoryDocuments
from ecrkit.local.store.images import NewImage
from ecrkit.local.store.repositories import Scope, StoredRepository
from ecrkit.local.templates import create_from, find_template
from ecrkit.local.upstreams import Upstream, UpstreamError

KIND = "pull-through-cache-rule"
_CHECKED = "pull-through-checked"
_ROOT = "ROOT"
_DAY = 24 * 3600.0

Rule = models.PullThroughCacheRule


class _Checked(BaseModel):
    """When a tag was last compared with the upstream."""

    at: float


def find_rule(db: Connection, scope: Scope, name: str) -> Rule | None:
    """Return the rule for a repository: the one with the longest matching prefix."""
    fitting = [
        rule
        for prefix, rule in RegistryDocuments(db, scope, KIND).every(Rule)
        if prefix == _ROOT or name.startswith(f"{prefix.rstrip('/')}/")
    ]
    return max(fitting, key=lambda rule: len(_prefix(rule.ecr_repository_prefix)), default=None)


def upstream_of(call: Call, rule: Rule) -> Upstream:
    """Return the upstream of a rule, with the login that the test has set for its secret."""
    login = call.service.secrets.get(rule.credential_arn or "")
    return Upstream(rule.upstream_registry_url, login)


def fetch_missing(call: Call, scope: Scope, name: str, image_ids: Sequence[models.ImageIdentifier]) -> None:
    """Fetch a missing image from the upstream if a rule applies.

    Raises:
        Refusal: The upstream has no usable response, and there is no cached image.
    """
    with call.reading() as db:
        rule = find_rule(db, scope, name)
    if rule is None:
        return
    for image_id in image_ids:
        reference = image_id.image_digest or image_id.image_tag or ""
        if not (is_digest(reference) or is_tag(reference)):
            continue
        with call.reading() as db:
            wanted, cached = _lookup(db, scope, name, image_id, call.now)
        if wanted:
            try:
                _fetch(call, scope, name, rule, reference)
            except UpstreamError as error:
                _note_failure(call, scope, name, rule, image_id, error)
                if not cached:
                    raise Refusal(
                        "UnableToGetUpstreamImageException",
                        f"The image '{reference}' of the repository '{name}' cannot be pulled "
                        f"with the pull through cache rule '{rule.ecr_repository_prefix}': {error}",
                    ) from error


def _lookup(
    db: Connection, scope: Scope, name: str, image_id: models.ImageIdentifier, now: float
) -> tuple[bool, bool]:
    """Return whether to query the upstream, and whether a cached image exists."""
    repository = repositories.find(db, scope, name)
    if repository is None:
        return True, False
    if image_id.image_digest is not None:
        cached = images.find(db, repository.id, image_id.image_digest) is not None
        return not cached, cached
    tag = image_id.image_tag or ""
    if images.tagged_digest(db, repository.id, tag) is None:
        return True, False
    checked = RepositoryDocuments(db, repository.id, _CHECKED).get(_Checked, tag)
    return checked is None or now > checked.at + _DAY, True


def _fetch(call: Call, scope: Scope, name: str, rule: Rule, reference: str) -> None:
    upstream, source = upstream_of(call, rule), upstream_name(rule, name)
    found = upstream.manifest(source, reference)
    if found is None:
        return
    text, media_type = found
    digest = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    try:
        manifest = read_manifest(text, media_type, max_layers=call.service.settings.max_image_layers)
    except Refusal as refusal:
        raise UpstreamError(refusal.message) from refusal
    fetched: dict[str, tuple[Path, int]] = {}
    try:
        for each in manifest.needs:
            fetched[each] = _fetch_layer(call, upstream, source, each)
        with call.transaction() as db:
            repository = repositories.find(db, scope, name)
            if repository is None:
                template = find_template(db, scope, name, models.RCTAppliedFor.PULL_THROUGH_CACHE)
                repository = create_from(db, scope, name, template, call.now)
            for layer, (file, size) in fetched.items():
                call.service.blobs.link(file, layer)
                layers.add(db, repository.id, layer, size, now=call.now)
            _store(db, repository, manifest, digest, text, call.now)
            tag = None if is_digest(reference) else reference
            emitting.cached(
                db, scope, name, rule, call.now, sync_status="SUCCESS", image_tag=tag, image_digest=digest
            )
            if not is_digest(reference):
                images.set_tag(db, repository.id, reference, digest)
                RepositoryDocuments(db, repository.id, _CHECKED).put(_Checked(at=call.now), reference)
    finally:
        for file, _ in fetched.values():
            file.unlink(missing_ok=True)
        call.service.sweep_blobs(fetched)  # blobs without a row, if the transaction failed


def _note_failure(
    call: Call, scope: Scope, name: str, rule: Rule, image_id: models.ImageIdentifier, error: UpstreamError
) -> None:
    with call.transaction() as db:
        emitting.cached(
            db,
            scope,
            name,
            rule,
            call.now,
            sync_status="FAILED",
            image_tag=image_id.image_tag,
            image_digest=image_id.image_digest,
            failure_reason=str(error),
        )


def _fetch_layer(call: Call, upstream: Upstream, source: str, digest: str) -> tuple[Path, int]:
    file = call.service.uploads.folder / str(uuid.uuid4())
    try:
        size = upstream.layer(source, digest, file)
    except UpstreamError:
        file.unlink(missing_ok=True)
        raise
    call.service.blobs.sync(file)
    return file, size


def _store(
    db: Connection, repository: StoredRepository, manifest: Manifest, digest: str, text: str, now: float
) -> None:
    if images.find(db, repository.id, digest) is not None:
        return
    sizes = {each: layers.find(db, repository.id, each) for each in manifest.layers}
    size = sum(layer.size for each in manifest.layers if (layer := sizes[each]) is not None)
    image = NewImage.of(manifest, text.encode(), digest=digest, size=size, now=now)
    images.add(db, repository.id, image)


def upstream_name(rule: Rule, name: str) -> str:
    """Return the upstream name of a local repository name."""
    rest = name.removeprefix(_prefix(rule.ecr_repository_prefix))
    return _prefix(rule.upstream_repository_prefix or _ROOT) + rest


def _prefix(prefix: str) -> str:
    return "" if prefix == _ROOT else f"{prefix.rstrip('/')}/"
