"""Money on its way back: asked for in the turn, carried out by the outbox or by finance."""

from __future__ import annotations

from dialogs.content import Button, Content
from dialogs.words import N_
from handlers.events import DeliveredEvent
from handlers.turn import Turn
from orders import ledger
from orders.balances import payment_totals
from orders.methods import Method
from orders.money import Money
from storage import money, orders
from storage.accounts import Case, Payment, Refund
from storage.records import Audit, Order

#: Minutes until the next try of a refund by the gateway's interface.
RETRY_MINUTES = (1, 5, 30, 120, 720)


def refund_all(turn: Turn, order: Order, reason: str) -> None:
    """Give back everything that came into an order and is not already on its way."""
    for payment in money.payments_of(turn.work.session, order):
        if payment.outcome in ("credited", "paid_late") and not _held(turn, payment):
            totals = payment_totals(
                money.entries_of(turn.work.session, order), str(payment.id), payment.currency
            )
            if totals.refundable.amount > 0:
                request(turn, payment, totals.refundable, reason)


def _held(turn: Turn, payment: Payment) -> bool:
    return (
        money.balance(turn.work.session, ledger.held(str(payment.id)), payment.currency).amount > 0
    )


def request(turn: Turn, payment: Payment, amount: Money, reason: str) -> Refund:
    """Set money aside to go back, and start the way it goes: Stars by the API, the rest as finance's task."""
    session = turn.work.session
    from_held = _held(turn, payment)
    order = session.get(Order, payment.order_id) if payment.order_id else None
    refund = Refund(
        bot=turn.work.bot,
        payment_id=payment.id,
        order_id=payment.order_id,
        currency=amount.currency,
        amount=amount.amount,
        reason=reason,
        way="stars" if payment.gateway == Method.STARS else "task",
        key=f"refund-{turn.random(12).hex()}",
        state="processing" if payment.gateway == Method.STARS else "approved",
        requested_by=None,
        approved_by=None,
        requested_at=turn.now,
        settled_at=None,
    )
    session.add(refund)
    entry = ledger.refund_requested(
        order.number if order else "", str(payment.id), amount, from_held=from_held
    )
    money.post(
        session,
        turn.work.bot,
        entry,
        now=turn.now,
        cause=turn.cause,
        order=order,
        payment=payment,
        refund=refund,
    )
    if refund.way == "stars":
        call_gateway(turn, refund, payment)
    else:
        show_task(turn, refund, payment)
    return refund


def book_foreign(turn: Turn, payment: Payment, amount: Money) -> bool:
    """Telegram returned money that we did not ask it to return: book it, and show it to staff.

    A repeat, or more than what is left of the payment, books nothing: False.
    """
    session = turn.work.session
    order = session.get(Order, payment.order_id) if payment.order_id else None
    sent_back = sum(
        refund.amount
        for refund in session.query(Refund).filter_by(payment_id=payment.id)
        if refund.state != "rejected"
    )
    if amount.amount <= 0 or sent_back + amount.amount > payment.amount:
        return False
    refund = Refund(
        bot=turn.work.bot,
        payment_id=payment.id,
        order_id=payment.order_id,
        currency=amount.currency,
        amount=amount.amount,
        reason="outside",
        way="task",
        key=f"refund-{turn.random(12).hex()}",
        state="approved",
        requested_by=None,
        approved_by=None,
        requested_at=turn.now,
        settled_at=None,
    )
    session.add(refund)
    entry = ledger.refund_requested(
        order.number if order else "", str(payment.id), amount, from_held=_held(turn, payment)
    )
    money.post(
        session,
        turn.work.bot,
        entry,
        now=turn.now,
        cause=turn.cause,
        order=order,
        payment=payment,
        refund=refund,
    )
    succeed(turn, refund)
    show_task(turn, refund, payment)
    return True


def call_gateway(turn: Turn, refund: Refund, payment: Payment) -> None:
    """Have Telegram return Stars. The charge id is the key: a repeat answers CHARGE_ALREADY_REFUNDED."""
    refund.tries += 1
    turn.work.session.flush()
    turn.work.call(
        payment.payer_id,
        "refundStarPayment",
        {"user_id": payment.payer_id, "telegram_payment_charge_id": payment.charge_id},
        label="refund",
        order_id=refund.order_id,
        tell={"refund": refund.id},
    )


