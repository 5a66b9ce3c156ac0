"""The stages of a dispute: the one table of its transitions, and the time each stage has.

A dispute is an object beside its order, which it holds. Silence moves it on to a person and never decides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from types import MappingProxyType

from orders.states import Actor


class DisputeState(StrEnum):
    """The stages. `opened` lasts as long as it takes to tell the other side."""

    OPENED = "opened"
    AWAITING_RESPONSE = "awaiting_response"
    NEGOTIATION = "negotiation"
    MEDIATION = "mediation"
    PROPOSAL = "proposal"
    ARBITRATION = "arbitration"
    RESOLVED = "resolved"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


_S = DisputeState
#: Stages in which it holds its order.
OPEN = (_S.AWAITING_RESPONSE, _S.NEGOTIATION, _S.MEDIATION, _S.PROPOSAL, _S.ARBITRATION)
#: Stages that a person of staff works on.
WITHSTAFF = (_S.MEDIATION, _S.ARBITRATION)

PARTIES = (Actor.CUSTOMER, Actor.PROVIDER)
STAFF = (Actor.SUPPORT, Actor.LEAD)


@dataclass(frozen=True, slots=True, kw_only=True)
class DisputeLine:
    """One line of the table. No target: the stage stays."""

    name: str
    sources: tuple[DisputeState, ...]
    target: DisputeState | None = None
    actors: tuple[Actor, ...]
    #: names in GUARDS, checked in this order
    guards: tuple[str, ...] = ()
    note: str = ""


TABLE: tuple[DisputeLine, ...] = (
    DisputeLine(
        name="open",
        sources=(_S.OPENED,),
        target=_S.AWAITING_RESPONSE,
        actors=(*PARTIES, *STAFF),
        note="timers and payout are held, the case is kept as it stands, the other side is told",
    ),
    DisputeLine(
        name="respond",
        sources=(_S.AWAITING_RESPONSE,),
        target=_S.NEGOTIATION,
        actors=PARTIES,
        guards=("the_other_side",),
    ),
    DisputeLine(
        name="offer",
        sources=OPEN,
        actors=PARTIES,
        note="replaces one's own earlier offer",
    ),
    DisputeLine(
        name="accept_offer",
        sources=OPEN,
        target=_S.SETTLED,
        actors=PARTIES,
        guards=("offered", "not_own_offer"),
        note="carried out at once",
    ),
    DisputeLine(
        name="call_mediator",
        sources=(_S.NEGOTIATION,),
        target=_S.MEDIATION,
        actors=PARTIES,
        note="either side, at any time of the negotiation",
    ),
    DisputeLine(
        name="silence",
        sources=(_S.AWAITING_RESPONSE, _S.NEGOTIATION),
        target=_S.MEDIATION,
        actors=(Actor.TIMER,),
        note="nobody wins by it",
    ),
    DisputeLine(
        name="claim",
        sources=(_S.MEDIATION,),
        actors=STAFF,
        guards=("not_a_party", "unclaimed_or_lead"),
        note="a lead may take it from a colleague, anybody from one who is of staff no more",
    ),
    DisputeLine(
        name="propose",
        sources=(_S.MEDIATION,),
        target=_S.PROPOSAL,
        actors=STAFF,
        guards=("not_a_party", "the_mediator"),
    ),
    DisputeLine(
        name="agree",
        sources=(_S.PROPOSAL,),
        actors=PARTIES,
        guards=("not_agreed_yet",),
    ),
    DisputeLine(
        name="agreed",
        sources=(_S.PROPOSAL,),
        target=_S.RESOLVED,
        actors=(Actor.RULES,),
        guards=("both_agreed",),
        note="carried out at once",
    ),
    DisputeLine(
        name="reject",
        sources=(_S.PROPOSAL,),
        target=_S.ARBITRATION,
        actors=PARTIES,
    ),
    DisputeLine(
        name="no_agreement",
        sources=(_S.PROPOSAL,),
        target=_S.ARBITRATION,
        actors=(Actor.TIMER,),
    ),
    DisputeLine(
        name="arbitrate",
        sources=(_S.ARBITRATION,),
        actors=(Actor.LEAD,),
        guards=("not_a_party", "not_the_mediator"),
        note="another senior person may take it from a colleague",
    ),
    DisputeLine(
        name="rule",
        sources=(_S.ARBITRATION,),
        target=_S.RESOLVED,
        actors=(Actor.LEAD,),
        guards=("not_a_party", "not_the_mediator", "the_arbiter", "reasoned"),
        note="final; carried out at once",
    ),
    DisputeLine(
        name="withdraw",
        sources=OPEN,
        target=_S.WITHDRAWN,
        actors=(*PARTIES, *STAFF),
        guards=("the_opener",),
        note="the order goes on where it was",
    ),
)

_BY_NAME: Mapping[str, DisputeLine] = MappingProxyType({line.name: line for line in TABLE})


def line_of(name: str) -> DisputeLine:
    """The line of that name. Raises KeyError."""
    return _BY_NAME[name]


def allowed_steps() -> frozenset[tuple[str, str, str]]:
    """(transition, source, target) of every row that the history of a dispute may have."""
    return frozenset(
        (line.name, str(source), str(line.target or source))
        for line in TABLE
        for source in line.sources
    )


# -- time -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """A slot of a stage: due `after` its beginning. It takes a transition, warns, or alarms staff."""

    slot: str
    state: DisputeState
    after: timedelta
    fires: str | None = None
    #: alarms only while nobody of staff has the case
    unclaimed: bool = False


_H = timedelta(hours=1)
LIMITS: tuple[Limit, ...] = (
    Limit(slot="respond_warn", state=_S.AWAITING_RESPONSE, after=36 * _H),
    Limit(slot="respond", state=_S.AWAITING_RESPONSE, after=48 * _H, fires="silence"),
    Limit(slot="negotiate_warn", state=_S.NEGOTIATION, after=60 * _H),
    Limit(slot="negotiate", state=_S.NEGOTIATION, after=72 * _H, fires="silence"),
    Limit(slot="claim_alarm", state=_S.MEDIATION, after=24 * _H, unclaimed=True),
    Limit(slot="propose_alarm", state=_S.MEDIATION, after=72 * _H),
    Limit(slot="propose_warn", state=_S.PROPOSAL, after=36 * _H),
    Limit(slot="propose", state=_S.PROPOSAL, after=48 * _H, fires="no_agreement"),
    Limit(slot="arbitrate_alarm", state=_S.ARBITRATION, after=24 * _H, unclaimed=True),
    Limit(slot="rule_alarm", state=_S.ARBITRATION, after=72 * _H),
)


def limits_of(state: DisputeState) -> tuple[Limit, ...]:
    return tuple(limit for limit in LIMITS if limit.state is state)


def limit_of(slot: str) -> Limit | None:
    return next((limit for limit in LIMITS if limit.slot == slot), None)
