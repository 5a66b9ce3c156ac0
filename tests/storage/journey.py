"""Everything that can become of an order today, once, in one database.

Each part is a short story of its own; `JOURNEY` has them all. `Told` keeps the orders by name, so that tests can
find the one they want to break.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import Connection

from handlers.events import PaidEvent
from storage import parking
from storage.database import Database
from tests.storage.trade import (
    BOT,
    CARD_PLAN,
    CUSTOM_PLAN,
    STAFF,
    STARS_PLAN,
    Bill,
    Someone,
    Trade,
)


@dataclass
class Told:
    """The orders of the journey, by what became of them."""

    trade: Trade
    finance: Someone
    bills: dict[str, Bill] = field(default_factory=dict)

    async def ordered(self, name: str, who: Someone, plan: str, **more: str) -> Bill:
        bill = self.bills[name] = await who.order(plan, **more)
        return bill


async def paid_with_stars(told: Told) -> None:
    ann = told.trade.person(5, "Ann")
    bill = await told.ordered("paid", ann, STARS_PLAN)
    await ann.approve(bill)
    await ann.pay(bill)


async def paid_and_cancelled(told: Told) -> None:
    ann = told.trade.person(5, "Ann")
    bill = await told.ordered("refunded", ann, STARS_PLAN)
    charge = await ann.pay(bill)
    await _cancel(ann, bill)
    await ann.hears_of_refund(bill, charge)


async def refund_that_waits(told: Told) -> None:
    """Telegram refuses the refund; it is tried again later."""
    ann = told.trade.person(5, "Ann")
    bill = await told.ordered("refund_waits", ann, STARS_PLAN)
    await ann.pay(bill)
    told.trade.refused["refund"] = "internal error"
    await _cancel(ann, bill)
    del told.trade.refused["refund"]


async def refund_under_way(told: Told) -> None:
    """The refund is still in the outbox."""
    ann = told.trade.person(5, "Ann")
    bill = await told.ordered("refund_under_way", ann, STARS_PLAN)
    await ann.pay(bill)
    told.trade.kept.add("refund")
    await _cancel(ann, bill)
    told.trade.kept.remove("refund")


async def edited_and_paid_by_card(told: Told) -> None:
    bob = told.trade.person(6, "Bob")
    bill = await told.ordered("edited", bob, CARD_PLAN)
    await bob.tap("Change it")
    await bob.tap("Confirm and get")
    bill = told.bills["by_card"] = await bob.bill()
    await bob.pay(bill)


async def card_payment_returned_by_finance(told: Told) -> None:
    bob = told.trade.person(6, "Bob")
    bill = await told.ordered("task_done", bob, CARD_PLAN)
    await bob.pay(bill)
    await _cancel(bob, bill)
    await told.finance.tap("Returned", STAFF)
    bill = await told.ordered("task_waits", bob, CARD_PLAN)
    await bob.pay(bill)
    await _cancel(bob, bill)


async def transfers(told: Told) -> None:
    bob, finance = told.trade.person(6, "Bob"), told.finance
    await told.ordered("transferred", bob, CARD_PLAN, method="Bank")
    await bob.send_photo()
    await finance.tap("Not found", STAFF)
    await bob.send_photo()
    await finance.tap("Money is there", STAFF)
    await told.ordered("proof_waits", bob, CARD_PLAN, method="Bank")
    await bob.send_photo()


async def late_money(told: Told) -> None:
    """One order comes back to life, one was begun anew meanwhile, one was cancelled."""
    cat = told.trade.person(8, "Cat")
    late = await told.ordered("late", cat, STARS_PLAN)
    revived = await told.ordered("revived", cat, STARS_PLAN)
    cancelled = await told.ordered("late_cancelled", cat, STARS_PLAN)
    await cat.tap("Cancel order")
    await cat.tap("Yes, cancel it")
    await told.trade.pass_time(hours=25)
    await cat.pay(late)
    await cat.say(f"/order {revived.number}")
    await cat.tap("Bring it back")
    await cat.pay(revived)
    await cat.pay(cancelled)
    await told.ordered("expired", cat, STARS_PLAN)
    await told.trade.pass_time(hours=25)


async def odd_money(told: Told) -> None:
    """Twice, too little, by somebody else, for nothing we know."""
    cat, dan = told.trade.person(8, "Cat"), told.trade.person(10, "Dan")
    twice = await told.ordered("twice", cat, STARS_PLAN)
    await cat.pay(twice)
    await cat.pay(twice)
    little = await told.ordered("little", cat, STARS_PLAN)
    await cat.pay(little, amount=little.amount - 1)
    await dan.say("/start")
    await dan.pay(little)
    await dan.pay(little, token="no-such-invoice")
    returned = await told.ordered("returned", dan, STARS_PLAN)
    await dan.pay(returned, amount=1)
    await told.finance.tap("Return the money", STAFF)


async def reviewed(told: Told) -> None:
    """Briefs that a person looks at."""
    cat = told.trade.person(8, "Cat")
    for name, decision in (
        ("cleared", "Clear it"),
        ("refused", "Refuse, with refund"),
        ("review", ""),
    ):
        bill = await told.ordered(name, cat, STARS_PLAN, goal="Promote our vape shop")
        await cat.pay(bill)
        if decision:
            await told.finance.tap(decision, STAFF)


async def quoted(told: Told) -> None:
    """Custom plans: one is quoted and accepted, one is declined, one waits."""
    dan = told.trade.person(10, "Dan")
    for name, decision in (
        ("quote_accepted", "Accept and get the invoice"),
        ("quote_declined", "Decline"),
        ("quote_waits", ""),
    ):
        await dan.summarise(CUSTOM_PLAN, "A film about our factory")
        await dan.tap("Ask for a quote")
        rows = await told.trade.ask("SELECT number FROM orders ORDER BY id DESC LIMIT 1")
        number = rows[0].number
        if decision:
            await told.finance.say(f"/quote {number} 500 XTR 14", STAFF)
            await dan.tap(decision)
        told.bills[name] = replace(await dan.bill(), number=number)


async def parked_money(told: Told) -> None:
    """Payments whose turns failed: one was booked later, one still waits."""
    ann, trade = told.trade.person(5, "Ann"), told.trade
    bill = await told.ordered("parked", ann, STARS_PLAN)
    for name in ("parked", "parked_waits"):
        event, now = ann.paid(bill), trade.clock.now()

        def park(connection: Connection, event: PaidEvent = event, now: datetime = now) -> None:
            parking.keep_money(connection, BOT, event, now)
            parking.keep(connection, BOT, event, "KeyError: 'x'", now, now)

        await trade.database.write(BOT, park)
        if name == "parked":
            assert await trade.turns.retry_parked() == 1
            await trade.deliver()


async def unfinished(told: Told) -> None:
    """An order that awaits payment, and a brief somebody is still writing."""
    dan = told.trade.person(10, "Dan")
    bill = await told.ordered("waits", dan, STARS_PLAN)
    await dan.approve(bill)
    await dan.summarise(STARS_PLAN, "A brochure for the fair")


async def _cancel(who: Someone, bill: Bill) -> None:
    await who.say(f"/order {bill.number}")
    await who.tap("Cancel order")
    await who.tap("Yes, cancel it")


#: In this order: those that let time go by come first.
JOURNEY = (
    late_money,
    paid_with_stars,
    paid_and_cancelled,
    edited_and_paid_by_card,
    card_payment_returned_by_finance,
    transfers,
    odd_money,
    reviewed,
    quoted,
    parked_money,
    unfinished,
    refund_that_waits,
    refund_under_way,
)


async def start(database: Database) -> Told:
    """Open the business in an empty database; then live through the parts of `JOURNEY`."""
    trade = Trade(database)
    await trade.open()
    return Told(trade, trade.person(9, "Fay"))
