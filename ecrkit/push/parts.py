"""Parts: which bytes they hold, and how they become the bodies of their requests.

A body is written once, into a buffer that is used again for later parts: the base64 of each block of the layer goes
straight to its place inside the JSON, while the block is still in the processor's cache, and is hashed there for the
signature of the request. Nothing here does I/O.
"""

import hashlib
import json
from collections.abc import Callable

import pybase64
from typing_extensions import Buffer

from ecrkit.errors import InvalidInputError, UnreadableAnswerError

MAX_PARTS = 4_200
"""Parts of one layer. Source: service quotas of ECR, "Layer parts"."""

MAX_PART_SIZE = 20_971_520
"""Bytes of one part. Source: the service model, `LayerPartBlob`."""

MIN_PART_SIZE = 5 * 1024 * 1024
"""Bytes of every part but the last. Source: service quotas of ECR, "Minimum layer part size"."""

BLOCK_SIZE = 768 * 1024
"""Bytes that are read, hashed and encoded at a time: they and their base64 stay in the cache, and 3 divides them."""


def check_part_size(part_size: int, layer_size: int | None) -> None:
    """Refuse a part size that cannot be right, before anything is sent in parts of it.

    Raises:
        UnreadableAnswerError: The service asks for parts of no or of too many bytes.
        InvalidInputError: The layer would need more parts than ECR takes.
    """
    if not 0 < part_size <= MAX_PART_SIZE:
        raise UnreadableAnswerError(
            f"The service asks for parts of {part_size} bytes; only 1 to {MAX_PART_SIZE} can be sent"
        )
    if layer_size is not None and layer_size > part_size * MAX_PARTS:
        raise InvalidInputError(
            f"The layer has {layer_size} bytes; ECR takes {MAX_PARTS} parts of {part_size} bytes, "
            f"so {part_size * MAX_PARTS} bytes at the most"
        )


class PartBuffer:
    """The body of the request for one part, in the making. Made once and filled again for each further part."""

    def __init__(self, part_size: int) -> None:
        self.part_size = part_size
        self._body = bytearray(len(_HEAD) + _encoded_length(part_size) + _TAIL_ROOM)
        self._body[: len(_HEAD)] = _HEAD
        self.start(0)

    @property
    def last_byte(self) -> int:
        """The position of the part's last byte in the layer, as ECR counts: inclusive."""
        return self.first_byte + self.length - 1

    @property
    def room(self) -> int:
        """How many bytes the part can still take."""
        return self.part_size - self.length

    def start(self, first_byte: int) -> None:
        """Begin a part at this position of the layer; what was in the buffer is forgotten."""
        self.first_byte = first_byte
        self.length = 0
        self._end = len(_HEAD)
        self._sha256 = hashlib.sha256(_HEAD)

    def append(self, block: Buffer) -> None:
        """Add the next bytes. Every block but a part's last one has a length that 3 divides, as base64 wants."""
        encoded = pybase64.b64encode(block)
        end = self._end + len(encoded)
        self._body[self._end : end] = encoded
        self._sha256.update(encoded)
        self._end = end
        self.length += memoryview(block).nbytes

    def content_from(self, position: int) -> bytes:
        """Give the part's own bytes from a position of the layer on; only a resumed upload needs them again."""
        with memoryview(self._body) as body, body[len(_HEAD) : self._end] as encoded:
            return pybase64.b64decode(encoded)[position - self.first_byte :]

    def tail_from(self, position: int) -> "PartBuffer":
        """Cut off what ECR has of this part already."""
        rest = self.content_from(position)
        tail = PartBuffer(len(rest))
        tail.start(position)
        tail.append(rest)
        return tail

    def body(
        self,
        *,
        registry_id: str | None,
        repository_name: str,
        upload_id: str,
        before_read: Callable[[], object] = lambda: None,
    ) -> "PartBody":
        """Close the JSON around the part. May be called again, for the same part in another upload.

        Args:
            registry_id: Whose registry; the caller's own if absent.
            repository_name: The repository.
            upload_id: The upload that the part belongs to.
            before_read: Called before each piece is sent; what it raises ends the request.
        """
        names = {
            "partFirstByte": self.first_byte,
            "partLastByte": self.last_byte,
            "registryId": registry_id,
            "repositoryName": repository_name,
            "uploadId": upload_id,
        }
        members = json.dumps({name: value for name, value in names.items() if value is not None})
        tail = b'",' + members[1:].encode()
        self._body[self._end : self._end + len(tail)] = tail
        whole = self._sha256.copy()
        whole.update(tail)
        return PartBody(memoryview(self._body)[: self._end + len(tail)], whole.hexdigest(), before_read)


class PartBody:
    """The finished body of a request, read in pieces without copying it."""

    def __init__(self, body: memoryview, sha256: str, before_read: Callable[[], object]) -> None:
        self.sha256 = sha256
        self._body = body
        self._before_read = before_read
        self._position = 0

    def __len__(self) -> int:
        return len(self._body)

    def read(self, size: int = -1, /) -> bytes | memoryview:
        """Give the next piece. It is larger than asked for: fewer, larger writes to the socket cost less.

        Without a size, give all that is left as bytes, as any file does; doubles of AWS read it so.
        """
        self._before_read()
        if size < 0:
            rest = bytes(self._body[self._position :])
            self._position = len(self._body)
            return rest
        piece = self._body[self._position : self._position + max(size, _PIECE_SIZE)]
        self._position += len(piece)
        return piece

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Go to a position, as for any file."""
        self._position = offset + (0, self._position, len(self._body))[whence]
        return self._position

    def tell(self) -> int:
        """Give the position."""
        return self._position


_HEAD = b'{"layerPartBlob":"'
_TAIL_ROOM = 2_048  # the other members: names of up to 256 characters, an id, two numbers
_PIECE_SIZE = 1024 * 1024


def _encoded_length(length: int) -> int:
    return (length + 2) // 3 * 4
