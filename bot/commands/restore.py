"""`python -m bot restore FILE`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import env_file, settings_for, with_app

if TYPE_CHECKING:
    from bot.app import App


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--database-url", metavar="URL", help="Where to.  [default: DATABASE_URL]")
@click.option(
    "--force", is_flag=True, help="Replace what is there; it is kept beside it, or backed up first."
)
@env_file
def command(path: Path, file: Path, database_url: str | None, force: bool) -> int:
    """Put a backup back into a database that is new.

    Refuses a database that has something in it without --force, one on which a bot is at work always, and a backup
    of a newer program. An older schema is brought up to date. Then the invariants are asked.
    """
    settings = settings_for(path)

    async def work(_: App) -> int:
        from bot.backups import restore

        restored = await restore(
            file, database_url or settings.database, now=datetime.now(UTC), force=force
        )
        if restored.aside is not None:
            click.echo(f"what was there is kept as {restored.aside}")
        for breach in restored.proof.breaches:
            click.echo(breach)
        held = "every invariant holds" if not restored.proof.breaches else "see above"
        click.echo(f"restored {file.name}: {restored.proof.orders} orders, {held}")
        return 1 if restored.proof.breaches else 0

    return with_app(settings, work)
