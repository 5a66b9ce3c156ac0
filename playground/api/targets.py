"""Where a call is aimed: chat, topic, the message replied to, and what the bot may do there."""

from __future__ import annotations

from playground.api.errors import BadRequest, Forbidden, TooManyRequests
from playground.api.request import Call
from playground.text import utf16
from playground.world import membership
from playground.world.model import Chat, Json, Message, Person

_QUOTE_MOST = 1024


def known_chat(call: Call, name: str = "chat_id") -> Chat:
    """The chat a parameter names, as far as the bot can know it. Raises BadRequest, Forbidden."""
    given = call.json(name)
    if given in (None, "", 0):
        raise BadRequest("chat_id is empty")
    world = call.world
    chat: Chat | None = None
    if isinstance(given, str):
        owner = world.username_owner(given) if given.startswith("@") else None
        chat = owner if isinstance(owner, Chat) else None
    elif given > 0:
        person = world.people.get(given)
        if person is not None:
            chat = _private(call, person)
    else:
        chat = world.chats.get(str(given))
    if chat is None:
        raise BadRequest("chat not found")
    if chat.migrated_to is not None:
        raise BadRequest(
            "group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to
        )
    if not chat.private:
        _check_inside(call, chat)
    return chat


def _private(call: Call, person: Person) -> Chat:
    key = f"{call.bot.id}:{person.id}"
    if key in call.world.chats:
        return call.world.chats[key]
    raise Forbidden("bot can't initiate conversation with a user")


def _check_inside(call: Call, chat: Chat) -> None:
    if str(call.bot.id) not in chat.members:
        if chat.username:
            return
        raise Forbidden(f"bot is not a member of the {chat.type} chat")
    status = membership.status(chat, call.bot.id)
    if status == "kicked":
        raise Forbidden(f"bot was kicked from the {chat.type} chat")
    if status == "left":
        raise Forbidden(f"bot is not a member of the {chat.type} chat")


def writable_chat(call: Call, name: str = "chat_id") -> Chat:
    """A chat the bot may write to now."""
    chat = known_chat(call, name)
    if chat.person is not None:
        person = call.world.people[chat.person]
        if person.deactivated:
            raise Forbidden("user is deactivated")
        if call.bot.id in person.blocked:
            raise Forbidden("bot was blocked by the user")
        if call.bot.id not in person.started:
            raise Forbidden("bot can't initiate conversation with a user")
    elif not membership.inside(chat, call.bot.id):
        raise Forbidden(f"bot is not a member of the {chat.type} chat")
    else:
        if chat.type == "channel" and not membership.may(chat, call.bot.id, "can_post_messages"):
            raise BadRequest("need administrator rights in the channel chat")
        state = chat.members[str(call.bot.id)]
        if state["status"] == "restricted" and not state.get("can_send_messages", True):
            raise BadRequest("not enough rights to send text messages to the chat")
    return chat


def thread(call: Call, chat: Chat) -> int | None:
    """The topic a message goes to. Raises BadRequest when it is gone or closed."""
    wanted = call.integer("message_thread_id")
    if wanted == 0:
        if chat.is_forum and chat.general.get("closed"):
            _refuse_closed(call, chat)
        return None
    if not chat.is_forum or str(wanted) not in chat.topics:
        raise BadRequest("message thread not found")
    if chat.topics[str(wanted)].get("closed"):
        _refuse_closed(call, chat)
    return wanted


def _refuse_closed(call: Call, chat: Chat) -> None:
    if not membership.may(chat, call.bot.id, "can_manage_topics"):
        raise BadRequest("TOPIC_CLOSED")


def reply_to(call: Call, chat: Chat) -> int | None:
    """The message replied to, if one is named. Raises BadRequest when it is gone."""
    given = call.json("reply_parameters")
    if isinstance(given, dict):
        wanted = given.get("message_id", 0)
        forgiving = bool(given.get("allow_sending_without_reply"))
        other = given.get("chat_id")
        if other is not None and str(other) != str(chat.id):
            raise BadRequest("message to be replied not found")
    else:
        wanted = call.integer("reply_to_message_id")
        forgiving = call.flag("allow_sending_without_reply")
        if wanted:
            call.warn("reply_to_message_id is deprecated: use reply_parameters")
    if not isinstance(wanted, int) or wanted == 0:
        return None
    if call.world.message(chat, wanted) is None:
        if forgiving:
            return None
        raise BadRequest("message to be replied not found")
    return wanted


def quote(call: Call, chat: Chat, replied: int) -> Json:
    """The part of the replied message that is quoted. Raises BadRequest when it is not there."""
    given = call.json("reply_parameters") or {}
    words = str(given.get("quote") or "")
    target = call.world.message(chat, replied)
    if not words or target is None:
        return {}
    text = str(target.content.get("text") or target.content.get("caption") or "")
    at = text.find(words)
    if at < 0:
        raise BadRequest("QUOTE_TEXT_INVALID")
    if len(words) > _QUOTE_MOST:
        raise BadRequest("QUOTE_TEXT_INVALID")
    position = utf16.length(text[:at])
    return {"quote": {"text": words, "position": position, "is_manual": True}}


def message(call: Call, chat: Chat, what: str, name: str = "message_id") -> Message:
    """A message named by its id; `what` completes "message to … not found"."""
    found = call.world.message(chat, call.integer(name))
    if found is None:
        raise BadRequest(f"message to {what} not found")
    return found


def require(call: Call, chat: Chat, right: str, words: str) -> None:
    """Refuse unless the bot has an administrator's right in a group."""
    if not chat.private and not membership.may(chat, call.bot.id, right):
        raise BadRequest(words)


def keep_pace(call: Call, chat: Chat, count: int = 1) -> None:
    wait = call.world.pace.message(call.bot.id, chat.id, not chat.private, count)
    if wait:
        raise TooManyRequests(wait)
