"""A change of an order on its way: requested, quoted, accepted, applied, or ended before.

The rules are `orders.changes`; every step is written here, with the hold, the timers, the money and the messages
that follow. While a change is open the order's clocks stand still.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from handlers import (
    audit,
    cancelling,
    cards,
    change_applying,
    change_notices,
    holds,
    invoicing,
    moving,
    refunding,
)
from handlers.turn import Turn
from orders.attempts import OPEN as UNPAID
from orders.attempts import AttemptState
from orders.changes import (
    WINDOWS,
    About,
    ChangeFacts,
    ChangeState,
    check_quote,
    check_request,
    decide,
)
from orders.lifecycle import WINDOWS as ORDER_WINDOWS
from orders.lifecycle import Actor, Move, State
from orders.methods import Method
from orders.money import Money
from orders.refusal import Refusal
from orders.states import UNPAID_STATES
from storage import changing_queries as stored
from storage import money
from storage.accounts import Invoice
from storage.changing import ChangeRequest
from storage.records import Order, Person

TIMER = "change"


def subject(change: ChangeRequest) -> str:
    return f"change:{change.id}"


def facts_of(turn: Turn, order: Order, change: ChangeRequest) -> ChangeFacts:
    """The change as the rules see it now."""
    invoice = stored.invoice_of(turn.work.session, change)
    return ChangeFacts(
        state=ChangeState(change.state),
        version=change.version,
        asked_by=Actor(change.asked_by),
        delta=None if change.delta is None else Money(change.delta, order.currency),
        expires_at=change.expires_at,
        paying=invoice is not None and _being_paid(turn, invoice),
    )


def method_of(order: Order) -> Method | None:
    """How its customer pays, supplements too."""
    return Method(order.method) if order.method else None


def _being_paid(turn: Turn, invoice: Invoice) -> bool:
    """Whether its money may be on the way."""
    if invoice.state not in UNPAID:
        return False
    if money.waiting_proof(turn.work.session, invoice) is not None:
        return True
    approved = invoice.approved_at
    return approved is not None and turn.now - approved < ORDER_WINDOWS.approval_guard


# -- asking and quoting ---------------------------------------------------------------------------------------


def request(
    turn: Turn, order: Order, by: Person, actor: Actor, about: About, **wish: Any
) -> ChangeRequest | Refusal:
    """A new change of an order; its clocks stand still from now on. `wish` are fields of the record."""
    refusal = check_request(
        State(order.state), on_hold=order.on_hold, change_pending=order.change_pending
    )
    if refusal is not None:
        return refusal
    session = turn.work.session
    change = ChangeRequest(
        bot=turn.work.bot,
        order_id=order.id,
        n=len(stored.changes_of(session, order)) + 1,
        state=str(ChangeState.REQUESTED),
        version=1,
        asked_by=str(actor),
        asked_by_id=by.id,
        about=str(about),
        asked_at=turn.now,
        expires_at=turn.now + WINDOWS.request,
        **wish,
    )
    session.add(change)
    session.flush()
    order.change_pending = True
    holds.place(turn, order, "change", subject(change))
    _set_timers(turn, change)
    audit_step(turn, order, change, "requested", actor)
    return change


def quote(
    turn: Turn,
    order: Order,
    change: ChangeRequest,
    actor: Actor,
    delta: Money,
    days: int,
    *,
    by: Person | None = None,
    note: str = "",
    version: int | None = None,
) -> Refusal | None:
    """Price and time are named; the customer decides."""
    own = by is not None and by.id == order.customer_id
    refusal = check_quote(Money(order.price, order.currency), delta, days, method_of(order))
    made = refusal or _step(turn, order, change, "quote", actor, version=version, own=own)
    if isinstance(made, Refusal):
        return made
    change.delta, change.days, change.note = delta.amount, days, note
    change.quoted_by = by.id if by else None
    change.quoted_at = turn.now
    change.expires_at = turn.now + WINDOWS.quote
    turn.work.session.flush()
    _set_timers(turn, change)
    audit_step(turn, order, change, "quoted", actor)
    change_notices.show(turn, order, change, news=True)
    cards.refresh(turn, order)
    return None


# -- the customer's answer ------------------------------------------------------------------------------------


def accept(
    turn: Turn, order: Order, change: ChangeRequest, *, way: str = "", version: int | None = None
) -> Refusal | None:
    """The customer accepts: what costs more is invoiced, what does not is applied at once."""
    made = _step(turn, order, change, "accept", Actor.CUSTOMER, version=version)
    if isinstance(made, Refusal):
        return made
    change.accepted_at = turn.now
    change.way = way
    turn.work.session.flush()
    if (change.delta or 0) <= 0:
        apply(turn, order, change, Actor.RULES)
        return None
    from handlers import paying

    invoice = invoicing.issue(turn, order, change)
    change.expires_at = invoice.expires_at
    turn.work.session.flush()
    if invoice.amount == 0:
        paying.pay_with_credit(turn, order, invoice)
        return None
    _set_timers(turn, change)
    change_notices.show(turn, order, change, news=True)
    invoicing.show(turn, order, invoice)
    cards.refresh(turn, order)
    return None


def on_paid(turn: Turn, order: Order, invoice: Invoice, actor: Actor) -> None:
    """A supplementary invoice was paid: its change is applied. `orders.payments` held what came too late."""
    change = turn.work.session.get_one(ChangeRequest, invoice.change_id)
    invoicing.remove(turn, order, invoice)
    apply(turn, order, change, actor if actor is Actor.FINANCE else Actor.PAYMENT)


def pay_until(turn: Turn, invoice: Invoice) -> None:
    """Its invoice may be paid longer than was said: a receipt was rejected."""
    change = turn.work.session.get_one(ChangeRequest, invoice.change_id)
    change.expires_at = invoice.expires_at
    turn.work.set_timer(TIMER, subject(change), "expire", change.expires_at, {"change": change.id})


def apply(turn: Turn, order: Order, change: ChangeRequest, actor: Actor) -> None:
    """The change becomes part of the order: plan, price, day, and a new version of the brief."""
    made = _step(turn, order, change, "apply", actor)
    if isinstance(made, Refusal):
        raise RuntimeError(f"change {change.n} of {order.number} was paid, but {made.code}")
    session = turn.work.session
    delta = Money(change.delta or 0, order.currency)
    order.price += delta.amount
    order.quote = change_applying.quote_with(order, change, delta)
    if change.plan:
        order.plan = change.plan
    change_applying.new_brief(turn, order, change)
    change.closed_at = turn.now
    session.flush()
    _over(turn, order, change)
    change_applying.new_day(turn, order, change)
    session.flush()
    if delta.amount < 0:
        way = refunding.CHOICES.get(change.way)
        back = refunding.refund_part(turn, order, -delta, "change", way=way)
        if isinstance(back, Refusal):
            raise RuntimeError(f"change {change.n} of {order.number}: {back.code}")
    change_applying.offer_anew(turn, order)
    change_applying.review_anew(turn, order)
    if order.state == State.DELIVERED:
        change_applying.work_again(turn, order, change)
    moving.set_timers(turn, order)
    audit_step(turn, order, change, "applied", actor)
    change_notices.show(turn, order, change, news=True)
    if delta:
        cancelling.repriced(turn, order)
    cards.refresh(turn, order)


# -- ending ---------------------------------------------------------------------------------------------------


def decline(
    turn: Turn,
    order: Order,
    change: ChangeRequest,
    actor: Actor,
    by: Person,
    *,
    reason: str = "",
    version: int | None = None,
) -> Refusal | None:
    return _end(turn, order, change, "decline", actor, by, reason=reason, version=version)


def withdraw(
    turn: Turn,
    order: Order,
    change: ChangeRequest,
    actor: Actor,
    by: Person | None = None,
    *,
    reason: str = "",
    version: int | None = None,
) -> Refusal | None:
    return _end(turn, order, change, "withdraw", actor, by, reason=reason, version=version)


def _end(
    turn: Turn,
    order: Order,
    change: ChangeRequest,
    name: str,
    actor: Actor,
    by: Person | None,
    *,
    reason: str = "",
    version: int | None = None,
) -> Refusal | None:
    own = actor in (Actor.PROVIDER, Actor.SUPPORT, Actor.LEAD) and (
        by is not None and by.id == order.customer_id
    )
    made = _step(turn, order, change, name, actor, version=version, own=own)
    if isinstance(made, Refusal):
        return made
    change.closed_at = turn.now
    change.closed_by = by.id if by else None
    change.reason = reason[:200]
    _void(turn, order, change, AttemptState.EXPIRED if name == "expire" else AttemptState.VOIDED)
    turn.work.session.flush()
    _over(turn, order, change)
    audit_step(turn, order, change, change.state, actor)
    change_notices.show(turn, order, change, news=True)
    cards.refresh(turn, order)
    return None


def _void(turn: Turn, order: Order, change: ChangeRequest, state: AttemptState) -> None:
    """An invoice that is no longer to be paid leaves the chat; paid all the same, its money is held and returned."""
    invoice = stored.invoice_of(turn.work.session, change)
    if invoice is None or invoice.state not in UNPAID:
        return
    money.step_invoice(invoice, state, turn.now)
    invoicing.remove(turn, order, invoice)


def _over(turn: Turn, order: Order, change: ChangeRequest) -> None:
    """The order's clocks go on."""
    turn.work.drop_timers(subject(change), kind=TIMER)
    order.change_pending = False
    holds.lift(turn, order, "change", subject(change))


