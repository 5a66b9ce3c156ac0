"""Vetting the brief of an order: before it can be paid, and once more when it is."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import review_view
from handlers.turn import Turn
from orders.brief import Brief
from orders.catalogue import Service
from orders.lifecycle import WINDOWS, State
from orders.money import Money
from orders.vetting import Rule, Subject, Tier, Verdict, vet
from storage import orders
from storage.records import Order
from storage.working import Vetting


def judge(
    brief: Brief, service: Service, plan_key: str, price: Money | None, rules: Sequence[Rule]
) -> Verdict:
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
        rules,
    )


def judge_order(turn: Turn, order: Order) -> Verdict:
    session = turn.work.session
    price = Money(order.price, order.currency)
    return judge(
        orders.brief_of(session, order),
        orders.service_of(session, order),
        order.plan,
        price,
        turn.business.rules,
    )


def target(verdict: Verdict) -> State:
    """Where a paid order goes: on to the providers, or before a person's eyes first."""
    return State.AWAITING_PROVIDER if verdict.tier is Tier.PASS else State.AWAITING_REVIEW


def stops(turn: Turn, brief: Brief, service: Service, plan_key: str, price: Money | None) -> bool:
    """Whether the rules refuse a brief at the summary, where it can still be corrected; counted if so."""
    verdict = judge(brief, service, plan_key, price, turn.business.rules)
    if verdict.tier is not Tier.REFUSE:
        return False
    record(turn, None, verdict, decision="stopped")
    return True


def of_paid(turn: Turn, order: Order) -> Verdict:
    """Judge an order that has just been paid, and keep what the rules say."""
    verdict = judge_order(turn, order)
    decision = {Tier.PASS: "passed", Tier.REVIEW: "", Tier.REFUSE: "refused"}[verdict.tier]
    row = record(turn, order, verdict, decision=decision)
    if verdict.tier is Tier.REVIEW:
        row.due_at = turn.now + WINDOWS.review
    elif verdict.tier is Tier.REFUSE:
        row.why = review_view.why(row.reasons)
    turn.work.session.flush()
    return verdict


def record(turn: Turn, order: Order | None, verdict: Verdict, *, decision: str) -> Vetting:
    row = Vetting(
        bot=turn.work.bot,
        order_id=order.id if order is not None else None,
        tier=str(verdict.tier),
        reasons=reasons_of(verdict),
        at=turn.now,
        decision=decision,
        decided_at=turn.now if decision else None,
    )
    turn.work.session.add(row)
    return row


def reasons_of(verdict: Verdict) -> list[list[str]]:
    """As they are stored."""
    return [[r.rule, str(r.tier), r.where, r.found] for r in verdict.reasons]
