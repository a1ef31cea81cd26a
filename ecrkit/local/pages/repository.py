"""The page of a repository: its images, newest first."""

from html import escape
from sqlite3 import Connection

from ecrkit.local.pages.html import ROWS, Cell, command, link, quiet, short, size, table, tags, time
from ecrkit.local.store import images
from ecrkit.local.store.images import StoredImage
from ecrkit.local.store.repositories import StoredRepository

_HEAD = ("Tags", "Image", "Size", "Type", "Pushed")


def render(db: Connection, repository: StoredRepository, host: str) -> str:
    """Render the page."""
    found = images.newest(db, repository.id, limit=ROWS)
    named = [(image, images.tags(db, repository.id, image.digest)) for image in found]
    newest = next((names[-1] for _, names in named if names), None)
    pull = "" if newest is None else command(f"docker pull {host}/{repository.name}:{newest}")
    where = quiet(f"{repository.scope.account} · {repository.scope.region}")
    if not found:
        push = command(f"docker push {host}/{repository.name}:TAG")
        return f"{where}{quiet('There are no images yet.')}{push}"
    return f"{where}{pull}{table(_HEAD, [_row(db, repository, image, names) for image, names in named])}"


def _row(
    db: Connection, repository: StoredRepository, image: StoredImage, names: list[str]
) -> tuple[Cell, ...]:
    status = "" if image.status == "ACTIVE" else f' <span class="quiet">{escape(image.status.lower())}</span>'
    parents = images.parents(db, repository.id, image.digest)
    part_of = f' <span class="quiet">of {escape(short(parents[0]))}</span>' if parents else ""
    return (
        Cell(tags(names)),
        Cell(
            f"<code>{link(repository, short(image.digest), image=image.digest)}</code>{status}",
            style="nowrap",
        ),
        size(image.size),
        Cell(escape(kind_of(image)) + part_of),
        time(image.pushed_at),
    )


def kind_of(image: StoredImage) -> str:
    """Return a short description of an image's type."""
    if image.subject is not None:
        return f"refers to {short(image.subject)}: {image.artifact_type or image.artifact_media_type or 'artifact'}"
    if "index" in image.media_type or "manifest.list" in image.media_type:
        return "index"
    if image.artifact_media_type is None or ".image." in image.artifact_media_type:
        return "image"
    return image.artifact_type or image.artifact_media_type
