"""A dispute on its way through its stages: every step is written here, with the hold, the timers and what is shown."""

from __future__ import annotations

from datetime import datetime

from handlers import audit, dispute_cards, dispute_links, dispute_tickets, holds
from handlers.turn import Turn
from orders import disputes as rules
from orders import roles
from orders.dispute_stages import LIMITS, DisputeState, limits_of
from orders.dispute_terms import Side, Terms
from orders.disputes import DisputeFacts, DisputeMove
from orders.refusal import Refusal
from orders.roles import Action
from orders.states import STAFF, Actor
from storage import disputes as stored
from storage import orders, snapshots
from storage.disputes import Dispute, DisputeStep
from storage.records import Order, Person
from storage.serial import plain

TIMER = "dispute"
HOLD = "dispute"


def subject(dispute: Dispute) -> str:
    """How timers, holds and surfaces name a dispute."""
    return f"dispute:{dispute.id}"


def facts_of(turn: Turn, dispute: Dispute, order: Order, by: Person | None = None) -> DisputeFacts:
    """The dispute as the rules see it now; with `by`, with the offer that stands against this person."""
    assert order.provider_id is not None
    offers = stored.open_offers(turn.work.session, dispute)
    against = [offer for offer in offers if by is None or offer.person_id != by.id] or offers
    return DisputeFacts(
        state=DisputeState(dispute.state),
        version=dispute.version,
        customer=order.customer_id,
        provider=order.provider_id,
        opener=dispute.opener_id,
        side=Side(dispute.side) if dispute.side else None,
        mediator=dispute.mediator_id,
        mediated=_mediated(turn, dispute),
        mediator_left=_left_staff(turn, dispute.mediator_id),
        arbiter=dispute.arbiter_id,
        offer_by=against[-1].person_id if against else None,
        agreed=frozenset(int(one) for one in dispute.agreed),
    )


def _mediated(turn: Turn, dispute: Dispute) -> frozenset[int]:
    """Everybody who has taken the mediation so far."""
    taken = stored.steps_of(turn.work.session, dispute)
    return frozenset(
        one.actor_id for one in taken if one.transition == "claim" and one.actor_id is not None
    )


def _left_staff(turn: Turn, person_id: int | None) -> bool:
    """Whether that person may mediate no more."""
    if person_id is None:
        return False
    user = orders.person_by_id(turn.work.session, person_id).user_id
    return not roles.may(turn.roles_of(user), Action.DISPUTE_MEDIATE)


def actor_in(turn: Turn, order: Order, person: Person) -> Actor | None:
    """As what a person acts in a dispute: a party always as a party, others by their role of staff."""
    if person.id == order.customer_id:
        return Actor.CUSTOMER
    if person.id == order.provider_id:
        return Actor.PROVIDER
    if turn.may(Action.DISPUTE_RULE):
        return Actor.LEAD
    return Actor.SUPPORT if turn.may(Action.DISPUTE_MEDIATE) else None


# -- opening --------------------------------------------------------------------------------------------------


def open_dispute(
    turn: Turn,
    order: Order,
    by: Person,
    actor: Actor,
    reason: str,
    words: str,
    wish: Terms | None,
    *,
    side: Side | None = None,
) -> Dispute | Refusal:
    """Open one: the order is held, the case is kept as it stands, everybody concerned is told.

    `side`: staff open it for that side, whose dispute it is from now on: it may withdraw it.
    """
    refusal = dispute_links.check_open(turn, order, actor)
    if refusal is not None:
        return refusal
    session = turn.work.session
    dispute = Dispute(
        bot=turn.work.bot,
        order_id=order.id,
        n=len(stored.of_order(session, order)) + 1,
        state=str(DisputeState.OPENED),
        state_since=turn.now,
        version=1,
        opener_id=by.id if side is None else _party(order, side),
        side=str(side or "") if actor in STAFF else str(actor),
        reason=reason,
        words=words,
        wish=plain(wish) if wish else {},
        order_state=order.state,
        ends_at=None,
        warned_at=None,
        mediator_id=None,
        arbiter_id=None,
        proposal={},
        agreed=[],
        outcome={},
        grounds=[],
        reasons={},
        draft={},
        returned=0,
        opened_at=turn.now,
        closed_at=None,
        executed_at=None,
    )
    session.add(dispute)
    session.flush()
    snapshots.take(session, dispute, order, turn.now)
    made = step(turn, dispute, order, "open", actor, by=by, terms=wish, told="opened")
    assert isinstance(made, DisputeMove), made
    holds.place(turn, order, HOLD, subject(dispute))
    return dispute


