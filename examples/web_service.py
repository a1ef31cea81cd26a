"""A web service that releases images, and stops when its client hangs up.

    python examples/web_service.py
    curl -X POST http://127.0.0.1:8000/releases/1.4.2

It copies `team/app` with this tag to `release/app`. If the client disconnects, the copy is cancelled: its connections are
closed, no further request is sent, and the tag is not set. FastAPI runs on Starlette; there, the handler is the same.
"""

import asyncio
import contextlib
import sys
from collections.abc import AsyncGenerator, Coroutine
from typing import TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ecrkit import AsyncRegistry, EcrKitError

ResultT = TypeVar("ResultT")


class ClientDisconnectedError(Exception):
    """The client does not wait for the response."""


async def unless_disconnected(request: Request, work: Coroutine[None, None, ResultT]) -> ResultT:
    """Await something, and cancel it when the client disconnects: web frameworks do not do that by themselves."""

    async def disconnected() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    task, hang_up = asyncio.ensure_future(work), asyncio.ensure_future(disconnected())
    try:
        await asyncio.wait({task, hang_up}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnectedError
        return task.result()
    finally:
        hang_up.cancel()
        task.cancel()
        await asyncio.gather(task, hang_up, return_exceptions=True)


async def release(request: Request) -> Response:
    """Copy an image to the repository of releases."""
    registry: AsyncRegistry = request.app.state.registry
    tag: str = request.path_params["tag"]
    image, target = registry.repository("team/app").image(tag), registry.repository("release/app")
    try:
        copied = await unless_disconnected(request, image.copy_to(target, create_repository=True))
    except ClientDisconnectedError:
        print(f"cancelled {tag}", flush=True)
        return Response(status_code=499)
    except EcrKitError as error:
        return JSONResponse({"error": str(error)}, status_code=502)
    return JSONResponse({"digest": copied.digest})


@contextlib.asynccontextmanager
async def lifespan(app: Starlette) -> AsyncGenerator[None]:
    """Open the registry when the service starts, and close it when it ends."""
    async with AsyncRegistry() as registry:
        app.state.registry = registry
        yield


app = Starlette(routes=[Route("/releases/{tag}", release, methods=["POST"])], lifespan=lifespan)

if __name__ == "__main__":
    uvicorn.run(app, port=int(sys.argv[1]) if len(sys.argv) > 1 else 8000, log_level="warning")
