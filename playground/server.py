"""Serving a world over HTTP, from the command line or inside a test."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from playground.app import Client, create_app
from playground.world.world import World


class _Protocol(HttpToolsProtocol):
    """Lets the application cut a connection without an answer, for faults on demand."""

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self.scope["playground.cut"] = self.transport.abort  # type: ignore[typeddict-unknown-key]


class Server(uvicorn.Server):
    """Ends long polls before it waits for requests to finish."""

    def __init__(self, config: uvicorn.Config, world: World, tick: float = 0.1) -> None:
        super().__init__(config)
        self.world = world
        #: Seconds between two looks at whether to stop.
        self.tick = tick

    async def main_loop(self) -> None:
        ticks = 0
        # A look every so often, because a signal handler can do no more than set a flag.
        while not await self.on_tick(int(ticks * self.tick * 10)):
            ticks += 1
            await asyncio.sleep(self.tick)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.world.stop_polls()
        await super().shutdown(sockets)


def server(
    world: World, host: str, port: int, client: Client | None = None, tick: float = 0.1
) -> Server:
    config = uvicorn.Config(
        create_app(world, client),
        host=host,
        port=port,
        http=_Protocol,
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        timeout_graceful_shutdown=2,
        timeout_keep_alive=75,
    )
    return Server(config, world, tick)


def free_socket(host: str = "127.0.0.1", port: int = 0) -> socket.socket:
    """A listening address: the kernel picks the port when it is 0."""
    # Named as TCP, connections send at once (asyncio sets TCP_NODELAY by it). Otherwise an answer in two
    # packets waits 40 ms for the client to acknowledge the first.
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((host, port))
    return sock


@contextlib.asynccontextmanager
async def running(
    folder: Path | None = None, world: World | None = None, client: Client | None = None
) -> AsyncIterator[str]:
    """A playground on a free port in this event loop; yields its URL.

    ::

        async with running() as url, Playground(url) as playground:
            anna = await playground.person("Anna")
    """
    world = world or World(folder)
    sock = free_socket()
    port = sock.getsockname()[1]
    serving = server(world, "127.0.0.1", port, client, tick=0.01)
    # Signals belong to whoever runs the loop.
    task = asyncio.create_task(serving._serve(sockets=[sock]))
    try:
        while not serving.started:
            if task.done():
                await task
                raise RuntimeError("the playground did not start")
            await asyncio.sleep(0.005)
        yield f"http://127.0.0.1:{port}"
    finally:
        serving.should_exit = True
        await task
