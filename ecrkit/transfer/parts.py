"""Limits of the parts in which a layer is uploaded. Pure."""

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
        UnreadableAnswerError: The service requests parts of no or of too many bytes.
        InvalidInputError: The layer would need more parts than ECR takes.
    """
    if not 0 < part_size <= MAX_PART_SIZE:
        raise UnreadableAnswerError(
            f"The service requests parts of {part_size} bytes; only 1 to {MAX_PART_SIZE} can be sent"
        )
    if layer_size is not None and layer_size > part_size * MAX_PARTS:
        raise InvalidInputError(
            f"The layer has {layer_size} bytes; ECR accepts {MAX_PARTS} parts of {part_size} bytes, "
            f"so at most {part_size * MAX_PARTS} bytes"
        )
