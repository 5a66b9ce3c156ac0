"""Finding the people, bots and chats that a request names."""

from __future__ import annotations

from playground.sim.errors import Refused
from playground.world import membership
from playground.world.model import Bot, Chat, Message, Person
from playground.world.world import World


def person(world: World, person_id: int) -> Person:
    found = world.people.get(person_id)
    if found is None:
        raise Refused(f"there is no person {person_id}")
    return found


def bot(world: World, named: int | str | None) -> Bot:
    """The bot named by id or username; without a name the first there is."""
    if named is None:
        for one in world.bots.values():
            return one
        raise Refused("there is no bot yet: start with --bot TOKEN:username, or let one call getMe")
    wanted = str(named).removeprefix("@").lower()
    for one in world.bots.values():
        if wanted in (str(one.id), one.username.lower()):
            return one
    raise Refused(f"there is no bot {named!r}")


def somebody(world: World, named: int | str) -> int:
    """The id of a person or a bot, named by id or username."""
    if isinstance(named, int):
        if named in world.people or named in world.bots:
            return named
    else:
        owner = world.username_owner(named)
        if isinstance(owner, Person | Bot):
            return owner.id
    raise Refused(f"there is nobody {named!r}")


def chat(world: World, who: Person, chat_id: int | None, bot_named: int | str | None) -> Chat:
    """The chat a person acts in: by default the private one with the bot."""
    if chat_id is not None and chat_id in world.bots:
        bot_named = chat_id
    elif chat_id is not None and chat_id != who.id:
        found = world.chats.get(str(chat_id))
        if found is None:
            raise Refused(f"there is no chat {chat_id}")
        if not membership.inside(found, who.id):
            raise Refused(f"{who.name} is not a member of chat {chat_id}")
        return found
    return world.private_chat(bot(world, bot_named), who)


def message(world: World, where: Chat, message_id: int) -> Message:
    found = world.message(where, message_id)
    if found is None:
        raise Refused(f"there is no message {message_id} in chat {where.id}")
    return found
