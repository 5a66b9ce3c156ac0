"""/refund in the staff group: somebody of staff asks that a part of an order goes back."""

from __future__ import annotations

import re

from dialogs.content import Content
from dialogs.wording import refusal_text
from handlers import audit, refunding
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.money import Money, from_major
from orders.numbers import normalise
from orders.refunds import share
from orders.refusal import Refusal, refuse
from storage import orders
from storage.records import Order

_REFUND = re.compile(
    r"^\s*(?P<number>\S+)\s+(?P<amount>[\d.,]+)\s*(?P<percent>[%％])?\s+(?P<reason>\S.*)$",
    re.DOTALL,
)


def on_refund(turn: Turn, argument: str) -> None:
    """/refund NUMBER AMOUNT REASON, or NUMBER PERCENT% REASON. It waits for somebody else's approval."""
    words = turn.words(turn.business.staff_language)
    match = _REFUND.match(argument)
    number = normalise(match["number"]) if match else None
    order = orders.by_number(turn.work.session, turn.work.bot, number) if number else None
    if match is None or order is None:
        _answer(turn, words.html("staff/refund_usage"))
        return
    made = _ask(turn, order, match["amount"], bool(match["percent"]), match["reason"].strip())
    if isinstance(made, Refusal):
        _answer(turn, words.html("notice", text=refusal_text(made, words)))


def _ask(turn: Turn, order: Order, given: str, percent: bool, reason: str) -> Refusal | None:
    if order.customer_id == turn.person.id:
        return refuse("approval_own")
    amount = _amount(turn, order, given, percent)
    if isinstance(amount, Refusal):
        return amount
    made = refunding.refund_part(turn, order, amount, "staff", requested_by=turn.person)
    if isinstance(made, Refusal):
        return made
    audit.record(
        turn,
        "refund.requested",
        order,
        refunds=[refund.id for refund in made],
        amount=amount.amount,
        currency=amount.currency,
        reason=reason[:200],
    )
    return None


def _amount(turn: Turn, order: Order, given: str, percent: bool) -> Money | Refusal:
    if not percent:
        return from_major(given.replace(",", ""), order.currency)
    if not given.isdigit() or not 1 <= int(given) <= 100:
        return refuse("percent_out_of_range", minimum=1, maximum=100)
    return share(refunding.refundable(turn, order), int(given))[0]


def _answer(turn: Turn, text: str) -> None:
    event = turn.event
    assert isinstance(event, MessageEvent)
    turn.work.send(event.chat.id, Content(text=text), thread_id=event.thread, label="staff/answer")
