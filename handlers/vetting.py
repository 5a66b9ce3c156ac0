"""Vetting the brief of an order: before it can be paid, and once more when it is."""

from __future__ import annotations

from handlers.turn import Turn
from orders.brief import Brief
from orders.catalogue import Service
from orders.lifecycle import State
from orders.money import Money
from orders.vetting import Subject, Tier, Verdict, vet
from orders.vetting_rules import DEFAULT_RULES
from storage import orders
from storage.records import Order


def judge(brief: Brief, service: Service, plan_key: str, price: Money | None) -> Verdict:
    """What the rules say about a brief."""
    plan = service.plan(plan_key)
    return vet(
        {"goal": brief.goal, "requirements": brief.requirements, "notes": brief.notes},
        tuple(item.name for item in brief.attachments),
        Subject(
            service=service.key,
            category=service.category,
            plan=plan_key,
            risk=plan.risk if plan else "low",
            price=price,
        ),
        DEFAULT_RULES,
    )


def judge_order(turn: Turn, order: Order) -> Verdict:
    session = turn.work.session
    price = Money(order.price, order.currency)
    return judge(
        orders.brief_of(session, order), orders.service_of(session, order), order.plan, price
    )


def target(verdict: Verdict) -> State:
    """Where a paid order goes: on to the providers, or before a person's eyes first."""
    return State.AWAITING_PROVIDER if verdict.tier is Tier.PASS else State.AWAITING_REVIEW
