"""The connections to where the layers lie: another host than ECR, reached without the caller's credentials."""

from __future__ import annotations

import os
import threading
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, cast

from ecrkit import errors
from ecrkit.transport._protocol import Download


class Storage:
    """Opens URLs that carry their own authorisation. Proxies and timeouts are those of a client of boto3."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._opened: Any = None  # with the first download

    @contextmanager
    def open(self, url: str, *, first_byte: int = 0) -> Generator[Download]:
        """Open the URL of a layer, from a byte of it on."""
        from botocore.awsrequest import AWSRequest  # noqa: PLC0415 -- boto3 is slow to import
        from botocore.exceptions import BotoCoreError  # noqa: PLC0415 -- as above

        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={first_byte}-"} if first_byte else {})
        request = AWSRequest(method="GET", url=url, headers=headers, stream_output=True).prepare()
        try:
            response = self._session(url).send(request)
        except BotoCoreError as error:
            # Without its cause, whose text has the URL, and with it the right to read the layer.
            raise errors.AnswerLostError(f"A layer could not be downloaded: {type(error).__name__}") from None
        try:
            yield _BotoDownload(response)
        finally:
            response.raw.close()

    def _session(self, url: str) -> Any:
        from botocore import httpsession, utils  # noqa: PLC0415 -- boto3 is slow to import

        with self._lock:
            if self._opened is None:
                settings = self._client.meta.config
                bundle = os.environ.get("AWS_CA_BUNDLE") or os.environ.get("REQUESTS_CA_BUNDLE")
                self._opened = cast("Any", httpsession).URLLib3Session(
                    verify=bundle or True,
                    proxies=settings.proxies or cast("Any", utils).get_environ_proxies(url),
                    timeout=(settings.connect_timeout, settings.read_timeout),
                    max_pool_connections=settings.max_pool_connections,
                )
            return self._opened


class _BotoDownload:
    def __init__(self, response: Any) -> None:
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
