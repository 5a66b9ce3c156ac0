"""`python -m bot demo`."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
import webbrowser
from pathlib import Path

import click

from bot.errors import BotError


@click.command("demo")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("data/demo"),
    show_default=True,
)
@click.option(
    "--port",
    type=int,
    default=lambda: int(os.environ.get("PORT", "8080")),
    show_default="PORT or 8080",
)
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address the playground listens on."
)
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@click.option(
    "--tour",
    is_flag=True,
    help="Play an order in both languages against a fresh database, then end.",
)
def command(data: Path, port: int, host: str, no_browser: bool, tour: bool) -> None:
    """Try everything without a Telegram account: a local Telegram with the bot in it.

    Prints `ready http://127.0.0.1:PORT` when both processes serve; Ctrl-C ends both. Chats and orders are kept
    in the data folder.
    """
    if tour:
        raise SystemExit(asyncio.run(_tour()))
    asyncio.run(_demo(data, port, host, open_browser=not no_browser))


async def _demo(data: Path, port: int, host: str, *, open_browser: bool) -> None:
    from bot.demo.stage import Stage
    from bot.demo.supervisor import Demo

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    click.echo("starting the playground and the bot …", err=True)
    starting = asyncio.ensure_future(Demo(data, port, host=host).__aenter__())
    stopped = asyncio.ensure_future(stop.wait())
    await asyncio.wait({starting, stopped}, return_when=asyncio.FIRST_COMPLETED)
    if not starting.done():
        starting.cancel()
        await asyncio.gather(starting, return_exceptions=True)
        return
    demo = starting.result()
    try:
        assert demo.cast is not None
        async with Stage(demo.url, demo.cast):
            click.echo(f"ready {demo.url}")
            if open_browser:
                await asyncio.to_thread(webbrowser.open, demo.url)
            ended = asyncio.ensure_future(demo.watch())
            await asyncio.wait({ended, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if not stop.is_set():
            name = ended.result()
            raise BotError(f"the {name} has ended by itself: {demo.last_line(name)}")
        ended.cancel()
    finally:
        stopped.cancel()
        await demo.stop()


async def _tour() -> int:
    from bot.demo.supervisor import Demo
    from bot.demo.tour import TourFailed, play

    with tempfile.TemporaryDirectory(prefix="orderclerk-tour-") as folder:
        async with Demo(Path(folder), 0) as demo:
            assert demo.cast is not None
            try:
                await play(demo.url, demo.cast, click.echo)
            except TourFailed as error:
                click.echo(f"tour: failed, {error}", err=True)
                click.echo(f"the bot's last line: {demo.last_line('bot')}", err=True)
                return 1
    return 0
