"""Protocols of repositories to read from (`Origin`) or push to (`Target`), independent of the wire protocol.

Only what differs from one wire protocol to another is here. Everything else, such as planning, skipping what exists,
resuming, retrying, events, the order of tags and manifests, and reports, is written once, in `ecrkit.push` and `ecrkit.pull`.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

from typing_extensions import Buffer

from ecrkit.oci import Descriptor, ImageManifest, Index
from ecrkit.references import Digest
from ecrkit.retrying import RetryPolicy
from ecrkit.transport import Download, PreparedBody
from ecrkit.transport._pieces import FilePiece

Manifest: TypeAlias = ImageManifest | Index


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """What a repository says about a layer or config that it has."""

    size: int | None = None
    """Bytes, if it says."""

    media_type: str | None = None
    """The media type, if it says."""


@dataclass(frozen=True, slots=True)
class BegunUpload:
    """An upload that a repository has opened, to be filled part by part."""

    upload_id: str
    part_size: int
    """Bytes of every part but the last."""


class Repository(Protocol):
    """What every repository has in common, for messages and retries."""

    @property
    def repository_name(self) -> str:
        """The name of the repository, for example `team/app`."""
        ...

    @property
    def retry(self) -> RetryPolicy:
        """How often and for how long each request is retried."""
        ...


@runtime_checkable
class RangeOrigin(Protocol):
    """An `Origin` that may also deliver ranges of a layer."""

    def ranges(self, digest: Digest) -> Callable[[int, int], AbstractContextManager[Download]] | None:
        """Return what opens the bytes of a layer from a first to a last one, inclusive; None if that is not possible.

        It is called from several threads, once for each connection.
        """
        ...


class Origin(Repository, Protocol):
    """A repository to pull or copy from."""

    def open_blob(self, digest: Digest, first_byte: int = 0) -> AbstractContextManager[Download]:
        """Open a layer or config, once and without retrying: `RemoteBlob` does that, and resumes.

        Args:
            digest: The layer or config.
            first_byte: Where to start. A response with status 200 starts at the first byte nevertheless.

        Raises:
            LayersNotFoundError: The repository does not have it.
            ApiError: The repository refuses.
            TransportError: No usable response arrived.
        """
        ...

    def manifests(self, digests: Iterable[Digest]) -> Mapping[Digest, Manifest]:
        """Read manifests by their digests, and verify them.

        Raises:
            ImageNotFoundError: One does not exist.
            DigestMismatchError: The bytes of one are wrong.
        """
        ...

    def tagged(self, tags: Iterable[str]) -> Iterable[tuple[str, Manifest]]:
        """Read the manifests that these tags name; tags that do not exist are left out."""
        ...

    def referrers(self, subject: Digest) -> Iterable[Descriptor]:
        """List what refers to an image through its `subject`."""
        ...


class _Target(Repository, Protocol):
    """A repository to push or copy to, apart from how it takes blobs."""

    def available(self, digests: Iterable[str]) -> Mapping[str, StoredBlob]:
        """Return those of these layers and configs that the repository has."""
        ...

    def missing_images(self, digests: Iterable[str]) -> Iterable[str]:
        """Return those of these manifests that the repository does not have."""
        ...

    def put_manifest(self, manifest: Manifest, tag: str | None = None) -> None:
        """Store the exact bytes of a manifest. Idempotent: succeeds if the tag names that manifest already.

        Raises:
            LayersNotFoundError: The repository does not have everything that the manifest names.
            TagImmutableError: The tag names another image and cannot be moved.
        """
        ...


class Part(Protocol):
    """Consecutive bytes of a layer, in the form in which a wire sends them. A part is filled many times."""

    part_size: int
    """Bytes that fit in."""

    first_byte: int
    """Position of its first byte in the layer."""

    length: int
    """Bytes that are in."""

    @property
    def last_byte(self) -> int:
        """Position of its last byte in the layer, inclusive."""
        ...

    @property
    def room(self) -> int:
        """Bytes that still fit in."""
        ...

    def start(self, first_byte: int) -> None:
        """Empty the part, and let it begin at this position of the layer."""
        ...

    def append(self, block: Buffer) -> None:
        """Add bytes. Except for a part's last block, their number is divisible by three."""
        ...

    def tail_from(self, position: int) -> "Part":
        """Return a part with the bytes from a position of the layer on."""
        ...

    def body(self, tail: bytes, *, before_read: Callable[[int], object]) -> PreparedBody:
        """Return the body of a request with the part, followed by what the wire puts after it."""
        ...


@runtime_checkable
class PartTarget(_Target, Protocol):
    """A repository that takes a layer part by part, so that an upload can be resumed. Nothing here retries.

    Failures that the push engine recovers from are the errors in the table of `ecrkit.push.recovery`, however a wire
    expresses them: `InvalidLayerPartError` with `last_valid_byte_received`, `UploadNotFoundError` and so on.
    """

    @property
    def address(self) -> str:
        """Identifies the repository across endpoints and accounts."""
        ...

    def begin_upload(self) -> BegunUpload:
        """Open an upload; the only one of these that retries."""
        ...

    def new_part(self, part_size: int) -> Part:
        """Make an empty part."""
        ...

    def upload_part(self, upload_id: str, part: Part, *, before_read: Callable[[int], object]) -> int:
        """Send a part, and return the position of the last byte that the repository has then.

        Args:
            upload_id: The upload.
            part: One of those that `new_part` made.
            before_read: Called before each piece is sent, with the number of bytes of the part sent before it; what it
                raises ends the request.
        """
        ...

    def complete_upload(self, upload_id: str, digest: str) -> str:
        """Make a layer of the parts, and return the digest that the repository computed."""
        ...


class BlobReader(Protocol):
    """The bytes of a layer, read once from front to back, and hashed on the way."""

    @property
    def size(self) -> int | None:
        """Bytes, if known beforehand."""
        ...

    @property
    def expected(self) -> Digest | None:
        """The digest, if known beforehand."""
        ...

    @property
    def digest(self) -> Digest:
        """The digest that is known beforehand; else that of what was read so far, for use after the last byte."""
        ...

    def read(self, size: int, /) -> memoryview:
        """Return the next bytes: as many as asked for unless the layer ends. They are valid until the next call."""
        ...


@runtime_checkable
class FileReader(BlobReader, Protocol):
    """A `BlobReader` that may read a file nobody has to look at."""

    def read_piece(self, size: int, /) -> FilePiece | None:
        """Pass over the next bytes like `read`, and return where they are; None if they have to be read."""
        ...


@runtime_checkable
class StreamTarget(_Target, Protocol):
    """A repository that takes a layer as one stream of bytes, which restarts if it breaks."""

    def upload_blob(self, content: BlobReader) -> None:
        """Send a layer or config once, without retrying."""
        ...


@runtime_checkable
class MountTarget(Protocol):
    """A target that can take a blob over from another repository of its own registry without sending it."""

    def mount_blob(self, digest: Digest, origin: Origin) -> bool:
        """Link a blob of another repository; return false if it has to be sent. Retries like `available`."""
        ...


@runtime_checkable
class StoredImages(Protocol):
    """An image source that reads a repository, so that blobs may be mounted."""

    @property
    def origin(self) -> Origin:
        """The repository."""
        ...


Target: TypeAlias = PartTarget | StreamTarget
"""A repository to push or copy to."""
