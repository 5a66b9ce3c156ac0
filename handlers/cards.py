"""The surfaces of an order: its card, its invoice, its announcements. They are kept current."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialogs.content import Button, Content
from dialogs.words import N_, Words
from handlers import card_changes, dispute_links, review_view
from handlers.card_actions import after_delivery
from handlers.next_event import next_event
from handlers.turn import Turn
from handlers.work_actions import work_actions
from orders.attempts import AttemptState
from orders.balances import PaymentStatus, order_totals, payment_status
from orders.brief import Brief
from orders.catalogue import in_language
from orders.lifecycle import WINDOWS, Actor, State
from orders.money import Money
from storage import money, orders
from storage.accounts import Invoice
from storage.records import Order, Person

STATE_LABELS = {
    State.DRAFT: N_("Draft"),
    State.AWAITING_PAYMENT: N_("Waiting for payment"),
    State.EXPIRED: N_("Expired"),
    State.AWAITING_REVIEW: N_("Being checked"),
    State.AWAITING_PROVIDER: N_("Finding your specialist"),
    State.IN_PROGRESS: N_("In progress"),
    State.AWAITING_CUSTOMER: N_("Waiting for your answer"),
    State.DELIVERED: N_("Delivered, please check"),
    State.IN_REVISION: N_("In revision"),
    State.COMPLETED: N_("Completed"),
    State.CANCELLED: N_("Cancelled"),
}

#: What staff and providers read instead: "your" is the customer's.
STAFF_LABELS = {
    State.AWAITING_PROVIDER: N_("Waiting for a provider"),
    State.AWAITING_CUSTOMER: N_("Waiting for the customer"),
    State.DELIVERED: N_("Delivered, the customer is checking"),
}

STATE_EMOJI = {
    State.DRAFT: "📝",
    State.AWAITING_PAYMENT: "⏳",
    State.EXPIRED: "⌛",
    State.AWAITING_REVIEW: "🔎",
    State.AWAITING_PROVIDER: "📣",
    State.IN_PROGRESS: "🛠",
    State.AWAITING_CUSTOMER: "💬",
    State.DELIVERED: "📦",
    State.IN_REVISION: "🔁",
    State.COMPLETED: "✅",
    State.CANCELLED: "✖️",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """An order in a person's language, ready for templates."""

    number: str
    service: str
    plan: str
    state: str
    status: str
    emoji: str
    price: str
    method: str
    brief: Brief
    delivery_on: str | None
    period_days: int
    payment: PaymentStatus
    refunded: str
    pay_until: datetime | None
    proof_waiting: bool
    #: What happens next, worded.
    next_event: str
    customer: str
    reason: str
    #: How far the work is, 0 while nothing was said; filled and empty tenths as a bar.
    percent: int = 0
    bar: str = ""
    late: bool = False
    due: datetime | None = None
    #: From when a late order may be cancelled at no cost; None when it is not late or may not.
    cancel_from: datetime | None = None
    cancel_now: bool = False
    #: Cancelling it was not free.
    cost: bool = False
    #: What an open change waits for, worded.
    change: str = ""


def subject(order: Order) -> str:
    return f"order:{order.id}"


def pay_until(order: Order, invoice: Invoice | None) -> datetime | None:
    """By when an order that awaits payment must be paid."""
    if order.state != State.AWAITING_PAYMENT or invoice is None:
        return None
    return invoice.expires_at


