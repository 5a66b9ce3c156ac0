"""Tickets: a person of staff looks after a matter. States, transitions in one table, and what follows from one.

Who speaks in the chat, the bot or a person, is the conversation's mode; it follows from the ticket that is being
talked about. Like `orders.lifecycle`, nothing here writes: the caller stores the state, a history row and the timers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from types import MappingProxyType

from orders.errors import UnknownTransition
from orders.refusal import Refusal, refuse


class TicketState(StrEnum):
    NEW = "new"
    QUEUED = "queued"
    ASSIGNED = "assigned"
    WAITING_CUSTOMER = "waiting_customer"
    WAITING_PROVIDER = "waiting_provider"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Mode(StrEnum):
    """Who answers in a private chat: the bot; the bot until a person comes; a person."""

    BOT = "bot"
    QUEUED = "queued"
    HUMAN = "human"


class TicketActor(StrEnum):
    """Who moves a ticket. `customer` is the person it is about, a provider too when they asked."""

    CUSTOMER = "customer"
    PROVIDER = "provider"
    AGENT = "agent"
    LEAD = "lead"
    TIMER = "timer"
    SYSTEM = "system"


class Reason(StrEnum):
    """Why there is a ticket."""

    ASKED = "asked"
    NOT_UNDERSTOOD = "not_understood"
    PAYMENT = "payment"
    LATE = "late"
    DISPUTE = "dispute"
    CHANGE = "change"
    PROBLEM = "problem"
    PROVIDER = "provider"
    CONTACTED = "contacted"


class Priority(IntEnum):
    NORMAL = 0
    HIGH = 1
    URGENT = 2


_S = TicketState
#: Somebody still has to do something about it.
OPEN_STATES = frozenset(set(TicketState) - {_S.RESOLVED, _S.CLOSED})
#: An agent has it.
HELD_STATES = frozenset({_S.ASSIGNED, _S.WAITING_CUSTOMER, _S.WAITING_PROVIDER, _S.SNOOZED})

#: A message so long after it was resolved opens it again; later, a new one is linked to it.
REOPENS = timedelta(hours=72)

#: What begins as more than normal.
FIRST_PRIORITY: Mapping[Reason, Priority] = MappingProxyType(
    {
        Reason.PAYMENT: Priority.HIGH,
        Reason.DISPUTE: Priority.HIGH,
        Reason.LATE: Priority.HIGH,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketFacts:
    """A ticket as the rules see it. Persons are ids of records; times are aware."""

    state: TicketState
    person: int
    assignee: int | None = None
    #: a lead was asked for, and nobody of them has taken it yet
    escalated: bool = False
    answered: bool = False
    resolved_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketTransition:
    """One line of the table. No target: the state stays."""

    name: str
    sources: tuple[TicketState, ...]
    target: TicketState | None = None
    actors: tuple[TicketActor, ...]
    #: names in GUARDS, checked in this order
    guards: tuple[str, ...] = ()
    #: the slot of the timer that takes it
    timer: str | None = None
    note: str = ""


_CUSTOMER, _PROVIDER, _AGENT = TicketActor.CUSTOMER, TicketActor.PROVIDER, TicketActor.AGENT
_LEAD, _TIMER, _SYSTEM = TicketActor.LEAD, TicketActor.TIMER, TicketActor.SYSTEM
_STAFF = (_AGENT, _LEAD)
_OPEN = tuple(state for state in TicketState if state in OPEN_STATES)
_HELD = tuple(state for state in TicketState if state in HELD_STATES)
_FREE = (_S.NEW, _S.QUEUED)

TABLE: tuple[TicketTransition, ...] = (
    TicketTransition(
        name="queue",
        sources=(_S.NEW,),
        target=_S.QUEUED,
        actors=(_CUSTOMER, _PROVIDER, _AGENT, _LEAD, _SYSTEM),
        note="the case is on the desk",
    ),
    TicketTransition(
        name="claim",
        sources=_FREE,
        target=_S.ASSIGNED,
        actors=_STAFF,
        guards=("not_own", "lead_when_escalated"),
        note="by button, or simply by typing",
    ),
    TicketTransition(
        name="take_over",
        sources=_HELD,
        target=_S.ASSIGNED,
        actors=_STAFF,
        guards=("not_own", "held_by_other"),
        note="from a colleague, who is told",
    ),
    TicketTransition(
        name="transfer",
        sources=_OPEN,
        target=_S.ASSIGNED,
        actors=_STAFF,
        guards=("receiver_not_own", "receiver_other"),
        note="to a colleague",
    ),
    TicketTransition(
        name="release",
        sources=_HELD,
        target=_S.QUEUED,
        actors=_STAFF,
        note="back to the queue",
    ),
    TicketTransition(
        name="escalate",
        sources=_OPEN,
        target=_S.QUEUED,
        actors=(_AGENT, _LEAD),
        guards=("summary_given",),
        note="a lead takes it; the summary is required",
    ),
    TicketTransition(
        name="answer",
        sources=_HELD,
        target=_S.WAITING_CUSTOMER,
        actors=_STAFF,
        guards=("not_own",),
        note="a message to the person",
    ),
    TicketTransition(
        name="ask_provider",
        sources=_HELD,
        target=_S.WAITING_PROVIDER,
        actors=_STAFF,
        note="a message to the order's provider",
    ),
    TicketTransition(
        name="write",
        sources=(_S.WAITING_CUSTOMER, _S.WAITING_PROVIDER, _S.SNOOZED),
        target=_S.ASSIGNED,
        actors=(_CUSTOMER, _PROVIDER),
        note="the other side has written; a snooze ends",
    ),
    TicketTransition(
        name="snooze",
        sources=_HELD,
        target=_S.SNOOZED,
        actors=_STAFF,
        note="until a moment, or until the person writes",
    ),
    TicketTransition(
        name="wake",
        sources=(_S.SNOOZED,),
        target=_S.ASSIGNED,
        actors=(_TIMER, _AGENT, _LEAD),
        timer="wake",
    ),
    TicketTransition(
        name="no_reply",
        sources=(_S.ASSIGNED,),
        target=_S.QUEUED,
        actors=(_TIMER,),
        guards=("not_answered",),
        timer="first_reply",
        note="no first reply in time: back to the queue, with an alarm",
    ),
    TicketTransition(
        name="forgotten",
        sources=(_S.ASSIGNED,),
        target=_S.QUEUED,
        actors=(_TIMER,),
        timer="owed",
        note="24 h without a further answer: back to the queue, and the bot goes on",
    ),
    TicketTransition(
        name="resolve",
        sources=_OPEN,
        target=_S.RESOLVED,
        actors=(_CUSTOMER, _AGENT, _LEAD, _SYSTEM),
        note="the person by one tap, or staff; the bot goes on where it was",
    ),
    TicketTransition(
        name="idle",
        sources=(_S.WAITING_CUSTOMER,),
        target=_S.RESOLVED,
        actors=(_TIMER,),
        timer="idle",
        note="24 h after the last answer",
    ),
    TicketTransition(
        name="reopen",
        sources=(_S.RESOLVED,),
        target=_S.QUEUED,
        actors=(_CUSTOMER, _PROVIDER, _AGENT, _LEAD, _SYSTEM),
        guards=("reopens",),
        note="within 72 h; later a new ticket is linked",
    ),
    TicketTransition(
        name="merge",
        sources=(*_OPEN, _S.RESOLVED),
        target=_S.CLOSED,
        actors=_STAFF,
        guards=("same_person",),
        note="into another ticket of the same person",
    ),
    TicketTransition(
        name="close",
        sources=(_S.RESOLVED,),
        target=_S.CLOSED,
        actors=(_TIMER,),
        timer="close",
        note="72 h after it was resolved",
    ),
)

_BY_NAME: Mapping[str, TicketTransition] = MappingProxyType({line.name: line for line in TABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketMove:
    """A transition that may be taken."""

    name: str
    source: TicketState
    target: TicketState


def ticket_transition(name: str) -> TicketTransition:
    """The line of that name. Raises UnknownTransition."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownTransition(f"{name!r} is no transition: see orders.tickets.TABLE") from None


