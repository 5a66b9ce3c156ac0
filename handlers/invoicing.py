"""Invoices: issued for an order or for a change of it, shown in the customer's chat, paid in part by store credit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dialogs.content import Button, Content, InvoiceSheet
from dialogs.words import Words, short
from handlers import cards
from handlers.turn import Turn
from orders import changes, ledger
from orders.attempts import OPEN, AttemptState
from orders.credit import usable
from orders.lifecycle import WINDOWS
from orders.methods import PROVIDER_RANGE, STARS_MIN, Method
from orders.money import Money
from orders.numbers import INVOICE, series
from orders.refund_plan import CREDIT
from storage import money, orders
from storage.accounts import Invoice, Payment
from storage.changing import ChangeRequest
from storage.records import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class PayingView:
    """What store credit pays of an invoice, in words."""

    used: str
    left: str
    whole: bool


def paying_of(turn: Turn, invoice: Invoice, words: Words) -> PayingView | None:
    """None when no store credit is used."""
    if not invoice.credit:
        return None
    return PayingView(
        used=words.money(Money(invoice.credit, invoice.currency)),
        left=words.money(Money(invoice.amount, invoice.currency)),
        whole=invoice.amount == 0,
    )


# -- issuing --------------------------------------------------------------------------------------------------


def issue(turn: Turn, order: Order, change: ChangeRequest | None = None) -> Invoice:
    """A new invoice for what the order costs, or for what a change adds to it.

    The number is taken from the year's gapless series. Store credit is spoken for while the invoice is open and
    taken when it is paid; one that it pays wholly is for nothing and settled by `paying.pay_with_credit`.
    """
    session = turn.work.session
    if change is None:
        window = WINDOWS.pay_by_transfer if order.method == Method.TRANSFER else WINDOWS.pay
        price, lines = order.price, list(order.quote["lines"])
    else:
        window = changes.quote_windows(order.method)
        price = change.delta or 0
        lines = [_line("change", {"number": change.n}, price, order.currency)]
    credit = _usable(turn, order, Money(price, order.currency))
    if credit:
        lines.append(_line("credit", {}, -credit.amount, order.currency))
    year = series(INVOICE, turn.now.astimezone(turn.business.zone).date())
    invoice = Invoice(
        bot=turn.work.bot,
        number=money.next_document(session, turn.work.bot, year),
        order_id=order.id,
        token=turn.random(16).hex(),
        method=order.method,
        currency=order.currency,
        amount=price - credit.amount,
        lines=lines,
        issued_at=turn.now,
        expires_at=turn.now + window,
        state=str(AttemptState.INVOICED),
        approved_at=None,
        closed_at=None,
        change_id=change.id if change else None,
        credit=credit.amount,
    )
    session.add(invoice)
    session.flush()
    return invoice


def _line(code: str, params: dict[str, Any], amount: int, currency: str) -> dict[str, Any]:
    return {"code": code, "params": params, "amount": {"amount": amount, "currency": currency}}


def _usable(turn: Turn, order: Order, price: Money) -> Money:
    session = turn.work.session
    customer = orders.person_by_id(session, order.customer_id)
    has, spoken_for = money.credit_of(session, customer, price.currency)
    minimum = STARS_MIN
    if order.method == Method.PROVIDER:
        minimum = PROVIDER_RANGE.get(price.currency, (1, 0))[0]
    return usable(has, spoken_for, price, minimum)


# -- store credit ---------------------------------------------------------------------------------------------


def credit_is_there(turn: Turn, order: Order, invoice: Invoice) -> bool:
    """Whether the store credit an invoice counts on is still free. While it is open, it is; one that expired or
    was voided has given it up."""
    if not invoice.credit or invoice.state in OPEN:
        return True
    session = turn.work.session
    customer = orders.person_by_id(session, order.customer_id)
    has, spoken_for = money.credit_of(session, customer, invoice.currency)
    return (has - spoken_for).amount >= invoice.credit


def take_credit(turn: Turn, order: Order, invoice: Invoice) -> None:
    """The credit's part of an invoice that is being settled: a payment with a key of its own."""
    if not invoice.credit:
        return
    session = turn.work.session
    customer = orders.person_by_id(session, order.customer_id)
    payment = Payment(
        bot=turn.work.bot,
        gateway=CREDIT,
        charge_id=f"credit-{invoice.id}",
        provider_charge_id="",
        payer_id=customer.user_id,
        currency=invoice.currency,
        amount=invoice.credit,
        invoice_id=invoice.id,
        order_id=order.id,
        outcome="credited",
        received_at=turn.now,
    )
    session.add(payment)
    session.flush()
    entry = ledger.credit_used(
        str(customer.id),
        order.number,
        str(payment.id),
        Money(invoice.credit, invoice.currency),
    )
    money.post(
        session, turn.work.bot, entry, now=turn.now, cause=turn.cause, order=order, payment=payment
    )


