"""A change is vetted as a brief is: no provider reads a customer's wish that a person of staff has to read first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dialogs.words import Words
from handlers import review_view, vetting
from handlers.turn import Turn
from orders.brief import Attachment, Brief, Deadline
from orders.lifecycle import Actor
from orders.money import Money
from orders.vetting import Subject, Tier, Verdict, verdict_of, vet
from storage import orders
from storage.changing import ChangeRequest
from storage.records import Order
from storage.serial import typed


def changed(brief: Brief, text: str, wanted: str, files: Sequence[Mapping[str, Any]]) -> Brief:
    """The brief as it reads with a change in it. `wanted` is a day as `Deadline.iso()`."""
    added = text.strip()
    if added:
        both = f"{brief.requirements}\n\n+ {added}".strip()
        brief = replace(brief, requirements=both)
    if wanted:
        brief = replace(brief, deadline=Deadline.from_iso(wanted))
    more = tuple(typed(Attachment, one) for one in files)
    return replace(brief, attachments=(*brief.attachments, *more))


def judge(
    turn: Turn,
    order: Order,
    *,
    text: str,
    wanted: str,
    plan: str,
    files: Sequence[Mapping[str, Any]],
) -> Verdict:
    """What the rules say of a wish that they did not say of the order before.

    Its text is read by itself too: of each rule the brief shows only the first place that it applies to.
    """
    session = turn.work.session
    service, rules = orders.service_of(session, order), turn.business.rules
    brief = changed(orders.brief_of(session, order), text, wanted, files)
    price = Money(order.price, order.currency)
    now, then = service.plan(order.plan), service.plan(plan or order.plan)
    if now is not None and then is not None:
        before, after = now.prices.get(order.currency), then.prices.get(order.currency)
        if before is not None and after is not None:
            price = Money(order.price + after - before, order.currency)
    alone = vet({"requirements": text}, (), Subject(risk=""), rules)
    whole = vetting.judge(brief, service, plan or order.plan, price, rules)
    known = frozenset(vetting.judge_order(turn, order).reasons)
    found = dict.fromkeys((*alone.reasons, *whole.reasons))
    return verdict_of(reason for reason in found if reason not in known)


def stopped(turn: Turn, verdict: Verdict) -> None:
    """Count a wish that the rules refuse; who asked for it is told, and can put it differently."""
    vetting.record(turn, None, verdict, decision="stopped")


def doubts(turn: Turn, order: Order, change: ChangeRequest) -> Verdict:
    """What a person of staff has to look at before a provider sees the change; their quote passes it on."""
    if change.asked_by != Actor.CUSTOMER or change.quoted_at is not None:
        return Verdict(Tier.PASS)
    return judge(
        turn,
        order,
        text=change.text,
        wanted=change.wanted,
        plan=change.plan,
        files=change.files,
    )


def held(turn: Turn, order: Order, change: ChangeRequest) -> bool:
    """Whether no provider may see the change yet."""
    return doubts(turn, order, change).tier is not Tier.PASS


def doubts_in_words(
    turn: Turn, order: Order, change: ChangeRequest, words: Words
) -> tuple[tuple[str, str, str], ...]:
    """(rule, where, what was found) for the staff's notice."""
    return tuple(
        (reason.rule, reason.where, review_view.found_text(reason.found, words))
        for reason in doubts(turn, order, change).reasons
    )
