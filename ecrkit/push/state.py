"""`UploadState`: how far an upload is, in a form that outlives the process."""

import json
from dataclasses import asdict, dataclass
from typing import Self

from ecrkit.errors import InvalidInputError
from ecrkit.transfer.parts import check_part_size


@dataclass(frozen=True, slots=True)
class UploadState:
    """What a later process needs to go on with an upload. It holds no secret."""

    upload_id: str
    """ECR's id of the upload."""

    part_size: int
    """Bytes of every part but the last."""

    received: int = 0
    """Bytes from the start of the layer that ECR has."""

    def to_json(self) -> str:
        """Write the state down, for example into a file beside the layer."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read a state that was written down.

        Raises:
            InvalidInputError: The text is not a state.
        """
        try:
            members = json.loads(text)
            upload_id, part_size, received = members["upload_id"], members["part_size"], members["received"]
        except (KeyError, TypeError, ValueError) as error:
            raise InvalidInputError(f"This is not the state of an upload: {text[:80]!r}") from error
        if not isinstance(upload_id, str) or not isinstance(part_size, int) or not isinstance(received, int):
            raise InvalidInputError(f"The state of an upload has members of wrong types: {text[:80]!r}")
        check_part_size(part_size, None)
        return cls(upload_id, part_size, max(received, 0))
