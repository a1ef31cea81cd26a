"""`Opening`: an async registry creates its client in a thread, because that takes as long as hundreds of requests."""

from __future__ import annotations

import threading
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Self

from ecrkit.aio.calling import shared
from ecrkit.errors import ClosedError

if TYPE_CHECKING:
    from ecrkit.resources.registry import Registry


class Opening:
    """Opens and closes a registry."""

    def __init__(self, create: Callable[[], Registry]) -> None:
        """Create nothing yet.

        Args:
            create: Creates the registry; called in a thread, once.
        """
        self._create = create
        self._lock = threading.Lock()
        self._registry: Registry | None = None
        self._is_closed = False

    @classmethod
    def from_sync(cls, registry: Registry) -> Self:
        """Return the async variant of a registry, already open. Closing one closes the other."""
        opening = cls.__new__(cls)
        Opening.__init__(opening, lambda: registry)
        opening._registry = registry  # noqa: SLF001 -- its own class
        return opening

    @property
    def sync(self) -> Registry:
        """The same registry for blocking code.

        Raises:
            ClosedError: The registry is not open.
        """
        if self._registry is None:
            raise ClosedError(
                "The registry is not open; use `async with AsyncRegistry(...) as registry:`, or `await registry.open()`"
            )
        return self._registry

    async def open(self) -> Self:
        """Create the client. `async with` does this at its beginning. Nothing is sent, and a second call changes nothing.

        boto3 is imported, and reads the AWS configuration and the service model, in a thread. Errors in the parameters or
        in the configuration are raised here.

        Raises:
            ClosedError: The registry was closed.
            MissingRegionError: Neither the parameters nor the AWS configuration name a region.
            ConfigurationError: The profile does not exist, or the AWS configuration is invalid.
            InvalidInputError: A parameter is invalid.
        """
        await shared.call(self._open)
        return self

    async def close(self) -> None:
        """Release connections and threads. `async with` does this at its end.

        Later calls raise `ClosedError`; calls in progress are completed. An injected boto3 client stays open.
        """
        await shared.call(self._close)

    async def __aenter__(self) -> Self:
        return await self.open()

    async def __aexit__(self, *exception: object) -> None:
        await self.close()

    def __repr__(self) -> str:
        state = "closed" if self._is_closed else "not open"
        return f"AsyncRegistry({state})" if self._registry is None else f"Async{self._registry!r}"

    def _open(self) -> None:
        with self._lock:
            if self._is_closed:
                raise ClosedError("The registry was closed; create another one")
            if self._registry is None:
                for module in _USED_FIRST:
                    import_module(module)
                self._registry = self._create()

    def _close(self) -> None:
        with self._lock:
            self._is_closed = True
            if self._registry is not None:
                self._registry.close()


_USED_FIRST = (
    "ecrkit.aio.described_repository",
    "ecrkit.aio.image_listing",
    "ecrkit.push.image",
    "ecrkit.models.layers",
)
