"""Vetting a paid order's brief: which state it goes to."""

from __future__ import annotations

from handlers.turn import Turn
from orders.lifecycle import State
from orders.vetting import Tier, vet
from storage import orders
from storage.records import Order


def verdict_target(turn: Turn, order: Order) -> State:
    """Where a paid order goes: on to the providers, or before a person's eyes first."""
    service = orders.service_of(turn.work.session, order)
    brief = orders.brief_of(turn.work.session, order)
    verdict = vet(
        texts=(brief.goal, brief.requirements, brief.notes),
        attachment_names=tuple(item.name for item in brief.attachments),
        service=service,
        plan=order.plan,
    )
    return State.AWAITING_PROVIDER if verdict.tier is Tier.PASS else State.AWAITING_REVIEW
