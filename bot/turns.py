"""Batches of turns: one transaction each, parked events apart, nothing confirmed that is not committed."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.along import Along, AlongFailed, failing_alone
from bot.clock import Clock
from dialogs.search import Index, names
from dialogs.understanding.message import Names
from dialogs.words import Words
from handlers.business import Business
from handlers.carrying import START, Stand, carry_all
from handlers.dispatch import follow, handle
from handlers.events import (
    EVENT_TYPES,
    ChatEvent,
    DeliveredEvent,
    Event,
    PaidEvent,
    PreCheckoutEvent,
    RefundedEvent,
    TapEvent,
    TimerEvent,
)
from handlers.parking import apologise
from handlers.turn import Answer, Shelf, Turn
from storage import catalogue, parking, signals
from storage.database import Connection, Database, Unavailable, is_unavailable
from storage.inbox import Key, accept, accept_all
from storage.standing import standing
from storage.work import Work

log = structlog.get_logger(__name__)

#: Waits before a parked payment is tried again, in minutes; afterwards by hand.
RETRY_MINUTES = (1, 5, 15, 60, 240)


@dataclass(frozen=True, slots=True)
class Processed:
    """What is left to do after a commit: taps to answer, outbox rows to send at once."""

    answers: tuple[Answer, ...] = ()
    urgent: tuple[int, ...] = ()
    #: Events that were carried out, were there already, and were parked.
    done: int = 0
    repeated: int = 0
    parked: int = 0


class HandlerFailed(Exception):
    """A handler raised; the batch is rolled back and its events are run one by one."""


class Repeated(Exception):
    """Some of the events are there already; the batch is rolled back and looked through."""


class Turns:
    """Runs events through the handlers."""

    def __init__(
        self,
        database: Database,
        bot: int,
        business: Business,
        clock: Clock,
        *,
        random: Callable[[int], bytes] = secrets.token_bytes,
        handle: Callable[[Turn], None] = handle,
    ) -> None:
        self._database = database
        self._bot = bot
        self._business = business
        self._clock = clock
        self._random = random
        self._handle = handle
        self._shelf: Shelf | None = None
        #: The groups named in the chat app when last looked at, and the business with them.
        self._named: dict[str, int] = {}
        self._here = business

    async def process(self, events: Sequence[Event], along: Along | None = None) -> Processed:
        """Carry out events in order and commit, and with them what goes `along`, unless they have to be run one by one.

        Raises:
            Unavailable: nothing was committed; the same events may be given again.
        """
        try:
            return await self._together(events, along) if events else Processed()
        except AlongFailed:
            log.error("round failed", exc_info=True)
            return await self.process(events)
        except HandlerFailed:
            pass
        finally:
            if along is not None:
                # Unless it was committed.
                along.undone()
        answers: list[Answer] = []
        urgent: list[int] = []
        done = repeated = parked = 0
        for event in events:
            try:
                one = await self._database.write(
                    self._bot,
                    lambda connection, event=event: self._batch(connection, [event]),  # type: ignore[misc]
                )
            except HandlerFailed as failed:
                one = await self._park(event, failed)
            answers += one.answers
            urgent += one.urgent
            done, repeated, parked = done + one.done, repeated + one.repeated, parked + one.parked
        return Processed(tuple(answers), tuple(urgent), done, repeated, parked)

    async def _together(self, events: Sequence[Event], along: Along | None) -> Processed:
        async def committed(*, hopeful: bool) -> Processed:
            done = await self._database.write(
                self._bot,
                lambda connection: self._batch(connection, events, hopeful=hopeful, along=along),
            )
            if along is not None:
                along.committed()
            return done

        try:
            return await committed(hopeful=True)
        except Repeated:
            return await committed(hopeful=False)

    async def carry_over(self) -> int:
        """Bring the conversations of an older release along, batch by batch; how many there were.

        Whoever writes meanwhile is brought along by their own turn.
        """
        total, after = 0, START
        while True:

            def batch(connection: Connection, after: int = after) -> tuple[int, int | None]:
                work = Work(connection, bot=self._bot, now=self._clock.now())
                business, shelf = self._standing(connection)
                stand = Stand(shelf, business)
                return carry_all(work, stand, after=after)

            count, on = await self._database.write(self._bot, batch)
            total += count
            if on is None:
                return total
            after = on

    # -- one batch ------------------------------------------------------------------------------------

    def _batch(
        self,
        connection: Connection,
        events: Sequence[Event],
        *,
        hopeful: bool = False,
        along: Along | None = None,
    ) -> Processed:
        """With `hopeful`, all are taken to be new, as nearly always they are; raises Repeated when they are not."""
        now = self._clock.now()
        if along is not None:
            with failing_alone():
                along.settle(connection)
        keys = [Key(event.source, event.external_id, type(event).__name__) for event in events]
        answers: list[Answer] = []
        fresh: Sequence[Event] = events
        if not hopeful:
            fresh, answers = self._new(connection, events, keys, now)
            if not fresh:
                return Processed(tuple(answers), repeated=len(events))
        elif not accept_all(connection, self._bot, keys, now):
            raise Repeated
        work = Work(connection, bot=self._bot, now=now)
        self._preload(work, fresh)
        business, shelf = self._standing(connection)
        spoken: dict[str, Words] = {}
        for event in fresh:
            turn = Turn(
                work=work,
                event=event,
                now=now,
                business=business,
                shelf=shelf,
                random=self._random,
                follow=follow,
                spoken=spoken,
            )
            try:
                self._handle(turn)
            except Exception as error:
                if is_unavailable(error):
                    raise
                log.error(
                    "turn failed", kind=type(event).__name__, key=event.external_id, exc_info=True
                )
                raise HandlerFailed(f"{type(error).__name__}: {error}") from error
            finally:
                # They know their turn: without them it goes at once, not when the collector comes by.
                turn.facts.clear()
            answers += _once(event, turn.answers)
        try:
            work.flush(None if along is None else along.taker)
            signals.tell(connection, self._bot)
        except Exception as error:
            if is_unavailable(error):
                raise
            log.error("batch could not be written", events=len(fresh), exc_info=True)
            raise HandlerFailed(f"{type(error).__name__}: {error}") from error
        if along is not None:
            # Answers that cannot wait have a way of their own, whoever holds the lease.
            queued = work.queued and not work.urgent
            with failing_alone():
                along.claim(connection, taken=work.taken, queued=queued)
        return Processed(tuple(answers), tuple(work.urgent), len(fresh), len(events) - len(fresh))

    def _new(
        self, connection: Connection, events: Sequence[Event], keys: Sequence[Key], now: datetime
    ) -> tuple[list[Event], list[Answer]]:
        """The events that were not carried out before, and the answers to taps that were."""
        new = accept(connection, self._bot, keys, now)
        fresh = []
        for event in events:
            key = (event.source, event.external_id)
            if key in new:
                new.discard(key)
                fresh.append(event)
        seen = {event.query_id for event in fresh if isinstance(event, TapEvent)}
        answers = [
            Answer(e.query_id) for e in events if isinstance(e, TapEvent) and e.query_id not in seen
        ]
        return fresh, answers

    def _preload(self, work: Work, events: Sequence[Event]) -> None:
        users, chats, surfaces = set(), set(), set()
        for event in events:
            if isinstance(event, ChatEvent):
                users.add(event.sender.id)
                chats.add(event.sender.id)
                if isinstance(event, TapEvent):
                    head = event.data.partition(".")[0]
                    if head.isascii() and head.isdigit() and len(head) < 18:
                        surfaces.add(int(head))
            elif isinstance(event, PreCheckoutEvent):
                users.add(event.sender.id)
        work.preload(users=users, chats=chats, surface_ids=surfaces)

    def _standing(self, connection: Connection) -> tuple[Business, Shelf]:
        """The business with the groups that were named in the chat app itself, and the catalogue on offer."""
        found = standing(connection, self._bot)
        if self._shelf is None or self._shelf.stamp != found.stamp:
            stored = catalogue.fetch(connection)
            self._shelf = Shelf(
                stored.catalogue,
                Index(stored.catalogue),
                stored.versions,
                Names(**names(stored.catalogue)),
                stored.stamp,
            )
        if self._named != found.purposes:
            self._named, here = found.purposes, self._business
            self._here = replace(
                here,
                staff_chat=found.purposes.get("staff", here.staff_chat),
                providers_chat=found.purposes.get("providers", here.providers_chat),
                support_chat=found.purposes.get("support", here.support_chat),
            )
        return self._here, self._shelf

    # -- parking --------------------------------------------------------------------------------------

    async def _park(self, event: Event, failed: HandlerFailed) -> Processed:
        """Keep an event whose handler raised, with its error; tell its person; look after its money."""
        if isinstance(event, PaidEvent | RefundedEvent):
            await self._database.write(
                self._bot,
                lambda connection: parking.keep_money(
                    connection, self._bot, event, self._clock.now()
                ),
            )

        def keep(connection: Connection) -> Processed:
            now = self._clock.now()
            money = isinstance(event, PaidEvent | RefundedEvent)
            # What nobody will send again: money, timers, and what became of our own calls.
            ours = money or isinstance(event, TimerEvent | DeliveredEvent)
            retry_at = now + timedelta(minutes=RETRY_MINUTES[0]) if ours else None
            parking.keep(connection, self._bot, event, str(failed), now, retry_at)
            work = Work(connection, bot=self._bot, now=now)
            business, shelf = self._standing(connection)
            turn = Turn(
                work=work,
                event=event,
                now=now,
                business=business,
                shelf=shelf,
                random=self._random,
                follow=follow,
            )
            apologise(turn, money=money)
            work.flush()
            answers = _once(event, turn.answers)
            return Processed(tuple(answers), tuple(work.urgent), parked=1)

        return await self._database.write(self._bot, keep)

    async def retry_parked(self, *, everything: bool = False) -> int:
        """Run parked events again whose time has come; how many succeeded."""
        now = self._clock.now()
        due = await self._database.read(
            lambda connection: parking.due(
                connection, self._bot, None if everything else now, EVENT_TYPES
            )
        )
        succeeded = 0
        for row in due:

            def again(connection: Connection, row: parking.ParkedRow = row) -> None:
                work = Work(connection, bot=self._bot, now=now)
                self._preload(work, [row.event])
                business, shelf = self._standing(connection)
                turn = Turn(
                    work=work,
                    event=row.event,
                    now=now,
                    business=business,
                    shelf=shelf,
                    random=self._random,
                    follow=follow,
                )
                self._handle(turn)
                work.flush()
                parking.finish(connection, self._bot, row, "done")

            try:
                await self._database.write(self._bot, again)
                succeeded += 1
            except Unavailable:
                raise
            except Exception as error:
                log.error(
                    "parked event failed again",
                    key=row.external_id,
                    tries=row.tries + 1,
                    exc_info=True,
                )
                wait = RETRY_MINUTES[row.tries] if row.tries < len(RETRY_MINUTES) else None
                later: datetime | None = now + timedelta(minutes=wait) if wait else None
                message = f"{type(error).__name__}: {error}"
                await self._database.write(
                    self._bot,
                    lambda connection, row=row, later=later, message=message: parking.postpone(  # type: ignore[misc]
                        connection, row, message, later
                    ),
                )
        return succeeded


def _once(event: Event, answers: Sequence[Answer]) -> list[Answer]:
    """Every tap is answered exactly once, whatever its handler did."""
    if not isinstance(event, TapEvent):
        return []
    return [answers[0] if answers else Answer(event.query_id)]


__all__ = ["Processed", "TimerEvent", "Turns"]
