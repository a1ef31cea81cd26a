"""Layers on the registry protocol: check, download by redirect, mount, and upload in chunks of any size."""

import re
from collections.abc import AsyncIterator

from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from ecrkit import models
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers._shared import require_repository
from ecrkit.local.handlers.layers import get_download_url_for_layer, initiate_layer_upload
from ecrkit.local.handlers.registry import setting
from ecrkit.local.pull_through import find_rule
from ecrkit.local.refusals import Refusal, invalid_parameter, serialization, upload_not_found
from ecrkit.local.registry_wire.problems import VERSION_HEADER, problem
from ecrkit.local.service import Call
from ecrkit.local.store import layers, repositories

_URL = Route(models.GetDownloadUrlForLayerRequest, get_download_url_for_layer)
_INITIATE = Route(models.InitiateLayerUploadRequest, initiate_layer_upload)
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)
_RANGE = re.compile(r"(?:bytes[ =])?(\d{1,15})-(\d{1,15})(?:/.*)?", re.ASCII)


def head_blob(call: Call, request: Request) -> Response:
    """Return whether a layer exists, and its size."""
    digest = request.path_params["digest"]
    with call.reading() as db:
        repository = require_repository(db, call.scope(), request.path_params["name"])
        layer = layers.find(db, repository.id, digest)
    if layer is None or layer.archived:
        return problem(404, "BLOB_UNKNOWN", "blob unknown to registry")
    headers = {**VERSION_HEADER, "Content-Length": str(layer.size), "Docker-Content-Digest": digest}
    return Response(b"", 200, headers, "application/octet-stream")


def get_blob(call: Call, request: Request) -> Response:
    """Redirect to the download URL."""
    digest = request.path_params["digest"]
    _URL.run(call, {"repositoryName": request.path_params["name"], "layerDigest": digest})  # for its refusals
    url = call.service.urls.url(call.base_url, digest, redirect=True)
    return Response(b"", 307, {**VERSION_HEADER, "Location": url})


def delete_blob(_call: Call, _request: Request) -> Response:
    """Refuse an operation that the service does not support."""
    return problem(405, "UNSUPPORTED", "The operation is unsupported.")


def start_upload(call: Call, request: Request) -> Response:
    """Start an upload, or mount a layer of another repository if possible."""
    name = request.path_params["name"]
    query = request.query_params
    if _mount(call, name, query.get("mount"), query.get("from")):
        digest = query["mount"]
        location = f"{call.base_url}/v2/{name}/blobs/{digest}"
        return Response(b"", 201, {**VERSION_HEADER, "Location": location, "Docker-Content-Digest": digest})
    upload_id = _INITIATE.run(call, {"repositoryName": name}).upload_id
    answer = _progress(call, name, upload_id, 202, 0)
    answer.headers["OCI-Chunk-Min-Length"] = str(call.service.settings.min_part_size)
    return answer


async def patch_upload(call: Call, request: Request) -> Response:
    """Receive the next bytes, split into parts like the service's."""
    name, upload_id = await run_in_threadpool(_find, call, request)
    await _receive(call, request, name, upload_id)
    received = await run_in_threadpool(call.service.uploads.received, call.scope(), name, upload_id)
    return _progress(call, name, upload_id, 201, received)  # 201, where the specification says 202


async def finish_upload(call: Call, request: Request) -> Response:
    """Receive the last bytes, if any, and complete the layer."""
    name, upload_id = await run_in_threadpool(_find, call, request)
    digest = request.query_params.get("digest")
    if digest is None:
        return problem(400, "DIGEST_INVALID", "The digest parameter is missing")
    await _receive(call, request, name, upload_id)
    try:
        await run_in_threadpool(call.service.uploads.complete, call.scope(), name, upload_id, [digest])
    except Refusal as refusal:
        if refusal.code != "LayerAlreadyExistsException":
            raise
    location = f"{call.base_url}/v2/{name}/blobs/{digest}"
    return Response(b"", 201, {**VERSION_HEADER, "Location": location, "Docker-Content-Digest": digest})


def show_upload(call: Call, request: Request) -> Response:
    """Return the progress of an upload."""
    name, upload_id = _find(call, request)
    received = call.service.uploads.received(call.scope(), name, upload_id)
    return _progress(call, name, upload_id, 204, received)


def _find(call: Call, request: Request) -> tuple[str, str]:
    name, upload_id = request.path_params["name"], request.path_params["upload_id"]
    if not _UUID.fullmatch(upload_id):
        with call.reading() as db:
            require_repository(db, call.scope(), name)
        raise upload_not_found(upload_id, name, call.account)
    call.service.uploads.received(call.scope(), name, upload_id)  # refused before the body is read
    return name, upload_id


async def _receive(call: Call, request: Request, name: str, upload_id: str) -> None:
    position = _first_byte(request)
    async for part in _parts(request, call.service.settings.part_size):
        last = await run_in_threadpool(
            call.service.uploads.append, call.scope(), name, upload_id, position, None, part
        )
        position = last + 1


async def _parts(request: Request, size: int) -> AsyncIterator[bytes]:
    buffer = bytearray()
    try:
        async for chunk in request.stream():
            buffer += chunk
            while len(buffer) >= size:
                yield bytes(buffer[:size])
                del buffer[:size]
    except ClientDisconnect:
        raise serialization("The request ended before its body did") from None
    if buffer:
        yield bytes(buffer)


def _first_byte(request: Request) -> int | None:
    header = request.headers.get("content-range")
    if header is None:
        return None
    match = _RANGE.fullmatch(header)
    if match is None:
        raise invalid_parameter("Content-Range", "Invalid range")
    return int(match[1])


def _progress(call: Call, name: str, upload_id: str, status: int, received: int) -> Response:
    headers = {
        **VERSION_HEADER,
        "Location": f"{call.base_url}/v2/{name}/blobs/uploads/{upload_id}",
        "Docker-Upload-Uuid": upload_id,
        "Range": f"0-{max(received - 1, 0)}",
    }
    return Response(b"", status, headers)


def _mount(call: Call, name: str, digest: str | None, source: str | None) -> bool:
    """Mount a layer into another repository of the same registry, if the account has enabled it."""
    if digest is None or source is None:
        return False
    scope = call.scope()
    with call.transaction() as db:
        target, origin = repositories.find(db, scope, name), repositories.find(db, scope, source)
        if target is None or origin is None or setting(db, scope, "BLOB_MOUNTING") != "ENABLED":
            return False
        layer = layers.find(db, origin.id, digest)
        cached = find_rule(db, scope, name) or find_rule(db, scope, source)
        if layer is None or layer.media_type is None or cached or origin.encryption != target.encryption:
            return False
        layers.add(db, target.id, digest, layer.size, now=call.now)
    return True
