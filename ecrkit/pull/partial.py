"""The file that a download grows in: beside its target, found again by a later run, and never written by two at once."""

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from ecrkit.pull.locking import claim, open_file
from ecrkit.references import Digest


@contextmanager
def partial_file(target: Path, digest: Digest) -> Generator[tuple[Path, FileIO]]:
    """Open the file in which a blob is collected until it is whole; it keeps what an earlier run left in it.

    While another process, or another thread, is collecting the same blob for the same target, the file is one of its
    own, which vanishes unless it is renamed.
    """
    shared = target.with_name(f".{target.name}.{digest.hex[:16]}.part")
    file = claim(shared)
    if file is not None:
        with file:
            yield shared, file
        return
    own = target.with_name(f".{target.name}.{secrets.token_hex(8)}.part")
    try:
        with open_file(own, os.O_EXCL) as file:
            yield own, file
    finally:
        own.unlink(missing_ok=True)
