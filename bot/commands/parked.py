"""`python -m bot parked`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from bot.commands.common import env_file, settings_for
from bot.commands.reading import with_reader
from bot.errors import BotError

if TYPE_CHECKING:
    from storage.database import Connection, Database
    from storage.parking import Listed

T = TypeVar("T")

#: Events that tell of money. They are never given up by a slip of the hand.
MONEY = frozenset({"PaidEvent", "RefundedEvent"})
#: The running bot looks this often (`bot.heartbeat`).
_LOOKS = "within half a minute of the bot running"


@click.group("parked")
def command() -> None:
    """Events whose handling failed: kept with their error, while everybody else went on.

    Payments, timers and outcomes of our own calls are tried again by themselves; a message is tried again by
    hand, once what was wrong has been put right.
    """


@command.command("list")
@click.option("--all", "ended", is_flag=True, help="Also those that were done or dropped since.")
@env_file
def list_(path: Path, ended: bool) -> int:
    """List what waits, with the reason; exit code 1 when something does."""
    from storage import parking

    rows = _at(path, lambda connection, bot, now: parking.listed(connection, bot, ended=ended))
    for row in rows:
        click.echo(_line(row))
    waiting = sum(row.state == "waiting" for row in rows)
    click.echo(f"{waiting} waiting" if waiting else "nothing is parked")
    return 1 if waiting else 0


@command.command("retry")
@click.argument("ids", type=int, nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All that wait.")
@env_file
def retry(path: Path, ids: Sequence[int], everything: bool) -> None:
    """Have the bot try IDS again, or everything that waits."""
    from storage import parking

    if bool(ids) == everything:
        raise BotError("name the ids that `parked list` shows, or --all")
    woken = _at(
        path,
        lambda connection, bot, now: parking.wake(connection, bot, ids or None, now),
        write=True,
    )
    _must_be(ids, woken)
    click.echo(f"{len(woken)} tried again {_LOOKS}; `parked list` then shows what is left")


@command.command("drop")
@click.argument("ids", type=int, nargs=-1, required=True)
@click.option("--money", is_flag=True, help="Also payments and refunds, which you booked by hand.")
@env_file
def drop(path: Path, ids: Sequence[int], money: bool) -> None:
    """Give IDS up: they are never tried again."""
    from storage import parking

    def work(connection: Connection, bot: int, now: datetime) -> list[int]:
        rows = [row for row in parking.listed(connection, bot) if row.id in ids]
        paid = [row.id for row in rows if row.kind in MONEY]
        if paid and not money:
            listed = ", ".join(map(str, paid))
            raise BotError(
                f"{listed} tells of money that was paid or returned; --money gives it up all the same, "
                "once it is booked by hand"
            )
        return parking.drop(connection, bot, ids)

    dropped = _at(path, work, write=True)
    _must_be(ids, dropped)
    click.echo(f"{len(dropped)} dropped")


def _at(path: Path, work: Callable[[Connection, int, datetime], T], *, write: bool = False) -> T:
    """Run `work` on the database of the settings, with the bot's id and its time."""
    settings = settings_for(path, need_token=True)

    async def run(database: Database, now: datetime) -> T:
        if write:
            return await database.write(
                settings.bot_id, lambda connection: work(connection, settings.bot_id, now)
            )
        return await database.read(lambda connection: work(connection, settings.bot_id, now))

    return with_reader(settings, None, run)


def _must_be(asked: Sequence[int], found: Sequence[int]) -> None:
    missing = sorted(set(asked) - set(found))
    if missing:
        raise BotError(f"not waiting: {', '.join(map(str, missing))}; see `parked list`")


def _line(row: Listed) -> str:
    when = f"{row.parked_at:%Y-%m-%d %H:%M} UTC"
    if row.state != "waiting":
        then = row.state
    elif row.retry_at is None:
        then = "by hand"
    else:
        then = f"again at {row.retry_at:%H:%M} UTC"
    error = " ".join(row.error.split())[:200]
    tries = "1 try" if row.tries == 1 else f"{row.tries} tries"
    return (
        f"{row.id}  {when}  {row.kind} {row.source}:{row.external_id}  {tries}, {then}\n    {error}"
    )
