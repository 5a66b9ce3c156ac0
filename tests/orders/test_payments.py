from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from orders.attempts import ATTEMPT, AttemptState
from orders.lifecycle import Move, OrderFacts, decide
from orders.methods import Method
from orders.money import Money
from orders.payments import (
    ANSWER_WITHIN,
    APPROVAL_FRESH,
    APPROVAL_UNSURE,
    CASE_WITHIN,
    Claim,
    Destination,
    InvoiceFacts,
    OrderMoney,
    Outcome,
    Received,
    check_pre_checkout,
    settle,
)
from orders.refusal import Refusal, refuse
from orders.states import Actor, Audience, State

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
PRICE = Money(9900, "CNY")
NUMBER = "K7M-3QXA"

ORDER = OrderMoney(number=NUMBER, state=State.AWAITING_PAYMENT, price=PRICE, customer=7)
INVOICE = InvoiceFacts(
    order=NUMBER,
    payload="inv-1",
    amount=PRICE,
    method=Method.PROVIDER,
    merchant="bot-1",
    customer=7,
)
CLAIM = Claim(query="q1", payload="inv-1", amount=PRICE, payer=7, merchant="bot-1")
RECEIVED = Received(charge_id="charge-1", payload="inv-1", amount=PRICE, payer=7, merchant="bot-1")


def test_a_payment_may_go_ahead() -> None:
    assert check_pre_checkout(ORDER, INVOICE, CLAIM, NOW) is None


PRE_CHECKOUTS: list[tuple[dict[str, object], dict[str, object], dict[str, object], Refusal]] = [
    ({}, {}, {"payload": "inv-2"}, refuse("pay_unknown_invoice")),
    ({}, {}, {"merchant": "bot-2"}, refuse("pay_unknown_invoice")),
    ({"number": "222-2222"}, {}, {}, refuse("pay_unknown_invoice")),
    ({}, {}, {"payer": 8}, refuse("pay_not_yours", order=NUMBER)),
    ({}, {}, {"amount": Money(9901, "CNY")}, refuse("pay_wrong_amount", wanted=PRICE)),
    ({}, {}, {"amount": Money(9900, "USD")}, refuse("pay_wrong_currency", wanted="CNY")),
    ({"price": Money(1, "CNY")}, {}, {}, refuse("pay_price_changed", order=NUMBER)),
    ({}, {"state": AttemptState.SETTLED}, {}, refuse("pay_already_paid", order=NUMBER)),
    ({}, {"state": AttemptState.VOIDED}, {}, refuse("pay_voided", order=NUMBER)),
    # No sheet was ever sent for a transfer.
    ({}, {"method": Method.TRANSFER}, {}, refuse("pay_unknown_invoice")),
    ({}, {"state": AttemptState.EXPIRED}, {}, refuse("pay_expired", order=NUMBER)),
    ({"state": State.DRAFT}, {}, {}, refuse("pay_voided", order=NUMBER)),
    ({"state": State.EXPIRED}, {}, {}, refuse("pay_expired", order=NUMBER)),
    ({"state": State.CANCELLED}, {}, {}, refuse("pay_cancelled", order=NUMBER)),
    ({"state": State.AWAITING_REVIEW}, {}, {}, refuse("pay_already_paid", order=NUMBER)),
    ({"state": State.COMPLETED}, {}, {}, refuse("pay_already_paid", order=NUMBER)),
    (
        {},
        {"approved_at": NOW - timedelta(seconds=59), "approved_query": "q0"},
        {},
        refuse("pay_under_way", until=NOW + timedelta(seconds=1)),
    ),
]


@pytest.mark.parametrize(("order", "invoice", "claim", "refusal"), PRE_CHECKOUTS)
def test_a_payment_may_not_go_ahead(
    order: dict[str, object],
    invoice: dict[str, object],
    claim: dict[str, object],
    refusal: Refusal,
) -> None:
    result = check_pre_checkout(
        replace(ORDER, **order),  # type: ignore[arg-type]
        replace(INVOICE, **invoice),  # type: ignore[arg-type]
        replace(CLAIM, **claim),  # type: ignore[arg-type]
        NOW,
    )
    assert result == refusal


def test_nothing_known_of_it() -> None:
    assert check_pre_checkout(None, INVOICE, CLAIM, NOW) == refuse("pay_unknown_invoice")
    assert check_pre_checkout(ORDER, None, CLAIM, NOW) == refuse("pay_unknown_invoice")


def test_an_approval_blocks_others_only_while_it_is_fresh() -> None:
    approved = replace(INVOICE, approved_at=NOW, approved_query="q0", state=AttemptState.APPROVED)
    assert check_pre_checkout(ORDER, approved, CLAIM, NOW) is not None
    assert check_pre_checkout(ORDER, approved, CLAIM, NOW + APPROVAL_FRESH) is None
    same = replace(CLAIM, query="q0")  # the same query delivered again gets the same answer
    assert check_pre_checkout(ORDER, approved, same, NOW) is None


