"""The clock of an order: which timer slots each state has, and when they are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from orders.methods import Method
from orders.states import Audience, OrderFacts, State

_CUSTOMER, _PROVIDER, _SUPPORT = Audience.CUSTOMER, Audience.PROVIDER, Audience.SUPPORT


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """How long everything may take.

    The defaults are the house rules; an operator may change them.
    """

    pay: timedelta = timedelta(hours=24)
    pay_by_transfer: timedelta = timedelta(hours=72)
    #: reminders while the order awaits payment, by any method
    remind_first: timedelta = timedelta(hours=1)
    remind_second: timedelta = timedelta(hours=20)
    #: an approved pre-checkout this recent keeps the order from expiring
    approval_guard: timedelta = timedelta(hours=1)
    #: by when a person decides about a brief that waits for review
    review: timedelta = timedelta(hours=24)
    #: staff are reminded of it
    review_warn: timedelta = timedelta(hours=20)
    no_provider: timedelta = timedelta(hours=72)
    #: declined or unanswered offers after which support is alarmed, each time
    declines: int = 3
    nudge_first: timedelta = timedelta(hours=24)
    nudge_second: timedelta = timedelta(hours=48)
    ticket: timedelta = timedelta(days=7)
    report_remind: timedelta = timedelta(hours=12)
    report_alarm: timedelta = timedelta(hours=24)
    #: a delivery not answered for so long is accepted
    acceptance: timedelta = timedelta(hours=72)
    #: the two warnings before that
    warn_first: timedelta = timedelta(hours=48)
    warn_second: timedelta = timedelta(hours=70)
    #: how often a customer may ask for one more acceptance period
    extensions: int = 2
    #: for a revision, when no other day is agreed
    revision: timedelta = timedelta(days=3)
    #: later than this, the customer may cancel
    cancel_late: timedelta = timedelta(hours=24)
    cancel_silence: timedelta = timedelta(hours=48)
    review_ask: timedelta = timedelta(hours=24)
    review_remind: timedelta = timedelta(days=4)
    reopen: timedelta = timedelta(days=14)
    #: after completion, before the payout is released: as long as a dispute can be opened
    clearance: timedelta = timedelta(days=14)


WINDOWS = Windows()


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerRule:
    """One slot. It is due `after` (a field of Windows) from `since` (a field of OrderFacts)."""

    slot: str
    states: tuple[State, ...]
    since: str
    after: str | None
    #: the transition it makes; None: it only tells or alarms
    fires: str | None = None
    told: tuple[Audience, ...] = ()


_WORKING = (State.IN_PROGRESS, State.IN_REVISION)
_AGREEABLE = (State.IN_PROGRESS, State.AWAITING_CUSTOMER, State.IN_REVISION, State.DELIVERED)


def _rule(
    slot: str,
    states: State | tuple[State, ...],
    since: str,
    after: str | None,
    told: tuple[Audience, ...] = (),
    fires: str | None = None,
) -> TimerRule:
    where = (states,) if isinstance(states, State) else states
    return TimerRule(slot=slot, states=where, since=since, after=after, fires=fires, told=told)


#: Every timer of an order. Those that fire a transition tell whom the transition tells.
TIMERS: tuple[TimerRule, ...] = (
    _rule("remind_1", State.AWAITING_PAYMENT, "awaiting_since", "remind_first", (_CUSTOMER,)),
    _rule("remind_20", State.AWAITING_PAYMENT, "awaiting_since", "remind_second", (_CUSTOMER,)),
    _rule("expire", State.AWAITING_PAYMENT, "awaiting_since", "pay", fires="expire"),
    _rule("review_warn", State.AWAITING_REVIEW, "entered_at", "review_warn", (_SUPPORT,)),
    _rule("review_due", State.AWAITING_REVIEW, "entered_at", "review", (_CUSTOMER, _SUPPORT)),
    _rule("no_provider", State.AWAITING_PROVIDER, "entered_at", "no_provider", fires="no_provider"),
    _rule("report_due", State.IN_PROGRESS, "next_report_at", None, (_PROVIDER,)),
    _rule("report_remind", State.IN_PROGRESS, "next_report_at", "report_remind", (_PROVIDER,)),
    _rule("report_alarm", State.IN_PROGRESS, "next_report_at", "report_alarm", (_SUPPORT,)),
    _rule("late", _WORKING, "due_at", None, fires="mark_late"),
    _rule("cancel_late", State.IN_PROGRESS, "due_at", "cancel_late", (_CUSTOMER, _SUPPORT)),
    _rule("nudge_24", State.AWAITING_CUSTOMER, "asked_at", "nudge_first", (_CUSTOMER,)),
    _rule("nudge_48", State.AWAITING_CUSTOMER, "asked_at", "nudge_second", (_CUSTOMER,)),
    _rule("ticket_7d", State.AWAITING_CUSTOMER, "asked_at", "ticket", (_SUPPORT,)),
    _rule("accept_warn_48", State.DELIVERED, "delivered_at", "warn_first", (_CUSTOMER,)),
    _rule("accept_warn_70", State.DELIVERED, "delivered_at", "warn_second", (_CUSTOMER,)),
    _rule("accept_72", State.DELIVERED, "delivered_at", "acceptance", fires="accept_delivery"),
    _rule("cancel_silence", _AGREEABLE, "cancel_proposed_at", "cancel_silence", (_SUPPORT,)),
    _rule("review_ask", State.COMPLETED, "completed_at", "review_ask", (_CUSTOMER,)),
    _rule("review_remind", State.COMPLETED, "completed_at", "review_remind", (_CUSTOMER,)),
    _rule("payout_clear", State.COMPLETED, "completed_at", "clearance", (Audience.FINANCE,)),
)

#: Slots that take no transition and still have to run, however late: they change the payout.
_LASTING = frozenset({"payout_clear"})


def slots(state: State) -> tuple[str, ...]:
    """The slots a state can have."""
    return tuple(rule.slot for rule in TIMERS if state in rule.states)


def rule_of(slot: str) -> TimerRule:
    """The rule of a slot. Raises KeyError."""
    for rule in TIMERS:
        if rule.slot == slot:
            return rule
    raise KeyError(f"{slot!r} is no timer slot of an order: see orders.timetable.TIMERS")


def due_at(slot: str, facts: OrderFacts, windows: Windows = WINDOWS) -> datetime | None:
    """When that slot is due, in any state; None while the moment it counts from is unknown."""
    rule = rule_of(slot)
    since: datetime | None = getattr(facts, rule.since)
    if since is None:
        return None
    name = rule.after
    if slot == "expire" and facts.method is Method.TRANSFER:
        name = "pay_by_transfer"
    wait: timedelta = getattr(windows, name) if name else timedelta(0)
    if rule.since == "delivered_at":
        wait += facts.extensions * windows.acceptance
    return since + wait


def timers_for(
    state: State, facts: OrderFacts, now: datetime, windows: Windows = WINDOWS
) -> tuple[tuple[str, datetime], ...]:
    """The slots to set for an order in `state`, each with its moment, in the order they are due.

    None while a hold lasts: set them from `after_pause` when it ends. What only tells somebody is
    left out when its moment has passed; what changes the order or its payout is kept and runs at
    once.
    """
    if facts.held:
        return ()
    wanted = []
    for rule in TIMERS:
        due = due_at(rule.slot, facts, windows) if state in rule.states else None
        if due is None or (rule.slot == "late" and facts.late):
            continue
        if rule.fires or rule.slot in _LASTING or due > now:
            wanted.append((rule.slot, due))
    return tuple(sorted(wanted, key=lambda timer: (timer[1], timer[0])))


def retry_at(
    slot: str, facts: OrderFacts, now: datetime, windows: Windows = WINDOWS
) -> datetime | None:
    """When a timer whose transition was refused is to be tried again; None: something else sets it.

    An order does not expire while money may be on its way: it is looked at again when the approval
    is an hour old, and every hour while a transfer proof waits. A hold sets its timers when it
    ends.
    """
    due = due_at(slot, facts, windows)
    if due is None or facts.held or facts.state not in rule_of(slot).states:
        return None
    if due > now:
        return due
    if slot != "expire":
        return None
    approved = facts.pre_checkout_at
    if approved is not None and approved + windows.approval_guard > now:
        return approved + windows.approval_guard
    return now + windows.approval_guard if facts.proof_waiting else None


def earliest_after_warning(due: datetime, warned_at: datetime | None) -> datetime:
    """When a deadline that acts against somebody may run: 2 h after its warning was sent, at least.

    After an outage the warning may have gone out late, or with `None` not at all (it was dropped).
    """
    return due if warned_at is None else max(due, warned_at + timedelta(hours=2))