# -- showing --------------------------------------------------------------------------------------------------


def subject(order: Order, invoice: Invoice | None = None) -> str:
    """One place in the chat for the order's own invoice, one for each change's."""
    if invoice is None or invoice.change_id is None:
        return cards.subject(order)
    return f"change:{invoice.change_id}"


def show(turn: Turn, order: Order, invoice: Invoice, *, anew: bool = True) -> None:
    """The invoice in the customer's chat: Telegram's own sheet, or the details for a transfer."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    buttons, actions = _buttons(order, invoice, words)
    if invoice.method == Method.TRANSFER:
        content = Content(text=_transfer(turn, order, invoice, words), buttons=(buttons,))
    else:
        price = words.price(invoice.amount, invoice.currency)
        pay = Button(label=words.gettext("Pay {price}", price=price), pay=True)
        sheet = _sheet(turn, order, invoice, words)
        content = Content(invoice=sheet, buttons=((pay,), buttons))
    turn.work.show(
        customer.user_id,
        "invoice",
        subject(order, invoice),
        content,
        actions,
        anew=anew,
        label="order/invoice",
        order_id=order.id,
    )


def _buttons(
    order: Order, invoice: Invoice, words: Words
) -> tuple[tuple[Button, ...], list[tuple[str, Any]]]:
    if invoice.change_id is not None:
        value: dict[str, Any] = {"order": order.id, "change": invoice.change_id}
        stop = Button(label=words.gettext("✖️ Leave the order as it is"), action=0)
        return (stop,), [("change.withdraw", value)]
    value = {"order": order.id, "state": order.state}
    edit = Button(label=words.gettext("✏️ Change it"), action=0)
    cancel = Button(label=words.gettext("✖️ Cancel order"), action=1)
    return (edit, cancel), [("order.edit", value), ("order.cancel", value)]


def _transfer(turn: Turn, order: Order, invoice: Invoice, words: Words) -> str:
    details = turn.business.bank_details.get(words.language) or next(
        iter(turn.business.bank_details.values()), ""
    )
    return words.html(
        "order/transfer",
        order=cards.view(turn, order, words),
        details=details,
        reference=invoice.number,
        amount=words.price(invoice.amount, invoice.currency),
        until=invoice.expires_at,
        change=invoice.change_id is not None,
        paying=paying_of(turn, invoice, words),
    )


def _sheet(turn: Turn, order: Order, invoice: Invoice, words: Words) -> InvoiceSheet:
    shown = cards.view(turn, order, words)
    until = words.moment(invoice.expires_at)
    if invoice.change_id is not None:
        text = words.gettext(
            "Change of order {number}. Pay by {until}; the work goes on with it then.",
            number=order.number,
            until=until,
        )
        label = words.gettext("Change of {number}", number=order.number)
    else:
        text = words.gettext(
            "Order {number} · {plan} · delivery by {when}. Pay by {until}.",
            number=order.number,
            plan=shown.plan,
            when=words.date(order.delivery_on or words.today),
            until=until,
        )
        label = f"{shown.service} · {shown.plan}"
    if invoice.credit:
        used = words.money(Money(invoice.credit, invoice.currency))
        text += words.gap + words.gettext("Store credit pays {used} of it.", used=used)
    return InvoiceSheet(
        title=short(shown.service, 32),
        description=short(text, 255),
        payload=invoice.token,
        currency=invoice.currency,
        prices=((short(label, 60), invoice.amount),),
        start_parameter=f"pay_{invoice.token}",
        by_provider=invoice.method == Method.PROVIDER,
    )


def remove(turn: Turn, order: Order, invoice: Invoice | None = None) -> None:
    """Take an invoice out of the customer's chat: the order's own, or that of a change."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    place = subject(order, invoice)
    if turn.work.surface(customer.user_id, "invoice", place) is not None:
        turn.work.show(
            customer.user_id, "invoice", place, None, label="order/invoice", order_id=order.id
        )
