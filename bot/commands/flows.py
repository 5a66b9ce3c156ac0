"""`python -m bot flows`."""

from __future__ import annotations

from pathlib import Path

import click

from bot.app import App
from bot.commands.common import env_file, settings_for, with_app


@click.command("flows")
@env_file
@click.option("--diagram", is_flag=True, help="Print every flow as a Mermaid diagram.")
@click.option(
    "--dry-run", is_flag=True, help="Count the open conversations that this release carries over."
)
def command(path: Path, diagram: bool, dry_run: bool) -> None:
    """Draw the conversations, or count whom a release touches.

    Conversations on another version of a flow are carried over by field name at the next start.
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
    from dialogs.carrying import flow_of
    from dialogs.flows import FLOWS
    from storage.flow_counts import standings

    database = await app.database()
    touched = untouched = 0
    for row in await database.read(standings):
        flow = flow_of(FLOWS, row.flow)
        if flow is not None and flow.fingerprint() == row.fingerprint:
            untouched += row.count
            continue
        touched += row.count
        what = "the flow is gone" if flow is None else "the step is kept"
        if flow is not None and not flow.has(row.step):
            what = "the step is gone, the next open question is asked"
        click.echo(f"{row.flow}, step {row.step}: {row.count} conversations; {what}")
    click.echo(f"{touched} conversations are carried over, {untouched} stay as they are")
