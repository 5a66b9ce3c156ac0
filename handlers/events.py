"""What can happen: the values a channel, a timer, or delivery hands to the handlers.

A channel adapter translates its library's objects into these; nothing above the adapter knows the library.
All times are aware UTC. Ids of people, chats and messages are the channel's own integers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from orders.values import value

FileKind = Literal[
    "photo", "document", "voice", "video", "sticker", "audio", "animation", "video_note"
]


@value(kw_only=True)
class Sender:
    """Who did it. Everything here is the person's own text: hostile until escaped."""

    id: int
    name: str
    username: str | None = None
    language_code: str | None = None
    is_bot: bool = False


@value(kw_only=True)
class Chat:
    """Where it happened. `thread` is the forum topic, None in the general topic or elsewhere."""

    id: int
    kind: Literal["private", "group", "supergroup", "channel"]
    title: str = ""
    is_forum: bool = False


@value(kw_only=True)
class IncomingFile:
    """A file in a message, by reference; size in bytes."""

    kind: FileKind
    file_id: str
    unique_id: str
    name: str = ""
    mime: str = ""
    size: int = 0


@value(kw_only=True)
class Event:
    """The common part. `external_id` is unique per (source, bot): the update id, the timer row's slot, …"""

    source: str
    external_id: str
    at: datetime


@value(kw_only=True)
class ChatEvent(Event):
    chat: Chat
    sender: Sender
    thread: int | None = None


@value(kw_only=True)
class MessageEvent(ChatEvent):
    """A message a person wrote, new or edited. `text` is the text or the caption."""

    message_id: int
    text: str = ""
    files: tuple[IncomingFile, ...] = ()
    album: str | None = None
    contact_phone: str | None = None
    #: True when the contact is the sender's own.
    contact_own: bool = False
    latitude: float | None = None
    longitude: float | None = None
    reply_to: int | None = None
    #: Who wrote the message that this one replies to.
    replied: Sender | None = None
    edited: bool = False
    #: Written by an anonymous administrator or on behalf of a channel: cannot be authorised.
    anonymous: bool = False


@value(kw_only=True)
class TapEvent(ChatEvent):
    """An inline button was tapped. `data` is hostile until looked up."""

    query_id: str
    data: str
    message_id: int | None = None


@value(kw_only=True)
class PreCheckoutEvent(Event):
    """Telegram asks whether a payment may proceed; it must be answered within 10 s."""

    query_id: str
    sender: Sender
    currency: str
    amount: int
    payload: str


@value(kw_only=True)
class PaidEvent(ChatEvent):
    """Money arrived through an in-chat invoice. `amount` in minor units."""

    message_id: int
    currency: str
    amount: int
    payload: str
    charge_id: str
    provider_charge_id: str


@value(kw_only=True)
class RefundedEvent(ChatEvent):
    """Telegram reports that a payment was returned."""

    message_id: int
    currency: str
    amount: int
    payload: str
    charge_id: str


@value(kw_only=True)
class MemberEvent(ChatEvent):
    """The bot itself was added, removed, promoted, blocked or unblocked. `status` as in ChatMember."""

    status: str


@value(kw_only=True)
class MigratedEvent(ChatEvent):
    """A group became a supergroup with a new id."""

    new_chat_id: int


@value(kw_only=True)
class ReactionEvent(ChatEvent):
    message_id: int
    emoji: tuple[str, ...] = ()


@value(kw_only=True)
class TopicEvent(ChatEvent):
    """A forum topic was closed, reopened, or edited by a person."""

    change: Literal["closed", "reopened", "edited", "created"]


@value(kw_only=True)
class TimerEvent(Event):
    """A timer is due. `params` is what was stored with it."""

    timer_id: int
    kind: str
    subject: str
    slot: str
    due_at: datetime
    params: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class DeliveredEvent(Event):
    """An outbox row that asked to be told came to its end. `params` is what the row carried."""

    outbox_id: int
    outcome: Literal["sent", "dead"]
    reason: str
    result: Mapping[str, object] = field(default_factory=dict)
    params: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class UnknownEvent(Event):
    """Something the bot has no use for; kept only so that its id counts as seen."""

    what: str


#: The events that can be parked and run again, by name.
EVENT_TYPES: Mapping[str, type[Event]] = MappingProxyType(
    {
        kind.__name__: kind
        for kind in (
            MessageEvent,
            TapEvent,
            PreCheckoutEvent,
            PaidEvent,
            RefundedEvent,
            MemberEvent,
            MigratedEvent,
            ReactionEvent,
            TopicEvent,
            TimerEvent,
            DeliveredEvent,
            UnknownEvent,
        )
    }
)
