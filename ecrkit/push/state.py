"""`UploadState`: the progress of an upload, in a form that outlives the process."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Protocol, Self, runtime_checkable

from ecrkit.errors import InvalidInputError, SourceChangedError
from ecrkit.push.sources import LayerSource
from ecrkit.transfer.parts import check_part_size


@dataclass(frozen=True, slots=True)
class UploadState:
    """State for resuming an upload in another process. Contains no secrets."""

    upload_id: str
    """ECR's id of the upload."""

    part_size: int
    """Bytes of every part but the last."""

    received: int = 0
    """Bytes from the start of the layer that ECR received."""

    size: int | None = field(default=None, compare=False)
    """Size of the layer in bytes; None if unknown. This and what follows identify the layer, not the upload."""

    digest: str | None = field(default=None, compare=False)
    """Digest of the layer; None if it is not known before the last byte."""

    fingerprint: str | None = field(default=None, compare=False)
    """Hash of the size and of samples of the layer; None for a stream. See `fingerprint_of`."""

    def to_json(self) -> str:
        """Return the state as JSON, for example to keep in a file next to the layer."""
        return json.dumps({name: value for name, value in asdict(self).items() if value is not None})

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read the JSON of a state.

        Raises:
            InvalidInputError: The text is not a state.
        """
        try:
            members = json.loads(text)
            upload_id, part_size, received = members["upload_id"], members["part_size"], members["received"]
            size, digest, fingerprint = (members.get(name) for name in ("size", "digest", "fingerprint"))
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InvalidInputError(f"This is not the state of an upload: {text[:80]!r}") from error
        for value, kind in (
            (upload_id, str),
            (part_size, int),
            (received, int),
            (size, int | None),
            (digest, str | None),
            (fingerprint, str | None),
        ):
            if not isinstance(value, kind):
                raise InvalidInputError(f"The state of an upload has members of wrong types: {text[:80]!r}")
        check_part_size(part_size, None)
        return cls(upload_id, part_size, max(received, 0), size, digest, fingerprint)


def check_same_layer(state: UploadState, source: LayerSource, digest: str | None) -> None:
    """Check that a source may be the layer of an upload. Reads at most a MiB of it.

    Args:
        state: The upload to resume.
        source: The bytes to resume it with.
        digest: Their digest, if known.

    Raises:
        SourceChangedError: The source is another layer.
    """
    found = _difference(state, source, digest)
    if found is not None:
        raise SourceChangedError(
            f"{source.name} cannot resume this upload, which was begun with another layer: {found}. "
            "Resume with the original bytes, or push the new ones without the state"
        )


def _difference(state: UploadState, source: LayerSource, digest: str | None) -> str | None:
    if None not in {digest, state.digest} and digest != state.digest:
        return f"its digest is {digest}, not {state.digest}"
    if source.size is not None:
        if state.size is not None and source.size != state.size:
            return f"it has {source.size} bytes, not {state.size}"
        if source.size < state.received:
            return f"it has {source.size} bytes, but ECR has already received {state.received}"
    if state.fingerprint is not None and fingerprint_of(source) not in {None, state.fingerprint}:
        return "its bytes differ"
    return None


@runtime_checkable
class Samplable(Protocol):
    """A source of known size that can be read at any position."""

    @property
    def size(self) -> int | None:
        """Size in bytes; None if it cannot be sampled."""
        ...

    def read_at(self, position: int, size: int, /) -> bytes:
        """Read bytes at a position. Must not be called while the source is open."""
        ...


def fingerprint_of(source: object) -> str | None:
    """Return a hash of the size of a source and of samples spread over it, the first and last bytes included.

    It tells layers apart without reading them whole. Equal fingerprints do not prove that the layers are equal; ECR
    verifies the digest when the upload completes.

    Args:
        source: The source of a layer; None is returned if it can only be read from front to back.
    """
    if not isinstance(source, Samplable) or source.size is None:
        return None
    hashed = hashlib.sha256(f"{source.size}:".encode())
    last = max(0, source.size - _SAMPLE)
    for position in sorted({last * number // (_SAMPLES - 1) for number in range(_SAMPLES)}):
        hashed.update(source.read_at(position, _SAMPLE))
    return f"sampled-sha256:{hashed.hexdigest()}"


_SAMPLES = 16
_SAMPLE = 64 * 1024  # bytes
