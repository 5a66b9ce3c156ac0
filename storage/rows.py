"""The hot rows as values, and the set-based statements that read and write them."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    Text,
    bindparam,
    cast,
    insert,
    select,
    update,
)

from dialogs import keeping
from dialogs.model import State
from storage import remembered
from storage.prepared import Prepared, PreparedForMany, among
from storage.serial import Written, loads
from storage.surfaces import DIALOG, held
from storage.tables import conversations, surfaces, timers
from storage.upserts import upsert_for


@dataclass(slots=True)
class Conversation:
    """Where the dialog of one private chat stands. Changed in place; written back at the end of a batch."""

    chat_id: int
    flow: str | None = None
    fingerprint: str | None = None
    step: str | None = None
    revision: int = 0
    #: The open flows as stored, JSON text; see `handlers.dialog.stack`. Changes by `flows`.
    state: str = field(default="[]", compare=False)
    surface_id: int | None = None
    mode: str = "bot"
    last_message_id: int | None = None
    #: The order used last, and what the next message is awaited for. Replaced, never changed in place.
    focus: dict[str, Any] | None = None
    #: The ticket that what is typed goes to; None: to the bot.
    ticket_id: int | None = None
    #: What the person wrote last, as stored, JSON text; see `storage.talk`.
    recent: Written | None = None
    #: Milliseconds since 1970.
    heard_since: int | None = None
    heard: int = 0
    #: What takes the place of `state` when the batch is written: dumped once, however often it changed.
    flows: tuple[State, ...] | None = None
    #: Flow and fingerprint as stored; None when the conversation is new.
    stored: tuple[str | None, str | None] | None = field(default=None, compare=False, repr=False)
    #: What `state` was read into; spares reading it again.
    read: tuple[State, ...] | None = field(default=None, compare=False, repr=False)
    #: The surface `surface_id`, and whether what it shows is to be written.
    screen: Surface | None = field(default=None, compare=False, repr=False)
    shows: bool = field(default=False, compare=False, repr=False)


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
    #: As stored, in milliseconds; both are known of screens that show dialogs only.
    shown_kind: str | None = None
    sent_at: int | None = None
    #: What it should show, when that was said in this batch.
    content: Written | None = None
    #: The same before it was written, where it was plain data.
    plain: Mapping[str, Any] | None = None


def digest(content: Written | None, revision: int) -> str:
    """A short hash of what a surface shows; the revision counts because it is in the callback data."""
    return hashlib.blake2b(f"{revision}{content}".encode(), digest_size=16).hexdigest()


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
)


#: How many columns of a row are the conversation's own.
_OWN = 1 + len(_CONVERSATION)
_WRITTEN = (*_CONVERSATION, "updated_at")
_JSON = {"state", "focus", "recent"}
#: What turns want to know of a screen besides its revision and actions; never its content.
_SCREEN = ("content_hash", "shown_hash", "message_id", "shown_kind", "sent_at")
_LOAD_CONVERSATIONS = Prepared(
    select(
        conversations.c.chat_id,
        *(
            cast(conversations.c[name], Text) if name in _JSON else conversations.c[name]
            for name in _CONVERSATION
        ),
        held("revision"),
        cast(held("actions"), Text),
        *(held(name) for name in _SCREEN),
    ).where(conversations.c.bot == bindparam("of"), among(conversations.c.chat_id, "chats"))
)
_SAVE_CONVERSATIONS = PreparedForMany(
    lambda dialect: upsert_for(dialect, conversations, ("bot", "chat_id"), _WRITTEN),
    *("bot", "chat_id", *_WRITTEN),
    common=("bot", "updated_at"),
)
_OF_CHAT = update(conversations).where(
    conversations.c.bot == bindparam("of"), conversations.c.chat_id == bindparam("chat_id")
)
_GOING_ON: dict[str, Any] = {
    name: bindparam(name) for name in _WRITTEN if name not in ("flow", "fingerprint")
}
#: What a turn makes of a screen; the rest of it is delivery's.
_MADE = ("revision", "actions", "content", "content_hash")
#: The same of those that are in the flow they were in: the index of flows is left alone.
_GO_ON = PreparedForMany(_OF_CHAT.values(_GOING_ON), common=("of", "updated_at"))
#: The same with what their dialog shows.
_SHOW_ON = PreparedForMany(
    _OF_CHAT.values(_GOING_ON | {f"screen_{name}": bindparam(f"screen_{name}") for name in _MADE}),
    common=("of", "updated_at"),
    parts={f"screen_{name}": f"screen.{name}" for name in _MADE},
)


def load_conversations(
    connection: Connection, bot: int, chats: Collection[int]
) -> list[Conversation]:
    """The conversations of these chats that there are, from then on the caller's to change and to save."""
    known, missing = remembered.of(connection).conversations.take(bot, chats)
    for one in known:
        if one.flows is not None:
            one.read, one.flows = one.flows, None
        if one.screen is not None:
            one.screen.content = one.screen.plain = None
    return known + read_conversations(connection, bot, missing) if missing else known


