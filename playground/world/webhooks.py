"""Updates carried to a bot's own address (Telegram Bot API: setWebhook).

Updates of one chat arrive in order, those of different chats at the same time, up to the bot's
number of connections. 2xx is done; anything else is tried again after 1, 2, 4 … seconds of virtual
time, a minute at most, or after what Retry-After says.
"""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

import httpx

from playground.world.clock import Pulse
from playground.world.model import Bot, Json, Queued
from playground.world.world import World

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
DEFAULT_CONNECTIONS = 40
_LONGEST_DELAY = 60.0
_ANSWER_WITHIN = 60.0
#: Methods that an answer to a webhook cannot call.
_NOT_IN_ANSWERS = ("get", "setwebhook", "deletewebhook", "close", "logout")

#: Performs a method call of a bot: its token, the method, the parameters.
Perform = Callable[[str, str, Mapping[str, Any]], Awaitable[object]]


@dataclass
class _Lane:
    """The updates of one chat: one at a time."""

    busy: bool = False
    failures: int = 0
    #: Virtual time of the next try.
    due: float = 0.0


@dataclass
class Courier:
    """Carries the updates of every bot that has a webhook."""

    world: World
    perform: Perform
    _runs: dict[int, asyncio.Task[None]] = field(default_factory=dict)

    def start(self) -> None:
        """Go on with the webhooks that were set before a restart."""
        for bot in self.world.bots.values():
            self.follow(bot)

    def follow(self, bot: Bot) -> None:
        """Begin, change or end carrying after a bot's webhook changed."""
        if task := self._runs.pop(bot.id, None):
            task.cancel()
        if bot.webhook is not None:
            self._runs[bot.id] = asyncio.ensure_future(_Route(self, bot).run())

    async def stop(self) -> None:
        for task in self._runs.values():
            task.cancel()
        await asyncio.gather(*self._runs.values(), return_exceptions=True)
        self._runs.clear()


def lane_of(update: Queued) -> str:
    """What an update must keep its order with: its chat, else its sender, else all others."""
    for payload in update.body.values():
        if not isinstance(payload, dict):
            continue
        for holder in (payload, payload.get("message")):
            if isinstance(holder, dict):
                for name in ("chat", "from", "user"):
                    if isinstance(holder.get(name), dict):
                        return str(holder[name].get("id"))
    return ""


@dataclass
class _Route:
    """One bot's updates on their way."""

    courier: Courier
    bot: Bot
    lanes: dict[str, _Lane] = field(default_factory=dict)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        hook = self.bot.webhook
        assert hook is not None
        queue = self.courier.world.queues[self.bot.id]
        async with httpx.AsyncClient(
            timeout=_ANSWER_WITHIN, trust_env=False, verify=_trust(hook)
        ) as http:
            try:
                while True:
                    # What comes while the waits are being made must not be slept through.
                    news, jumps = queue.pulse.count, self.courier.world.clock.changed.count
                    self._send_due(http, hook)
                    await self._until_next(queue.pulse, news, jumps)
            finally:
                for task in list(self.tasks):
                    task.cancel()
                await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _until_next(self, pulse: Pulse, news: int, jumps: int) -> None:
        """Wait for a new update, for one that is under way, for the hour of a retry."""
        clock = self.courier.world.clock
        waiting = [lane.due for lane in self.lanes.values() if lane.due > clock.now()]
        left = max(0.001, min(waiting) - clock.now()) if waiting else 3600.0
        waits = {
            asyncio.ensure_future(pulse.wait(left, news)),
            asyncio.ensure_future(clock.changed.wait(left, jumps)),
        }
        try:
            await asyncio.wait(waits | self.tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for one in waits:
                one.cancel()

    def _send_due(self, http: httpx.AsyncClient, hook: Json) -> None:
        world = self.courier.world
        queue = world.queues[self.bot.id]
        queue.prune()
        now = world.clock.now()
        passed: set[str] = set()
        for update in list(queue.waiting):
            if len(self.tasks) >= hook["max_connections"]:
                return
            name = lane_of(update)
            lane = self.lanes.setdefault(name, _Lane())
            if name in passed or lane.busy or lane.due > now:
                passed.add(name)
                continue
            lane.busy = True
            passed.add(name)
            task = asyncio.ensure_future(self._carry(http, hook, update, name))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)

    async def _carry(self, http: httpx.AsyncClient, hook: Json, update: Queued, name: str) -> None:
        world, lane = self.courier.world, self.lanes[name]
        world.calls.activity()
        headers = {SECRET_HEADER: hook["secret_token"]} if hook["secret_token"] else {}
        body = {"update_id": update.id, **update.body}
        retry_after = 0.0
        try:
            if not hook["near"]:
                raise httpx.ConnectError("the playground does not leave this machine")
            answer = await http.post(hook["url"], json=body, headers=headers)
        except httpx.TimeoutException:
            failed: str | None = "Read timeout expired"
        except httpx.ConnectError as error:
            failed = str(error) if not hook["near"] else "Connection refused"
        except httpx.HTTPError as error:
            failed = str(error) or type(error).__name__
        else:
            phrase = f"{answer.status_code} {answer.reason_phrase}"
            failed = None if answer.is_success else f"Wrong response from the webhook: {phrase}"
            given = answer.headers.get("retry-after", "")
            retry_after = float(given) if given.isdecimal() else 0.0
        lane.busy = False
        world.calls.activity()
        if failed is None:
            del self.lanes[name]
            world.queues[self.bot.id].done(update)
            await self._answered(answer)
        else:
            delay = retry_after or min(2.0**lane.failures, _LONGEST_DELAY)
            lane.failures += 1
            lane.due = world.clock.now() + delay
            hook["last_error_date"] = world.clock.date()
            hook["last_error_message"] = failed
            world.touch(self.bot)
        world.flush()

    async def _answered(self, answer: httpx.Response) -> None:
        """A method call in the answer is performed; what comes of it nobody is told."""
        params = _called(answer)
        method = str(params.pop("method", ""))
        if method and not method.lower().startswith(_NOT_IN_ANSWERS):
            await self.courier.perform(self.bot.token, method, params)


def _called(answer: httpx.Response) -> Json:
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if kind == "application/x-www-form-urlencoded":
        return dict(parse_qsl(answer.text, keep_blank_values=True))
    if kind != "application/json":
        return {}
    try:
        decoded = json.loads(answer.content or b"{}")
    except (ValueError, RecursionError):
        return {}
    return decoded if isinstance(decoded, dict) else {}


def _trust(hook: Json) -> ssl.SSLContext | bool:
    """A certificate of the bot's own is the only one trusted."""
    if not hook["url"].startswith("https:"):
        return False  # nothing to verify, and no certificates to read
    return ssl.create_default_context(cadata=hook.get("certificate") or None)
