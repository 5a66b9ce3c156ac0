"""Held money that somebody has to settle: its notice in the staff chat, its deadline, and the way back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.words import N_
from handlers import audit, refunding
from handlers.events import TimerEvent
from handlers.turn import Turn
from orders import ledger
from orders.money import Money
from storage import money
from storage.accounts import Case, Payment
from storage.records import Order

TIMER = "case"
#: How long before its deadline finance is reminded, and how often an overdue case comes up again.
REMIND_BEFORE = timedelta(hours=4)
AGAIN_AFTER = timedelta(hours=12)


def watch(turn: Turn, case: Case) -> None:
    """See to it that an open case is not forgotten."""
    subject, params = f"case:{case.id}", {"case": case.id}
    turn.work.set_timer(TIMER, subject, "remind", case.due_at - REMIND_BEFORE, params)
    turn.work.set_timer(TIMER, subject, "overdue", case.due_at, params)


def on_timer(turn: Turn) -> None:
    """A deadline comes near, or has passed: finance is told once more, then those who lead."""
    event = turn.event
    assert isinstance(event, TimerEvent)
    session = turn.work.session
    case = session.get(Case, int(str(event.params["case"])))
    if case is None or case.state != "open":
        return
    if event.slot == "remind" and case.due_at <= turn.now:
        # After an outage: the deadline itself says more.
        return
    payment = session.get_one(Payment, case.payment_id)
    order = session.get(Order, case.order_id) if case.order_id else None
    show(turn, case, payment, order, urge=event.slot)
    if event.slot == "overdue":
        _escalate(turn, case, payment, order)
        again = turn.now + AGAIN_AFTER
        turn.work.set_timer(TIMER, event.subject, "overdue", again, event.params)


def _escalate(turn: Turn, case: Case, payment: Payment, order: Order | None) -> None:
    """Those who lead hear of it in their own chat with the bot."""
    for user in sorted(turn.business.admins):
        person = turn.work.person(user)
        if person is not None and person.blocked_at is None:
            turn.say(
                person,
                "staff/case",
                order_id=order.id if order else None,
                priority=2,
                **_shown(turn, case, payment, order, person.language, "overdue"),
            )


def _shown(
    turn: Turn, case: Case, payment: Payment, order: Order | None, language: str, urge: str
) -> dict[str, Any]:
    return {
        "case": case,
        "payment": payment,
        "number": order.number if order else "",
        "amount": turn.words(language).price(payment.amount, payment.currency),
        "refunded": _held(turn, payment).amount == 0,
        "urge": urge,
    }


def _held(turn: Turn, payment: Payment) -> Money:
    return money.balance(turn.work.session, ledger.held(str(payment.id)), payment.currency)


def show(turn: Turn, case: Case, payment: Payment, order: Order | None, *, urge: str = "") -> None:
    """The case in the staff chat; `urge` (remind, overdue) makes it news again."""
    chat = turn.business.staff_chat
    if chat is None:
        return
    language = turn.business.staff_language
    words = turn.words(language)
    shown = _shown(turn, case, payment, order, language, urge)
    rows: tuple[tuple[Button, ...], ...] = ()
    actions = []
    if case.state == "open" and not shown["refunded"]:
        rows = ((Button(label=words.gettext("↩️ Return the money"), action=0, style="danger"),),)
        actions = [("case.return", {"case": case.id})]
    turn.work.show(
        chat,
        "notice",
        f"case:{case.id}",
        Content(text=words.html("staff/case", **shown), buttons=rows),
        actions,
        anew=bool(urge),
        label="staff/case",
        order_id=order.id if order else None,
    )


def on_return(turn: Turn, case_id: int) -> None:
    """Finance returns held money."""
    session = turn.work.session
    case = session.get_one(Case, case_id)
    payment = session.get_one(Payment, case.payment_id)
    if payment.payer_id == turn.person.user_id:
        turn.toast(N_("This is your own payment; a colleague has to confirm it."), alert=True)
        return
    held = _held(turn, payment)
    if held.amount > 0:
        refund = refunding.request(turn, payment, held, case.kind)
        refund.approved_by = turn.person.id
        case.closed_by = turn.person.id
        audit.record(
            turn, "case.return", f"case:{case.id}", amount=held.amount, currency=held.currency
        )
    order = session.get(Order, case.order_id) if case.order_id else None
    show(turn, case, payment, order)
    turn.toast(N_("The money is on its way back."))
