"""Records as the Bot API tells them to bots."""

from __future__ import annotations

from playground.world.model import GROUP_ANONYMOUS_BOT, Bot, Chat, Json, Message, Person
from playground.world.world import World


def user(world: World, user_id: int) -> Json:
    """A person or a bot as a User."""
    if user_id in world.bots:
        bot = world.bots[user_id]
        return {
            "id": bot.id,
            "is_bot": True,
            "first_name": bot.first_name,
            "username": bot.username,
        }
    if user_id == GROUP_ANONYMOUS_BOT:
        return {
            "id": user_id,
            "is_bot": True,
            "first_name": "Group",
            "username": "GroupAnonymousBot",
        }
    person = world.people.get(user_id)
    if person is None:
        return {"id": user_id, "is_bot": False, "first_name": "Deleted Account"}
    return person_user(person)


def person_user(person: Person) -> Json:
    told: Json = {"id": person.id, "is_bot": False, "first_name": person.first_name}
    for field in ("last_name", "username", "language_code"):
        if value := getattr(person, field):
            told[field] = value
    return told


def me(bot: Bot) -> Json:
    """The bot about itself, as getMe tells it."""
    return {
        "id": bot.id,
        "is_bot": True,
        "first_name": bot.first_name,
        "username": bot.username,
        "can_join_groups": True,
        "can_read_all_group_messages": not bot.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }


def chat(world: World, of: Chat) -> Json:
    if of.person is not None:
        person = world.people[of.person]
        told: Json = {"id": of.id, "type": "private", "first_name": person.first_name}
        for field in ("last_name", "username"):
            if value := getattr(person, field):
                told[field] = value
        return told
    told = {"id": of.id, "type": of.type, "title": of.title}
    if of.username:
        told["username"] = of.username
    if of.is_forum:
        told["is_forum"] = True
    return told


def message(world: World, of: Message, nested: bool = False) -> Json:
    """A message as bots are told. A reply holds the replied message, not what that replied to."""
    where = world.chats[of.chat]
    told: Json = {
        "message_id": of.id,
        "from": user(world, of.sender),
        "chat": chat(world, where),
        "date": of.date,
    }
    if where.type == "channel":
        # Who wrote a channel's post is nobody's business.
        del told["from"]
        told["sender_chat"] = told["chat"]
    if of.thread is not None:
        told["message_thread_id"] = of.thread
        told["is_topic_message"] = True
    if not nested:
        # In a topic, what replies to nothing else replies to the topic's first message.
        target = world.messages[of.chat].get(of.reply_to or of.thread or 0)
        if target is not None and target is not of:
            told["reply_to_message"] = message(world, target, nested=True)
    if of.edited is not None:
        told["edit_date"] = of.edited
    told.update(of.extra)
    told.update(of.content)
    pinned = of.content.get("pinned_message")
    if isinstance(pinned, int):
        # Kept as an id: told as it stands now.
        target = world.messages[of.chat].get(pinned)
        told["pinned_message"] = (
            message(world, target, nested=True)
            if target is not None
            else {"message_id": pinned, "chat": chat(world, where), "date": 0}
        )
    if of.markup is not None and "inline_keyboard" in of.markup:
        told["reply_markup"] = of.markup
    return told


def member(world: World, of: Chat, user_id: int) -> Json:
    """A ChatMember."""
    state = of.members.get(str(user_id), {"status": "left"})
    told: Json = {"user": user(world, user_id), **state}
    if state["status"] == "administrator":
        told = {**told, "can_be_edited": False}
    return told
