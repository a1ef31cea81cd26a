"""Members of manifests that ECR refuses although the OCI specification allows them. Pure.

ECR answers with "Invalid JSON syntax" and names none of them. This table serves the check before a push, the local ECR and
the hint in the error.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True, slots=True)
class RefusedMember:
    """A member that ECR does not accept in one place of a manifest."""

    path: tuple[str, ...]
    """Where it is: the members that lead to it, `*` for every element of a list."""

    place: str
    """The same, for people."""

    source: str
    """Who reported it."""

    @property
    def name(self) -> str:
        """The name of the member."""
        return self.path[-1]

    def __str__(self) -> str:
        return f"{self.name!r} in {self.place}"


REFUSED_MEMBERS = (
    RefusedMember(
        ("config", "platform"),
        "the config descriptor",
        "https://github.com/regclient/regclient/issues/709, https://github.com/moby/moby/issues/47661",
    ),
    RefusedMember(
        ("config", "annotations"),
        "the config descriptor",
        "https://github.com/aws/containers-roadmap/issues/308",
    ),
    RefusedMember(
        ("subject", "platform"),
        "the subject",
        "https://github.com/dragonflyoss/nydus/pull/1691",
    ),
    RefusedMember(
        ("manifests", "*", "platform", "features"),
        "the platform of a listed manifest",
        "https://github.com/aws/containers-roadmap/issues/2439",
    ),
)


def refused_members(manifest: Mapping[str, object]) -> Iterator[RefusedMember]:
    """Find what ECR refuses in the JSON of a manifest, each once. A member that is null counts as absent."""
    return (each for each in REFUSED_MEMBERS if _has(manifest, each.path))


def _has(value: object, path: tuple[str, ...]) -> bool:
    if not path:
        return value is not None
    first, *rest = path
    if first == "*":
        return isinstance(value, list) and any(
            _has(each, tuple(rest)) for each in cast("list[object]", value)
        )
    if not isinstance(value, Mapping):
        return False
    return _has(cast("Mapping[str, object]", value).get(first), tuple(rest))
