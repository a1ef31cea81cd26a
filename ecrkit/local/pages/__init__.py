"""The HTML pages at `/`: registries, repositories, images, requests and events. All text is escaped."""

from sqlite3 import Connection

from starlette.requests import Request
from starlette.responses import Response

from ecrkit.local.pages import activity, image, overview, repository
from ecrkit.local.pages.html import page
from ecrkit.local.service import Service
from ecrkit.local.store import images, repositories
from ecrkit.local.store.repositories import Scope
from ecrkit.local.wire import base_url

_FORBIDDEN = 403
_NOT_FOUND = 404


def answer_page(request: Request, service: Service) -> Response:
    """Render the page of the query; defaults to all repositories."""
    if service.keys is not None:
        return page(
            "Local ECR",
            "<p>Requests to this server have to be signed; browsers cannot do that.</p>",
            _FORBIDDEN,
        )
    query = request.query_params
    if query.get("show") == "requests":
        return page("Requests", activity.requests(service))
    if query.get("show") == "events":
        return page("Events", activity.events(service))
    host = base_url(request).partition("://")[2]
    with service.database.reading() as db:
        if "repository" not in query:
            return page("Local ECR", overview.render(db))
        return _repository(db, request, service, host)


def _repository(db: Connection, request: Request, service: Service, host: str) -> Response:
    query = request.query_params
    scope = Scope(query.get("account", ""), query.get("region", ""))
    found = repositories.find(db, scope, query["repository"])
    if found is None:
        return page("Not found", "<p>There is no such repository.</p>", _NOT_FOUND)
    if "image" not in query:
        return page(found.name, repository.render(db, found, host))
    stored = images.find(db, found.id, query["image"])
    if stored is None:
        return page("Not found", "<p>There is no such image.</p>", _NOT_FOUND)
    return page(found.name, image.render(db, found, stored, service, host))
