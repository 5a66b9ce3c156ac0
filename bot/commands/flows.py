"""`python -m bot flows`."""

from __future__ import annotations

from pathlib import Path

import click

from bot.app import App
from bot.commands.common import env_file, settings_for, with_app
from dialogs.declared import Flow


@click.command("flows")
@env_file
@click.option("--diagram", is_flag=True, help="Print every flow as a Mermaid diagram.")
@click.option(
    "--dry-run", is_flag=True, help="Count the open conversations that this release carries over."
)
def command(path: Path, diagram: bool, dry_run: bool) -> None:
    """Draw the conversations, or count whom a release touches.

    Conversations on another version of a flow are carried over by field name when the bot starts: what no longer
    fits is asked again, the rest is kept.
    """
    from dialogs.diagram import mermaid
    from dialogs.flows import FLOWS

    if diagram:
        for flow in FLOWS.values():
            click.echo(f"## {flow.name}\n\n```mermaid\n{mermaid(flow)}```\n")
    if dry_run:
        with_app(settings_for(path), _count)
    if not diagram and not dry_run:
        for flow in FLOWS.values():
            click.echo(f"{flow.name}: version {flow.fingerprint()}, {len(flow.steps)} steps")


async def _count(app: App) -> None:
    """Count without writing: not even the schema is brought up to date, which this release may change."""
    from dialogs.carrying import flow_of
    from dialogs.flows import FLOWS
    from storage.database import Database
    from storage.flow_counts import standings

    database = await Database.open(app.settings.database)
    try:
        rows = await database.read(standings)
    finally:
        await database.close()
    touched = untouched = 0
    for row in rows:
        flow = flow_of(FLOWS, row.flow)
        if flow is not None and flow.fingerprint() == row.fingerprint:
            untouched += row.count
            continue
        touched += row.count
        click.echo(f"{row.flow}, step {row.step}: {_people(row.count)}; {_fate(flow, row.step)}")
    click.echo(f"{_people(touched)} carried over, {untouched} as they are")


def _people(count: int) -> str:
    return f"{count} conversation{'' if count == 1 else 's'}"


def _fate(flow: Flow | None, step: str) -> str:
    from dialogs.carrying import step_of

    if flow is None:
        return "the flow is gone, they start afresh"
    to = step_of(flow, step)
    if to is None:
        return "the step is gone, the next open question is asked"
    return "they stay there" if to == step else f"they go on at {to}"
