"""`python -m bot run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import env_file, settings_for, with_app

if TYPE_CHECKING:
    from bot.app import App


@click.command("run")
@env_file
def command(path: Path) -> None:
    """Be the bot until SIGTERM or Ctrl-C.

    Brings the database up to date, loads the catalogue into a new one, and serves /healthz, /readyz and
    /metrics. Says `ready` when it reads and answers.
    """
    settings = settings_for(path, need_token=True)

    async def work(app: App) -> None:
        await app.run()

    with_app(settings, work)
