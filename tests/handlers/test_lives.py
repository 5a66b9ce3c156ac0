"""Anything that people, the clock and forgers may do to an order that is paid: never an illegal state.

Real handlers on a real database. After each step every new history row is a line of the lifecycle, follows the one
before, and has told everybody whom the lifecycle names; at the end every invariant holds.
"""

from __future__ import annotations

import asyncio
import itertools
from collections import Counter
from datetime import timedelta
from pathlib import Path
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers import moving
from handlers.turn import Turn
from orders.lifecycle import TABLE, Actor, Audience, State, transition
from orders.refusal import Refusal
from storage.records import Order
from tests.handlers.house import ADMIN, CUSTOMER, MAKER, STAFF, House, opened
from tests.handlers.test_telling import EXCEPTIONS

STRANGER = 14
STEPS = 40
SENTENCES = (
    "Larger letters, please",
    "in 5 days",
    "tomorrow",
    "https://example.com/work",
    "views 1200\nclicks 80",
    "It is empty",
    "/orders",
    "/work",
    "Thank you!",
    "好的",
)
#: Told to whom the next offer goes, or the alarm: not with every one.
_NOT_EACH = frozenset({"decline", "offer_timeout"})


class Life:
    """One order from "in progress" on, with chance in the place of people."""

    def __init__(self, house: House, seed: int, seen: Counter[str]) -> None:
        self.house = house
        self.chance = Random(seed)
        self.seen = seen
        #: Some specialists take their time.
        self.lazy = self.chance.random() < 0.5
        self.rows = 0
        self.outbox = 0

    async def begin(self) -> None:
        """A specialist who takes everything, an order that is paid and taken."""
        await self.house.hire(MAKER)
        await self.house.order(CUSTOMER, MAKER)
        await self.check()

    async def step(self) -> None:
        acts = [self.tap, self.say, self.forge, self.repeat, self.illegal]
        acts += [self.wait, self.report, self.deliver, self.revise]
        waits, delivers = (8, 1) if self.lazy else (4, 3)
        await self.chance.choices(acts, [12, 5, 2, 1, 2, waits, 2, delivers, 3])[0]()
        await self.check()

    # -- what may happen ------------------------------------------------------------------------------

    def _somebody(self) -> tuple[int, int | None]:
        person = self.chance.choice((CUSTOMER, CUSTOMER, MAKER, MAKER, ADMIN))
        return (person, STAFF) if person == ADMIN else (person, None)

    async def tap(self) -> None:
        """Any of the newer buttons in somebody's chat."""
        person, chat = self._somebody()
        found = await self.house.buttons(chat or person)
        if found:
            button = self.chance.choice(found[-12:])
            await self.house.process(self.house.tapped(person, button.data, chat=chat))

    async def say(self) -> None:
        person = self.chance.choice((CUSTOMER, MAKER))
        await self.house.say(
            person, self.chance.choice(SENTENCES), photo=self.chance.random() < 0.3
        )

    async def wait(self) -> None:
        hours = self.chance.choice((1, 6, 25, 30, 80))
        await self.house.wait(timedelta(hours=hours))

    async def report(self) -> None:
        await self._walk(MAKER, "📈 Report", "views 1200", "40 %", "Skip")

    async def deliver(self) -> None:
        await self._walk(
            MAKER, "📦 Deliver", "https://example.com/work", "Tick them all", "Preview", "Send to"
        )

    async def revise(self) -> None:
        await self._walk(CUSTOMER, "Ask for changes", "Larger letters, please", "in 5 days")

    async def _walk(self, person: int, first: str, *more: str) -> None:
        """A way of several steps, as far as it goes: chance alone would rarely walk it to its end."""
        for words in (first, *more):
            found = [one for one in await self.house.buttons(person) if words in one.label]
            if found:
                await self.house.process(self.house.tapped(person, found[-1].data))
            elif words == first:
                return
            else:
                await self.house.say(person, words)

    async def forge(self) -> None:
        """Somebody else's button, an old one, or none that ever was."""
        theirs = await self.house.buttons(self.chance.choice((CUSTOMER, MAKER)))
        data = [button.data for button in theirs] + ["1.1.99", "999.1.0", "x"]
        before = await self.versions()
        await self.house.process(self.house.tapped(STRANGER, self.chance.choice(data)))
        assert await self.versions() == before, "a stranger moved an order"

    async def repeat(self) -> None:
        """The same update once more."""
        found = await self.house.buttons(CUSTOMER)
        if not found:
            return
        event = self.house.tapped(CUSTOMER, self.chance.choice(found[-6:]).data)
        await self.house.process(event)
        before = await self.versions()
        await self.house.process(event)
        assert await self.versions() == before, "a repeated update moved an order"

    async def illegal(self) -> None:
        """A step that the table does not have: refused, and nothing is written."""
        (order,) = await self.house.rows("select * from orders order by id limit 1")
        wrong = [
            (line.name, actor)
            for line in TABLE
            for actor in Actor
            if actor not in line.actors or State(order["state"]) not in line.sources
        ]
        name, actor = self.chance.choice(wrong)
        target = transition(name).targets[0] if len(transition(name).targets) > 1 else None

        def attempt(turn: Turn) -> None:
            made = moving.move(
                turn, turn.work.session.get_one(Order, order["id"]), name, actor, target=target
            )
            assert isinstance(made, Refusal), (name, actor, order["state"])

        handle, self.house.turns._handle = self.house.turns._handle, attempt
        try:
            await self.house.say(CUSTOMER, "x")
        finally:
            self.house.turns._handle = handle
        assert (await self.versions())[order["id"]] == order["version"]

    async def versions(self) -> dict[int, int]:
        rows = await self.house.rows("select id, version from orders")
        return {row["id"]: row["version"] for row in rows}

    # -- what must hold -------------------------------------------------------------------------------

    async def check(self) -> None:
        new = await self.house.rows(
            "select h.rowid as at_row, h.*, o.provider_id, o.version from order_history h "
            "join orders o on o.id = h.order_id order by h.at, h.order_id, h.n"
        )
        fresh = new[self.rows :]
        self.rows = len(new)
        lines = {line.name: line for line in TABLE}
        for row in fresh:
            line = lines[row["transition"]]
            source, target = State(row["source"]), State(row["target"])
            assert source in line.sources
            assert target in line.ends(source)
            assert Actor(row["actor"]) in line.actors
            self.seen[line.name] += 1
        by_order = itertools.groupby(
            sorted(new, key=lambda r: (r["order_id"], r["n"])), lambda r: r["order_id"]
        )
        for _, steps in by_order:
            made = list(steps)
            assert [row["n"] for row in made] == list(range(1, made[-1]["version"]))
            assert all(a["target"] == b["source"] for a, b in itertools.pairwise(made))
        await self._told(fresh)

    async def _told(self, fresh: list[dict[str, object]]) -> None:
        """Who hears of what has just happened."""
        sent = await self.house.rows(
            "select id, chat_id, order_id from outbox where id > :after", after=self.outbox
        )
        self.outbox = max([self.outbox, *(row["id"] for row in sent)])
        reached = {(row["chat_id"], row["order_id"]) for row in sent}
        chats = {
            Audience.CUSTOMER: CUSTOMER,
            Audience.PROVIDER: MAKER,
            Audience.SUPPORT: STAFF,
        }
        for row in fresh:
            name = str(row["transition"])
            for audience in transition(name).told:
                unpaid = row["source"] in ("draft", "awaiting_payment", "expired")
                if (
                    name in _NOT_EACH
                    or (name, audience) in EXCEPTIONS
                    or audience not in chats
                    or (audience is Audience.PROVIDER and row["provider_id"] is None)
                    or (audience is Audience.SUPPORT and unpaid and name == "cancel_free")
                ):
                    continue
                assert (chats[audience], row["order_id"]) in reached, (
                    f"{audience} not told of {name}"
                )


def test_whatever_happens_the_lifecycle_holds(template: Path, folder: Path) -> None:
    seen: Counter[str] = Counter()
    names = itertools.count()

    async def live(seed: int) -> None:
        house = await opened(template, folder / f"{next(names)}.db")
        try:
            life = Life(house, seed, seen)
            await life.begin()
            for _ in range(STEPS):
                await life.step()
            assert await house.breaches() == []
        finally:
            await house.database.close()

    @settings(
        max_examples=6,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=st.integers(0, 2**32))
    def lives(seed: int) -> None:
        asyncio.run(live(seed))

    lives()
    # Chance went everywhere that this part of a life goes.
    assert {"report", "deliver", "accept_delivery", "revise"} <= set(seen), seen
