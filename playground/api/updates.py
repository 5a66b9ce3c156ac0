"""getUpdates: long polling."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from aiogram.types import Update

from playground.api.errors import Conflict
from playground.api.request import Call
from playground.world.model import Json
from playground.world.updates import UpdateQueue

_LONGEST_POLL = 50
_TAKEN_OVER = (
    "terminated by other getUpdates request; make sure that only one bot instance is running"
)
TERMINATED_BY_WEBHOOK = "terminated by setWebhook request"
_WEBHOOK_ACTIVE = (
    "can't use getUpdates method while webhook is active; "
    "use deleteWebhook to delete the webhook first"
)
_KINDS = frozenset(set(Update.model_fields) - {"update_id"})


async def get_updates(call: Call) -> list[Json]:
    """Long polling (Telegram Bot API: getUpdates)."""
    if call.bot.webhook is not None:
        raise Conflict(_WEBHOOK_ACTIVE)
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
    polling.ended_by = _TAKEN_OVER
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
            raise Conflict(polling.ended_by)
    if found:
        call.world.calls.activity()
        # What arrives in the same instant travels in the same answer.
        await asyncio.sleep(0)
        if queue.polling.ticket != ticket:
            raise Conflict(polling.ended_by)
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
