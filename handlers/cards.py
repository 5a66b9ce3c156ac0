"""The surfaces of an order: its card, its invoice, its announcements. They are kept current."""

from __future__ import annotations

from typing import Any

from dialogs.content import Button, Content
from dialogs.words import N_, Words
from handlers import card_changes, dispute_links, order_clock, review_view
from handlers.card_actions import after_delivery
from handlers.order_view import OrderView
from handlers.turn import Turn
from handlers.work_actions import work_actions
from orders.attempts import AttemptState
from orders.lifecycle import Actor, State
from storage import money, orders
from storage.accounts import Invoice
from storage.records import Order, Person


def subject(order: Order) -> str:
    return f"order:{order.id}"


def view(turn: Turn, order: Order, words: Words, *, staff: bool = False) -> OrderView:
    """An order in words; with `staff`, as staff and providers speak of it."""
    return OrderView(turn, order, words, staff=staff)


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
    late = working and order_clock.overdue(turn, order)
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