def decide_ticket(
    name: str,
    facts: TicketFacts,
    actor: TicketActor,
    now: datetime,
    *,
    by: int | None = None,
    receiver: int | None = None,
    summary: str = "",
    other_person: int | None = None,
) -> TicketMove | Refusal:
    """Whether that may be done. `by` is who does it; `receiver` who is to have it; `other_person` whose ticket
    it is merged into."""
    line = ticket_transition(name)
    if actor not in line.actors:
        return refuse("ticket_not_yours_to_move")
    if facts.state not in line.sources:
        if facts.state in (TicketState.RESOLVED, TicketState.CLOSED):
            return refuse("ticket_over")
        return refuse("ticket_wrong_state", state=str(facts.state))
    for guard in line.guards:
        refusal: Refusal | None = None
        match guard:
            case "not_own" if by == facts.person:
                refusal = refuse("ticket_own")
            case "receiver_not_own" if receiver == facts.person:
                refusal = refuse("ticket_own")
            case "receiver_other" if receiver is None or receiver == facts.assignee:
                refusal = refuse("ticket_held_already")
            case "held_by_other" if by == facts.assignee:
                refusal = refuse("ticket_held_already")
            case "lead_when_escalated" if facts.escalated and actor is not TicketActor.LEAD:
                refusal = refuse("ticket_for_lead")
            case "summary_given" if len(summary.strip()) < SUMMARY_LEAST:
                refusal = refuse("ticket_summary_needed", minimum=SUMMARY_LEAST)
            case "not_answered" if facts.answered:
                refusal = refuse("ticket_answered")
            case "same_person" if other_person != facts.person:
                refusal = refuse("ticket_other_person")
            case "reopens" if facts.resolved_at is None or now > facts.resolved_at + REOPENS:
                refusal = refuse("ticket_over")
        if refusal is not None:
            return refusal
    return TicketMove(name=name, source=facts.state, target=line.target or facts.state)


#: Characters of a summary for a lead at least.
SUMMARY_LEAST = 10

#: Every guard there is: a table entry of another name is a mistake that a test finds.
GUARDS = frozenset(
    {
        "not_own",
        "receiver_not_own",
        "receiver_other",
        "held_by_other",
        "lead_when_escalated",
        "summary_given",
        "not_answered",
        "same_person",
        "reopens",
    }
)
