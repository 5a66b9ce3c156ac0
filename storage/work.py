"""The unit of work: everything a batch of turns reads and writes, in one transaction.

Cold records go through one ORM session; hot rows are loaded set-based, changed in place and written back
together. Every query of this class first writes what is pending, so the second event of a batch sees what
the first one did.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.orm import Session

from dialogs import keeping
from dialogs.content import Content, Plain
from storage import outbox_rows, outbox_taking, rows
from storage.outbox import Claimed
from storage.outbox_rows import OutboxRow, ScreenRow
from storage.outbox_taking import Taker
from storage.people import People
from storage.records import Person
from storage.rows import Conversation, Surface
from storage.serial import Written, typed, written
from storage.surfaces import DIALOG, WHOLE, let_go
from storage.tables import surfaces, timers
from storage.types import millis

#: What a conversation is compared by, to see whether it has changed.
_AS_STORED = attrgetter(*(field.name for field in fields(Conversation) if field.compare))


def _written(content: Content | Plain) -> tuple[Written, Plain | None]:
    """How it is stored, and as plain data where that is at hand."""
    plain = keeping.plain_content(content) if isinstance(content, Content) else content
    return (written(content) if plain is None else Written(keeping.json_of(plain))), plain


class Work:
    """One transaction's view. Made per batch; `flush` writes what is pending, the caller commits."""

    def __init__(
        self,
        connection: Connection,
        *,
        bot: int,
        now: datetime,
    ) -> None:
        self.connection = connection
        self.bot = bot
        self.now = now
        #: The same as it is stored, in milliseconds since 1970.
        self.now_ms = millis(now)
        #: Outbox ids that must be sent at once by this replica (pre-checkout answers).
        self.urgent: list[int] = []
        #: Whether anything was put into the outbox that waits there.
        self.queued = False
        #: What was claimed as it was written.
        self.taken: Sequence[Claimed] = ()
        self.people = People(connection, bot)
        self._conversations: dict[int, Conversation] = {}
        self._before: dict[int, tuple[Any, ...]] = {}
        self._surfaces: dict[tuple[int, str, str], Surface] = {}
        self._by_id: dict[int, Surface] = {}
        self._changed: dict[tuple[int, str, str], Surface] = {}
        self._outbox: list[OutboxRow | ScreenRow] = []
        self._timers: dict[tuple[str, str, str], dict[str, Any]] = {}

    @property
    def session(self) -> Session:
        """For cold records; made when somebody first asks for it."""
        return self.people.session

    # -- preloading ---------------------------------------------------------------------------------

    def preload(
        self, *, users: Collection[int], chats: Collection[int], surface_ids: Collection[int]
    ) -> None:
        """Fetch what the batch's events will touch, set-based. Only an optimisation."""
        if users:
            self.people.read(users)
        for conversation in rows.load_conversations(self.connection, self.bot, set(chats)):
            self._remember(conversation)
        missing = [chat for chat in chats if chat not in self._conversations]
        for chat in missing:
            self._remember(Conversation(chat))
        left = [id_ for id_ in surface_ids if id_ not in self._by_id]
        self._keep_by_id(left)

    def _remember(self, conversation: Conversation) -> None:
        self._conversations[conversation.chat_id] = conversation
        self._before[conversation.chat_id] = _AS_STORED(conversation)
        if conversation.screen is not None:
            self._keep(conversation.screen)

    def _keep(self, surface: Surface) -> Surface:
        kept = self._surfaces.setdefault((surface.chat_id, surface.kind, surface.subject), surface)
        assert kept.id is not None
        self._by_id[kept.id] = kept
        return kept

    def _keep_by_id(self, ids: Collection[int]) -> None:
        for surface in rows.surfaces_by_id(self.connection, self.bot, ids):
            if (surface.kind, surface.subject) == DIALOG:
                self.conversation(surface.chat_id)
            else:
                self._keep(surface)

    # -- people and conversations -------------------------------------------------------------------

    def person(self, user_id: int) -> Person | None:
        """The person with this id in the chat app."""
        return self.people.get(user_id)

    def conversation(self, chat_id: int) -> Conversation:
        """The conversation of a private chat; a blank one if there was none."""
        if chat_id not in self._conversations:
            found = rows.load_conversations(self.connection, self.bot, [chat_id])
            self._remember(found[0] if found else Conversation(chat_id))
        return self._conversations[chat_id]

    # -- surfaces and messages ----------------------------------------------------------------------

    def surface(self, chat_id: int, kind: str, subject: str) -> Surface | None:
        key = (chat_id, kind, subject)
        if key not in self._surfaces:
            if key[1:] == DIALOG:
                screen = self.conversation(chat_id).screen
                return None if screen is None else self._keep(screen)
            found = rows.surfaces_of(self.connection, self.bot, [chat_id], kind, subject)
            if not found:
                return None
            self._keep(found[0])
        return self._surfaces[key]

    def surface_by_id(self, surface_id: int) -> Surface | None:
        if surface_id not in self._by_id:
            self._keep_by_id([surface_id])
        return self._by_id.get(surface_id)

    def content_of(self, surface: Surface) -> Content | None:
        """What a surface is to show, read back; None when it is to be taken out of the chat."""
        self.flush()
        data = self.connection.scalar(select(WHOLE.c.content).where(WHOLE.c.id == surface.id))
        return None if data is None else typed(Content, data)

    def show(
        self,
        chat_id: int,
        kind: str,
        subject: str,
        content: Content | Plain | None,
        actions: Sequence[tuple[str, Any]] = (),
        *,
        revision: int | None = None,
        anew: bool = False,
        thread_id: int | None = None,
        label: str = "",
        order_id: int | None = None,
        priority: int = 1,
        unknown: str = "repeat",
        tell: Mapping[str, Any] | None = None,
    ) -> Surface:
        """Say what a surface should show, by itself or as it is stored; delivery makes it so. None takes the message out
        of the chat.

        `anew` sends it again below what is newer, which notifies; otherwise it is edited where it stands. The
        revision grows when the set of actions changes, unless it is given (dialogs count their own).
        """
        key = (chat_id, kind, subject)
        surface = self._surfaces.get(key) or self.surface(chat_id, kind, subject)
        fresh = surface is None
        if surface is None:
            surface = self._surfaces[key] = Surface(chat_id, kind, subject, thread_id)
        wanted = [[name, value] for name, value in actions]
        if revision is not None:
            surface.revision = revision
        elif not fresh and wanted != surface.actions:
            surface.revision += 1
        text, plain = (None, None) if content is None else _written(content)
        hashed = rows.digest(text, surface.revision)
        changed = hashed != surface.content_hash or wanted != surface.actions
        surface.actions = wanted
        surface.content, surface.plain = text, plain
        surface.content_hash = hashed
        if fresh and content is None:
            del self._surfaces[key]
            return surface
        if changed or anew:
            self._changed[key] = surface
            self._outbox.append(
                outbox_rows.of_surface(
                    surface,
                    anew=anew,
                    label=label,
                    now=self.now,
                    order_id=order_id,
                    priority=priority,
                    unknown=unknown,
                    tell=tell,
                )
            )
        return surface

    def hand_over(self, chat_id: int, kind: str, subject: str) -> None:
        """Let the message of a surface stand for itself: what its subject shows next is a new message.

        So its last content is said, whatever follows; of versions of one surface only the newest is.
        """
        surface = self.surface(chat_id, kind, subject)
        if surface is None:
            return
        self.flush()
        assert surface.id is not None
        del self._surfaces[(chat_id, kind, subject)]
        surface.subject = f"{subject}:{surface.id}"
        self._surfaces[(chat_id, kind, surface.subject)] = surface
        if (kind, subject) == DIALOG:
            conversation = self.conversation(chat_id)
            conversation.screen = conversation.surface_id = None
            let_go(self.connection, self.bot, chat_id, surface.id)
        rename = update(surfaces).where(surfaces.c.id == surface.id)
        self.connection.execute(rename.values(subject=surface.subject))

    def send(
        self,
        chat_id: int,
        content: Content,
        *,
        thread_id: int | None = None,
        label: str = "",
        order_id: int | None = None,
        priority: int = 1,
        unknown: str = "repeat",
        due_at: datetime | None = None,
        tell: Mapping[str, Any] | None = None,
    ) -> None:
        """Queue a plain message."""
        self._outbox.append(
            OutboxRow(
                chat_id=chat_id,
                thread_id=thread_id,
                kind="send",
                body=_written(content)[0],
                priority=priority,
                due_at=due_at or self.now,
                created_at=self.now,
                label=label,
                order_id=order_id,
                unknown=unknown,
                tell=None if tell is None else dict(tell),
            )
        )

    def queue(self, row: OutboxRow) -> None:
        """Queue a row that was made elsewhere."""
        self._outbox.append(row)

    def call(
        self,
        chat_id: int,
        method: str,
        params: Mapping[str, Any],
        *,
        label: str = "",
        order_id: int | None = None,
        priority: int = 1,
        unknown: str = "repeat",
        expires_at: datetime | None = None,
        tell: Mapping[str, Any] | None = None,
        urgent: bool = False,
    ) -> None:
        """Queue a call of the Bot API as it is; `urgent` ones are sent at once by this replica."""
        self._outbox.append(
            OutboxRow(
                chat_id=chat_id,
                kind="call",
                body={"method": method, "params": dict(params)},
                priority=priority,
                due_at=self.now,
                created_at=self.now,
                label=label or method,
                order_id=order_id,
                unknown=unknown,
                expires_at=expires_at,
                tell=None if tell is None else dict(tell),
                urgent=urgent,
            )
        )

    # -- timers -------------------------------------------------------------------------------------

    def set_timer(
        self,
        kind: str,
        subject: str,
        slot: str,
        due_at: datetime,
        params: Mapping[str, Any] | None = None,
    ) -> None:
        """Have (kind, subject, slot) happen at `due_at`; the same slot set again only moves."""
        self._timers[(kind, subject, slot)] = {
            "kind": kind,
            "subject": subject,
            "slot": slot,
            "due_at": due_at,
            "params": dict(params or {}),
            "created_at": self.now,
        }

    def drop_timers(
        self, subject: str, *, kind: str | None = None, slot: str | None = None
    ) -> None:
        """Forget the timers of a subject (of one kind, of one slot)."""
        for key in list(self._timers):
            if key[1] == subject and kind in (None, key[0]) and slot in (None, key[2]):
                del self._timers[key]
        statement = delete(timers).where(timers.c.bot == self.bot, timers.c.subject == subject)
        if kind is not None:
            statement = statement.where(timers.c.kind == kind)
        if slot is not None:
            statement = statement.where(timers.c.slot == slot)
        self.connection.execute(statement)

    def take_timer(
        self, timer_id: int, *, kind: str, subject: str, slot: str, due_at: datetime
    ) -> bool:
        """Delete a due timer's row. False when another turn already had it, or has set it anew meanwhile.

        The id alone says too little: SQLite gives that of a deleted row to the next one.
        """
        if (kind, subject, slot) in self._timers:
            return False
        gone = self.connection.execute(
            delete(timers).where(
                timers.c.id == timer_id,
                timers.c.bot == self.bot,
                timers.c.kind == kind,
                timers.c.subject == subject,
                timers.c.slot == slot,
                timers.c.due_at == due_at,
            )
        )
        return bool(gone.rowcount)

    # -- the end ------------------------------------------------------------------------------------

    def flush(self, taker: Callable[[Connection], Taker | None] | None = None) -> None:
        """Write everything that is pending, set-based; what the `taker` may have is claimed as it is written."""
        self.people.flush()
        if self._changed:
            rows.save_surfaces(self.connection, self.bot, list(self._changed.values()), self.now)
            for surface in self._changed.values():
                if surface.id not in self._by_id:
                    self._keep(surface)
                if (surface.kind, surface.subject) == DIALOG:
                    conversation = self._conversations[surface.chat_id]
                    conversation.surface_id = surface.id
                    conversation.screen, conversation.shows = surface, True
            self._changed.clear()
        changed = []
        for chat, conversation in self._conversations.items():
            values = _AS_STORED(conversation)
            if conversation.shows or values != self._before[chat]:
                changed.append(conversation)
                self._before[chat] = values
        if changed:
            rows.save_conversations(self.connection, self.bot, changed, self.now)
        if self._outbox:
            self._save_outbox(taker)
        if self._timers:
            rows.save_timers(self.connection, self.bot, list(self._timers.values()))
            self._timers.clear()

    def _save_outbox(self, taker: Callable[[Connection], Taker | None] | None) -> None:
        left: Sequence[OutboxRow | ScreenRow] = self._outbox
        if taker is not None:
            self.taken, left, queued = outbox_taking.take(
                self.connection,
                self.bot,
                left,
                taker=taker,
                conversation=self.conversation,
                now=self.now,
            )
            self.queued = self.queued or queued
        if left:
            self.queued = True
            self.urgent += outbox_rows.save_outbox(self.connection, self.bot, left, self.now)
        self._outbox = []
