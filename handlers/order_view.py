"""An order in a person's language, for templates."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property

from dialogs.words import N_, Words
from handlers import card_changes
from handlers.next_event import next_event
from handlers.turn import Turn
from orders.balances import PaymentStatus, Totals, order_totals, payment_status
from orders.brief import Brief
from orders.catalogue import Service, in_language
from orders.lifecycle import WINDOWS, State
from orders.money import Money
from storage import money, orders
from storage.accounts import Invoice
from storage.records import Order

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


def bar(percent: int) -> str:
    """Ten squares, so many of them filled."""
    return "▰" * (percent // 10) + "▱" * (10 - percent // 10)


class OrderView:
    """An order in words; with `staff`, as staff and providers speak of it.

    What has to be looked up is looked up when it is asked for: most messages say no more than its number and service.
    """

    def __init__(self, turn: Turn, order: Order, words: Words, *, staff: bool = False) -> None:
        self._turn, self._session = turn, turn.work.session
        self._order, self._words, self._staff = order, words, staff
        self._state = State(order.state)
        self.number = order.number
        self.state = str(self._state)
        self.method = order.method
        self.delivery_on = order.delivery_on
        self.period_days = order.period_days
        self.reason = order.cancel_reason
        #: How far the work is, 0 while nothing was said.
        self.percent = order.percent
        self.due = order.due_at
        self.late = order.late and self._state in (State.IN_PROGRESS, State.IN_REVISION)

    # -- what it is about ---------------------------------------------------------------------------

    @cached_property
    def _service(self) -> Service:
        return orders.service_of(self._session, self._order)

    @property
    def service(self) -> str:
        return in_language(self._service.title, self._words.language)

    @property
    def plan(self) -> str:
        plan = self._service.plan(self._order.plan)
        return in_language(plan.title, self._words.language) if plan else self._order.plan

    @cached_property
    def brief(self) -> Brief:
        return orders.brief_of(self._session, self._order)

    @property
    def customer(self) -> str:
        return orders.person_by_id(self._session, self._order.customer_id).name

    # -- where it stands ----------------------------------------------------------------------------

    @property
    def status(self) -> str:
        own = STAFF_LABELS if self._staff else {}
        return self._words.gettext(own.get(self._state, STATE_LABELS[self._state]))

    @property
    def emoji(self) -> str:
        return STATE_EMOJI[self._state]

    @property
    def bar(self) -> str:
        return bar(self.percent)

    @property
    def cancel_from(self) -> datetime | None:
        """From when a late order may be cancelled at no cost; None when it is not late, stands still, or may not."""
        order = self._order
        if (
            order.on_hold
            or not order.late
            or self._state is not State.IN_PROGRESS
            or order.delivered_at is not None
        ):
            return None
        return order.due_at + WINDOWS.cancel_late if order.due_at is not None else None

    @property
    def cancel_now(self) -> bool:
        since = self.cancel_from
        return since is not None and self._turn.now > since

    @property
    def next_event(self) -> str:
        """What happens next, worded."""
        return next_event(
            self._turn,
            self._order,
            self._words,
            until=self.pay_until,
            proof_waiting=self.proof_waiting,
            staff=self._staff,
        )

    @property
    def change(self) -> str:
        """What an open change waits for, worded."""
        return card_changes.waiting_line(self._turn, self._order, self._words)

    # -- money --------------------------------------------------------------------------------------

    @property
    def price(self) -> str:
        if not self._order.price:
            return self._words.gettext("to be quoted")
        return self._words.price(self._order.price, self._order.currency)

    @cached_property
    def _invoice(self) -> Invoice | None:
        return money.latest_invoice(self._session, self._order)

    @property
    def pay_until(self) -> datetime | None:
        """By when an order that awaits payment must be paid."""
        if self._state is not State.AWAITING_PAYMENT or self._invoice is None:
            return None
        return self._invoice.expires_at

    @cached_property
    def proof_waiting(self) -> bool:
        """The proof of a transfer waits for finance."""
        if self._invoice is None:
            return False
        return money.waiting_proof(self._session, self._invoice) is not None

    @cached_property
    def _totals(self) -> Totals:
        entries = money.entries_of(self._session, self._order)
        return order_totals(entries, self._order.number, self._order.currency)

    @property
    def payment(self) -> PaymentStatus:
        price = Money(self._order.price, self._order.currency)
        return payment_status(self._totals.captured, self._totals.refunded, price)

    @property
    def refunded(self) -> str:
        """What went back or is going to; empty for nothing."""
        back = self._totals.refunded + self._totals.pending
        return self._words.money(back) if back else ""

    @property
    def cost(self) -> bool:
        """Cancelling it was not free."""
        totals = self._totals
        return self._state is State.CANCELLED and totals.captured > totals.refunded + totals.pending
