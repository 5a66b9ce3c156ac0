"""Reactions, told to the bots that may know (Telegram Bot API: message_reaction)."""

from __future__ import annotations

from collections import Counter

from playground.world import membership, wire
from playground.world.model import Chat, Json, Message, Person
from playground.world.world import World


def announce(
    world: World, chat: Chat, message: Message, who: Person, old: list[str], new: list[str]
) -> None:
    """Tell of one reaction: who it was, or in a channel how many there are now.

    Bots hear of it in private chats and where they are administrators. Telegram sends counts with
    a delay of some minutes; here they come at once.
    """
    told: Json = {
        "chat": wire.chat(world, chat),
        "message_id": message.id,
        "date": world.clock.date(),
    }
    if chat.type == "channel":
        kind = "message_reaction_count"
        counts = Counter(emoji for one in message.reactions.values() for emoji in one)
        told["reactions"] = [
            {"type": {"type": "emoji", "emoji": emoji}, "total_count": count}
            for emoji, count in counts.most_common()
        ]
    else:
        kind = "message_reaction"
        if membership.anonymous(chat, who.id):
            told["actor_chat"] = told["chat"]
        else:
            told["user"] = wire.person_user(who)
        told["old_reaction"] = [{"type": "emoji", "emoji": one} for one in old]
        told["new_reaction"] = [{"type": "emoji", "emoji": one} for one in new]
    for bot in membership.bots_of(world, chat):
        if chat.private or membership.status(chat, bot.id) == "administrator":
            membership.tell(world, bot, kind, told)
