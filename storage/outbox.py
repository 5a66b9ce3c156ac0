"""The outbox as delivery sees it: what may be sent now. Settling is in `storage.outbox_settle`.

Claiming is set-based and runs under the writer's lock; it carries the epoch of the delivery lease, so that a
former holder can neither take rows nor overwrite what the new one found out.
Row states: queued -> sending -> sent, or dead with its reason, or superseded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Text,
    and_,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    not_,
    select,
    text,
    update,
)

from storage.prepared import Prepared, among
from storage.serial import loads
from storage.surfaces import DIALOG, held
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


class WantedSurface(NamedTuple):
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
    #: It shows the chat's dialog: what changes of it stands with the conversation.
    held: bool = False


class Claimed(NamedTuple):
    """A row in our hands: stored as `sending`, not yet called."""

    id: int
    chat_id: int
    thread_id: int | None
    kind: str
    body: Mapping[str, Any]
    priority: int
    due_at: datetime
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


#: What nearly every row of a surface says besides that there is something to show.
NO_BODY: Mapping[str, Any] = MappingProxyType({})
#: The same of one that is to be sent again below what is newer.
ANEW: Mapping[str, Any] = MappingProxyType({"anew": True})


class _Queued(NamedTuple):
    """A row as it is read here, with what is shown by it: the last ones are of its surface, and of its chat."""

    id: int
    chat_id: int
    thread_id: int | None
    kind: str
    body: str
    priority: int
    due_at: int
    unknown: str
    tries: int
    label: str
    told: bool
    state: str
    expires_at: int | None
    surface_id: int | None
    surface_chat: int
    surface_thread: int | None
    surface_kind: str
    revision: int
    content: str | None
    content_hash: str
    shown_hash: str | None
    shown_kind: str | None
    message_id: int | None
    sent_at: int | None
    held: int | None
    last_message_id: int | None


_IS_SURFACE = text("outbox.kind = 'surface'")
#: The surface shows the chat's dialog: then nothing of its own row is wanted.
_HELD = conversations.c.surface_id == outbox.c.surface_id


def _current(name: str) -> ColumnElement[Any]:
    return case((_HELD, held(name)), else_=surfaces.c[name])


_COLUMNS: Sequence[ColumnElement[Any]] = (
    *outbox.c["id", "chat_id", "thread_id", "kind"],
    cast(outbox.c.body, Text),
    *outbox.c["priority", "due_at", "unknown", "tries", "label"],
    outbox.c.tell.is_not(None),
    *outbox.c["state", "expires_at"],
    case((_HELD, outbox.c.surface_id), else_=surfaces.c.id),
    case((_HELD, outbox.c.chat_id), else_=surfaces.c.chat_id),
    surfaces.c.thread_id,
    case((_HELD, literal_column(f"'{DIALOG[0]}'")), else_=surfaces.c.kind),
    _current("revision"),
    cast(_current("content"), Text),
    *map(_current, ("content_hash", "shown_hash", "shown_kind", "message_id", "sent_at")),
    _HELD,
    conversations.c.last_message_id,
)
_ROWS = outbox.outerjoin(
    conversations,
    and_(
        conversations.c.bot == outbox.c.bot,
        conversations.c.chat_id == outbox.c.chat_id,
        _IS_SURFACE,
    ),
).outerjoin(
    surfaces,
    and_(
        surfaces.c.id == outbox.c.surface_id,
        conversations.c.surface_id.is_distinct_from(outbox.c.surface_id),
        _IS_SURFACE,
    ),
)
_MINE = outbox.c.bot == bindparam("of")
_READY = (_MINE, QUEUED, outbox.c.due_at <= bindparam("now"))
_URGENT = Prepared(
    select(*_COLUMNS)
    .select_from(_ROWS)
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
_BY_ID = Prepared(
    select(*_COLUMNS).select_from(_ROWS).where(_MINE, among(outbox.c.id, "ids"), QUEUED)
)
_FIRST = (
    select(func.min(outbox.c.id).label("id"), func.count().label("open"))
    .where(_MINE, among(outbox.c.chat_id, "chats"), OPEN, outbox.c.priority > URGENT)
    .group_by(outbox.c.chat_id)
    .subquery("first")
)
#: The oldest open row of each chat, and how many open rows the chat has.
_HEADS = Prepared(
    select(_FIRST.c.open, *_COLUMNS).select_from(_FIRST.join(_ROWS, outbox.c.id == _FIRST.c.id))
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


def _read(rows: Iterable[Sequence[Any]]) -> list[_Queued]:
    return [_Queued._make(row) for row in rows]


def has_due(connection: Connection, bot: int, now: datetime, busy: Collection[int]) -> bool:
    """Whether a claim could find something; asked of a reader, so that an idle bot never locks."""
    given = {"of": bot, "now": now, "page": 1}
    return bool(_URGENT.all(connection, given) or waits(connection, bot, now, busy))


def waits(connection: Connection, bot: int, now: datetime, busy: Collection[int]) -> bool:
    """Whether anybody waits who is not `busy`."""
    return bool(_WAITING.all(connection, {"of": bot, "now": now, "passed": busy, "page": 1}))


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
        waiting = list(dict.fromkeys(row[0] for row in page))
        chats = waiting[: limit - len(heads)]
        found = _heads(connection, bot, chats, now)
        kept = _unexpired(connection, found, now)
        heads += [row for row in kept if row.state == "queued" and row.due_at <= moment]
        if len(kept) == len(found) and len(chats) == len(waiting) and len(page) < _PAGE:
            # Nobody else waits.
            break
        # Where an expired row made way, the chat gets another look; every other has had its turn.
        passed |= set(chats) - ({row.chat_id for row in found} - {row.chat_id for row in kept})
    taken += heads
    return _taken(connection, taken, epoch)


def claim_urgent(
    connection: Connection, bot: int, ids: Collection[int], now: datetime
) -> list[Claimed]:
    """Take these rows, whoever holds the lease: answers that would be worthless a moment later."""
    found = _read(_BY_ID.all(connection, {"of": bot, "ids": ids}))
    rows = _unexpired(connection, found, now)
    return _taken(connection, rows, URGENT_EPOCH)


def next_due(connection: Connection, bot: int) -> datetime | None:
    """When the earliest queued row is due. Reads all of them: for the virtual clock, not for every beat."""
    ((earliest,),) = _EARLIEST.all(connection, {"of": bot})
    return moment(earliest)


def _heads(connection: Connection, bot: int, chats: Sequence[int], now: datetime) -> list[_Queued]:
    """The oldest open row of each chat once older versions are out of the way; it may be in flight, or not due
    yet: then the chat waits.
    """
    rows = _HEADS.all(connection, {"of": bot, "chats": chats})
    # Where a chat has one row there is no other version of what it shows.
    crowded = [row[2] for row in rows if row[0] > 1]
    if crowded and _supersede(connection, bot, crowded, now):
        rows = _HEADS.all(connection, {"of": bot, "chats": chats})
    order = {chat: place for place, chat in enumerate(chats)}
    return sorted((_Queued(*row[1:]) for row in rows), key=lambda row: order[row.chat_id])


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


def _supersede(connection: Connection, bot: int, chats: Collection[int], now: datetime) -> bool:
    """Of several waiting versions of a surface only the newest is sent. Whether there were any.

    A row that somebody wants to be told of is never skipped: it shows the newest version, and the newer row
    finds nothing left to do.
    """
    versions: dict[int, list[tuple[int, bool, bool]]] = {}
    for id_, surface, body, told in _VERSIONS.all(connection, {"of": bot, "chats": chats}):
        anew = body != "{}" and bool(loads(body).get("anew"))
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
    return bool(older)


def end(
    connection: Connection, ids: Collection[int], state: str, reason: str | None, now: datetime
) -> None:
    """Put open rows into a final state."""
    connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(ids))
        .values(state=state, reason=reason, settled_at=now)
    )


def _taken(connection: Connection, rows: Sequence[_Queued], epoch: int) -> list[Claimed]:
    """Mark rows as being sent, and make of them what delivery needs."""
    if not rows:
        return []
    _TAKE.run(connection, {"ids": [row.id for row in rows], "of_epoch": epoch})
    return [_claimed(row, epoch) for row in rows]


def _claimed(row: _Queued, epoch: int) -> Claimed:
    surface = None
    if row.surface_id is not None:
        surface = WantedSurface(
            row.surface_id,
            row.surface_chat,
            row.surface_thread,
            row.surface_kind,
            row.revision,
            None if row.content is None else loads(row.content),
            row.content_hash,
            row.shown_hash,
            row.shown_kind,
            row.message_id,
            None if row.sent_at is None else at(row.sent_at),
            bool(row.held),
        )
    return Claimed(
        row.id,
        row.chat_id,
        row.thread_id,
        row.kind,
        NO_BODY if row.body == "{}" else loads(row.body),
        row.priority,
        at(row.due_at),
        row.unknown,
        row.tries + 1,
        row.label,
        bool(row.told),
        epoch,
        surface,
        row.last_message_id,
    )
