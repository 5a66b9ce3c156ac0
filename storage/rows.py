"""The hot rows as values, and the set-based statements that read and write them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    Connection,
    Table,
    bindparam,
    insert,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from dialogs.model import State
from storage.serial import Written, plain, written
from storage.tables import conversations, inbox, outbox, pick, surfaces, timers


@dataclass(slots=True)
class Conversation:
    """Where the dialog of one private chat stands. Changed in place; written back at the end of a batch."""

    chat_id: int
    flow: str | None = None
    fingerprint: str | None = None
    step: str | None = None
    revision: int = 0
    state: list[Any] = field(default_factory=list)
    surface_id: int | None = None
    mode: str = "bot"
    last_message_id: int | None = None
    #: The order used last, and what the next message is awaited for. Replaced, never changed in place.
    focus: dict[str, Any] | None = None
    #: The ticket that what is typed goes to; None: to the bot.
    ticket_id: int | None = None
    #: What the person wrote last: [message id, text, moment]. Replaced, never changed in place.
    recent: list[Any] | None = None
    heard_since: datetime | None = None
    heard: int = 0
    updated_at: datetime | None = None
    #: What takes the place of `state` when the batch is written: dumped once, however often it changed.
    flows: tuple[State, ...] | None = None
    #: What `state` was read into; spares reading it again.
    read: tuple[State, ...] | None = field(default=None, compare=False, repr=False)


@dataclass(slots=True)
class Surface:
    """One message that is kept up to date, as stored; `id` is None until the first flush."""

    chat_id: int
    kind: str
    subject: str
    thread_id: int | None = None
    id: int | None = None
    revision: int = 1
    actions: list[Any] = field(default_factory=list)
    content_hash: str = ""
    shown_hash: str | None = None
    message_id: int | None = None
    #: What it should show, when that was said in this batch.
    content: Written | None = None


@dataclass(slots=True, kw_only=True)
class OutboxRow:
    """A row about to be written; `surface` stands in until its id is known."""

    chat_id: int
    kind: str
    body: Mapping[str, Any] | Written
    due_at: datetime
    created_at: datetime
    thread_id: int | None = None
    surface: Surface | None = None
    priority: int = 1
    expires_at: datetime | None = None
    unknown: str = "repeat"
    order_id: int | None = None
    label: str = ""
    tell: Mapping[str, Any] | None = None
    group_key: str | None = None
    urgent: bool = False


def digest(content: Written | None, revision: int) -> str:
    """A short hash of what a surface shows; the revision counts because it is in the callback data."""
    return hashlib.blake2b(f"{revision}{content}".encode(), digest_size=16).hexdigest()


def upsert(
    connection: Connection, table: Table, keys: Sequence[str], columns: Sequence[str]
) -> Any:
    """INSERT … ON CONFLICT (keys) DO UPDATE of `columns`, in the database's dialect."""
    return _upsert(connection.dialect.name, table, tuple(keys), tuple(columns))


