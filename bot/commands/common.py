"""What commands share: settings, logging, running something asynchronous against an app.

The program itself is imported only to be run: mistakes in the settings and --help must not wait for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bot import logs
from bot.errors import BotError
from bot.settings import Settings
from bot.settings_read import read_settings

if TYPE_CHECKING:
    from bot.app import App
    from storage.database import StorageError

T = TypeVar("T")

env_file = click.make_pass_decorator(Path)


def settings_for(path: Path, *, need_token: bool = False) -> Settings:
    """The settings, with logging set up by them. Slips of the pen are told on stderr.

    Raises BotError.
    """
    if path != Path(".env") and not path.exists():
        raise BotError(f"{path}: no such file; --env-file names a file with settings")
    settings = read_settings(
        path, need_token=need_token, warn=lambda line: click.echo(f"warning: {line}", err=True)
    )
    logs.configure(settings.log_level, settings.log_format, settings.secrets)
    return settings


def with_app(settings: Settings, work: Callable[[App], Awaitable[T]]) -> T:
    """Run `work` on an app and close it. Storage that cannot be used is a plain line."""
    from bot.app import build
    from storage.database import StorageError

    async def open_and_close() -> T:
        app = build(settings)
        try:
            return await work(app)
        finally:
            await app.close()

    try:
        return asyncio.run(open_and_close())
    except StorageError as error:
        raise BotError(f"DATABASE_URL: {_first_line(error)}") from None


def _first_line(error: StorageError) -> str:
    """Without the statement that failed, and what was in it."""
    cause = error.__cause__
    origin = getattr(cause, "orig", None) or cause or error
    return str(origin).partition("\n")[0]
