"""The timers' beat: rows that are due run as turns, in due order, until none is left."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.clock import Clock
from bot.lease_keeper import DELIVERY, LeaseKeeper
from handlers.events import Event, TimerEvent
from storage import timers
from storage.database import Database, Unavailable
from storage.points import reached
from storage.timers import DueTimer

SOURCE = "timer"
_AT_ONCE = 100
#: A timer whose turn did not take it away is left alone this long, in seconds.
_STUCK_SECONDS = 60.0


class Beat:
    """Runs due timers while this process holds the delivery lease: one replica beats, the others wait."""

    def __init__(
        self,
        *,
        database: Database,
        bot: int,
        clock: Clock,
        leases: LeaseKeeper,
        take: Callable[[Sequence[Event]], Awaitable[None]],
    ) -> None:
        self._database = database
        self._bot = bot
        self._clock = clock
        self._leases = leases
        self._take = take
        self._one_at_a_time = asyncio.Lock()
        self._stuck: dict[str, float] = {}
        self._log = structlog.get_logger("beat")

    @property
    def idle(self) -> bool:
        return not self._one_at_a_time.locked()

    async def beat(self) -> int:
        """Run everything that is due now; how many timers."""
        async with self._one_at_a_time:
            ran = 0
            try:
                while self._leases.held(DELIVERY) is not None:
                    page = await self._due()
                    if not page:
                        break
                    reached("timers.claimed")
                    await self._take([self._event(timer) for timer in page])
                    reached("timers.done")
                    ran += len(page)
                    await self._set_aside(page)
            except Unavailable as error:
                name = type(error.__cause__ or error).__name__
                self._log.warning("database_unavailable", error=name)
            return ran

    async def _due(self) -> list[DueTimer]:
        now = time.monotonic()
        self._stuck = {key: until for key, until in self._stuck.items() if until > now}
        limit = _AT_ONCE + len(self._stuck)
        due = await self._database.glance(
            lambda connection: timers.due(connection, self._bot, self._clock.now(), limit)
        )
        return [timer for timer in due if timer.external_id not in self._stuck][:_AT_ONCE]

    async def _set_aside(self, page: Sequence[DueTimer]) -> None:
        """A turn takes its timer away. One that stays would run for ever: leave it, and say so."""
        ran = {timer.external_id for timer in page}
        until = time.monotonic() + _STUCK_SECONDS
        left = await self._database.glance(
            lambda connection: timers.due(
                connection, self._bot, self._clock.now(), _AT_ONCE + len(self._stuck)
            )
        )
        for timer in left:
            if timer.external_id in ran:
                self._stuck[timer.external_id] = until
                self._log.error("timer_stays", timer=timer.id, kind=timer.kind)

    def _event(self, timer: DueTimer) -> TimerEvent:
        return TimerEvent(
            source=SOURCE,
            external_id=timer.external_id,
            at=self._clock.now(),
            timer_id=timer.id,
            kind=timer.kind,
            subject=timer.subject,
            slot=timer.slot,
            due_at=timer.due_at,
            params=timer.params,
        )