# Making a statement takes longer than running it: each is made once.
@lru_cache(maxsize=64)
def _upsert(dialect: str, table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> Any:
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = build(table)
    return statement.on_conflict_do_update(
        index_elements=list(keys), set_={name: statement.excluded[name] for name in columns}
    )


def insert_new(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *returning: str
) -> list[Any]:
    """INSERT … ON CONFLICT DO NOTHING; the `returning` columns of the rows that were new."""
    statement = _insert_new(connection.dialect.name, table, returning)
    return list(connection.execute(statement, list(rows)))


@lru_cache(maxsize=64)
def _insert_new(dialect: str, table: Table, returning: tuple[str, ...]) -> Any:
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return build(table).on_conflict_do_nothing().returning(*(table.c[name] for name in returning))


def accept(
    connection: Connection, bot: int, keys: Iterable[tuple[str, str, str]], now: datetime
) -> set[tuple[str, str]]:
    """Write (source, external id, kind) into the inbox; the (source, external id) pairs that were new."""
    rows = {
        (source, external): {
            "bot": bot,
            "source": source,
            "external_id": external,
            "kind": kind,
            "received_at": now,
        }
        for source, external, kind in keys
    }
    if not rows:
        return set()
    new = insert_new(connection, inbox, list(rows.values()), "source", "external_id")
    return {(row.source, row.external_id) for row in new}


_CONVERSATION = (
    "flow",
    "fingerprint",
    "step",
    "revision",
    "state",
    "surface_id",
    "mode",
    "last_message_id",
    "focus",
    "ticket_id",
    "recent",
    "heard_since",
    "heard",
    "updated_at",
)


_LOAD_CONVERSATIONS = select(*pick(conversations, ("chat_id", *_CONVERSATION))).where(
    conversations.c.bot == bindparam("of"),
    conversations.c.chat_id.in_(bindparam("chats", expanding=True)),
)


def load_conversations(
    connection: Connection, bot: int, chats: Collection[int]
) -> list[Conversation]:
    if not chats:
        return []
    found = connection.execute(_LOAD_CONVERSATIONS, {"of": bot, "chats": list(chats)})
    return [Conversation(*row) for row in found]


def save_conversations(connection: Connection, bot: int, changed: Sequence[Conversation]) -> None:
    if changed:
        statement = upsert(connection, conversations, ("bot", "chat_id"), _CONVERSATION)
        rows = [
            {
                "bot": bot,
                "chat_id": c.chat_id,
                **{name: getattr(c, name) for name in _CONVERSATION},
                "state": c.state if c.flows is None else written(c.flows, tuple[State, ...]),
            }
            for c in changed
        ]
        connection.execute(statement, rows)


_SURFACE = [
    "chat_id",
    "kind",
    "subject",
    "thread_id",
    "id",
    "revision",
    "actions",
    "content_hash",
    "shown_hash",
    "message_id",
]


_SURFACES = select(*pick(surfaces, _SURFACE)).where(surfaces.c.bot == bindparam("of"))
_SURFACES_BY_ID = _SURFACES.where(surfaces.c.id.in_(bindparam("ids", expanding=True)))
_SURFACES_BY_KEY = _SURFACES.where(
    tuple_(surfaces.c.chat_id, surfaces.c.kind, surfaces.c.subject).in_(
        bindparam("keys", expanding=True)
    )
)


def load_surfaces(
    connection: Connection,
    bot: int,
    *,
    ids: Collection[int] = (),
    keys: Collection[tuple[int, str, str]] = (),
) -> list[Surface]:
    """Surfaces by id, or by (chat, kind, subject)."""
    found: list[Surface] = []
    if ids:
        rows = connection.execute(_SURFACES_BY_ID, {"of": bot, "ids": list(ids)})
        found += [Surface(*row) for row in rows]
    if keys:
        rows = connection.execute(_SURFACES_BY_KEY, {"of": bot, "keys": list(keys)})
        found += [Surface(*row) for row in rows]
    return found


_MADE = ("revision", "actions", "content", "content_hash", "updated_at")
_INSERT_SURFACES = insert(surfaces).returning(*surfaces.c["id", "chat_id", "kind", "subject"])
_UPDATE_SURFACES = (
    update(surfaces)
    .where(surfaces.c.id == bindparam("key"))
    .values({name: bindparam(name) for name in _MADE})
)


def save_surfaces(
    connection: Connection, bot: int, changed: Sequence[Surface], now: datetime
) -> None:
    """Insert the new ones (their ids are filled in) and update the rest."""

    def row(surface: Surface) -> dict[str, Any]:
        return {
            "bot": bot,
            "chat_id": surface.chat_id,
            "thread_id": surface.thread_id,
            "kind": surface.kind,
            "subject": surface.subject,
            "revision": surface.revision,
            "actions": surface.actions,
            "content": surface.content,
            "content_hash": surface.content_hash,
            "updated_at": now,
        }

    new = [surface for surface in changed if surface.id is None]
    if new:
        # Told apart by what they are about: asking for the order of the parameters inserts one by one.
        made = connection.execute(_INSERT_SURFACES, [row(s) for s in new])
        ids = {(chat, kind, subject): id_ for id_, chat, kind, subject in made}
        for surface in new:
            surface.id = ids[surface.chat_id, surface.kind, surface.subject]
    fresh = {id(surface) for surface in new}
    old = [surface for surface in changed if id(surface) not in fresh]
    if old:
        values = [(s.id, row(s)) for s in old]
        connection.execute(
            _UPDATE_SURFACES,
            [{"key": key, **{name: row_[name] for name in _MADE}} for key, row_ in values],
        )


_INSERT_OUTBOX = insert(outbox)
_INSERT_URGENT = insert(outbox).returning(outbox.c.id)


def save_outbox(connection: Connection, bot: int, rows: Sequence[OutboxRow]) -> list[int]:
    """Queue rows in order; the ids of the urgent ones, which stand in no chat's order."""

    def values(row: OutboxRow) -> dict[str, Any]:
        return {
            "bot": bot,
            "chat_id": row.chat_id,
            "thread_id": row.thread_id,
            "kind": row.kind,
            "surface_id": row.surface.id if row.surface else None,
            "body": row.body,
            "priority": row.priority,
            "due_at": row.due_at,
            "expires_at": row.expires_at,
            "unknown": row.unknown,
            "created_at": row.created_at,
            "order_id": row.order_id,
            "label": row.label,
            "tell": None if row.tell is None else dict(row.tell),
            "group_key": row.group_key,
        }

    # Ids are asked for only where somebody waits for them: it takes a statement a row.
    calm = [values(row) for row in rows if not row.urgent]
    if calm:
        connection.execute(_INSERT_OUTBOX, calm)
    return [
        connection.execute(_INSERT_URGENT, values(row)).scalar_one() for row in rows if row.urgent
    ]


#: Parts of an album at most (Telegram Bot API: sendMediaGroup).
_ALBUM = 10


def waiting_album(connection: Connection, bot: int, chat_id: int, group_key: str) -> Any:
    """The newest row of that key which waits in the chat: id, body, tell; None when there is none."""
    query = select(*outbox.c["id", "body", "tell"]).where(
        outbox.c.bot == bot,
        outbox.c.chat_id == chat_id,
        text("outbox.state = 'queued'"),
        outbox.c.group_key == group_key,
    )
    return connection.execute(query.order_by(outbox.c.id.desc()).limit(1)).first()


def join_album(
    connection: Connection,
    bot: int,
    chat_id: int,
    group_key: str,
    part: Mapping[str, Any],
    tell: Mapping[str, Sequence[int]],
    due_at: datetime,
) -> bool:
    """Add a part to the album of that key which still waits in the chat; False when there is none with room."""
    waiting = waiting_album(connection, bot, chat_id, group_key)
    if waiting is None or len(waiting.body["album"]) >= _ALBUM:
        return False
    before = waiting.tell or {}
    joined = {key: [*before.get(key, []), *tell.get(key, [])] for key in {**before, **tell}}
    connection.execute(
        update(outbox)
        .where(outbox.c.id == waiting.id)
        .values(
            body={"album": [*waiting.body["album"], dict(part)]},
            tell=joined or None,
            due_at=due_at,
        )
    )
    return True


def save_timers(connection: Connection, bot: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set timers; one that exists in the same slot gets the new time."""
    if rows:
        statement = upsert(
            connection,
            timers,
            ("bot", "kind", "subject", "slot"),
            ("due_at", "params", "created_at"),
        )
        connection.execute(statement, [{"bot": bot, **row} for row in rows])


__all__ = [
    "Conversation",
    "OutboxRow",
    "Surface",
    "accept",
    "digest",
    "insert_new",
    "join_album",
    "load_conversations",
    "load_surfaces",
    "plain",
    "save_conversations",
    "save_outbox",
    "save_surfaces",
    "save_timers",
    "upsert",
]
