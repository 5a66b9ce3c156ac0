"""`python -m bot backup`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import env_file, settings_for
from bot.commands.reading import with_reader

if TYPE_CHECKING:
    from datetime import datetime

    from bot.backups import Proof
    from storage.database import Database


@click.command("backup")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    help="The folder.  [default: BACKUP_DIR, else backups in DATA_DIR]",
)
@click.option("--database-url", metavar="URL", help="The database.  [default: DATABASE_URL]")
@click.option("--list", "show", is_flag=True, help="Only say which backups there are.")
@env_file
def command(path: Path, folder: Path | None, database_url: str | None, show: bool) -> int:
    """Copy the database while the bot runs, and prove the copy.

    The copy is put into a fresh place and the invariants are asked there; exit code 1 when they do not hold.
    Older backups are not touched: only those made by schedule are thinned out.
    """
    settings = settings_for(path)
    folder = folder or settings.backups
    if show:
        from bot.backups import listed

        for line in listed(folder):
            click.echo(line)
        return 0
    url = database_url or settings.database

    async def work(_: Database, now: datetime) -> tuple[Path, Proof]:
        from bot.backups import make, prove

        file = await make(url, folder, now)
        return file, await prove(file, url, now)

    file, proof = with_reader(settings, database_url, work)
    for breach in proof.breaches:
        click.echo(breach)
    size = file.stat().st_size / 1_048_576
    held = "every invariant holds" if not proof.breaches else f"{len(proof.breaches)} breaches"
    click.echo(f"{file}: {size:.1f} MB; restored elsewhere: {proof.orders} orders, {held}")
    return 1 if proof.breaches else 0
