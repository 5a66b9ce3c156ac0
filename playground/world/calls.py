"""The log of Bot API calls, and how long each bot has been silent."""

from __future__ import annotations

import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

_KEPT = 20_000


@dataclass
class LoggedCall:
    n: int
    #: Virtual Unix seconds.
    at: float
    bot: int
    method: str
    params: dict[str, Any]
    ok: bool = False
    error: str | None = None
    warnings: list[str] = field(default_factory=list)
    #: Real milliseconds it took.
    ms: float = 0.0

    def as_json(self) -> dict[str, Any]:
        row: dict[str, Any] = {
            "n": self.n,
            "at": self.at,
            "bot": self.bot,
            "method": self.method,
            "params": self.params,
            "ok": self.ok,
            "warnings": self.warnings,
            "ms": round(self.ms, 2),
        }
        if self.error is not None:
            row["error"] = self.error
        return row


class CallLog:
    def __init__(self) -> None:
        self.rows: deque[LoggedCall] = deque(maxlen=_KEPT)
        self._next = 1
        #: Calls that have not been answered yet.
        self.working = 0
        #: Real (monotonic) time of the last sign of life of any bot: a call, a confirmation.
        self.last_activity = 0.0

    def open(self, at: float, bot: int, method: str) -> LoggedCall:
        """Start the row of a call; it is listed when the call ends."""
        row = LoggedCall(0, at, bot, method, {})
        if method != "getUpdates":
            self.working += 1
            self.activity()
        row.ms = time.perf_counter()
        return row

    def close(self, row: LoggedCall) -> None:
        row.ms = (time.perf_counter() - row.ms) * 1000
        row.n = self._next
        self._next += 1
        self.rows.append(row)
        if row.method != "getUpdates":
            self.working -= 1
            self.activity()

    def activity(self) -> None:
        self.last_activity = time.monotonic()

    def silent_for(self) -> float:
        """Real seconds since a bot last did anything but wait for updates."""
        return 0.0 if self.working else time.monotonic() - self.last_activity

    def after(self, n: int) -> list[LoggedCall]:
        return [row for row in self.rows if row.n > n]