def _party(order: Order, side: Side) -> int:
    if side is Side.CUSTOMER:
        return order.customer_id
    assert order.provider_id is not None
    return order.provider_id


def check(
    turn: Turn, dispute: Dispute, order: Order, name: str, actor: Actor, *, reasoned: bool = True
) -> Refusal | None:
    """Why whoever caused this turn cannot take that step now; None when they can."""
    facts = facts_of(turn, dispute, order, turn.person)
    made = rules.decide_dispute(name, facts, actor, by=turn.person.id, is_reasoned=reasoned)
    return made if isinstance(made, Refusal) else None


# -- every step -----------------------------------------------------------------------------------------------


def step(
    turn: Turn,
    dispute: Dispute,
    order: Order,
    name: str,
    actor: Actor,
    *,
    by: Person | None = None,
    terms: Terms | None = None,
    reasoned: bool = True,
    version: int | None = None,
    told: str = "",
) -> DisputeMove | Refusal:
    """Take a step, or say why not. Writes the dispute, its history and its timers, and shows it anew.

    `told` names what both sides read about it above their cards; nothing: the cards are only brought up to date.
    """
    facts = facts_of(turn, dispute, order, by)
    made = rules.decide_dispute(
        name,
        facts,
        actor,
        by=by.id if by else None,
        terms=terms,
        is_reasoned=reasoned,
        version=version,
    )
    if isinstance(made, Refusal):
        return made
    session = turn.work.session
    session.add(
        DisputeStep(
            dispute_id=dispute.id,
            n=facts.version,
            transition=name,
            source=str(made.source),
            target=str(made.target),
            actor=str(actor),
            actor_id=by.id if by else None,
            terms=plain(terms) if terms else {},
            event=turn.cause,
            at=turn.now,
        )
    )
    dispute.version += 1
    if made.target is not made.source:
        _enter(turn, dispute, made.target)
    session.flush()
    if actor in STAFF:
        audit.record(turn, f"dispute.{name}", order, dispute=dispute.n)
    if made.target is DisputeState.MEDIATION is not made.source:
        dispute_tickets.call_staff(turn, order)
    if made.target not in (DisputeState.RESOLVED, DisputeState.SETTLED):
        # What it came to is shown once it has been carried out.
        dispute_cards.show(turn, dispute, order, told=told)
    return made


def _enter(turn: Turn, dispute: Dispute, state: DisputeState) -> None:
    """A stage begins: its timers are set, those of the one before are forgotten."""
    dispute.state = str(state)
    dispute.state_since = turn.now
    dispute.warned_at = None
    dispute.ends_at = None
    turn.work.drop_timers(subject(dispute), kind=TIMER)
    for limit in limits_of(state):
        due = turn.now + limit.after
        if limit.fires:
            dispute.ends_at = due
        set_timer(turn, dispute, limit.slot, due)
    if state not in (limit.state for limit in LIMITS):
        dispute.closed_at = turn.now
        dispute.draft = {}
        for offer in stored.open_offers(turn.work.session, dispute):
            offer.state = "lapsed"
            offer.closed_at = turn.now


def set_timer(turn: Turn, dispute: Dispute, slot: str, due: datetime) -> None:
    turn.work.set_timer(TIMER, subject(dispute), slot, due, {"dispute": dispute.id})
