"""One call of the Bot API from its parameters to its answer."""

from __future__ import annotations

import asyncio
import inspect
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from playground.api import request, schema
from playground.api.errors import ApiError, NotPlayed
from playground.api.fetching import fetch_urls
from playground.api.table import EXPLAIN, METHODS
from playground.world.calls import LoggedCall
from playground.world.faults import FaultError
from playground.world.files import Upload
from playground.world.model import Bot, Json
from playground.world.world import World

_LOG = logging.getLogger("playground")
_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back over HTTP."""

    status: int
    body: Json
    #: Cut the connection instead of answering.
    cut: bool = False


def failure(error: ApiError) -> Answer:
    body: Json = {"ok": False, "error_code": error.code, "description": error.description}
    if error.parameters:
        body["parameters"] = error.parameters
    return Answer(error.code, body)


async def dispatch(
    world: World, token: str, name: str, raw: Mapping[str, Any], uploads: Mapping[str, Upload]
) -> Answer:
    """Perform one call. Never raises: all that goes wrong becomes an answer and a log row."""
    bot = world.bot_by_token(token)
    if bot is None:
        return failure(ApiError(401, "Unauthorized"))
    if bot.logged_out_until > world.clock.now():
        return failure(ApiError(400, "Logged out"))
    method = schema.methods().get(name.lower())
    if method is None:
        return failure(ApiError(404, "Not Found: method not found"))
    if not bot.launched_at:
        bot.launched_at = world.clock.now()
        world.touch(bot)
    row = world.calls.open(world.clock.now(), bot.id, method.name)
    row.params = _shown(raw, uploads)
    try:
        answer = await _answer(world, bot, method, raw, uploads, row)
        row.ok = bool(answer.body["ok"])
        row.error = None if row.ok else str(answer.body["description"])
        if answer.cut:
            row.warnings.append("the answer was lost on demand")
    finally:
        world.flush()
        world.calls.close(row)
        world.changes.tell("call", **row.as_json())
    return answer


async def _answer(
    world: World,
    bot: Bot,
    method: schema.Method,
    raw: Mapping[str, Any],
    uploads: Mapping[str, Upload],
    row: LoggedCall,
) -> Answer:
    try:
        return await _faulty(world, bot, method, raw, uploads, row)
    except ApiError as error:
        return failure(error)
    except schema.WireError as error:
        # Not the caller's fault: the playground was about to say what Telegram would not.
        _LOG.error("%s", error)
        return failure(ApiError(500, f"Internal Server Error: playground: {error}"))
    except Exception as error:
        _LOG.exception("%s failed", method.name)
        return failure(ApiError(500, f"Internal Server Error: playground: {error!r}"))


async def _faulty(
    world: World,
    bot: Bot,
    method: schema.Method,
    raw: Mapping[str, Any],
    uploads: Mapping[str, Upload],
    row: LoggedCall,
) -> Answer:
    chat = raw.get("chat_id")
    fault = world.faults.take(method.name, None if chat is None else str(chat))
    if fault is None:
        return await _perform(world, bot, method, raw, uploads, row)
    if fault.delay:
        await asyncio.sleep(fault.delay)
    if isinstance(fault.error, FaultError):
        more = {"retry_after": fault.error.retry_after} if fault.error.retry_after else {}
        raise ApiError(fault.error.code, fault.error.description, **more)
    if fault.error == "drop":
        gone = failure(ApiError(502, "Bad Gateway: dropped on demand"))
        return Answer(gone.status, gone.body, cut=True)
    done = await _perform(world, bot, method, raw, uploads, row)
    return Answer(done.status, done.body, cut=fault.error == "lost_answer")


async def _perform(
    world: World,
    bot: Bot,
    method: schema.Method,
    raw: Mapping[str, Any],
    uploads: Mapping[str, Upload],
    row: LoggedCall,
) -> Answer:
    handler = METHODS.get(method.name)
    if handler is None:
        raise NotPlayed(method.name)
    call = request.decode(world, bot, method, raw, uploads, row.warnings)
    request.validate(call, EXPLAIN)
    await fetch_urls(call)
    result = handler(call)
    if inspect.isawaitable(result):
        result = await result
    described = {}
    if isinstance(result, request.Described):
        described = {"description": result.description}
        result = result.result
    if method.name != "getUpdates":
        # Updates were checked when they came to be; injected ones are whatever they are.
        schema.check_answer(method, result)
    return Answer(200, {"ok": True, "result": result, **described})


def _shown(raw: Mapping[str, Any], uploads: Mapping[str, Upload]) -> Json:
    """Parameters for the log: long texts cut, files by name and size."""
    shown: Json = {
        name: value[:_SHOWN] + "…" if isinstance(value, str) and len(value) > _SHOWN else value
        for name, value in raw.items()
    }
    for name, upload in uploads.items():
        shown[name] = f"<{upload.name or 'file'}, {len(upload.data)} bytes>"
    return shown
