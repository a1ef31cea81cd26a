"""`call`: await any function that blocks, with cancellation that reaches its connections."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Generic, ParamSpec, TypeVar

from ecrkit.threads import Threads

ParametersT = ParamSpec("ParametersT")
ResultT = TypeVar("ResultT")
ItemT = TypeVar("ItemT")


async def call(
    function: Callable[ParametersT, ResultT],
    /,
    *args: ParametersT.args,
    **kwargs: ParametersT.kwargs,
) -> ResultT:
    """Await a function that blocks. It runs in a thread of ecrkit, never in the default executor of the event loop.

    Cancelling the task closes the connections that the function uses through ecrkit, prevents its further requests, and
    waits up to a second for its thread. All methods of the async classes work this way.

    Example:
        >>> digest = await ecrkit.aio.call(oci.Digest.of, data)
        >>> await ecrkit.aio.call(repository.push_layer, "layer.tar.gz")

    Args:
        function: The function.
        args: Its positional arguments.
        kwargs: Its keyword arguments.

    Raises:
        ClosedError: The function is a method of a registry that was closed, or of something in it.
    """
    return await _threads_of(function).call(function, *args, **kwargs)


async def iterate(function: Callable[[], Iterator[ItemT]]) -> AsyncIterator[ItemT]:
    """Loop over an iterator that blocks; each step runs in a thread."""
    iterator = await call(function)
    while (step := await call(_step, iterator)) is not None:
        yield step.item


def _threads_of(function: object) -> Threads:
    """Return the threads of the client that a method sends with, or else those that all other functions share."""
    owner: object = getattr(function, "__self__", None)
    for holder in (owner, getattr(owner, "repository", None)):
        threads: object = getattr(getattr(holder, "client", None), "threads", None)
        if isinstance(threads, Threads):
            return threads
    return shared


class _Step(Generic[ItemT]):
    """One item of an iterator; it may be None."""

    def __init__(self, item: ItemT) -> None:
        self.item = item


def _step(iterator: Iterator[ItemT]) -> _Step[ItemT] | None:
    for item in iterator:
        return _Step(item)
    return None


shared = Threads(64)
