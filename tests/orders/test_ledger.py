from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.balances import PaymentStatus, order_totals, payment_status, payment_totals
from orders.errors import CurrencyMismatch, UnbalancedEntry
from orders.ledger import (
    REVENUE,
    Account,
    AccountKind,
    Entry,
    EntryKind,
    Posting,
    balance,
    completed,
    completion_reversed,
    correction,
    credit,
    credit_granted,
    credit_used,
    gateway,
    held,
    order_account,
    paid_out,
    payable,
    received_for_order,
    received_held,
    refund_failed,
    refund_requested,
    refund_succeeded,
    refunding,
)
from orders.money import Money

CNY = "CNY"
ORDER = "K7M-3QXA"


def cny(amount: int) -> Money:
    return Money(amount, CNY)


def amounts(entries: list[Entry]) -> dict[str, int]:
    accounts = {posting.account for entry in entries for posting in entry.postings}
    found = {str(account): balance(entries, account, CNY).amount for account in accounts}
    return {account: amount for account, amount in found.items() if amount}


def test_from_payment_to_payout() -> None:
    entries = [received_for_order("provider", ORDER, "c1", cny(10000))]
    assert amounts(entries) == {"gateway:provider": -10000, f"order:{ORDER}": 10000}
    entries.append(completed(ORDER, "p9", cny(10000), cny(1500)))
    assert amounts(entries) == {"gateway:provider": -10000, "payable:p9": 8500, "revenue": 1500}
    entries.append(paid_out("p9", cny(8500)))
    assert amounts(entries) == {
        "gateway:provider": -10000,
        "gateway:transfer": 8500,
        "revenue": 1500,
    }


def test_reopening_takes_the_earnings_back() -> None:
    entries = [
        received_for_order("stars", ORDER, "c1", cny(100)),
        completed(ORDER, "p9", cny(100), cny(15)),
        completion_reversed(ORDER, "p9", cny(100), cny(15)),
    ]
    assert amounts(entries) == {"gateway:stars": -100, f"order:{ORDER}": 100}


def test_held_money() -> None:
    entries = [received_held("provider", ORDER, "c2", cny(500))]
    assert amounts(entries) == {"gateway:provider": -500, "held:c2": 500}
    returned = [
        *entries,
        refund_requested(ORDER, "c2", cny(500), from_held=True),
        refund_succeeded("provider", ORDER, "c2", cny(500)),
    ]
    assert amounts(returned) == {}


def test_a_refund_that_fails_is_back_where_it_was() -> None:
    paid = received_for_order("provider", ORDER, "c1", cny(500))
    asked = [paid, refund_requested(ORDER, "c1", cny(200))]
    assert balance(asked, refunding("c1"), CNY) == cny(200)
    assert balance(asked, order_account(ORDER), CNY) == cny(300)
    failed = [*asked, refund_failed(ORDER, "c1", cny(200))]
    assert balance(failed, order_account(ORDER), CNY) == cny(500)
    held_back = [
        received_held("provider", ORDER, "c2", cny(5)),
        refund_requested(ORDER, "c2", cny(5), from_held=True),
        refund_failed(ORDER, "c2", cny(5), from_held=True),
    ]
    assert balance(held_back, held("c2"), CNY) == cny(5)


def test_part_of_a_stars_payment_becomes_store_credit() -> None:
    def stars(amount: int) -> Money:
        return Money(amount, "XTR")

    entries = [
        received_for_order("stars", ORDER, "c1", stars(900)),
        refund_requested(ORDER, "c1", stars(300)),
        credit_granted("u7", ORDER, "c1", stars(300)),
    ]
    assert balance(entries, credit("u7"), "XTR") == stars(300)
    totals = order_totals(entries, ORDER, "XTR")
    assert (totals.captured, totals.pending, totals.refunded) == (stars(900), stars(0), stars(300))
    entries.append(credit_used("u7", "222-2222", "credit-1", stars(300)))
    assert balance(entries, credit("u7"), "XTR") == stars(0)
    assert order_totals(entries, "222-2222", "XTR").captured == stars(300)
    assert payment_totals(entries, "credit-1", "XTR").refundable == stars(300)


