"""Health, figures and webhooks over HTTP, in the bot's own event loop."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.errors import BotError
from bot.metrics import Metrics

Readiness = Callable[[], Awaitable[dict[str, object]]]


def routes(
    metrics: Metrics,
    readiness: Readiness,
    refresh: Callable[[], Awaitable[None]],
    more: Sequence[Route] = (),
) -> Starlette:
    """`readiness` tells what is checked, with `ready` among it; `refresh` updates the figures."""

    async def healthz(_: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(_: Request) -> Response:
        found = await readiness()
        return JSONResponse(found, status_code=200 if found["ready"] else 503)

    async def figures(_: Request) -> Response:
        await refresh()
        return Response(metrics.text(), media_type="text/plain; version=0.0.4; charset=utf-8")

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", figures),
            *more,
        ]
    )


class Web:
    """Serves an application until `stop`. `port` is the one really taken."""

    def __init__(self, app: Starlette, host: str, port: int) -> None:
        self._socket = _listen(host, port)
        self.port: int = self._socket.getsockname()[1]
        shown = f"[{host}]" if ":" in host else host
        self.address = f"http://{shown}:{self.port}"
        config = uvicorn.Config(
            app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2
        )
        self._server = _Server(config)
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._task = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        while not self._server.started and not self._task.done():  # noqa: ASYNC110 - uvicorn signals nothing
            await asyncio.sleep(0.01)
        if self._task.done():
            await self._task

    async def stop(self) -> None:
        self._server.should_exit = True
        if self._task is not None:
            await self._task
        self._socket.close()


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Signals are the app's: it stops this server when it is done with everything else."""
        yield


def _listen(host: str, port: int) -> socket.socket:
    """Bind before anything else starts, so that a taken port ends the start-up with a plain line."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP, connections send at once (asyncio sets TCP_NODELAY by it). Otherwise an answer in two
    # packets waits 40 ms for the client to acknowledge the first.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        if error.errno == errno.EADDRINUSE:
            raise BotError(
                f"HEALTH_PORT: {port} is taken by another program; choose another, or 0 for none"
            ) from None
        raise BotError(f"HEALTH_HOST: cannot listen on {host}: {error.strerror}") from None
    return listening
