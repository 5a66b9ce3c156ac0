"""The outbox as delivery sees it: what may be sent now. Settling is in `storage.outbox_settle`.

Claiming is set-based and runs under the writer's lock; it carries the epoch of the delivery lease, so that a
former holder can neither take rows nor overwrite what the new one found out.
Row states: queued -> sending -> sent, or dead with its reason, or superseded.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, select, text, update

from storage.tables import conversations, outbox, surfaces

#: Rows claimed outside the lease, by the replica that committed them: answers with a deadline.
URGENT_EPOCH = 0
#: Priority of those answers: they belong to no chat's order.
URGENT = 0
_PAGE = 200

#: Conditions as they stand in the partial indexes. Not as parameters: a database uses such an index only
#: where it can see that the condition holds.
QUEUED = text("outbox.state = 'queued'")
OPEN = text("outbox.state IN ('queued', 'sending')")
ENDED = text("outbox.state IN ('sent', 'dead')")


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSurface:
    """A surface at the moment of the claim: what it should show, and what it shows as far as we know."""

    id: int
    chat_id: int
    thread_id: int | None
    kind: str
    revision: int
    content: Mapping[str, Any] | None
    content_hash: str
    shown_hash: str | None
    shown_kind: str | None
    message_id: int | None
    sent_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claimed:
    """A row in our hands: stored as `sending`, not yet called."""

    id: int
    chat_id: int
    thread_id: int | None
    kind: str
    body: Mapping[str, Any]
    priority: int
    due_at: datetime
    created_at: datetime
    unknown: str
    #: How often it has been tried, this time included.
    tries: int
    label: str
    #: Somebody wants to know how it ends.
    told: bool
    #: The lease epoch under which it was claimed.
    epoch: int
    surface: WantedSurface | None = None
    #: Newest message of a private chat; None for groups.
    last_message_id: int | None = None


def has_due(connection: Connection, bot: int, now: datetime, busy: Collection[int]) -> bool:
    """Whether a claim could find something; asked of a reader, so that an idle bot never locks."""
    urgent = _ready(bot, now).where(outbox.c.priority == URGENT).limit(1)
    if connection.execute(urgent).first() is not None:
        return True
    return connection.execute(_waiting(bot, now, busy).limit(1)).first() is not None


def claim(
    connection: Connection,
    bot: int,
    *,
    epoch: int,
    now: datetime,
    limit: int,
    busy: Collection[int] = (),
) -> list[Claimed]:
    """Take the heads of up to `limit` chats that are not `busy`, the most urgent chat first.

    A chat is as urgent as its most urgent waiting row, and always starts with its oldest. Rows past their
    time end dead, older versions of a surface end superseded.
    """
    urgent = _ready(bot, now).where(outbox.c.priority == URGENT).order_by(outbox.c.id).limit(_PAGE)
    taken = _unexpired(connection, connection.execute(urgent).all(), now)
    passed = set(busy)
    heads: list[Row[Any]] = []
    while len(heads) < limit:
        page = connection.execute(_waiting(bot, now, passed).limit(_PAGE)).all()
        if not page:
            break
        chats = list(dict.fromkeys(row.chat_id for row in page))[: limit - len(heads)]
        _supersede(connection, bot, chats, now)
        found = _heads(connection, bot, chats)
        kept = _unexpired(connection, found, now)
        heads += [row for row in kept if row.state == "queued" and row.due_at <= now]
        # Where an expired row made way, the chat gets another look; every other has had its turn.
        passed |= set(chats) - ({row.chat_id for row in found} - {row.chat_id for row in kept})
    taken += heads
    return _taken(connection, bot, taken, epoch)


def claim_urgent(
    connection: Connection, bot: int, ids: Collection[int], now: datetime
) -> list[Claimed]:
    """Take these rows, whoever holds the lease: answers that would be worthless a moment later."""
    query = select(outbox).where(outbox.c.bot == bot, outbox.c.id.in_(ids), QUEUED)
    rows = _unexpired(connection, connection.execute(query).all(), now)
    return _taken(connection, bot, rows, URGENT_EPOCH)


def next_due(connection: Connection, bot: int) -> datetime | None:
    """When the earliest queued row is due. Reads all of them: for the virtual clock, not for every beat."""
    query = select(func.min(outbox.c.due_at)).where(outbox.c.bot == bot, QUEUED)
    earliest: datetime | None = connection.scalar(query)
    return earliest


def _ready(bot: int, now: datetime) -> Select[Any]:
    return select(outbox).where(outbox.c.bot == bot, QUEUED, outbox.c.due_at <= now)


def _waiting(bot: int, now: datetime, passed: Collection[int]) -> Select[Any]:
    """Rows that could go, most urgent first, of chats that have not been looked at."""
    query = select(outbox.c.id, outbox.c.chat_id).where(
        outbox.c.bot == bot,
        QUEUED,
        outbox.c.due_at <= now,
        outbox.c.priority > URGENT,
    )
    if passed:
        query = query.where(outbox.c.chat_id.not_in(passed))
    return query.order_by(outbox.c.priority, outbox.c.id)


def _heads(connection: Connection, bot: int, chats: Collection[int]) -> list[Row[Any]]:
    """The oldest open row of each chat; it may be in flight, or not due yet: then the chat waits."""
    oldest = (
        select(func.min(outbox.c.id))
        .where(
            outbox.c.bot == bot,
            outbox.c.chat_id.in_(chats),
            OPEN,
            outbox.c.priority > URGENT,
        )
        .group_by(outbox.c.chat_id)
    )
    rows = connection.execute(select(outbox).where(outbox.c.id.in_(oldest))).all()
    order = {chat: place for place, chat in enumerate(chats)}
    return sorted(rows, key=lambda row: order[row.chat_id])


def _unexpired(connection: Connection, rows: Sequence[Row[Any]], now: datetime) -> list[Row[Any]]:
    """The rows whose time is not over; the others end dead."""
    late = {
        row.id
        for row in rows
        if row.state == "queued" and row.expires_at is not None and row.expires_at <= now
    }
    if late:
        end(connection, late, "dead", "expired", now)
    return [row for row in rows if row.id not in late]


def _supersede(connection: Connection, bot: int, chats: Collection[int], now: datetime) -> None:
    """Of several waiting versions of a surface only the newest is sent.

    A row that somebody wants to be told of is never skipped: it shows the newest version, and the newer row
    finds nothing left to do.
    """
    query = (
        select(*outbox.c["id", "surface_id", "body", "tell"])
        .where(
            outbox.c.bot == bot,
            outbox.c.chat_id.in_(chats),
            QUEUED,
            OPEN,
            outbox.c.kind == "surface",
        )
        .order_by(outbox.c.id)
    )
    versions: dict[int, list[Row[Any]]] = {}
    for row in connection.execute(query):
        versions.setdefault(row.surface_id, []).append(row)
    older: list[int] = []
    news: list[int] = []
    for rows in versions.values():
        skipped = [row for row in rows[:-1] if row.tell is None]
        older += [row.id for row in skipped]
        # What one of them wanted to be news stays news.
        if any(row.body.get("anew") for row in skipped) and not rows[-1].body.get("anew"):
            news.append(rows[-1].id)
    if older:
        end(connection, older, "superseded", None, now)
    if news:
        connection.execute(update(outbox).where(outbox.c.id.in_(news)).values(body={"anew": True}))


def end(
    connection: Connection, ids: Collection[int], state: str, reason: str | None, now: datetime
) -> None:
    """Put open rows into a final state."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(state=state, reason=reason, settled_at=now)
    )


