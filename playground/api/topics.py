"""Forum topics."""

from __future__ import annotations

from playground.api import targets
from playground.api.errors import BadRequest, TooManyRequests
from playground.api.request import Call
from playground.api.stickers import ICONS
from playground.world import forum
from playground.world.model import Chat, Json

_NAME_MOST = 128
_RIGHT = "can_manage_topics"


def _forum(call: Call) -> Chat:
    chat = targets.writable_chat(call)
    if not chat.is_forum:
        raise BadRequest("the chat is not a forum")
    return chat


def _topic(call: Call, words: str = "not enough rights to edit the topic") -> tuple[Chat, int]:
    chat = _forum(call)
    thread = call.integer("message_thread_id")
    if str(thread) not in chat.topics:
        raise BadRequest("message thread not found")
    targets.require(call, chat, _RIGHT, words)
    return chat, thread


def _name(call: Call, name: str) -> str:
    value = call.text(name).strip()
    if not 1 <= len(value) <= _NAME_MOST:
        raise BadRequest("TOPIC_TITLE_INVALID" if value else "TOPIC_TITLE_EMPTY")
    return value


def _icon(call: Call) -> str:
    """Any bot may use the icons of getForumTopicIconStickers, and no other."""
    emoji = call.text("icon_custom_emoji_id")
    if emoji and emoji not in ICONS:
        raise BadRequest("DOCUMENT_INVALID")
    return emoji


def create(call: Call) -> Json:
    chat = _forum(call)
    targets.require(call, chat, _RIGHT, "not enough rights to create a topic")
    name = _name(call, "name")
    color = call.integer("icon_color") or forum.COLORS[0]
    if color not in forum.COLORS:
        raise BadRequest("TOPIC_ICON_COLOR_INVALID")
    wait = call.world.pace.topic(call.bot.id, chat.id)
    if wait:
        raise TooManyRequests(wait)
    emoji = _icon(call) or None
    thread = forum.create(call.world, chat, call.bot.id, name, color, emoji)
    told: Json = {"message_thread_id": thread, "name": name, "icon_color": color}
    if emoji:
        told["icon_custom_emoji_id"] = emoji
    return told


def edit(call: Call) -> bool:
    chat, thread = _topic(call)
    topic = chat.topics[str(thread)]
    changes: Json = {}
    if call.has("name") and (name := _name(call, "name")) != topic["name"]:
        changes["name"] = name
    if call.has("icon_custom_emoji_id"):
        emoji = _icon(call)
        if emoji != topic.get("icon_custom_emoji_id", ""):
            changes["icon_custom_emoji_id"] = emoji
    if not changes:
        raise BadRequest("TOPIC_NOT_MODIFIED")
    topic.update(changes)
    forum.said(call.world, chat, call.bot.id, thread, {"forum_topic_edited": changes})
    return True


def _set_closed(call: Call, closed: bool) -> bool:
    chat, thread = _topic(call)
    topic = chat.topics[str(thread)]
    if bool(topic.get("closed")) == closed:
        raise BadRequest("TOPIC_NOT_MODIFIED")
    topic["closed"] = closed
    service: Json = {"forum_topic_closed": {}} if closed else {"forum_topic_reopened": {}}
    forum.said(call.world, chat, call.bot.id, thread, service)
    return True


def close(call: Call) -> bool:
    return _set_closed(call, True)


def reopen(call: Call) -> bool:
    return _set_closed(call, False)


def delete(call: Call) -> bool:
    chat = _forum(call)
    thread = call.integer("message_thread_id")
    if str(thread) not in chat.topics:
        raise BadRequest("message thread not found")
    targets.require(call, chat, "can_delete_messages", "not enough rights to delete a topic")
    forum.delete(call.world, chat, thread)
    return True


def unpin_all(call: Call) -> bool:
    chat, thread = _topic(call, "not enough rights to manage pinned messages in the chat")
    _unpin(call, chat, thread)
    return True


def _unpin(call: Call, chat: Chat, thread: int | None) -> None:
    def stands(message_id: int) -> bool:
        message = call.world.message(chat, message_id)
        return message is not None and message.thread == thread

    chat.pinned = [one for one in chat.pinned if not stands(one)]
    call.world.touch(chat)
    call.world.changes.tell("pinned", chat.key)


def _general(call: Call) -> Chat:
    chat = _forum(call)
    targets.require(call, chat, _RIGHT, "not enough rights to edit the topic")
    return chat


def edit_general(call: Call) -> bool:
    chat = _general(call)
    name = _name(call, "name")
    if chat.general["name"] == name:
        raise BadRequest("TOPIC_NOT_MODIFIED")
    chat.general["name"] = name
    forum.said(call.world, chat, call.bot.id, None, {"forum_topic_edited": {"name": name}})
    return True


def _general_flag(call: Call, name: str, value: bool, service: str) -> bool:
    chat = _general(call)
    if bool(chat.general.get(name)) == value:
        raise BadRequest("TOPIC_NOT_MODIFIED")
    chat.general[name] = value
    forum.said(call.world, chat, call.bot.id, None, {service: {}})
    return True


def close_general(call: Call) -> bool:
    return _general_flag(call, "closed", True, "forum_topic_closed")


def reopen_general(call: Call) -> bool:
    _general(call).general["hidden"] = False
    return _general_flag(call, "closed", False, "forum_topic_reopened")


def hide_general(call: Call) -> bool:
    chat = _general(call)
    if not chat.general.get("closed"):
        chat.general["closed"] = True
    return _general_flag(call, "hidden", True, "general_forum_topic_hidden")


def unhide_general(call: Call) -> bool:
    return _general_flag(call, "hidden", False, "general_forum_topic_unhidden")


def unpin_all_general(call: Call) -> bool:
    _unpin(call, _general(call), None)
    return True
