"""Topics of a forum group: each is a thread named after the service message that began it."""

from __future__ import annotations

from playground.world import posting
from playground.world.model import Chat, Json
from playground.world.world import World

#: Telegram Bot API: createForumTopic.
COLORS = (0x6FB9F0, 0xFFD67E, 0xCB86DB, 0x8EEE98, 0xFF93B2, 0xFB6F5F)


def create(
    world: World, chat: Chat, by: int, name: str, color: int, emoji: str | None = None
) -> int:
    """Make a topic; its thread id is the id of its first message."""
    topic: Json = {"name": name, "icon_color": color}
    if emoji:
        topic["icon_custom_emoji_id"] = emoji
    thread = chat.last_message_id + 1
    chat.topics[str(thread)] = {**topic, "closed": False}
    message = posting.post(
        world, chat, by, {"forum_topic_created": dict(topic)}, thread=thread, service=True
    )
    assert message.id == thread
    world.changes.tell("topic", chat.key, thread)
    return thread


def said(world: World, chat: Chat, by: int, thread: int | None, service: Json) -> None:
    """Leave a service message about a change of a topic."""
    world.touch(chat)
    posting.post(world, chat, by, service, thread=thread, service=True)
    world.changes.tell("topic", chat.key, thread)


def delete(world: World, chat: Chat, thread: int) -> None:
    """Delete a topic with everything in it. Bots are told nothing, as in Telegram."""
    for message in [m for m in world.messages[chat.key].values() if m.thread == thread]:
        posting.delete(world, chat, message)
    del chat.topics[str(thread)]
    world.touch(chat)
    world.changes.tell("topic", chat.key, thread)
