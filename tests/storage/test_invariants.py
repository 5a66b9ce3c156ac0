"""The auditor finds nothing in a healthy database, and in a broken one exactly what is broken.

The broken ones are the journey's database, broken in a transaction that is rolled back.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, select, text

from storage import invariants
from storage.accounts import Invoice
from storage.invariants import Breach, Limits, check, count
from storage.records import Audit, Order
from storage.tables import inbox, outbox
from tests.storage import (
    breaks_changes,
    breaks_desk,
    breaks_money,
    breaks_quarrels,
    breaks_running,
)
from tests.storage.breaks import Bench, Break, Broken
from tests.storage.lived import Lived
from tests.storage.trade import BOT

pytestmark = pytest.mark.asyncio(loop_scope="session")

BREAKS = (
    *breaks_money.BREAKS.all,
    *breaks_changes.BREAKS.all,
    *breaks_running.BREAKS.all,
    *breaks_desk.BREAKS.all,
    *breaks_quarrels.BREAKS.all,
)
#: The first of each invariant.
FIRST = tuple({min(broken.numbers): broken for broken in reversed(BREAKS)}.values())


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


@pytest.mark.parametrize("broken", FIRST, ids=lambda broken: broken.name.replace(" ", "_"))
async def test_other_bots_are_left_alone(lived: Lived, broken: Broken) -> None:
    assert await lived.broken(broken.do, bot=BOT + 1) == ()


def _supplementary(bench: Bench) -> None:
    """A change of an order at work is invoiced on top of its price."""
    bench.accepted_change("paid", 200)


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


def _given_by_staff(bench: Bench) -> None:
    """Staff may give somebody more than they wanted."""
    breaks_running.taken(bench, "support", "fay")


def _lowered(bench: Bench) -> None:
    """Who wants less from now on keeps what is in hand."""
    breaks_running.taken(bench)
    who = bench.ids["dan"]
    bench.add(
        Audit,
        bot=BOT,
        at=bench.now,
        actor_id=who,
        action="provider.capacity",
        subject=f"person:{who}",
        detail={"capacity": 1, "before": 2},
    )


@pytest.mark.parametrize(
    "change",
    [
        _supplementary,
        _discount,
        _old_events,
        _ended_call,
        _long_numbers,
        _given_by_staff,
        _lowered,
    ],
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


async def test_a_breach_is_one_line() -> None:
    breach = Breach(6, "is cancelled, but has 100 XTR", "order K7M-3QXA")
    assert str(breach) == "invariant 6: order K7M-3QXA is cancelled, but has 100 XTR"


async def test_no_query_compares_every_row_with_every_row(lived: Lived) -> None:
    """A search by the bot alone, inside a loop, is a scan in disguise: one bot has all the rows."""

    def plans(connection: Connection) -> list[str]:
        asked: list[tuple[str, Any]] = []

        def note(
            connection: Any, cursor: Any, statement: str, values: Any, context: Any, many: bool
        ) -> None:
            asked.append((statement, values))

        event.listen(connection, "before_cursor_execute", note)
        check(connection, now=lived.now)
        event.remove(connection, "before_cursor_execute", note)
        assert len(asked) > 40
        return [
            f"{row.detail}\n{statement}"
            for statement, values in asked
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        ]

    if not lived.database.is_sqlite:
        return  # PostgreSQL joins by hash
    found = await lived.database.read(plans)
    # Counters are few, and so is what was worked out by bot.
    whole = re.compile(r"SEARCH (?!anon_)\w+ USING .*\(bot=\?\)")
    assert [plan for plan in found if whole.match(plan) and "counters" not in plan] == []
