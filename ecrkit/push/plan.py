"""Decides which layers of a push to send, and in which order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

KeyT = TypeVar("KeyT")


@dataclass(frozen=True, slots=True)
class Wanted(Generic[KeyT]):
    """A layer to push."""

    key: KeyT
    """The caller's key for it."""

    digest: str | None
    """Absent for a stream that is hashed while it is sent."""

    size: int | None
    """Bytes, where known."""


@dataclass(frozen=True, slots=True)
class Plan(Generic[KeyT]):
    """What to do with each of the layers wanted."""

    send: Sequence[Wanted[KeyT]]
    """To be sent, in this order."""

    present: Sequence[Wanted[KeyT]]
    """In the repository already."""

    same_as: Mapping[KeyT, KeyT]
    """Layers with the digest of one that is sent: they need nothing of their own."""


def plan_layers(wanted: Iterable[Wanted[KeyT]], available: Iterable[str]) -> Plan[KeyT]:
    """Select the layers to send: each digest once, no existing ones, the largest first.

    The largest first keeps the last worker from starting a long upload when the others are done. Streams of unknown size
    come before everything else, for the same reason.

    Args:
        wanted: The layers.
        available: The digests that the repository has.
    """
    there = frozenset(available)
    first_with: dict[str, KeyT] = {}
    send: list[Wanted[KeyT]] = []
    present: list[Wanted[KeyT]] = []
    same_as: dict[KeyT, KeyT] = {}
    for layer in wanted:
        if layer.digest is None:
            send.append(layer)
        elif layer.digest in there:
            present.append(layer)
        elif layer.digest in first_with:
            same_as[layer.key] = first_with[layer.digest]
        else:
            first_with[layer.digest] = layer.key
            send.append(layer)
    send.sort(key=lambda layer: float("inf") if layer.size is None else layer.size, reverse=True)
    return Plan(send, present, same_as)
