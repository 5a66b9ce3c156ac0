"""From an update as Telegram writes it to an `Event`: one reader for every library, polling and webhook alike.

The libraries' own models know a version of the Bot API and fail as a whole on what is newer: a forwarded
message of a kind they have not heard of would be lost. Here only what is read is looked at, and checked. Their
`Update` objects, which share the names of Telegram's fields, are understood as well.

Nothing here raises on an update, however odd: what cannot be understood becomes an `UnknownEvent`, so that
its id counts as seen and the next one is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from bot.channels.fields import Json, decimal, maybe_text, names_of, number, plain, text, whole
from bot.channels.soundness import sound
from handlers.events import (
    Chat,
    Event,
    FileKind,
    IncomingFile,
    MemberEvent,
    MessageEvent,
    MigratedEvent,
    PaidEvent,
    PreCheckoutEvent,
    ReactionEvent,
    RefundedEvent,
    Sender,
    TapEvent,
    TopicEvent,
    UnknownEvent,
)
from orders.cards import mask_file_name

SOURCE = "update"

#: What getUpdates and setWebhook ask for.
ALLOWED_UPDATES = (
    "message",
    "edited_message",
    "callback_query",
    "pre_checkout_query",
    "message_reaction",
    "my_chat_member",
)

#: Telegram's own accounts: anonymous administrators, and posts of a linked channel.
_NOBODYS = (1087968824, 777000)

_FILES: tuple[FileKind, ...] = (
    "animation",
    "document",
    "voice",
    "video",
    "sticker",
    "audio",
    "video_note",
)

_TOPIC_CHANGES: tuple[tuple[str, Literal["closed", "reopened", "edited", "created"]], ...] = (
    ("forum_topic_created", "created"),
    ("forum_topic_edited", "edited"),
    ("forum_topic_closed", "closed"),
    ("forum_topic_reopened", "reopened"),
)

_KINDS: Mapping[str, Literal["private", "group", "supergroup", "channel"]] = {
    "private": "private",
    "group": "group",
    "supergroup": "supergroup",
    "channel": "channel",
}


def read_updates(answer: object, *, bot: int, at: datetime) -> Sequence[tuple[int, Event]]:
    """The updates of a getUpdates answer or of webhook calls, as (update id, event), in order.

    What has no number is left out: it could be neither recognised when it comes again, nor confirmed.
    """
    if not isinstance(answer, list):
        return []
    return [
        (update_id, decode(raw, bot=bot, at=at))
        for raw in answer
        if isinstance(raw, dict) and (update_id := number(raw.get("update_id"))) is not None
    ]


def decode(update: Any, *, bot: int, at: datetime) -> Event:
    """The event of one update, a library's object or Telegram's JSON.

    `bot` is the bot's own id, `at` the moment of receipt.
    """
    if isinstance(update, dict):
        update = Json(update)
    update_id = getattr(update, "update_id", "")
    external_id = str(update_id) if type(update_id) is int else text(str(update_id))
    try:
        return sound(_Decoder(external_id, bot, at).update(update))
    except Exception as error:
        # Something is missing or of another type. What it was helps, its value may be personal.
        return unknown(external_id, at, f"malformed: {type(error).__name__}")


def unknown(external_id: str, at: datetime, what: str) -> UnknownEvent:
    return UnknownEvent(source=SOURCE, external_id=external_id, at=at, what=what[:80])


class _Decoder:
    __slots__ = ("_at", "_bot", "_external_id")

    def __init__(self, external_id: str, bot: int, at: datetime) -> None:
        self._external_id = external_id
        self._bot = bot
        self._at = at

    @property
    def _base(self) -> dict[str, Any]:
        return {"source": SOURCE, "external_id": self._external_id, "at": self._at}

    def update(self, update: Any) -> Event:
        if (message := update.message) is not None:
            return self._message(message, edited=False)
        if (message := update.edited_message) is not None:
            return self._message(message, edited=True)
        if (query := update.callback_query) is not None:
            return self._tap(query)
        if (query := update.pre_checkout_query) is not None:
            return PreCheckoutEvent(
                **self._base,
                query_id=text(query.id),
                sender=_sender(query.from_user),
                currency=text(query.currency),
                amount=whole(query.total_amount),
                payload=text(query.invoice_payload),
            )
        if (reaction := update.message_reaction) is not None:
            return self._reaction(reaction)
        if (change := update.my_chat_member) is not None:
            return MemberEvent(
                **self._base,
                chat=_chat(change.chat),
                sender=_sender(change.from_user),
                status=text(plain(change.new_chat_member.status)),
            )
        return self._nothing("update of another kind")

    def _nothing(self, what: str) -> UnknownEvent:
        return unknown(self._external_id, self._at, what)

    def _tap(self, query: Any) -> Event:
        message = query.message
        # Without a message it is a button of an inline result: never ours, but it still wants an answer.
        chat = (
            Chat(id=whole(query.from_user.id), kind="private")
            if message is None
            else _chat(message.chat)
        )
        return TapEvent(
            source=SOURCE,
            external_id=self._external_id,
            at=self._at,
            chat=chat,
            sender=_sender(query.from_user),
            thread=_thread(message),
            query_id=text(query.id),
            data=text(query.data or ""),
            message_id=None if message is None else whole(message.message_id),
        )

    def _reaction(self, reaction: Any) -> Event:
        if reaction.user is None:
            return self._nothing("anonymous reaction")
        emoji = tuple(
            text(item.emoji)
            for item in reaction.new_reaction
            if getattr(item, "emoji", None) is not None
        )
        return ReactionEvent(
            **self._base,
            chat=_chat(reaction.chat),
            sender=_sender(reaction.user),
            message_id=whole(reaction.message_id),
            emoji=emoji,
        )

    def _message(self, message: Any, *, edited: bool) -> Event:
        chat = _chat(message.chat)
        author = message.from_user
        if chat.kind == "channel" or author is None:
            return self._nothing("channel post")
        if author.id == self._bot:
            return self._nothing("own message")
        given = names_of(message)
        if given is not None and MORE.isdisjoint(given):
            # What nearly every message is: words, and none of the things that are looked for below.
            return MessageEvent(
                source=SOURCE,
                external_id=self._external_id,
                at=self._at,
                chat=chat,
                sender=_sender(author),
                message_id=whole(message.message_id),
                text=text(message.text or ""),
                edited=edited,
                anonymous=author.id in _NOBODYS,
            )
        where: dict[str, Any] = {
            **self._base,
            "chat": chat,
            "sender": _sender(author),
            "thread": _thread(message),
        }
        if not edited and (service := self._service(message, where)) is not None:
            return service
        contact = message.contact
        location = message.location
        answered = message.reply_to_message
        if getattr(answered, "forum_topic_created", None) is not None:
            # In a topic every message answers its first one: that is no reply.
            answered = None
        return MessageEvent(
            **where,
            message_id=whole(message.message_id),
            text=text(message.text or message.caption or ""),
            files=_files(message),
            album=maybe_text(message.media_group_id),
            contact_phone=None if contact is None else text(contact.phone_number),
            contact_own=contact is not None and contact.user_id == author.id,
            latitude=None if location is None else decimal(location.latitude),
            longitude=None if location is None else decimal(location.longitude),
            reply_to=None if answered is None else whole(answered.message_id),
            replied=_answered(answered),
            edited=edited,
            anonymous=author.id in _NOBODYS or message.sender_chat is not None,
        )

    def _service(self, message: Any, where: dict[str, Any]) -> Event | None:
        if (payment := message.successful_payment) is not None:
            return PaidEvent(
                **where,
                message_id=whole(message.message_id),
                currency=text(payment.currency),
                amount=whole(payment.total_amount),
                payload=text(payment.invoice_payload),
                charge_id=text(payment.telegram_payment_charge_id),
                provider_charge_id=text(payment.provider_payment_charge_id or ""),
            )
        if (payment := message.refunded_payment) is not None:
            return RefundedEvent(
                **where,
                message_id=whole(message.message_id),
                currency=text(payment.currency),
                amount=whole(payment.total_amount),
                payload=text(payment.invoice_payload),
                charge_id=text(payment.telegram_payment_charge_id),
            )
        if message.migrate_to_chat_id is not None:
            return MigratedEvent(**where, new_chat_id=whole(message.migrate_to_chat_id))
        if message.migrate_from_chat_id is not None:
            return self._nothing("migrated from")
        for name, change in _TOPIC_CHANGES:
            if getattr(message, name) is not None:
                return TopicEvent(**where, change=change)
        if any(getattr(message, name, None) for name in _SERVICE):
            return self._nothing("service message")
        return None


#: Service messages nobody has to react to. What is in no list is a message a person wrote.
_SERVICE = (
    "new_chat_members",
    "left_chat_member",
    "new_chat_title",
    "new_chat_photo",
    "delete_chat_photo",
    "group_chat_created",
    "supergroup_chat_created",
    "channel_chat_created",
    "message_auto_delete_timer_changed",
    "pinned_message",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "video_chat_scheduled",
    "video_chat_started",
    "video_chat_ended",
    "video_chat_participants_invited",
    "boost_added",
    "chat_background_set",
    "write_access_allowed",
)


#: Everything that is looked for in a message besides who wrote what and where.
MORE = frozenset(
    {
        *_SERVICE,
        *_FILES,
        *(name for name, _ in _TOPIC_CHANGES),
        "successful_payment",
        "refunded_payment",
        "migrate_to_chat_id",
        "migrate_from_chat_id",
        "photo",
        "caption",
        "media_group_id",
        "contact",
        "location",
        "reply_to_message",
        "sender_chat",
        "is_topic_message",
    }
)


def _sender(user: Any) -> Sender:
    first, last = user.first_name, user.last_name
    username, language = user.username, user.language_code
    return Sender(
        id=whole(user.id),
        name=text(first)
        if first and not last
        else " ".join(text(part) for part in (first, last) if part),
        username=None if username is None else text(username),
        language_code=None if language is None else text(language),
        is_bot=bool(user.is_bot),
    )


def _answered(message: Any) -> Sender | None:
    author = getattr(message, "from_user", None)
    return None if author is None else _sender(author)


def _chat(chat: Any) -> Chat:
    kind = chat.type
    if type(kind) is not str:
        kind = str(plain(kind))
    known = _KINDS.get(kind)
    if known is None:
        raise ValueError("unknown kind of chat")
    if known == "private":
        # It has neither a title nor topics of its own.
        return Chat(id=whole(chat.id), kind="private")
    return Chat(
        id=whole(chat.id),
        kind=known,
        title=text(chat.title or ""),
        is_forum=bool(chat.is_forum),
    )


def _thread(message: Any) -> int | None:
    """The forum topic. A reply in an ordinary supergroup also carries a thread id: that is no topic."""
    if message is None or not getattr(message, "is_topic_message", None):
        return None
    thread = message.message_thread_id
    return None if thread is None else whole(thread)


def _files(message: Any) -> tuple[IncomingFile, ...]:
    if message.photo:
        # Sizes of the same picture; the last is the largest.
        return (_file("photo", message.photo[-1]),)
    for kind in _FILES:
        found = getattr(message, kind)
        if found is not None:
            # An animation also shows up as a document: one file, not two.
            return (_file(kind, found),)
    return ()


def _file(kind: FileKind, found: Any) -> IncomingFile:
    return IncomingFile(
        kind=kind,
        file_id=text(found.file_id),
        unique_id=text(found.file_unique_id),
        name=mask_file_name(text(getattr(found, "file_name", None) or "")),
        mime=text(getattr(found, "mime_type", None) or ""),
        size=whole(found.file_size or 0),
    )
