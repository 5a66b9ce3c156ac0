"""The auditor finds nothing in a healthy database, and in a broken one exactly what is broken."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, select, text

from storage import invariants
from storage.accounts import Counter, Invoice
from storage.database import Database
from storage.invariants import Breach, Limits, check, count
from storage.migrate import upgrade
from storage.records import Order
from storage.tables import inbox, outbox
from tests import postgres
from tests.storage import breaks_money, breaks_running
from tests.storage.breaks import Bench, Break, Broken
from tests.storage.journey import JOURNEY, Told, start
from tests.storage.trade import BOT

pytestmark = pytest.mark.asyncio(loop_scope="module")

BREAKS = (*breaks_money.BREAKS.all, *breaks_running.BREAKS.all)
PEOPLE = {"ann": 5, "bob": 6, "cat": 8, "fay": 9, "dan": 10}


@dataclass(frozen=True)
class Lived:
    """A database in which everything has happened, and what the auditor said after each part."""

    database: Database
    told: Told
    ids: dict[str, int]
    said: dict[str, tuple[Breach, ...]]

    @property
    def now(self) -> datetime:
        return self.told.trade.clock.now() + timedelta(minutes=10)

    async def broken(self, do: Break, **options: Any) -> tuple[Breach, ...]:
        """What the auditor says after `do`, which is undone."""

        def work(connection: Connection) -> None:
            do(Bench(connection, self.ids, self.now))
            raise _Undone(check(connection, **{"now": self.now, **options}))

        with pytest.raises(_Undone) as undone:
            await self.database.write(BOT, work)
        return undone.value.breaches


class _Undone(Exception):
    def __init__(self, breaches: tuple[Breach, ...]) -> None:
        self.breaches = breaches


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["sqlite", "postgresql"])
async def lived(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Lived]:
    if request.param == "sqlite":
        async with _life(f"sqlite:///{tmp_path_factory.mktemp('audit') / 'orderclerk.db'}") as life:
            yield life
        return
    server: postgres.Server = request.getfixturevalue("postgres_server")
    with server.database() as url:
        async with _life(url) as life:
            yield life


class _life:
    """Lives through the journey in a new database."""

    def __init__(self, url: str) -> None:
        self.url = url

    async def __aenter__(self) -> Lived:
        self.database = database = await Database.open(self.url)
        await upgrade(database)
        told = await start(database)
        said = {}
        for part in JOURNEY:
            await part(told)
            said[part.__name__] = await database.read(
                lambda c: check(c, now=told.trade.clock.now())
            )
        people = await told.trade.ask("SELECT id, user_id FROM people")
        by_user = {row.user_id: row.id for row in people}
        ids = {name: bill.order for name, bill in told.bills.items()}
        ids |= {name: by_user[user] for name, user in PEOPLE.items()}
        return Lived(database, told, ids, said)

    async def __aexit__(self, *error: object) -> None:
        await self.database.close()


async def test_a_healthy_database_is_in_order_at_every_step(lived: Lived) -> None:
    assert {part: said for part, said in lived.said.items() if said} == {}
    assert await lived.database.read(lambda c: check(c, now=lived.now)) == ()
    assert await lived.database.read(lambda c: check(c, BOT, now=lived.now)) == ()


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.name.replace(" ", "_"))
async def test_what_is_broken_is_found(lived: Lived, broken: Broken) -> None:
    breaches = await lived.broken(broken.do)
    assert {breach.invariant for breach in breaches} == broken.numbers, "\n".join(
        map(str, breaches)
    )
    assert all("\n" not in str(breach) for breach in breaches)


async def test_every_invariant_that_is_looked_at_is_broken_once() -> None:
    listed = re.findall(r"^(\d+)  ", invariants.__doc__ or "", re.MULTILINE)
    assert {int(number) for number in listed} == {n for broken in BREAKS for n in broken.numbers}


@pytest.mark.parametrize("broken", BREAKS, ids=lambda broken: broken.name.replace(" ", "_"))
async def test_other_bots_are_left_alone(lived: Lived, broken: Broken) -> None:
    assert await lived.broken(broken.do, bot=BOT + 1) == ()


def _supplementary(bench: Bench) -> None:
    """A change of an order at work is invoiced on top of its price."""
    year = bench.one(select(Counter))
    line = {"code": "change", "params": {"number": 1}, "amount": {"amount": 200, "currency": "XTR"}}
    bench.add(
        Invoice,
        bot=BOT,
        number=f"{year.series}-{year.next:06d}",
        order_id=bench.ids["paid"],
        token="t",
        method="stars",
        currency="XTR",
        amount=200,
        lines=[line],
        issued_at=bench.now,
        expires_at=bench.now,
        state="invoiced",
    )
    bench.sql("UPDATE counters SET next = next + 1")


def _discount(bench: Bench) -> None:
    def line(code: str, amount: int) -> dict[str, Any]:
        return {"code": code, "params": {}, "amount": {"amount": amount, "currency": "XTR"}}

    lines = [line("plan", 1200), line("discount", -100)]
    quote = {"lines": lines, "total": {"amount": 1100, "currency": "XTR"}}
    bench.change(Order, Order.id == bench.ids["paid"], quote=quote)
    bench.change(Invoice, Invoice.order_id == bench.ids["paid"], lines=lines)


def _old_events(bench: Bench) -> None:
    """The inbox forgets what is old."""
    oldest = select(inbox.c.received_at).order_by(inbox.c.received_at.desc()).limit(1)
    before = bench.connection.scalar(oldest)
    bench.connection.execute(inbox.delete().where(inbox.c.received_at < before))


def _ended_call(bench: Bench) -> None:
    """The call of a refund has ended, and its turn is still to come."""
    mine = (outbox.c.label == "refund") & (outbox.c.state == "queued")
    params = bench.one(select(outbox.c.tell).where(mine)).tell
    tell = {"$params": params, "$result": {}}
    bench.change(outbox, mine, state="sent", settled_at=bench.now, tell=tell)


def _long_numbers(bench: Bench) -> None:
    """Ids and time stamps that would pass for card numbers."""
    luhn = "4111111111111111"
    body = {
        "text": "invoice INV-2026-000123, 2026-11-21",
        "media": {"file_id": f"AgAC{luhn}", "name": "mmexport1700000000009.jpg"},
        "params": {"pre_checkout_query_id": luhn, "chat_id": int(luhn)},
    }
    bench.add(
        outbox, bot=BOT, chat_id=1, kind="send", body=body, created_at=bench.now, due_at=bench.now
    )


@pytest.mark.parametrize(
    "change",
    [_supplementary, _discount, _old_events, _ended_call, _long_numbers],
    ids=lambda change: change.__name__.strip("_"),
)
async def test_what_is_allowed_is_not_reported(lived: Lived, change: Break) -> None:
    assert await lived.broken(change) == ()


async def test_limits_say_how_long_something_may_wait(lived: Lived) -> None:
    later = lived.now + timedelta(hours=3)
    nothing: Callable[[Bench], None] = lambda bench: None  # noqa: E731 - the bench is healthy
    assert await lived.broken(nothing, now=later) == ()
    impatient = Limits(outbox=timedelta(hours=1), timers=timedelta(hours=1))
    breaches = await lived.broken(nothing, now=later, limits=impatient)
    assert {breach.invariant for breach in breaches} == {13, 15}


async def test_all_is_seen_at_one_moment(lived: Lived) -> None:
    def level(connection: Connection) -> str:
        check(connection, now=lived.now)
        if connection.dialect.name == "sqlite":
            return "REPEATABLE READ" if connection.in_transaction() else ""
        return str(connection.scalar(text("SHOW transaction_isolation"))).upper()

    assert await lived.database.read(level) == "REPEATABLE READ"


async def test_what_was_looked_at_is_counted(lived: Lived) -> None:
    counts = await lived.database.read(lambda c: count(c, BOT))
    rows = await lived.told.trade.ask("SELECT count(*) AS number FROM ledger_entries")
    assert counts.entries == rows[0].number > 0
    assert counts.orders >= len(lived.told.bills) - 1
    assert all(dataclasses.asdict(counts).values())
    others = await lived.database.read(lambda c: count(c, BOT + 1))
    assert set(dataclasses.asdict(others).values()) == {0}


def test_a_breach_is_one_line() -> None:
    breach = Breach(6, "is cancelled, but has 100 XTR", "order K7M-3QXA")
    assert str(breach) == "invariant 6: order K7M-3QXA is cancelled, but has 100 XTR"