def show_task(turn: Turn, refund: Refund, payment: Payment) -> None:
    """Finance's task in the staff chat: return the money where it came from, then press the button."""
    chat = turn.business.staff_chat
    if chat is None:
        return
    turn.work.session.flush()
    words = turn.words(turn.business.default_language)
    order = turn.work.session.get(Order, refund.order_id) if refund.order_id else None
    done = refund.state == "succeeded"
    text = words.html(
        "staff/refund_task",
        refund=refund,
        payment=payment,
        number=order.number if order else "",
        amount=words.price(refund.amount, refund.currency),
        done=done,
    )
    rows = (
        () if done else ((Button(label=words.gettext("✅ Returned"), action=0, style="success"),),)
    )
    actions = [] if done else [("refund.done", {"refund": refund.id})]
    turn.work.show(
        chat,
        "notice",
        f"refund:{refund.id}",
        Content(text=text, buttons=rows),
        actions,
        label="staff/refund_task",
    )


def succeed(turn: Turn, refund: Refund) -> None:
    """The money is back with the customer."""
    if refund.state == "succeeded":
        return
    session = turn.work.session
    payment = session.get_one(Payment, refund.payment_id)
    order = session.get(Order, refund.order_id) if refund.order_id else None
    refund.state = "succeeded"
    refund.settled_at = turn.now
    amount = Money(refund.amount, refund.currency)
    entry = ledger.refund_succeeded(
        payment.gateway, order.number if order else "", str(payment.id), amount
    )
    money.post(
        session,
        turn.work.bot,
        entry,
        now=turn.now,
        cause=turn.cause,
        order=order,
        payment=payment,
        refund=refund,
    )
    for case in session.query(Case).filter(Case.payment_id == payment.id, Case.state == "open"):
        case.state = "returned"
        case.closed_at = turn.now
    payer = turn.work.person(payment.payer_id)
    if payer is not None:
        turn.say(
            payer,
            "told/refunded",
            amount=turn.words(payer.language).money(amount),
            number=order.number if order else "",
            gateway=payment.gateway,
            order_id=refund.order_id,
        )
    if order is not None:
        from handlers import cards

        cards.refresh(turn, order)


def on_gateway_answer(turn: Turn) -> None:
    """The outbox row of a Stars refund came to its end."""
    event = turn.event
    assert isinstance(event, DeliveredEvent)
    session = turn.work.session
    refund = session.get_one(Refund, int(str(event.params["refund"])))
    if refund.state != "processing":
        return
    if event.outcome == "sent" or "CHARGE_ALREADY_REFUNDED" in event.reason.upper():
        succeed(turn, refund)
        return
    refund.error = event.reason[:200]
    if refund.tries <= len(RETRY_MINUTES):
        from datetime import timedelta

        due = turn.now + timedelta(minutes=RETRY_MINUTES[refund.tries - 1])
        turn.work.set_timer("refund", f"refund:{refund.id}", "retry", due, {"refund": refund.id})
        return
    refund.way = "task"
    refund.state = "approved"
    show_task(turn, refund, session.get_one(Payment, refund.payment_id))


def on_retry(turn: Turn, refund_id: int) -> None:
    """Try a Stars refund again."""
    refund = turn.work.session.get_one(Refund, refund_id)
    if refund.state == "processing":
        call_gateway(turn, refund, turn.work.session.get_one(Payment, refund.payment_id))


def on_done(turn: Turn, refund_id: int) -> None:
    """Finance pressed "returned"."""
    refund = turn.work.session.get_one(Refund, refund_id)
    payment = turn.work.session.get_one(Payment, refund.payment_id)
    staff = turn.person
    if not turn.business.is_finance(staff.user_id):
        turn.toast(N_("Only finance staff may confirm this."), alert=True)
        return
    if payment.payer_id == staff.user_id:
        turn.toast(N_("This is your own payment; a colleague has to confirm it."), alert=True)
        return
    if refund.state == "succeeded":
        turn.toast(N_("Already done."))
        return
    refund.approved_by = staff.id
    turn.work.session.add(
        Audit(
            bot=turn.work.bot,
            at=turn.now,
            actor_id=staff.id,
            action="refund.done",
            subject=f"refund:{refund.id}",
            detail={"amount": refund.amount, "currency": refund.currency},
        )
    )
    succeed(turn, refund)
    show_task(turn, refund, payment)
    turn.toast(N_("Thank you, the customer has been told."))


__all__ = [
    "call_gateway",
    "on_done",
    "on_gateway_answer",
    "on_retry",
    "orders",
    "refund_all",
    "request",
    "succeed",
]
