"""Whose time it is. Rules and rows follow this clock; leases and pace follow the real one."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime:
        """This moment, aware UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back, for measuring spans: pace, for one."""
        ...

    def on_jump(self, call: Callable[[], None]) -> None:
        """Have `call` called whenever the clock was moved by hand."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def on_jump(self, call: Callable[[], None]) -> None:
        """The real clock does not jump by our hand."""


class MovableClock:
    """A real clock with an offset that can be changed: for tests and for following another clock."""

    def __init__(self, start: datetime | None = None) -> None:
        self._offset = timedelta() if start is None else start - datetime.now(UTC)
        self._calls: list[Callable[[], None]] = []

    def now(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def monotonic(self) -> float:
        return time.monotonic() + self._offset.total_seconds()

    @property
    def offset(self) -> timedelta:
        return self._offset

    def advance(self, by: timedelta) -> None:
        self.set_offset(self._offset + by)

    def set_offset(self, offset: timedelta) -> None:
        """Virtual now is real now plus `offset`."""
        if offset == self._offset:
            return
        self._offset = offset
        for call in self._calls:
            call()

    def on_jump(self, call: Callable[[], None]) -> None:
        self._calls.append(call)
