"""Payments: may this one go ahead, and what is to become of money that has arrived.

No money is ever dropped: what cannot be credited is held, with an owner and a deadline. Money is
credited only when amount, currency, merchant and order all match, and a charge only once.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from orders.attempts import AttemptState
from orders.methods import Method
from orders.money import Money
from orders.refusal import Refusal, refuse
from orders.states import Audience, State

#: While a pre-checkout approved so recently is open, another one is refused. Telegram charges right after our
#: answer and tells the bot of a success only, never that a card was declined: an approval that has led to
#: nothing within this time is taken to have failed, and a new one takes its place. Should both be charged after
#: all, the second payment finds its invoice settled and goes back by itself (`Outcome.PAID_AGAIN`). How long an
#: order is kept from expiring by an approval is another matter: `orders.timetable.Windows.approval_guard`.
APPROVAL_FRESH = timedelta(seconds=60)
#: Telegram cancels a payment whose pre-checkout is not answered within this time (Telegram Bot API:
#: answerPreCheckoutQuery).
ANSWER_WITHIN = timedelta(seconds=10)
#: The same for an approval of which we do not know that it reached Telegram, because its sender died or the
#: connection broke: when Telegram's time is over, a little more for the clocks, either it never will, or the
#: customer is charged and sees it. Who then opens the invoice again may pay.
APPROVAL_UNSURE = ANSWER_WITHIN + timedelta(seconds=5)

#: By when somebody has dealt with money that is held.
CASE_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class InvoiceFacts:
    """One invoice as it was issued, which never changes, and how far it got."""

    order: str
    #: unique per invoice; what the gateway gives back
    payload: str
    amount: Money
    method: Method
    #: the account that is paid: the bot, and for a provider its connection
    merchant: str
    #: user id of the customer it was issued to
    customer: int
    state: AttemptState = AttemptState.INVOICED
    #: the latest approved pre-checkout and its query
    approved_at: datetime | None = None
    approved_query: str | None = None
    #: whether that approval is known to have reached Telegram
    answered: bool = True
    #: the charge that settled it
    charge_id: str | None = None
    #: for a change of an order that is paid already
    supplementary: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMoney:
    """What payments must know of the order of an invoice."""

    number: str
    state: State
    #: what the order costs as it stands
    price: Money
    customer: int
    #: the plan still costs that
    price_unchanged: bool = True
    #: a new draft was made from it after it expired
    revived: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A pre-checkout query: somebody is about to pay that much."""

    query: str
    payload: str
    amount: Money
    payer: int
    merchant: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """Money that has arrived. `charge_id` is telegram_payment_charge_id, or a bank's reference."""

    charge_id: str
    payload: str
    amount: Money
    payer: int
    merchant: str


class Outcome(StrEnum):
    """The named ends of money that has arrived."""

    CREDITED = "credited"
    DUPLICATE = "duplicate"
    PAID_LATE = "paid_late"
    PAID_AGAIN = "paid_again"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_CURRENCY = "wrong_currency"
    WRONG_MERCHANT = "wrong_merchant"
    WRONG_PAYER = "wrong_payer"
    UNKNOWN_INVOICE = "unknown_invoice"


class Destination(StrEnum):
    """Where the money is booked."""

    CREDIT = "credit"
    HOLD = "hold"
    #: it is booked already
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Held money somebody has to deal with by `due_at`."""

    kind: Outcome
    owner: Audience
    due_at: datetime
    #: there is nothing to find out: return it at once
    refund: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What is to become of money that has arrived."""

    outcome: Outcome
    money: Destination
    #: the transition of the order to take in the same transaction
    transition: str | None = None
    case: Case | None = None


