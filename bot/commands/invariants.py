"""`python -m bot invariants`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import env_file, settings_for
from bot.commands.reading import with_reader

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Connection, Database
    from storage.invariants import Breach, Counts


@click.command("invariants")
@click.option(
    "--database-url",
    metavar="URL",
    help="The database to look at.  [default: DATABASE_URL]",
)
@env_file
def command(path: Path, database_url: str | None) -> int:
    """Prove over the database that no money and no step is out of order.

    Prints one line for each thing that is not as it must be, and ends with exit code 1 when there are any. Only
    reads, and may run beside the bot.
    """
    breaches, counts = with_reader(settings_for(path), database_url, _look)
    for breach in breaches:
        click.echo(str(breach))
    if breaches:
        click.echo(f"{len(breaches)} {'breach' if len(breaches) == 1 else 'breaches'}")
        return 1
    looked_at = ", ".join(f"{number} {name}" for name, number in dataclasses.asdict(counts).items())
    click.echo(f"invariants: ok, checked {looked_at}")
    return 0


async def _look(database: Database, now: datetime) -> tuple[tuple[Breach, ...], Counts]:
    from storage.invariants import check, count

    def work(connection: Connection) -> tuple[tuple[Breach, ...], Counts]:
        return check(connection, now=now), count(connection)

    return await database.read(work)
