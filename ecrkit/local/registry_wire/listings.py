"""Listings on the registry wire: tags, repositories, referrers."""

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from ecrkit import models
from ecrkit.local.dispatch import Route
from ecrkit.local.handlers.images import list_image_referrers, list_images
from ecrkit.local.handlers.repositories import describe_repositories
from ecrkit.local.manifests import OCI_INDEX
from ecrkit.local.refusals import invalid_parameter
from ecrkit.local.registry_wire.problems import VERSION_HEADER
from ecrkit.local.service import Call

_TAGS = Route(models.ListImagesRequest, list_images)
_REPOSITORIES = Route(models.DescribeRepositoriesRequest, describe_repositories)
_REFERRERS = Route(models.ListImageReferrersRequest, list_image_referrers)

_TEXT = "text/plain; charset=utf-8"  # what the service calls its JSON here
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
    """List what refers to an image, as an index."""
    name, subject = request.path_params["name"], request.path_params["digest"]
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


def _paging(request: Request) -> dict[str, object]:
    paging: dict[str, object] = {}
    asked = request.query_params.get("n")
    if asked is not None:
        if not (asked.isascii() and asked.isdecimal() and len(asked) < 10):  # noqa: PLR2004 -- far above any page
            raise invalid_parameter("maxResults", "Member must have value less than or equal to 1000")
        paging["maxResults"] = int(asked)
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
