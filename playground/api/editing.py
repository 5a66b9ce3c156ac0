"""Changing messages that stand: text, caption, media, buttons."""

from __future__ import annotations

from playground.api import keyboards, targets, texts
from playground.api.errors import BadRequest
from playground.api.media import media_content
from playground.api.request import Call
from playground.world import posting, wire
from playground.world.model import Chat, Json, Message

_MEDIA = ("photo", "document", "video", "voice", "audio", "animation")
_MEDIA_FIELDS = frozenset({*_MEDIA, "caption", "caption_entities"})


def _own(call: Call) -> tuple[Chat, Message]:
    """The bot's own message to be edited. A bot may edit its messages at any age."""
    if call.text("inline_message_id"):
        # Only answers to inline queries make such messages, and those are not played.
        raise BadRequest("MESSAGE_ID_INVALID")
    chat = targets.writable_chat(call)
    if call.integer("message_id") == 0:
        raise BadRequest("message identifier is not specified")
    message = targets.message(call, chat, "edit")
    if message.sender != call.bot.id or message.service or "forward_origin" in message.extra:
        raise BadRequest("message can't be edited")
    return chat, message


def _finish(call: Call, chat: Chat, message: Message, content: Json, markup: Json | None) -> Json:
    # What a person did to the message since it was sent is not the bot's to change.
    if content == message.content and markup == (message.markup or None):
        raise BadRequest(
            "message is not modified: specified new message content and reply markup are exactly "
            "the same as a current content and reply markup of the message"
        )
    targets.keep_pace(call, chat)
    posting.edit(call.world, message, content, markup)
    return wire.message(call.world, message)


def _text_kept(message: Message) -> bool:
    return "text" in message.content


def edit_message_text(call: Call) -> Json:
    chat, message = _own(call)
    if not _text_kept(message):
        raise BadRequest("there is no text in the message to edit")
    content = texts.text(call)
    markup = keyboards.inline_only(call)
    return _finish(call, chat, message, content, markup)


def edit_message_caption(call: Call) -> Json:
    chat, message = _own(call)
    if not any(kind in message.content for kind in _MEDIA):
        raise BadRequest("there is no caption in the message to edit")
    caption = texts.caption(call)
    kept = {
        name: value
        for name, value in message.content.items()
        if name not in ("caption", "caption_entities", "show_caption_above_media")
    }
    markup = keyboards.inline_only(call)
    return _finish(call, chat, message, {**kept, **caption}, markup)


def edit_message_media(call: Call) -> Json:
    chat, message = _own(call)
    if not any(kind in message.content for kind in (*_MEDIA, "text")):
        raise BadRequest("there is no media in the message to edit")
    if "voice" in message.content:
        raise BadRequest("message can't be edited")
    content = media_content(call, call.json("media"))
    if "media_group_id" in message.extra and not set(content) & set(message.content) & set(_MEDIA):
        raise BadRequest("message can't be edited")
    markup = keyboards.inline_only(call)
    return _finish(call, chat, message, content, markup)


def edit_message_reply_markup(call: Call) -> Json:
    chat, message = _own(call)
    markup = keyboards.inline_only(call, invoice="invoice" in message.content)
    return _finish(call, chat, message, message.content, markup)
