"""`Webhook`: sends each event to an HTTP server on this machine, as EventBridge does to an API destination."""

import http.client
import json
import logging
import queue
import threading
from urllib.parse import urlsplit

from ecrkit.errors import ConfigurationError
from ecrkit.local.events import Event
from ecrkit.local.hosts import is_loopback

_TIMEOUT_SECONDS = 10.0
_STOP_SECONDS = 5.0
_FAILED = 400
_log = logging.getLogger(__name__)


class Webhook:
    """Posts events as JSON, one at a time, in its own thread. Failed deliveries are logged, not retried.

    Args:
        url: URL to post to, for example `http://127.0.0.1:9000/events`. The host must be a loopback name or address.

    Raises:
        ConfigurationError: The URL is not plain HTTP, or is not on this machine.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname or not is_loopback(parts.netloc.rpartition("@")[2]):
            raise ConfigurationError(
                f"Events can only be sent to this machine, for example http://127.0.0.1:9000/, not to {url!r}"
            )
        try:
            self._address = (parts.hostname, parts.port or 80)
        except ValueError as error:
            raise ConfigurationError(f"{url!r} is not a URL for events: {error}") from error
        self._target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._queue: queue.SimpleQueue[Event | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="ecrkit-local-webhook", daemon=True)
        self._thread.start()

    def send(self, event: Event) -> None:
        """Queue an event."""
        self._queue.put(event)

    def stop(self) -> None:
        """Send queued events, then stop."""
        self._queue.put(None)
        self._thread.join(_STOP_SECONDS)

    def _run(self) -> None:
        while (event := self._queue.get()) is not None:
            try:
                self._post(event)
            except (OSError, http.client.HTTPException) as error:
                _log.warning("The event %r could not be delivered: %s", event["detail-type"], error)

    def _post(self, event: Event) -> None:
        connection = http.client.HTTPConnection(*self._address, timeout=_TIMEOUT_SECONDS)
        try:
            connection.request("POST", self._target, json.dumps(event), {"Content-Type": "application/json"})
            response = connection.getresponse()
            response.read()
            if response.status >= _FAILED:
                _log.warning(
                    "The event %r was answered with status %s", event["detail-type"], response.status
                )
        finally:
            connection.close()
