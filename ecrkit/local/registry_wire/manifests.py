"""Manifests on the registry protocol: get, put, delete."""

import hashlib

from starlette.requests import Request
from starlette.responses import Response

from ecrkit import models
from ecrkit.local.dispatch import Route
from ecrkit.local.forms import is_digest, is_tag
from ecrkit.local.handlers.delete_images import batch_delete_image
from ecrkit.local.handlers.images import batch_get_image
from ecrkit.local.handlers.put_image import put_image
from ecrkit.local.manifests import read_manifest
from ecrkit.local.refusals import Refusal, invalid_parameter
from ecrkit.local.registry_wire.problems import VERSION_HEADER, problem, problem_answer
from ecrkit.local.service import Call

_GET = Route(models.BatchGetImageRequest, batch_get_image)
_PUT = Route(models.PutImageRequest, put_image)
_DELETE = Route(models.BatchDeleteImageRequest, batch_delete_image)

_MAX_ACCEPTED = 100
_NOT_FOUND = 404
_DIGEST = "Docker-Content-Digest"


def get_manifest(call: Call, request: Request) -> Response:
    """Handle GET and HEAD. Like the service, GET returns no digest header."""
    name, reference = request.path_params["name"], request.path_params["reference"]
    if not (is_digest(reference) or is_tag(reference)):
        return problem(400, "TAG_INVALID", "The reference is neither a tag nor a digest")
    members: dict[str, object] = {"repositoryName": name, "imageIds": [_image_id(reference)]}
    if accepted := _accepted(request):
        members["acceptedMediaTypes"] = accepted
    answer = _GET.run(call, members)
    if not answer.images:
        return problem(_NOT_FOUND, "MANIFEST_UNKNOWN", "Requested image not found")
    image = answer.images[0]
    content = image.image_manifest.encode()
    headers = dict(VERSION_HEADER)
    if request.method == "HEAD":
        headers[_DIGEST] = _sha256(content)
    return Response(content, 200, headers, image.image_manifest_media_type)


def put_manifest(call: Call, request: Request, body: bytes) -> Response:
    """Handle PUT; putting the same image again succeeds."""
    name, reference = request.path_params["name"], request.path_params["reference"]
    media_type = request.headers.get("content-type", "").partition(";")[0].strip() or None
    try:
        text = body.decode()
    except UnicodeDecodeError:
        raise invalid_parameter("ImageManifest", "Invalid JSON syntax") from None
    named = {"imageDigest": reference} if is_digest(reference) else {"imageTag": reference}
    try:
        _PUT.run(
            call,
            {
                "repositoryName": name,
                "imageManifest": text,
                "imageManifestMediaType": media_type,
                **named,
            },
        )
    except Refusal as refusal:
        if refusal.code != "ImageAlreadyExistsException":
            return problem_answer(refusal, {"LayersNotFoundException": (404, "BLOB_UPLOAD_UNKNOWN")})
    headers = {**VERSION_HEADER, _DIGEST: _sha256(body)}
    manifest = read_manifest(text, media_type, max_layers=call.service.settings.max_image_layers)
    if manifest.subject is not None:
        headers["OCI-Subject"] = manifest.subject
    return Response(b"", 201, headers)


def delete_manifest(call: Call, request: Request) -> Response:
    """Handle DELETE, by digest or by tag."""
    name, reference = request.path_params["name"], request.path_params["reference"]
    answer = _DELETE.run(call, {"repositoryName": name, "imageIds": [_image_id(reference)]})
    if not answer.failures:
        return Response(b"", 202, VERSION_HEADER)
    failure = answer.failures[0]
    reason = failure.failure_reason or failure.failure_code
    if failure.failure_code == models.ImageFailureCode.IMAGE_NOT_FOUND:
        return problem(_NOT_FOUND, "MANIFEST_UNKNOWN", reason)
    return problem(403, "DENIED", reason)


def _image_id(reference: str) -> dict[str, str]:
    return {"imageDigest": reference} if is_digest(reference) else {"imageTag": reference}


def _accepted(request: Request) -> list[str]:
    wanted = [
        part.partition(";")[0].strip()
        for header in request.headers.getlist("accept")
        for part in header.split(",")
    ]
    if "*/*" in wanted and len(wanted) == 1:
        return []
    return [each for each in dict.fromkeys(wanted) if each][:_MAX_ACCEPTED]


def _sha256(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
