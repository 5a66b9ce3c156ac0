"""What an applied change does to its order: the quote, the brief, the day, and work that goes on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from handlers import cards, change_vetting, moving, offering, order_clock, vetting
from handlers.turn import Turn
from orders.lifecycle import WINDOWS as ORDER_WINDOWS
from orders.lifecycle import Actor, State
from orders.money import Money
from storage import deliveries, orders, working_queries
from storage import vetting as reviews
from storage.changing import ChangeRequest
from storage.records import Order
from storage.serial import plain


def quote_with(order: Order, change: ChangeRequest, delta: Money) -> dict[str, Any]:
    """The order's quote with one line more: a supplement, or a discount."""
    if not delta:
        return order.quote
    code, params = "change", {"number": change.n}
    if delta.amount < 0:
        code, params = "discount", {"reason": f"change {change.n}"}  # type: ignore[dict-item]
    line = {"code": code, "params": params, "amount": plain(delta)}
    total = Money(order.price, order.currency)
    return {**order.quote, "lines": [*order.quote["lines"], line], "total": plain(total)}


def new_brief(turn: Turn, order: Order, change: ChangeRequest) -> None:
    before = orders.brief_of(turn.work.session, order)
    brief = change_vetting.changed(before, change.text, change.wanted, change.files)
    order.brief_version += 1
    change.brief_version = order.brief_version
    turn.work.session.flush()
    orders.add_brief(turn.work.session, order, brief, turn.now)


def new_day(turn: Turn, order: Order, change: ChangeRequest) -> None:
    """The due date moves by what was quoted, after the hold has moved it by its own length."""
    days = change.days or 0
    if order.due_at is None:
        order.period_days = max(1, order.period_days + days)
        if order.delivery_on:
            day = date.fromisoformat(order.delivery_on) + timedelta(days=days)
            order.delivery_on = day.isoformat()
        return
    order.due_at += timedelta(days=days)
    if order.due_at > order_clock.shows(turn, order):
        order.late = False
    local = order.due_at.astimezone(turn.business.zone)
    order.delivery_on = local.date().isoformat()


def work_again(turn: Turn, order: Order, change: ChangeRequest) -> None:
    """It was delivered already: the specialist goes on with it, as with a revision that was paid for."""
    order.extra_revisions += 1
    delivery = deliveries.latest_sent(turn.work.session, order)
    if delivery is not None:
        delivery.wanted = change.text
    turn.work.session.flush()
    soon = turn.now + max(timedelta(days=change.days or 0), ORDER_WINDOWS.revision)
    moving.move(
        turn,
        order,
        "revise",
        Actor.CUSTOMER,
        actor_id=order.customer_id,
        note=f"change {change.n}",
        due_at=soon,
        quiet=True,
    )


def offer_anew(turn: Turn, order: Order) -> None:
    """Whoever thinks about taking the order reads it as it is now."""
    offer = working_queries.open_offer(turn.work.session, order)
    if offer is not None and order.state == State.AWAITING_PROVIDER:
        offering.renew(turn, order, offer, anew=True)


def review_anew(turn: Turn, order: Order) -> None:
    """Whoever has to decide about the brief reads it, and what the rules say of it, as it is now."""
    row = reviews.open_of(turn.work.session, order)
    if row is None:
        return
    row.reasons = vetting.reasons_of(vetting.judge_order(turn, order))
    turn.work.session.flush()
    if turn.business.staff_chat is not None:
        cards.announce(turn, order, turn.business.staff_chat, anew=True)