def read_conversations(
    connection: Connection, bot: int, chats: Collection[int]
) -> list[Conversation]:
    """The same as they are stored, whatever is known of them."""
    made: list[Conversation] = []
    for row in _LOAD_CONVERSATIONS.all(connection, {"of": bot, "chats": chats}):
        one = Conversation(*row[:_OWN])
        made.append(one)
        if one.surface_id is not None:
            revision, actions, *rest = row[_OWN:]
            one.screen = Surface(
                one.chat_id, *DIALOG, None, one.surface_id, revision, loads(actions), *rest
            )
        focus: Any = one.focus
        one.focus = None if focus is None else loads(focus)
        one.recent = None if one.recent is None else Written(one.recent)
        one.stored = (one.flow, one.fingerprint)
    return made


def save_conversations(
    connection: Connection,
    bot: int,
    changed: Sequence[Conversation],
    now: datetime,
) -> None:
    anew: list[Conversation] = []
    going_on: list[Conversation] = []
    showing: list[Conversation] = []
    for one in changed:
        if one.flows is not None:
            one.state = Written(keeping.dump(one.flows))
        elif type(one.state) is not Written:
            one.state = Written(one.state)
        flow = (one.flow, one.fingerprint)
        if flow != one.stored:
            anew.append(one)
            one.stored = flow
        elif not one.shows:
            going_on.append(one)
        if one.shows:
            showing.append(one)
            one.shows = False
    if anew:
        _SAVE_CONVERSATIONS.run(connection, anew, bot=bot, updated_at=now)
    if going_on:
        _GO_ON.run(connection, going_on, of=bot, updated_at=now)
    if showing:
        _SHOW_ON.run(connection, showing, of=bot, updated_at=now)
    put = remembered.of(connection).conversations.put
    for one in changed:
        put(bot, one.chat_id, one)


_SURFACES = select(
    surfaces.c.chat_id,
    surfaces.c.kind,
    surfaces.c.subject,
    surfaces.c.thread_id,
    surfaces.c.id,
    surfaces.c.revision,
    cast(surfaces.c.actions, Text),
    surfaces.c.content_hash,
    surfaces.c.shown_hash,
    surfaces.c.message_id,
).where(surfaces.c.bot == bindparam("of"))
_SURFACES_BY_ID = Prepared(_SURFACES.where(among(surfaces.c.id, "ids")))
_SURFACES_BY_KEY = Prepared(
    _SURFACES.where(
        among(surfaces.c.chat_id, "chats"),
        surfaces.c.kind == bindparam("kind"),
        surfaces.c.subject == bindparam("subject"),
    )
)


def surfaces_by_id(connection: Connection, bot: int, ids: Collection[int]) -> list[Surface]:
    return _read(_SURFACES_BY_ID.all(connection, {"of": bot, "ids": ids})) if ids else []


def surfaces_of(
    connection: Connection, bot: int, chats: Collection[int], kind: str, subject: str
) -> list[Surface]:
    """The surfaces of one kind and subject in these chats."""
    given = {"of": bot, "chats": chats, "kind": kind, "subject": subject}
    return _read(_SURFACES_BY_KEY.all(connection, given)) if chats else []


def _read(rows: Sequence[Any]) -> list[Surface]:
    made = [Surface(*row) for row in rows]
    for one in made:
        actions: Any = one.actions
        one.actions = loads(actions)
    return made


_INSERT_SURFACES = insert(surfaces).returning(*surfaces.c["id", "chat_id", "kind", "subject"])
_UPDATE_SURFACES = PreparedForMany(
    update(surfaces)
    .where(surfaces.c.id == bindparam("id"))
    .values({name: bindparam(name) for name in (*_MADE, "updated_at")}),
    common=("updated_at",),
)


def save_surfaces(
    connection: Connection, bot: int, changed: Sequence[Surface], now: datetime
) -> None:
    """Insert the new ones (their ids are filled in), and update the rest, but for those that conversations hold."""

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
    old = [s for s in changed if s.id is not None and (s.kind, s.subject) != DIALOG]
    if new:
        # Told apart by what they are about: asking for the order of the parameters inserts one by one.
        found = connection.execute(_INSERT_SURFACES, [row(s) for s in new])
        ids = {(chat, kind, subject): id_ for id_, chat, kind, subject in found}
        for surface in new:
            surface.id = ids[surface.chat_id, surface.kind, surface.subject]
    if old:
        _UPDATE_SURFACES.run(connection, old, updated_at=now)


_TIMER = ("due_at", "params", "created_at")
_TIMER_KEY = ("bot", "kind", "subject", "slot")
_SAVE_TIMERS = Prepared(
    lambda dialect: upsert_for(dialect, timers, _TIMER_KEY, _TIMER), *_TIMER_KEY, *_TIMER
)


def save_timers(connection: Connection, bot: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Set timers; one that exists in the same slot gets the new time."""
    if rows:
        _SAVE_TIMERS.run_all(connection, [{"bot": bot, **row} for row in rows])


__all__ = [
    "Conversation",
    "Surface",
    "digest",
    "load_conversations",
    "save_conversations",
    "save_surfaces",
    "save_timers",
    "surfaces_by_id",
    "surfaces_of",
]
