"""Listings of the registry protocol: tags, repositories, referrers."""

import json
import re
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from ecrkit import models
from ecrkit.errors import InvalidReferenceError
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers.images import list_image_referrers, list_images
from ecrkit.local.handlers.repositories import describe_repositories
from ecrkit.local.refusals import invalid_parameter
from ecrkit.local.registry_wire.problems import VERSION_HEADER, problem
from ecrkit.local.service import Call
from ecrkit.oci.media_types import OCI_INDEX
from ecrkit.references import Digest

_TAGS = Route(models.ListImagesRequest, list_images)
_REPOSITORIES = Route(models.DescribeRepositoriesRequest, describe_repositories)
_REFERRERS = Route(models.ListImageReferrersRequest, list_image_referrers)

_TEXT = "text/plain; charset=utf-8"  # the service's type for this JSON
_DEFAULT_PAGE = 100
_MAX_REFERRERS = 50


def list_tags(call: Call, request: Request) -> Response:
    """List tags; `last` is the opaque token of the `Link` header, not a tag."""
    name = request.path_params["name"]
    members = {"repositoryName": name, "filter": {"tagStatus": "TAGGED"}, **_paging(request)}
    answer = _TAGS.run(call, members)
    content = {"name": name, "tags": [each.image_tag for each in answer.image_ids]}
    return _page(call, f"/v2/{name}/tags/list", request, content, answer.next_token)


def list_repositories(call: Call, request: Request) -> Response:
    """List the names of all repositories."""
    answer = _REPOSITORIES.run(call, _paging(request))
    content = {"repositories": [each.repository_name for each in answer.repositories]}
    return _page(call, "/v2/_catalog", request, content, answer.next_token)


def list_referrers(call: Call, request: Request) -> Response:
    """List the referrers of an image, as an index."""
    name, subject = request.path_params["name"], request.path_params["digest"]
    if not _is_digest(subject):
        # OCI distribution specification: "If the <digest> is not valid, a 400 Bad Request MUST be returned".
        return problem(400, "DIGEST_INVALID", "The digest of the subject is invalid")
    wanted = request.query_params.getlist("artifactType")
    members: dict[str, object] = {
        "repositoryName": name,
        "subjectId": {"imageDigest": subject},
        "maxResults": _MAX_REFERRERS,
        "filter": {"artifactTypes": wanted},
    }
    descriptors: list[dict[str, object]] = []
    token: str | None = None
    while True:
        answer = _REFERRERS.run(call, {**members, "nextToken": token})
        descriptors += [_descriptor(each) for each in answer.referrers]
        token = answer.next_token
        if token is None:
            break
    index = {"schemaVersion": 2, "mediaType": OCI_INDEX, "manifests": descriptors}
    headers = {**VERSION_HEADER, **({"OCI-Filters-Applied": "artifactType"} if wanted else {})}
    return Response(json.dumps(index), 200, headers, OCI_INDEX)


def _is_digest(text: str) -> bool:
    try:
        Digest(text)
    except InvalidReferenceError:
        return False
    return True


def _paging(request: Request) -> dict[str, object]:
    paging: dict[str, object] = {}
    asked = request.query_params.get("n")
    if asked is not None:
        if not re.fullmatch(r"-?[0-9]+", asked, re.ASCII):
            raise invalid_parameter("n", f"'{asked[:80]}' is not a number")  # the text is a guess
        # Out of range, the service's own limits are named; longer numbers are out of range anyway.
        paging["maxResults"] = int(asked[:10])
    token = request.query_params.get("last")
    if token is not None:
        paging["nextToken"] = token
    return paging


def _page(
    call: Call, path: str, request: Request, content: Mapping[str, object], token: str | None
) -> Response:
    headers = dict(VERSION_HEADER)
    if token is not None:
        query = urlencode({"last": token, "n": request.query_params.get("n", str(_DEFAULT_PAGE))})
        headers["Link"] = f'<{call.base_url}{path}?{query}>; rel="next"'
    return Response(json.dumps(content), 200, headers, _TEXT)


def _descriptor(referrer: models.ImageReferrer) -> dict[str, object]:
    shown: dict[str, object] = {
        "mediaType": referrer.media_type,
        "digest": referrer.digest,
        "size": referrer.size,
    }
    if referrer.artifact_type:
        shown["artifactType"] = referrer.artifact_type
    if referrer.annotations:
        shown["annotations"] = referrer.annotations
    return shown
