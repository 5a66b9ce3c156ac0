"""Looking after the outbox: takeovers, what is left behind, old rows, how much is waiting."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    func,
    literal_column,
    or_,
    select,
    update,
)

from storage.outbox import OPEN, QUEUED, URGENT_EPOCH, end
from storage.tables import inbox, outbox, parked, timers

#: Rows deleted in one transaction: other writers wait meanwhile.
_CHUNK = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovered:
    """Rows of a former holder. `lost`: ids that must not be sent again, so somebody has to look."""

    again: int
    lost: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """How much is waiting. `oldest_due`: since when the oldest row that could go has been due."""

    queued: int
    sending: int
    oldest_due: datetime | None
    timers_due: int
    oldest_timer: datetime | None
    parked: int


def recover(
    connection: Connection, bot: int, *, epoch: int, now: datetime, ours: Collection[int] = ()
) -> Recovered:
    """At a takeover: what a former holder left in `sending` has an unknown outcome.

    `ours` are rows this very process is still performing, from when it last held the lease.
    """
    rows = connection.execute(
        select(outbox.c.id, outbox.c.unknown).where(
            outbox.c.bot == bot,
            OPEN,
            outbox.c.state == "sending",
            or_(outbox.c.epoch.is_(None), outbox.c.epoch < epoch),
        )
    ).all()
    lost = tuple(row.id for row in rows if row.unknown == "once" and row.id not in ours)
    again = [row.id for row in rows if row.unknown != "once" and row.id not in ours]
    if lost:
        end(connection, lost, "dead", "unknown_outcome", now)
    if again:
        connection.execute(
            update(outbox)
            .where(outbox.c.id.in_(again))
            .values(state="queued", reason="unknown_outcome", due_at=now)
        )
    return Recovered(again=len(again), lost=lost)


def abandoned_urgent(connection: Connection, bot: int, before: datetime) -> list[int]:
    """Answers whose replica died in the middle: in `sending`, their time over before `before`."""
    query = select(outbox.c.id).where(
        outbox.c.bot == bot,
        OPEN,
        outbox.c.state == "sending",
        outbox.c.epoch == URGENT_EPOCH,
        outbox.c.expires_at < before,
    )
    return list(connection.scalars(query))


def expire(connection: Connection, bot: int, before: datetime, now: datetime) -> int:
    """End abandoned answers; how many."""
    ids = abandoned_urgent(connection, bot, before)
    if ids:
        end(connection, ids, "dead", "expired", now)
    return len(ids)


def prune_outbox(connection: Connection, before: datetime) -> int:
    """Delete rows that ended before `before`; at most a thousand, so call it until none is left."""
    old = (outbox.c.settled_at < before, outbox.c.tell.is_(None))
    return _prune(connection, outbox, outbox.c.id, and_(*old), outbox.c.created_at >= before)


def prune_inbox(connection: Connection, before: datetime) -> int:
    """Forget ids received before `before`, of whichever bot; some thousand at most, so call it until none is left."""
    old = inbox.c.received_at < before
    if connection.dialect.name == "sqlite":
        rowid: ColumnElement[int] = literal_column("inbox.rowid")
        return _prune(connection, inbox, rowid, old, inbox.c.received_at >= before)
    ages = connection.scalars(
        select(inbox.c.received_at).where(old).order_by(inbox.c.received_at).limit(_CHUNK)
    ).all()
    if not ages:
        return 0
    # The oldest of a chunk decide how far it goes: the key has several columns.
    gone = delete(inbox).where(inbox.c.received_at <= ages[-1])
    return connection.execute(gone).rowcount


def _prune(
    connection: Connection,
    table: Table,
    id_: ColumnElement[int],
    old: ColumnElement[bool],
    new: ColumnElement[bool],
) -> int:
    """Delete the first that are `old`, walking from the first row of all until one is `new`.

    Rows come one after the other, so the old ones stand in front, but for a few that nobody may delete: no index of
    their age is needed, which every row would have to be written to.
    """
    last = 0
    while True:
        page = connection.execute(
            select(id_, old, new).where(id_ > last).order_by(id_).limit(_CHUNK)
        ).all()
        ids = [row[0] for row in page if row[1]]
        if ids:
            return connection.execute(delete(table).where(id_.in_(ids))).rowcount
        if len(page) < _CHUNK or any(row[2] for row in page):
            return 0
        last = page[-1][0]


def backlog(connection: Connection, bot: int, now: datetime) -> Backlog:
    """Counts for the metrics."""
    by_state: dict[str, int] = {
        row.state: row.number
        for row in connection.execute(
            select(outbox.c.state, func.count().label("number"))
            .where(outbox.c.bot == bot, OPEN)
            .group_by(outbox.c.state)
        )
    }
    oldest = connection.scalar(
        select(func.min(outbox.c.due_at)).where(outbox.c.bot == bot, QUEUED, outbox.c.due_at <= now)
    )
    # Only those that are due: a million waiting ones must cost nothing.
    count, first = connection.execute(
        select(func.count(), func.min(timers.c.due_at)).where(
            timers.c.bot == bot, timers.c.due_at <= now
        )
    ).one()
    failed = connection.scalar(
        select(func.count()).where(parked.c.bot == bot, parked.c.state == "waiting")
    )
    return Backlog(
        queued=by_state.get("queued", 0),
        sending=by_state.get("sending", 0),
        oldest_due=oldest,
        timers_due=count,
        oldest_timer=first,
        parked=failed or 0,
    )
