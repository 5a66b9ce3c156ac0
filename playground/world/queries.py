"""Questions a person's app asks a bot and waits for: taps, shipping, check-out."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from playground.world.clock import Clock, Pulse
from playground.world.model import Json


@dataclass
class Query:
    id: str
    kind: str
    bot: int
    person: int
    #: Virtual time after which an answer comes too late.
    expires: float
    #: Set by the answer.
    answer: Json | None = None
    pulse: Pulse = field(default_factory=Pulse)


class Queries:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._open: dict[str, Query] = {}

    def ask(self, kind: str, bot: int, person: int, lifetime: float) -> Query:
        """Register a question that can be answered for `lifetime` virtual seconds."""
        now = self._clock.now()
        for stale in [q for q in self._open.values() if q.expires < now - 3600]:
            del self._open[stale.id]
        query_id = str(random.randint(10**17, 10**18 - 1))
        query = Query(query_id, kind, bot, person, now + lifetime)
        self._open[query_id] = query
        return query

    def find(self, query_id: str, kind: str, bot: int) -> Query | None:
        """The question, if it is this bot's, of this kind, and not too old."""
        query = self._open.get(query_id)
        if query is None or query.kind != kind or query.bot != bot:
            return None
        return query if self._clock.now() <= query.expires else None

    async def wait(self, query: Query, until: float, real_timeout: float | None = None) -> bool:
        """Wait for the answer until virtual time `until`. True when it came in time."""
        loop = asyncio.get_running_loop()
        deadline = None if real_timeout is None else loop.time() + real_timeout
        while query.answer is None:
            left = until - self._clock.now()
            if deadline is not None:
                left = min(left, deadline - loop.time())
            if left <= 0:
                return False
            # Woken by the answer, by a jump of the clock, or by the time running out.
            waits = [
                asyncio.ensure_future(query.pulse.wait(left)),
                asyncio.ensure_future(self._clock.changed.wait(left)),
            ]
            try:
                await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            finally:
                for one in waits:
                    one.cancel()
        return True

    def settle(self, query: Query, answer: Json) -> None:
        query.answer = answer
        query.pulse.beat()
