"""Downloads one layer into a file: streamed, resumed, verified, and renamed only when every byte is right."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from ecrkit.errors import AnswerLostError, DigestMismatchError, InvalidInputError, TransportError
from ecrkit.references import Digest
from ecrkit.retrying import RetryPolicy
from ecrkit.transport import Transport

BLOCK_SIZE = 1024 * 1024
"""Bytes that are received, hashed and written at a time."""


def download_layer(
    transport: Transport,
    fetch_url: Callable[[], str],
    target: Path,
    *,
    digest: str,
    size: int | None = None,
    policy: RetryPolicy | None = None,
) -> Path:
    """Download a layer to a path.

    The bytes go to a hidden file beside the target, which a later call goes on with if this one is interrupted.

    Args:
        transport: Opens URLs.
        fetch_url: Gives a URL of the layer that is valid now; called again when one has expired.
        target: Where the layer shall be; replaced if it is there.
        digest: What the bytes must hash to.
        size: How many bytes there should be, where that is known.
        policy: How patient to be.

    Raises:
        DigestMismatchError: The bytes are wrong; nothing is left behind.
        TransportError: The storage did not give the layer in the end.
    """
    partial = target.with_name(f".{target.name}.{digest.removeprefix('sha256:')[:16]}.part")
    target.parent.mkdir(parents=True, exist_ok=True)
    with partial.open("a+b") as file:
        download = _Download(transport, fetch_url, file, size)
        (policy or RetryPolicy()).run(download.go_on, again=_is_passing)
    actual = f"sha256:{download.sha256.hexdigest()}"
    if actual != digest:
        partial.unlink()
        raise DigestMismatchError(
            f"The layer that was downloaded for {target}", expected=digest, actual=actual
        )
    partial.replace(target)
    return target


def read_layer(
    transport: Transport,
    fetch_url: Callable[[], str],
    *,
    digest: str,
    at_most: int,
    policy: RetryPolicy | None = None,
) -> bytes:
    """Fetch a small layer into memory, and verify it.

    Raises:
        InvalidInputError: It has more bytes than are wanted in memory.
        DigestMismatchError: The bytes are wrong.
        TransportError: The storage did not give the layer in the end.
    """

    def fetch() -> bytes:
        with transport.download(fetch_url()) as answer:
            if answer.status != _WHOLE:
                raise AnswerLostError(
                    f"The storage answered the download of a layer with HTTP {answer.status}"
                )
            content = bytearray()
            while len(content) <= at_most and (block := answer.read(BLOCK_SIZE)):
                content += block
            return bytes(content)

    content = (policy or RetryPolicy()).run(fetch, again=_is_passing)
    if len(content) > at_most:
        raise InvalidInputError(f"The layer {digest} has more than {at_most} bytes; download it into a file")
    if (actual := Digest.of(content)) != digest:
        raise DigestMismatchError("The layer that was read", expected=digest, actual=actual)
    return content


class _Download:
    """What has arrived so far, on disk and in the hash."""

    def __init__(
        self, transport: Transport, fetch_url: Callable[[], str], file: BinaryIO, size: int | None
    ) -> None:
        self.sha256 = hashlib.sha256()
        self._transport = transport
        self._fetch_url = fetch_url
        self._file = file
        self._size = size
        file.seek(0)
        while block := file.read(BLOCK_SIZE):  # what an earlier call left
            self.sha256.update(block)
        self._received = file.tell()

    def go_on(self) -> None:
        """Fetch what is missing. May be called again after a broken connection."""
        if self._size is not None and self._received == self._size:
            return
        with self._transport.download(self._fetch_url(), first_byte=self._received) as answer:
            if answer.status == _WHOLE:
                self._forget()
            elif answer.status != _RANGE:
                if answer.status == _NO_SUCH_RANGE:
                    self._forget()  # an earlier call left more than there is
                # 403 is an expired URL, for which the next try fetches a new one.
                raise AnswerLostError(
                    f"The storage answered the download of a layer with HTTP {answer.status}"
                )
            while block := answer.read(BLOCK_SIZE):
                self._file.write(block)
                self.sha256.update(block)
                self._received += len(block)
        if self._size is not None and self._received < self._size:
            raise AnswerLostError(
                f"The download of a layer ended after {self._received} of {self._size} bytes"
            )

    def _forget(self) -> None:
        self._file.seek(0)
        self._file.truncate()
        self.sha256 = hashlib.sha256()
        self._received = 0


def _is_passing(error: BaseException) -> bool:
    return isinstance(error, TransportError)


_WHOLE = 200
_RANGE = 206
_NO_SUCH_RANGE = 416
