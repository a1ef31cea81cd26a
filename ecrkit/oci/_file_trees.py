"""The folders and links of an image, read from its layers: where a path leads, and what exists."""

import io
import tarfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import cast

from ecrkit.errors import InvalidImageError
from ecrkit.oci._tar_entries import TarEntry, entries
from ecrkit.oci.compression import detect, open_expanded
from ecrkit.oci.descriptors import Descriptor
from ecrkit.oci.layers import Layer
from ecrkit.oci.sources import ImageSource, open_verified

_WHITEOUT = ".wh."
_OPAQUE = ".wh..wh..opq"
_MOST_ENTRIES = 300_000
_HEAD = 10
_CHUNK = 1024 * 1024
_MOST_LINKS = 40  # as in Linux


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder that an image has."""

    mode: int = 0o755
    uid: int = 0
    gid: int = 0


@dataclass(frozen=True, slots=True)
class Link:
    """A symbolic link that an image has."""

    target: str


@dataclass(slots=True)
class LayerTree:
    """The folders and links that one layer has, and what it removes from the layers below it."""

    found: dict[str, Folder | Link] = field(default_factory=dict[str, "Folder | Link"])
    implied: set[str] = field(default_factory=set[str])
    """Folders without an entry of their own, implied by their content."""
    removed: set[str] = field(default_factory=set[str])
    opaque: set[str] = field(default_factory=set[str])
    """Folders of which nothing below this layer is visible."""

    def add(self, entry: TarEntry) -> None:
        """Record an entry.

        Raises:
            InvalidImageError: The layer has more folders and links than fit into memory.
        """
        name = normalized(entry.name)
        parent, _, last = name.rpartition("/")
        if entry.kind == tarfile.DIRTYPE:
            self.found[name] = Folder(entry.mode, entry.uid, entry.gid)
        elif entry.kind == tarfile.SYMTYPE:
            self.found[name] = Link(entry.target)
        elif last == _OPAQUE:
            self.opaque.add(parent)
        elif last.startswith(_WHITEOUT):
            self.removed.add(f"{parent}/{last[len(_WHITEOUT) :]}".lstrip("/"))
        else:
            self.found.pop(name, None)
        while parent and parent not in self.implied:
            self.implied.add(parent)
            parent = parent.rpartition("/")[0]
        if len(self.found) + len(self.implied) + len(self.removed) > _MOST_ENTRIES:
            raise InvalidImageError(
                f"A layer has more than {_MOST_ENTRIES:,} folders and links; pass follow_links=False"
            )

    def hides(self, name: str) -> bool:
        """Whether this path, or a folder above it, hides the layers below."""
        if name in self.removed:
            return True
        parents = parents_of(name)
        return any(
            each in self.removed or each in self.opaque or isinstance(self.found.get(each), Link)
            for each in parents
        )


class FileTree:
    """The folders and links of an image; its layers are read when they are needed, from the top, each at most once."""

    def __init__(
        self, layers: Iterable[Callable[[], LayerTree | None]] = (), *, complete: bool = True
    ) -> None:
        """Store how to read the layers.

        Args:
            layers: From the lowest one up; None for a layer whose content is not known.
            complete: Whether these are all the layers there are.
        """
        self._layers: list[Callable[[], LayerTree | None]] = list(layers)
        self._read: dict[int, LayerTree] = {}
        self.complete = complete
        """Whether a path that is not found does not exist. Only known after a lookup."""

    def push(self, layer: Callable[[], LayerTree | None]) -> None:
        """Add a layer on top."""
        self._layers.append(layer)

    def find(self, name: str) -> Folder | Link | None:
        """Find the folder or link at a path, whose parents are folders."""
        implied = False
        for number in reversed(range(len(self._layers))):
            layer = self._layer(number)
            if name in layer.found:
                return layer.found[name]
            implied = implied or name in layer.implied
            if layer.hides(name):
                break
        return Folder() if implied else None

    def resolve(self, name: str) -> str:
        """Follow the links on a path, including its last part; links never lead out of the image.

        Raises:
            InvalidImageError: The links form a cycle.
        """
        waiting = list(reversed(normalized(name).split("/"))) if normalized(name) else []
        reached: list[str] = []
        links = 0
        while waiting:
            part = waiting.pop()
            if part == "..":
                reached = reached[:-1]
                continue
            found = self.find("/".join([*reached, part]))
            if not isinstance(found, Link):
                reached.append(part)
                continue
            links += 1
            if links > _MOST_LINKS:
                raise InvalidImageError(f"The links on the path /{name} of the base form a cycle")
            if found.target.startswith("/"):
                reached = []
            waiting += [each for each in reversed(found.target.split("/")) if each not in {"", "."}]
        return "/".join(reached)

    def _layer(self, number: int) -> LayerTree:
        if number not in self._read:
            read = self._layers[number]()
            self.complete = self.complete and read is not None
            self._read[number] = read or LayerTree()
        return self._read[number]


def read_from_source(source: ImageSource, layer: Descriptor) -> LayerTree | None:
    """Read the folders and links of a layer; None if the source does not have it.

    Raises:
    DigestMismatchError: The content of the layer does not match its digest.
        InvalidImageError: It is not a tar archive, or is damaged.
    """
    if not source.has_blob(layer.digest):
        return None
    with open_verified(source, layer) as stream:
        tree = _read(cast("io.BufferedReader", stream), f"the layer {layer.digest}")
        while stream.read(_CHUNK):
            pass  # only the last byte proves the digest
    return tree


def read_from_file(layer: Layer) -> LayerTree:
    """Read the folders and links of a layer in a file.

    Raises:
        InvalidImageError: It is not a tar archive, or is damaged.
    """
    with layer.path.open("rb") as stream:
        return _read(stream, f"the layer {layer.descriptor.digest}")


def _read(stream: io.BufferedReader, where: str) -> LayerTree:
    tree = LayerTree()
    with open_expanded(stream, detect(stream.peek(_HEAD)[:_HEAD])) as expanded:
        for entry in entries(expanded, where):
            tree.add(entry)
    return tree


def normalized(name: str) -> str:
    """Normalize a path of the image: no leading slash, no `.`, no empty parts."""
    return "/".join(part for part in name.split("/") if part not in {"", "."})


def parents_of(name: str) -> Sequence[str]:
    """List the folders above a path, from the top; the root is none of them."""
    parts = name.split("/")
    return ["/".join(parts[:count]) for count in range(1, len(parts))]
