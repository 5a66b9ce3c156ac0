"""What people do about refunds: approve what a colleague asked for, and return what no interface can.

Who may approve how much is `orders.approvals`: support up to its limit, a lead above it, nobody their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import audit
from handlers.turn import Turn
from orders.approvals import check_refund_approval, confirm_transfer
from orders.lifecycle import Actor
from orders.methods import Method
from orders.money import Money
from orders.refunds import RefundState
from orders.refusal import Refusal
from orders.roles import Action
from storage import money, orders
from storage.accounts import Payment, Refund
from storage.records import Order, Person

# -- finance returns it ---------------------------------------------------------------------------------------


def show_task(turn: Turn, refund: Refund, payment: Payment) -> None:
    """Finance's task in the staff chat: return the money where it came from, then press the button."""
    chat = turn.business.staff_chat
    if chat is None:
        return
    session = turn.work.session
    session.flush()
    words = turn.words(turn.business.staff_language)
    order = session.get(Order, refund.order_id) if refund.order_id else None
    done = refund.state == RefundState.SUCCEEDED
    confirmed = [orders.person_by_id(session, int(one)).name for one in refund.confirmed_by]
    text = words.html(
        "staff/refund_task",
        refund=refund,
        payment=payment,
        number=order.number if order else "",
        amount=words.price(refund.amount, refund.currency),
        done=done,
        confirmed=confirmed,
        by_hand=payment.gateway == Method.STARS,
    )
    rows = (
        () if done else ((Button(label=words.gettext("✅ Returned"), action=0, style="success"),),)
    )
    actions = [] if done else [("refund.done", {"refund": refund.id})]
    turn.work.show(
        chat,
        "notice",
        f"refund:{refund.id}",
        Content(text=text, buttons=rows),
        actions,
        label="staff/refund_task",
        order_id=order.id if order else None,
    )


def on_done(turn: Turn, refund_id: int) -> None:
    """Finance pressed "returned". A transfer above the limit needs a second person of finance to say so."""
    from handlers import refunding

    refund = turn.work.session.get_one(Refund, refund_id)
    payment = turn.work.session.get_one(Payment, refund.payment_id)
    staff = turn.person
    if payment.payer_id == staff.user_id:
        turn.toast(N_("This is your own payment; a colleague has to confirm it."), alert=True)
        return
    if refund.state != RefundState.APPROVED:
        turn.toast(N_("Already done."))
        return
    settled = _confirmed(turn, refund, payment)
    if isinstance(settled, Refusal):
        turn.toast(refusal_text(settled, turn.words())[:200], alert=True)
        return
    refund.confirmed_by = [*refund.confirmed_by, staff.id]
    # Only what nobody of staff asked for is still without: by confirming, finance approves it.
    refund.approved_by = refund.approved_by or staff.id
    audit.record(
        turn,
        "refund.done" if settled else "refund.confirmed",
        f"refund:{refund.id}",
        amount=refund.amount,
        currency=refund.currency,
    )
    if settled:
        refunding.succeed(turn, refund)
    show_task(turn, refund, payment)
    turn.toast(
        N_("Thank you, the customer has been told.")
        if settled
        else N_("Noted. Above the limit a second person of finance has to confirm it.")
    )


def _confirmed(turn: Turn, refund: Refund, payment: Payment) -> bool | Refusal:
    if payment.gateway != Method.TRANSFER:
        return True
    return confirm_transfer(
        Money(refund.amount, refund.currency),
        Actor.FINANCE,
        turn.person.id,
        [int(one) for one in refund.confirmed_by],
        _gets_it(turn, refund, payment).id,
        turn.business.limits,
    )


def _gets_it(turn: Turn, refund: Refund, payment: Payment) -> Person:
    payer = turn.work.person(payment.payer_id)
    if payer is not None:
        return payer
    order = turn.work.session.get_one(Order, refund.order_id)
    return orders.person_by_id(turn.work.session, order.customer_id)


# -- a colleague asked for it ---------------------------------------------------------------------------------


