"""What happens at intervals, by APScheduler in memory: the rows that say what is due are in the database."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import UTC, timedelta
from functools import wraps

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.beat import Beat
from bot.clock import Clock
from bot.metrics import Metrics
from storage import outbox_care
from storage.database import Database, Unavailable

#: The inbox remembers ids this long; Telegram repeats updates for 24 h.
INBOX_KEPT = timedelta(hours=72)


def _until_stopped(job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[None]]:
    """The scheduler cancels what is under way when it is shut down, and reports that as an error."""

    @wraps(job)
    async def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await job()

    return run


class Heartbeat:
    """Runs the beat each second, and the chores now and then."""

    def __init__(
        self,
        *,
        database: Database,
        bot: int,
        clock: Clock,
        beat: Beat,
        metrics: Metrics,
        outbox_kept: timedelta,
        retry_parked: Callable[[], Awaitable[int]],
        back_up: Callable[[], Awaitable[bool]] | None = None,
    ) -> None:
        self._database = database
        self._bot = bot
        self._clock = clock
        self._beat = beat
        self._metrics = metrics
        self._outbox_kept = outbox_kept
        self._retry_parked = retry_parked
        self._back_up = back_up
        self._scheduler: AsyncIOScheduler | None = None
        self._log = structlog.get_logger("heartbeat")

    def start(self) -> None:
        """Begin; needs a running event loop."""
        scheduler = AsyncIOScheduler(
            timezone=UTC,
            # A beat that comes late is one beat, and never two at once.
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        jobs: list[tuple[Callable[[], Awaitable[object]], timedelta]] = [
            (self._beat.beat, timedelta(seconds=1)),
            (self.measure, timedelta(seconds=15)),
            (self.retry, timedelta(seconds=30)),
            (self.prune, timedelta(hours=1)),
        ]
        if self._back_up is not None:
            jobs.append((self._back_up, timedelta(minutes=1)))
        for job, every in jobs:
            scheduler.add_job(_until_stopped(job), "interval", seconds=every.total_seconds())
        scheduler.start()
        self._scheduler = scheduler

    def stop(self) -> None:
        if self._scheduler is not None:
            self._scheduler.shutdown(wait=False)
            self._scheduler = None

    async def measure(self) -> None:
        """Refresh the figures that come from the database."""
        now = self._clock.now()
        try:
            backlog = await self._database.read(
                lambda connection: outbox_care.backlog(connection, self._bot, now)
            )
        except Unavailable:
            return
        self._metrics.saw(backlog, now)

    async def retry(self) -> None:
        """Run parked events again whose time has come."""
        try:
            if succeeded := await self._retry_parked():
                self._log.info("parked_events_done", events=succeeded)
        except Unavailable:
            return

    async def prune(self) -> None:
        """Forget what nobody needs any more."""
        now = self._clock.now()
        seen, sent = now - INBOX_KEPT, now - self._outbox_kept
        try:
            while await self._database.write(
                self._bot, lambda connection: outbox_care.prune_inbox(connection, seen)
            ):
                pass
            while await self._database.write(
                self._bot, lambda connection: outbox_care.prune_outbox(connection, sent)
            ):
                pass
        except Unavailable:
            return
