"""The lifecycle of an order: decide whether a transition may be taken, and what follows from it.

`decide` judges, `apply` gives the order as it is afterwards. Neither writes anything: the caller
stores both, one history row, the timers and the messages in one transaction, comparing versions.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from orders.errors import NaiveTime
from orders.guards import GUARDS, Ask
from orders.lifecycle_docs import lifecycle_markdown
from orders.refusal import Refusal, refuse
from orders.states import (
    STAFF,
    UNPAID_STATES,
    Actor,
    Audience,
    OrderFacts,
    State,
    after_pause,
)
from orders.timetable import (
    TIMERS,
    WINDOWS,
    TimerRule,
    Windows,
    due_at,
    earliest_after_warning,
    retry_at,
    slots,
    timers_for,
)
from orders.transitions import FULL, SPLIT, TABLE, Transition, allowed_edges, transition

__all__ = [
    "FULL",
    "SPLIT",
    "TABLE",
    "TIMERS",
    "WINDOWS",
    "Actor",
    "Audience",
    "Move",
    "OrderFacts",
    "State",
    "TimerRule",
    "Transition",
    "Windows",
    "after_pause",
    "allowed_edges",
    "apply",
    "decide",
    "due_at",
    "earliest_after_warning",
    "lifecycle_markdown",
    "possible",
    "retry_at",
    "slots",
    "timers_for",
    "transition",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A transition that may be taken, and everything that goes with it."""

    name: str
    source: State
    target: State
    actor: Actor
    at: datetime
    #: the version it was decided on: store only while the order still has it
    version: int
    told: tuple[Audience, ...]
    #: slots to set (replacing a row of that slot) and to delete
    set_timers: tuple[tuple[str, datetime], ...]
    drop_timers: tuple[str, ...]
    #: "full": all that was paid goes back; "split": `percent` of it; None: nothing
    refund: str | None = None
    #: of the price, back to the customer
    percent: int | None = None
    reason: str = ""
    #: revive: a new order is drafted with the answers of this one
    new_draft: bool = False
    #: nobody took it often enough: support is alarmed
    alarm: bool = False
    #: when the work is due, if the move says so
    due_at: datetime | None = None
    #: when the provider is asked for the next report, if the move says so
    next_report_at: datetime | None = None


def decide(
    name: str,
    facts: OrderFacts,
    actor: Actor,
    now: datetime,
    *,
    target: State | None = None,
    percent: int | None = None,
    reason: str = "",
    due_at: datetime | None = None,
    next_report_at: datetime | None = None,
    version: int | None = None,
    own: bool = False,
    windows: Windows = WINDOWS,
) -> Move | Refusal:
    """Whether `actor` may take the transition `name` now, and what follows.

    `target` chooses where several are possible (pay, late_pay, rule). `percent` is what goes back
    to the customer (propose_cancel, rule). `due_at` is a day agreed for the work (accept, revise,
    reopen, rule). `version` is the one the actor saw: an older one is refused. `own`: the actor is
    the order's customer too, who neither does the work on it nor decides about it as staff. Raises
    UnknownTransition and NaiveTime; ValueError for a target the transition does not have.
    """
    line = transition(name)
    if now.tzinfo is None:
        raise NaiveTime("now has no zone: pass an aware datetime")
    refusal = _not_permitted(line, facts, actor, version, own)
    if refusal is not None:
        return refusal
    # In UTC: within a zone that changes its clocks, Python adds hours of the clock, not of time.
    now = now.astimezone(UTC)
    end = _target(line, facts, target)
    ask = Ask(
        facts=facts,
        actor=actor,
        now=now,
        windows=windows,
        target=end,
        percent=percent,
        reason=reason,
    )
    refusal = _not_now(line, ask)
    if refusal is not None:
        return refusal
    move = Move(
        name=name,
        source=facts.state,
        target=end,
        actor=actor,
        at=now,
        version=facts.version,
        told=(),
        set_timers=(),
        drop_timers=(),
        refund=_refund(line, ask),
        percent=_percent(line, ask),
        reason=reason,
        new_draft=name == "revive",
        alarm=name in _DECLINES and facts.declines + 1 >= windows.declines,
        due_at=due_at or _revision_due(line, ask),
        next_report_at=next_report_at,
    )
    after = apply(move, facts)
    timers = timers_for(end, after, now, windows)
    kept = {slot for slot, _ in timers}
    return replace(
        move,
        told=_told(line, move, after),
        set_timers=timers,
        drop_timers=tuple(slot for slot in slots(facts.state) if slot not in kept),
    )


