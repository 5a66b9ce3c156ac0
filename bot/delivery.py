"""Delivery: makes the chats show what the outbox and the surfaces say.

A loop of rounds. Each round is one transaction of the writer that settles what has come back and claims what
may go next; between the rounds the claimed rows are performed side by side, at most one in a chat.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Collection, Coroutine, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.channels.port import Call, ChannelError
from bot.clock import Clock
from bot.lease_keeper import DELIVERY, LeaseKeeper
from bot.metrics import Metrics
from bot.outcomes import Outcome, Report, again, defect, finished_of, give_up
from bot.pace import Pace
from bot.rounds import Round
from bot.sending import Sender
from bot.tally import Tally
from bot.tapping import answer_taps
from bot.telling import Teller
from storage import media, outbox, outbox_care, outbox_round
from storage.database import Database, Unavailable
from storage.lease import Lease
from storage.outbox import URGENT, URGENT_EPOCH, Claimed
from storage.points import reached

if TYPE_CHECKING:
    from bot.turns import Processed

#: Rows claimed and not settled at the same time: as many as a batch of updates can bring.
CLAIMED = 100
#: Calls under way at the same time: so many can be of unknown outcome when the process is killed.
_IN_FLIGHT = 60
#: A look at the queue, should a wake-up get lost or another replica have committed.
_POLL_SECONDS = 1.0
#: How long what was sent waits for the message that it replaces to be tidied up.
_TIDY_SECONDS = 5.0
#: How long after its end an answer that is still `sending` is given up, and how often that is looked at.
_URGENT_GRACE = timedelta(seconds=15)
_CARE_SECONDS = 60.0


class Delivery:
    """Sends for one bot, while this process holds the delivery lease."""

    def __init__(
        self,
        *,
        database: Database,
        bot: int,
        sender: Sender,
        clock: Clock,
        leases: LeaseKeeper,
        teller: Teller,
        metrics: Metrics,
        pace: Pace | None = None,
    ) -> None:
        self._database = database
        self._bot = bot
        self._sender = sender
        self._clock = clock
        self._leases = leases
        self._teller = teller
        self._metrics = metrics
        self._pace = pace or Pace()
        self._tally = Tally(metrics, self._pace)
        self._wake = asyncio.Event()
        self._finished: list[Outcome] = []
        self._busy: set[int] = set()
        #: Chats of the rows that are not settled yet, by row.
        self._in_flight: dict[int, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._calls = asyncio.Semaphore(_IN_FLIGHT)
        self._recovered: int | None = None
        self._cared_at = 0.0
        self._closing = False
        #: The round that is under way, in a transaction of its own or along with turns.
        self._going: Round | None = None
        self._in_round = False
        self._cut_off = False
        self._log = structlog.get_logger("delivery")

    # -- called by others ---------------------------------------------------------------------------

    def wake(self) -> None:
        """There may be something to send."""
        self._wake.set()

    def follow_up(self, processed: Processed) -> None:
        """After a commit: answers that cannot wait go out past the queue, the rest by the next round."""
        if processed.answers:
            self._start(answer_taps(self._sender, processed.answers))
        if processed.urgent:
            self._start(self.send_now(processed.urgent))
        self.wake()

    @property
    def idle(self) -> bool:
        """Nothing is being performed, claimed or settled, nor waits to be. Rows may wait in the database."""
        at_work = self._in_round or self._going or self._tasks or self._finished
        return not (at_work or self._wake.is_set())

    def joins(self) -> Round | None:
        """A round that goes along in the transaction of turns; None while there can be none."""
        held = self._leases.held(DELIVERY)
        if held is None or self._recovered != held.epoch or self._going or self._closing:
            return None
        return self._begun(held)

    def under_way(self, chats: Collection[int]) -> frozenset[int]:
        """Rows of these chats that are claimed and not settled yet."""
        return frozenset(row for row, chat in self._in_flight.items() if chat in chats)

    async def send_now(self, ids: Collection[int]) -> None:
        """Perform these rows at once, whoever holds the lease: answers with a deadline of seconds."""
        now = self._clock.now()
        try:
            rows = await self._database.write(
                self._bot,
                lambda connection: outbox.claim_urgent(connection, self._bot, ids, now),
            )
        except Unavailable:
            # They are still queued: the next round takes them.
            self.wake()
            return
        self._in_flight.update({row.id: row.chat_id for row in rows})
        await asyncio.gather(*(self._perform(row) for row in rows))
        await self._settle()

    async def run(self) -> None:
        """Deliver until `drain`ed or cancelled."""
        while not self._closing:
            # Before the wake is cleared: between the two nobody must take us for idle.
            self._in_round = True
            self._wake.clear()
            try:
                worked = await self._round()
            finally:
                self._in_round = False
            if not worked:
                await self._pause()

    async def drain(self, seconds: float) -> None:
        """Send what can still be sent, settle what is in flight, and have `run` end."""
        deadline = time.monotonic() + seconds
        # Several things have to come to rest at once: looking again is simpler than a signal from each.
        while time.monotonic() < deadline - seconds * 0.4 and await self._more_to_do():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        self._closing = True
        self.wake()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=max(deadline - time.monotonic(), 0.1))
        for task in self._tasks:
            # Its row is stored as `sending`: the next start finds it, its outcome unknown.
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._settle()

    # -- rounds -------------------------------------------------------------------------------------

    async def _round(self) -> bool:
        """Settle and claim. False: there was nothing to do, or it could not be done now."""
        if self._going is not None:
            # It goes along with turns: we are woken after it.
            return False
        held = self._leases.held(DELIVERY)
        try:
            if held is None:
                return await self._settle()
            if self._recovered != held.epoch:
                await self._take_over(held)
            await self._care()
            worked = await self._settle_and_claim(held)
        except Unavailable as error:
            if not self._cut_off:
                self._cut_off = True
                name = type(error.__cause__ or error).__name__
                self._log.warning("database_unavailable", error=name)
            return False
        if self._cut_off:
            self._cut_off = False
            self._log.info("database_available")
        return worked

    async def _settle_and_claim(self, held: Lease) -> bool:
        now = self._clock.now()
        limit, busy = self._room()
        due = limit > 0 and await self._database.glance(
            lambda connection: outbox.has_due(connection, self._bot, now, busy)
        )
        if not due:
            return await self._settle()
        if self._going is not None:
            return False
        made = self._begun(held)
        try:
            await self._database.write(self._bot, made.write)
        except BaseException:
            made.undone()
            raise
        made.committed()
        return bool(made.rows or made.outcomes)

    def _room(self) -> tuple[int, set[int]]:
        """How many rows may be claimed now, and the chats that have to wait."""
        free = min(self._pace.free(), CLAIMED - len(self._tasks))
        return max(free, 0), self._busy | self._pace.waiting()

    def _begun(self, held: Lease) -> Round:
        outcomes, self._finished = self._finished, []
        self._going = Round(
            bot=self._bot,
            lease=held,
            outcomes=outcomes,
            now=self._clock.now,
            room=self._room,
            ended=self._ended,
        )
        return self._going

    def _ended(self, made: Round, committed: bool) -> None:
        self._going = None
        if not committed:
            self._finished = made.left() + self._finished
            self.wake()
            return
        self._settled(made.outcomes)
        if made.rows is None:
            self._leases.lost(DELIVERY)
            self._log.warning("lease_lost", lease=DELIVERY)
            return
        for row in made.rows:
            self._in_flight[row.id] = row.chat_id
            if row.priority > URGENT:
                self._pace.take(row.chat_id)
                self._busy.add(row.chat_id)
            self._start(self._perform(row))

    async def _settle(self) -> bool:
        """Write what has come back. False: there was nothing, or it could not be written now."""
        outcomes, self._finished = self._finished, []
        if not outcomes:
            return False
        finished, now = finished_of(outcomes), self._clock.now()
        try:
            await self._database.write(
                self._bot,
                lambda connection: outbox_round.write_finished(
                    connection, self._bot, finished, now
                ),
            )
        except Unavailable:
            self._finished = outcomes + self._finished
            return False
        except BaseException:
            self._finished = outcomes + self._finished
            raise
        self._settled(outcomes)
        return True

    def _settled(self, outcomes: Sequence[Outcome]) -> None:
        reached("settle.after")
        for outcome in outcomes:
            settlement = outcome.report.settlement
            self._in_flight.pop(outcome.row.id, None)
            if settlement.moved_chat is not None:
                self._teller.chat_moved(*settlement.moved_chat)
            if outcome.row.told or settlement.blocked_chat is not None:
                self._teller.wake()

    async def _take_over(self, held: Lease) -> None:
        """Deal with what a former holder, or an earlier start of ours, has left in the middle."""
        now, ours = self._clock.now(), frozenset(self._in_flight)
        reached("recover.before")
        found = await self._database.write(
            self._bot,
            lambda connection: outbox_care.recover(
                connection, self._bot, epoch=held.epoch, now=now, ours=ours
            ),
        )
        reached("recover.after")
        self._recovered = held.epoch
        if found.again:
            self._log.warning("unknown_outcome", rows=found.again, then="sent again")
        for row_id in found.lost:
            self._metrics.alarms.labels("unknown_outcome").inc()
            self._log.error("unknown_outcome", row=row_id, then="not sent again")
        self._teller.wake()

    async def _care(self) -> None:
        if time.monotonic() - self._cared_at < _CARE_SECONDS:
            return
        self._cared_at = time.monotonic()
        now = self._clock.now()
        before = now - _URGENT_GRACE
        if await self._database.glance(
            lambda connection: outbox_care.abandoned_urgent(connection, self._bot, before)
        ):
            await self._database.write(
                self._bot,
                lambda connection: outbox_care.expire(connection, self._bot, before, now),
            )

    async def _pause(self) -> None:
        """Wait until somebody wakes us, the pace allows more, or a second has passed."""
        seconds = min(_POLL_SECONDS, self._pace.delay() or _POLL_SECONDS)
        try:
            await asyncio.wait_for(self._wake.wait(), max(seconds, 0.01))
        except TimeoutError:
            return

    async def _more_to_do(self) -> bool:
        if not self.idle:
            return True
        if self._leases.held(DELIVERY) is None:
            return False
        now = self._clock.now()
        try:
            return await self._database.glance(
                lambda connection: outbox.has_due(connection, self._bot, now, ())
            )
        except Unavailable:
            return False

    # -- calls --------------------------------------------------------------------------------------

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _perform(self, row: Claimed) -> None:
        at_once = row.priority == URGENT
        try:
            async with contextlib.nullcontext() if at_once else self._calls:
                report = await self._report(row)
                self._tally.account(row, report, self._clock.now())
                # Before it counts: who dies in between sends once more, and leaves no dead button.
                try:
                    for call in report.tidy:
                        await self._tidy(row.chat_id, call)
                finally:
                    self._finished.append(Outcome(row, report))
        finally:
            if row.priority > URGENT:
                self._busy.discard(row.chat_id)
            self._wake.set()

    async def _report(self, row: Claimed) -> Report:
        held = self._leases.held(DELIVERY)
        if row.epoch != URGENT_EPOCH and (held is None or held.epoch != row.epoch):
            # While it waited for its turn the lease went to somebody else, who sends it now.
            back = again(row, row.due_at, "lease_lost", counts=False)
            return Report(back, calls=0, answered=False)
        try:
            await self._sender.ready(row)
            report = await self._sender.perform(row, await self._file_ids(row))
        except Exception as error:
            # A defect of ours must not stop the others, nor be repeated blindly.
            self._log.exception("defect", row=row.id, label=row.label)
            return defect(row, error)
        return give_up(row, report, channel_works=self._tally.channel_works)

    async def _file_ids(self, row: Claimed) -> dict[str, str]:
        """What the row shows and the channel already holds. Not known means uploading it again."""
        digests = self._sender.digests(row)
        if not digests:
            return {}
        try:
            return await self._database.glance(
                lambda connection: media.known(connection, self._bot, digests)
            )
        except Unavailable:
            return {}

    async def _tidy(self, chat: int, call: Call) -> None:
        """Best effort: the sender counts failures, and what was sent does not wait for it for long."""
        self._pace.take(chat)
        with contextlib.suppress(ChannelError, TimeoutError):
            await asyncio.wait_for(self._sender.call(call), _TIDY_SECONDS)
