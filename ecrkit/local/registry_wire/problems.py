"""Refusals of the service in the format of the registry protocol: `{"errors": [{"code", "message"}]}` and a status."""

import json
from collections.abc import Mapping

from starlette.responses import Response

from ecrkit.local.refusals import Refusal

VERSION_HEADER = {"Docker-Distribution-Api-Version": "registry/2.0"}
JSON_TYPE = "application/json; charset=utf-8"

_ANSWERS = {
    "RepositoryNotFoundException": (404, "NAME_UNKNOWN"),
    "ImageNotFoundException": (404, "MANIFEST_UNKNOWN"),
    "LayerInaccessibleException": (404, "BLOB_UNKNOWN"),
    "LayersNotFoundException": (404, "BLOB_UNKNOWN"),
    "ReferencedImagesNotFoundException": (400, "MANIFEST_BLOB_UNKNOWN"),
    "ImageDigestDoesNotMatchException": (400, "MANIFEST_INVALID"),
    "ImageTagAlreadyExistsException": (400, "TAG_INVALID"),
    "InvalidParameterException": (405, "UNSUPPORTED"),
    "InvalidLayerPartException": (416, "BLOB_UPLOAD_INVALID"),
    "InvalidLayerException": (400, "BLOB_UPLOAD_INVALID"),
    "EmptyUploadException": (400, "BLOB_UPLOAD_INVALID"),
    "LayerPartTooSmallException": (400, "BLOB_UPLOAD_INVALID"),
    "UploadNotFoundException": (404, "BLOB_UPLOAD_UNKNOWN"),
    "LimitExceededException": (403, "DENIED"),
    "AccessDeniedException": (403, "DENIED"),
    "ThrottlingException": (429, "TOOMANYREQUESTS"),
    "RequestEntityTooLargeException": (413, "SIZE_INVALID"),
    "UnableToGetUpstreamImageException": (404, "MANIFEST_UNKNOWN"),
    "ServerException": (500, "UNKNOWN"),
}
_OTHERWISE = (400, "UNSUPPORTED")


def problem_answer(refusal: Refusal, codes: Mapping[str, tuple[int, str]] | None = None) -> Response:
    """Return the response for a refusal.

    Args:
        refusal: The service's refusal.
        codes: Codes that differ from the usual mapping.
    """
    status, code = {**_ANSWERS, **(codes or {})}.get(refusal.code, _OTHERWISE)
    return problem(status, code, refusal.message)


def problem(status: int, code: str, message: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an error response."""
    content = json.dumps({"errors": [{"code": code, "message": message}]})
    return Response(content, status, {**VERSION_HEADER, **(headers or {})}, JSON_TYPE)
