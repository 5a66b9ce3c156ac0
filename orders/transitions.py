"""The table of the order's lifecycle: every edge with who may take it, its guards, timer and
audience.

This is its one home: docs/lifecycle.md is generated from it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from orders.errors import UnknownTransition
from orders.states import Actor, Audience, State

FULL, SPLIT = "full", "split"

_C, _P, _S, _L = Actor.CUSTOMER, Actor.PROVIDER, Actor.SUPPORT, Actor.LEAD
_FINANCE, _PAYMENT, _TIMER, _RULES = Actor.FINANCE, Actor.PAYMENT, Actor.TIMER, Actor.RULES
_ALL = tuple(State)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transition:
    """One line of the lifecycle. No targets: the state stays."""

    name: str
    sources: tuple[State, ...]
    targets: tuple[State, ...] = ()
    actors: tuple[Actor, ...]
    #: names in orders.guards.GUARDS, checked in this order
    guards: tuple[str, ...] = ()
    #: the slot that takes it when nobody does
    timer: str | None = None
    told: tuple[Audience, ...] = ()
    #: what goes back: "full", "split", or nothing
    refund: str | None = None
    #: what a reader should know besides
    note: str = ""

    def ends(self, source: State) -> tuple[State, ...]:
        """The states it may lead to from that one."""
        return self.targets or (source,)


_TO_CUSTOMER = (Audience.CUSTOMER,)
_BOTH = (Audience.CUSTOMER, Audience.PROVIDER)
_STAFF_TOO = (Audience.CUSTOMER, Audience.PROVIDER, Audience.SUPPORT)
_ANNOUNCED = (Audience.CUSTOMER, Audience.PROVIDERS, Audience.SUPPORT)
_AGREEABLE = (State.IN_PROGRESS, State.AWAITING_CUSTOMER, State.IN_REVISION, State.DELIVERED)
_PAID = (State.AWAITING_REVIEW, State.AWAITING_PROVIDER)

#: Every transition of an order.
TABLE: tuple[Transition, ...] = (
    Transition(
        name="confirm",
        sources=(State.DRAFT,),
        targets=(State.AWAITING_PAYMENT,),
        actors=(_C,),
        guards=("brief_complete", "consented"),
        told=_TO_CUSTOMER,
        note="brief and price are locked, the invoice is issued; support may draft, not confirm",
    ),
    Transition(
        name="edit",
        sources=(State.AWAITING_PAYMENT,),
        targets=(State.DRAFT,),
        actors=(_C,),
        told=_TO_CUSTOMER,
        note="the invoice is voided and leaves the chat",
    ),
    Transition(
        name="expire",
        sources=(State.AWAITING_PAYMENT,),
        targets=(State.EXPIRED,),
        actors=(_TIMER,),
        guards=("no_recent_approval", "no_proof_waiting"),
        timer="expire",
        told=_TO_CUSTOMER,
        note="24 h, bank transfer 72 h",
    ),
    Transition(
        name="late_pay",
        sources=(State.EXPIRED,),
        targets=_PAID,
        actors=(_PAYMENT,),
        guards=("fully_paid", "same_price", "not_revived"),
        told=_ANNOUNCED,
        note="otherwise the money is held and returned",
    ),
    Transition(
        name="revive",
        sources=(State.EXPIRED,),
        actors=(_C,),
        guards=("not_revived",),
        told=_TO_CUSTOMER,
        note="makes a new draft with the same answers; this order stays expired",
    ),
    Transition(
        name="pay",
        sources=(State.AWAITING_PAYMENT,),
        targets=_PAID,
        actors=(_PAYMENT, _FINANCE),
        guards=("fully_paid", "finance_only_transfer"),
        told=_ANNOUNCED,
        note="vetting decides which; finance for a bank transfer",
    ),
    Transition(
        name="clear",
        sources=(State.AWAITING_REVIEW,),
        targets=(State.AWAITING_PROVIDER,),
        actors=(_RULES, _S),
        told=_ANNOUNCED,
    ),
    Transition(
        name="refuse",
        sources=(State.AWAITING_REVIEW,),
        targets=(State.CANCELLED,),
        actors=(_RULES, _S),
        told=(Audience.CUSTOMER, Audience.SUPPORT),
        refund=FULL,
    ),
    Transition(
        name="accept",
        sources=(State.AWAITING_PROVIDER,),
        targets=(State.IN_PROGRESS,),
        actors=(_P, _S),
        guards=("fully_paid",),
        told=(Audience.CUSTOMER, Audience.PROVIDER, Audience.PROVIDERS),
        note="the first provider wins; support assigns",
    ),
    Transition(
        name="decline",
        sources=(State.AWAITING_PROVIDER,),
        actors=(_P,),
        told=(Audience.PROVIDERS, Audience.SUPPORT),
        note="the next provider is offered; after 3, support is alarmed",
    ),
    Transition(
        name="offer_timeout",
        sources=(State.AWAITING_PROVIDER,),
        actors=(_TIMER,),
        told=(Audience.PROVIDERS, Audience.SUPPORT),
        note="silence counts as declined; the timer belongs to the offer",
    ),
    Transition(
        name="no_provider",
        sources=(State.AWAITING_PROVIDER,),
        targets=(State.CANCELLED,),
        actors=(_S, _TIMER),
        timer="no_provider",
        told=_ANNOUNCED,
        refund=FULL,
        note="72 h",
    ),
    Transition(
        name="ask_information",
        sources=(State.IN_PROGRESS,),
        targets=(State.AWAITING_CUSTOMER,),
        actors=(_P,),
        told=_TO_CUSTOMER,
        note="the clock is paused; nudges after 24 h and 48 h, a ticket after 7 d",
    ),
    Transition(
        name="give_information",
        sources=(State.AWAITING_CUSTOMER,),
        targets=(State.IN_PROGRESS,),
        actors=(_C,),
        told=(Audience.PROVIDER,),
        note="due dates move on by the time that was waited",
    ),
    Transition(
        name="report",
        sources=(State.IN_PROGRESS,),
        actors=(_P,),
        told=_TO_CUSTOMER,
        note="a timer asks when one is due",
    ),
    Transition(
        name="mark_late",
        sources=(State.IN_PROGRESS, State.IN_REVISION),
        actors=(_TIMER,),
        guards=("not_marked_late",),
        timer="late",
        told=_STAFF_TOO,
        note="sets the flag",
    ),
    Transition(
        name="deliver",
        sources=(State.IN_PROGRESS, State.IN_REVISION),
        targets=(State.DELIVERED,),
        actors=(_P,),
        guards=("has_artefact", "checklist_done"),
        told=_BOTH,
    ),
    Transition(
        name="extend_acceptance",
        sources=(State.DELIVERED,),
        actors=(_C,),
        guards=("extension_left",),
        told=_BOTH,
        note="one more acceptance period, by one tap",
    ),
    Transition(
        name="accept_delivery",
        sources=(State.DELIVERED,),
        targets=(State.COMPLETED,),
        actors=(_C, _TIMER),
        guards=("not_disputed",),
        timer="accept_72",
        told=_BOTH,
        note="72 h, warned at 48 h and 70 h",
    ),
    Transition(
        name="revise",
        sources=(State.DELIVERED,),
        targets=(State.IN_REVISION,),
        actors=(_C,),
        guards=("not_disputed", "revision_left"),
        told=_BOTH,
        note="beyond the plan's quota a change request",
    ),
    Transition(
        name="cancel_free",
        sources=(
            State.DRAFT,
            State.AWAITING_PAYMENT,
            State.AWAITING_REVIEW,
            State.AWAITING_PROVIDER,
        ),
        targets=(State.CANCELLED,),
        actors=(_C,),
        told=_ANNOUNCED,
        refund=FULL,
    ),
    Transition(
        name="cancel_late",
        sources=(State.IN_PROGRESS,),
        targets=(State.CANCELLED,),
        actors=(_C,),
        guards=("not_disputed", "not_held", "late_enough", "nothing_delivered"),
        told=_STAFF_TOO,
        refund=FULL,
        note="more than 24 h late and nothing delivered",
    ),
    Transition(
        name="propose_cancel",
        sources=_AGREEABLE,
        actors=(_C, _P),
        guards=("not_disputed", "percent_given"),
        told=_BOTH,
        note="48 h of silence open a ticket; a new proposal replaces the old one",
    ),
    Transition(
        name="decline_cancel",
        sources=_AGREEABLE,
        actors=(_C, _P),
        guards=("cancel_proposed",),
        told=_BOTH,
        note="declined, or withdrawn by who proposed it",
    ),
    Transition(
        name="cancel_agreed",
        sources=_AGREEABLE,
        targets=(State.CANCELLED,),
        actors=(_C, _P),
        guards=("not_disputed", "cancel_proposed", "other_proposed"),
        told=_STAFF_TOO,
        refund=SPLIT,
        note="by agreement, split as proposed",
    ),
    Transition(
        name="rule",
        sources=_ALL,
        targets=(State.COMPLETED, State.CANCELLED, State.IN_REVISION),
        actors=(_L, _RULES),
        guards=("reason_given", "ruling_possible"),
        told=_STAFF_TOO,
        refund=SPLIT,
        note="audited; what goes back is part of the ruling; by rules when the parties of a dispute agreed on it",
    ),
    Transition(
        name="reopen",
        sources=(State.COMPLETED,),
        targets=(State.IN_REVISION,),
        actors=(_S,),
        guards=("reopen_in_time",),
        told=_BOTH,
        note="within 14 d",
    ),
)

_BY_NAME: Mapping[str, Transition] = MappingProxyType({line.name: line for line in TABLE})


def transition(name: str) -> Transition:
    """The line of that name. Raises UnknownTransition."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownTransition(f"{name!r} is no transition: see orders.lifecycle.TABLE") from None


def allowed_edges() -> frozenset[tuple[State, State]]:
    """Every pair of states a history row may have."""
    return frozenset(
        (source, target)
        for line in TABLE
        for source in line.sources
        for target in line.ends(source)
    )
