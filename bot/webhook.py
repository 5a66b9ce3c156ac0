"""Updates that Telegram carries to us: accepted only with its secret, answered only after their commit.

What has arrived while a batch was being written goes into the next one, so a flood is written in batches of a
hundred as with polling. Any replica may be called; the inbox knows what another one has seen.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.channels.decode import ALLOWED_UPDATES, read_updates
from bot.channels.errors import Unauthorized
from bot.channels.port import Call, Channel, ChannelError, Refused, Wait
from handlers.events import Event

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"
#: An update is a few kilobytes; the longest text with every entity stays far below this.
BODY_LIMIT = 1024 * 1024
#: How long a body may take to come in, and how long a call waits for its commit, in seconds.
_BODY_SECONDS = 10.0
_COMMIT_SECONDS = 25.0
_BATCH = 100
#: More than Telegram has connections for: whoever sends them shall come again.
_WAITING = 1_000
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
#: How often Telegram is asked whether the address is still ours.
_LOOK_SECONDS = 60.0


def secret_of(token: str) -> str:
    """The secret of a bot whose operator has set none: the same on every replica, and after a restart."""
    return hmac.new(token.encode(), b"orderclerk webhook", hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where Telegram finds us, and how it shows that it is Telegram."""

    url: str
    secret: str = field(repr=False)
    connections: int = 40

    @property
    def path(self) -> str:
        return urlsplit(self.url).path or "/"


@dataclass(slots=True)
class _Waiting:
    event: Event
    committed: asyncio.Future[None]


class Webhook:
    """Takes updates over HTTP, in batches. `take` returns after the commit."""

    def __init__(
        self,
        address: Address,
        *,
        channel: Channel,
        bot: int,
        now: Callable[[], datetime],
        take: Callable[[Sequence[Event]], Awaitable[None]],
        look_seconds: float = _LOOK_SECONDS,
    ) -> None:
        self._address = address
        self._channel = channel
        self._bot = bot
        self._now = now
        self._take = take
        self._look_seconds = look_seconds
        self._queue: list[_Waiting] = []
        self._came = asyncio.Event()
        self._stopping = False
        self._busy = False
        self._said: str | None = None
        self._log = structlog.get_logger("webhook")
        #: When Telegram last answered or called, in `time.monotonic()`; None before.
        self.answered_at: float | None = None

    @property
    def route(self) -> Route:
        """Other methods than POST are answered 405."""
        return Route(self._address.path, self._called, methods=["POST"])

    @property
    def idle(self) -> bool:
        return not (self._queue or self._busy)

    async def run(self) -> None:
        """Commit what comes, and keep the address set, until `stop` is called."""
        keeping = asyncio.create_task(self._keep_set())
        try:
            while not (self._stopping and self.idle):
                if not self._queue:
                    self._came.clear()
                    await self._came.wait()
                    continue
                batch, self._queue = self._queue[:_BATCH], self._queue[_BATCH:]
                await self._commit(batch)
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
            for waiting in self._queue:
                waiting.committed.cancel()

    async def stop(self) -> None:
        """Take nothing more: callers are told to come again. What has been taken is committed."""
        self._stopping = True
        self._came.set()

    async def _commit(self, batch: Sequence[_Waiting]) -> None:
        self._busy = True
        try:
            await self._take([waiting.event for waiting in batch])
            for waiting in batch:
                if not waiting.committed.done():
                    waiting.committed.set_result(None)
        finally:
            self._busy = False
            for waiting in batch:
                # Not committed: the answer is not 200, and Telegram brings it again.
                waiting.committed.cancel()

    # -- calls --------------------------------------------------------------------------------------

    async def _called(self, request: Request) -> Response:
        given = request.headers.get(SECRET_HEADER, "")
        # In bytes: a header with other letters must not end the comparison early, nor raise.
        if not hmac.compare_digest(given.encode(), self._address.secret.encode()):
            return PlainTextResponse("forbidden\n", status_code=403)
        if self._stopping or len(self._queue) >= _WAITING:
            return _later()
        try:
            async with asyncio.timeout(_BODY_SECONDS):
                body = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return PlainTextResponse("incomplete\n", status_code=408)
        if body is None:
            return PlainTextResponse("too large\n", status_code=413)
        events = read_updates([_json(body)], bot=self._bot, at=self._now())
        if not events:
            return PlainTextResponse("not an update\n", status_code=400)
        self.answered_at = time.monotonic()
        waiting = _Waiting(events[0][1], asyncio.get_running_loop().create_future())
        self._queue.append(waiting)
        self._came.set()
        done, _ = await asyncio.wait({waiting.committed}, timeout=_COMMIT_SECONDS)
        if not done or waiting.committed.cancelled():
            return _later()
        return Response(status_code=200)

    # -- the address --------------------------------------------------------------------------------

    async def _keep_set(self) -> None:
        """Set the address, and again when somebody has taken it away."""
        pause, ours = _FIRST_PAUSE, False
        while True:
            try:
                if not ours:
                    await self._set()
                    ours = True
                info = await self._look()
            except ChannelError as error:
                seconds = error.seconds if isinstance(error, Wait) else pause
                pause = min(pause * 2, _LONGEST_PAUSE)
                self._say(type(error).__name__, why=_advice(error))
                await asyncio.sleep(seconds)
                continue
            pause = _FIRST_PAUSE
            self.answered_at = time.monotonic()
            ours = info.get("url") == self._address.url
            if not ours:
                self._log.warning(
                    "webhook_taken", why="another program reads this bot's updates; it is set again"
                )
                continue
            trouble = info.get("last_error_message")
            since = info.get("last_error_date")
            recent = isinstance(since, int) and since > self._now().timestamp() - 120
            self._say(str(trouble) if trouble and recent else None, why="Telegram cannot reach us")
            await asyncio.sleep(self._look_seconds)

    async def _set(self) -> None:
        await self._channel.perform(
            Call(
                method="setWebhook",
                params={
                    "url": self._address.url,
                    "secret_token": self._address.secret,
                    "max_connections": self._address.connections,
                    "allowed_updates": list(ALLOWED_UPDATES),
                },
            )
        )
        self._log.info("webhook_set", host=urlsplit(self._address.url).hostname)

    async def _look(self) -> dict[str, object]:
        found = (await self._channel.perform(Call(method="getWebhookInfo", params={}))).result
        return found if isinstance(found, dict) else {}

    def _say(self, trouble: str | None, *, why: str) -> None:
        """Once for each trouble, not once a minute."""
        if trouble is not None and trouble != self._said:
            self._log.warning("webhook_trouble", error=trouble, why=why)
        self._said = trouble


def _later() -> Response:
    return PlainTextResponse("later\n", status_code=503, headers={"Retry-After": "1"})


async def _body(request: Request) -> bytes | None:
    """The body, or None when it is larger than any update; a stated length is believed only downwards."""
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > BODY_LIMIT:
        return None
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return bytes(body)


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _advice(error: ChannelError) -> str:
    if isinstance(error, Unauthorized):
        return "BOT_TOKEN is not accepted; get a valid one from @BotFather"
    if isinstance(error, Refused):
        return f"Telegram does not accept WEBHOOK_URL: {error}"
    return "the Bot API cannot be reached or is busy; trying again"
