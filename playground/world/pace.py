"""Telegram's pace limits, in virtual time. Off unless switched on.

Telegram Bot API FAQ: about one message a second in a chat, 20 a minute in a group, 30 a second
overall. Telegram lets short bursts through in one chat; how short it does not say: five pass here.
"""

from __future__ import annotations

import math
from collections import deque

from playground.world.clock import Clock

_BURST = 5
_GROUP_PER_MINUTE = 20
_TOPICS_PER_MINUTE = 20
_OVERALL_PER_SECOND = 30


class Pace:
    def __init__(self, clock: Clock) -> None:
        self.on = False
        self._clock = clock
        self._chats: dict[tuple[int, int], tuple[float, float]] = {}
        self._windows: dict[tuple[str, int, int], deque[float]] = {}

    def switch(self, on: bool) -> None:
        self.on = on
        self._chats.clear()
        self._windows.clear()

    def message(self, bot: int, chat: int, group: bool, count: int = 1) -> int:
        """Seconds to wait before these messages may be sent; 0 counts them as sent."""
        if not self.on:
            return 0
        wait = self._room("overall", bot, 0, _OVERALL_PER_SECOND, 1.0, count)
        if group:
            wait = max(wait, self._room("group", bot, chat, _GROUP_PER_MINUTE, 60.0, count))
        now = self._clock.now()
        left, since = self._chats.get((bot, chat), (float(_BURST), now))
        left = min(float(_BURST), left + (now - since))
        # An album is one act of sending: it passes whole when there is room for one message.
        if left < 1.0:
            wait = max(wait, 1.0 - left)
        if wait > 0:
            return max(1, math.ceil(wait))
        self._chats[bot, chat] = (left - count, now)
        self._take("overall", bot, 0, count)
        if group:
            self._take("group", bot, chat, count)
        return 0

    def topic(self, bot: int, chat: int) -> int:
        """The same for making a forum topic."""
        if not self.on:
            return 0
        wait = self._room("topic", bot, chat, _TOPICS_PER_MINUTE, 60.0, 1)
        if wait > 0:
            return max(1, math.ceil(wait))
        self._take("topic", bot, chat, 1)
        return 0

    def _room(self, name: str, bot: int, chat: int, most: int, span: float, count: int) -> float:
        window = self._windows.setdefault((name, bot, chat), deque())
        now = self._clock.now()
        while window and window[0] <= now - span:
            window.popleft()
        over = len(window) + count - most
        return 0.0 if over <= 0 or not window else window[min(over, len(window)) - 1] + span - now

    def _take(self, name: str, bot: int, chat: int, count: int) -> None:
        self._windows[name, bot, chat].extend([self._clock.now()] * count)
