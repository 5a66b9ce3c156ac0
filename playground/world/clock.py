"""Virtual time: the machine's clock plus an offset that only grows."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass


class Pulse:
    """Wakes everybody who waits, and counts how often it did."""

    def __init__(self) -> None:
        self.count = 0
        self._event = asyncio.Event()

    def beat(self) -> None:
        self.count += 1
        event, self._event = self._event, asyncio.Event()
        event.set()

    async def wait(self, seconds: float | None = None, since: int | None = None) -> bool:
        """Wait for the next beat, at most so many real seconds. True when there was one.

        `since` is a `count` of before: a beat after it need not be waited for.
        """
        if since is not None and self.count != since:
            return True
        try:
            await asyncio.wait_for(self._event.wait(), seconds)
        except TimeoutError:
            return False
        return True


@dataclass(frozen=True, slots=True)
class Report:
    """What a program that follows the clock says it has seen."""

    #: Virtual Unix time up to which it has done everything that was due.
    now: float
    #: Virtual Unix time of the next thing it will do by itself; None when nothing waits.
    next_due: float | None
    #: Nothing is being worked on.
    idle: bool


class Clock:
    """The only source of time in the playground. All times are Unix seconds."""

    def __init__(self, offset: float = 0.0) -> None:
        self.offset = offset
        #: Beats when the offset changes and when a follower reports.
        self.changed = Pulse()
        self.report: Report | None = None
        self.reports = 0
        #: Counts jumps, so that a watcher can wait for the next one.
        self.jumps = 0

    def now(self) -> float:
        return time.time() + self.offset

    def date(self) -> int:
        """Now as Telegram writes dates: whole Unix seconds."""
        return int(self.now())

    def shift(self, seconds: float) -> None:
        """Move on by that many seconds; time never goes back."""
        self.offset += max(seconds, 0.0)
        self.jumps += 1
        self.changed.beat()

    def seen(self, report: Report) -> None:
        self.report = report
        self.reports += 1
        self.changed.beat()

    async def sleep_until(self, when: float) -> None:
        """Return when virtual time has reached `when`, by waiting or by a jump."""
        while (left := when - self.now()) > 0:
            await self.changed.wait(left)
