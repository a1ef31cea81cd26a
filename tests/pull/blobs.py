"""Blobs whose URLs a test chooses."""

from collections.abc import Callable

from ecrkit.references import Digest
from ecrkit.retrying import RetryPolicy
from ecrkit.transfer import RemoteBlob
from ecrkit.transport import Transport


def blob_at(
    transport: Transport, next_url: Callable[[], str], digest: Digest, size: int | None, *, attempts: int = 8
) -> RemoteBlob:
    """Describe a blob; each connection goes to the next URL."""
    return RemoteBlob(
        lambda first_byte: transport.download(next_url(), first_byte=first_byte),
        digest,
        size,
        RetryPolicy(attempts=attempts),
    )
