"""From a library's `Update` to an `Event`, by attribute access: aiogram and python-telegram-bot share names.

Nothing here raises on an update, however odd: what cannot be understood becomes an `UnknownEvent`, so that
its id counts as seen and the next one is read.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, cast

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
_GROUP_ANONYMOUS = 1087968824
_LINKED_CHANNEL = 777000

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

_KINDS = ("private", "group", "supergroup", "channel")


def decode(update: Any, *, bot: int, at: datetime) -> Event:
    """The event of one update. `bot` is the bot's own id, `at` the moment of receipt."""
    number = str(getattr(update, "update_id", ""))
    try:
        return _Decoder(number, bot, at).update(update)
    except Exception as error:
        # An attribute that is missing or of another type. Its name helps, its value may be personal.
        return unknown(number, at, f"malformed: {type(error).__name__}")


def unknown(external_id: str, at: datetime, what: str) -> UnknownEvent:
    return UnknownEvent(source=SOURCE, external_id=external_id, at=at, what=what[:80])


class _Decoder:
    def __init__(self, number: str, bot: int, at: datetime) -> None:
        self._bot = bot
        self._number = number
        self._at = at
        self._base: dict[str, Any] = {"source": SOURCE, "external_id": number, "at": at}

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
                query_id=query.id,
                sender=_sender(query.from_user),
                currency=query.currency,
                amount=query.total_amount,
                payload=query.invoice_payload,
            )
        if (reaction := update.message_reaction) is not None:
            return self._reaction(reaction)
        if (change := update.my_chat_member) is not None:
            return MemberEvent(
                **self._base,
                chat=_chat(change.chat),
                sender=_sender(change.from_user),
                status=str(_plain(change.new_chat_member.status)),
            )
        return self._nothing("update of another kind")

    def _nothing(self, what: str) -> UnknownEvent:
        return unknown(self._number, self._at, what)

    def _tap(self, query: Any) -> Event:
        message = query.message
        # Without a message it is a button of an inline result: never ours, but it still wants an answer.
        chat = (
            Chat(id=query.from_user.id, kind="private") if message is None else _chat(message.chat)
        )
        return TapEvent(
            **self._base,
            chat=chat,
            sender=_sender(query.from_user),
            thread=_thread(message),
            query_id=query.id,
            data=query.data or "",
            message_id=None if message is None else message.message_id,
        )

    def _reaction(self, reaction: Any) -> Event:
        if reaction.user is None:
            return self._nothing("anonymous reaction")
        emoji = tuple(
            item.emoji for item in reaction.new_reaction if getattr(item, "emoji", None) is not None
        )
        return ReactionEvent(
            **self._base,
            chat=_chat(reaction.chat),
            sender=_sender(reaction.user),
            message_id=reaction.message_id,
            emoji=emoji,
        )

    def _message(self, message: Any, *, edited: bool) -> Event:
        chat = _chat(message.chat)
        author = message.from_user
        if chat.kind == "channel" or author is None:
            return self._nothing("channel post")
        if author.id == self._bot:
            return self._nothing("own message")
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
        return MessageEvent(
            **where,
            message_id=message.message_id,
            text=message.text or message.caption or "",
            files=_files(message),
            album=message.media_group_id,
            contact_phone=None if contact is None else contact.phone_number,
            contact_own=contact is not None and contact.user_id == author.id,
            latitude=None if location is None else location.latitude,
            longitude=None if location is None else location.longitude,
            # In a topic every message answers its first one: that is no reply.
            reply_to=None
            if answered is None or getattr(answered, "forum_topic_created", None) is not None
            else answered.message_id,
            edited=edited,
            anonymous=author.id in (_GROUP_ANONYMOUS, _LINKED_CHANNEL)
            or message.sender_chat is not None,
        )

    def _service(self, message: Any, where: dict[str, Any]) -> Event | None:
        if (payment := message.successful_payment) is not None:
            return PaidEvent(
                **where,
                message_id=message.message_id,
                currency=payment.currency,
                amount=payment.total_amount,
                payload=payment.invoice_payload,
                charge_id=payment.telegram_payment_charge_id,
                provider_charge_id=payment.provider_payment_charge_id or "",
            )
        if (payment := message.refunded_payment) is not None:
            return RefundedEvent(
                **where,
                message_id=message.message_id,
                currency=payment.currency,
                amount=payment.total_amount,
                payload=payment.invoice_payload,
                charge_id=payment.telegram_payment_charge_id,
            )
        if message.migrate_to_chat_id is not None:
            return MigratedEvent(**where, new_chat_id=message.migrate_to_chat_id)
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


def _plain(value: Any) -> Any:
    """The value of a library's string enum."""
    return getattr(value, "value", value)


def _sender(user: Any) -> Sender:
    return Sender(
        id=user.id,
        name=" ".join(part for part in (user.first_name, user.last_name) if part),
        username=user.username,
        language_code=user.language_code,
        is_bot=bool(user.is_bot),
    )


def _chat(chat: Any) -> Chat:
    kind = str(_plain(chat.type))
    if kind not in _KINDS:
        raise ValueError("unknown kind of chat")
    return Chat(
        id=chat.id,
        kind=cast(Literal["private", "group", "supergroup", "channel"], kind),
        title=chat.title or "",
        is_forum=bool(chat.is_forum),
    )


def _thread(message: Any) -> int | None:
    """The forum topic. A reply in an ordinary supergroup also carries a thread id: that is no topic."""
    if message is None or not getattr(message, "is_topic_message", None):
        return None
    thread = message.message_thread_id
    return None if thread is None else int(thread)


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
        file_id=found.file_id,
        unique_id=found.file_unique_id,
        name=getattr(found, "file_name", None) or "",
        mime=getattr(found, "mime_type", None) or "",
        size=found.file_size or 0,
    )
