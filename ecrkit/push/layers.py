"""Pushes layers: finds out which ones the repository has, and sends the others concurrently."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ecrkit import events
from ecrkit.push.engine import Conditions, LayerUpload, Uploaded
from ecrkit.push.media_types import media_type_of
from ecrkit.push.plan import Wanted, plan_layers
from ecrkit.push.sources import LayerSource, SourceLike, layer_source, measure
from ecrkit.push.stream import StreamUpload
from ecrkit.references import Digest
from ecrkit.transfer.protocol import PartTarget, StoredBlob, Target
from ecrkit.workers import Job, one_at_a_time, run_jobs


@dataclass(frozen=True, slots=True)
class LayerToPush:
    """One layer of a push."""

    source: SourceLike | LayerSource
    """The bytes, as for `Repository.push_layer`."""

    digest: str | None = None
    """Expected digest, if known."""

    media_type: str | None = None
    """Its media type; detected if omitted."""

    def __repr__(self) -> str:
        source = self.source
        shown = (
            repr(os.fspath(source)) if isinstance(source, str | os.PathLike) else f"<{type(source).__name__}>"
        )
        return f"LayerToPush({shown}, digest={self.digest!r}, media_type={self.media_type!r})"


@dataclass(frozen=True, slots=True)
class PushedLayer:
    """A layer that the repository has after the push."""

    digest: str
    size: int | None
    """Bytes; absent if ECR had the layer and named no size."""

    media_type: str
    uploaded: bool
    """Whether this push sent it; false if the repository had it already."""


def push_layers(
    target: Target,
    layers: Sequence[LayerToPush],
    *,
    workers: int,
    skip_existing: bool = True,
    conditions: Conditions | None = None,
    progress: events.Progress | None = None,
) -> list[PushedLayer]:
    """Push layers, and return them in their order.

    With `skip_existing`, layers that the repository has are not sent. Unknown digests are then computed first, by reading
    each source that can be read twice once more.

    Args:
        target: The repository.
        layers: The layers.
        workers: Maximum number of concurrent transfers.
        skip_existing: Whether to skip layers that the repository has.
        conditions: Limits and cancellation.
        progress: Called with each event, from several threads but never concurrently.
    """
    conditions = conditions or Conditions()
    emit = one_at_a_time(events.listener(progress))
    done: dict[int, PushedLayer] = {}
    sources = [layer_source(layer.source) for layer in layers]
    wanted = [
        _wanted(number, source, layer.digest, measure_first=skip_existing)
        for number, (source, layer) in enumerate(zip(sources, layers, strict=True))
    ]
    known = [layer.digest for layer in wanted if layer.digest is not None]
    available: Mapping[str, StoredBlob] = target.available(known) if skip_existing and known else {}
    plan = plan_layers(wanted, available)
    for layer in plan.present:
        digest = str(layer.digest)
        there = available[digest]
        size = there.size if there.size is not None else layer.size
        kind = layers[layer.key].media_type or there.media_type or media_type_of(sources[layer.key])
        done[layer.key] = PushedLayer(digest, size, kind, uploaded=False)
        emit(events.LayerSkipped(layer=digest, size=size))

    def job(layer: Wanted[int]) -> Job:
        def send() -> None:
            sent = _send(target, sources[layer.key], layer.digest, conditions, emit)
            kind = layers[layer.key].media_type or media_type_of(sent.head)
            done[layer.key] = PushedLayer(sent.digest, sent.size, kind, uploaded=True)

        return send

    run_jobs([job(layer) for layer in plan.send], workers=workers, cancelled=conditions.cancelled)
    for key, same in plan.same_as.items():
        done[key] = done[same]
    return [done[number] for number in range(len(layers))]


def _send(
    target: Target, source: LayerSource, digest: str | None, conditions: Conditions, emit: events.Progress
) -> Uploaded:
    if isinstance(target, PartTarget):
        return LayerUpload(target, source, digest=digest, conditions=conditions, emit=emit).run()
    return StreamUpload(target, source, digest=digest, conditions=conditions, emit=emit).run()


def _wanted(number: int, source: LayerSource, digest: str | None, *, measure_first: bool) -> Wanted[int]:
    known = None if digest is None else Digest.parse(digest)
    size = source.size
    if known is None and measure_first and source.rereadable and size != 0:
        digest, size = measure(source)
        return Wanted(number, digest, size)
    return Wanted(number, known, size)
