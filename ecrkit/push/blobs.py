"""`BlobSource`: a blob of an image as a source for the engine."""

import io
import os
from collections.abc import Callable, Generator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import BinaryIO

from ecrkit.oci import Descriptor, ImageSource
from ecrkit.push.sources import BlockReader, Reader, readinto_of


class BlobSource:
    """A layer or config of an image source. It can be opened any number of times, also from several threads."""

    rereadable = True

    def __init__(
        self,
        source: ImageSource,
        descriptor: Descriptor,
        transfer: Callable[[], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """Describe a blob; nothing is read.

        Args:
            source: Where it is.
            descriptor: The blob.
            transfer: Entered while the blob is open.
        """
        self._source = source
        self._transfer = transfer
        self._descriptor = descriptor
        self.name = str(descriptor.digest)
        self.size = descriptor.size

    @contextmanager
    def open(self) -> Generator[Reader]:
        """Open the blob, and check at the end that its size matches its descriptor."""
        with self._transfer(), self._source.open_blob(self._descriptor.digest) as file:
            reader = BlockReader(readinto_of(file), self.name, self.size, _whole_file(file, self.size))
            yield reader
            reader.check_size()


def _whole_file(file: BinaryIO, size: int) -> io.FileIO | None:
    """Return the file on disk that a blob is, if it is one, so that the kernel may send it."""
    raw: object = getattr(file, "raw", file)  # what a buffered file reads from
    if not isinstance(raw, io.FileIO) or file.tell() or os.fstat(raw.fileno()).st_size != size:
        return None
    return raw
