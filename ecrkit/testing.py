"""Doubles for tests of code that uses ecrkit: a transport that answers from a list, and time that does not pass."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any

from ecrkit.errors import EcrKitError
from ecrkit.models import OPERATIONS, Request, Response, unchecked_requests
from ecrkit.retrying import sleeping_with
from ecrkit.transport import Download, PreparedBody

Answer = Response | bytes | EcrKitError | Callable[[Request[Response]], "Answer"]
"""What a `FakeTransport` can answer: a response, raw JSON, an error to raise, or what a function makes of the request."""


class FakeTransport:
    """Stands in for AWS: gives prepared answers in their order, and remembers what was asked.

    Example:
        >>> fake = FakeTransport()
        >>> fake.answers(models.DescribeRepositoriesResponse(repositories=[]))
        >>> list(Registry(fake).repositories())
        []
        >>> fake.requests[0].operation
        'DescribeRepositories'
    """

    def __init__(self, *answers: Answer, region_name: str = "us-east-1") -> None:
        self.region_name = region_name
        self.requests: list[Request[Response]] = []
        """What was asked, oldest first."""

        self.bodies: list[bytes] = []
        """The bodies of the requests that brought one already encoded: the parts of layers."""

        self.blobs: dict[str, bytes] = {}
        """What the URLs lead to that answers have given out."""

        self._answers: list[Answer] = list(answers)

    def answers(self, *answers: Answer) -> None:
        """Queue answers behind those that wait already."""
        self._answers.extend(answers)

    def call(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        *,
        body: PreparedBody | None = None,
        retries: bool = True,
    ) -> bytes:
        """Give the next answer; see `Transport`."""
        del retries
        with unchecked_requests():
            request = OPERATIONS[operation].model_validate(parameters)
        self.requests.append(request)
        if body is not None:
            self.bodies.append(_whole(body))
        if not self._answers:
            raise AssertionError(f"FakeTransport was asked for {operation} and has no answer left")
        answer = self._answers.pop(0)
        while callable(answer):
            answer = answer(request)
        if isinstance(answer, EcrKitError):
            raise answer
        if isinstance(answer, bytes):
            return answer
        return answer.model_dump_json(by_alias=True, exclude_none=True).encode()

    @contextmanager
    def download(self, url: str, *, first_byte: int = 0) -> Generator[Download]:
        """Open what `blobs` has under the URL; see `Transport`."""
        yield _FakeDownload(self.blobs[url][first_byte:], status=206 if first_byte else 200)


class _FakeDownload:
    def __init__(self, content: bytes, *, status: int) -> None:
        self.status = status
        self._content = content

    def read(self, size: int, /) -> bytes:
        block, self._content = self._content[:size], self._content[size:]
        return block


@contextmanager
def no_waiting() -> Generator[list[float]]:
    """Let the pauses between retries and between looks of a waiter take no time.

    Yields:
        The seconds that would have been slept, pause by pause.

    Example:
        >>> with no_waiting() as pauses:
        ...     image.scan().wait()
        >>> sum(pauses)
        25.0
    """
    pauses: list[float] = []
    with sleeping_with(pauses.append):
        yield pauses


def _whole(body: PreparedBody) -> bytes:
    body.seek(0)
    return b"".join(iter(lambda: bytes(body.read()), b""))
