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
from bot.metrics import Metrics
from bot.outcomes import Outcome, finished_of
from bot.sending import Sender
from storage.lease import Lease, take
from storage.outbox_round import Finished, settle_and_claim

#: As many rows as delivery has in flight.
IN_FLIGHT = 60


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

    async def converse(self, people: Sequence[int], watch: Stopwatch) -> int:
        people = few(people, self._batch)
        await self._take([Line(person, COMMAND) for person in people], Stopwatch())
        for step in range(STEPS):
            screens = await self._house.screens(people) if TAPPED[step] else {}
            await self._take([_input(person, step, screens) for person in people], watch)
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
                events = [decode(update, bot=BOT, at=now()) for update in batch]
                done = await self._house.turns.process(events)
                if done.parked or done.repeated:
                    raise AssertionError(f"{done.parked} parked, {done.repeated} repeated")
                for answer in done.answers:
                    params = {"callback_query_id": answer.query_id}
                    await self._channel.perform(Call(method="answerCallbackQuery", params=params))
                await self._deliver()

    async def _deliver(self) -> None:
        lease = self._lease
        assert lease is not None
        database, clock = self._house.database, self._house.clock
        finished = Finished()
        while True:
            rows = await database.write(
                BOT,
                lambda connection, finished=finished: settle_and_claim(  # type: ignore[misc]
                    connection,
                    BOT,
                    finished,
                    lease=lease,
                    now=clock.now(),
                    limit=IN_FLIGHT,
                    busy=(),
                ),
            )
            if not rows:
                # Nothing more waits, and what came back last is settled as well.
                return
            outcomes: list[Outcome] = []
            for row in rows:
                report = await self._sender.perform(row, {})
                if report.settlement.state != "sent":
                    raise AssertionError(f"{row.label}: {report.settlement}")
                outcomes.append(Outcome(row, report))
                for call in report.tidy:
                    await self._channel.perform(call)
            finished = finished_of(outcomes)


def _input(person: int, step: int, screens: dict[int, Screen]) -> Input:
    if TAPPED[step]:
        return screens[person].tap(step % len(CHOICES))
    return Line(person, typed(step, person))
