"""Cancelling by agreement: a reason, a split, and the other side's answer. What it costs is said before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import cancel_notices, cards, earning, moving, refunding, telling
from handlers.turn import Turn
from orders.lifecycle import Actor, Move, State
from orders.money import Money
from orders.refunds import share
from orders.refusal import Refusal
from storage import changing_queries as stored
from storage.changing import CancelProposal
from storage.records import Order, Person

#: Characters of a reason in words.
NOTE_MOST = 500


def side(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, Actor] | None:
    """The order behind a button, and which side of it whoever taps is."""
    order = turn.work.session.get(Order, int(value["order"]))
    if order is not None and order.customer_id == turn.person.id:
        return order, Actor.CUSTOMER
    if order is not None and order.provider_id == turn.person.id:
        return order, Actor.PROVIDER
    turn.toast(N_("This button is no longer in use."))
    return None


def amount_of(turn: Turn, order: Order, percent: int) -> Money:
    """What that percentage of the price is, as far as it has not gone back yet."""
    back = share(Money(order.price, order.currency), percent)[0]
    return min(back, refunding.refundable(turn, order))


# -- proposing and answering ----------------------------------------------------------------------------------


def on_propose(turn: Turn, value: Mapping[str, Any]) -> None:
    """The other side has two days to answer; then our staff help."""
    found = side(turn, value)
    if found is None:
        return
    order, actor = found
    percent = int(value["percent"])
    made = moving.move(
        turn,
        order,
        "propose_cancel",
        actor,
        actor_id=turn.person.id,
        own=order.customer_id == order.provider_id,
        percent=percent,
        note=str(value.get("reason", "")),
        quiet=True,
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    session = turn.work.session
    before = stored.open_proposal(session, order)
    if before is not None:
        _close(turn, before, "replaced", turn.person)
    proposal = CancelProposal(
        bot=turn.work.bot,
        order_id=order.id,
        n=len(stored.proposals_of(session, order)) + 1,
        state="open",
        by=str(actor),
        by_id=turn.person.id,
        percent=percent,
        amount=amount_of(turn, order, percent).amount,
        reason=str(value.get("reason", ""))[:24],
        note=str(value.get("note", ""))[:NOTE_MOST],
        way=str(value.get("way", "")),
        at=turn.now,
        closed_at=None,
        closed_by=None,
    )
    session.add(proposal)
    session.flush()
    cancel_notices.show(turn, order, proposal, news=True)
    cards.refresh(turn, order)


def answering(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, Actor, CancelProposal] | None:
    found = side(turn, value)
    if found is None:
        return None
    proposal = turn.work.session.get(CancelProposal, int(value["proposal"]))
    if proposal is None or proposal.order_id != found[0].id or proposal.state != "open":
        turn.toast(N_("That has changed meanwhile; please look again."))
        return None
    return *found, proposal


def on_agree(turn: Turn, value: Mapping[str, Any]) -> None:
    """Agreed: cancelled, the share goes back, the rest is earned."""
    found = answering(turn, value)
    if found is None:
        return
    order, actor, proposal = found
    made = moving.move(
        turn,
        order,
        "cancel_agreed",
        actor,
        actor_id=turn.person.id,
        own=order.customer_id == order.provider_id,
        note=proposal.reason,
        quiet=True,
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    if actor is Actor.CUSTOMER:
        proposal.way = str(value.get("way", ""))
    order.cancel_reason = f"agreed:{proposal.reason}"
    back = settle(turn, order, made.percent or 0, way=proposal.way)
    proposal.amount = back.amount
    _close(turn, proposal, "agreed", turn.person)
    cancel_notices.show(turn, order, proposal)
    telling.tell(turn, order, made)


def settle(turn: Turn, order: Order, percent: int, *, way: str = "") -> Money:
    """An order that ends with a split: the customer's share goes back, what is left is earned by who worked."""
    back = amount_of(turn, order, percent)
    if back:
        made = refunding.refund_part(turn, order, back, "agreed", way=refunding.CHOICES.get(way))
        if isinstance(made, Refusal):
            raise RuntimeError(f"{order.number} was cancelled with a split, but {made.code}")
    earning.keep_rest(turn, order)
    return back


def on_decline(turn: Turn, value: Mapping[str, Any]) -> None:
    """The other side says no, or who proposed takes it back: the work goes on."""
    found = answering(turn, value)
    if found is None:
        return
    order, actor, proposal = found
    made = moving.move(
        turn,
        order,
        "decline_cancel",
        actor,
        actor_id=turn.person.id,
        own=order.customer_id == order.provider_id,
        quiet=True,
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    own = proposal.by == str(actor)
    _close(turn, proposal, "withdrawn" if own else "declined", turn.person)
    cancel_notices.show(turn, order, proposal, news=True)
    cards.refresh(turn, order)


def _close(turn: Turn, proposal: CancelProposal, state: str, by: Person | None) -> None:
    proposal.state = state
    proposal.closed_at = turn.now
    proposal.closed_by = by.id if by is not None else None
    turn.work.session.flush()


# -- what happens by itself -----------------------------------------------------------------------------------


def on_silence(turn: Turn, order: Order, slot: str) -> None:
    """Two days without an answer: both are told, our staff look into it."""
    proposal = stored.open_proposal(turn.work.session, order)
    if proposal is None or proposal.silent:
        return
    proposal.silent = True
    cancel_notices.show(turn, order, proposal, news=True)
    cancel_notices.ask_staff(turn, order, proposal)


def repriced(turn: Turn, order: Order) -> None:
    """The price has changed while a proposal waits: it goes by the share, and both read the amounts of now."""
    proposal = stored.open_proposal(turn.work.session, order)
    if proposal is not None:
        proposal.amount = amount_of(turn, order, proposal.percent).amount
        turn.work.session.flush()
        cancel_notices.show(turn, order, proposal, repriced=True)


def order_moved(turn: Turn, order: Order, made: Move) -> None:
    """An order that ended otherwise leaves no proposal open."""
    if made.name == "cancel_agreed" or made.target not in (State.COMPLETED, State.CANCELLED):
        return
    proposal = stored.open_proposal(turn.work.session, order)
    if proposal is not None:
        _close(turn, proposal, "lapsed", None)
        cancel_notices.show(turn, order, proposal)
