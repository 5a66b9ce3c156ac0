"""Cancelling before work begins: what it costs by the table, what goes back, and why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.words import N_, Words
from handlers import earning, refunding
from handlers.card_changes import stage
from handlers.turn import Turn
from orders.cancel_policy import Stage
from orders.money import Money
from orders.refunds import share
from orders.refusal import Refusal
from storage import orders
from storage.records import Order

#: Why an order is cancelled that nobody has begun; kept with the order.
REASONS: Mapping[str, str] = {
    "not_needed": N_("I no longer need it"),
    "price": N_("It costs too much"),
    "too_slow": N_("It takes too long"),
    "elsewhere": N_("I found somebody else"),
    "mistake": N_("I ordered by mistake"),
}


def _shares(turn: Turn, order: Order) -> tuple[Money, Money]:
    """What goes back, and what is kept by the table."""
    paid = refunding.refundable(turn, order)
    percent = turn.business.cancelling.before_work if stage(order) is Stage.BEFORE_WORK else 0
    kept = min(share(Money(order.price, order.currency), percent)[0], paid)
    return paid - kept, kept


def cost(turn: Turn, order: Order, words: Words) -> dict[str, Any]:
    """For the question before: what is kept and what goes back, in words; nothing kept: empty."""
    back, kept = _shares(turn, order)
    return {
        "percent": turn.business.cancelling.before_work,
        "kept": words.money(kept) if kept else "",
        "back": words.money(back),
    }


def settle(turn: Turn, order: Order) -> None:
    """An order that was cancelled before work: what was paid goes back, less what the table keeps."""
    paid = refunding.refundable(turn, order)
    percent = turn.business.cancelling.before_work if order.paid_at is not None else 0
    kept = min(share(Money(order.price, order.currency), percent)[0], paid)
    if paid - kept:
        made = refunding.refund_part(turn, order, paid - kept, "cancelled")
        if isinstance(made, Refusal):
            raise RuntimeError(f"{order.number} was cancelled, but {made.code}")
    earning.keep_rest(turn, order)


def ask_why(turn: Turn, order: Order) -> None:
    """Afterwards and by the way: nothing hangs on the answer."""
    words = turn.words()
    turn.work.show(
        turn.person.user_id,
        "notice",
        f"why:{order.id}",
        Content(
            text=words.html("cancel/free_why", number=order.number, thanks=False),
            buttons=tuple(
                (Button(label=words.gettext(label), action=n),)
                for n, label in enumerate(REASONS.values())
            ),
        ),
        [("order.cancel_why", {"order": order.id, "reason": code}) for code in REASONS],
        anew=True,
        label="cancel/free_why",
        order_id=order.id,
        priority=2,
    )


def on_why(turn: Turn, value: Mapping[str, Any]) -> None:
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    if order is None or value["reason"] not in REASONS:
        return
    order.cancel_reason = f"customer:{value['reason']}"
    words = turn.words()
    turn.work.show(
        turn.person.user_id,
        "notice",
        f"why:{order.id}",
        Content(text=words.html("cancel/free_why", number=order.number, thanks=True)),
        label="cancel/free_why",
        order_id=order.id,
    )