def _taken(connection: Connection, bot: int, rows: Sequence[Row[Any]], epoch: int) -> list[Claimed]:
    """Mark rows as being sent, and read what they need."""
    if not rows:
        return []
    connection.execute(
        update(outbox)
        .where(outbox.c.id == bindparam("row"))
        .values(state="sending", epoch=epoch, tries=outbox.c.tries + 1),
        [{"row": row.id} for row in rows],
    )
    wanted = _surfaces(connection, {row.surface_id for row in rows if row.kind == "surface"})
    last = _last_messages(connection, bot, {row.chat_id for row in rows if row.kind == "surface"})
    return [
        Claimed(
            id=row.id,
            chat_id=row.chat_id,
            thread_id=row.thread_id,
            kind=row.kind,
            body=row.body,
            priority=row.priority,
            due_at=row.due_at,
            created_at=row.created_at,
            unknown=row.unknown,
            tries=row.tries + 1,
            label=row.label,
            told=row.tell is not None,
            epoch=epoch,
            surface=wanted.get(row.surface_id) if row.kind == "surface" else None,
            last_message_id=last.get(row.chat_id),
        )
        for row in rows
    ]


def _surfaces(connection: Connection, ids: Collection[int]) -> dict[int, WantedSurface]:
    if not ids:
        return {}
    names = [
        "id",
        "chat_id",
        "thread_id",
        "kind",
        "revision",
        "content",
        "content_hash",
        "shown_hash",
        "shown_kind",
        "message_id",
        "sent_at",
    ]
    query = select(*surfaces.c[tuple(names)]).where(surfaces.c.id.in_(ids))
    return {row["id"]: WantedSurface(**row) for row in connection.execute(query).mappings()}


def _last_messages(connection: Connection, bot: int, chats: Collection[int]) -> dict[int, int]:
    if not chats:
        return {}
    query = select(conversations.c.chat_id, conversations.c.last_message_id).where(
        conversations.c.bot == bot,
        conversations.c.chat_id.in_(chats),
        conversations.c.last_message_id.is_not(None),
    )
    return {row.chat_id: row.last_message_id for row in connection.execute(query)}
