"""`python -m bot audit`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import env_file, settings_for
from bot.commands.reading import with_reader
from bot.spreadsheet import csv_text

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Connection, Database
    from storage.trail import Deed


@click.command("audit")
@click.option("--last", metavar="N", type=click.IntRange(1), default=100, show_default=True)
@click.option("--about", metavar="SUBJECT", help="Only about this: an order's number, or kind:id.")
@click.option("--by", metavar="USER", type=int, help="Only by the person with this user id.")
@click.option("--database-url", metavar="URL", help="The database.  [default: DATABASE_URL]")
@click.option("--csv", "as_csv", is_flag=True, help="As a table for spreadsheet programs.")
@env_file
def command(
    path: Path, database_url: str | None, last: int, about: str | None, by: int | None, as_csv: bool
) -> int:
    """Print the audit trail: what staff did, to what, and when.

    One line for each deed, the newest last; one that says so when there is none. Times are in the time zone of the settings. Only reads.
    """
    settings = settings_for(path)

    async def look(database: Database, now: datetime) -> list[Deed]:
        from storage.trail import deeds

        def work(connection: Connection) -> list[Deed]:
            return deeds(connection, limit=last, about=about, by=by)

        return await database.read(work)

    rows = [
        (
            deed.at.astimezone(settings.timezone).strftime("%Y-%m-%d %H:%M:%S"),
            deed.who,
            deed.action,
            deed.subject,
            json.dumps(deed.detail, ensure_ascii=False) if deed.detail else "",
        )
        for deed in with_reader(settings, database_url, look)
    ]
    if as_csv:
        click.echo(csv_text(("at", "by", "action", "subject", "detail"), rows), nl=False)
        return 0
    for row in rows:
        click.echo(" ".join(row).rstrip())
    if not rows:
        click.echo(_nothing(about, by))
    return 0


def _nothing(about: str | None, by: int | None) -> str:
    wanted = (f" about {about}" if about else "") + (f" by user {by}" if by is not None else "")
    return f"nothing yet: no deed of staff{wanted} is on record"
