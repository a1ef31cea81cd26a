"""The connections to where the layers lie: another host than ECR, reached without the caller's credentials."""

from __future__ import annotations

import threading
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from typing import Any, cast
from urllib.parse import urlsplit

from ecrkit import errors
from ecrkit.transport._protocol import Download
from ecrkit.transport._ranges import stated_size


class Storage:
    """Opens URLs that carry their own authorisation.

    Proxies and timeouts are those of a client of boto3, save that the proxies which the environment names
    are chosen for the host of the URL: `NO_PROXY` may name the host of ECR and not this one, or the other way round.
    """

    def __init__(self, client: Any, trusted: Callable[[], bool | str]) -> None:
        """Open nothing yet.

        Args:
            client: Whose proxies and timeouts hold.
            trusted: Says which certificates to trust; asked when a connection is made.
        """
        self._client = client
        self._trusted = trusted
        self._lock = threading.Lock()
        self._opened: dict[frozenset[tuple[str, str]], Any] = {}  # by their proxies

    @contextmanager
    def open(self, url: str, *, first_byte: int = 0) -> Generator[Download]:
        """Open the URL of a layer, from a byte of it on."""
        from botocore import exceptions as boto  # noqa: PLC0415 -- boto3 is slow to import
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415 -- as above

        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={first_byte}-"} if first_byte else {})
        request = AWSRequest(method="GET", url=url, headers=headers, stream_output=True).prepare()
        try:
            response = self._session(url).send(request)
        except boto.BotoCoreError as error:
            advice = _CERTIFICATES if isinstance(error, boto.SSLError) else ""
            advice = _PROXIES if isinstance(error, boto.ProxyConnectionError) else advice
            # Without its cause, whose text has the URL, and with it the right to read the layer.
            raise errors.AnswerLostError(
                f"A layer could not be downloaded from {urlsplit(url).hostname}: {type(error).__name__}{advice}"
            ) from None
        try:
            yield _BotoDownload(response, first_byte)
        finally:
            response.raw.close()

    def _session(self, url: str) -> Any:
        from botocore.httpsession import URLLib3Session  # noqa: PLC0415 -- boto3 is slow to import

        settings = self._client.meta.config
        proxies = _proxies(settings.proxies, url)
        with self._lock:
            key = frozenset(proxies.items())
            if key not in self._opened:
                self._opened[key] = cast("Any", URLLib3Session)(
                    verify=self._trusted(),
                    proxies=proxies,
                    timeout=(settings.connect_timeout, settings.read_timeout),
                    max_pool_connections=settings.max_pool_connections,
                    proxies_config=settings.proxies_config,
                )
            return self._opened[key]


def _proxies(configured: Mapping[str, str] | None, url: str) -> Mapping[str, str]:
    from botocore import utils  # noqa: PLC0415 -- boto3 is slow to import

    return cast("Any", utils).get_environ_proxies(url) if configured is None else configured


class _BotoDownload:
    def __init__(self, response: Any, first_byte: int) -> None:
        self.total = stated_size(response.status_code, response.headers, first_byte=first_byte)
        self._raw = response.raw
        self._missing = int(response.headers.get("Content-Length", 0))
        self.status: int = response.status_code

    def read(self, size: int, /) -> bytes:
        try:
            block = cast("bytes", self._raw.read(size))
        except Exception as error:  # noqa: BLE001 -- as the next line says
            # What urllib3 raises here is not named by anything that botocore makes public.
            raise errors.AnswerLostError(
                f"The download of a layer broke off: {type(error).__name__}"
            ) from None
        self._missing -= len(block)
        if not block and size and self._missing > 0:  # botocore tells urllib3 not to look at that
            raise errors.AnswerLostError(f"The download of a layer broke off {self._missing} bytes early")
        return block


_CERTIFICATES = ": its certificate is not trusted; AWS_CA_BUNDLE, or verify=, names a file of those that are"
_PROXIES = ": see HTTPS_PROXY and NO_PROXY, or proxies= of the client's Config"
