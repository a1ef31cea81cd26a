"""Pushes layers: finds out which ones the repository has, and sends the others concurrently."""

import os
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from ecrkit import events
from ecrkit._arguments import expect
from ecrkit.cancellation import check_cancelled
from ecrkit.errors import InvalidInputError
from ecrkit.push.engine import Conditions, LayerUpload, Uploaded
from ecrkit.push.media_types import media_type_of
from ecrkit.push.pacing import paced
from ecrkit.push.plan import Wanted, plan_layers
from ecrkit.push.resuming import ResumeFolder
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
    size: int
    """Size in bytes."""

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
    resume: str | os.PathLike[str] | None = None,
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
        resume: Folder that keeps how far each upload is; see `Repository.push_layers`.

    Raises:
        InvalidInputError: `resume` is given, and the repository takes no parts.
    """
    emit = one_at_a_time(events.listener(progress))
    sources = [layer_source(layer.source) for layer in layers]
    folder = resume_folder(target, resume)
    emit(events.planned(target.repository_name, [source.size for source in sources]))
    return send_layers(
        target,
        layers,
        sources,
        workers=workers,
        skip_existing=skip_existing,
        conditions=conditions or Conditions(),
        emit=emit,
        folder=folder,
    )


def resume_folder(target: Target, resume: str | os.PathLike[str] | None) -> ResumeFolder | None:
    """Return the folder that keeps the uploads to a repository.

    Raises:
        InvalidInputError: The repository takes no parts, so there is nothing to resume.
    """
    if resume is None:
        return None
    expect("resume", resume, (str, os.PathLike), "the path of a folder")
    if not isinstance(target, PartTarget):
        raise InvalidInputError(
            f"resume cannot be used with {target.repository_name}: the OCI registry protocol sends each layer as one "
            "stream. Push with wire='api', or without resume"
        )
    return ResumeFolder(resume, target.address)


def send_layers(
    target: Target,
    layers: Sequence[LayerToPush],
    sources: Sequence[LayerSource],
    *,
    workers: int,
    skip_existing: bool,
    conditions: Conditions,
    emit: events.Progress,
    folder: ResumeFolder | None,
) -> list[PushedLayer]:
    """Push layers whose sources are known, and which were planned; see `push_layers`."""
    done: dict[int, PushedLayer] = {}
    wanted = [
        _wanted(
            number,
            source,
            layer.digest,
            measured=_hashing(source, conditions, emit) if skip_existing else None,
        )
        for number, (source, layer) in enumerate(zip(sources, layers, strict=True))
    ]
    known = [layer.digest for layer in wanted if layer.digest is not None]
    available: Mapping[str, StoredBlob] = target.available(known) if skip_existing and known else {}
    plan = plan_layers(wanted, available)
    for layer in plan.present:
        digest = str(layer.digest)
        there = available[digest]
        size = there.size if there.size is not None else layer.size
        if size is None:  # neither the repository nor the source says
            _, size = measure(sources[layer.key])
        kind = layers[layer.key].media_type or there.media_type or media_type_of(sources[layer.key])
        done[layer.key] = PushedLayer(digest, size, kind, uploaded=False)
        emit(events.LayerSkipped(layer=digest, size=size, name=_shown(sources[layer.key], digest)))
        if folder is not None:
            folder.forget(digest)

    def job(layer: Wanted[int]) -> Job:
        def send() -> None:
            sent = _send(target, sources[layer.key], layer.digest, conditions, emit, folder)
            kind = layers[layer.key].media_type or media_type_of(sent.head)
            done[layer.key] = PushedLayer(sent.digest, sent.size, kind, uploaded=True)

        return send

    run_jobs([job(layer) for layer in plan.send], workers=workers, cancelled=conditions.cancelled)
    for key, same in plan.same_as.items():
        done[key] = done[same]
    return [done[number] for number in range(len(layers))]


def _send(
    target: Target,
    source: LayerSource,
    digest: str | None,
    conditions: Conditions,
    emit: events.Progress,
    folder: ResumeFolder | None,
) -> Uploaded:
    if not isinstance(target, PartTarget):
        return StreamUpload(target, source, digest=digest, conditions=conditions, emit=emit).run()
    with nullcontext() if folder is None else folder.upload(source, digest) as kept:
        return LayerUpload(
            target,
            source,
            digest=digest,
            conditions=conditions,
            emit=emit,
            state=None if kept is None else kept.state,
            save=None if kept is None else kept.save,
        ).run()


def _hashing(
    source: LayerSource, conditions: Conditions, emit: events.Progress
) -> Callable[[], tuple[str, int]]:
    """Return what computes the digest of a source, with its events."""

    def tell(hashed: int) -> None:
        emit(events.BytesHashed(source.name, source.size, name=source.name, hashed=hashed))

    def run() -> tuple[str, int]:
        update = paced(tell, every=conditions.update_every)

        def after_block(hashed: int) -> None:
            check_cancelled()
            update(hashed)

        tell(0)
        digest, size = measure(source, tell=after_block)
        tell(size)
        return digest, size

    return run


def _wanted(
    number: int, source: LayerSource, digest: str | None, *, measured: Callable[[], tuple[str, int]] | None
) -> Wanted[int]:
    known = None if digest is None else Digest.parse(digest)
    size = source.size
    if known is None and measured is not None and source.rereadable and size != 0:
        digest, size = measured()
        return Wanted(number, digest, size)
    return Wanted(number, known, size)


def _shown(source: LayerSource, digest: str) -> str:
    return "" if source.name == digest else source.name
