"""Looking at chats and their members."""

from __future__ import annotations

from playground.api import targets
from playground.api.errors import BadRequest
from playground.api.request import Call
from playground.world import membership, wire
from playground.world.model import Chat, Json


def get_chat(call: Call) -> Json:
    chat = targets.known_chat(call)
    told: Json = {
        **wire.chat(call.world, chat),
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": {
            "unlimited_gifts": chat.private,
            "limited_gifts": chat.private,
            "unique_gifts": chat.private,
            "premium_subscription": chat.private,
            "gifts_from_channels": chat.private,
        },
    }
    if chat.description:
        told["description"] = chat.description
    if chat.username or (chat.private and told.get("username")):
        told["active_usernames"] = [told["username"]]
    if not chat.private:
        told["permissions"] = {
            "can_send_messages": True,
            "can_invite_users": True,
            "can_pin_messages": False,
            "can_manage_topics": False,
        }
    if chat.pinned:
        pinned = call.world.message(chat, chat.pinned[-1])
        if pinned is not None:
            told["pinned_message"] = wire.message(call.world, pinned, nested=True)
    return told


def _group(call: Call) -> Chat:
    chat = targets.known_chat(call)
    if chat.private:
        raise BadRequest("there are no administrators in the private chat")
    return chat


def get_chat_administrators(call: Call) -> list[Json]:
    chat = _group(call)
    return [
        wire.member(call.world, chat, int(user))
        for user, state in chat.members.items()
        if state["status"] in ("creator", "administrator")
    ]


def get_chat_member_count(call: Call) -> int:
    chat = targets.known_chat(call)
    if chat.private:
        return 2
    return sum(1 for user in chat.members if membership.inside(chat, int(user)))


def get_chat_member(call: Call) -> Json:
    chat = targets.known_chat(call)
    user = call.integer("user_id")
    if user <= 0:
        raise BadRequest("invalid user_id specified")
    known = user in call.world.people or user in call.world.bots
    if not known:
        raise BadRequest("PARTICIPANT_ID_INVALID")
    if chat.private:
        if not membership.inside(chat, user):
            raise BadRequest("member not found")
        return {"user": wire.user(call.world, user), "status": "member"}
    return wire.member(call.world, chat, user)


def leave_chat(call: Call) -> bool:
    chat = targets.known_chat(call)
    if chat.private:
        raise BadRequest("chat member status can't be changed in private chats")
    membership.set_member(call.world, chat, call.bot.id, {"status": "left"}, by=call.bot.id)
    return True
