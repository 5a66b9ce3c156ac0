"""Sending and drawing attention: sendMessage, sendChatAction, setMessageReaction, pins."""

from __future__ import annotations

from playground.api import keyboards, targets, texts
from playground.api.emoji import REACTIONS
from playground.api.errors import BadRequest
from playground.api.request import Call
from playground.world import membership, posting, wire
from playground.world.model import Chat, Json, Message

#: Telegram Bot API: sendChatAction.
ACTIONS = frozenset({
    "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
    "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
})  # fmt: skip


def deliver(call: Call, chat: Chat, content: Json, **more: object) -> Message:
    """Post a bot's message with everything the sending methods have in common."""
    extra: Json = dict(more.pop("extra", None) or {})  # type: ignore[call-overload]
    if call.text("business_connection_id"):
        raise BadRequest("business connection not found")
    if call.flag("protect_content"):
        extra["has_protected_content"] = True
    secret = more.pop("secret", None)
    reply = targets.reply_to(call, chat)
    thread = targets.thread(call, chat)
    if thread is None and reply is not None and chat.is_forum:
        # A reply goes where the message it replies to stands.
        replied = call.world.message(chat, reply)
        thread = replied.thread if replied is not None else None
    if reply is not None:
        extra |= targets.quote(call, chat, reply)
    if str(chat.person) in chat.drafts:
        del chat.drafts[str(chat.person)]
        call.world.touch(chat)
    markup = more.pop("markup", None)
    assert not more
    return posting.post(
        call.world,
        chat,
        call.bot.id,
        content,
        thread=thread,
        reply_to=reply,
        markup=markup if isinstance(markup, dict) else None,
        extra=extra,
        secret=secret if isinstance(secret, dict) else None,
    )


def send_message(call: Call) -> Json:
    chat = targets.writable_chat(call)
    content = texts.text(call)
    markup = keyboards.markup(call, chat)
    targets.keep_pace(call, chat)
    return wire.message(call.world, deliver(call, chat, content, markup=markup))


def send_chat_action(call: Call) -> bool:
    chat = targets.writable_chat(call)
    action = call.text("action")
    if action not in ACTIONS:
        raise BadRequest("wrong parameter action in request")
    call.world.changes.tell("action", chat.key, action=action, bot=call.bot.id)
    return True


def set_message_reaction(call: Call) -> bool:
    chat = targets.known_chat(call)
    message = targets.message(call, chat, "react")
    wanted = call.json("reaction") or []
    emojis = []
    for one in wanted:
        if one.get("type") != "emoji":
            raise BadRequest("REACTION_INVALID")
        emojis.append(str(one.get("emoji")))
    if any(emoji not in REACTIONS for emoji in emojis):
        raise BadRequest("REACTION_INVALID")
    if len(emojis) > 1:
        raise BadRequest("REACTIONS_TOO_MANY")
    if emojis:
        message.reactions[str(call.bot.id)] = emojis
    else:
        message.reactions.pop(str(call.bot.id), None)
    posting.touch(call.world, message)
    return True


def pin(call: Call) -> bool:
    chat = targets.known_chat(call)
    message = targets.message(call, chat, "pin")
    targets.require(
        call, chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat"
    )
    if message.service:
        raise BadRequest("message can't be pinned")
    if message.id in chat.pinned:
        return True
    chat.pinned.append(message.id)
    call.world.touch(chat)
    posting.post(
        call.world,
        chat,
        call.bot.id,
        {"pinned_message": message.id},
        thread=message.thread,
        service=True,
    )
    call.world.changes.tell("pinned", chat.key, message.id)
    return True


def unpin(call: Call) -> bool:
    chat = targets.known_chat(call)
    targets.require(
        call, chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat"
    )
    wanted = call.integer("message_id")
    if wanted == 0:
        if not chat.pinned:
            raise BadRequest("message to unpin not found")
        wanted = chat.pinned[-1]
    if call.world.message(chat, wanted) is None:
        raise BadRequest("message to unpin not found")
    if wanted in chat.pinned:
        chat.pinned.remove(wanted)
        call.world.touch(chat)
        call.world.changes.tell("pinned", chat.key, wanted)
    return True


def unpin_all(call: Call) -> bool:
    chat = targets.known_chat(call)
    targets.require(
        call, chat, "can_pin_messages", "not enough rights to manage pinned messages in the chat"
    )
    chat.pinned.clear()
    call.world.touch(chat)
    call.world.changes.tell("pinned", chat.key)
    return True


def may_delete(call: Call, chat: Chat, message: Message) -> bool:
    """Telegram Bot API: deleteMessage."""
    own = message.sender == call.bot.id
    fresh = call.world.clock.now() - message.date < 48 * 3600
    if chat.private:
        return fresh
    if membership.may(chat, call.bot.id, "can_delete_messages"):
        return True
    return own and fresh


def delete_message(call: Call) -> bool:
    chat = targets.known_chat(call)
    message = targets.message(call, chat, "delete")
    if not may_delete(call, chat, message):
        raise BadRequest("message can't be deleted for everyone")
    posting.delete(call.world, chat, message)
    return True


def delete_messages(call: Call) -> bool:
    chat = targets.known_chat(call)
    wanted = call.json("message_ids") or []
    if not wanted:
        raise BadRequest("message identifiers are not specified")
    if len(wanted) > 100:
        raise BadRequest("too many message identifiers specified")
    found = [call.world.message(chat, one) for one in wanted]
    for message in found:
        if message is not None and not may_delete(call, chat, message):
            raise BadRequest("message can't be deleted for everyone")
    for message in found:
        if message is not None:
            posting.delete(call.world, chat, message)
    return True
