"""Set the `Date` header of responses from the clock of the local ECR, as clients can read the time of AWS."""

from email.utils import formatdate

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ecrkit.local.clock import Clock


class Dated:
    """ASGI middleware."""

    def __init__(self, app: ASGIApp, clock: Clock) -> None:
        self._app = app
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""

        async def send_dated(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message.get("headers", ())))
                headers["date"] = formatdate(self._clock.now(), usegmt=True)
                message = {**message, "headers": headers.raw}
            await send(message)

        await self._app(scope, receive, send_dated)
