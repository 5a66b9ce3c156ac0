"""Copies and forwards."""

from __future__ import annotations

from typing import Any

from playground.api import keyboards, targets, texts
from playground.api.errors import BadRequest
from playground.api.messages import deliver
from playground.api.request import Call
from playground.world import wire
from playground.world.model import Chat, Json, Message

_CAPTIONED = ("photo", "document", "video", "voice", "audio", "animation")


def _source(call: Call, what: str) -> tuple[Chat, Message]:
    chat = targets.known_chat(call, "from_chat_id")
    return chat, targets.message(call, chat, what)


def _copyable(message: Message) -> bool:
    if message.service or "has_protected_content" in message.extra:
        return False
    return "invoice" not in message.content


def copy_message(call: Call) -> Json:
    target = targets.writable_chat(call)
    _, message = _source(call, "copy")
    if not _copyable(message):
        raise BadRequest("message can't be copied")
    content = dict(message.content)
    if call.has("caption") and any(kind in content for kind in _CAPTIONED):
        content = {k: v for k, v in content.items() if not k.startswith("caption")}
        content |= texts.caption(call)
    markup = keyboards.markup(call, target)
    targets.keep_pace(call, target)
    return {"message_id": deliver(call, target, content, markup=markup).id}


def _several(call: Call) -> tuple[Chat, list[int]]:
    wanted: Any = call.json("message_ids")
    if not isinstance(wanted, list) or not wanted:
        raise BadRequest("message identifiers are not specified")
    if len(wanted) > 100:
        raise BadRequest("too many message identifiers specified")
    if wanted != sorted(set(wanted)):
        raise BadRequest("message identifiers must be in a strictly increasing order")
    return targets.known_chat(call, "from_chat_id"), wanted


def copy_messages(call: Call) -> list[Json]:
    target = targets.writable_chat(call)
    source, wanted = _several(call)
    found = [call.world.message(source, one) for one in wanted]
    copyable = [one for one in found if one is not None and _copyable(one)]
    if not copyable:
        raise BadRequest("there are no messages to copy")
    targets.keep_pace(call, target, len(copyable))
    copied = []
    albums: dict[str, str] = {}
    for message in copyable:
        content = dict(message.content)
        if call.flag("remove_caption"):
            content = {k: v for k, v in content.items() if not k.startswith("caption")}
        extra = _album(call, message, albums)
        copied.append({"message_id": deliver(call, target, content, extra=extra).id})
    return copied


def _album(call: Call, message: Message, albums: dict[str, str]) -> Json:
    """Albums stay together, under a new id."""
    album = message.extra.get("media_group_id")
    if album is None:
        return {}
    if album not in albums:
        albums[album] = str(call.world.number("album", 13_900_000_000_000_001))
    return {"media_group_id": albums[album]}


def _origin(call: Call, source: Chat, message: Message) -> Json:
    """Where a message comes from: a channel, a group (anonymously), or somebody."""
    if source.type == "channel":
        told: Json = {"type": "channel", "chat": wire.chat(call.world, source)}
        told["message_id"] = message.id
    elif "sender_chat" in message.extra:
        told = {"type": "chat", "sender_chat": message.extra["sender_chat"]}
    else:
        told = {"type": "user", "sender_user": wire.user(call.world, message.sender)}
    return {**told, "date": message.date}


def _forwarded(call: Call, source: Chat, message: Message, albums: dict[str, str]) -> Json:
    if message.service or "has_protected_content" in message.extra:
        raise BadRequest("message can't be forwarded")
    origin = message.extra.get("forward_origin") or _origin(call, source, message)
    return {"forward_origin": origin, **_album(call, message, albums)}


def _unpaid(message: Message) -> Json:
    """A forwarded invoice can be paid again, and by somebody else."""
    return {**message.secret, "paid": []} if message.secret else {}


def forward_message(call: Call) -> Json:
    target = targets.writable_chat(call)
    source, message = _source(call, "forward")
    extra = _forwarded(call, source, message, {})
    targets.keep_pace(call, target)
    sent = deliver(call, target, dict(message.content), extra=extra, secret=_unpaid(message))
    return wire.message(call.world, sent)


def forward_messages(call: Call) -> list[Json]:
    target = targets.writable_chat(call)
    source, wanted = _several(call)
    found = [call.world.message(source, one) for one in wanted]
    forwardable = [
        one
        for one in found
        if one is not None and not one.service and "has_protected_content" not in one.extra
    ]
    if not forwardable:
        raise BadRequest("there are no messages to forward")
    targets.keep_pace(call, target, len(forwardable))
    albums: dict[str, str] = {}
    return [
        {
            "message_id": deliver(
                call,
                target,
                dict(one.content),
                extra=_forwarded(call, source, one, albums),
                secret=_unpaid(one),
            ).id
        }
        for one in forwardable
    ]
