"""Who is in a group, what bots may do there, what they hear."""

from __future__ import annotations

from playground.world import wire
from playground.world.model import Bot, Chat, Json, Message
from playground.world.world import World

#: What an administrator may do, as ChatMemberAdministrator names it.
RIGHTS = (
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_pin_messages",
    "can_manage_topics",
    "can_send_welcome_messages",
)
#: What one may do who is restricted, as ChatMemberRestricted names it.
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
_OF_CHANNELS = ("can_post_messages", "can_edit_messages", "can_manage_direct_messages")
_NOT_OF_CHANNELS = frozenset({"can_pin_messages", "can_manage_topics"})
INSIDE = frozenset({"creator", "administrator", "member", "restricted"})


def administrator(channel: bool = False, anonymous: bool = False, **rights: bool) -> Json:
    """The state of an administrator who may do everything but what is switched off."""
    told: Json = {"status": "administrator", "is_anonymous": anonymous}
    names = [right for right in RIGHTS if not channel or right not in _NOT_OF_CHANNELS]
    for right in [*names, *(_OF_CHANNELS if channel else ())]:
        told[right] = rights.get(right, True)
    return told


def restricted(**rights: bool) -> Json:
    """The state of a member who may do nothing but what is switched on."""
    told: Json = {"status": "restricted", "is_member": True, "until_date": 0}
    for right in PERMISSIONS:
        told[right] = rights.get(right, False)
    return told


def anonymous(chat: Chat, user_id: int) -> bool:
    """Whether somebody writes in the name of the group."""
    return bool(chat.members.get(str(user_id), {}).get("is_anonymous"))


def status(chat: Chat, user_id: int) -> str:
    return str(chat.members.get(str(user_id), {"status": "left"})["status"])


def inside(chat: Chat, user_id: int) -> bool:
    if chat.private:
        return user_id in (chat.bot, chat.person)
    return status(chat, user_id) in INSIDE


def may(chat: Chat, user_id: int, right: str) -> bool:
    """Whether somebody has an administrator's right in a group."""
    state = chat.members.get(str(user_id), {})
    return state.get("status") == "creator" or (
        state.get("status") == "administrator" and bool(state.get(right))
    )


def bots_of(world: World, chat: Chat) -> list[Bot]:
    if chat.bot is not None:
        return [world.bots[chat.bot]]
    return [bot for bot in world.bots.values() if inside(chat, bot.id)]


def hears(world: World, bot: Bot, chat: Chat, message: Message) -> bool:
    """Whether a bot is told of a message by a person (Telegram Bot features: privacy mode)."""
    if chat.private or message.service or not bot.privacy:
        return True
    if status(chat, bot.id) == "administrator":
        return True
    replied = world.message(chat, message.reply_to)
    if replied is not None and replied.sender == bot.id:
        return True
    text = str(message.content.get("text") or message.content.get("caption") or "")
    if not text.startswith("/"):
        return False
    command = text.split(maxsplit=1)[0]
    return "@" not in command or command.split("@")[1].lower() == bot.username.lower()


def set_member(world: World, chat: Chat, user_id: int, state: Json, by: int) -> None:
    """Change somebody's standing in a group and tell the bots that may know."""
    old = wire.member(world, chat, user_id)
    chat.members[str(user_id)] = state
    world.touch(chat)
    change = {
        "chat": wire.chat(world, chat),
        "from": wire.user(world, by),
        "date": world.clock.date(),
        "old_chat_member": old,
        "new_chat_member": wire.member(world, chat, user_id),
    }
    for bot in bots_of(world, chat):
        if bot.id != user_id and status(chat, bot.id) == "administrator":
            tell(world, bot, "chat_member", change)
    if user_id in world.bots:
        tell(world, world.bots[user_id], "my_chat_member", change)
    world.changes.tell("chat", chat.key)


def set_blocked(world: World, chat: Chat, blocked: bool) -> None:
    """A person blocks or unblocks the bot of a private chat."""
    assert chat.person is not None
    assert chat.bot is not None
    person, bot = world.people[chat.person], world.bots[chat.bot]
    if (bot.id in person.blocked) == blocked:
        return

    def standing() -> Json:
        if bot.id in person.blocked:
            return {"status": "kicked", "user": wire.user(world, bot.id), "until_date": 0}
        return {"status": "member", "user": wire.user(world, bot.id)}

    old = standing()
    if blocked:
        person.blocked.append(bot.id)
    else:
        person.blocked.remove(bot.id)
    world.touch(person)
    change = {
        "chat": wire.chat(world, chat),
        "from": wire.person_user(person),
        "date": world.clock.date(),
        "old_chat_member": old,
        "new_chat_member": standing(),
    }
    tell(world, bot, "my_chat_member", change)
    world.changes.tell("person", chat.key, person=person.id)


def tell(world: World, bot: Bot, kind: str, payload: Json) -> None:
    """Queue an update for a bot. Raises when Telegram would never send such an update."""
    world.check_update({"update_id": 1, kind: payload})
    world.queues[bot.id].add(kind, payload)
