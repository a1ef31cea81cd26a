"""The ASGI application and its routes."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ecrkit.local import downloads
from ecrkit.local.control_api import control_routes
from ecrkit.local.handlers import ROUTES
from ecrkit.local.pages import answer_page
from ecrkit.local.registry_wire import registry_routes
from ecrkit.local.service import Service
from ecrkit.local.wire import Wire


def make_app(service: Service) -> Starlette:
    """Build the application for a service."""
    wire = Wire(service, ROUTES)

    async def layer(request: Request) -> Response:
        return downloads.answer_download(request, service.urls, service.blobs.path)

    def page(request: Request) -> Response:
        return answer_page(request, service)

    return Starlette(
        routes=[
            Route("/", wire.answer, methods=["POST"]),
            Route("/", page, methods=["GET"]),
            Route(downloads.PATH, layer, methods=["GET", "HEAD"]),
            *control_routes(service),
            *registry_routes(service),
        ]
    )
