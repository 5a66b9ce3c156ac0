"""Disputes: when one can be opened, and what somebody may do in each stage of it.

`decide_dispute` judges by the table in `orders.dispute_stages` and writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from orders.dispute_stages import PARTIES, STAFF, DisputeState, line_of
from orders.dispute_terms import Side, Terms
from orders.refusal import Refusal, refuse
from orders.states import Actor, State

# -- opening --------------------------------------------------------------------------------------------------

#: States of an order from which a party may open a dispute; completed for as long as the payout waits.
DISPUTABLE = (State.IN_PROGRESS, State.AWAITING_CUSTOMER, State.IN_REVISION, State.DELIVERED)
AFTER_COMPLETION = timedelta(days=14)


def check_open(
    state: State,
    actor: Actor,
    now: datetime,
    *,
    completed_at: datetime | None,
    has_provider: bool,
    paid: bool,
    is_open: bool,
    decided: bool,
) -> Refusal | None:
    """None when that actor may open a dispute about an order now.

    `decided`: one about it ended with a ruling or an agreement that closed the order. Support may open at any time
    once there is money and a provider to argue about.
    """
    if is_open:
        return refuse("dispute_is_open")
    if not paid or not has_provider:
        return refuse("dispute_nothing_to_settle")
    if actor in STAFF:
        return None
    if decided:
        return refuse("dispute_decided")
    if state in DISPUTABLE:
        return None
    if state is State.COMPLETED and completed_at is not None:
        if now <= completed_at + AFTER_COMPLETION:
            return None
        return refuse("dispute_too_late", until=completed_at + AFTER_COMPLETION)
    return refuse("dispute_wrong_state", state=state)


# -- deciding -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeFacts:
    """A dispute as the rules see it. People are ids."""

    state: DisputeState
    version: int
    customer: int
    provider: int
    opener: int
    #: the side that opened it; None: staff did
    side: Side | None
    mediator: int | None = None
    #: everybody who has had the mediation, the one of now included
    mediated: frozenset[int] = frozenset()
    #: whoever mediates is of staff no more
    mediator_left: bool = False
    arbiter: int | None = None
    #: whose offer is on the table
    offer_by: int | None = None
    #: who said yes to the proposal
    agreed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeAsk:
    facts: DisputeFacts
    actor: Actor
    by: int | None
    terms: Terms | None
    reasoned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeMove:
    name: str
    source: DisputeState
    target: DisputeState
    actor: Actor
    by: int | None


def the_other_side(ask: DisputeAsk) -> Refusal | None:
    return refuse("dispute_own") if ask.by == ask.facts.opener else None


def offered(ask: DisputeAsk) -> Refusal | None:
    return None if ask.facts.offer_by is not None else refuse("dispute_no_offer")


def not_own_offer(ask: DisputeAsk) -> Refusal | None:
    return refuse("dispute_own_offer") if ask.by == ask.facts.offer_by else None


def not_a_party(ask: DisputeAsk) -> Refusal | None:
    parties = {ask.facts.customer, ask.facts.provider}
    return refuse("dispute_party") if ask.by in parties else None


def unclaimed_or_lead(ask: DisputeAsk) -> Refusal | None:
    if ask.facts.mediator in (None, ask.by) or ask.actor is Actor.LEAD:
        return None
    if ask.facts.mediator_left:
        return None
    return refuse("dispute_claimed")


def the_mediator(ask: DisputeAsk) -> Refusal | None:
    return None if ask.by == ask.facts.mediator else refuse("dispute_not_mediator")


def not_the_mediator(ask: DisputeAsk) -> Refusal | None:
    """Nobody decides who has dealt with the case, even if a colleague has taken it over since."""
    touched = ask.by == ask.facts.mediator or ask.by in ask.facts.mediated
    return refuse("dispute_mediated") if touched else None


def the_arbiter(ask: DisputeAsk) -> Refusal | None:
    return None if ask.by == ask.facts.arbiter else refuse("dispute_not_arbiter")


def reasoned(ask: DisputeAsk) -> Refusal | None:
    return None if ask.reasoned else refuse("reason_needed")


def not_agreed_yet(ask: DisputeAsk) -> Refusal | None:
    return refuse("dispute_agreed") if ask.by in ask.facts.agreed else None


def both_agreed(ask: DisputeAsk) -> Refusal | None:
    parties = {ask.facts.customer, ask.facts.provider}
    return None if parties <= ask.facts.agreed else refuse("dispute_waits_for_other")


def the_opener(ask: DisputeAsk) -> Refusal | None:
    """Who opened it; what staff opened, staff withdraw."""
    theirs = ask.facts.side is None if ask.actor in STAFF else ask.by == ask.facts.opener
    return None if theirs else refuse("dispute_not_opener")


GUARDS = MappingProxyType(
    {
        guard.__name__: guard
        for guard in (
            the_other_side,
            offered,
            not_own_offer,
            not_a_party,
            unclaimed_or_lead,
            the_mediator,
            not_the_mediator,
            the_arbiter,
            reasoned,
            not_agreed_yet,
            both_agreed,
            the_opener,
        )
    }
)


def decide_dispute(
    name: str,
    facts: DisputeFacts,
    actor: Actor,
    *,
    by: int | None = None,
    terms: Terms | None = None,
    is_reasoned: bool = True,
    version: int | None = None,
) -> DisputeMove | Refusal:
    """Whether `by`, as that actor, may take the step now. Raises KeyError for an unknown one."""
    line = line_of(name)
    if actor not in line.actors:
        return refuse("dispute_not_yours")
    if facts.state not in line.sources or version not in (None, facts.version):
        return refuse("dispute_moved_on")
    if actor in PARTIES and by != (facts.customer if actor is Actor.CUSTOMER else facts.provider):
        return refuse("dispute_not_yours")
    ask = DisputeAsk(facts=facts, actor=actor, by=by, terms=terms, reasoned=is_reasoned)
    for guard in line.guards:
        refusal = GUARDS[guard](ask)
        if refusal is not None:
            return refusal
    return DisputeMove(
        name=name, source=facts.state, target=line.target or facts.state, actor=actor, by=by
    )
