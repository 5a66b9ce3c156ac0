"""Following a playground's virtual clock, and telling it what was done and what is due next."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import aiohttp
import structlog

from bot.clock import MovableClock

_LOOK_SECONDS = 0.01
_RETRY_SECONDS = 0.5
#: Longer than a look may take.
_ANSWER_SECONDS = 40.0
#: Work that is over sooner is not told of: most turns are.
_SHORT_SECONDS = 0.05


class Follower:
    """Keeps a `MovableClock` at the playground's offset.

    `jumped` does what has become due; `idle` says whether anything is being worked on; `next_due` when the
    bot will next do something by itself.
    """

    def __init__(self, url: str, clock: MovableClock) -> None:
        self._clock = clock
        self._url = url.rstrip("/")
        self._http: aiohttp.ClientSession | None = None
        self._version: int | None = None
        self._unreported = True
        self._log = structlog.get_logger("clock")

    async def start(self) -> None:
        """Take over the time once, waiting for the playground to answer."""
        while not await self._look(0):  # noqa: ASYNC110 - a server is asked again, nothing signals it
            await asyncio.sleep(_RETRY_SECONDS)

    async def run(
        self,
        *,
        jumped: Callable[[], Awaitable[object]],
        idle: Callable[[], bool],
        next_due: Callable[[], Awaitable[datetime | None]],
    ) -> None:
        """Follow and report until cancelled."""
        await asyncio.gather(self._follow(jumped), self._report(idle, next_due))

    async def close(self) -> None:
        if self._http is not None:
            await self._http.close()

    @property
    def _session(self) -> aiohttp.ClientSession:
        if self._http is None:
            # Not before a loop runs.
            self._http = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=_ANSWER_SECONDS),
                cookie_jar=aiohttp.DummyCookieJar(),
                raise_for_status=True,
            )
        return self._http

    async def _follow(self, jumped: Callable[[], Awaitable[object]]) -> None:
        while True:
            before = self._version
            if not await self._look(25):
                await asyncio.sleep(_RETRY_SECONDS)
                continue
            if self._version != before:
                # Reported only after this: what was due by now has been done.
                await jumped()
                self._unreported = True

    async def _look(self, seconds: int) -> bool:
        """Ask for the time; with `seconds`, as soon as it has jumped. False: no answer."""
        query = {} if self._version is None else {"after": self._version, "timeout": seconds}
        try:
            async with self._session.get(f"{self._url}/sim/clock", params=query) as answer:
                told = await answer.json()
        except (aiohttp.ClientError, TimeoutError) as error:
            self._log.warning("playground_clock", error=type(error).__name__)
            return False
        self._clock.set_offset(timedelta(seconds=told["offset"]))
        self._version = told["version"]
        return True

    async def _report(
        self, idle: Callable[[], bool], next_due: Callable[[], Awaitable[datetime | None]]
    ) -> None:
        said: tuple[bool, datetime | None] | None = None
        rested = time.monotonic()
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            version = self._version
            now = self._clock.now()
            resting = idle()
            tells = time.monotonic() - rested >= _SHORT_SECONDS
            if not (resting or tells):
                # Nobody is told of it, so the database need not be asked.
                continue
            due = await next_due()
            # Not at rest while anything is due, nor when something began meanwhile.
            resting = resting and idle() and (due is None or due > now)
            if resting:
                rested = time.monotonic()
            elif not tells:
                continue
            if said == (resting, due) and not self._unreported:
                continue
            if self._version != version:
                continue
            self._unreported = False
            said = (resting, due)
            await self._say(now, due, resting)

    async def _say(self, now: datetime, due: datetime | None, resting: bool) -> None:
        body = {
            "now": now.timestamp(),
            "next_due": None if due is None else due.timestamp(),
            "idle": resting,
        }
        try:
            async with self._session.post(f"{self._url}/sim/clock/seen", json=body):
                pass
        except (aiohttp.ClientError, TimeoutError) as error:
            self._unreported = True
            self._log.warning("playground_clock", error=type(error).__name__)
            await asyncio.sleep(_RETRY_SECONDS)
