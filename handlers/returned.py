"""An order in work whose payment Telegram gave back without us: it stands still, and finance decides."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import audit, cards, holds, moving, refunding, telling
from handlers.turn import Turn
from orders import ledger
from orders.lifecycle import Actor, State
from orders.money import Money
from orders.refusal import Refusal
from storage import money, orders
from storage.records import Order

HOLD = "payment"
_OVER = (State.CANCELLED, State.COMPLETED)


def subject(order: Order) -> str:
    return f"order:{order.id}"


def unpaid_again(turn: Turn, order: Order) -> None:
    """An order whose money went back without us is not worked on: cancelled before work began, else held."""
    made = moving.move(
        turn,
        order,
        "cancel_free",
        Actor.CUSTOMER,
        actor_id=order.customer_id,
        note="the payment was returned",
        quiet=True,
    )
    if not isinstance(made, Refusal):
        order.cancel_reason = "outside"
        _give_back_rest(turn, order)
        telling.tell(turn, order, made)
        return
    if order.state in _OVER:
        # Nothing to hold: the task about the money itself is with finance already.
        return
    holds.place(turn, order, HOLD, subject(order))
    _tell_both(turn, order, "told/payment_returned", "told/payment_returned_provider")
    show(turn, order, anew=True)


def _give_back_rest(turn: Turn, order: Order) -> Money:
    """An order of several payments that ends: what Telegram has not returned goes back too, all of it.

    What the house had put in for a payment that was returned before is the house's again.
    """
    rest = refunding.refundable(turn, order)
    refunding.refund_all(turn, order, "ended")
    take_out(turn, order)
    return rest


def take_out(turn: Turn, order: Order) -> None:
    """Everything that was a customer's has gone back: what is left the house had put in, and takes out again."""
    left = money.order_balance(turn.work.session, order)
    if left.amount > 0:
        _put_in(turn, order, -left)


def _put_in(turn: Turn, order: Order, amount: Money) -> None:
    """The house pays that much in the customer's place; less than nothing: takes it out again."""
    account = ledger.order_account(order.number)
    entry = ledger.correction(order.number, "", "payment returned", account, amount)
    money.post(turn.work.session, turn.work.bot, entry, now=turn.now, cause=turn.cause, order=order)


def _tell_both(
    turn: Turn, order: Order, customer: str, provider: str, *, rest: Money | None = None
) -> None:
    """`rest`: what goes back to the customer; it is nobody else's to read."""
    session = turn.work.session
    for person_id, template in ((order.customer_id, customer), (order.provider_id, provider)):
        if person_id is not None:
            person = orders.person_by_id(session, person_id)
            words = turn.words(person.language)
            shown = cards.view(turn, order, words)
            back = words.money(rest) if rest and person_id == order.customer_id else ""
            turn.say(person, template, order=shown, rest=back, order_id=order.id)


def show(
    turn: Turn,
    order: Order,
    *,
    outcome: str = "",
    anew: bool = False,
    rest: Money | None = None,
) -> None:
    """What stands still and why, in the staff chat. `outcome`: went_on, ended; empty while it is undecided.

    `rest` is what ending it returned; while it is undecided, it is what ending it would return.
    """
    chat = turn.business.staff_chat
    if chat is None:
        return
    words = turn.words(turn.business.staff_language)
    rows: tuple[tuple[Button, ...], ...] = ()
    actions: list[tuple[str, Any]] = []
    if not outcome:
        rows = (
            (Button(label=words.gettext("▶️ Go on, at our cost"), action=0),),
            (Button(label=words.gettext("✖️ End the order"), action=1, style="danger"),),
        )
        actions = [
            ("returned.go_on", {"order": order.id}),
            ("returned.end", {"order": order.id}),
        ]
        rest = refunding.refundable(turn, order)
    provider = order.provider_id and orders.person_by_id(turn.work.session, order.provider_id)
    turn.work.show(
        chat,
        "notice",
        f"returned:{order.id}",
        Content(
            text=words.html(
                "staff/payment_returned",
                order=cards.view(turn, order, words, staff=True),
                provider=provider.name if provider else "",
                outcome=outcome,
                rest=words.money(rest) if rest else "",
            ),
            buttons=rows,
        ),
        actions,
        anew=anew,
        label="staff/payment_returned",
        order_id=order.id,
    )


def _held(turn: Turn, value: Mapping[str, Any]) -> Order | None:
    order = turn.work.session.get_one(Order, int(value["order"]))
    if turn.person.id in (order.customer_id, order.provider_id):
        turn.toast(refusal_text(Refusal("approval_own"), turn.words()), alert=True)
        return None
    if not order.on_hold or order.state in _OVER:
        turn.toast(N_("That has been decided already."), alert=True)
        return None
    return order


def on_go_on(turn: Turn, value: Mapping[str, Any]) -> None:
    """The business bears the loss: work goes on, and the clocks with it."""
    order = _held(turn, value)
    if order is None:
        return
    missing = order.price - money.order_balance(turn.work.session, order).amount
    if missing > 0:
        # The business pays instead of the customer: finished, the provider gets the usual share.
        _put_in(turn, order, Money(missing, order.currency))
    holds.lift(turn, order, HOLD, subject(order))
    audit.record(turn, "returned.go_on", order, amount=missing, currency=order.currency)
    show(turn, order, outcome="went_on")
    _tell_both(turn, order, "told/work_goes_on", "told/work_goes_on")
    turn.toast(N_("Work goes on; both sides have been told."))


def on_end(turn: Turn, value: Mapping[str, Any]) -> None:
    """The order ends here: what Telegram has not returned of its payments goes back to the customer too."""
    order = _held(turn, value)
    if order is None:
        return
    made = moving.move(
        turn,
        order,
        "rule",
        Actor.LEAD,
        actor_id=turn.person.id,
        target=State.CANCELLED,
        percent=100,
        note="the payment was returned",
        quiet=True,
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    order.cancel_reason = "outside"
    holds.lift(turn, order, HOLD, subject(order))
    rest = _give_back_rest(turn, order)
    audit.record(turn, "returned.end", order, amount=rest.amount, currency=rest.currency)
    show(turn, order, outcome="ended", rest=rest)
    _tell_both(turn, order, "told/order_ended", "told/order_ended", rest=rest)
    cards.refresh(turn, order)
    turn.toast(N_("Ended; both sides have been told."))
