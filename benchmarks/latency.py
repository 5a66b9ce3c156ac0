"""How long somebody waits: from an update's arrival to the call that answers it, at a steady rate of updates.

The whole bot as it runs, from `build` on: polling, batches as they come, commits with `synchronous=FULL`, the delivery
queue. Only the network is left out, and the pace that Telegram imposes (30 messages a second for all).
"""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from pydantic import SecretStr

from benchmarks.house import CATALOGUE, settings
from benchmarks.script import BOT, TOKEN
from bot.app import build
from bot.channels.port import BotIdentity, Call, Done
from bot.clock import SystemClock
from bot.pace import Limits, Pace
from handlers.events import Chat, Event, MessageEvent, Sender

#: What is typed: searches, the commonest line of all, no two alike; every answer is a new message.
SEARCHES = (
    "video for shop {}",
    "直播带货 {}",
    "launch of tea number {}",
    "design {} banners",
    "小红书 {} 篇",
)
#: More than are ever asked for: the rates are ours to choose.
_AT_ANY_PACE = Limits(all_calls=100_000, chat_burst=1000.0, chat_rate=1000.0, group_calls=100_000)
_ANSWERS = frozenset({"sendMessage", "editMessageText", "sendPhoto", "editMessageCaption"})
#: How long stragglers are waited for, in seconds.
_PATIENCE = 20.0


@dataclass
class Line:
    """A chat app at the other end of the line: hands updates over as they arrive, notes when each is answered."""

    _updates: list[tuple[int, Event]] = field(default_factory=list)
    _there: asyncio.Event = field(default_factory=asyncio.Event)
    #: When each chat's update arrived that has no answer yet, and how long the answered ones took, in seconds.
    _waiting: dict[int, float] = field(default_factory=dict)
    took: list[float] = field(default_factory=list)
    _numbers: count[int] = field(default_factory=lambda: count(1))
    _clock: SystemClock = field(default_factory=SystemClock)

    def says(self, person: int) -> None:
        """An update of this person arrives now."""
        number = next(self._numbers)
        event = MessageEvent(
            source="update",
            external_id=str(number),
            at=self._clock.now(),
            chat=Chat(id=person, kind="private"),
            sender=Sender(id=person, name="Guest", language_code="en"),
            message_id=number,
            text=SEARCHES[number % len(SEARCHES)].format(number),
        )
        self._waiting[person] = time.perf_counter()
        self._updates.append((number, event))
        self._there.set()

    async def answered(self) -> None:
        """Return when nobody waits any more, or `_PATIENCE` is over."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                while self._waiting:  # noqa: ASYNC110 - looking again is cheaper than a signal from each
                    await asyncio.sleep(0.01)

    # -- the channel's part -------------------------------------------------------------------------------

    async def identity(self) -> BotIdentity:
        return BotIdentity(id=BOT, username="bench_bot", name="Bench")

    async def get_updates(
        self, offset: int | None, timeout: int, limit: int
    ) -> Sequence[tuple[int, Event]]:
        if offset is not None:
            self._updates = [update for update in self._updates if update[0] >= offset]
        if not self._updates:
            self._there.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._there.wait(), timeout)
        return self._updates[:limit]

    async def perform(self, call: Call) -> Done:
        if call.method not in _ANSWERS:
            return Done(result=True)
        arrived = self._waiting.pop(int(str(call.params["chat_id"])), None)
        if arrived is not None:
            self.took.append(time.perf_counter() - arrived)
        return Done(message_ids=(next(self._numbers),))

    async def download(self, file_id: str) -> bytes:
        return b""

    async def close(self) -> None:
        return None


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from arrival to answer."""

    median: float
    #: Ninety-nine of a hundred were answered within it.
    most: float
    #: Updates that arrived each second, and answers given each second until the last.
    asked: float
    answered: float


async def latency(rate: int, seconds: float) -> Latency:
    """At `rate` updates a second for so many seconds, people who are known to the bot."""
    async with _bot() as line:
        people = range(1, max(rate * 2, 20) + 1)
        for person in people:
            line.says(person)
        await line.answered()
        line.took.clear()
        began = time.perf_counter()
        total = max(int(rate * seconds), 1)
        for number in range(total):
            wait = began + number / rate - time.perf_counter()
            if wait > 0:
                await asyncio.sleep(wait)
            line.says(people[number % len(people)])
        asked = total / (time.perf_counter() - began)
        await line.answered()
        taken = sorted(line.took)
        given = len(taken) / (time.perf_counter() - began)
    if not taken:
        raise AssertionError(f"nobody was answered at {rate} updates a second")
    return Latency(
        median=statistics.median(taken),
        most=taken[min(int(len(taken) * 0.99), len(taken) - 1)],
        asked=asked,
        answered=given,
    )


@contextlib.asynccontextmanager
async def _bot() -> AsyncIterator[Line]:
    with tempfile.TemporaryDirectory(prefix="orderclerk-bench-") as made:
        folder = Path(made)
        chosen = settings(folder, f"sqlite:///{folder / 'orderclerk.db'}").model_copy(
            update={
                "bot_token": SecretStr(TOKEN),
                "catalogue_file": CATALOGUE,
                "flood_limit": 0,
            }
        )
        line = Line()
        app = build(chosen, channel=line, pace=Pace(_AT_ANY_PACE), menus=lambda business: ())
        async with app.running():
            yield line
