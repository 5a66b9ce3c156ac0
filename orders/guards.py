"""The guards of the lifecycle: each says why a transition may not be taken, or None."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from orders.methods import Method
from orders.refusal import Refusal, refuse
from orders.states import Actor, OrderFacts, State
from orders.timetable import Windows


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What is asked for: a transition of an order by somebody, with the choices it leaves open."""

    facts: OrderFacts
    actor: Actor
    now: datetime
    windows: Windows
    target: State | None = None
    #: of the price, back to the customer
    percent: int | None = None
    reason: str = ""


Guard = Callable[[Ask], Refusal | None]


def brief_complete(ask: Ask) -> Refusal | None:
    return None if ask.facts.brief_complete else refuse("brief_incomplete")


def consented(ask: Ask) -> Refusal | None:
    return None if ask.facts.consented else refuse("consent_needed")


def no_recent_approval(ask: Ask) -> Refusal | None:
    """A pre-checkout approved in the last hour: the money may be on its way."""
    approved = ask.facts.pre_checkout_at
    if approved is None or ask.now - approved >= ask.windows.approval_guard:
        return None
    return refuse("expire_payment_under_way", until=approved + ask.windows.approval_guard)


def no_proof_waiting(ask: Ask) -> Refusal | None:
    return refuse("expire_proof_waiting") if ask.facts.proof_waiting else None


def fully_paid(ask: Ask) -> Refusal | None:
    return None if ask.facts.fully_paid else refuse("order_unpaid")


def finance_only_transfer(ask: Ask) -> Refusal | None:
    if ask.actor is not Actor.FINANCE or ask.facts.method is Method.TRANSFER:
        return None
    return refuse("order_not_transfer")


def not_disputed(ask: Ask) -> Refusal | None:
    """While a dispute is open, its parties end the order through it and not past it."""
    return refuse("order_disputed") if ask.facts.disputed else None


def not_held(ask: Ask) -> Refusal | None:
    """While its clocks stand still an order becomes no later."""
    return refuse("order_on_hold") if ask.facts.held else None


def same_price(ask: Ask) -> Refusal | None:
    return None if ask.facts.price_unchanged else refuse("order_price_changed")


def not_revived(ask: Ask) -> Refusal | None:
    return refuse("order_revived") if ask.facts.revived else None


def not_marked_late(ask: Ask) -> Refusal | None:
    return refuse("order_marked_late") if ask.facts.late else None


def has_artefact(ask: Ask) -> Refusal | None:
    return None if ask.facts.artefacts > 0 else refuse("delivery_empty")


def checklist_done(ask: Ask) -> Refusal | None:
    return None if ask.facts.checklist_done else refuse("delivery_checklist")


def extension_left(ask: Ask) -> Refusal | None:
    if ask.facts.extensions < ask.windows.extensions:
        return None
    return refuse("extensions_used", maximum=ask.windows.extensions)


def revision_left(ask: Ask) -> Refusal | None:
    used, allowed = ask.facts.revisions_used, ask.facts.revisions_allowed
    return None if used < allowed else refuse("revisions_used", used=used, allowed=allowed)


def late_enough(ask: Ask) -> Refusal | None:
    due = ask.facts.due_at
    if due is None:
        return refuse("order_not_due")
    possible = due + ask.windows.cancel_late
    return None if ask.now > possible else refuse("order_not_late_enough", possible=possible)


def nothing_delivered(ask: Ask) -> Refusal | None:
    return None if ask.facts.delivered_at is None else refuse("order_delivered_before")


def percent_given(ask: Ask) -> Refusal | None:
    if ask.percent is not None and 0 <= ask.percent <= 100:
        return None
    return refuse("percent_out_of_range", minimum=0, maximum=100)


def cancel_proposed(ask: Ask) -> Refusal | None:
    return None if ask.facts.cancel_proposed_by is not None else refuse("cancel_not_proposed")


def other_proposed(ask: Ask) -> Refusal | None:
    return refuse("cancel_own_proposal") if ask.facts.cancel_proposed_by is ask.actor else None


def reason_given(ask: Ask) -> Refusal | None:
    return None if ask.reason.strip() else refuse("reason_needed")


def ruling_possible(ask: Ask) -> Refusal | None:
    """No ruling puts an unpaid order to work or to rest, or to work without a provider.

    A share is for rulings that end the order: redoing the work returns nothing.
    """
    if ask.percent is not None and not 0 <= ask.percent <= 100:
        return refuse("percent_out_of_range", minimum=0, maximum=100)
    paid = ask.facts.fully_paid or ask.facts.paid_in
    if ask.target is not State.CANCELLED and not paid:
        return refuse("order_unpaid")
    if ask.target is State.IN_REVISION:
        if not ask.facts.has_provider:
            return refuse("order_without_provider")
        if ask.percent:
            return refuse("percent_out_of_range", minimum=0, maximum=0)
    return None


def reopen_in_time(ask: Ask) -> Refusal | None:
    completed = ask.facts.completed_at
    if completed is None:
        return refuse("order_not_due")
    until = completed + ask.windows.reopen
    return None if ask.now <= until else refuse("reopen_too_late", until=until)


#: By the names that the table uses.
GUARDS: Mapping[str, Guard] = MappingProxyType(
    {
        guard.__name__: guard
        for guard in (
            brief_complete,
            consented,
            no_recent_approval,
            no_proof_waiting,
            fully_paid,
            finance_only_transfer,
            not_disputed,
            not_held,
            same_price,
            not_revived,
            not_marked_late,
            has_artefact,
            checklist_done,
            extension_left,
            revision_left,
            late_enough,
            nothing_delivered,
            percent_given,
            cancel_proposed,
            other_proposed,
            reason_given,
            ruling_possible,
            reopen_in_time,
        )
    }
)