def check_pre_checkout(
    order: OrderMoney | None, invoice: InvoiceFacts | None, claim: Claim, now: datetime
) -> Refusal | None:
    """None when the payment may go ahead; Telegram wants the answer within 10 s.

    Somebody else's payment is refused kindly: invoices carry `start_parameter`, so a forwarded one
    offers a link to an order of their own. Source: Telegram Bot API: payments.
    """
    if order is None or invoice is None or invoice.payload != claim.payload:
        return refuse("pay_unknown_invoice")
    if invoice.order != order.number or invoice.merchant != claim.merchant:
        return refuse("pay_unknown_invoice")
    if invoice.method is Method.TRANSFER:
        return refuse("pay_unknown_invoice")
    if claim.payer != invoice.customer:
        return refuse("pay_not_yours", order=order.number)
    if invoice.state is AttemptState.SETTLED:
        return refuse("pay_already_paid", order=order.number)
    closed = _closed(order, invoice)
    if closed is not None:
        return closed
    if claim.amount.currency != invoice.amount.currency:
        return refuse("pay_wrong_currency", wanted=invoice.amount.currency)
    if claim.amount != invoice.amount:
        return refuse("pay_wrong_amount", wanted=invoice.amount)
    if not invoice.supplementary and invoice.amount != order.price:
        return refuse("pay_price_changed", order=order.number)
    approved = invoice.approved_at
    if approved is not None and invoice.approved_query != claim.query:
        until = approved + (APPROVAL_FRESH if invoice.answered else APPROVAL_UNSURE)
        if now < until:
            return refuse("pay_under_way", until=until)
    return None


def settle(
    received: Received,
    invoice: InvoiceFacts | None,
    order: OrderMoney | None,
    known_charges: Collection[str],
    now: datetime,
) -> Settlement:
    """What becomes of a verified successful payment: credited, held with a case, or known already.

    `known_charges` are the charge ids booked before. Late money for an order that expired goes back
    into it at the same price (transition late_pay); otherwise it is held and returned.
    """
    if received.charge_id in known_charges:
        return Settlement(outcome=Outcome.DUPLICATE, money=Destination.NOTHING)
    if order is None or invoice is None:
        return _held(Outcome.UNKNOWN_INVOICE, now)
    if invoice.payload != received.payload or invoice.order != order.number:
        return _held(Outcome.UNKNOWN_INVOICE, now)
    if invoice.merchant != received.merchant:
        return _held(Outcome.WRONG_MERCHANT, now)
    if invoice.state is AttemptState.SETTLED:
        return _held(Outcome.PAID_AGAIN, now, refund=True)
    if invoice.amount.currency != received.amount.currency:
        return _held(Outcome.WRONG_CURRENCY, now)
    if invoice.amount != received.amount:
        return _held(Outcome.WRONG_AMOUNT, now)
    if received.payer != invoice.customer:
        return _held(Outcome.WRONG_PAYER, now)
    closed = _closed(order, invoice)
    if closed is None and not invoice.supplementary and invoice.amount != order.price:
        return _held(Outcome.WRONG_AMOUNT, now)
    if closed is None:
        return Settlement(
            outcome=Outcome.CREDITED,
            money=Destination.CREDIT,
            transition=None if invoice.supplementary else "pay",
        )
    if closed.code == "pay_already_paid":
        return _held(Outcome.PAID_AGAIN, now, refund=True)
    if _goes_back_in(order, invoice):
        return Settlement(
            outcome=Outcome.PAID_LATE, money=Destination.CREDIT, transition="late_pay"
        )
    return _held(Outcome.PAID_LATE, now, refund=True)


def _closed(order: OrderMoney, invoice: InvoiceFacts) -> Refusal | None:
    """Why an invoice that was not paid can no longer be paid."""
    if order.state is State.CANCELLED:
        return refuse("pay_cancelled", order=order.number)
    if invoice.state is AttemptState.VOIDED:
        return refuse("pay_voided", order=order.number)
    expired = invoice.state is AttemptState.EXPIRED
    if not invoice.supplementary:
        if order.state is State.DRAFT:
            return refuse("pay_voided", order=order.number)
        if order.state not in {State.AWAITING_PAYMENT, State.EXPIRED}:
            return refuse("pay_already_paid", order=order.number)
        expired = expired or order.state is State.EXPIRED
    return refuse("pay_expired", order=order.number) if expired else None


def _goes_back_in(order: OrderMoney, invoice: InvoiceFacts) -> bool:
    """Whether late money revives its order: expired, same price, and not begun anew meanwhile."""
    return (
        order.state is State.EXPIRED
        and invoice.state is not AttemptState.VOIDED
        and not invoice.supplementary
        and order.price_unchanged
        and not order.revived
        and invoice.amount == order.price
    )


def _held(outcome: Outcome, now: datetime, *, refund: bool = False) -> Settlement:
    case = Case(kind=outcome, owner=Audience.FINANCE, due_at=now + CASE_WITHIN, refund=refund)
    return Settlement(outcome=outcome, money=Destination.HOLD, case=case)
