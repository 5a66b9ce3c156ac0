"""What a provider has earned: booked at completion, held, paid out once, taken back when the order is opened again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text

from handlers import moving
from handlers.turn import Turn
from orders.lifecycle import Actor, Move
from storage.records import Order
from tests.handlers.house import ADMIN, BOT, CUSTOMER, MAKER, STAFF, House


async def completed(house: House) -> int:
    await house.hire(MAKER)
    order = await house.order(CUSTOMER, MAKER)
    await house.deliver(MAKER)
    await house.tap(CUSTOMER, "Accept it")
    return order


async def accounts(house: House) -> dict[str, int]:
    """Balances by kind of account, without those that are empty."""
    rows = await house.rows("select account, amount from ledger_postings")
    sums: Counter[str] = Counter()
    for row in rows:
        sums[row["account"].split(":")[0]] += row["amount"]
    return {account: amount for account, amount in sums.items() if amount}


async def in_a_turn(house: House, act: Callable[[Turn], None]) -> None:
    """Have something done in a turn of the admin's, in the staff chat."""
    handle, house.turns._handle = house.turns._handle, act
    try:
        await house.say(ADMIN, "x", chat=STAFF)
    finally:
        house.turns._handle = handle


async def reopen(house: House, order: int) -> None:
    def act(turn: Turn) -> None:
        record = turn.work.session.get_one(Order, order)
        made = moving.move(turn, record, "reopen", Actor.SUPPORT, actor_id=turn.person.id)
        assert isinstance(made, Move)

    await in_a_turn(house, act)


async def test_the_share_waits_for_clearance_and_is_paid_once(house: House) -> None:
    await completed(house)
    assert await accounts(house) == {"gateway": -11600, "payable": 9280, "revenue": 2320}
    assert not [one for one in await house.buttons(STAFF) if "Paid out" in one.label]
    await house.wait(timedelta(days=14, minutes=1))
    await house.tap(MAKER, "Paid out", chat=STAFF)
    assert (await house.rows("select state from payouts"))[0]["state"] == "releasable"
    await house.tap(ADMIN, "Paid out", chat=STAFF)
    rows = await house.rows("select state, paid_by from payouts")
    assert rows[0]["state"] == "paid"
    assert await accounts(house) == {"gateway": -2320, "revenue": 2320}
    assert "⭐ 9,280" in (await house.texts(MAKER, "told/paid_out"))[-1]


async def test_an_order_that_is_opened_again_takes_its_money_back(house: House) -> None:
    order = await completed(house)
    await reopen(house, order)
    assert await accounts(house) == {"gateway": -11600, "order": 11600}
    assert (await house.rows("select finished, on_time from standings limit 1"))[0] == {
        "finished": 0,
        "on_time": 0,
    }
    assert await house.breaches() == []
    assert "is open again" in (await house.texts(CUSTOMER, "told/reopen_customer"))[-1]
    await house.deliver(MAKER)
    await house.tap(CUSTOMER, "Accept it")
    states = [row["state"] for row in await house.rows("select state from payouts order by id")]
    assert states == ["reversed", "held"]
    assert await accounts(house) == {"gateway": -11600, "payable": 9280, "revenue": 2320}


async def test_a_hold_freezes_the_payout_and_what_was_due_meanwhile_comes_after(
    house: House,
) -> None:
    order = await completed(house)

    def hold(turn: Turn) -> None:
        record = turn.work.session.get_one(Order, order)
        record.on_hold = not record.on_hold
        turn.work.session.flush()
        if not record.on_hold:
            moving.set_timers(turn, record)

    await in_a_turn(house, hold)
    await house.wait(timedelta(days=20))
    assert (await house.rows("select state from payouts"))[0]["state"] == "held"
    await in_a_turn(house, hold)
    await house.wait(timedelta(minutes=1))
    assert (await house.rows("select state from payouts"))[0]["state"] == "releasable"


@pytest.mark.parametrize(
    ("broken", "mended", "said"),
    [
        ("update payouts set fee = fee + 1", "update payouts set fee = fee - 1", "is owed"),
        ("update payouts set fee = -1", "update payouts set fee = 2320", "keeps -1"),
        (
            "update payouts set paid_by = provider_id",
            "update payouts set paid_by = null",
            "confirmed by who got it",
        ),
        (
            "update standings set reviews = 1 where subject like 'provider:%'",
            "update standings set reviews = 0",
            "counts 0 stars of 1 reviews",
        ),
    ],
)
async def test_the_auditor_sees_what_does_not_fit(
    house: House, broken: str, mended: str, said: str
) -> None:
    await completed(house)

    async def run(statement: str) -> None:
        await house.database.write(BOT, lambda c: c.execute(text(statement)) and None)

    await run(broken)
    assert any(said in breach for breach in await house.breaches())
    await run(mended)
