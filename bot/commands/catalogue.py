"""`python -m bot catalogue`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.commands.common import env_file, settings_for, with_app
from orders.catalogue import Catalogue, in_language
from orders.money import Money, major

if TYPE_CHECKING:
    from bot.app import App
    from storage.catalogue import Changes, Stored


@click.group("catalogue")
def command() -> None:
    """Load the catalogue, or show the one on offer."""


@command.command("load")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), required=False)
@env_file
def load(path: Path, file: Path | None) -> None:
    """Check FILE (default: CATALOGUE) and put it on offer.

    Every mistake is told with its line, and nothing is loaded then. Services that changed get a new
    version; orders keep the one they were made with. A running bot notices by itself.
    """
    settings = settings_for(path)
    chosen = file or settings.catalogue_file

    async def work(app: App) -> Changes:
        return await app.load_catalogue(chosen)

    changes = with_app(settings, work)
    for sign, keys in (("+", changes.added), ("~", changes.changed), ("-", changes.removed)):
        for key in keys:
            click.echo(f"{sign} {key}")
    click.echo(
        f"{len(changes.added)} added, {len(changes.changed)} changed, "
        f"{len(changes.removed)} removed, {changes.unchanged} as they were"
    )


@command.command("show")
@click.option("--language", type=click.Choice(["en", "zh"]), default="en", show_default=True)
@env_file
def show(path: Path, language: str) -> None:
    """Show what is on offer, by category."""
    from storage.catalogue import fetch

    async def work(app: App) -> Stored:
        database = await app.database()
        return await database.read(fetch)

    stored = with_app(settings_for(path), work)
    lines = list(_lines(stored.catalogue, language))
    click.echo(
        "\n".join(lines) if lines else "nothing is on offer; try: python -m bot catalogue load"
    )


def _lines(shown: Catalogue, language: str) -> Iterator[str]:
    for category in shown.categories:
        yield f"{category.emoji} {in_language(category.title, language)}"
        for service in shown.in_category(category.key):
            yield f"  {service.key}: {in_language(service.title, language)} ({service.nature.value})"
            for plan in service.plans:
                days = "" if plan.period_days is None else f", {plan.period_days} days"
                prices = ", ".join(
                    f"{major(Money(amount, currency))} {currency}"
                    for currency, amount in plan.prices.items()
                )
                yield f"    {plan.key}: {prices or 'quoted'}{days}"
