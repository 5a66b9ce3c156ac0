"""What delivery counts: calls for the pace, outcomes for the figures, and whether the channel works."""

from __future__ import annotations

import re
import time
from datetime import datetime

import structlog

from bot.metrics import Metrics
from bot.outcomes import Report
from bot.pace import Pace
from storage.outbox import URGENT, Claimed
from storage.outbox_settle import Settlement

#: How recently a call must have been answered for the channel to count as working, in seconds.
_WORKS_SECONDS = 15.0


class Tally:
    """Told of every row that was performed."""

    def __init__(self, metrics: Metrics, pace: Pace) -> None:
        self._metrics = metrics
        self._pace = pace
        self._answered_at: float | None = None
        self._log = structlog.get_logger("delivery")

    @property
    def channel_works(self) -> bool:
        answered = self._answered_at
        return answered is not None and time.monotonic() - answered < _WORKS_SECONDS

    def account(self, row: Claimed, report: Report, now: datetime) -> None:
        settlement = report.settlement
        if row.priority > URGENT:
            if report.calls == 0:
                self._pace.give_back(row.chat_id)
            for _ in range(report.calls - 1):
                self._pace.take(row.chat_id)
        if report.wait:
            self._pace.hold(row.chat_id, report.wait)
        if report.answered and report.calls and settlement.state != "queued":
            self._answered_at = time.monotonic()
        self._count(settlement)
        if settlement.state == "sent" and report.calls:
            delay = (now - row.due_at).total_seconds()
            self._metrics.delivery_delay.observe(max(delay, 0.0))
        if report.alarm is not None:
            self._metrics.alarms.labels(report.alarm).inc()
            # What stands in quotes may be somebody's text; the row itself keeps the whole reason.
            why = re.sub(r'".*"', '"…"', settlement.reason or "")
            self._log.error("not_sent", row=row.id, label=row.label, kind=report.alarm, why=why)

    def _count(self, settlement: Settlement) -> None:
        if settlement.state == "sent":
            self._metrics.settled.counts[("sent",)] += 1
            return
        reason = (settlement.reason or "").partition(":")[0]
        self._metrics.settled.counts[(f"{settlement.state} {reason}",)] += 1
