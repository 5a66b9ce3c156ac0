"""`python -m bot understand`."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import click

from bot.commands.common import env_file, settings_for
from bot.errors import BotError


@click.command("understand")
@env_file
@click.argument("text")
@click.option(
    "--now", "moment", help="As if it were this moment in the business's zone: 2026-11-21T12:00."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(path: Path, text: str, moment: str | None, as_json: bool) -> None:
    """Say what is recognised in TEXT: service, plan, goal, deadline, budget; candidates when ambiguous.

    Names are those of the catalogue file in the settings.
    """
    from bot.catalogue_file import CatalogueErrors, read_catalogue
    from dialogs.search import names
    from dialogs.understanding.message import Names, explain, understand

    settings = settings_for(path, need_token=False)
    zone = settings.timezone
    try:
        catalogue = read_catalogue(settings.catalogue_file)
    except CatalogueErrors as error:
        raise BotError(str(error)) from None
    now = _moment(moment, zone)
    found = explain(understand(text, names=Names(**names(catalogue)), now=now, zone=zone))
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for name, value in found.items():
        if value not in (None, {}, []):
            click.echo(f"{name}: {value}")
    if not any(value not in (None, {}, []) for value in found.values()):
        click.echo("nothing recognised")


def _moment(text: str | None, zone: ZoneInfo) -> datetime:
    if text is None:
        return datetime.now(zone)
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise BotError(f"--now: {text!r} is no moment; write it like 2026-11-21T12:00") from None
    return given if given.tzinfo else given.replace(tzinfo=zone)
