"""Money on its way back: asked for in the turn, carried out by the outbox, as store credit, or by finance.

`refund_all` and `refund_part` are the ways in. What goes back is set aside in the ledger at once; each refund has
its key before anything is called (invariant 14), so a retry never returns money twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from handlers import earning, refund_choice, refund_tasks
from handlers.events import DeliveredEvent
from handlers.turn import Turn
from orders import ledger
from orders.balances import payment_totals
from orders.methods import Method
from orders.money import Money
from orders.numbers import CREDIT_NOTE, series
from orders.refund_plan import CREDIT, Part, Source, leaves_a_choice, plan_refund
from orders.refunds import RefundState, RefundWay, split_over_lines
from orders.refusal import Refusal
from storage import money, orders
from storage.accounts import Case, Payment, Refund
from storage.records import Order, Person

#: Minutes until the next try of a refund by the gateway's interface.
RETRY_MINUTES = (1, 5, 30, 120, 720)
#: How the ways of the rules are stored.
_WAYS = {RefundWay.STARS_API: "stars", RefundWay.STORE_CREDIT: "credit", RefundWay.FINANCE: "task"}
#: A customer's choice for a part of a Stars payment, as it is stored.
CHOICES = {"credit": RefundWay.STORE_CREDIT, "task": RefundWay.FINANCE}


# -- asking ---------------------------------------------------------------------------------------------------


def refund_all(turn: Turn, order: Order, reason: str, *, way: RefundWay | None = None) -> None:
    """Give back everything that came into an order and is not already on its way."""
    amount = refundable(turn, order)
    if amount:
        refund_part(turn, order, amount, reason, way=way)


def refund_part(
    turn: Turn,
    order: Order,
    amount: Money,
    reason: str,
    *,
    requested_by: Person | None = None,
    approved_by: Person | None = None,
    way: RefundWay | None = None,
) -> tuple[Refund, ...] | Refusal:
    """Give back a part of what came into an order: as often as wanted, never more than is left.

    One refund per payment it is spread over. `way` is how a part of a Stars payment goes back, as the customer
    chose; None: they are asked, and it becomes store credit when they do not say. With `requested_by`, a member of staff, it waits until somebody else approves it;
    without, it follows from the rules, from what the parties agreed, or from what `approved_by` decided.
    """
    parts = preview(turn, order, amount, way=way)
    if isinstance(parts, Refusal):
        return parts
    undone = earning.take_back(turn, order, amount)
    batch = f"batch-{turn.random(12).hex()}"
    state = RefundState.APPROVED if requested_by is None else RefundState.REQUESTED
    made = []
    for part in parts:
        payment = turn.work.session.get_one(Payment, part.payment)
        refund = _set_aside(
            turn, payment, part.amount, reason, _WAYS[part.way], state=state, order=order
        )
        refund.batch = batch
        refund.chosen = way is not None and _is_part_of_stars(payment, part)
        refund.requested_by = requested_by.id if requested_by else None
        refund.approved_by = approved_by.id if approved_by else None
        made.append(refund)
    turn.work.session.flush()
    earning.earn_again(turn, order, undone)
    if requested_by is None:
        for refund in made:
            start(turn, refund)
    else:
        refund_tasks.show_request(turn, order, made)
    return tuple(made)


def preview(
    turn: Turn, order: Order, amount: Money, *, way: RefundWay | None = None
) -> tuple[Part, ...] | Refusal:
    """How that much would go back now, for saying so before anybody confirms."""
    return plan_refund(amount, sources(turn, order), way or RefundWay.STORE_CREDIT)


def has_choice(turn: Turn, order: Order, amount: Money) -> bool:
    """Whether the customer chooses between store credit and finance for a part of that refund."""
    given = sources(turn, order)
    parts = plan_refund(amount, given)
    return not isinstance(parts, Refusal) and leaves_a_choice(parts, given)


def refundable(turn: Turn, order: Order) -> Money:
    """What may still be given back of an order: settled less refunded less on its way."""
    amount = sum(source.totals.refundable.amount for source in sources(turn, order))
    return Money(amount, order.currency)


def sources(turn: Turn, order: Order) -> list[Source]:
    """The payments an order has been paid by, oldest first; what is held with a case has its own way back."""
    session = turn.work.session
    entries = money.entries_of(session, order)
    return [
        Source(
            payment.id,
            payment.gateway,
            payment_totals(entries, str(payment.id), payment.currency),
        )
        for payment in money.payments_of(session, order)
        if payment.outcome in ("credited", "paid_late")
        and payment.currency == order.currency
        and not _held(turn, payment)
        and not _was_held(turn, payment)
    ]


def _is_part_of_stars(payment: Payment, part: Part) -> bool:
    return payment.gateway == Method.STARS and part.way is not RefundWay.STARS_API


def _held(turn: Turn, payment: Payment) -> bool:
    return (
        money.balance(turn.work.session, ledger.held(str(payment.id)), payment.currency).amount > 0
    )


def _was_held(turn: Turn, payment: Payment) -> bool:
    """Whether it never got into its order: it is, or was, a case of its own."""
    return (
        turn.work.session.query(Case.id).filter(Case.payment_id == payment.id).first() is not None
    )


def request(turn: Turn, payment: Payment, amount: Money, reason: str) -> Refund:
    """Give a payment that is held back, whole; what an order was paid with goes by `refund_part`."""
    way = "stars" if payment.gateway == Method.STARS else "task"
    refund = _set_aside(turn, payment, amount, reason, way)
    start(turn, refund)
    return refund


def _set_aside(
    turn: Turn,
    payment: Payment,
    amount: Money,
    reason: str,
    way: str,
    *,
    state: RefundState = RefundState.APPROVED,
    order: Order | None = None,
) -> Refund:
    """The refund with its key, and its money set aside in the ledger. Nothing is called yet."""
    session = turn.work.session
    from_held = _held(turn, payment)
    if order is None and payment.order_id:
        order = session.get(Order, payment.order_id)
    refund = Refund(
        bot=turn.work.bot,
        payment_id=payment.id,
        order_id=payment.order_id,
        currency=amount.currency,
        amount=amount.amount,
        reason=reason,
        way=way,
        key=f"refund-{turn.random(12).hex()}",
        state=str(state),
        requested_by=None,
        approved_by=None,
        requested_at=turn.now,
        settled_at=None,
        lines=[] if from_held or order is None else _lines(turn, order, amount),
        confirmed_by=[],
    )
    session.add(refund)
    entry = ledger.refund_requested(
        order.number if order else "", str(payment.id), amount, from_held=from_held
    )
    _post(turn, entry, order, payment, refund)
    return refund


def _lines(turn: Turn, order: Order, amount: Money) -> list[int]:
    """What a refund takes of each line of the order's quote, by largest remainder over what is left of them."""
    quoted = [int(line["amount"]["amount"]) for line in order.quote.get("lines", ())]
    left = [max(0, line) for line in quoted]
    for refund in money.refunds_of(turn.work.session, order):
        if refund.state != RefundState.REJECTED:
            for n, part in enumerate(refund.lines[: len(left)]):
                left[n] = max(0, left[n] - int(part))
    if amount.amount > sum(left):
        # Paid too much, or returned by somebody else than us.
        return []
    parts = split_over_lines(amount, [Money(line, order.currency) for line in left])
    return [part.amount for part in parts]


