"""`python -m bot settings`."""

from __future__ import annotations

import click

from bot.settings_read import example


@click.command("settings")
def command() -> None:
    """Print every setting with its meaning and default: the text of .env.example."""
    click.echo(example(), nl=False)
