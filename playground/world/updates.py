"""The queue of updates each bot fetches from."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from playground.world.clock import Clock, Pulse
from playground.world.model import Bot, Json, Queued

#: Sent only to bots that ask for them by name (Telegram Bot API: getUpdates).
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
#: Waiting updates are dropped after a day, questions that a person waits for sooner.
LIFETIME = 24 * 3600.0
QUERY_LIFETIME = 150.0
QUERIES = frozenset({"callback_query", "shipping_query", "pre_checkout_query"})
#: After so long without updates the next id is a random one.
QUIET_WEEK = 7 * 24 * 3600.0


@dataclass
class Polling:
    """How a bot fetches: what the last getUpdates was like."""

    #: Grows with each call; a call that is no longer the newest ends with 409.
    ticket: int = 0
    offset: int | None = None
    started: float = 0.0
    #: What a call that is no longer the newest is told.
    ended_by: str = ""


@dataclass
class UpdateQueue:
    bot: Bot
    clock: Clock
    save: Callable[[Queued], None]
    drop: Callable[[Queued], None]
    waiting: deque[Queued] = field(default_factory=deque)
    polling: Polling = field(default_factory=Polling)
    #: Beats when an update was added and when another poll took over.
    pulse: Pulse = field(default_factory=Pulse)

    def wants(self, kind: str) -> bool:
        allowed = self.bot.allowed_updates
        return kind in allowed if allowed is not None else kind not in ON_REQUEST

    def add(self, kind: str, payload: Json) -> Queued | None:
        """Queue an update if the bot wants its kind now; what is not wanted is never kept."""
        if not self.wants(kind):
            return None
        lifetime = QUERY_LIFETIME if kind in QUERIES else LIFETIME
        return self._append(self._next_id(), {kind: payload}, lifetime)

    def inject(self, body: Json) -> Queued:
        """Queue whatever is given, under its own update_id if it has one."""
        body = dict(body)
        given = body.pop("update_id", None)
        return self._append(given if isinstance(given, int) else self._next_id(), body, LIFETIME)

    def _append(self, update_id: int, body: Json, lifetime: float) -> Queued:
        now = self.clock.now()
        update = Queued(self.bot.id, update_id, now, now + lifetime, body)
        self.waiting.append(update)
        self.save(update)
        self.pulse.beat()
        return update

    def _next_id(self) -> int:
        now = self.clock.now()
        if self.bot.next_update_id == 0 or now - self.bot.last_update_at > QUIET_WEEK:
            self.bot.next_update_id = random.randint(100_000_000, 900_000_000)
        self.bot.last_update_at = now
        self.bot.next_update_id += 1
        return self.bot.next_update_id - 1

    def prune(self) -> None:
        """Forget what has waited too long."""
        now = self.clock.now()
        for update in [u for u in self.waiting if u.expires <= now]:
            self._remove(update)

    def done(self, update: Queued) -> None:
        """Forget one update: the bot's webhook took it."""
        if update in self.waiting:
            self._remove(update)

    def confirm(self, offset: int) -> None:
        """Forget all updates below `offset`; a negative one keeps that many from the end."""
        if offset < 0:
            confirmed = list(self.waiting)[:offset]
        else:
            confirmed = [u for u in self.waiting if u.id < offset]
        for update in confirmed:
            self._remove(update)

    def clear(self) -> None:
        for update in list(self.waiting):
            self._remove(update)

    def _remove(self, update: Queued) -> None:
        self.waiting.remove(update)
        self.drop(update)

    def pending(self) -> int:
        self.prune()
        return len(self.waiting)
