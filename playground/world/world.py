"""The world: everything there is, found by id, kept in the journal."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from playground.world.calls import CallLog
from playground.world.changes import Changes
from playground.world.clock import Clock
from playground.world.faults import Faults
from playground.world.journal import Journal
from playground.world.model import (
    RECORDS,
    Bot,
    Charge,
    Chat,
    ChatType,
    InvoiceLink,
    Json,
    Message,
    Person,
    Queued,
    Record,
    StoredFile,
)
from playground.world.pace import Pace
from playground.world.queries import Queries
from playground.world.updates import UpdateQueue

TOKEN = re.compile(r"(\d{1,20}):[A-Za-z0-9_-]{30,}")
_FIRST_PERSON = 500_000_001
_FIRST_GROUP = 4_000_001
_FIRST_SUPERGROUP = 1_002_000_000_001
_LETTERS = string.ascii_letters + string.digits


class World:
    """Pass a folder to keep chats, messages, ids, waiting updates and files across restarts."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        if folder is not None:
            (folder / "files").mkdir(parents=True, exist_ok=True)
        self.people: dict[int, Person] = {}
        self.bots: dict[int, Bot] = {}
        self.chats: dict[str, Chat] = {}
        self.messages: dict[str, dict[int, Message]] = {}
        self.files: dict[str, StoredFile] = {}
        self.charges: dict[str, Charge] = {}
        self.invoice_links: dict[str, InvoiceLink] = {}
        self.queues: dict[int, UpdateQueue] = {}
        #: Contents of files when there is no folder, by file id.
        self.contents: dict[str, bytes] = {}
        #: Numbers that never restart: "person", "group", "supergroup", "file", …
        self.numbers: Json = {}
        self.changes = Changes()
        self.calls = CallLog()
        self.faults = Faults()
        self._journal = Journal(folder)
        self._dirty: dict[tuple[str, str], Record] = {}
        loaded = self._journal.load()
        self.numbers.update(loaded.pop(("meta", "numbers"), {}))
        self.clock = Clock(float(self.numbers.get("clock_offset", 0.0)))
        self.pace = Pace(self.clock)
        self.queries = Queries(self.clock)
        #: Raises when an update is not what Telegram would send. Set by whoever knows the schema.
        self.check_update: Callable[[Json], None] = lambda update: None
        #: Called when a bot's webhook was set or deleted. Set by whoever carries updates.
        self.webhook_changed: Callable[[Bot], None] = lambda bot: None
        #: The process ends: long polls answer with what they have.
        self.closing = False
        self._adopt(loaded)

    # --- what is kept -----------------------------------------------------------------------

    def _adopt(self, loaded: dict[tuple[str, str], Json]) -> None:
        kinds = {record.kind: record for record in RECORDS}
        queued: list[Queued] = []
        for (kind, _), fields in loaded.items():
            record: Any = kinds[kind](**fields)
            if isinstance(record, Queued):
                queued.append(record)
            else:
                self._place(record)
        for messages in self.messages.values():
            ordered = sorted(messages.items())
            messages.clear()
            messages.update(ordered)
        for update in sorted(queued, key=lambda u: (u.at, u.id)):
            if update.bot in self.queues:
                self.queues[update.bot].waiting.append(update)

    def _place(self, record: Record) -> None:
        match record:
            case Person():
                self.people[record.id] = record
            case Bot():
                self.bots[record.id] = record
                self.queues[record.id] = UpdateQueue(record, self.clock, self.touch, self.remove)
            case Chat():
                self.chats[record.key] = record
                self.messages.setdefault(record.key, {})
            case Message():
                record.version = 0
                self.messages.setdefault(record.chat, {})[record.id] = record
            case StoredFile():
                self.files[record.id] = record
            case Charge():
                self.charges[record.id] = record
            case InvoiceLink():
                self.invoice_links[record.slug] = record
            case Queued():
                pass

    def add(self, record: Record) -> None:
        self._place(record)
        self.touch(record)

    def touch(self, record: Record) -> None:
        """Say that a record changed; it is written at the next flush."""
        self._dirty[record.kind, record.key] = record

    def remove(self, record: Record) -> None:
        self._dirty.pop((record.kind, record.key), None)
        self._journal.put(record.kind, record.key, None)
        if isinstance(record, Message):
            self.messages[record.chat].pop(record.id, None)

    def flush(self) -> None:
        """Write what changed. Called at the end of every request."""
        dirty, self._dirty = self._dirty, {}
        for (kind, key), record in dirty.items():
            self._journal.put(kind, key, vars(record))
        if self.numbers.get("clock_offset", 0.0) != self.clock.offset:
            self.number_changed("clock_offset", self.clock.offset)
        self._journal.flush()

    def close(self) -> None:
        self.flush()
        self._journal.close()

    def stop_polls(self) -> None:
        """Let everybody who waits for updates, changes or the clock go on now."""
        self.closing = True
        self.changes.close()
        self.clock.changed.beat()
        for queue in self.queues.values():
            queue.pulse.beat()

    def number(self, name: str, first: int = 1) -> int:
        """The next number of a series; series never restart."""
        value = int(self.numbers.get(name, first))
        self.number_changed(name, value + 1)
        return value

    def number_changed(self, name: str, value: float) -> None:
        self.numbers[name] = value
        self._journal.put("meta", "numbers", self.numbers)

    @staticmethod
    def token(length: int) -> str:
        """Letters and digits that nobody can guess."""
        return "".join(random.SystemRandom().choices(_LETTERS, k=length))

    # --- bots and people --------------------------------------------------------------------

    def bot_by_token(self, token: str) -> Bot | None:
        """The bot of a token, made at its first use. None when the token is not the bot's."""
        match = TOKEN.fullmatch(token)
        if match is None:
            return None
        bot = self.bots.get(int(match[1]))
        if bot is None:
            return self.add_bot(token)
        return bot if bot.token == token else None

    def add_bot(self, token: str, username: str | None = None, name: str | None = None) -> Bot:
        """Make a bot, or rename the one this token has. Raises ValueError for a malformed token."""
        match = TOKEN.fullmatch(token)
        if match is None:
            raise ValueError("a token looks like 123456:ABC…, with at least 30 characters after :")
        bot = self.bots.get(int(match[1]))
        if bot is None:
            username = username or f"playground_{match[1]}_bot"
            bot = Bot(int(match[1]), token, username, name or username)
            self.add(bot)
        else:
            bot.token = token
            bot.username = username or bot.username
            bot.first_name = name or bot.first_name
            self.touch(bot)
        self.changes.tell("bot")
        return bot

    def add_person(self, name: str, **fields: Any) -> Person:
        person = Person(self.number("person", _FIRST_PERSON), name, **fields)
        self.add(person)
        self.changes.tell("person", person=person.id)
        return person

    def username_owner(self, username: str) -> Chat | Person | Bot | None:
        wanted = username.removeprefix("@").lower()
        everybody: Iterable[Chat | Person | Bot] = (
            *self.chats.values(), *self.people.values(), *self.bots.values(),
        )  # fmt: skip
        return next((one for one in everybody if (one.username or "").lower() == wanted), None)

    # --- chats and messages -----------------------------------------------------------------

    def private_chat(self, bot: Bot, person: Person) -> Chat:
        """The chat of a bot and a person, made when it is first asked for."""
        key = f"{bot.id}:{person.id}"
        if key not in self.chats:
            self.add(Chat(key, person.id, "private", bot=bot.id, person=person.id))
            self.changes.tell("chat", key, person=person.id)
        return self.chats[key]

    def new_group(self, title: str, kind: str, is_forum: bool = False) -> Chat:
        if kind == "group":
            chat_id = -self.number("group", _FIRST_GROUP)
            chat = Chat(str(chat_id), chat_id, "group", title)
        else:
            chat_id = -self.number("supergroup", _FIRST_SUPERGROUP)
            of_type: ChatType = "channel" if kind == "channel" else "supergroup"
            chat = Chat(str(chat_id), chat_id, of_type, title, is_forum=is_forum)
            # The first message tells of the group's making; in a forum 1 is the general topic.
            chat.last_message_id = 1
        self.add(chat)
        return chat

    def next_message_id(self, chat: Chat) -> int:
        if chat.bot is not None:
            bot = self.bots[chat.bot]
            bot.last_message_id += 1
            self.touch(bot)
            return bot.last_message_id
        chat.last_message_id += 1
        self.touch(chat)
        return chat.last_message_id

    def message(self, chat: Chat, message_id: int | None) -> Message | None:
        return self.messages[chat.key].get(message_id) if message_id else None
