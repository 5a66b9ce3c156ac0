"""Messages come into being, change and go; whoever may hear of it is told."""

from __future__ import annotations

from typing import Any

from playground.world import membership, wire
from playground.world.model import Chat, Json, Message
from playground.world.world import World


def post(
    world: World,
    chat: Chat,
    sender: int,
    content: Json,
    *,
    thread: int | None = None,
    reply_to: int | None = None,
    markup: Json | None = None,
    extra: Json | None = None,
    secret: Json | None = None,
    service: bool = False,
) -> Message:
    """Put a message into a chat. People's messages and service messages reach the bots there."""
    message = Message(
        chat=chat.key,
        id=world.next_message_id(chat),
        date=world.clock.date(),
        sender=sender,
        content=content,
        thread=thread,
        reply_to=reply_to,
        markup=markup,
        extra=extra or {},
        secret=secret or {},
        service=service,
    )
    world.add(message)
    _keyboards(world, chat, message)
    if sender not in world.bots or service:
        announce(world, chat, message)
    message.version = world.changes.tell("message", chat.key, message.id)
    return message


def announce(world: World, chat: Chat, message: Message, kind: str = "message") -> None:
    """Tell the bots of a chat about a message, those that may hear it."""
    told: Json | None = None
    if chat.type == "channel":
        kind = {"message": "channel_post", "edited_message": "edited_channel_post"}[kind]
    for bot in membership.bots_of(world, chat):
        if membership.hears(world, bot, chat, message):
            told = told or wire.message(world, message)
            membership.tell(world, bot, kind, told)


def touch(world: World, message: Message, **data: Any) -> None:
    """Say that a message changed without being edited: a reaction, a payment."""
    world.touch(message)
    message.version = world.changes.tell("edited", message.chat, message.id, **data)


def edit(world: World, message: Message, content: Json, markup: Json | None) -> None:
    message.content = content
    message.markup = markup
    message.edited = world.clock.date()
    touch(world, message)


def delete(world: World, chat: Chat, message: Message) -> None:
    world.remove(message)
    if message.id in chat.pinned:
        chat.pinned.remove(message.id)
        world.touch(chat)
    for person, shown in list(chat.keyboards.items()):
        if shown == message.id:
            del chat.keyboards[person]
            world.touch(chat)
    world.changes.tell("deleted", chat.key, message.id)


def _keyboards(world: World, chat: Chat, message: Message) -> None:
    """A bot's reply keyboard stays until the bot shows another or takes it away."""
    markup = message.markup or {}
    if "keyboard" not in markup and not markup.get("remove_keyboard"):
        return
    for person in _addressed(world, chat, message, bool(markup.get("selective"))):
        if "keyboard" in markup:
            chat.keyboards[str(person)] = message.id
        else:
            chat.keyboards.pop(str(person), None)
        world.changes.tell("keyboard", chat.key, message.id, person=person)
    world.touch(chat)


def _addressed(world: World, chat: Chat, message: Message, selective: bool) -> list[int]:
    if chat.person is not None:
        return [chat.person]
    if selective:
        replied = world.message(chat, message.reply_to)
        chosen = {replied.sender} if replied is not None else set()
        for entity in message.content.get("entities", []):
            if entity["type"] == "text_mention":
                chosen.add(entity["user"]["id"])
        return [one for one in chosen if one in world.people]
    return [int(one) for one in chat.members if int(one) in world.people]
