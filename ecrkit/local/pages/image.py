"""The page of an image: pull command, layers, scan results, manifest and config."""

from html import escape
from sqlite3 import Connection

from ecrkit import models
from ecrkit.local import scanning
from ecrkit.local.pages.html import (
    Cell,
    command,
    facts,
    json_block,
    link,
    quiet,
    short,
    size,
    size_text,
    table,
    tags,
    time_text,
)
from ecrkit.local.pages.repository import kind_of
from ecrkit.local.service import Service
from ecrkit.local.store import images, layers
from ecrkit.local.store.images import StoredImage
from ecrkit.local.store.repositories import StoredRepository

_MAX_CONFIG = 1024 * 1024
_SEVERITIES = ("CRITICAL", "HIGH", "MEDIUM", "LOW", "INFORMATIONAL", "UNDEFINED")


def render(
    db: Connection, repository: StoredRepository, image: StoredImage, service: Service, host: str
) -> str:
    """Render the page."""
    names = images.tags(db, repository.id, image.digest)
    reference = f":{names[-1]}" if names else f"@{image.digest}"
    parts = {
        "": command(f"docker pull {host}/{repository.name}{reference}")
        + _facts(db, repository, image, names),
        "Images of the index": _children(db, repository, image),
        "Layers": _layers(db, repository, image),
        "Scan": _scan(db, repository, image, service),
        "Refer to it": _referrers(db, repository, image),
        "Manifest": json_block(images.manifest(db, repository.id, image.digest).decode(errors="replace")),
        "Config": _config(db, repository, image, service),
    }
    back = f"<p>{link(repository, '← all images')}</p>"
    return back + "".join(
        (f"<h2>{escape(title)}</h2>" if title else "") + html for title, html in parts.items() if html
    )


def _facts(db: Connection, repository: StoredRepository, image: StoredImage, names: list[str]) -> str:
    shown = {
        "Digest": f"<code>{escape(image.digest)}</code>",
        "Tags": tags(names),
        "Type": escape(kind_of(image)),
        "Media type": f"<code>{escape(image.media_type)}</code>",
        "Size": size_text(image.size),
        "Status": escape(image.status.lower()),
        "Pushed": time_text(image.pushed_at),
    }
    if image.pulled_at is not None:
        shown["Last pulled"] = time_text(image.pulled_at)
    if image.subject is not None:
        shown["Refers to"] = f"<code>{link(repository, image.subject, image=image.subject)}</code>"
    if parents := images.parents(db, repository.id, image.digest):
        shown["Part of"] = ", ".join(
            f"<code>{link(repository, short(each), image=each)}</code>" for each in parents
        )
    return facts(shown)


def _children(db: Connection, repository: StoredRepository, image: StoredImage) -> str:
    found = images.children(db, repository.id, image.digest)
    return "".join(f"<p><code>{link(repository, each, image=each)}</code></p>" for each in found)


def _layers(db: Connection, repository: StoredRepository, image: StoredImage) -> str:
    rows: list[tuple[Cell, ...]] = []
    for digest, media_type in images.layer_types(db, repository.id, image.digest).items():
        layer = layers.find(db, repository.id, digest)
        rows.append(
            (
                Cell(f"<code>{escape(digest)}</code>"),
                size(layer.size if layer else 0),
                Cell(f"<code>{escape(media_type)}</code>"),
            )
        )
    return table(("Digest", "Size", "Media type"), rows, filtered=False) if rows else ""


def _scan(db: Connection, repository: StoredRepository, image: StoredImage, service: Service) -> str:
    outcome = scanning.outcome(db, repository, image, service.clock.now(), service.settings)
    if outcome is None:
        return quiet("Not scanned.") if scanning.is_scannable(image) else ""
    status, _, found = outcome
    said = f"<p>{escape(str(status.status))}: {escape(status.description or '')}</p>"
    rows = [
        (
            Cell(escape(_name(each))),
            Cell(escape(str(each.severity or "UNDEFINED")), _rank(str(each.severity))),
            Cell(escape(each.description or "")),
        )
        for each in sorted(found, key=lambda each: _rank(str(each.severity)))
    ]
    return said + (table(("Finding", "Severity", "Description"), rows) if rows else "")


def _name(finding: scanning.Finding) -> str:
    if isinstance(finding, models.ImageScanFinding):
        return finding.name or ""
    return finding.title or finding.finding_arn or ""


def _rank(severity: str) -> int:
    return _SEVERITIES.index(severity) if severity in _SEVERITIES else len(_SEVERITIES)


def _referrers(db: Connection, repository: StoredRepository, image: StoredImage) -> str:
    found = images.referrers(db, repository.id, image.digest, after=0, limit=100)
    return "".join(
        f"<p><code>{link(repository, short(each.digest), image=each.digest)}</code> {escape(kind_of(each))}</p>"
        for each in found
    )


def _config(db: Connection, repository: StoredRepository, image: StoredImage, service: Service) -> str:
    used = images.layer_types(db, repository.id, image.digest)
    for digest, media_type in used.items():
        path = service.blobs.path(digest)
        if media_type == image.artifact_media_type and path.exists() and path.stat().st_size <= _MAX_CONFIG:
            return json_block(path.read_bytes().decode(errors="replace"))
    return ""
