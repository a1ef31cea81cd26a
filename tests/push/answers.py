"""What ECR answers to the requests of an upload, for fakes; and what a fake was sent."""

import hashlib
import json
from collections.abc import Callable
from typing import cast

import pybase64

from ecrkit import Client, RetryPolicy, models
from ecrkit.errors import EcrKitError, api_error
from ecrkit.events import LayerEvent
from ecrkit.push.engine import Conditions, LayerUpload
from ecrkit.push.sources import SourceLike, layer_source
from ecrkit.push.state import UploadState
from ecrkit.testing import FakeTransport
from ecrkit.transfer import EcrApi

CONTENT = b"0123456789abcdefghijABCDE"
"""Three parts of ten bytes, the last one half full."""

PART_SIZE = 10
ALL_PARTS = [(0, 9), (10, 19), (20, 24)]

AN_UPLOAD = "00000000-0000-4000-8000-000000000001"
ANOTHER_UPLOAD = "00000000-0000-4000-8000-000000000002"

AnyRequest = models.Request[models.Response]


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


DIGEST = digest_of(CONTENT)


def begun(upload_id: str = AN_UPLOAD, part_size: int = PART_SIZE) -> models.InitiateLayerUploadResponse:
    return models.InitiateLayerUploadResponse(upload_id=upload_id, part_size=part_size)


def taken(request: AnyRequest) -> models.UploadLayerPartResponse:
    """Take the whole part."""
    return models.UploadLayerPartResponse(last_byte_received=part(request).part_last_byte)


def taken_until(last_byte: int) -> models.UploadLayerPartResponse:
    return models.UploadLayerPartResponse(last_byte_received=last_byte)


def completed(request: AnyRequest) -> models.CompleteLayerUploadResponse:
    """Find the digest right."""
    assert isinstance(request, models.CompleteLayerUploadRequest)
    return models.CompleteLayerUploadResponse(layer_digest=request.layer_digests[0])


def availability(*digests: str, there: bool = True) -> models.BatchCheckLayerAvailabilityResponse:
    status = models.LayerAvailability.AVAILABLE if there else models.LayerAvailability.UNAVAILABLE
    layers = [models.Layer(layer_digest=digest, layer_availability=status) for digest in digests]
    return models.BatchCheckLayerAvailabilityResponse(layers=layers)


def refused(code: str, **members: object) -> EcrKitError:
    return api_error(code, "no", operation="UploadLayerPart", http_status=400, members=members)


def misplaced(last_valid_byte: int) -> EcrKitError:
    return refused("InvalidLayerPartException", lastValidByteReceived=last_valid_byte)


def part(request: AnyRequest) -> models.UploadLayerPartRequest:
    assert isinstance(request, models.UploadLayerPartRequest)
    return request


def ranges_of(fake: FakeTransport) -> list[tuple[int, int]]:
    """Give first and last byte of each part that was sent."""
    return [
        (each.part_first_byte, each.part_last_byte)
        for each in fake.requests
        if isinstance(each, models.UploadLayerPartRequest)
    ]


def operations_of(fake: FakeTransport) -> list[str]:
    return [request.operation for request in fake.requests]


def layer_sent(fake: FakeTransport) -> bytes:
    """Put together what the bodies held, each byte at its place; later bodies win."""
    layer = bytearray()
    for body in fake.bodies:
        members = cast("dict[str, object]", json.loads(body))
        first = cast("int", members["partFirstByte"])
        content = pybase64.b64decode(str(members["layerPartBlob"]), validate=True)
        assert members["partLastByte"] == first + len(content) - 1
        layer[first : first + len(content)] = content
    return bytes(layer)


def upload(
    fake: FakeTransport,
    source: SourceLike = CONTENT,
    *,
    digest: str | None = None,
    state: UploadState | None = None,
    emit: Callable[[LayerEvent], object] = lambda event: None,
    restarts: int = 3,
    attempts: int = 4,
    update_every: float = 60,
) -> LayerUpload:
    return LayerUpload(
        EcrApi(Client(fake), "team/app", None, RetryPolicy(attempts=attempts)),
        layer_source(source),
        digest=digest,
        state=state,
        conditions=Conditions(restarts=restarts, min_part_size=5, update_every=update_every),
        emit=emit,
    )