def order_moved(turn: Turn, order: Order, made: Move) -> None:
    """An order that ends takes its open change with it."""
    if made.target not in (State.COMPLETED, State.CANCELLED, *UNPAID_STATES):
        return
    change = stored.open_change(turn.work.session, order)
    if change is not None:
        withdraw(turn, order, change, Actor.RULES, reason=str(made.target))


# -- steps and time -------------------------------------------------------------------------------------------


def _step(
    turn: Turn,
    order: Order,
    change: ChangeRequest,
    name: str,
    actor: Actor,
    *,
    version: int | None = None,
    own: bool = False,
) -> ChangeState | Refusal:
    facts = facts_of(turn, order, change)
    made = decide(name, facts, actor, turn.now, version=version, own=own)
    if not isinstance(made, Refusal):
        change.state = str(made)
        change.version += 1
    return made


def _set_timers(turn: Turn, change: ChangeRequest) -> None:
    """The slots of the present state; those of the last one are forgotten."""
    turn.work.drop_timers(subject(change), kind=TIMER)
    slots: dict[str, datetime] = {"expire": change.expires_at}
    match ChangeState(change.state):
        case ChangeState.REQUESTED:
            slots["remind"] = change.asked_at + WINDOWS.remind
            slots["silence"] = change.asked_at + WINDOWS.silence
        case ChangeState.QUOTED:
            slots["remind"] = (change.quoted_at or turn.now) + WINDOWS.quote_remind
        case ChangeState.ACCEPTED:
            slots["remind"] = (change.accepted_at or turn.now) + WINDOWS.pay_remind
    for slot, due in slots.items():
        turn.work.set_timer(TIMER, subject(change), slot, due, {"change": change.id})


def audit_step(turn: Turn, order: Order, change: ChangeRequest, what: str, actor: Actor) -> None:
    """What staff do to a change is in the audit trail; the parties' doings are in the change itself."""
    if actor in (Actor.SUPPORT, Actor.LEAD):
        audit.record(
            turn,
            f"change.{what}",
            order,
            change=change.n,
            delta=change.delta,
            days=change.days,
        )


def expire(turn: Turn, order: Order, change: ChangeRequest) -> Refusal | None:
    """Nobody took the next step in time."""
    return _end(turn, order, change, "expire", Actor.TIMER, None)
