"""Moving an order along its lifecycle: decide by the rules, write, set the timers, tell people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handlers import cards, invoices, telling
from handlers.turn import Turn
from orders.attempts import AttemptState
from orders.balances import order_totals
from orders.lifecycle import Actor, Move, OrderFacts, State, apply, decide, due_at, timers_for
from orders.methods import Method
from orders.refusal import Refusal
from storage import money, orders
from storage import working_queries as working
from storage.records import HistoryRow, Order
from storage.staff import standing_holds

TIMER = "order"
#: What a move changes beside the state, kept in columns of the same names.
_KEPT = (
    "late",
    "due_at",
    "next_report_at",
    "asked_at",
    "delivered_at",
    "completed_at",
    "extensions",
    "revisions_used",
    "declines",
    "cancel_proposed_at",
    "cancel_percent",
)


def subject(order: Order) -> str:
    """How timers and surfaces name an order."""
    return f"order:{order.id}"


def facts_of(turn: Turn, order: Order) -> OrderFacts:
    """The order as the rules see it now, read from its records."""
    session = turn.work.session
    invoice = money.latest_invoice(session, order)
    unpaid = order.state == State.AWAITING_PAYMENT
    service = orders.service_of(session, order)
    plan = service.plan(order.plan)
    current = turn.shelf.versions.get(service.key) == order.service_id
    draft = working.open_delivery(session, order)
    return OrderFacts(
        state=State(order.state),
        version=order.version,
        late=order.late,
        on_hold=order.on_hold,
        held_since=order.held_since,
        disputed=order.on_hold
        and any(hold.kind == "dispute" for hold in standing_holds(session, order)),
        change_pending=order.change_pending,
        method=Method(order.method) if order.method else None,
        awaiting_since=order.state_since if unpaid else None,
        due_at=order.due_at,
        next_report_at=order.next_report_at,
        asked_at=order.asked_at,
        delivered_at=order.delivered_at,
        completed_at=order.completed_at,
        extensions=order.extensions,
        revisions_used=order.revisions_used,
        revisions_allowed=(plan.revisions if plan else 0) + order.extra_revisions,
        declines=order.declines,
        cancel_proposed_by=Actor(order.cancel_proposed_by) if order.cancel_proposed_by else None,
        cancel_proposed_at=order.cancel_proposed_at,
        cancel_percent=order.cancel_percent,
        pre_checkout_at=invoice.approved_at if invoice is not None and unpaid else None,
        proof_waiting=invoice is not None and money.waiting_proof(session, invoice) is not None,
        paid_in=order.paid_at is not None,
        fully_paid=_paid_into(turn, order) >= order.price > 0,
        price_unchanged=current or not price_changed(turn, order),
        revived=order.revived,
        entered_at=order.state_since,
        has_provider=order.provider_id is not None,
        artefacts=len(draft.artefacts) if draft else 0,
        checklist_done=draft is not None and all(done for _, done in draft.checklist),
    )


def _paid_into(turn: Turn, order: Order) -> int:
    """What was paid and has not gone back. Once it was earned, the order's own account is empty.

    What staff had returned of an order that goes on was paid all the same.
    """
    session = turn.work.session
    given = money.goodwill(session, order).amount
    if order.state != State.COMPLETED:
        return money.order_balance(session, order).amount + given
    entries = money.entries_of(session, order)
    return order_totals(entries, order.number, order.currency).refundable.amount + given


def price_changed(turn: Turn, order: Order) -> bool:
    """Whether the plan costs something else today than when this order was made."""
    service = turn.shelf.catalogue.service(orders.service_of(turn.work.session, order).key)
    plan = service.plan(order.plan) if service else None
    if plan is None:
        return True
    return not plan.is_custom and plan.prices.get(order.currency) != order.price


def move(
    turn: Turn,
    order: Order,
    name: str,
    actor: Actor,
    *,
    actor_id: int | None = None,
    quiet: bool = False,
    note: str = "",
    **choice: Any,
) -> Move | Refusal:
    """Take a transition, or say why not. Writes the order, its history row and its timers, and tells people.

    `quiet` leaves the telling to the caller. Money that goes back is `handlers.refunding`'s.
    """
    facts = facts_of(turn, order)
    made = decide(name, facts, actor, turn.now, reason=note, **choice)
    if isinstance(made, Refusal):
        return made
    session = turn.work.session
    after = apply(made, facts)
    order.state = str(made.target)
    order.version += 1
    if made.target is not made.source:
        order.state_since = turn.now
    for kept in _KEPT:
        setattr(order, kept, getattr(after, kept))
    order.cancel_proposed_by = str(after.cancel_proposed_by or "")
    if made.target in (State.COMPLETED, State.CANCELLED):
        order.closed_at = turn.now
    session.add(
        HistoryRow(
            order_id=order.id,
            n=facts.version,
            transition=name,
            source=str(made.source),
            target=str(made.target),
            actor=str(actor),
            actor_id=actor_id,
            note=note[:400],
            event=turn.cause,
            at=turn.now,
        )
    )
    session.flush()
    for slot in made.drop_timers:
        turn.work.drop_timers(subject(order), kind=TIMER, slot=slot)
    for slot, moment in made.set_timers:
        turn.work.set_timer(TIMER, subject(order), slot, moment, {"order": order.id})
    close_invoice(turn, order, made)
    cards.refresh(turn, order)
    if not quiet:
        telling.tell(turn, order, made)
    turn.follow(turn, order, made)
    return made


def set_timers(turn: Turn, order: Order) -> None:
    """Set the timers of the present state anew, after what they count from has changed."""
    for slot, moment in timers_for(State(order.state), facts_of(turn, order), turn.now):
        turn.work.set_timer(TIMER, subject(order), slot, moment, {"order": order.id})


def slot_due(turn: Turn, order: Order, slot: str) -> datetime | None:
    """When that slot's moment is, in any state."""
    return due_at(slot, facts_of(turn, order))


def is_due(turn: Turn, order: Order, slot: str) -> bool:
    """Whether that slot's moment is here: a warning that comes after it is not worth saying."""
    due = due_at(slot, facts_of(turn, order))
    return due is not None and due <= turn.now


def put_off(turn: Turn, order: Order, slot: str, until: datetime) -> None:
    """Have the slot that is running come again later: nobody is to be woken by it."""
    turn.work.set_timer(TIMER, subject(order), slot, until, {"order": order.id})


_INVOICE_ENDS = {
    "edit": AttemptState.VOIDED,
    "cancel_free": AttemptState.VOIDED,
    "expire": AttemptState.EXPIRED,
    "rule": AttemptState.VOIDED,
}


def close_invoice(turn: Turn, order: Order, made: Move) -> None:
    """An invoice that is voided, expired or paid leaves the chat."""
    if made.source is not State.AWAITING_PAYMENT and made.name != "late_pay":
        return
    invoice = money.latest_invoice(turn.work.session, order)
    if invoice is None:
        return
    end = _INVOICE_ENDS.get(made.name)
    if end is not None and invoice.state != AttemptState.SETTLED:
        money.step_invoice(invoice, end, turn.now)
        cards.remove_invoice(turn, order)
    elif invoice.state == AttemptState.SETTLED:
        invoices.settle(turn, order)