def view(turn: Turn, order: Order, words: Words, *, staff: bool = False) -> OrderView:
    """An order in words; with `staff`, as staff and providers speak of it."""
    session = turn.work.session
    service = orders.service_of(session, order)
    plan = service.plan(order.plan)
    state = State(order.state)
    invoice = money.latest_invoice(session, order)
    totals = order_totals(money.entries_of(session, order), order.number, order.currency)
    waiting = invoice is not None and money.waiting_proof(session, invoice) is not None
    until = pay_until(order, invoice)
    return OrderView(
        number=order.number,
        service=in_language(service.title, words.language),
        plan=in_language(plan.title, words.language) if plan else order.plan,
        state=str(state),
        status=words.gettext((STAFF_LABELS if staff else {}).get(state, STATE_LABELS[state])),
        emoji=STATE_EMOJI[state],
        price=words.price(order.price, order.currency)
        if order.price
        else words.gettext("to be quoted"),
        method=order.method,
        brief=orders.brief_of(session, order),
        delivery_on=order.delivery_on,
        period_days=order.period_days,
        payment=payment_status(
            totals.captured, totals.refunded, Money(order.price, order.currency)
        ),
        refunded=words.money(totals.refunded + totals.pending)
        if totals.refunded or totals.pending
        else "",
        pay_until=until,
        proof_waiting=waiting,
        next_event=next_event(turn, order, words, until=until, proof_waiting=waiting, staff=staff),
        customer=orders.person_by_id(session, order.customer_id).name,
        reason=order.cancel_reason,
        percent=order.percent,
        bar=bar(order.percent),
        late=order.late and state in (State.IN_PROGRESS, State.IN_REVISION),
        due=order.due_at,
        cancel_from=_cancel_from(order),
        cancel_now=_may_cancel_late(turn, order),
        cost=state is State.CANCELLED and totals.captured > totals.refunded + totals.pending,
        change=card_changes.waiting_line(turn, order, words),
    )


