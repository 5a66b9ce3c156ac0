"""Pressing buttons, inline ones and those of the reply keyboard."""

from __future__ import annotations

import zlib
from typing import Any

from playground.sim import acting, bodies, lookup
from playground.sim.errors import Refused
from playground.world import membership, view, wire
from playground.world.model import Chat, Json, Message, Person
from playground.world.updates import QUERY_LIFETIME
from playground.world.world import World

#: Real seconds an app waits for the answer to a tap.
_ANSWER_WITHIN = 10.0


async def tap(world: World, person_id: int, body: bodies.Tap) -> Json:
    who = lookup.person(world, person_id)
    chat = lookup.chat(world, who, body.chat, body.bot)
    if (body.button is None) == (body.data is None):
        raise Refused("name either a button or forged data")
    if body.data is not None:
        message = _carrier(world, chat, body)
        return await _callback(world, who, chat, message, body.data, body.wait)
    message, row, column = _find(world, who, chat, body)
    if message.markup is not None and "keyboard" in message.markup:
        return _press_key(world, who, chat, message, message.markup["keyboard"][row][column])
    shown = view.buttons(message)[row][column]
    if shown.get("pay"):
        raise Refused("this button pays: use /pay")
    if "url" in shown:
        return _empty(url=shown["url"])
    if "copy_text" in shown:
        return _empty(copied=shown["copy_text"])
    assert message.markup is not None
    button = message.markup["inline_keyboard"][row][column]
    if "callback_data" not in button:
        return _empty()
    return await _callback(world, who, chat, message, button["callback_data"], body.wait)


def _empty(**more: Any) -> Json:
    return {"answer": None, "answered": False, **more}


def _candidates(world: World, who: Person, chat: Chat, body: bodies.Tap) -> list[Message]:
    """Messages whose buttons can be pressed now, newest first."""
    if body.message_id is not None:
        return [lookup.message(world, chat, body.message_id)]
    keyboard = chat.keyboards.get(str(who.id))
    return [
        message
        for message in reversed(world.messages[chat.key].values())
        if (body.thread is None or (message.thread or 0) == body.thread)
        and (view.buttons(message) or message.id == keyboard)
    ]


def _labels(message: Message) -> list[tuple[str, int, int]]:
    rows: list[list[Json]] = view.buttons(message)
    if message.markup is not None and "keyboard" in message.markup:
        rows = message.markup["keyboard"]
    return [(str(b["text"]), r, c) for r, row in enumerate(rows) for c, b in enumerate(row)]


def _find(world: World, who: Person, chat: Chat, body: bodies.Tap) -> tuple[Message, int, int]:
    candidates = _candidates(world, who, chat, body)
    button = body.button
    if not isinstance(button, str):
        row, column = _position(button)
        for message in candidates:
            if any((r, c) == (row, column) for _, r, c in _labels(message)):
                return message, row, column
        raise Refused(f"there is no button at [{row}, {column}]{_seen(candidates)}")
    for message in candidates:
        labels = _labels(message)
        for hits in (
            [(r, c) for label, r, c in labels if label == button],
            [(r, c) for label, r, c in labels if button.casefold() in label.casefold()],
        ):
            if len(hits) == 1:
                return message, *hits[0]
            if hits:
                found = ", ".join(repr(label) for label, r, c in labels if (r, c) in hits)
                raise Refused(f"{button!r} is not unique on message {message.id}: {found}")
    raise Refused(f"there is no button {button!r}{_seen(candidates)}")


def _position(given: Any) -> tuple[int, int]:
    if len(given) != 2:
        raise Refused("a position is [row, column], counted from 0")
    return int(given[0]), int(given[1])


def _seen(candidates: list[Message]) -> str:
    if not candidates:
        return ": no message has buttons"
    labels = ", ".join(repr(label) for label, _, _ in _labels(candidates[0]))
    return f"; the newest message with buttons, {candidates[0].id}, has {labels or 'none'}"


def _carrier(world: World, chat: Chat, body: bodies.Tap) -> Message:
    if body.message_id is not None:
        return lookup.message(world, chat, body.message_id)
    for message in reversed(world.messages[chat.key].values()):
        if message.markup is not None and "inline_keyboard" in message.markup:
            return message
    raise Refused("forged data needs a message with inline buttons to come from")


def _press_key(world: World, who: Person, chat: Chat, message: Message, button: Json) -> Json:
    """A key of the reply keyboard sends its label, or what it asks for."""
    if chat.keyboards.get(str(who.id)) != message.id:
        raise Refused(f"the keyboard of message {message.id} is not shown any more")
    send = bodies.Send(chat=chat.id if not chat.private else chat.bot)
    if button.get("request_contact"):
        send.contact = True
    elif button.get("request_location"):
        send.location = bodies.Location(latitude=1.2644, longitude=103.82)
    else:
        send.text = button["text"]
        send.thread = message.thread
        if not chat.private:
            # In groups a key answers the message that showed it.
            send.reply_to = message.id
    sent = acting.send(world, who.id, send)
    if (message.markup or {}).get("one_time_keyboard"):
        chat.keyboards.pop(str(who.id), None)
        world.touch(chat)
        world.changes.tell("keyboard", chat.key, person=who.id)
    return {**_empty(), **sent}


async def _callback(
    world: World, who: Person, chat: Chat, message: Message, data: str, wait: bool
) -> Json:
    bot = world.bots.get(message.sender)
    if bot is None or not membership.inside(chat, bot.id):
        raise Refused(f"message {message.id} is not from a bot that is here")
    query = world.queries.ask("callback_query", bot.id, who.id, QUERY_LIFETIME)
    payload = {
        "id": query.id,
        "from": wire.person_user(who),
        "message": wire.message(world, message),
        "chat_instance": str(zlib.crc32(chat.key.encode()) * 2_654_435_761),
        "data": data,
    }
    membership.tell(world, bot, "callback_query", payload)
    world.flush()
    if not wait:
        return {**_empty(), "query_id": query.id}
    until = world.clock.now() + QUERY_LIFETIME
    await world.queries.wait(query, until, real_timeout=_ANSWER_WITHIN)
    if query.answer is None:
        return {**_empty(), "query_id": query.id}
    answer = query.answer
    told: Json = {"answer": answer["text"], "answered": True, "alert": answer["alert"]}
    if "url" in answer:
        told["url"] = answer["url"]
    return told
