"""`BlobSource`: a blob of an image, for the engine to send."""

from collections.abc import Generator
from contextlib import contextmanager

from ecrkit.oci import Descriptor, ImageSource
from ecrkit.push.sources import BlockReader, Reader, readinto_of


class BlobSource:
    """A layer or config out of an image source. It can be opened any number of times, also from several threads."""

    rereadable = True

    def __init__(self, source: ImageSource, descriptor: Descriptor) -> None:
        self._source = source
        self._descriptor = descriptor
        self.name = str(descriptor.digest)
        self.size = descriptor.size

    @contextmanager
    def open(self) -> Generator[Reader]:
        """Open the blob, and see at the end whether it had as many bytes as its descriptor says."""
        with self._source.open_blob(self._descriptor.digest) as file:
            reader = BlockReader(readinto_of(file), self.name, self.size)
            yield reader
            reader.check_size()
