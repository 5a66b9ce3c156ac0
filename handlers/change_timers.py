"""Reminders and the end of a change that waits for somebody."""

from __future__ import annotations

from datetime import timedelta

from handlers import change_notices, changing
from handlers.events import TimerEvent
from handlers.turn import Turn
from orders.changes import OPEN, ChangeState
from orders.clock import shift_out_of_quiet
from orders.refusal import Refusal
from storage import changing_queries as stored
from storage import orders
from storage.changing import ChangeRequest
from storage.records import Order

#: A change whose payment is under way is looked at again after this time.
RETRY = timedelta(minutes=10)


def on_timer(turn: Turn) -> None:
    """A slot of a change is due; it may have moved on since."""
    event = turn.event
    assert isinstance(event, TimerEvent)
    change = turn.work.session.get(ChangeRequest, int(str(event.params["change"])))
    if change is None or change.state not in OPEN:
        return
    order = turn.work.session.get_one(Order, change.order_id)
    match event.slot:
        case "expire":
            _expire(turn, order, change, event)
        case "silence":
            change_notices.ask_staff(turn, order, change)
        case _:
            _remind(turn, order, change, event)


def _expire(turn: Turn, order: Order, change: ChangeRequest, event: TimerEvent) -> None:
    made = changing.expire(turn, order, change)
    if isinstance(made, Refusal):
        later = max(change.expires_at, turn.now + RETRY)
        turn.work.set_timer(event.kind, event.subject, event.slot, later, event.params)


def _remind(turn: Turn, order: Order, change: ChangeRequest, event: TimerEvent) -> None:
    """Once, not at night, and not when the end is there as well."""
    morning = shift_out_of_quiet(turn.now, turn.business.quiet, turn.business.zone)
    if morning >= change.expires_at:
        return
    if morning > turn.now:
        turn.work.set_timer(event.kind, event.subject, event.slot, morning, event.params)
        return
    if change.state == ChangeState.ACCEPTED:
        from handlers import invoicing

        invoice = stored.invoice_of(turn.work.session, change)
        if invoice is None or changing.facts_of(turn, order, change).paying:
            return
        customer = orders.person_by_id(turn.work.session, order.customer_id)
        turn.say(
            customer,
            "change/remind_invoice",
            number=order.number,
            until=invoice.expires_at,
            order_id=order.id,
        )
        invoicing.show(turn, order, invoice)
        return
    change_notices.show(turn, order, change, news=True, reminder=True)
