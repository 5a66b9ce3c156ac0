"""The bot itself: getMe, updates, commands."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from aiogram.types import Update

from playground.api.errors import BadRequest, Conflict
from playground.api.request import Call
from playground.world import wire
from playground.world.model import Json
from playground.world.updates import UpdateQueue

_LONGEST_POLL = 50
_COMMANDS_MOST = 100
_TAKEN_OVER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
_KINDS = frozenset(set(Update.model_fields) - {"update_id"})


def get_me(call: Call) -> Json:
    return wire.me(call.bot)


async def get_updates(call: Call) -> list[Json]:
    """Long polling (Telegram Bot API: getUpdates)."""
    queue = call.world.queues[call.bot.id]
    offset = call.integer("offset", 0)
    limit = call.integer("limit", 100, 1, 100)
    timeout = call.integer("timeout", 0, 0, _LONGEST_POLL)
    allow(call)
    polling = queue.polling
    now = time.monotonic()
    if polling.offset == offset and timeout < 3 and now < polling.started + 3.0:
        timeout = 3
    polling.offset, polling.started = offset, now
    polling.ticket += 1
    ticket = polling.ticket
    queue.pulse.beat()
    if offset != 0:
        before = len(queue.waiting)
        queue.confirm(offset)
        if len(queue.waiting) != before:
            call.world.calls.activity()
    call.world.flush()
    deadline = now + timeout
    while not (found := _take(queue, offset, limit)):
        left = deadline - time.monotonic()
        if left <= 0 or call.world.closing:
            break
        await queue.pulse.wait(left)
        if queue.polling.ticket != ticket:
            raise Conflict(_TAKEN_OVER)
    if found:
        call.world.calls.activity()
        # What arrives in the same instant travels in the same answer.
        await asyncio.sleep(0)
        if queue.polling.ticket != ticket:
            raise Conflict(_TAKEN_OVER)
        found = _take(queue, offset, limit)
    return found


def _take(queue: UpdateQueue, offset: int, limit: int) -> list[Json]:
    queue.prune()
    return [{"update_id": update.id, **update.body} for update in list(queue.waiting)[:limit]]


def allow(call: Call) -> None:
    """Take allowed_updates over: absent or invalid keeps the last, empty means the default."""
    wanted: Any = call.json("allowed_updates")
    if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
        return
    for one in wanted:
        if one not in _KINDS:
            call.warn(f"unknown update kind {one!r}")
    known = [one for one in wanted if one in _KINDS]
    chosen = known or None
    if chosen != call.bot.allowed_updates:
        call.bot.allowed_updates = chosen
        call.world.touch(call.bot)


def delete_webhook(call: Call) -> bool:
    if call.flag("drop_pending_updates"):
        call.world.queues[call.bot.id].clear()
    return True


def get_webhook_info(call: Call) -> Json:
    info: Json = {
        "url": "",
        "has_custom_certificate": False,
        "pending_update_count": call.world.queues[call.bot.id].pending(),
    }
    if call.bot.allowed_updates is not None:
        info["allowed_updates"] = call.bot.allowed_updates
    return info


def _scope(call: Call) -> str:
    scope = call.json("scope") or {"type": "default"}
    language = call.text("language_code")
    if language and (len(language) != 2 or not language.isascii() or not language.islower()):
        raise BadRequest("invalid language code specified")
    parts = [str(scope.get(name, "")) for name in ("type", "chat_id", "user_id")]
    return "|".join([*parts, language])


def set_my_commands(call: Call) -> bool:
    commands = call.json("commands")
    if not isinstance(commands, list):
        raise BadRequest("expected an Array of bot commands")
    if len(commands) > _COMMANDS_MOST:
        raise BadRequest("BOT_COMMANDS_TOO_MUCH")
    kept = []
    for one in commands:
        name = str(one["command"]).removeprefix("/")
        text = str(one["description"]).strip()
        valid = name.isascii() and name.replace("_", "a").isalnum() and name == name.lower()
        if not valid or not 1 <= len(name) <= 32:
            raise BadRequest("BOT_COMMAND_INVALID")
        if not 1 <= len(text) <= 256:
            raise BadRequest("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": text})
    if not kept:
        return delete_my_commands(call)
    call.bot.commands[_scope(call)] = kept
    call.world.touch(call.bot)
    call.world.changes.tell("bot")
    return True


def get_my_commands(call: Call) -> list[Json]:
    return call.bot.commands.get(_scope(call), [])


def delete_my_commands(call: Call) -> bool:
    call.bot.commands.pop(_scope(call), None)
    call.world.touch(call.bot)
    call.world.changes.tell("bot")
    return True
