"""Telling the handlers how rows ended, for those rows whose makers asked.

The wish is stored with the row until it is fulfilled, so that a crash between sending and telling loses
nothing; the inbox sees to it that a row is told of once.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

import structlog

from bot.clock import Clock
from bot.lease_keeper import DELIVERY, LeaseKeeper
from handlers.events import Chat, DeliveredEvent, Event, MigratedEvent, Sender
from storage import outbox_told
from storage.database import Database, Unavailable
from storage.points import reached

SOURCE = "outbox"
_AT_ONCE = 100
_POLL_SECONDS = 2.0


class Teller:
    """Turns ended rows into events. `take` returns once they are committed."""

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
        self._wake = asyncio.Event()
        self._moved: list[tuple[int, int]] = []
        self._busy = False
        self._log = structlog.get_logger("telling")

    @property
    def idle(self) -> bool:
        return not self._busy and not self._wake.is_set()

    def wake(self) -> None:
        self._wake.set()

    def chat_moved(self, old: int, new: int) -> None:
        """Delivery learned that a group has another id. Telegram also says so itself, in an update."""
        self._moved.append((old, new))
        self._wake.set()

    async def run(self) -> None:
        """Tell until cancelled."""
        while True:
            # Busy first: between the two nobody must take us for idle.
            self._busy = True
            self._wake.clear()
            try:
                while self._leases.held(DELIVERY) is not None and await self._some():
                    pass
            except Unavailable as error:
                self._log.warning(
                    "database_unavailable", error=type(error.__cause__ or error).__name__
                )
            finally:
                self._busy = False
            try:
                await asyncio.wait_for(self._wake.wait(), _POLL_SECONDS)
            except TimeoutError:
                continue

    async def _some(self) -> bool:
        """Tell of up to a hundred rows; False when there were none."""
        moved, self._moved = self._moved, []
        told = await self._database.glance(
            lambda connection: outbox_told.untold(connection, self._bot, _AT_ONCE)
        )
        now = self._clock.now()
        events: list[Event] = [self._migrated(old, new) for old, new in moved]
        events += [
            DeliveredEvent(
                source=SOURCE,
                external_id=str(row.id),
                at=now,
                outbox_id=row.id,
                outcome=row.outcome,
                reason=row.reason,
                result=row.result,
                params=row.params,
            )
            for row in told
        ]
        if not events:
            return False
        reached("told.before")
        await self._take(events)
        reached("told.after")
        ids = [row.id for row in told]
        await self._database.write(
            self._bot, lambda connection: outbox_told.mark_told(connection, ids)
        )
        return len(told) == _AT_ONCE

    def _migrated(self, old: int, new: int) -> MigratedEvent:
        return MigratedEvent(
            source=SOURCE,
            external_id=f"moved:{old}:{new}",
            at=self._clock.now(),
            chat=Chat(id=old, kind="group"),
            sender=Sender(id=self._bot, name="", is_bot=True),
            new_chat_id=new,
        )
