"""What to do when a request of an upload fails: the recovery table, as pure functions.

It knows errors, not responses: how a wire expresses them is the business of the `PartTarget`.

| error | of which request | what it means | what the engine does |
| --- | --- | --- | --- |
| no response, or a success or an error that cannot be read | any | ECR may or may not have acted | wait, send the same again |
| throttling, 5xx, expired credentials | any | it is temporary | wait, send the same again |
| no connection at all | ask for layers, begin | more often a wrong endpoint than an outage | the same, three attempts |
| `InvalidLayerPartException`, last valid byte after what we knew | part | ECR has the part, or its beginning | resume after that byte |
| the same, but the rest of the part is below 5 MiB | part, not the last | ECR would refuse the layer at its end | restart the layer |
| the same, last valid byte where we knew | part, not the first | ECR has nothing of the part | wait, send the same again |
| the same, last valid byte before what we knew | part | ECR lost bytes | restart the layer |
| the same, without a last valid byte; for the first part also with -1 or 0 | part | ECR does not say what it has | restart the layer |
| `UploadNotFoundException` | part | the upload expired | restart the layer |
| `UploadNotFoundException` | complete | completed before and the response lost, or expired | done if the repository has the layer, else restart |
| `LayerAlreadyExistsException` | complete | another client was faster | done |
| `LayerPartTooSmallException` | complete | ECR counted a part that it took half of | restart the layer |
| `InvalidLayerException` | complete | the bytes changed in transit | give up, naming both digests |
| anything else, `LimitExceededException` among it | any | permanent | give up |

One `RetryPolicy` covers every request of a push: those that ask for layers, begin uploads and put manifests as well as
parts and completions. Botocore does not retry them too. A layer restarts at most three times. A layer that is read from a
stream cannot restart; where the table says so, the push ends with an error that says why.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ecrkit.errors import (
    EcrKitError,
    InvalidLayerPartError,
    LayerAlreadyExistsError,
    LayerPartTooSmallError,
    UploadNotFoundError,
)


@dataclass(frozen=True, slots=True)
class GoOn:
    """ECR has the layer up to this point; send what follows."""

    received: int
    """Bytes from the start of the layer that ECR has."""


@dataclass(frozen=True, slots=True)
class Restart:
    """Restart the layer with a new upload."""

    reason: str
    """Why, in words for the user."""

    unless_stored: bool = False
    """Whether to check first if the repository has the layer: an earlier request may have completed it."""


@dataclass(frozen=True, slots=True)
class TryAgain:
    """Wait and send the same request again."""


@dataclass(frozen=True, slots=True)
class Done:
    """The repository has the layer."""


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Raise the error."""


@dataclass(frozen=True, slots=True)
class PartRange:
    """Position of a part in its layer."""

    first_byte: int
    last_byte: int
    """Inclusive, as ECR counts."""


def decide_part(
    error: EcrKitError,
    part: PartRange,
    *,
    is_last: Callable[[], bool],
    min_part_size: int,
    retryable: bool,
) -> GoOn | Restart | TryAgain | GiveUp:
    """Decide how to handle a failed `UploadLayerPart`.

    Args:
        error: What came back.
        part: The part that was sent; ECR had everything before it as far as we know.
        is_last: Returns whether the layer ends with this part. Called only if needed: it may have to read more of a stream.
        min_part_size: The fewest bytes of every part but the last.
        retryable: Whether the error is temporary.
    """
    if isinstance(error, InvalidLayerPartError):
        return _decide_position(error.last_valid_byte_received, part, is_last, min_part_size)
    if isinstance(error, UploadNotFoundError):
        return Restart("ECR no longer knows the upload")
    return TryAgain() if retryable else GiveUp()


def _decide_position(
    last_valid: int | None, part: PartRange, is_last: Callable[[], bool], min_part_size: int
) -> GoOn | Restart | TryAgain:
    # The value before ECR has any byte is undocumented: it may be absent, -1 or 0.
    if last_valid is None or (part.first_byte == 0 and last_valid <= 0):
        return Restart("ECR does not say how much of the layer it has")
    received = last_valid + 1
    if received < part.first_byte:
        return Restart(f"ECR has {received} bytes, but confirmed {part.first_byte} before")
    if received == part.first_byte:
        return TryAgain()
    rest = part.last_byte + 1 - received
    if 0 < rest < min_part_size and not is_last():
        return Restart(f"ECR took part of a part, and what is left of it ({rest} bytes) is too small to send")
    return GoOn(received)


def decide_completion(error: EcrKitError, *, retryable: bool) -> Done | Restart | TryAgain | GiveUp:
    """Decide how to handle a failed `CompleteLayerUpload`.

    Args:
        error: What came back.
        retryable: Whether the error is temporary.
    """
    if isinstance(error, LayerAlreadyExistsError):
        return Done()  # ECR has compared the digest by then; see `LayerAlreadyExistsException`
    if isinstance(error, UploadNotFoundError):
        return Restart("ECR no longer knows the upload", unless_stored=True)
    if isinstance(error, LayerPartTooSmallError):
        return Restart("ECR counted a part as too small")
    return TryAgain() if retryable else GiveUp()