def test_an_approval_that_may_not_have_arrived_blocks_until_telegrams_time_is_over() -> None:
    approved = replace(
        INVOICE,
        approved_at=NOW,
        approved_query="q0",
        state=AttemptState.APPROVED,
        answered=False,
    )
    assert ANSWER_WITHIN < APPROVAL_UNSURE < APPROVAL_FRESH
    assert check_pre_checkout(ORDER, approved, CLAIM, NOW + ANSWER_WITHIN) == refuse(
        "pay_under_way", until=NOW + APPROVAL_UNSURE
    )
    assert check_pre_checkout(ORDER, approved, CLAIM, NOW + APPROVAL_UNSURE) is None


def test_credited() -> None:
    settlement = settle(RECEIVED, INVOICE, ORDER, (), NOW)
    assert (settlement.outcome, settlement.money) == (Outcome.CREDITED, Destination.CREDIT)
    assert (settlement.transition, settlement.case) == ("pay", None)


def test_the_same_charge_again_changes_nothing() -> None:
    settled = replace(INVOICE, state=AttemptState.SETTLED, charge_id="charge-1")
    paid = replace(ORDER, state=State.IN_PROGRESS)
    settlement = settle(RECEIVED, settled, paid, {"charge-1"}, NOW)
    assert (settlement.outcome, settlement.money) == (Outcome.DUPLICATE, Destination.NOTHING)
    assert settlement.case is None


HELD: list[tuple[dict[str, object], dict[str, object], dict[str, object], Outcome, bool]] = [
    ({}, {}, {"payload": "other"}, Outcome.UNKNOWN_INVOICE, False),
    ({"number": "222-2222"}, {}, {}, Outcome.UNKNOWN_INVOICE, False),
    ({}, {}, {"merchant": "bot-2"}, Outcome.WRONG_MERCHANT, False),
    ({}, {}, {"amount": Money(9899, "CNY")}, Outcome.WRONG_AMOUNT, False),
    ({}, {}, {"amount": Money(9900, "USD")}, Outcome.WRONG_CURRENCY, False),
    ({"price": Money(1, "CNY")}, {}, {}, Outcome.WRONG_AMOUNT, False),
    ({}, {}, {"payer": 8}, Outcome.WRONG_PAYER, False),
    ({}, {"state": AttemptState.SETTLED}, {}, Outcome.PAID_AGAIN, True),
    ({"state": State.IN_PROGRESS}, {}, {}, Outcome.PAID_AGAIN, True),
    ({"state": State.DRAFT}, {"state": AttemptState.VOIDED}, {}, Outcome.PAID_LATE, True),
    ({}, {"state": AttemptState.VOIDED}, {}, Outcome.PAID_LATE, True),
    ({"state": State.CANCELLED}, {}, {}, Outcome.PAID_LATE, True),
    ({"state": State.EXPIRED, "price_unchanged": False}, {}, {}, Outcome.PAID_LATE, True),
    ({"state": State.EXPIRED, "revived": True}, {}, {}, Outcome.PAID_LATE, True),
    ({"state": State.EXPIRED}, {"state": AttemptState.VOIDED}, {}, Outcome.PAID_LATE, True),
    (
        {"state": State.CANCELLED},
        {"supplementary": True},
        {},
        Outcome.PAID_LATE,
        True,
    ),
    (
        {"state": State.IN_PROGRESS},
        {"supplementary": True, "state": AttemptState.EXPIRED},
        {},
        Outcome.PAID_LATE,
        True,
    ),
]


@pytest.mark.parametrize(("order", "invoice", "received", "outcome", "refund"), HELD)
def test_held_with_an_owner_and_a_deadline(
    order: dict[str, object],
    invoice: dict[str, object],
    received: dict[str, object],
    outcome: Outcome,
    refund: bool,
) -> None:
    settlement = settle(
        replace(RECEIVED, **received),  # type: ignore[arg-type]
        replace(INVOICE, **invoice),  # type: ignore[arg-type]
        replace(ORDER, **order),  # type: ignore[arg-type]
        (),
        NOW,
    )
    assert (settlement.outcome, settlement.money) == (outcome, Destination.HOLD)
    assert settlement.transition is None
    assert settlement.case is not None
    assert settlement.case.kind is outcome
    assert settlement.case.owner is Audience.FINANCE
    assert settlement.case.due_at == NOW + CASE_WITHIN
    assert settlement.case.refund is refund