def test_corrections_go_both_ways() -> None:
    account = order_account(ORDER)
    entries = [correction(ORDER, "", "found", account, cny(50))]
    assert balance(entries, account, CNY) == cny(50)
    assert order_totals(entries, ORDER, CNY).captured == cny(50)
    entries.append(correction(ORDER, "", "lost", account, cny(-20)))
    assert amounts(entries) == {
        f"order:{ORDER}": 30,
        "correction:found": -50,
        "correction:lost": 20,
    }


def test_money_of_another_order_does_not_count() -> None:
    entries = [
        received_for_order("provider", ORDER, "c1", cny(100)),
        received_held("provider", ORDER, "c2", cny(100)),
        refund_requested(ORDER, "c2", cny(100), from_held=True),
        refund_succeeded("provider", ORDER, "c2", cny(100)),
        received_for_order("provider", "222-2222", "c3", cny(7)),
    ]
    totals = order_totals(entries, ORDER, CNY)
    assert (totals.captured, totals.pending, totals.refunded) == (cny(100), cny(0), cny(0))
    assert payment_totals(entries, "c2", CNY).refunded == cny(100)
    assert payment_totals(entries, "c2", CNY).refundable == cny(0)


def test_an_entry_must_balance() -> None:
    account, other = order_account(ORDER), held("c1")
    with pytest.raises(UnbalancedEntry, match="correction entry of K7M-3QXA"):
        Entry(
            EntryKind.CORRECTION,
            ORDER,
            "",
            (Posting(account, cny(5)), Posting(other, cny(-4))),
        )
    with pytest.raises(UnbalancedEntry):
        Entry(
            EntryKind.CORRECTION,
            ORDER,
            "",
            (Posting(account, cny(5)), Posting(other, Money(-5, "USD"))),
        )
    with pytest.raises(UnbalancedEntry, match="no order"):
        Entry(EntryKind.CORRECTION, "", "", ())


@pytest.mark.parametrize("amount", [0, -1])
def test_only_positive_amounts_move(amount: int) -> None:
    with pytest.raises(ValueError, match="positive amount"):
        received_for_order("stars", ORDER, "c1", cny(amount))


@pytest.mark.parametrize(("price", "fee"), [(100, 101), (100, -1)])
def test_a_fee_lies_between_nothing_and_the_price(price: int, fee: int) -> None:
    with pytest.raises(ValueError, match="between nothing and the price"):
        completed(ORDER, "p9", cny(price), cny(fee))


@pytest.mark.parametrize("fee", [0, 100])
def test_all_or_nothing_for_the_house(fee: int) -> None:
    entry = completed(ORDER, "p9", cny(100), cny(fee))
    assert balance([entry], REVENUE, CNY) == cny(fee)
    assert balance([entry], payable("p9"), CNY) == cny(100 - fee)
    assert all(posting.money for posting in entry.postings)


@given(st.sampled_from(list(AccountKind)), st.text(max_size=20))
def test_accounts_as_text_and_back(kind: AccountKind, key: str) -> None:
    account = Account(kind, key)
    assert Account.parse(str(account)) == account
    assert str(gateway("stars")) == "gateway:stars"


@pytest.mark.parametrize(
    ("captured", "refunded", "price", "status"),
    [
        (0, 0, 100, "unpaid"),
        (40, 0, 100, "part_paid"),
        (100, 0, 100, "paid"),
        (140, 0, 100, "overpaid"),
        (100, 30, 100, "part_refunded"),
        (140, 40, 100, "part_refunded"),
        (100, 100, 100, "refunded"),
        (40, 40, 100, "refunded"),
        (0, 0, 0, "paid"),
    ],
)
def test_payment_status(captured: int, refunded: int, price: int, status: str) -> None:
    found = payment_status(cny(captured), cny(refunded), cny(price))
    assert found is PaymentStatus(status)


