"""In-chat payments: the question before, the money after. Every payment ends in a named state."""

from __future__ import annotations

from dataclasses import replace

from dialogs.wording import refusal_text
from handlers import (
    cards,
    cases,
    changing,
    invoicing,
    moving,
    refunding,
    returned,
    telling,
    tickets,
    vetting,
)
from handlers.events import PaidEvent, PreCheckoutEvent, RefundedEvent
from handlers.turn import Turn
from orders import ledger
from orders.attempts import AttemptState
from orders.lifecycle import Actor, State
from orders.methods import Method
from orders.money import XTR, Money
from orders.payments import (
    ANSWER_WITHIN,
    Claim,
    Destination,
    InvoiceFacts,
    OrderMoney,
    Outcome,
    Received,
    Settlement,
    check_pre_checkout,
    settle,
)
from orders.refunds import RefundState
from orders.refusal import Refusal
from orders.vetting import Tier
from storage import answers, money, orders
from storage.accounts import Case, Invoice, Payment, Refund
from storage.records import Order


def merchant(turn: Turn, method: str) -> str:
    """The account that is paid: this bot, by this method."""
    return f"{turn.work.bot}:{method}"


def invoice_facts(turn: Turn, invoice: Invoice, order: Order) -> InvoiceFacts:
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    return InvoiceFacts(
        order=order.number,
        payload=invoice.token,
        amount=Money(invoice.amount, invoice.currency),
        method=Method(invoice.method),
        merchant=merchant(turn, invoice.method),
        customer=customer.user_id,
        state=AttemptState(invoice.state),
        approved_at=invoice.approved_at,
        approved_query=invoice.approved_query or None,
        supplementary=invoice.change_id is not None,
    )


