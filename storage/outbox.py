"""The outbox as delivery sees it: what may be sent now. Settling is in `storage.outbox_settle`.

Claiming is set-based and runs under the writer's lock; it carries the epoch of the delivery lease, so that a
former holder can neither take rows nor overwrite what the new one found out.
Row states: queued -> sending -> sent, or dead with its reason, or superseded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from pydantic_core import from_json
from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    bindparam,
    cast,
    func,
    not_,
    select,
    text,
    update,
)

from storage.prepared import Prepared, among
from storage.tables import conversations, outbox, surfaces
from storage.types import at, millis, moment

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


class _Queued(NamedTuple):
    """A row as it is read here."""

    id: int
    chat_id: int
    thread_id: int | None
    kind: str
    surface_id: int | None
    body: str
    priority: int
    state: str
    due_at: int
    expires_at: int | None
    unknown: str
    tries: int
    created_at: int
    label: str
    told: bool


_COLUMNS: Sequence[ColumnElement[Any]] = [
    cast(outbox.c.body, Text)
    if name == "body"
    else outbox.c.tell.is_not(None)
    if name == "told"
    else outbox.c[name]
    for name in _Queued._fields
]
_MINE = outbox.c.bot == bindparam("of")
_READY = (_MINE, QUEUED, outbox.c.due_at <= bindparam("now"))
_URGENT = Prepared(
    select(*_COLUMNS)
    .where(*_READY, outbox.c.priority == URGENT)
    .order_by(outbox.c.id)
    .limit(bindparam("page"))
)
#: Rows that could go, most urgent first, of chats that have not been looked at.
_WAITING = Prepared(
    select(outbox.c.chat_id)
    .where(*_READY, outbox.c.priority > URGENT, not_(among(outbox.c.chat_id, "passed")))
    .order_by(outbox.c.priority, outbox.c.id)
    .limit(bindparam("page"))
)
_BY_ID = Prepared(select(*_COLUMNS).where(_MINE, among(outbox.c.id, "ids"), QUEUED))
#: The oldest open row of each chat.
_HEADS = Prepared(
    select(*_COLUMNS).where(
        outbox.c.id.in_(
            select(func.min(outbox.c.id))
            .where(_MINE, among(outbox.c.chat_id, "chats"), OPEN, outbox.c.priority > URGENT)
            .group_by(outbox.c.chat_id)
        )
    )
)
_VERSIONS = Prepared(
    select(
        outbox.c.id,
        outbox.c.surface_id,
        cast(outbox.c.body, Text),
        outbox.c.tell.is_not(None),
    )
    .where(_MINE, among(outbox.c.chat_id, "chats"), QUEUED, OPEN, outbox.c.kind == "surface")
    .order_by(outbox.c.id)
)
_EARLIEST = Prepared(select(func.min(outbox.c.due_at)).where(_MINE, QUEUED))
_TAKE = Prepared(
    update(outbox)
    .where(among(outbox.c.id, "ids"))
    .values(state="sending", epoch=bindparam("of_epoch"), tries=outbox.c.tries + 1)
)
_SURFACES = Prepared(
    select(
        surfaces.c.id,
        surfaces.c.chat_id,
        surfaces.c.thread_id,
        surfaces.c.kind,
        surfaces.c.revision,
        cast(surfaces.c.content, Text),
        surfaces.c.content_hash,
        surfaces.c.shown_hash,
        surfaces.c.shown_kind,
        surfaces.c.message_id,
        surfaces.c.sent_at,
    ).where(among(surfaces.c.id, "ids"))
)
_LAST = Prepared(
    select(conversations.c.chat_id, conversations.c.last_message_id).where(
        conversations.c.bot == bindparam("of"),
        among(conversations.c.chat_id, "chats"),
        conversations.c.last_message_id.is_not(None),
    )
)


def _read(rows: Iterable[Sequence[Any]]) -> list[_Queued]:
    return [_Queued(*row) for row in rows]


def has_due(connection: Connection, bot: int, now: datetime, busy: Collection[int]) -> bool:
    """Whether a claim could find something; asked of a reader, so that an idle bot never locks."""
    given = {"of": bot, "now": now, "passed": busy, "page": 1}
    return bool(_URGENT.all(connection, given) or _WAITING.all(connection, given))


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
    given = {"of": bot, "now": now, "page": _PAGE}
    taken = _unexpired(connection, _read(_URGENT.all(connection, given)), now)
    passed, moment = set(busy), millis(now)
    heads: list[_Queued] = []
    while len(heads) < limit:
        page = _WAITING.all(connection, {**given, "passed": passed})
        if not page:
            break
        chats = list(dict.fromkeys(row[0] for row in page))[: limit - len(heads)]
        _supersede(connection, bot, chats, now)
        found = _heads(connection, bot, chats)
        kept = _unexpired(connection, found, now)
        heads += [row for row in kept if row.state == "queued" and row.due_at <= moment]
        # Where an expired row made way, the chat gets another look; every other has had its turn.
        passed |= set(chats) - ({row.chat_id for row in found} - {row.chat_id for row in kept})
    taken += heads
    return _taken(connection, bot, taken, epoch)


def claim_urgent(
    connection: Connection, bot: int, ids: Collection[int], now: datetime
) -> list[Claimed]:
    """Take these rows, whoever holds the lease: answers that would be worthless a moment later."""
    found = _read(_BY_ID.all(connection, {"of": bot, "ids": ids}))
    rows = _unexpired(connection, found, now)
    return _taken(connection, bot, rows, URGENT_EPOCH)


def next_due(connection: Connection, bot: int) -> datetime | None:
    """When the earliest queued row is due. Reads all of them: for the virtual clock, not for every beat."""
    ((earliest,),) = _EARLIEST.all(connection, {"of": bot})
    return moment(earliest)


def _heads(connection: Connection, bot: int, chats: Collection[int]) -> list[_Queued]:
    """The oldest open row of each chat; it may be in flight, or not due yet: then the chat waits."""
    rows = _read(_HEADS.all(connection, {"of": bot, "chats": chats}))
    order = {chat: place for place, chat in enumerate(chats)}
    return sorted(rows, key=lambda row: order[row.chat_id])


def _unexpired(connection: Connection, rows: Sequence[_Queued], now: datetime) -> list[_Queued]:
    """The rows whose time is not over; the others end dead."""
    moment = millis(now)
    late = {
        row.id
        for row in rows
        if row.state == "queued" and row.expires_at is not None and row.expires_at <= moment
    }
    if late:
        end(connection, late, "dead", "expired", now)
    return [row for row in rows if row.id not in late]


def _supersede(connection: Connection, bot: int, chats: Collection[int], now: datetime) -> None:
    """Of several waiting versions of a surface only the newest is sent.

    A row that somebody wants to be told of is never skipped: it shows the newest version, and the newer row
    finds nothing left to do.
    """
    versions: dict[int, list[tuple[int, bool, bool]]] = {}
    for id_, surface, body, told in _VERSIONS.all(connection, {"of": bot, "chats": chats}):
        anew = body != "{}" and bool(from_json(body).get("anew"))
        versions.setdefault(surface, []).append((id_, anew, bool(told)))
    older: list[int] = []
    news: list[int] = []
    for rows in versions.values():
        skipped = [(id_, anew) for id_, anew, told in rows[:-1] if not told]
        older += [id_ for id_, _ in skipped]
        # What one of them wanted to be news stays news.
        newest, anew, _ = rows[-1]
        if not anew and any(was for _, was in skipped):
            news.append(newest)
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


def _taken(connection: Connection, bot: int, rows: Sequence[_Queued], epoch: int) -> list[Claimed]:
    """Mark rows as being sent, and read what they need."""
    if not rows:
        return []
    _TAKE.run(connection, {"ids": [row.id for row in rows], "of_epoch": epoch})
    wanted = _surfaces(connection, {row.surface_id for row in rows if row.surface_id is not None})
    last = _last_messages(connection, bot, {row.chat_id for row in rows if row.kind == "surface"})
    return [
        Claimed(
            id=row.id,
            chat_id=row.chat_id,
            thread_id=row.thread_id,
            kind=row.kind,
            body=from_json(row.body),
            priority=row.priority,
            due_at=at(row.due_at),
            created_at=at(row.created_at),
            unknown=row.unknown,
            tries=row.tries + 1,
            label=row.label,
            told=bool(row.told),
            epoch=epoch,
            surface=wanted.get(row.surface_id)
            if row.surface_id and row.kind == "surface"
            else None,
            last_message_id=last.get(row.chat_id),
        )
        for row in rows
    ]


def _surfaces(connection: Connection, ids: Collection[int]) -> dict[int, WantedSurface]:
    if not ids:
        return {}
    return {
        row[0]: WantedSurface(
            id=row[0],
            chat_id=row[1],
            thread_id=row[2],
            kind=row[3],
            revision=row[4],
            content=None if row[5] is None else from_json(row[5]),
            content_hash=row[6],
            shown_hash=row[7],
            shown_kind=row[8],
            message_id=row[9],
            sent_at=None if row[10] is None else at(row[10]),
        )
        for row in _SURFACES.all(connection, {"ids": ids})
    }


def _last_messages(connection: Connection, bot: int, chats: Collection[int]) -> dict[int, int]:
    return dict(_LAST.all(connection, {"of": bot, "chats": chats})) if chats else {}