def test_status_of_two_currencies_is_a_mistake() -> None:
    with pytest.raises(CurrencyMismatch):
        payment_status(cny(1), cny(0), Money(1, "USD"))


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_whatever_happens_the_books_balance(seed: int) -> None:
    """Random movements, as the rules allow them: nothing appears, nothing disappears."""
    chance = Random(seed)
    entries: list[Entry] = []
    payments: dict[str, bool] = {}
    for number in range(chance.randrange(1, 25)):
        name = f"c{number}"
        money = cny(chance.randrange(1, 1000))
        if not payments or chance.random() < 0.3:
            payments[name] = chance.random() < 0.3
            make = received_held if payments[name] else received_for_order
            entries.append(make("provider", ORDER, name, money))
            continue
        payment = chance.choice(sorted(payments))
        totals = payment_totals(entries, payment, CNY)
        if totals.refundable and chance.random() < 0.6:
            part = cny(chance.randrange(1, totals.refundable.amount + 1))
            entries.append(refund_requested(ORDER, payment, part, from_held=payments[payment]))
        elif totals.pending:
            part = cny(chance.randrange(1, totals.pending.amount + 1))
            entries.append(
                chance.choice(
                    [
                        refund_succeeded("provider", ORDER, payment, part),
                        refund_failed(ORDER, payment, part, from_held=payments[payment]),
                        credit_granted("u7", ORDER, payment, part),
                    ]
                )
            )
    assert sum(amounts(entries).values()) == 0
    pending = refunded = captured = 0
    for payment, was_held in payments.items():
        totals = payment_totals(entries, payment, CNY)
        assert totals.sound
        assert balance(entries, refunding(payment), CNY) == totals.pending
        if not was_held:
            captured += totals.captured.amount
            pending += totals.pending.amount
            refunded += totals.refunded.amount
    mine = order_totals(entries, ORDER, CNY)
    assert mine == type(mine)(cny(captured), cny(pending), cny(refunded))
    assert balance(entries, order_account(ORDER), CNY) == mine.refundable


_TEN = Money(1000, CNY)
_G, _T = Account(AccountKind.GATEWAY, "stars"), Account(AccountKind.GATEWAY, "transfer")
_O, _H, _R = (
    Account(AccountKind.ORDER, "A1"),
    Account(AccountKind.HELD, "p1"),
    Account(AccountKind.REFUNDING, "p1"),
)
_C, _P = Account(AccountKind.CREDIT, "anna"), Account(AccountKind.PAYABLE, "bo")
_W = Account(AccountKind.CORRECTION, "counted twice")


@pytest.mark.parametrize(
    ("entry", "kind", "names", "source", "target"),
    [
        (received_for_order("stars", "A1", "p1", _TEN), "received", ("A1", "p1"), _G, _O),
        (received_held("stars", "A1", "p1", _TEN), "received_held", ("A1", "p1"), _G, _H),
        (refund_requested("A1", "p1", _TEN), "refund_requested", ("A1", "p1"), _O, _R),
        (
            refund_requested("A1", "p1", _TEN, from_held=True),
            "refund_requested",
            ("A1", "p1"),
            _H,
            _R,
        ),
        (refund_succeeded("stars", "A1", "p1", _TEN), "refund_succeeded", ("A1", "p1"), _R, _G),
        (refund_failed("A1", "p1", _TEN), "refund_failed", ("A1", "p1"), _R, _O),
        (refund_failed("A1", "p1", _TEN, from_held=True), "refund_failed", ("A1", "p1"), _R, _H),
        (credit_granted("anna", "A1", "p1", _TEN), "credit_granted", ("A1", "p1"), _R, _C),
        (credit_used("anna", "A1", "p1", _TEN), "credit_used", ("A1", "p1"), _C, _O),
        (completed("A1", "bo", _TEN, Money.zero(CNY)), "completed", ("A1", ""), _O, _P),
        (
            completion_reversed("A1", "bo", _TEN, Money.zero(CNY)),
            "completion_reversed",
            ("A1", ""),
            _P,
            _O,
        ),
        (paid_out("bo", _TEN), "paid_out", ("", ""), _P, _T),
        (correction("A1", "p1", "counted twice", _O, _TEN), "correction", ("A1", "p1"), _W, _O),
        (correction("A1", "p1", "counted twice", _O, -_TEN), "correction", ("A1", "p1"), _O, _W),
    ],
)
def test_what_an_entry_moves_and_what_it_is_about(
    entry: Entry, kind: str, names: tuple[str, str], source: Account, target: Account
) -> None:
    assert (entry.kind, entry.order, entry.payment) == (kind, *names)
    assert {posting.account: posting.money for posting in entry.postings} == {
        source: -_TEN,
        target: _TEN,
    }
