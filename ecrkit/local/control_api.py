"""The routes below `/_local/`, for tests in any language to inject faults and read recorded requests.

They take and return JSON, need no signature, are not recorded or affected by faults, and are documented in the guide.
A server that verifies signatures refuses them, because they can delete everything.
"""

from collections.abc import Callable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ecrkit.errors import EcrKitError, InvalidInputError
from ecrkit.local.clock import moment
from ecrkit.local.controls import Findings
from ecrkit.local.faults import Fault, check_names
from ecrkit.local.housekeeping import run_lifecycle
from ecrkit.local.refusals import Refusal
from ecrkit.local.seed_files import Seed
from ecrkit.local.seeding import plant
from ecrkit.local.service import Service
from ecrkit.local.wire import read_body

PREFIX = "/_local"
_BAD_REQUEST = 400
_FORBIDDEN = 403
_CENTURY = 100 * 365 * 24 * 3600

_FAULT = TypeAdapter(Fault)
_MEMBERS = TypeAdapter(dict[str, object])
_ANYTHING: TypeAdapter[object] = TypeAdapter(object)

Endpoint = Callable[[Service, Request, bytes], object]


class _Advance(BaseModel):
    model_config = ConfigDict(extra="forbid")

    advance: Annotated[float, Field(ge=0, le=_CENTURY, allow_inf_nan=False)]
    """Seconds."""


def control_routes(service: Service) -> list[Route]:
    """Return the routes."""

    def route(path: str, **endpoints: Endpoint) -> Route:
        async def answer(request: Request) -> Response:
            endpoint = endpoints.get(request.method) or endpoints["GET"]
            return await _answer(service, request, endpoint)

        return Route(f"{PREFIX}/{path}", answer, methods=list(endpoints))

    return [
        route("faults", GET=_faults, POST=_add_fault, DELETE=_clear_faults),
        route("findings", POST=_load_findings),
        route("clock", GET=_clock, POST=_advance_clock),
        route("requests", GET=_requests, DELETE=_clear_requests),
        route("events", GET=_events, DELETE=_clear_events),
        route("lifecycle", POST=_run_lifecycle),
        route("seed", POST=_seed),
        route("reset", POST=_reset),
    ]


async def _answer(service: Service, request: Request, endpoint: Endpoint) -> Response:
    if service.keys is not None:
        return _problem("This server verifies signatures, so its controls are closed", _FORBIDDEN)
    try:
        body = bytes(await read_body(request, service.settings.max_body_size))
        content = await run_in_threadpool(endpoint, service, request, body)
    except ValidationError as error:
        return _problem(_first_of(error))
    except EcrKitError as error:
        return _problem(str(error))
    except Refusal as refusal:
        return _problem(refusal.message, refusal.status)
    return JSONResponse(content)


def _faults(service: Service, _request: Request, _body: bytes) -> object:
    return {"faults": [asdict(each) for each in service.faults.active()]}


def _add_fault(service: Service, _request: Request, body: bytes) -> object:
    members = _MEMBERS.validate_json(body)
    known = [each.name for each in fields(Fault)]
    if unknown := members.keys() - set(known):
        raise InvalidInputError(f"A fault has no {min(unknown)!r}; it has: {', '.join(known)}")
    check_names(members.get("effect"), members.get("operation"))
    fault = _FAULT.validate_python(members)
    return asdict(service.faults.add(**asdict(fault)))


def _clear_faults(service: Service, _request: Request, _body: bytes) -> object:
    service.faults.clear()
    return {}


def _load_findings(service: Service, request: Request, body: bytes) -> object:
    query = request.query_params
    Findings(service).take(
        _ANYTHING.validate_json(body), account=query.get("account"), region=query.get("region")
    )
    return {}


def _clock(service: Service, _request: Request, _body: bytes) -> object:
    return {"now": _iso(moment(service.clock.now()))}


def _advance_clock(service: Service, request: Request, body: bytes) -> object:
    service.clock.advance(_Advance.model_validate_json(body).advance)
    return _clock(service, request, body)


def _requests(service: Service, request: Request, _body: bytes) -> object:
    operation = request.query_params.get("operation")
    found = list(service.requests) if operation is None else service.requests.of(operation)
    return {"requests": [asdict(each) for each in found]}


def _clear_requests(service: Service, _request: Request, _body: bytes) -> object:
    service.requests.clear()
    return {}


def _events(service: Service, request: Request, _body: bytes) -> object:
    kind = request.query_params.get("detail-type")
    return {"events": list(service.events) if kind is None else service.events.of(kind)}


def _clear_events(service: Service, _request: Request, _body: bytes) -> object:
    service.events.clear()
    return {}


def _run_lifecycle(service: Service, _request: Request, _body: bytes) -> object:
    return {"outcomes": [asdict(each) for each in run_lifecycle(service)]}


def _seed(service: Service, _request: Request, body: bytes) -> object:
    plant(service, Seed.model_validate_json(body), files_in=None)
    return {}


def _reset(service: Service, _request: Request, _body: bytes) -> object:
    service.reset()
    return {}


def _first_of(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(map(str, first["loc"]))
    return f"{where}: {first['msg']}" if where else first["msg"]


def _problem(message: str, status: int = _BAD_REQUEST) -> Response:
    return JSONResponse({"message": message}, status)


def _iso(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
