"""Every row of `make bench`, in order."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field

from aiogram.fsm.storage.memory import MemoryStorage

from benchmarks import flow, process
from benchmarks.growth import Among, Beating, fill, wait_for
from benchmarks.house import house
from benchmarks.latency import latency
from benchmarks.ours import Backlog, Ordering
from benchmarks.peer_ptb import PtbPeer
from benchmarks.peers_aiogram import AiogramPeer, dialog, fsm, keys
from benchmarks.report import Budget, Row
from benchmarks.script import Numbers
from benchmarks.timing import Contender, Figures, cpu_ratio, race, ratio
from benchmarks.whole import WholeWay
from bot import collector
from storage.remembered import LIMIT

DIALOG = "aiogram_dialog, memory"
MEMORY = "aiogram FSM, memory"
REDIS = "aiogram FSM, Redis"
REDIS_URL = "redis://127.0.0.1:6379/15"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    people: int
    rounds: int
    #: Rounds of what has a budget, beside what it is measured against and nothing else.
    pairs: int
    #: People in a large database who talk in turns: more than the writer remembers.
    strangers: int
    batches: tuple[int, ...]
    full_people: int
    full_orders: int
    timers: int
    few_timers: int
    starts: int
    #: Updates a second, and for how many seconds each.
    rates: tuple[int, ...]
    seconds: float


FULL = Size(
    200, 7, 15, 600, (1, 10, 25, 100), 300_000, 1_000_000, 1_000_000, 1_000, 9, (10, 100, 500), 10
)
QUICK = Size(
    200, 3, 7, 600, (1, 10, 25, 100), 30_000, 100_000, 100_000, 1_000, 3, (10, 100, 500), 5
)
#: Proves that everything runs; its figures mean nothing.
SMOKE = Size(4, 1, 1, 4, (1, 10, 25, 100), 20, 40, 40, 10, 1, (10,), 0.5)

#: DESIGN.md, "Budgets".
BACKLOG = Budget(3, 6)
BACKLOG_REDIS = Budget(5, 10)
OBJECTS = Budget(2, 3)
ALONE = Budget(0.4, 1)
GROWTH = Budget(1.3, 1.05, at_most=True)
TIMERS = Budget(2, 1.2, at_most=True)
START = Budget(0.5, 0.25, "s", at_most=True)
KEPT = Budget(100, 100, "bytes", at_most=True)

Told = Callable[[str], None]

#: Crowds after which whatever has a limit is full.
_FILLING = LIMIT // FULL.people + 2


@dataclass(slots=True)
class Suite:
    """Runs the measurements; `said` hears what is under way."""

    size: Size
    postgres: str | None
    no_postgres: str
    said: Told
    numbers: Numbers = field(default_factory=lambda: Numbers(10_000_000))

    def crowd(self) -> Sequence[int]:
        return self.numbers.many(self.size.people)

    async def rows(self) -> AsyncIterator[Row]:
        """Row after row."""
        # As the running bot does; the peers gain by it as much.
        collector.settle()
        with flow.known():
            parts = (
                self._updates,
                self._postgres,
                self._latency,
                self._growth,
                self._timers,
                self._process,
            )
            for part in parts:
                self.said(part.__name__.strip("_"))
                async for row in part():
                    yield row

    async def _race(self, contenders: Sequence[Contender]) -> dict[str, Figures]:
        return await race(contenders, self.crowd, self.size.rounds)

    async def _pair(
        self, slow: Contender, fast: Contender, people: int = 0
    ) -> tuple[Figures, Figures]:
        """Two by themselves: a round of theirs is over before the machine has changed its pace."""
        people = people or self.size.people
        figures = await race([slow, fast], lambda: self.numbers.many(people), self.size.pairs)
        return figures[slow.name], figures[fast.name]

    # -- updates --------------------------------------------------------------------------------------

    async def _updates(self) -> AsyncIterator[Row]:
        first = dialog(DIALOG)
        peers: list[Contender] = [first, fsm(MEMORY, MemoryStorage()), PtbPeer()]
        async with contextlib.AsyncExitStack() as stack:
            redis = await _redis(stack)
            if redis is not None:
                peers.append(redis)
            here = await stack.enter_async_context(house())
            alone, *between, backlog = (Backlog(here, size) for size in self.size.batches)
            largest = self.size.batches[-1]
            order = Ordering(here, largest, name="order flow")
            singly, whole = (WholeWay(here, size) for size in (1, largest))
            figures = await self._race([*peers, *between, order, singly])
            pairs = {one.name: await self._pair(first, one) for one in (alone, backlog, whole)}
            beside_redis = None if redis is None else await self._pair(redis, backlog)
        base = figures[DIALOG]
        for peer in peers:
            yield _row(f"peer: {peer.name}", figures[peer.name], base, DIALOG)
        if redis is None:
            yield Row(name=f"peer: {REDIS}", skipped="no server on localhost, or no client library")
        yield _pair_row("one update alone, engine + SQLite", pairs[alone.name], DIALOG, ALONE)
        for one in between:
            name = f"backlog, batches of {one.batch}, engine + SQLite"
            yield _row(name, figures[one.name], base, DIALOG)
        name = f"backlog, batches of {largest}, engine + SQLite"
        yield _pair_row(name, pairs[backlog.name], DIALOG, BACKLOG)
        if beside_redis is not None:
            yield _pair_row(name, beside_redis, REDIS, BACKLOG_REDIS)
        yield _row(
            f"order flow, batches of {largest}, engine + SQLite", figures[order.name], base, DIALOG
        )
        name = "aiogram objects in and out, delivery's queue included, batches of"
        yield _row(f"{name} 1", figures[singly.name], base, DIALOG)
        yield _pair_row(f"{name} {largest}", pairs[whole.name], DIALOG, OBJECTS)

    async def _postgres(self) -> AsyncIterator[Row]:
        if self.postgres is None:
            yield Row(name="PostgreSQL", skipped=self.no_postgres)
            return
        async with house("postgresql", self.postgres) as there:
            contenders = [Backlog(there, size) for size in self.size.batches]
            figures = await self._race([dialog(DIALOG), *contenders])
        for one in contenders:
            name = f"engine + PostgreSQL, batches of {one.batch}"
            yield _row(name, figures[one.name], figures[DIALOG], DIALOG)

    async def _latency(self) -> AsyncIterator[Row]:
        for rate in self.size.rates:
            found = await latency(rate, self.size.seconds)
            name = f"from update to send at {rate} updates/s"
            kept = "" if found.answered >= 0.9 * found.asked else "; answered later than asked"
            yield Row(name=f"{name}, median{kept}", amount=found.median * 1e3, unit="ms")
            yield Row(name=f"{name}, 99 of 100", amount=found.most * 1e3, unit="ms")

    # -- growth ---------------------------------------------------------------------------------------

    async def _growth(self) -> AsyncIterator[Row]:
        size, batch = self.size, self.size.batches[-1]
        async with house("empty") as empty, house("full") as full:
            await fill(full, people=size.full_people, orders=size.full_orders)
            small: Contender = Backlog(empty, batch)
            large = Among(Backlog(full, batch), "full", size.full_people)
            beside_nobody, among = await self._pair(small, large, size.strangers)
        many = f"{size.full_people:,} conversations, {size.full_orders:,} orders"
        yield _growth_row(f"an update beside {many}", among, beside_nobody, GROWTH)

    async def _timers(self) -> AsyncIterator[Row]:
        size = self.size
        async with house("few") as few, house("many") as many:
            await wait_for(few, size.few_timers)
            await wait_for(many, size.timers)
            beside_few, beside_many = await self._pair(Beating(few, "few"), Beating(many, "many"))
        name = f"a due timer beside {size.timers:,} that wait"
        against = f"beside {size.few_timers:,}"
        yield _growth_row(name, beside_many, beside_few, TIMERS, against)

    # -- the process ----------------------------------------------------------------------------------

    async def _process(self) -> AsyncIterator[Row]:
        async with house() as here:
            backlog = Backlog(here, self.size.batches[-1])
            ours = await process.kept(backlog, self.crowd, filling=_FILLING)
        theirs = await process.kept(dialog(DIALOG), self.crowd, filling=_FILLING)
        for name, found, budget in (
            ("Orderclerk", max(ours, 0.0), KEPT),
            (DIALOG, theirs, None),
        ):
            title = f"memory kept for an idle conversation: {name}"
            value = found if budget else None
            yield Row(name=title, amount=found, unit="bytes", value=value, budget=budget)
        seconds = process.start_up(self.size.starts)
        yield Row(
            name="python -m bot --help", amount=seconds, unit="s", value=seconds, budget=START
        )
        for channel in ("aiogram", "ptb"):
            seconds, held = process.with_channel(channel, self.size.starts)
            yield Row(name=f"start with CHANNEL={channel}", amount=seconds, unit="s")
            yield Row(name=f"memory after it, CHANNEL={channel}", amount=held, unit="bytes")
        if process.loads("aiogram") or process.loads("telegram"):
            raise AssertionError("python -m bot --help imports a channel")


def _row(
    name: str, ours: Figures, base: Figures, against: str, budget: Budget | None = None
) -> Row:
    return Row(
        name=name,
        amount=ours.seconds * 1e6,
        cpu=ours.cpu_seconds * 1e6,
        value=ratio(base, ours),
        cpu_value=cpu_ratio(base, ours),
        against=against,
        budget=budget,
    )


def _pair_row(name: str, pair: tuple[Figures, Figures], against: str, budget: Budget) -> Row:
    slow, fast = pair
    return _row(name, fast, slow, against, budget)


def _growth_row(
    name: str, large: Figures, small: Figures, budget: Budget, against: str = "empty"
) -> Row:
    return Row(
        name=name,
        amount=large.seconds * 1e6,
        cpu=large.cpu_seconds * 1e6,
        value=ratio(large, small),
        cpu_value=cpu_ratio(large, small),
        against=against,
        budget=budget,
    )


async def _redis(stack: contextlib.AsyncExitStack) -> AiogramPeer | None:
    """aiogram's states in Redis, when both a client and a server are there."""
    try:
        from aiogram.fsm.storage.redis import RedisStorage
        from redis.exceptions import RedisError
    except ImportError:
        return None
    storage = RedisStorage.from_url(REDIS_URL, key_builder=keys())
    try:
        await storage.redis.ping()
    except (RedisError, OSError):
        await storage.close()
        return None
    stack.push_async_callback(storage.close)
    return fsm(REDIS, storage)
