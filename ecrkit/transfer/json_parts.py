"""The bodies of `UploadLayerPart` requests: JSON that is written once, hashed as it is written, and sent without a copy.

A body goes into a buffer that is reused for later parts: the base64 of each block of the layer is written straight to its
place inside the JSON while the block is still in the processor's cache, and is hashed there for the signature of the
request. Nothing here does I/O.
"""

import hashlib
import json
from collections.abc import Callable

import pybase64
from typing_extensions import Buffer


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
        """Bytes that still fit into the part."""
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
        """Return the part's bytes from a position of the layer on; only a resumed upload needs them again."""
        with memoryview(self._body) as body, body[len(_HEAD) : self._end] as encoded:
            return pybase64.b64decode(encoded)[position - self.first_byte :]

    def tail_from(self, position: int) -> "PartBuffer":
        """Cut off what ECR has of this part already."""
        rest = self.content_from(position)
        tail = PartBuffer(len(rest))
        tail.start(position)
        tail.append(rest)
        return tail

    def body(self, tail: bytes, *, before_read: Callable[[int], object] = lambda _: None) -> "PartBody":
        """Append what follows the part in the request. May be called again, for the same part in another upload.

        Args:
            tail: The rest of the JSON; `request_tail` writes it.
            before_read: Called before each piece is sent, with the number of bytes of the part sent before it; what it
                raises ends the request.
        """
        self._body[self._end : self._end + len(tail)] = tail
        whole = self._sha256.copy()
        whole.update(tail)
        length = self.length

        def tell(position: int) -> None:
            before_read(min(length, max(0, position - len(_HEAD)) // 4 * 3))

        return PartBody(memoryview(self._body)[: self._end + len(tail)], whole.hexdigest(), tell)


def request_tail(
    first_byte: int, last_byte: int, *, registry_id: str | None, repository_name: str, upload_id: str
) -> bytes:
    """Write what follows the base64 of a part in the JSON of an `UploadLayerPart` request."""
    names = {
        "partFirstByte": first_byte,
        "partLastByte": last_byte,
        "registryId": registry_id,
        "repositoryName": repository_name,
        "uploadId": upload_id,
    }
    members = json.dumps({name: value for name, value in names.items() if value is not None})
    return b'",' + members[1:].encode()


class PartBody:
    """The finished body of a request, read in pieces without copying it."""

    def __init__(self, body: memoryview, sha256: str, before_read: Callable[[int], object]) -> None:
        self.sha256 = sha256
        self._body = body
        self._before_read = before_read
        self._position = 0

    def __len__(self) -> int:
        return len(self._body)

    def read(self, size: int = -1, /) -> bytes | memoryview:
        """Return the next piece, which may be larger than requested: fewer, larger writes to the socket cost less.

        Without a size, give all that is left as bytes, as any file does; doubles of AWS read it so.
        """
        self._before_read(self._position)
        if size < 0:
            rest = bytes(self._body[self._position :])
            self._position = len(self._body)
            return rest
        piece = self._body[self._position : self._position + max(size, _PIECE_SIZE)]
        self._position += len(piece)
        return piece

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """Seek to a position, as in any file."""
        self._position = offset + (0, self._position, len(self._body))[whence]
        return self._position

    def tell(self) -> int:
        """Return the position."""
        return self._position


_HEAD = b'{"layerPartBlob":"'
_TAIL_ROOM = 2_048  # the other members: names of up to 256 characters, an id, two numbers
_PIECE_SIZE = 1024 * 1024


def _encoded_length(length: int) -> int:
    return (length + 2) // 3 * 4
