"""What the codes of a dispute are called."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dialogs.words import N_, Words
from handlers import refunding
from handlers.turn import Turn
from orders.dispute_stages import DisputeState
from orders.dispute_terms import Outcome, Terms, divided
from orders.money import Money
from storage.records import Order
from storage.serial import typed

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "late": N_("It is late, or nothing came"),
        "not_as_agreed": N_("It is not what was agreed"),
        "quality": N_("The quality is not good enough"),
        "no_answer": N_("The other side does not answer"),
        "scope": N_("More is wanted than was agreed"),
        "no_information": N_("What I need for the work does not come"),
        "not_accepted": N_("Good work is not accepted"),
        "other": N_("Something else"),
    }
)
OUTCOMES: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.RELEASE: N_("The work counts as done"),
        Outcome.REFUND: N_("Full refund"),
        Outcome.SPLIT: N_("Split the money"),
        Outcome.REDO: N_("Do it once more"),
        Outcome.EXTEND: N_("More time"),
    }
)
GROUNDS: Mapping[str, str] = MappingProxyType(
    {
        "as_agreed": N_("The work is what the brief asks for."),
        "not_as_agreed": N_("The work is not what the brief asks for."),
        "partly_usable": N_("A part of the work can be used."),
        "late": N_("It came later than was agreed."),
        "brief_unclear": N_("The brief left room for both readings."),
        "beyond_brief": N_("What was asked for goes beyond the brief."),
        "no_cooperation": N_("One side did not do its part so that the work could go on."),
    }
)
STAGES: Mapping[DisputeState, str] = MappingProxyType(
    {
        DisputeState.OPENED: N_("Opened"),
        DisputeState.AWAITING_RESPONSE: N_("Waiting for the answer"),
        DisputeState.NEGOTIATION: N_("Looking for an agreement"),
        DisputeState.MEDIATION: N_("With a mediator"),
        DisputeState.PROPOSAL: N_("A proposal is on the table"),
        DisputeState.ARBITRATION: N_("Before a decision"),
        DisputeState.RESOLVED: N_("Decided"),
        DisputeState.SETTLED: N_("Settled by agreement"),
        DisputeState.WITHDRAWN: N_("Withdrawn"),
    }
)
STEPS: Mapping[str, str] = MappingProxyType(
    {
        "open": N_("opened the dispute"),
        "respond": N_("answered"),
        "offer": N_("made an offer"),
        "accept_offer": N_("accepted the offer"),
        "call_mediator": N_("asked for a mediator"),
        "silence": N_("time was over: on to a mediator"),
        "claim": N_("took the mediation"),
        "propose": N_("proposed a way out"),
        "agree": N_("agreed to the proposal"),
        "agreed": N_("both sides have agreed"),
        "reject": N_("did not agree to the proposal"),
        "no_agreement": N_("time was over: on to a decision"),
        "arbitrate": N_("took the decision on"),
        "rule": N_("decided"),
        "withdraw": N_("withdrew the dispute"),
    }
)


def left(turn: Turn, order: Order) -> Money:
    """What was paid for the order and has not gone back: what the sides divide."""
    return refunding.refundable(turn, order)


def terms_of(data: Mapping[str, Any]) -> Terms | None:
    """The terms that a record holds."""
    return typed(Terms, data) if data else None


def terms_text(terms: Terms, over: Money, words: Words) -> str:
    """Terms as a sentence; `over` is what is divided."""
    back, kept = (words.money(part) for part in divided(terms, over))
    days = words.days(terms.days or 0)
    match terms.outcome:
        case Outcome.RELEASE:
            return words.gettext("The work counts as done; the specialist earns {kept}", kept=kept)
        case Outcome.REFUND:
            return words.gettext("Full refund: {back} goes back to the customer", back=back)
        case Outcome.SPLIT:
            return words.gettext(
                "{percent} % back: the customer gets {back}, the specialist keeps {kept}",
                percent=terms.percent,
                back=back,
                kept=kept,
            )
        case Outcome.REDO:
            return words.gettext("The specialist does it once more, within {days}", days=days)
        case Outcome.EXTEND:
            return words.gettext("The specialist gets {days} more", days=days)
