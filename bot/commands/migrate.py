"""`python -m bot migrate`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import env_file, settings_for, with_app

if TYPE_CHECKING:
    from bot.app import App


@click.command("migrate")
@env_file
def command(path: Path) -> None:
    """Bring the database up to date; `run` does the same when it starts.

    Safe beside running bots of the same version, and when two are started at once.
    """

    async def work(app: App) -> None:
        await app.database()

    with_app(settings_for(path), work)
    click.echo("the database is up to date")