def _post(
    turn: Turn, entry: ledger.Entry, order: Order | None, payment: Payment, refund: Refund
) -> None:
    money.post(
        turn.work.session,
        turn.work.bot,
        entry,
        now=turn.now,
        cause=turn.cause,
        order=order,
        payment=payment,
        refund=refund,
    )


# -- carrying out ---------------------------------------------------------------------------------------------


def start(turn: Turn, refund: Refund) -> None:
    """An approved refund goes its way: Stars by the API, store credit at once, the rest as finance's task."""
    payment = turn.work.session.get_one(Payment, refund.payment_id)
    match refund.way:
        case "stars":
            money.step_refund(refund, RefundState.PROCESSING, turn.now)
            call_gateway(turn, refund, payment)
        case "credit" if payment.gateway == Method.STARS and not refund.chosen:
            refund_choice.ask(turn, refund)
        case "credit":
            grant(turn, refund, payment)
        case _:
            refund_tasks.show_task(turn, refund, payment)


def reject(turn: Turn, refund: Refund) -> None:
    """It is not to be: the money returns to where it was set aside from."""
    session = turn.work.session
    payment = session.get_one(Payment, refund.payment_id)
    order = session.get(Order, refund.order_id) if refund.order_id else None
    money.step_refund(refund, RefundState.REJECTED, turn.now)
    entry = ledger.refund_failed(
        order.number if order else "",
        str(payment.id),
        Money(refund.amount, refund.currency),
        from_held=_was_held(turn, payment),
    )
    _post(turn, entry, order, payment, refund)
    if order is not None:
        earning.rebook(turn, order)


def grant(turn: Turn, refund: Refund, payment: Payment) -> None:
    """Store credit: a balance of the customer's, which their next order uses."""
    session = turn.work.session
    order = session.get_one(Order, refund.order_id)
    amount = Money(refund.amount, refund.currency)
    money.step_refund(refund, RefundState.SUCCEEDED, turn.now)
    _note(turn, refund, order)
    entry = ledger.credit_granted(str(order.customer_id), order.number, str(payment.id), amount)
    _post(turn, entry, order, payment, refund)
    customer = orders.person_by_id(session, order.customer_id)
    words = turn.words(customer.language)
    balance = money.balance(session, ledger.credit(str(customer.id)), amount.currency)
    turn.say(
        customer,
        "refund/credited",
        amount=words.money(amount),
        balance=words.money(balance),
        number=order.number,
        again=payment.gateway == CREDIT,
        order_id=order.id,
    )
    _refresh(turn, order)


