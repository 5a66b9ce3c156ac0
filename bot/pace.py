"""How fast Telegram lets a bot speak. In memory, in the process's own monotonic time.

Telegram Bot API, FAQ: about 30 messages a second overall, one a second in a chat (short bursts are
forgiven), 20 a minute in a group.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Telegram's, unless others are wanted. Spans are a little longer than a second and a minute, because
    the way to Telegram takes now more, now less time."""

    #: Everything together: calls in any stretch of so many seconds.
    all_calls: int = 30
    all_seconds: float = 1.05
    #: One chat: how many calls at once, and how many come back in a second.
    chat_burst: float = 3.0
    chat_rate: float = 1.0
    #: One group: calls in any stretch of so many seconds.
    group_calls: int = 20
    group_seconds: float = 60.5


#: For servers that do not mind, such as the playground.
UNHURRIED = Limits(all_calls=1_000, chat_burst=100.0, chat_rate=100.0, group_calls=1_000)

#: This many chats told to wait within the same few seconds: it is us, not them.
_STORM_CHATS, _STORM_SECONDS = 3, 5.0


class Pace:
    """Says who may be written to now. `take` before each call; `hold` when told to wait."""

    def __init__(
        self, limits: Limits | None = None, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._limits = limits or Limits()
        self._now = monotonic
        self._recent: deque[float] = deque()
        self._chats: dict[int, _Chat] = {}
        self._held_until = 0.0
        self._held_chats: dict[int, float] = {}

    def free(self) -> int:
        """How many calls may start now."""
        now = self._now()
        if now < self._held_until:
            return 0
        self._forget(now)
        return self._limits.all_calls - len(self._recent)

    def waiting(self) -> set[int]:
        """Chats that may not be written to now."""
        now = self._now()
        self._forget(now)
        return {chat for chat, state in self._chats.items() if state.ready_at(now) > now}

    def take(self, chat: int) -> None:
        """Account for a call to a chat; calls that cannot wait are accounted for as well."""
        now = self._now()
        self._recent.append(now)
        self._chats.setdefault(chat, _Chat(self._limits, group=chat < 0, now=now)).take(now)

    def give_back(self, chat: int) -> None:
        """The call that was accounted for last was not necessary."""
        if self._recent:
            self._recent.pop()
        if chat in self._chats:
            self._chats[chat].give_back()

    def hold(self, chat: int, seconds: float) -> None:
        """Telegram said: not before `seconds` are over. Several chats at once mean everybody."""
        now = self._now()
        self._chats.setdefault(chat, _Chat(self._limits, group=chat < 0, now=now)).hold(
            now + seconds
        )
        self._held_chats = {
            held: at for held, at in self._held_chats.items() if now - at < _STORM_SECONDS
        }
        self._held_chats[chat] = now
        if len(self._held_chats) >= _STORM_CHATS:
            self._held_until = max(self._held_until, now + seconds)

    def delay(self) -> float:
        """Seconds until something that may not go now may go; 0.0 when nothing is held back."""
        now = self._now()
        self._forget(now)
        ready = (state.ready_at(now) for state in self._chats.values())
        moments = [at for at in ready if at > now]
        if len(self._recent) >= self._limits.all_calls:
            moments.append(self._recent[0] + self._limits.all_seconds)
        if self._held_until > now:
            return self._held_until - now
        return min(moments) - now if moments else 0.0

    def _forget(self, now: float) -> None:
        while self._recent and now - self._recent[0] >= self._limits.all_seconds:
            self._recent.popleft()
        for chat in [chat for chat, state in self._chats.items() if state.at_rest(now)]:
            del self._chats[chat]


class _Chat:
    """One chat's tokens; a group's last minute too."""

    __slots__ = ("_at", "_held_until", "_limits", "_minute", "_tokens")

    def __init__(self, limits: Limits, *, group: bool, now: float) -> None:
        self._limits = limits
        self._tokens = limits.chat_burst
        self._at = now
        self._minute: deque[float] | None = deque() if group else None
        self._held_until = 0.0

    def take(self, now: float) -> None:
        self._tokens = self._filled(now) - 1.0
        self._at = now
        if self._minute is not None:
            self._minute.append(now)

    def give_back(self) -> None:
        self._tokens = min(self._limits.chat_burst, self._tokens + 1.0)
        if self._minute:
            self._minute.pop()

    def hold(self, until: float) -> None:
        self._held_until = max(self._held_until, until)

    def ready_at(self, now: float) -> float:
        ready = self._held_until
        missing = 1.0 - self._filled(now)
        # A hair's breadth short of a token is a token: floats do not add up.
        if missing > 1e-6:
            ready = max(ready, now + missing / self._limits.chat_rate)
        if self._minute is not None:
            while self._minute and now - self._minute[0] >= self._limits.group_seconds:
                self._minute.popleft()
            if len(self._minute) >= self._limits.group_calls:
                ready = max(
                    ready, self._minute[-self._limits.group_calls] + self._limits.group_seconds
                )
        return ready

    def at_rest(self, now: float) -> bool:
        """Nothing to remember: a chat that was left alone long enough costs no memory."""
        return (
            self.ready_at(now) <= now
            and self._filled(now) >= self._limits.chat_burst - 1e-6
            and not self._minute
        )

    def _filled(self, now: float) -> float:
        return min(
            self._limits.chat_burst, self._tokens + (now - self._at) * self._limits.chat_rate
        )
