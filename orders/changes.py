"""Change requests: the table of their steps, and what a quoted change does to price and day.

A change is an object of its own, never a state of the order: while one waits, the order's timers stand
still. A higher price is paid by a supplementary invoice before the change is applied, a lower one goes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from orders.errors import UnknownTransition
from orders.methods import Method, can_invoice, invoice_range
from orders.money import MAX_AMOUNT, Money
from orders.refusal import Refusal, refuse
from orders.states import Actor, State


class ChangeState(StrEnum):
    REQUESTED = "requested"
    QUOTED = "quoted"
    ACCEPTED = "accepted"
    APPLIED = "applied"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


_S = ChangeState

#: Under way: the order's card says so, and its timers stand still.
OPEN = frozenset({_S.REQUESTED, _S.QUOTED, _S.ACCEPTED})

#: States of an order that may be changed: it is paid, and not over.
CHANGEABLE = frozenset(
    {
        State.AWAITING_REVIEW,
        State.AWAITING_PROVIDER,
        State.IN_PROGRESS,
        State.AWAITING_CUSTOMER,
        State.DELIVERED,
        State.IN_REVISION,
    }
)


class About(StrEnum):
    """What a change is about."""

    SCOPE = "scope"
    PLAN = "plan"
    DEADLINE = "deadline"
    #: a revision beyond the plan's quota
    REVISION = "revision"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStep:
    """One line of the life of a change."""

    name: str
    sources: tuple[ChangeState, ...]
    target: ChangeState
    actors: tuple[Actor, ...]


_C, _P, _SUP, _L = Actor.CUSTOMER, Actor.PROVIDER, Actor.SUPPORT, Actor.LEAD

#: Every step. `request` makes the object; RULES quotes from the price list and applies what costs nothing.
TABLE: tuple[ChangeStep, ...] = (
    ChangeStep(
        name="quote",
        sources=(_S.REQUESTED, _S.QUOTED),
        target=_S.QUOTED,
        actors=(_P, _SUP, _L, Actor.RULES),
    ),
    ChangeStep(name="accept", sources=(_S.QUOTED,), target=_S.ACCEPTED, actors=(_C,)),
    ChangeStep(
        name="apply",
        sources=(_S.ACCEPTED,),
        target=_S.APPLIED,
        actors=(Actor.RULES, Actor.PAYMENT, Actor.FINANCE),
    ),
    ChangeStep(
        name="decline",
        sources=(_S.REQUESTED, _S.QUOTED),
        target=_S.DECLINED,
        actors=(_C, _P, _SUP, _L),
    ),
    ChangeStep(
        name="withdraw",
        sources=(_S.REQUESTED, _S.QUOTED, _S.ACCEPTED),
        target=_S.WITHDRAWN,
        actors=(_C, _P, _SUP, _L, Actor.RULES),
    ),
    ChangeStep(
        name="expire",
        sources=(_S.REQUESTED, _S.QUOTED, _S.ACCEPTED),
        target=_S.EXPIRED,
        actors=(Actor.TIMER,),
    ),
)

_BY_NAME: Mapping[str, ChangeStep] = MappingProxyType({step.name: step for step in TABLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWindows:
    """How long each step may take."""

    #: a request without a quote: the asked side is reminded, staff are asked to help, it expires
    remind: timedelta = timedelta(hours=24)
    silence: timedelta = timedelta(hours=48)
    request: timedelta = timedelta(days=7)
    #: a quote waits for the customer this long; reminded a day before the end
    quote: timedelta = timedelta(hours=72)
    quote_remind: timedelta = timedelta(hours=48)
    #: a supplementary invoice, by transfer, and when its payment is asked for again
    pay: timedelta = timedelta(hours=24)
    pay_by_transfer: timedelta = timedelta(hours=72)
    pay_remind: timedelta = timedelta(hours=20)


WINDOWS = ChangeWindows()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFacts:
    """A change as the rules see it."""

    state: ChangeState
    version: int
    asked_by: Actor
    #: what its quote adds to the price; None until it is quoted
    delta: Money | None = None
    expires_at: datetime | None = None
    #: a payment of its invoice is under way: pre-checkout approved lately, or a receipt waits
    paying: bool = False


def step(name: str) -> ChangeStep:
    """The line of that name. Raises UnknownTransition."""
    try:
        return _BY_NAME[name]
    except KeyError:
        raise UnknownTransition(f"{name!r} is no step of a change: see orders.changes") from None


def check_request(state: State, *, on_hold: bool, change_pending: bool) -> Refusal | None:
    """None when a change of an order in that state may be asked for: one at a time, not in a dispute."""
    if state not in CHANGEABLE:
        return refuse("change_not_now", state=state)
    if change_pending:
        return refuse("change_pending")
    return refuse("order_on_hold") if on_hold else None


def decide(
    name: str,
    facts: ChangeFacts,
    actor: Actor,
    now: datetime,
    *,
    version: int | None = None,
    own: bool = False,
) -> ChangeState | Refusal:
    """The state after that step, or why it may not be taken.

    `version` is the one the actor saw. `own`: the actor is the order's customer as well, who neither
    quotes nor declines as provider or staff. Raises UnknownTransition.
    """
    line = step(name)
    if actor not in line.actors:
        return refuse("change_not_yours", step=name, actor=actor)
    if own and actor in {_P, _SUP, _L}:
        return refuse("approval_own")
    if facts.state not in line.sources:
        return refuse("change_wrong_state", step=name, state=facts.state)
    if version is not None and version != facts.version:
        return refuse("change_moved_on")
    if name == "decline":
        # The request is answered by the other side, the quote by the customer.
        answering = {_C} if facts.state is _S.QUOTED else {_P, _SUP, _L}
        if actor not in answering and actor not in {_SUP, _L}:
            return refuse("change_not_yours", step=name, actor=actor)
    if name == "withdraw":
        may = {facts.asked_by, _SUP, _L, Actor.RULES}
        if facts.state is _S.ACCEPTED:
            # What was accepted is the customer's to leave unpaid.
            may = {_C, _SUP, _L, Actor.RULES}
        if actor not in may:
            return refuse("change_not_yours", step=name, actor=actor)
    if name in {"withdraw", "expire"} and facts.paying and actor is not Actor.RULES:
        return refuse("change_being_paid")
    if name == "expire" and (facts.expires_at is None or now < facts.expires_at):
        return refuse("timer_not_due", transition=name)
    if name == "accept" and (facts.delta is None or _over(facts, now)):
        return refuse("change_quote_over")
    return line.target


def _over(facts: ChangeFacts, now: datetime) -> bool:
    return facts.expires_at is not None and now >= facts.expires_at


def check_quote(
    price: Money, delta: Money, days: int, method: Method | None = None
) -> Refusal | None:
    """None when an order of that price may be changed by so much and so many days.

    The new price is at least one minor unit: what is to cost nothing is cancelled instead. What is added is an
    invoice of its own by the order's `method`, so that its limits hold for the difference.
    """
    new = price.amount + delta.amount
    if new <= 0:
        return refuse("change_price_low", minimum=Money(1, price.currency))
    if new > MAX_AMOUNT:
        return refuse("money_too_large", maximum=Money(MAX_AMOUNT, price.currency))
    if delta.amount > 0 and method is not None and not can_invoice(method, delta):
        low, high = invoice_range(method, price.currency)
        return refuse("change_unpayable", minimum=low, maximum=high)
    if not -365 <= days <= 365:
        return refuse("change_days", maximum=365)
    return None


def quote_windows(method: str, windows: ChangeWindows = WINDOWS) -> timedelta:
    """How long a supplementary invoice by that method may be paid."""
    return windows.pay_by_transfer if method == "transfer" else windows.pay