def call_gateway(turn: Turn, refund: Refund, payment: Payment) -> None:
    """Have Telegram return Stars. The charge id is the key: a repeat answers CHARGE_ALREADY_REFUNDED."""
    refund.tries += 1
    turn.work.session.flush()
    turn.work.call(
        payment.payer_id,
        "refundStarPayment",
        {"user_id": payment.payer_id, "telegram_payment_charge_id": payment.charge_id},
        label="refund",
        order_id=refund.order_id,
        tell={"refund": refund.id},
    )


def succeed(turn: Turn, refund: Refund) -> None:
    """The money is back with the customer."""
    if refund.state == RefundState.SUCCEEDED:
        return
    session = turn.work.session
    payment = session.get_one(Payment, refund.payment_id)
    order = session.get(Order, refund.order_id) if refund.order_id else None
    money.step_refund(refund, RefundState.SUCCEEDED, turn.now)
    if refund.lines:
        _note(turn, refund, order)
    amount = Money(refund.amount, refund.currency)
    entry = ledger.refund_succeeded(
        payment.gateway, order.number if order else "", str(payment.id), amount
    )
    _post(turn, entry, order, payment, refund)
    for case in session.query(Case).filter(Case.payment_id == payment.id, Case.state == "open"):
        case.state = "returned"
        case.closed_at = turn.now
    payer = turn.work.person(payment.payer_id)
    if payer is not None:
        turn.say(
            payer,
            "told/refunded",
            amount=turn.words(payer.language).money(amount),
            number=order.number if order else "",
            gateway=payment.gateway if refund.way == "stars" else "",
            stars_by_hand=payment.gateway == Method.STARS and refund.way == "task",
            order_id=refund.order_id,
        )
    if order is not None:
        _refresh(turn, order)


def _note(turn: Turn, refund: Refund, order: Order | None) -> None:
    """The credit note: what was invoiced and is back has a number of its own, without gaps (invariant 8)."""
    if order is not None and not refund.number:
        year = series(CREDIT_NOTE, turn.now.astimezone(turn.business.zone).date())
        refund.number = money.next_document(turn.work.session, turn.work.bot, year)


def _refresh(turn: Turn, order: Order) -> None:
    from handlers import cards

    cards.refresh(turn, order)


# -- what comes back ------------------------------------------------------------------------------------------


def book_foreign(turn: Turn, payment: Payment, amount: Money) -> bool:
    """Telegram returned money that we did not ask it to return: book it, and show it to staff.

    A repeat, or more than what is left of the payment, books nothing: False.
    """
    sent_back = sum(
        refund.amount
        for refund in turn.work.session.query(Refund).filter_by(payment_id=payment.id)
        if refund.state != RefundState.REJECTED
    )
    if amount.amount <= 0 or sent_back + amount.amount > payment.amount:
        return False
    refund = _set_aside(turn, payment, amount, "outside", "task")
    succeed(turn, refund)
    refund_tasks.show_task(turn, refund, payment)
    return True


def on_gateway_answer(turn: Turn) -> None:
    """The outbox row of a Stars refund came to its end."""
    event = turn.event
    assert isinstance(event, DeliveredEvent)
    session = turn.work.session
    refund = session.get_one(Refund, int(str(event.params["refund"])))
    if refund.state != RefundState.PROCESSING:
        return
    if event.outcome == "sent" or "CHARGE_ALREADY_REFUNDED" in event.reason.upper():
        succeed(turn, refund)
        return
    money.step_refund(refund, RefundState.FAILED, turn.now)
    refund.error = event.reason[:200]
    if refund.tries <= len(RETRY_MINUTES):
        due = turn.now + timedelta(minutes=RETRY_MINUTES[refund.tries - 1])
        turn.work.set_timer("refund", f"refund:{refund.id}", "retry", due, {"refund": refund.id})
        return
    refund.way = "task"
    money.step_refund(refund, RefundState.APPROVED, turn.now)
    refund_tasks.show_task(turn, refund, session.get_one(Payment, refund.payment_id))


def on_retry(turn: Turn, refund_id: int) -> None:
    """Try a Stars refund again."""
    refund = turn.work.session.get_one(Refund, refund_id)
    if refund.state == RefundState.FAILED:
        money.step_refund(refund, RefundState.PROCESSING, turn.now)
        call_gateway(turn, refund, turn.work.session.get_one(Payment, refund.payment_id))


def of_batch(turn: Turn, batch: str) -> Sequence[Refund]:
    """The refunds that were asked for at once."""
    query = turn.work.session.query(Refund).filter_by(bot=turn.work.bot, batch=batch)
    return query.order_by(Refund.id).all()