def apply(move: Move, facts: OrderFacts) -> OrderFacts:
    """The order after that move. Raises ValueError when it was decided on another version."""
    if (move.version, move.source) != (facts.version, facts.state):
        raise ValueError(
            f"{move.name} was decided on {move.source} version {move.version}, "
            f"the order is {facts.state} version {facts.version}: decide again"
        )
    new = replace(facts, state=move.target, version=facts.version + 1)
    if move.target is not facts.state:
        new = replace(new, entered_at=move.at)
    if move.due_at is not None:
        new = replace(new, due_at=move.due_at, late=False)
    if move.next_report_at is not None:
        new = replace(new, next_report_at=move.next_report_at)
    match move.name:
        case "confirm":
            new = replace(new, awaiting_since=move.at, pre_checkout_at=None, proof_waiting=False)
        case "edit":
            new = replace(new, awaiting_since=None, pre_checkout_at=None)
        case "revive":
            new = replace(new, revived=True)
        case "accept":
            new = replace(new, has_provider=True)
        case "decline" | "offer_timeout":
            new = replace(new, declines=facts.declines + 1)
        case "ask_information":
            new = replace(new, asked_at=move.at)
        case "give_information":
            new = _resumed(new, move.at)
        case "mark_late":
            new = replace(new, late=True)
        case "deliver":
            new = replace(new, delivered_at=move.at, extensions=0, late=False)
        case "extend_acceptance":
            new = replace(new, extensions=facts.extensions + 1)
        case "revise":
            new = replace(new, revisions_used=facts.revisions_used + 1)
        case "propose_cancel":
            new = replace(
                new,
                cancel_proposed_by=move.actor,
                cancel_proposed_at=move.at,
                cancel_percent=move.percent,
            )
        case "decline_cancel":
            new = _without_proposal(new)
    if move.target is State.IN_REVISION and facts.state is not State.IN_REVISION:
        # The next delivery needs something new to hand over.
        new = replace(new, artefacts=0, checklist_done=False, completed_at=None)
    if move.target is State.COMPLETED and facts.state is not State.COMPLETED:
        new = replace(new, completed_at=move.at)
    if move.target in {State.COMPLETED, State.CANCELLED}:
        new = _without_proposal(new)
    return new


def possible(facts: OrderFacts, actor: Actor) -> tuple[str, ...]:
    """The transitions the table gives that actor in this state, before any guard."""
    return tuple(
        line.name for line in TABLE if facts.state in line.sources and actor in line.actors
    )


_DECLINES = frozenset({"decline", "offer_timeout"})


def _target(line: Transition, facts: OrderFacts, wanted: State | None) -> State:
    ends = line.ends(facts.state)
    if wanted is not None and wanted not in ends:
        raise ValueError(f"{line.name} does not lead to {wanted}: choose {', '.join(ends)}")
    if wanted is None and len(ends) > 1:
        raise ValueError(f"{line.name} needs a target: choose {', '.join(ends)}")
    return wanted or ends[0]


def _not_permitted(
    line: Transition, facts: OrderFacts, actor: Actor, version: int | None, own: bool
) -> Refusal | None:
    if actor not in line.actors:
        return refuse("order_not_yours_to_move", transition=line.name, actor=actor)
    if own and (actor in STAFF or actor is Actor.PROVIDER):
        return refuse("order_own", transition=line.name)
    if facts.state not in line.sources:
        return refuse("order_wrong_state", transition=line.name, state=facts.state)
    if version is not None and version != facts.version:
        return refuse("order_moved_on", state=facts.state)
    return None


def _not_now(line: Transition, ask: Ask) -> Refusal | None:
    if ask.actor is Actor.TIMER:
        if ask.facts.held:
            return refuse("order_on_hold")
        due = due_at(line.timer, ask.facts, ask.windows) if line.timer else ask.now
        if due is None or ask.now < due:
            return refuse("timer_not_due", transition=line.name)
    for name in line.guards:
        refusal = GUARDS[name](ask)
        if refusal is not None:
            return refusal
    return None


def _refund(line: Transition, ask: Ask) -> str | None:
    if line.refund is not SPLIT:
        return line.refund
    percent = _percent(line, ask)
    if percent == 100:
        return FULL
    return SPLIT if percent else None


def _percent(line: Transition, ask: Ask) -> int | None:
    """What goes back of the price. A ruling that cancels without a share returns everything."""
    match line.name:
        case "propose_cancel":
            return ask.percent
        case "cancel_agreed":
            return ask.facts.cancel_percent
        case "rule" if ask.percent is None:
            return 100 if ask.target is State.CANCELLED else None
        case "rule":
            return ask.percent
    return 100 if line.refund is FULL else None


def _revision_due(line: Transition, ask: Ask) -> datetime | None:
    if ask.target is State.IN_REVISION and line.name in {"revise", "reopen", "rule"}:
        return ask.now + ask.windows.revision
    return None


def _resumed(facts: OrderFacts, now: datetime) -> OrderFacts:
    """The clock goes on: what was ahead when the question was asked is as far ahead now.

    Answered during a hold it counts up to where the hold began: from there on, the end of the hold counts.
    """
    if facts.asked_at is None:
        return facts
    stopped = facts.held_since if facts.held and facts.held_since is not None else now
    pause = max(stopped - facts.asked_at, timedelta(0))
    return replace(
        facts,
        asked_at=None,
        due_at=facts.due_at + pause if facts.due_at else None,
        next_report_at=facts.next_report_at + pause if facts.next_report_at else None,
    )


def _without_proposal(facts: OrderFacts) -> OrderFacts:
    return replace(facts, cancel_proposed_by=None, cancel_proposed_at=None, cancel_percent=None)


def _told(line: Transition, move: Move, after: OrderFacts) -> tuple[Audience, ...]:
    """Whom the table names, without those this order does not concern (yet)."""
    ends = (move.source, move.target)
    unpaid = move.source in UNPAID_STATES and move.target in UNPAID_STATES | {State.CANCELLED}
    concerned = {
        Audience.CUSTOMER: True,
        Audience.PROVIDER: after.has_provider,
        Audience.PROVIDERS: State.AWAITING_PROVIDER in ends,
        Audience.SUPPORT: not unpaid and (move.alarm or move.name not in _DECLINES),
        Audience.FINANCE: True,
    }
    return tuple(audience for audience in line.told if concerned[audience])
