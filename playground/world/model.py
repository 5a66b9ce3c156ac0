"""The records of the world. Plain and mutable; whoever changes one calls `World.touch` on it.

Every field holds what JSON can hold, because the journal keeps them as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

Json = dict[str, Any]

ChatType = Literal["private", "group", "supergroup", "channel"]

#: Telegram's account that anonymous administrators of a group write as.
GROUP_ANONYMOUS_BOT = 1087968824


@dataclass
class Person:
    kind: ClassVar[str] = "person"

    id: int
    first_name: str
    last_name: str | None = None
    username: str | None = None
    language_code: str | None = None
    phone: str | None = None
    email: str | None = None
    #: The account was deleted: nothing reaches it any more.
    deactivated: bool = False
    #: Ids of bots this person has started, and of those blocked.
    started: list[int] = field(default_factory=list)
    blocked: list[int] = field(default_factory=list)

    @property
    def key(self) -> str:
        return str(self.id)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name or ''}".strip()


@dataclass
class Bot:
    kind: ClassVar[str] = "bot"

    id: int
    token: str
    username: str
    first_name: str
    #: Privacy mode: in groups it hears only what is meant for it, unless it is an administrator.
    privacy: bool = True
    #: None means the default set.
    allowed_updates: list[str] | None = None
    next_update_id: int = 0
    last_update_at: float = 0.0
    #: Private chats of one bot count their messages together, as in Telegram.
    last_message_id: int = 0
    #: "scope|language" → commands
    commands: dict[str, list[Json]] = field(default_factory=dict)
    #: url, secret_token, max_connections, ip_address, certificate, last_error_date …
    webhook: Json | None = None
    #: Virtual time of the first call since it was started, and until when it is logged out.
    launched_at: float = 0.0
    logged_out_until: float = 0.0
    #: "name", "description", "short_description" → language ("" for all) → text
    texts: dict[str, dict[str, str]] = field(default_factory=dict)
    #: Person id ("" for everybody else) → MenuButton
    menu_buttons: dict[str, Json] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return str(self.id)


@dataclass
class Chat:
    kind: ClassVar[str] = "chat"

    #: "bot:person" for private chats, the id for others.
    key: str
    #: What the Bot API calls it: the person's id for private chats.
    id: int
    type: ChatType
    title: str | None = None
    username: str | None = None
    description: str | None = None
    bot: int | None = None
    person: int | None = None
    is_forum: bool = False
    #: User id → {"status": …, rights …}; private chats have none.
    members: dict[str, Json] = field(default_factory=dict)
    #: Thread id → {"name", "icon_color", "icon_custom_emoji_id"?, "closed"}
    topics: dict[str, Json] = field(default_factory=dict)
    general: Json = field(default_factory=lambda: {"name": "General"})
    pinned: list[int] = field(default_factory=list)
    last_message_id: int = 0
    migrated_to: int | None = None
    #: Person id → {"draft_id", "text", "entities", "until"}: what a bot is about to say.
    drafts: dict[str, Json] = field(default_factory=dict)
    #: Person id → id of the message whose reply keyboard is shown.
    keyboards: dict[str, int] = field(default_factory=dict)

    @property
    def private(self) -> bool:
        return self.type == "private"


@dataclass
class Message:
    kind: ClassVar[str] = "message"

    chat: str
    id: int
    date: int
    #: Id of the person or bot who sent it.
    sender: int
    #: What it says, in the Bot API's own fields: text and entities, photo and caption, invoice …
    content: Json
    thread: int | None = None
    reply_to: int | None = None
    #: Reply markup as sent; only inline keyboards are told to bots.
    markup: Json | None = None
    #: Further fields told to bots: forward_origin, media_group_id, quote …
    extra: Json = field(default_factory=dict)
    #: What bots are not told: an invoice's payload and prices, who paid it.
    secret: Json = field(default_factory=dict)
    edited: int | None = None
    service: bool = False
    #: User id → emojis
    reactions: dict[str, list[str]] = field(default_factory=dict)
    #: The change (`Changes.version`) that touched it last; 0 after a restart.
    version: int = 0

    @property
    def key(self) -> str:
        return f"{self.chat}/{self.id}"


@dataclass
class StoredFile:
    kind: ClassVar[str] = "file"

    #: The file_id bots use.
    id: str
    unique: str
    #: photo, document, voice, video, …
    media: str
    #: What getFile calls its path.
    path: str
    size: int
    name: str | None = None
    mime: str | None = None
    width: int = 0
    height: int = 0
    duration: int = 0
    #: Ids of all sizes of the same photo, the smallest first; empty for other files.
    sizes: list[str] = field(default_factory=list)
    #: Id of the small picture shown for a document or a video.
    thumbnail: str | None = None

    @property
    def key(self) -> str:
        return self.id


@dataclass
class Charge:
    """A payment that went through."""

    kind: ClassVar[str] = "charge"

    id: str
    provider_id: str
    bot: int
    person: int
    currency: str
    #: In the currency's minor units.
    amount: int
    payload: str
    at: int
    refunded_at: int | None = None

    @property
    def key(self) -> str:
        return self.id


@dataclass
class InvoiceLink:
    kind: ClassVar[str] = "invoice_link"

    slug: str
    bot: int
    #: The invoice as bots see it, and what they are not told.
    invoice: Json
    secret: Json

    @property
    def key(self) -> str:
        return self.slug


@dataclass
class Queued:
    """An update that waits to be fetched."""

    kind: ClassVar[str] = "update"

    bot: int
    id: int
    at: float
    #: Virtual time after which it is dropped.
    expires: float
    #: The update without its id, or as injected.
    body: Json

    @property
    def key(self) -> str:
        return f"{self.bot}/{self.id}"


Record = Person | Bot | Chat | Message | StoredFile | Charge | InvoiceLink | Queued
RECORDS: tuple[type[Record], ...] = (
    Person, Bot, Chat, Message, StoredFile, Charge, InvoiceLink, Queued,
)  # fmt: skip