def bar(percent: int) -> str:
    """Ten squares, so many of them filled."""
    return "▰" * (percent // 10) + "▱" * (10 - percent // 10)


def _cancel_from(order: Order) -> datetime | None:
    if not order.late or order.state != State.IN_PROGRESS or order.delivered_at is not None:
        return None
    return order.due_at + WINDOWS.cancel_late if order.due_at is not None else None


def _may_cancel_late(turn: Turn, order: Order) -> bool:
    since = _cancel_from(order)
    return since is not None and turn.now > since


# -- the card ---------------------------------------------------------------------------------------------


def _card_actions(
    order: Order, facts_state: State, proof_waiting: bool, *, cancel_now: bool = False
) -> list[tuple[str, str, Any]]:
    """(label, action, style) of the customer's buttons in this state."""
    match facts_state:
        case State.DRAFT:
            return [
                (N_("✏️ Continue"), "order.edit", "primary"),
                (N_("✖️ Cancel order"), "order.cancel", ""),
            ]
        case State.AWAITING_PAYMENT if proof_waiting:
            return [(N_("✖️ Cancel order"), "order.cancel", "")]
        case State.AWAITING_PAYMENT:
            return [
                (N_("💳 Show the invoice"), "order.invoice", "primary"),
                (N_("✏️ Change it"), "order.edit", ""),
                (N_("✖️ Cancel order"), "order.cancel", ""),
            ]
        case State.EXPIRED if not order.revived:
            return [(N_("🔁 Bring it back"), "order.revive", "primary")]
        case State.AWAITING_REVIEW | State.AWAITING_PROVIDER:
            return [(N_("✖️ Cancel order"), "order.cancel", "")]
        case State.AWAITING_CUSTOMER:
            return [(N_("💬 Answer"), "info.answer", "primary")]
        case State.IN_PROGRESS | State.IN_REVISION:
            message = (N_("✉️ Message your specialist"), "order.message", "")
            cancel = (N_("✖️ Cancel, full refund"), "order.cancel_late", "")
            return [message, cancel] if cancel_now else [message]
        case State.CANCELLED | State.EXPIRED:
            return [(N_("🔁 Order again"), "order.again", "")]
        case _:
            return []


def show_card(turn: Turn, order: Order, *, anew: bool = False) -> None:
    """The customer's card of an order; `anew` puts it at the bottom of the chat."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    shown = view(turn, order, words)
    actions = after_delivery(turn, order) or _card_actions(
        order, State(order.state), shown.proof_waiting, cancel_now=shown.cancel_now
    )
    actions += card_changes.customer_actions(order)
    actions += dispute_links.card_button(turn, order, Actor.CUSTOMER)
    if turn.business.desk is not None:
        actions = [*actions, (N_("🙋 Ask a person"), "support.order", "")]
    if order.state == State.AWAITING_REVIEW:
        actions = [*review_view.card_actions(turn, order), *actions]
    rows = [
        (Button(label=words.gettext(label), action=index, style=style),)
        for index, (label, _, style) in enumerate(actions)
    ]
    turn.work.show(
        customer.user_id,
        "card",
        subject(order),
        Content(text=words.html("order/card", order=shown), buttons=tuple(rows)),
        [(name, {"order": order.id, "state": order.state}) for _, name, _ in actions],
        anew=anew,
        label="order/card",
        order_id=order.id,
    )


def refresh(turn: Turn, order: Order) -> None:
    """Bring what is shown of an order up to date, where it is shown."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    if turn.work.surface(customer.user_id, "card", subject(order)) is not None:
        show_card(turn, order)
    if order.provider_id is not None:
        provider = orders.person_by_id(turn.work.session, order.provider_id)
        if turn.work.surface(provider.user_id, "card", f"work:{order.id}") is not None:
            show_work_card(turn, order)
    for chat in (turn.business.staff_chat, turn.business.providers_chat):
        if (
            chat is not None
            and turn.work.surface(chat, "notice", f"announce:{order.id}") is not None
        ):
            announce(turn, order, chat)


# -- announcements ----------------------------------------------------------------------------------------


def announce(turn: Turn, order: Order, chat: int, *, anew: bool = False, mode: str = "") -> None:
    """The order in the staff's or the providers' chat. Providers see the brief, not the customer.

    `mode` chooses the buttons of a review: `review_view.staff_buttons`.
    """
    staff = chat == turn.business.staff_chat
    business = turn.business
    words = turn.words(business.staff_language if staff else business.providers_language)
    rows: tuple[tuple[Button, ...], ...] = ()
    actions: list[tuple[str, Any]] = []
    if staff and order.state == State.AWAITING_REVIEW:
        rows, actions = review_view.staff_buttons(order, words, mode)
    elif not staff and order.state == State.AWAITING_PROVIDER:
        rows = ((Button(label=words.gettext("✋ I take it"), action=0, style="success"),),)
        actions = [("order.take", {"order": order.id})]
    turn.work.show(
        chat,
        "notice",
        f"announce:{order.id}",
        Content(
            text=words.html(
                "staff/announce",
                order=view(turn, order, words, staff=True),
                staff=staff,
                review=review_view.of(turn, order, words) if staff else None,
            ),
            buttons=rows,
        ),
        actions,
        anew=anew,
        label="staff/announce",
        order_id=order.id,
        priority=2,
    )


# -- the provider's card ----------------------------------------------------------------------------------


def show_work_card(turn: Turn, order: Order, *, anew: bool = False) -> None:
    """The provider's card of an order: the brief, the day, where it stands."""
    if order.provider_id is None:
        return
    provider = orders.person_by_id(turn.work.session, order.provider_id)
    words = turn.words(provider.language)
    working = State(order.state) in (State.IN_PROGRESS, State.IN_REVISION)
    late = working and order.due_at is not None and order.due_at < turn.now
    actions = work_actions(turn, order, words)
    turn.work.show(
        provider.user_id,
        "card",
        f"work:{order.id}",
        Content(
            text=words.html(
                "work/card", order=view(turn, order, words, staff=True), due=order.due_at, late=late
            ),
            buttons=tuple(
                (Button(label=label, action=index, style=style),)
                for index, (label, _, style) in enumerate(actions)
            ),
        ),
        [(name, {"order": order.id}) for _, name, _ in actions],
        anew=anew,
        label="work/card",
        order_id=order.id,
    )


def in_another_language(turn: Turn) -> None:
    """Say again, in the person's language of now, what stands of their orders in the chat."""
    chat = turn.person.user_id
    for order in orders.latest(turn.work.session, turn.person, limit=20):
        if turn.work.surface(chat, "card", subject(order)) is not None:
            show_card(turn, order)
        if order.state != State.AWAITING_PAYMENT:
            continue
        invoice = money.latest_invoice(turn.work.session, order)
        shown = turn.work.surface(chat, "invoice", subject(order))
        # One that is being paid stays as it is.
        if invoice is not None and shown is not None and invoice.state == AttemptState.INVOICED:
            show_invoice(turn, order, invoice, anew=False)


# -- the invoice ------------------------------------------------------------------------------------------


def show_invoice(turn: Turn, order: Order, invoice: Invoice, *, anew: bool = True) -> None:
    """The invoice in the customer's chat; see `handlers.invoicing`."""
    from handlers import invoicing

    invoicing.show(turn, order, invoice, anew=anew)


def remove_invoice(turn: Turn, order: Order) -> None:
    """Take the order's own invoice out of the customer's chat."""
    from handlers import invoicing

    invoicing.remove(turn, order)


def person_of(turn: Turn, order: Order) -> Person:
    return orders.person_by_id(turn.work.session, order.customer_id)
