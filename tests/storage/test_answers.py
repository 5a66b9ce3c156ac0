"""A replica dies with the answer to a pre-checkout in its hands: what is known of that answer, and who may pay when."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from handlers.events import PreCheckoutEvent
from orders.payments import APPROVAL_FRESH, APPROVAL_UNSURE
from storage import answers, outbox, outbox_care, outbox_settle
from storage.database import Connection, Database
from storage.migrate import upgrade
from storage.outbox_settle import Settlement
from storage.work import Work
from tests.storage.trade import BOT, STARS_PLAN, Bill, Someone, Trade, loaded


@pytest_asyncio.fixture
async def trade(database_url: str) -> AsyncIterator[Trade]:
    database = await Database.open(database_url)
    await upgrade(database)
    made = Trade(database)
    await made.open()
    yield made
    await database.close()


async def asks(ann: Someone, bill: Bill, query: str) -> tuple[int, ...]:
    """Telegram asks whether the payment may go ahead; the rows to be sent at once, not sent yet."""
    event = PreCheckoutEvent(
        **ann.update(),
        query_id=query,
        currency=bill.currency,
        amount=bill.amount,
        payload=bill.token,
    )
    done = await ann.trade.turns.process([event])
    assert (done.done, done.parked) == (1, 0)
    return done.urgent


async def known(trade: Trade, bill: Bill, query: str) -> bool:
    def read(connection: Connection) -> bool:
        work = Work(connection, bot=BOT, now=trade.clock.now())
        return answers.arrived(work, bill.order, query)

    return await trade.database.write(BOT, read)


async def said(trade: Trade, bill: Bill) -> list[bool]:
    """What was answered so far, oldest first."""
    rows = await trade.ask(
        "SELECT body FROM outbox WHERE order_id = :order AND label = :label ORDER BY id",
        order=bill.order,
        label=answers.PRE_CHECKOUT,
    )
    return [loaded(row.body)["params"]["ok"] for row in rows]


async def test_an_answer_in_the_hands_of_a_dead_replica_blocks_for_seconds(trade: Trade) -> None:
    ann = trade.person(5, "Ann")
    bill = await ann.order(STARS_PLAN)
    rows = await asks(ann, bill, "q1")
    assert not await known(trade, bill, "q1")
    now = trade.clock.now()
    claimed = await trade.database.write(BOT, lambda c: outbox.claim_urgent(c, BOT, rows, now))
    assert [row.id for row in claimed] == list(rows)
    # It dies here: nobody settles the row, and nobody else may send it again.
    assert not await known(trade, bill, "q1")
    trade.clock.time += APPROVAL_UNSURE - timedelta(milliseconds=1)
    await asks(ann, bill, "q2")
    trade.clock.time += timedelta(milliseconds=1)
    await asks(ann, bill, "q3")
    assert await said(trade, bill) == [True, False, True]
    # Another replica takes over; the first answer may have arrived all the same.
    found = await trade.database.write(
        BOT, lambda c: outbox_care.recover(c, BOT, epoch=1, now=trade.clock.now())
    )
    assert found.lost == rows
    assert not await known(trade, bill, "q1")
    await trade.deliver()
    assert await known(trade, bill, "q3")
    await ann.pay(bill)
    await ann.pay(bill)
    outcomes = await trade.ask("SELECT outcome FROM payments ORDER BY id")
    assert [row.outcome for row in outcomes] == ["credited", "paid_again"]


async def test_an_answer_that_arrived_blocks_for_a_minute(trade: Trade) -> None:
    ann = trade.person(5, "Ann")
    bill = await ann.order(STARS_PLAN)
    rows = await asks(ann, bill, "q1")
    now = trade.clock.now()

    def send(connection: Connection) -> None:
        for row in outbox.claim_urgent(connection, BOT, rows, now):
            sent = Settlement(id=row.id, epoch=row.epoch, state="sent")
            outbox_settle.settle(connection, BOT, [sent], now)

    await trade.database.write(BOT, send)
    assert await known(trade, bill, "q1")
    assert not await known(trade, bill, "q0")
    trade.clock.time += APPROVAL_FRESH - timedelta(milliseconds=1)
    await asks(ann, bill, "q2")
    trade.clock.time += timedelta(milliseconds=1)
    await asks(ann, bill, "q3")
    assert await said(trade, bill) == [True, False, True]
