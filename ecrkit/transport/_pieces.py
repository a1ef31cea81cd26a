"""`FilePiece`: bytes of a request body that the kernel may send straight from a file."""

import io
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FilePiece:
    """A piece of a file, as a part of a request body."""

    file: io.FileIO
    first_byte: int
    size: int

    def __len__(self) -> int:
        return self.size