def test_money_for_nothing_we_know_is_held() -> None:
    for invoice, order in [(None, None), (None, ORDER), (INVOICE, None)]:
        settlement = settle(RECEIVED, invoice, order, (), NOW)
        assert settlement.outcome is Outcome.UNKNOWN_INVOICE
        assert settlement.money is Destination.HOLD


@pytest.mark.parametrize("state", [AttemptState.EXPIRED, AttemptState.APPROVED])
def test_late_money_goes_back_into_an_expired_order(state: AttemptState) -> None:
    expired = replace(ORDER, state=State.EXPIRED)
    settlement = settle(RECEIVED, replace(INVOICE, state=state), expired, (), NOW)
    assert (settlement.outcome, settlement.money) == (Outcome.PAID_LATE, Destination.CREDIT)
    assert settlement.transition == "late_pay"


def test_a_supplementary_invoice_is_paid_while_the_work_goes_on() -> None:
    extra = replace(INVOICE, supplementary=True, amount=Money(500, "CNY"))
    working = replace(ORDER, state=State.IN_PROGRESS)
    claim = replace(CLAIM, amount=Money(500, "CNY"))
    received = replace(RECEIVED, amount=Money(500, "CNY"))
    assert check_pre_checkout(working, extra, claim, NOW) is None
    settlement = settle(received, extra, working, (), NOW)
    assert settlement.outcome is Outcome.CREDITED
    assert settlement.transition is None


orders = st.builds(
    OrderMoney,
    number=st.sampled_from([NUMBER, "222-2222"]),
    state=st.sampled_from(list(State)),
    price=st.sampled_from([PRICE, Money(1, "CNY")]),
    customer=st.just(7),
    price_unchanged=st.booleans(),
    revived=st.booleans(),
)
invoices = st.builds(
    InvoiceFacts,
    order=st.just(NUMBER),
    payload=st.just("inv-1"),
    amount=st.just(PRICE),
    method=st.sampled_from(list(Method)),
    merchant=st.just("bot-1"),
    customer=st.just(7),
    state=st.sampled_from(list(AttemptState)),
    supplementary=st.booleans(),
)
payments = st.builds(
    Received,
    charge_id=st.sampled_from(["charge-1", "charge-2"]),
    payload=st.sampled_from(["inv-1", "inv-2"]),
    amount=st.sampled_from([PRICE, Money(1, "CNY"), Money(9900, "USD")]),
    payer=st.sampled_from([7, 8]),
    merchant=st.sampled_from(["bot-1", "bot-2"]),
)


@given(payments, st.none() | invoices, st.none() | orders, st.sets(st.just("charge-1")))
def test_money_is_never_lost_and_never_wrongly_credited(
    received: Received,
    invoice: InvoiceFacts | None,
    order: OrderMoney | None,
    known: set[str],
) -> None:
    settlement = settle(received, invoice, order, known, NOW)
    if received.charge_id in known:
        assert settlement.money is Destination.NOTHING
        return
    assert settlement.money is not Destination.NOTHING
    assert (settlement.case is not None) == (settlement.money is Destination.HOLD)
    if settlement.money is not Destination.CREDIT:
        return
    assert invoice is not None
    assert order is not None
    assert received.amount == invoice.amount
    assert received.merchant == invoice.merchant
    assert received.payload == invoice.payload
    assert invoice.order == order.number
    assert ATTEMPT.checked(invoice.state, AttemptState.SETTLED)
    if settlement.transition is not None:
        facts = OrderFacts(
            state=order.state,
            fully_paid=True,
            price_unchanged=order.price_unchanged,
            revived=order.revived,
        )
        move = decide(
            settlement.transition, facts, Actor.PAYMENT, NOW, target=State.AWAITING_PROVIDER
        )
        assert isinstance(move, Move), move


@given(
    st.builds(
        Claim,
        query=st.just("q"),
        payload=st.sampled_from(["inv-1", "inv-2"]),
        amount=st.sampled_from([PRICE, Money(1, "CNY")]),
        payer=st.sampled_from([7, 8]),
        merchant=st.sampled_from(["bot-1", "bot-2"]),
    ),
    invoices,
    orders,
)
def test_what_is_let_through_is_credited(
    claim: Claim, invoice: InvoiceFacts, order: OrderMoney
) -> None:
    # Proofs are for transfers, which no sheet is sent for.
    assume(invoice.state not in {AttemptState.PROOF_SUBMITTED, AttemptState.REJECTED})
    if check_pre_checkout(order, invoice, claim, NOW) is not None:
        return
    assert ATTEMPT.checked(invoice.state, AttemptState.APPROVED)
    received = Received(
        charge_id="new",
        payload=claim.payload,
        amount=claim.amount,
        payer=claim.payer,
        merchant=claim.merchant,
    )
    assert settle(received, invoice, order, (), NOW).outcome is Outcome.CREDITED
