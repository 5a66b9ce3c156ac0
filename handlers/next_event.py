"""What happens next with an order, and by when, as its card says it."""

from __future__ import annotations

from datetime import datetime, timedelta

from dialogs.words import Words
from handlers import review_view
from handlers.card_actions import accept_by
from handlers.turn import Turn
from orders.lifecycle import State
from storage import deliveries
from storage.records import Order


def next_event(
    turn: Turn,
    order: Order,
    words: Words,
    *,
    until: datetime | None,
    proof_waiting: bool,
    staff: bool = False,
) -> str:
    """In words; `until` is when an order that awaits payment must be paid, `staff` says who reads it."""
    if order.on_hold and not order.change_pending:
        return words.gettext("a question is settled; the clocks stand still until then")
    if order.state == State.AWAITING_REVIEW:
        return review_view.next_event(turn, order, words)
    if order.state == State.DELIVERED and _problem_open(turn, order):
        if staff:
            return words.gettext(
                "staff look into what the customer reported; nothing is accepted meanwhile"
            )
        return words.gettext("our team looks into what you reported; nothing is accepted meanwhile")
    return (_for_staff(order, words) if staff else "") or _for_customer(
        order, words, until, proof_waiting
    )


def _problem_open(turn: Turn, order: Order) -> bool:
    delivery = deliveries.latest_sent(turn.work.session, order)
    return delivery is not None and delivery.problem_at is not None


def _for_staff(order: Order, words: Words) -> str:
    """What is next, where staff and providers would read "your" as theirs; "" where it reads alike."""
    match State(order.state):
        case State.AWAITING_CUSTOMER:
            return words.gettext("the customer's answer; the clock stands still until then")
        case State.DELIVERED if order.delivered_at is not None:
            when = words.moment(accept_by(order))
            return words.gettext("the customer's check, by {when}", when=when)
        case _:
            return ""


def _for_customer(order: Order, words: Words, until: datetime | None, proof_waiting: bool) -> str:
    match State(order.state):
        case State.AWAITING_PAYMENT if proof_waiting:
            return words.gettext("we confirm your transfer, within one business day")
        case State.AWAITING_PAYMENT if until is not None:
            return words.gettext("pay by {when}", when=words.moment(until))
        case State.EXPIRED if not order.revived:
            return words.gettext("one tap brings it back")
        case State.AWAITING_PROVIDER:
            when = words.moment(order.state_since + timedelta(hours=72))
            return words.gettext("a specialist takes it, by {when} at the latest", when=when)
        case State.AWAITING_CUSTOMER:
            return words.gettext("your answer; the clock stands still until then")
        case State.IN_PROGRESS if _report_comes_first(order):
            assert order.next_report_at is not None
            return words.gettext("progress report on {when}", when=words.date(order.next_report_at))
        case State.IN_PROGRESS | State.IN_REVISION if order.late and order.due_at is not None:
            return words.gettext("delivery, due since {when}", when=words.moment(order.due_at))
        case State.IN_PROGRESS | State.IN_REVISION if order.due_at is not None:
            return words.gettext("delivery by {when}", when=words.moment(order.due_at))
        case State.DELIVERED if order.delivered_at is not None:
            when = words.moment(accept_by(order))
            return words.gettext("your check, by {when}", when=when)
        case State.CANCELLED | State.COMPLETED | State.EXPIRED:
            return words.gettext("nothing more to do")
        case _ if order.delivery_on:
            return words.gettext("delivery on {when}", when=words.date(order.delivery_on))
        case _:
            return ""


def _report_comes_first(order: Order) -> bool:
    """Whether a report is due before the work is."""
    report, due = order.next_report_at, order.due_at
    return report is not None and not order.late and (due is None or report < due)
