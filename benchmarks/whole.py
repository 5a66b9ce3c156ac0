"""Orderclerk with aiogram's objects in and out: decode, turn, delivery's own transactions, render, call.

Everything a running bot does between the library's `Update` and the library's method, the queue on disk
included; only the pace limits are left out.
"""

from __future__ import annotations

from collections.abc import Sequence

from aiogram.types import Update

from benchmarks.flow import COMMAND
from benchmarks.house import CATALOGUE, House, Screen, in_batches
from benchmarks.ours import few
from benchmarks.peers_aiogram import Absorber
from benchmarks.script import BOT, CHOICES, STEPS, TAPPED, TOKEN, Input, Line, raw, typed
from benchmarks.timing import Stopwatch
from bot.assets import Assets
from bot.channels.decode import decode
from bot.channels.port import Call
from bot.channels.telegram_aiogram import AiogramChannel
from bot.delivery import CLAIMED
from bot.metrics import Metrics
from bot.outcomes import Outcome
from bot.rounds import Round
from bot.sending import Sender
from storage.lease import Lease, take
from storage.outbox import Claimed, has_due


class WholeWay:
    """The script, each batch of updates followed by the deliveries it caused."""

    def __init__(self, house: House, batch: int) -> None:
        self.name = f"{house.name} whole way, batch {batch}"
        self._house = house
        self._batch = batch
        self.session = Absorber(plain=True, numbers=house.numbers)
        self._channel = AiogramChannel(TOKEN, now=house.clock.now)
        self._channel._bot.session = self.session
        self._sender = Sender(
            self._channel,
            assets=Assets([CATALOGUE.parent]),
            provider_token="",
            now=house.clock.now,
            metrics=Metrics(),
        )
        self._lease: Lease | None = None
        self._claimed: Sequence[Claimed] = ()
        self._finished: list[Outcome] = []

    async def converse(self, people: Sequence[int], watch: Stopwatch) -> int:
        people = few(people, self._batch)
        await self._take([Line(person, COMMAND) for person in people], Stopwatch())
        for step in range(STEPS):
            screens = await self._house.screens(people) if TAPPED[step] else {}
            await self._take([_input(person, step, screens) for person in people], watch)
        with watch.running():
            # What came back last.
            await self._own_round()
        return STEPS * len(people)

    async def _take(self, given: Sequence[Input], watch: Stopwatch) -> None:
        numbers = self._house.numbers
        updates = [Update.model_validate(raw(one, numbers(), numbers())) for one in given]
        now = self._house.clock.now
        self._lease = await self._house.database.write(
            BOT, lambda connection: take(connection, BOT, "delivery", "bench")
        )
        with watch.running():
            for batch in in_batches(updates, self._batch):
                at = now()
                events = [decode(update, bot=BOT, at=at) for update in batch]
                done = await self._house.turns.process(events, self._round())
                if done.parked or done.repeated:
                    raise AssertionError(f"{done.parked} parked, {done.repeated} repeated")
                for answer in done.answers:
                    params = {"callback_query_id": answer.query_id}
                    await self._channel.perform(Call(method="answerCallbackQuery", params=params))
                await self._deliver()

    def _round(self) -> Round:
        assert self._lease is not None
        return Round(
            bot=BOT,
            lease=self._lease,
            outcomes=self._finished,
            now=self._house.clock.now,
            room=lambda: (CLAIMED, ()),
            ended=self._ended,
        )

    def _ended(self, made: Round, committed: bool) -> None:
        if not committed or made.rows is None:
            raise AssertionError("a round was not committed")
        self._claimed = made.rows
        self._finished = []

    async def _own_round(self) -> None:
        made = self._round()
        await self._house.database.write(BOT, made.write)
        made.committed()

    async def _deliver(self) -> None:
        """Send what was claimed along with the turns, and the rest; what the last of it came to is settled with the
        next turns.
        """
        database = self._house.database
        while True:
            for row in self._claimed:
                report = await self._sender.perform(row, {})
                if report.settlement.state != "sent":
                    raise AssertionError(f"{row.label}: {report.settlement}")
                self._finished.append(Outcome(row, report))
                for call in report.tidy:
                    await self._channel.perform(call)
            self._claimed = ()
            if not await database.glance(lambda c: has_due(c, BOT, self._house.clock.now(), ())):
                return
            await self._own_round()


def _input(person: int, step: int, screens: dict[int, Screen]) -> Input:
    if TAPPED[step]:
        return screens[person].tap(step % len(CHOICES))
    return Line(person, typed(step, person))
