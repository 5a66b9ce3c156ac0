"""The surfaces of an order: its card, its invoice, its announcements. They are kept current."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dialogs.content import Button, Content, InvoiceSheet
from dialogs.words import N_, Words, short
from handlers.turn import Turn
from handlers.work_actions import work_actions
from orders.balances import PaymentStatus, order_totals, payment_status
from orders.brief import Brief
from orders.catalogue import in_language
from orders.lifecycle import WINDOWS, State
from orders.methods import Method
from orders.money import Money
from orders.payments import AttemptState
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
        next_event=_next_event(order, words, until, waiting),
        customer=orders.person_by_id(session, order.customer_id).name,
        reason=order.cancel_reason,
        percent=order.percent,
        bar=bar(order.percent),
        late=order.late and state in (State.IN_PROGRESS, State.IN_REVISION),
        due=order.due_at,
        cancel_from=_cancel_from(order),
        cancel_now=_may_cancel_late(turn, order),
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


def _next_event(order: Order, words: Words, until: datetime | None, proof_waiting: bool) -> str:
    match State(order.state):
        case State.AWAITING_PAYMENT if proof_waiting:
            return words.gettext("we confirm your transfer, within one business day")
        case State.AWAITING_PAYMENT if until is not None:
            return words.gettext("pay by {when}", when=words.moment(until))
        case State.EXPIRED if not order.revived:
            return words.gettext("one tap brings it back")
        case State.AWAITING_REVIEW:
            when = words.moment(order.state_since + timedelta(hours=24))
            return words.gettext("we look at your brief, by {when}", when=when)
        case State.AWAITING_PROVIDER:
            when = words.moment(order.state_since + timedelta(hours=72))
            return words.gettext("a specialist takes it, by {when} at the latest", when=when)
        case State.AWAITING_CUSTOMER:
            return words.gettext("your answer; the clock stands still until then")
        case State.IN_PROGRESS if _report_comes_first(order):
            assert order.next_report_at is not None
            return words.gettext("progress report on {when}", when=words.date(order.next_report_at))
        case State.IN_PROGRESS | State.IN_REVISION if order.late and order.due_at is not None:
            return words.gettext("delivery, due since {when}", when=words.moment(order.due_at))
        case State.IN_PROGRESS | State.IN_REVISION if order.due_at is not None:
            return words.gettext("delivery by {when}", when=words.moment(order.due_at))
        case State.CANCELLED | State.COMPLETED | State.EXPIRED:
            return words.gettext("nothing more to do")
        case _ if order.delivery_on:
            return words.gettext("delivery on {when}", when=words.date(order.delivery_on))
        case _:
            return ""


def _report_comes_first(order: Order) -> bool:
    """Whether a report is due before the work is."""
    report, due = order.next_report_at, order.due_at
    return report is not None and not order.late and (due is None or report < due)


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
        case State.COMPLETED | State.CANCELLED | State.EXPIRED:
            return [(N_("🔁 Order again"), "order.again", "")]
        case _:
            return []


def show_card(turn: Turn, order: Order, *, anew: bool = False) -> None:
    """The customer's card of an order; `anew` puts it at the bottom of the chat."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    shown = view(turn, order, words)
    actions = _card_actions(
        order, State(order.state), shown.proof_waiting, cancel_now=shown.cancel_now
    )
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


def announce(turn: Turn, order: Order, chat: int, *, anew: bool = False) -> None:
    """The order in the staff's or the providers' chat. Providers see the brief, not the customer."""
    words = turn.words(turn.business.default_language)
    staff = chat == turn.business.staff_chat
    rows: tuple[tuple[Button, ...], ...] = ()
    actions: list[tuple[str, Any]] = []
    if staff and order.state == State.AWAITING_REVIEW:
        rows = (
            (
                Button(label=words.gettext("✅ Clear it"), action=0, style="success"),
                Button(label=words.gettext("✖️ Refuse, with refund"), action=1, style="danger"),
            ),
        )
        actions = [("review.clear", {"order": order.id}), ("review.refuse", {"order": order.id})]
    elif not staff and order.state == State.AWAITING_PROVIDER:
        rows = ((Button(label=words.gettext("✋ I take it"), action=0, style="success"),),)
        actions = [("order.take", {"order": order.id})]
    turn.work.show(
        chat,
        "notice",
        f"announce:{order.id}",
        Content(
            text=words.html(
                "staff/announce", order=view(turn, order, words, staff=True), staff=staff
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
    """The invoice in the customer's chat: Telegram's own sheet, or the details for a transfer."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    shown = view(turn, order, words)
    value = {"order": order.id, "state": order.state}
    edit = Button(label=words.gettext("✏️ Change it"), action=0)
    cancel = Button(label=words.gettext("✖️ Cancel order"), action=1)
    actions = [("order.edit", value), ("order.cancel", value)]
    if invoice.method == Method.TRANSFER:
        details = turn.business.bank_details.get(words.language) or next(
            iter(turn.business.bank_details.values()), ""
        )
        text = words.html("order/transfer", order=shown, details=details, reference=invoice.number)
        content = Content(text=text, buttons=((edit, cancel),))
    else:
        price = words.price(invoice.amount, invoice.currency)
        sheet = InvoiceSheet(
            title=short(f"{shown.service}", 32),
            description=short(
                words.gettext(
                    "Order {number} · {plan} · delivery by {when}. Pay by {until}.",
                    number=order.number,
                    plan=shown.plan,
                    when=words.date(order.delivery_on or words.today),
                    until=words.moment(invoice.expires_at),
                ),
                255,
            ),
            payload=invoice.token,
            currency=invoice.currency,
            prices=((short(f"{shown.service} · {shown.plan}", 60), invoice.amount),),
            start_parameter=f"pay_{invoice.token}",
            by_provider=invoice.method == Method.PROVIDER,
        )
        pay = Button(label=words.gettext("Pay {price}", price=price), pay=True)
        content = Content(invoice=sheet, buttons=((pay,), (edit, cancel)))
    turn.work.show(
        customer.user_id,
        "invoice",
        subject(order),
        content,
        actions,
        anew=anew,
        label="order/invoice",
        order_id=order.id,
    )


def remove_invoice(turn: Turn, order: Order) -> None:
    """Take the invoice out of the customer's chat."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    if turn.work.surface(customer.user_id, "invoice", subject(order)) is not None:
        turn.work.show(
            customer.user_id,
            "invoice",
            subject(order),
            None,
            label="order/invoice",
            order_id=order.id,
        )


def person_of(turn: Turn, order: Order) -> Person:
    return orders.person_by_id(turn.work.session, order.customer_id)
