"""From events to committed turns, and on to what must be answered at once.

Polling, webhooks, timers and delivery all come in here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

import structlog

from bot.metrics import Metrics
from handlers.events import Event
from storage.database import Unavailable

if TYPE_CHECKING:
    from bot.along import Along
    from bot.turns import Processed, Turns

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


class Intake:
    """Carries out events. `follow_up` is called after each commit."""

    def __init__(self, turns: Turns, metrics: Metrics) -> None:
        self._turns = turns
        self._metrics = metrics
        self._first: Callable[[Sequence[Event]], Awaitable[None]] | None = None
        self._joins: Callable[[], Along | None] | None = None
        self._follow_ups: list[Callable[[Processed], None]] = []
        self._busy = 0
        self._log = structlog.get_logger("intake")

    def on_commit(self, call: Callable[[Processed], None]) -> None:
        self._follow_ups.append(call)

    def join(self, joins: Callable[[], Along | None]) -> None:
        """Have what it gives written in the transactions of the turns."""
        self._joins = joins

    def wait_for(self, first: Callable[[Sequence[Event]], Awaitable[None]]) -> None:
        """Events are carried out once this has returned."""
        self._first = first

    @property
    def idle(self) -> bool:
        return self._busy == 0

    async def take(self, events: Sequence[Event]) -> None:
        """Return when the events are committed, however long the database cannot be written to.

        Cancelling is safe: what is not committed will come again.
        """
        if not events:
            return
        pause = _FIRST_PAUSE
        self._busy += 1
        try:
            if self._first is not None:
                await self._first(events)
            while True:
                began = time.perf_counter()
                try:
                    along = None if self._joins is None else self._joins()
                    processed = await self._turns.process(events, along)
                except Unavailable as error:
                    self._metrics.batches_failed.inc()
                    self._log.warning(
                        "database_unavailable",
                        events=len(events),
                        error=type(error.__cause__ or error).__name__,
                        again_in=pause,
                    )
                    await asyncio.sleep(pause)
                    pause = min(pause * 2, _LONGEST_PAUSE)
                    continue
                self._metrics.batch_seconds.observe(time.perf_counter() - began)
                break
        finally:
            self._busy -= 1
        self._metrics.batch_size.observe(len(events))
        for event in events:
            self._metrics.turns.labels(type(event).__name__.removesuffix("Event").lower()).inc()
        for call in self._follow_ups:
            call(processed)
