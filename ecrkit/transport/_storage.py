"""Downloads from S3, without the caller's credentials."""

from __future__ import annotations

import re
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from ecrkit import errors
from ecrkit.cancellation import call_interruptibly, cancelled_error
from ecrkit.transport._protocol import Secret
from ecrkit.transport._ranges import content_length, stated_size

if TYPE_CHECKING:
    from ecrkit.transport._connections import Connections


class LayerDownload:
    """A URL that carries its own authorization. Entering the context opens it.

    Proxies and timeouts are those of the client, but proxies that the environment names are chosen for the host of the URL:
    `NO_PROXY` may name the host of ECR and not this one, or the other way round.
    """

    status = 0
    """The HTTP status: 200 for the whole layer, 206 for the range."""

    total: int | None = None
    """The size of the whole layer, if the response states it."""

    def __init__(
        self, connections: Connections, url: Secret, first_byte: int, last_byte: int | None = None
    ) -> None:
        self._connections = connections
        self._url = url
        self._first_byte = first_byte
        self._last_byte = last_byte
        self._missing: int | None = None
        self._response: Any = None
        self._flight: Any = None

    def __repr__(self) -> str:
        return f"LayerDownload(first_byte={self._first_byte})"

    def __enter__(self) -> Self:
        failure: errors.EcrKitError | None = None
        try:
            call_interruptibly(self._open)
        except errors.EcrKitError as error:
            failure = error.with_traceback(None)
        except Exception as error:  # noqa: BLE001 -- raised below, without a context that has the URL in it
            failure = self._typed(error)
        if failure is not None:
            self._hang_up()
            raise failure
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def read(self, size: int, /) -> bytes:
        """Return the next bytes; see `Download`."""
        from ecrkit.transport._connections import read_next  # noqa: PLC0415 -- imports botocore

        block = read_next(
            self._response, size, self._flight, missing=self._missing, what="The download of a layer"
        )
        if self._missing is not None:
            self._missing -= len(block)
        return block

    def _open(self) -> None:
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415 -- boto3 is slow to import

        from ecrkit.transport._connections import Flight  # noqa: PLC0415 -- imports botocore

        if not _WITH_HOST.match(self._url.reveal()):
            raise ValueError  # without the URL; the caller makes an error of ours of it
        first, last = self._first_byte, self._last_byte
        headers = {"Accept-Encoding": "identity"}
        if first or last is not None:
            headers["Range"] = f"bytes={first}-{'' if last is None else last}"
        make: Any = AWSRequest
        request = make(method="GET", url=self._url.reveal(), headers=headers, stream_output=True).prepare()
        self._flight = Flight(self._connections.read_timeout)
        self._response = self._connections.open(request, self._flight)
        self._flight.rest()
        self.status = self._response.status
        self.total = stated_size(self.status, self._response.headers, first_byte=first, last_byte=last)
        self._missing = content_length(self._response.headers.get("Content-Length"))

    def _hang_up(self) -> None:
        if self._flight is not None:
            self._flight.end()
        if self._response is not None:
            self._response.close()

    def _typed(self, error: Exception) -> errors.EcrKitError:
        from botocore import exceptions as boto  # noqa: PLC0415 -- boto3 is slow to import

        if (cancelled := cancelled_error()) is not None:
            return cancelled
        if not isinstance(error, boto.BotoCoreError):
            return errors.UnreadableAnswerError(f"The URL of a layer cannot be used: {type(error).__name__}")
        advice = _CERTIFICATES if isinstance(error, boto.SSLError) else ""
        advice = _PROXIES if isinstance(error, boto.ProxyConnectionError) else advice
        return errors.AnswerLostError(
            f"A layer could not be downloaded from {_host(self._url)}: {type(error).__name__}{advice}"
        )


def _host(url: Secret) -> str:
    try:
        return urlsplit(url.reveal()).hostname or "nowhere"
    except ValueError:
        return "a host that cannot be read"


_WITH_HOST = re.compile(r"https?://[^/?#\s]", re.IGNORECASE)
_CERTIFICATES = ": its certificate is not trusted; AWS_CA_BUNDLE, or verify=, names a file of those that are"
_PROXIES = ": see HTTPS_PROXY and NO_PROXY, or proxies= of the client's Config"
