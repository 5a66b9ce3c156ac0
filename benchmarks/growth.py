"""What a large database costs: the same conversation in an empty one and in a full one, and the timers' beat."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import cast

from sqlalchemy import Connection, Table, insert, text

from benchmarks.house import House
from benchmarks.ours import Ordering
from benchmarks.script import BOT, Line
from benchmarks.timing import Contender, Stopwatch
from bot.beat import Beat
from bot.lease_keeper import LeaseKeeper
from bot.metrics import Metrics
from storage.records import Order, Person
from storage.tables import conversations, surfaces, timers

_PEOPLE = cast("Table", Person.__table__)
_ORDERS = cast("Table", Order.__table__)
#: Chats that were there before anybody talked.
FIRST = 500_000_000


class Among:
    """A contender whose people are picked among those who have been there for long."""

    def __init__(self, contender: Contender, name: str, there: int) -> None:
        self.name = name
        self._contender = contender
        self._there = there
        self._random = random.Random(7)

    async def converse(self, people: Sequence[int], watch: Stopwatch) -> int:
        picked = [FIRST + n for n in self._random.sample(range(1, self._there + 1), len(people))]
        return await self._contender.converse(picked, watch)


def copies(
    connection: Connection, table: Table, where: str, count: int, changes: Mapping[str, str]
) -> None:
    """Copy the one row of `where` `count` times in one statement; in `changes`, `i` runs from 1."""
    names = [column.name for column in table.columns if column.name != "id"]
    values = ", ".join(changes.get(name, f"made.{name}") for name in names)
    connection.execute(
        text(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) "
            f"INSERT INTO {table.name} ({', '.join(names)}) "
            f"SELECT {values} FROM n, (SELECT * FROM {table.name} WHERE {where} LIMIT 1) AS made"
        )
    )


async def fill(house: House, *, people: int, orders: int) -> None:
    """One real order, and then as if it had been made so many times."""
    one = FIRST - 1
    ordering = Ordering(house, 100)
    await ordering.converse([one], Stopwatch())
    await house.process([house.event(Line(one, "/start"))], 1)
    await house.process([house.event(Line(one, "short video"))], 1)

    def work(connection: Connection) -> None:
        chat = {"chat_id": f"{FIRST} + i"}
        copies(connection, _PEOPLE, f"user_id = {one}", people, {"user_id": f"{FIRST} + i"})
        copies(connection, surfaces, f"chat_id = {one} AND subject = 'main'", people, chat)
        screen = connection.scalar(text(f"SELECT min(id) FROM surfaces WHERE chat_id > {FIRST}"))
        talk = {**chat, "surface_id": f"{screen} - 1 + i"}
        copies(connection, conversations, f"chat_id = {one}", people, talk)
        first = connection.scalar(text(f"SELECT min(id) FROM people WHERE user_id > {FIRST}"))
        customer = f"{first} + i % {people}"
        number = {"number": "'X' || i", "customer_id": customer}
        copies(connection, _ORDERS, f"bot = {BOT}", orders, number)

    await house.database.write(BOT, work)


async def wait_for(house: House, count: int) -> None:
    """`count` timers that are due in a month."""
    now = house.clock.now()
    later = now + timedelta(days=30)
    row = _timer("waiting", 0, later, now)

    def work(connection: Connection) -> None:
        connection.execute(insert(timers), [row])
        changes = {"slot": "'s' || i", "due_at": "made.due_at + i"}
        copies(connection, timers, "subject = 'waiting:0'", count - 1, changes)

    await house.database.write(BOT, work)


def _timer(subject: str, number: int, due: object, now: object) -> dict[str, object]:
    return {
        "bot": BOT,
        "kind": "nudge",
        "subject": f"{subject}:{number}",
        "slot": "nudge",
        "due_at": due,
        # Nobody's: the guard is asked, and says no.
        "params": {"user": 1, "set": -1},
        "created_at": now,
    }


class Beating:
    """A beat with a hundred due timers among many that wait. Counts timers as updates."""

    def __init__(self, house: House, name: str) -> None:
        self.name = name
        self._house = house
        leases = LeaseKeeper(house.database, BOT, Metrics())
        self._leases = leases

        async def take(events: Sequence[object]) -> None:
            done = await house.turns.process(events)  # type: ignore[arg-type]
            if done.parked:
                raise AssertionError(f"{done.parked} timers parked")

        self._beat = Beat(
            database=house.database, bot=BOT, clock=house.clock, leases=leases, take=take
        )

    async def converse(self, people: Sequence[int], watch: Stopwatch) -> int:
        now = self._house.clock.now()
        rows = [_timer("due", person, now - timedelta(seconds=1), now) for person in people]
        await self._house.database.write(
            BOT, lambda connection: connection.execute(insert(timers), rows)
        )
        await self._leases.ask()
        with watch.running():
            ran = await self._beat.beat()
        if ran != len(people):
            raise AssertionError(f"{ran} timers ran, not {len(people)}")
        return ran


__all__ = ["FIRST", "Among", "Beating", "fill", "wait_for"]
