"""A part of a Stars payment goes back as store credit or by finance: the customer says which.

Where it follows from something they confirm, they choose there. Where it does not (a colleague's refund, a ruling),
they are asked here; without an answer it becomes store credit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.words import N_
from handlers.turn import Turn
from orders.refunds import RefundState
from storage import orders
from storage.accounts import Refund
from storage.records import Order

#: After this time without an answer it is store credit.
CHOICE = timedelta(hours=72)


def ask(turn: Turn, refund: Refund) -> None:
    """Two buttons in the customer's chat; the money is set aside meanwhile."""
    turn.work.session.flush()
    until = turn.now + CHOICE
    turn.work.set_timer("refund", f"refund:{refund.id}", "choose", until, {"refund": refund.id})
    _show(turn, refund, until)


def _show(turn: Turn, refund: Refund, until: Any = None) -> None:
    order = turn.work.session.get_one(Order, refund.order_id)
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    rows: tuple[tuple[Button, ...], ...] = ()
    actions: list[tuple[str, Any]] = []
    if until is not None:
        rows = (
            (Button(label=words.gettext("🎁 As store credit"), action=0, style="primary"),),
            (Button(label=words.gettext("🏦 Returned by our finance"), action=1),),
        )
        value = {"refund": refund.id, "order": order.id}
        actions = [
            ("refund.choose", {**value, "way": "credit"}),
            ("refund.choose", {**value, "way": "task"}),
        ]
    turn.work.show(
        customer.user_id,
        "notice",
        f"refund_way:{refund.id}",
        Content(
            text=words.html(
                "refund/choose",
                amount=words.price(refund.amount, refund.currency),
                number=order.number,
                until=until,
                way=refund.way,
            ),
            buttons=rows,
        ),
        actions,
        anew=until is not None,
        label="refund/choose",
        order_id=order.id,
    )


def on_choose(turn: Turn, value: Mapping[str, Any]) -> None:
    """The customer chose."""
    refund = turn.work.session.get_one(Refund, int(value["refund"]))
    if orders.of_customer(turn.work.session, turn.person, refund.order_id or 0) is None:
        turn.toast(N_("This button is no longer in use."))
        return
    if not _waits(refund):
        turn.toast(N_("Already done."))
        return
    turn.work.drop_timers(f"refund:{refund.id}", kind="refund", slot="choose")
    _take(turn, refund, str(value["way"]))


def on_silence(turn: Turn, refund_id: int) -> None:
    """Nobody chose: store credit."""
    refund = turn.work.session.get_one(Refund, refund_id)
    if _waits(refund):
        _take(turn, refund, "credit")


def _waits(refund: Refund) -> bool:
    return refund.state == RefundState.APPROVED and refund.way == "credit" and not refund.chosen


def _take(turn: Turn, refund: Refund, way: str) -> None:
    from handlers import refunding

    refund.chosen = True
    refund.way = "task" if way == "task" else "credit"
    _show(turn, refund)
    refunding.start(turn, refund)
