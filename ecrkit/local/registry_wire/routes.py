"""Routes of the registry protocol, with access checks, refusals, and empty responses to HEAD."""

import logging
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ecrkit.local.failures import is_disk_full, server_failure
from ecrkit.local.refusals import Refusal
from ecrkit.local.registry_wire import blobs, listings, manifests
from ecrkit.local.registry_wire.access import caller
from ecrkit.local.registry_wire.problems import JSON_TYPE, VERSION_HEADER, problem_answer
from ecrkit.local.service import Call, Service
from ecrkit.local.wire import read_body

Endpoint = Callable[[Call, Request], Awaitable[Response]]
Blocking = Callable[[Call, Request], Response]

_log = logging.getLogger(__name__)


def registry_routes(service: Service) -> list[Route]:
    """Return all routes below `/v2/`."""

    def route(path: str, endpoints: dict[str, Endpoint]) -> Route:
        async def answer(request: Request) -> Response:
            # Starlette adds HEAD to every GET.
            endpoint = endpoints.get(request.method) or endpoints["GET"]
            return await _answer(service, request, endpoint)

        return Route(path, answer, methods=list(endpoints))

    manifest = {
        "GET": _in_thread(manifests.get_manifest),
        "HEAD": _in_thread(manifests.get_manifest),
        "PUT": _put_manifest,
        "DELETE": _in_thread(manifests.delete_manifest),
    }
    blob = {
        "GET": _in_thread(blobs.get_blob),
        "HEAD": _in_thread(blobs.head_blob),
        "DELETE": _in_thread(blobs.delete_blob),
    }
    upload = {
        "PATCH": blobs.patch_upload,
        "PUT": blobs.finish_upload,
        "GET": _in_thread(blobs.show_upload),
    }
    read_only = {"GET", "HEAD"}
    return [
        route("/v2/", dict.fromkeys(read_only, _in_thread(_hello))),
        route("/v2/_catalog", dict.fromkeys(read_only, _in_thread(listings.list_repositories))),
        route("/v2/{name:path}/manifests/{reference}", manifest),
        route("/v2/{name:path}/blobs/uploads/", {"POST": _in_thread(blobs.start_upload)}),
        route("/v2/{name:path}/blobs/uploads/{upload_id}", upload),
        route("/v2/{name:path}/blobs/{digest}", blob),
        route("/v2/{name:path}/tags/list", dict.fromkeys(read_only, _in_thread(listings.list_tags))),
        route(
            "/v2/{name:path}/referrers/{digest}",
            dict.fromkeys(read_only, _in_thread(listings.list_referrers)),
        ),
    ]


async def _answer(service: Service, request: Request, endpoint: Endpoint) -> Response:
    call = caller(service, request)
    try:
        answer = call if isinstance(call, Response) else await endpoint(call, request)
    except Refusal as refusal:
        answer = problem_answer(refusal)
    except Exception as error:  # noqa: BLE001 -- the outermost frame: logged, and answered as the service would
        traceback = None if is_disk_full(error) else error
        _log.error("%s %s failed: %s", request.method, request.url.path, error, exc_info=traceback)
        answer = problem_answer(server_failure(error))
    if request.method == "HEAD" and answer.status_code >= 400:  # noqa: PLR2004 -- where errors begin
        asked = {name: value for name, value in answer.headers.items() if name == "www-authenticate"}
        return Response(b"", answer.status_code, VERSION_HEADER | asked)  # errors of HEAD have no body
    return answer


def _in_thread(endpoint: Blocking) -> Endpoint:
    async def run(call: Call, request: Request) -> Response:
        return await run_in_threadpool(endpoint, call, request)

    return run


async def _put_manifest(call: Call, request: Request) -> Response:
    body = bytes(await read_body(request, call.service.settings.max_body_size))
    return await run_in_threadpool(manifests.put_manifest, call, request, body)


def _hello(_call: Call, _request: Request) -> Response:
    return Response(b"{}", 200, VERSION_HEADER, JSON_TYPE)
