"""`python -m bot desk`."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import env_file, settings_for
from bot.commands.reading import with_reader
from bot.settings import Settings

if TYPE_CHECKING:
    from storage.database import Connection, Database
    from storage.desk_figures import Figures


@click.command("desk")
@click.option("--days", default=7, show_default=True, help="Of how many days the figures are.")
@click.option("--database-url", metavar="URL", help="The database.  [default: DATABASE_URL]")
@env_file
def command(path: Path, days: int, database_url: str | None) -> None:
    """Show the support desk: what is open, and how long people waited.

    Times are working time by SUPPORT_HOURS: half of the tickets took at most the first, nine in ten the second.
    """
    settings = settings_for(path)

    async def look(database: Database, now: datetime) -> list[str]:
        return await database.read(lambda connection: _lines(connection, settings, now, days))

    click.echo("\n".join(with_reader(settings, database_url, look)))


def _lines(connection: Connection, settings: Settings, now: datetime, days: int) -> list[str]:
    from storage.desk_figures import figures
    from storage.desk_queries import open_tickets
    from storage.work import Work

    session = Work(connection, bot=settings.bot_id, now=now).session
    hours = settings.support_hours.working(settings.timezone, settings.support_holidays)
    tickets = open_tickets(session, settings.bot_id)
    states = Counter(ticket.state for ticket in tickets)
    waits = [ticket.waiting_since for ticket in tickets if ticket.waiting_since is not None]
    lines = [f"open: {len(tickets)}"]
    lines += [f"  {state}: {count}" for state, count in sorted(states.items())]
    if waits:
        lines.append(f"longest wait: {_span(now - min(waits))}")
    lines.append(f"last {days} days:")
    made = figures(session, settings.bot_id, now - timedelta(days=days), hours)
    return lines + _figures(made)


def _figures(made: Figures) -> list[str]:
    lines = [f"  answered: {made.answered}", f"  resolved: {made.resolved}"]
    if made.first_answer is not None and made.first_answer_slow is not None:
        lines.append(
            f"  first answer: {_span(made.first_answer)}, nine in ten {_span(made.first_answer_slow)}"
        )
    if made.resolution is not None:
        lines.append(f"  resolution: {_span(made.resolution)}")
    if made.rating is not None:
        lines.append(f"  rating: {made.rating:.1f} of 5 ({made.rated})")
    return lines


def _span(length: timedelta) -> str:
    minutes = round(length.total_seconds() / 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = [f"{days} d" if days else "", f"{hours} h" if hours else "", f"{minutes} min"]
    return " ".join(part for part in parts if part)
