"""The names that images have in layouts and archives, compared as Docker does: `app` is `docker.io/library/app:latest`."""

from collections.abc import Iterable

from ecrkit.errors import InvalidReferenceError
from ecrkit.oci.descriptors import Descriptor
from ecrkit.references import Digest

REF_NAME = "org.opencontainers.image.ref.name"
"""The annotation that names an image within a layout."""

IMAGE_NAME = "io.containerd.image.name"
"""The annotation in which Docker and containerd store the full name of an image."""

_DOCKER_HUB = "docker.io"
_FORMER_DOCKER_HUB = "index.docker.io"


def names_of(root: Descriptor) -> tuple[str, ...]:
    """Return the names in the annotations of a root, the full one first."""
    found = (root.annotations.get(key) for key in (IMAGE_NAME, REF_NAME))
    return tuple(dict.fromkeys(each for each in found if each))


def named(root: Descriptor, names: Iterable[str]) -> list[Descriptor]:
    """Return a root once for each full name, with the tag for tools that need it.

    Docker's containerd store and `ctr` use the name unchanged: an image loaded as `team/app:1`, without `docker.io`,
    cannot be found under any name.
    """
    return [
        root.model_copy(
            update={"annotations": {**root.annotations, REF_NAME: _tag_of(name), IMAGE_NAME: normalize(name)}}
        )
        for name in names
    ]


def normalize(name: str) -> str:
    """Expand a name, as Docker does: with registry, namespace and tag.

    Example:
        >>> normalize("app")
        'docker.io/library/app:latest'
    """
    rest, at, digest = name.partition("@")
    host, slash, path = rest.partition("/")
    if not slash or not (set(".:") & set(host) or host == "localhost" or host != host.lower()):
        host, path = _DOCKER_HUB, rest
    if host == _FORMER_DOCKER_HUB:
        host = _DOCKER_HUB
    if host == _DOCKER_HUB and "/" not in path:
        path = f"library/{path}"
    if not at and ":" not in path:
        path += ":latest"
    return f"{host}/{path}{at}{digest}"


def digest_in(name: str) -> Digest | None:
    """Return the digest that a name is or ends in: `sha256:8f2d...` or `app@sha256:8f2d...`; None if there is none."""
    try:
        return Digest(name.rpartition("@")[2])
    except InvalidReferenceError:
        return None


def is_named(root: Descriptor, name: str) -> bool:
    """Return whether a root has a name, in any form."""
    names = names_of(root)
    return name in names or normalize(name) in map(normalize, names)


def _tag_of(name: str) -> str:
    return name.rpartition("/")[2].partition("@")[0].partition(":")[2] or "latest"


def has_tag(root: Descriptor, tag: str) -> bool:
    """Return whether a bare tag is the tag of a root's full name."""
    return any(each.rpartition("/")[2].partition(":")[2] == tag for each in names_of(root))