def order_money(turn: Turn, order: Order, invoice: Invoice) -> OrderMoney:
    """The order as payments see it. What store credit pays of it is not part of the price that is awaited."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    return OrderMoney(
        number=order.number,
        state=State(order.state),
        price=Money(order.price - invoice.credit, order.currency),
        customer=customer.user_id,
        price_unchanged=not moving.price_changed(turn, order)
        and invoicing.credit_is_there(turn, order, invoice),
        revived=order.revived,
    )


def on_pre_checkout(turn: Turn) -> None:
    """Check order, amount, currency, payer and state once more; answer within ten seconds."""
    event = turn.event
    assert isinstance(event, PreCheckoutEvent)
    session = turn.work.session
    invoice = money.invoice_by_token(session, turn.work.bot, event.payload)
    order = session.get(Order, invoice.order_id) if invoice else None
    claim = Claim(
        query=event.query_id,
        payload=event.payload,
        amount=Money(event.amount, event.currency),
        payer=event.sender.id,
        merchant=merchant(turn, invoice.method if invoice else ""),
    )
    facts = invoice_facts(turn, invoice, order) if invoice and order else None
    if facts is not None and order is not None and facts.approved_query is not None:
        known = answers.arrived(turn.work, order.id, facts.approved_query)
        facts = replace(facts, answered=known)
    refusal = check_pre_checkout(
        order_money(turn, order, invoice) if invoice and order else None, facts, claim, turn.now
    )
    params: dict[str, object] = {"pre_checkout_query_id": event.query_id, "ok": refusal is None}
    if refusal is not None:
        words = turn.words(turn.known(event.sender).language)
        params["error_message"] = refusal_text(refusal, words)[:200]
    elif invoice is not None:
        money.step_invoice(invoice, AttemptState.APPROVED, turn.now)
        invoice.approved_at = turn.now
        invoice.approved_query = event.query_id
    turn.work.call(
        event.sender.id,
        answers.PRE_CHECKOUT,
        params,
        priority=0,
        order_id=order.id if order else None,
        expires_at=turn.now + ANSWER_WITHIN,
        unknown="once",
        urgent=True,
    )


def on_paid(turn: Turn) -> None:
    """Money arrived through an in-chat invoice."""
    event = turn.event
    assert isinstance(event, PaidEvent)
    gateway = Method.STARS if event.currency == XTR else Method.PROVIDER
    receive(
        turn,
        gateway=gateway,
        charge_id=event.charge_id,
        provider_charge_id=event.provider_charge_id,
        payer=event.sender.id,
        amount=Money(event.amount, event.currency),
        token=event.payload,
        actor=Actor.PAYMENT,
    )


def receive(
    turn: Turn,
    *,
    gateway: Method,
    charge_id: str,
    provider_charge_id: str,
    payer: int,
    amount: Money,
    token: str,
    actor: Actor,
    actor_id: int | None = None,
) -> Settlement:
    """Book money that verifiably arrived, and do what follows: credit it, or hold it with a case."""
    session = turn.work.session
    known = money.payment_by_charge(session, turn.work.bot, str(gateway), charge_id)
    invoice = money.invoice_by_token(session, turn.work.bot, token)
    order = session.get(Order, invoice.order_id) if invoice else None
    received = Received(
        charge_id=charge_id,
        payload=token,
        amount=amount,
        payer=payer,
        merchant=merchant(turn, str(gateway)),
    )
    settlement = settle(
        received,
        invoice_facts(turn, invoice, order) if invoice and order else None,
        order_money(turn, order, invoice) if invoice and order else None,
        () if known is None else (charge_id,),
        turn.now,
    )
    if settlement.outcome is Outcome.DUPLICATE:
        return settlement
    payment = Payment(
        bot=turn.work.bot,
        gateway=str(gateway),
        charge_id=charge_id,
        provider_charge_id=provider_charge_id,
        payer_id=payer,
        currency=amount.currency,
        amount=amount.amount,
        invoice_id=invoice.id if invoice else None,
        order_id=order.id if order else None,
        outcome=str(settlement.outcome),
        received_at=turn.now,
    )
    session.add(payment)
    session.flush()
    if settlement.money is Destination.CREDIT and order is not None and invoice is not None:
        _credit(turn, payment, order, invoice, settlement, actor, actor_id)
    else:
        _hold(turn, payment, order, invoice, settlement)
    return settlement


def _credit(
    turn: Turn,
    payment: Payment,
    order: Order,
    invoice: Invoice,
    settlement: Settlement,
    actor: Actor,
    actor_id: int | None,
) -> None:
    amount = Money(payment.amount, payment.currency)
    entry = ledger.received_for_order(payment.gateway, order.number, str(payment.id), amount)
    money.post(
        turn.work.session,
        turn.work.bot,
        entry,
        now=turn.now,
        cause=turn.cause,
        order=order,
        payment=payment,
    )
    _settled(turn, order, invoice, settlement.transition, actor, actor_id)


def pay_with_credit(turn: Turn, order: Order, invoice: Invoice) -> None:
    """Store credit pays all of an invoice: nothing is waited for."""
    supplementary = invoice.change_id is not None
    _settled(turn, order, invoice, None if supplementary else "pay", Actor.PAYMENT, None)


def _settled(
    turn: Turn,
    order: Order,
    invoice: Invoice,
    transition: str | None,
    actor: Actor,
    actor_id: int | None,
) -> None:
    """An invoice is paid: what store credit adds is taken, and the order or its change goes on."""
    invoicing.take_credit(turn, order, invoice)
    money.step_invoice(invoice, AttemptState.SETTLED, turn.now)
    order.paid_at = order.paid_at or turn.now
    if transition is None:
        turn.work.session.flush()
        changing.on_paid(turn, order, invoice, actor)
        return
    verdict = vetting.of_paid(turn, order)
    refused = verdict.tier is Tier.REFUSE
    made = moving.move(
        turn,
        order,
        transition,
        actor,
        actor_id=actor_id,
        target=vetting.target(verdict),
        quiet=refused,
    )
    if isinstance(made, Refusal):
        raise RuntimeError(f"money for {order.number} was credited, but {made.code}")
    if refused:
        order.cancel_reason = "refused"
        refusal = moving.move(turn, order, "refuse", Actor.RULES, quiet=True)
        if isinstance(refusal, Refusal):
            raise RuntimeError(f"{order.number} fits the rules for nothing, but {refusal.code}")
        refunding.refund_all(turn, order, "refused")
        telling.tell(turn, order, refusal)


def _hold(
    turn: Turn,
    payment: Payment,
    order: Order | None,
    invoice: Invoice | None,
    settlement: Settlement,
) -> None:
    """Keep money that fits nothing, with an owner and a deadline; what is clear goes back at once."""
    session = turn.work.session
    amount = Money(payment.amount, payment.currency)
    entry = ledger.received_held(
        payment.gateway, order.number if order else "", str(payment.id), amount
    )
    money.post(
        session, turn.work.bot, entry, now=turn.now, cause=turn.cause, order=order, payment=payment
    )
    case = settlement.case
    assert case is not None
    row = Case(
        bot=turn.work.bot,
        kind=str(case.kind),
        payment_id=payment.id,
        order_id=order.id if order else None,
        owner=str(case.owner),
        due_at=case.due_at,
        state="open",
        note="",
        opened_at=turn.now,
        closed_at=None,
        closed_by=None,
    )
    session.add(row)
    session.flush()
    payer = turn.work.person(payment.payer_id)
    if payer is not None:
        words = turn.words(payer.language)
        turn.say(
            payer,
            "told/money_held",
            kind=str(case.kind),
            amount=words.money(amount),
            number=order.number if order else "",
            due_at=case.due_at,
            refund=case.refund,
            order_id=order.id if order else None,
        )
    if case.refund:
        refunding.request(turn, payment, amount, str(case.kind))
    elif payer is not None:
        # What is not clear by itself is for a person to talk about.
        own = order if order is not None and order.customer_id == payer.id else None
        tickets.open_ticket(turn, payer, order=own, reason="payment")
    cases.watch(turn, row)
    cases.show(turn, row, payment, order)
    if order is not None and invoice is not None:
        _offer_again(turn, payment, order, invoice)


def _offer_again(turn: Turn, payment: Payment, order: Order, invoice: Invoice) -> None:
    """The chat app marks an invoice as paid whatever the amount: one that is not gets another message.

    The approval has led to money, if not to the right amount, so the next try need not wait for its end.
    """
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    if (
        order.state != State.AWAITING_PAYMENT
        or payment.payer_id != customer.user_id
        or invoice.state not in (AttemptState.INVOICED, AttemptState.APPROVED)
    ):
        return
    if invoice.state == AttemptState.APPROVED:
        money.step_invoice(invoice, AttemptState.INVOICED, turn.now)
    invoice.approved_at, invoice.approved_query = None, ""
    cards.show_invoice(turn, order, invoice)


def on_refunded(turn: Turn) -> None:
    """Telegram reports a refund; ours are known already, a foreign one is booked and shown to finance."""
    event = turn.event
    assert isinstance(event, RefundedEvent)
    gateway = Method.STARS if event.currency == XTR else Method.PROVIDER
    payment = money.payment_by_charge(
        turn.work.session, turn.work.bot, str(gateway), event.charge_id
    )
    if payment is None:
        return
    open_ones = [
        refund
        for refund in turn.work.session.query(Refund).filter_by(payment_id=payment.id)
        if refund.state in (RefundState.APPROVED, RefundState.PROCESSING, RefundState.FAILED)
    ]
    for refund in open_ones:
        refunding.succeed(turn, refund)
    amount = Money(event.amount, event.currency)
    if not open_ones and refunding.book_foreign(turn, payment, amount):
        order = turn.work.session.get(Order, payment.order_id) if payment.order_id else None
        if order is not None:
            returned.unpaid_again(turn, order)


__all__ = ["cards", "on_paid", "on_pre_checkout", "on_refunded", "receive"]
