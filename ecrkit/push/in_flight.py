"""`BlobsInFlight`: lets several pushes to one repository send each blob that they share only once."""

import threading
from collections.abc import Generator, Iterable
from contextlib import contextmanager

from ecrkit.cancellation import check_cancelled, current_scope
from ecrkit.errors import InvalidInputError
from ecrkit.references import Digest


class BlobsInFlight:
    """Blobs that concurrent pushes to one repository are sending, and that the repository is known to have.

    A push never waits while others wait for it: it first sends what it has claimed.
    """

    def __init__(self, *, workers: int) -> None:
        """Start with nothing.

        Args:
            workers: Maximum number of concurrent transfers of all pushes together.
        """
        if workers < 1:
            raise InvalidInputError(f"workers is {workers}; it must be 1 or more")
        self._slots = threading.Semaphore(workers)
        self._lock = threading.Lock()
        self._sending: dict[Digest, threading.Event] = {}
        self._present: set[Digest] = set()

    def claim(self, digests: Iterable[Digest]) -> tuple[set[Digest], set[Digest]]:
        """Divide blobs into those that the caller is to send, and those that another push is sending.

        What the repository is known to have is in neither. `release` what was claimed, also after a failure.
        """
        mine: set[Digest] = set()
        others: set[Digest] = set()
        with self._lock:
            for digest in digests:
                if digest in self._sending:
                    others.add(digest)
                elif digest not in self._present:
                    mine.add(digest)
            self._sending.update((digest, threading.Event()) for digest in mine)
        return mine, others

    def release(self, claimed: Iterable[Digest], *, present: bool) -> None:
        """Release claimed blobs.

        Args:
            claimed: The first part of what `claim` returned.
            present: Whether the repository has all of it now. Otherwise, another push may claim it.
        """
        with self._lock:
            for digest in claimed:
                self._sending.pop(digest).set()
                if present:
                    self._present.add(digest)

    def wait(self, digests: Iterable[Digest]) -> None:
        """Wait until no push is sending any of these.

        Raises:
            OperationCancelledError: The call was cancelled.
            OperationTimeoutError: The call did not finish in time.
        """
        scope = current_scope()
        for digest in digests:
            with self._lock:
                sending = self._sending.get(digest)
            if sending is None:
                continue
            if scope is None:
                sending.wait()
            else:
                scope.wait_for(sending)
                scope.check()

    def forget(self, digests: Iterable[Digest]) -> None:
        """Forget that the repository has these, because it has lost one of them."""
        with self._lock:
            self._present.difference_update(digests)

    @contextmanager
    def transfer(self) -> Generator[None]:
        """Wait for one of the concurrent transfers, and hold it.

        Raises:
            OperationCancelledError: The call was cancelled.
            OperationTimeoutError: The call did not finish in time.
        """
        while not self._slots.acquire(timeout=_TICK):
            check_cancelled()
        try:
            yield
        finally:
            self._slots.release()


_TICK = 0.05  # seconds between two checks for cancellation
