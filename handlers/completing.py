"""The work is done, or it is not after all: what the provider has earned, and when it is paid out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.words import N_
from handlers import audit, cards
from handlers.turn import Turn
from orders import ledger
from orders.lifecycle import WINDOWS, Move, State
from orders.money import Money
from storage import deliveries, money, orders, reviews
from storage.records import Order
from storage.working import Payout

#: Timers of this kind have the effect summary shown, once everything else has been said.
SUMMARY = "summary"


def follow(turn: Turn, order: Order, made: Move) -> None:
    """What a completion, or its end, means for the money.

    A ruling that gives something back is settled by who carries it out, once the refund is booked: see `settle`.
    """
    if made.source is State.COMPLETED and made.target is not State.COMPLETED:
        reverse(turn, order)
        _count(turn, order, -1)
    if made.target is State.COMPLETED and made.source is not State.COMPLETED:
        if made.refund is None:
            settle(turn, order)
        _count(turn, order, 1)
        turn.work.set_timer(SUMMARY, f"order:{order.id}", "now", turn.now, {"order": order.id})


def _count(turn: Turn, order: Order, sign: int) -> None:
    """A finished order counts for its service and its provider, and as punctual when nothing came late."""
    session = turn.work.session
    on_time = 0 if reviews.was_late(session, order) else sign
    for subject in reviews.subjects(session, order):
        reviews.count(session, turn.work.bot, subject, finished=sign, on_time=on_time)


def settle(turn: Turn, order: Order) -> Payout | None:
    """Book what is left in the order as earned: the provider's part waits for clearance. Once per completion.

    An order that ended without being completed has nothing to wait for: its part can be paid out at once.
    """
    session = turn.work.session
    price = money.order_balance(session, order)
    if order.provider_id is None or price.amount <= 0:
        return None
    fee = Money(price.amount * turn.business.fee_percent // 100, price.currency)
    completed = order.state == State.COMPLETED
    payout = Payout(
        bot=turn.work.bot,
        order_id=order.id,
        provider_id=order.provider_id,
        currency=price.currency,
        price=price.amount,
        fee=fee.amount,
        state="held" if completed else "releasable",
        at=turn.now,
        clears_at=turn.now + WINDOWS.clearance if completed else turn.now,
        paid_by=None,
        closed_at=None,
    )
    session.add(payout)
    entry = ledger.completed(order.number, str(order.provider_id), price, fee)
    money.post(session, turn.work.bot, entry, now=turn.now, cause=turn.cause, order=order)
    if not completed:
        show_task(turn, order, payout)
    return payout


def reverse(turn: Turn, order: Order) -> None:
    """The order is open again: what was earned returns to it. What was paid out already is owed by the provider."""
    session = turn.work.session
    payout = deliveries.payout_of(session, order)
    if payout is None:
        return
    entry = ledger.completion_reversed(
        order.number,
        str(payout.provider_id),
        Money(payout.price, payout.currency),
        Money(payout.fee, payout.currency),
    )
    money.post(session, turn.work.bot, entry, now=turn.now, cause=turn.cause, order=order)
    payout.state = "reversed"
    payout.closed_at = turn.now
    session.flush()
    show_task(turn, order, payout, only_if_shown=True)


def on_clear(turn: Turn, order: Order, slot: str) -> None:
    """The time for a dispute is over: finance can pay the provider."""
    payout = deliveries.payout_of(turn.work.session, order)
    if payout is not None and payout.state == "held":
        payout.state = "releasable"
        turn.work.session.flush()
        show_task(turn, order, payout)


def free(turn: Turn, order: Order) -> None:
    """Nothing is left to argue about: what was earned need not wait for its time, unless something else holds it."""
    payout = deliveries.payout_of(turn.work.session, order)
    if payout is not None and payout.state == "held":
        payout.clears_at = turn.now
        if not order.on_hold:
            on_clear(turn, order, "")


def freeze(turn: Turn, order: Order) -> None:
    """Something holds the order: what could be paid out waits again."""
    payout = deliveries.payout_of(turn.work.session, order)
    if payout is not None and payout.state == "releasable":
        payout.state = "held"
        turn.work.session.flush()
        show_task(turn, order, payout, only_if_shown=True)


def thaw(turn: Turn, order: Order) -> None:
    """Nothing holds it any more: what was due to be paid out is due now."""
    payout = deliveries.payout_of(turn.work.session, order)
    if payout is not None and payout.clears_at <= turn.now:
        on_clear(turn, order, "")


def show_task(turn: Turn, order: Order, payout: Payout, *, only_if_shown: bool = False) -> None:
    """Finance's task in the staff chat: pay the provider, then press the button."""
    chat = turn.business.staff_chat
    if chat is None:
        return
    subject = f"payout:{payout.id}"
    if only_if_shown and turn.work.surface(chat, "notice", subject) is None:
        return
    words = turn.words(turn.business.staff_language)
    due = payout.state == "releasable"
    pay = Button(label=words.gettext("✅ Paid out"), action=0, style="success")
    turn.work.show(
        chat,
        "notice",
        subject,
        Content(
            text=words.html(
                "staff/payout",
                order=cards.view(turn, order, words, staff=True),
                payout=payout,
                provider=orders.person_by_id(turn.work.session, payout.provider_id).name,
                amount=words.price(payout.price - payout.fee, payout.currency),
                fee=words.price(payout.fee, payout.currency),
            ),
            buttons=((pay,),) if due else (),
        ),
        [("payout.paid", {"payout": payout.id})] if due else [],
        label="staff/payout",
        order_id=order.id,
    )


def on_paid(turn: Turn, value: Mapping[str, Any]) -> None:
    """Finance pressed "paid out"."""
    session = turn.work.session
    payout = session.get_one(Payout, int(value["payout"]))
    order = session.get_one(Order, payout.order_id)
    staff = turn.person
    if payout.provider_id == staff.id:
        turn.toast(N_("This is your own money; a colleague has to confirm it."), alert=True)
        return
    if order.on_hold:
        turn.toast(N_("The order is on hold while a question is settled."), alert=True)
        return
    if payout.state != "releasable":
        turn.toast(N_("Already done."))
        return
    earned = Money(payout.price - payout.fee, payout.currency)
    payout.state, payout.paid_by, payout.closed_at = "paid", staff.id, turn.now
    if earned.amount > 0:
        entry = ledger.paid_out(str(payout.provider_id), earned)
        money.post(session, turn.work.bot, entry, now=turn.now, cause=turn.cause, order=order)
    audit.record(
        turn, "payout.paid", f"payout:{payout.id}", amount=earned.amount, currency=earned.currency
    )
    session.flush()
    show_task(turn, order, payout)
    provider = orders.person_by_id(session, payout.provider_id)
    turn.say(
        provider,
        "told/paid_out",
        number=order.number,
        amount=turn.words(provider.language).money(earned),
        order_id=order.id,
    )
    turn.toast(N_("Thank you, the specialist has been told."))