def show_request(turn: Turn, order: Order, refunds: Sequence[Refund]) -> None:
    """A refund that somebody of staff asked for, in the staff chat, for somebody else to approve."""
    chat = turn.business.staff_chat
    if chat is None:
        return
    session = turn.work.session
    session.flush()
    words = turn.words(turn.business.staff_language)
    first = refunds[0]
    waiting = first.state == RefundState.REQUESTED
    asked = orders.person_by_id(session, first.requested_by) if first.requested_by else None
    decided = orders.person_by_id(session, first.approved_by) if first.approved_by else None
    rows: tuple[tuple[Button, ...], ...] = ()
    actions: list[tuple[str, Any]] = []
    if waiting:
        rows = (
            (
                Button(label=words.gettext("✅ Approve"), action=0, style="success"),
                Button(label=words.gettext("✖️ Reject"), action=1, style="danger"),
            ),
        )
        value = {"batch": first.batch}
        actions = [("refund.approve", value), ("refund.reject", value)]
    turn.work.show(
        chat,
        "notice",
        f"refunds:{first.batch}",
        Content(
            text=words.html(
                "staff/refund_request",
                number=order.number,
                customer=orders.person_by_id(session, order.customer_id).name,
                amount=words.money(_sum(refunds)),
                parts=[
                    (words.price(one.amount, one.currency), one.way, _gateway(turn, one))
                    for one in refunds
                ],
                reason=first.reason,
                asked=asked.name if asked else "",
                decided=decided.name if decided else "",
                state="requested" if waiting else first.state,
            ),
            buttons=rows,
        ),
        actions,
        anew=waiting,
        label="staff/refund_request",
        order_id=order.id,
    )


def _gateway(turn: Turn, refund: Refund) -> str:
    return turn.work.session.get_one(Payment, refund.payment_id).gateway


def _sum(refunds: Sequence[Refund]) -> Money:
    return Money(sum(one.amount for one in refunds), refunds[0].currency)


def on_approve(turn: Turn, value: Mapping[str, Any]) -> None:
    """Somebody else approves it: support up to its limit, a lead above. Nothing is sent before."""
    from handlers import refunding

    found = _asked_for(turn, value)
    if found is None:
        return
    order, refunds = found
    refusal = check_refund_approval(
        _weight(turn, order, refunds),
        Actor.LEAD if turn.may(Action.REFUND_APPROVE_ANY) else Actor.SUPPORT,
        turn.person.id,
        refunds[0].requested_by or 0,
        order.customer_id,
        turn.business.limits,
    )
    if refusal is not None:
        turn.toast(refusal_text(refusal, turn.words())[:200], alert=True)
        return
    for refund in refunds:
        refund.approved_by = turn.person.id
        money.step_refund(refund, RefundState.APPROVED, turn.now)
    turn.work.session.flush()
    _decided(turn, order, refunds, "refund.approved")
    for refund in refunds:
        refunding.start(turn, refund)
    show_request(turn, order, refunds)
    turn.toast(N_("Approved. The money is on its way."))


def on_reject(turn: Turn, value: Mapping[str, Any]) -> None:
    """Not to be, or taken back by who asked: the money stays where it was."""
    from handlers import refunding

    found = _asked_for(turn, value)
    if found is None:
        return
    order, refunds = found
    if turn.person.id == order.customer_id:
        turn.toast(refusal_text(Refusal("approval_own"), turn.words())[:200], alert=True)
        return
    for refund in refunds:
        refunding.reject(turn, refund)
    turn.work.session.flush()
    _decided(turn, order, refunds, "refund.rejected")
    show_request(turn, order, refunds)
    turn.toast(N_("Rejected. Nothing goes back."))


def _asked_for(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, Sequence[Refund]] | None:
    from handlers import refunding

    refunds = refunding.of_batch(turn, str(value["batch"]))
    if not refunds or any(refund.state != RefundState.REQUESTED for refund in refunds):
        turn.toast(N_("Already done."))
        return None
    return turn.work.session.get_one(Order, refunds[0].order_id), refunds


def _weight(turn: Turn, order: Order, refunds: Sequence[Refund]) -> Money:
    """What the limit is compared with: all that staff have had returned of this order, so that several small
    refunds do not pass where one big one would not."""
    batches = {refund.batch for refund in refunds}
    before = sum(
        one.amount
        for one in money.refunds_of(turn.work.session, order)
        if one.requested_by is not None
        and one.batch not in batches
        and one.state not in (RefundState.REJECTED, RefundState.REQUESTED)
        and one.currency == refunds[0].currency
    )
    return Money(_sum(refunds).amount + before, refunds[0].currency)


def _decided(turn: Turn, order: Order, refunds: Sequence[Refund], action: str) -> None:
    audit.record(
        turn,
        action,
        order,
        refunds=[refund.id for refund in refunds],
        amount=_sum(refunds).amount,
        currency=refunds[0].currency,
    )
