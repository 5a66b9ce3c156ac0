"""What can be wrong with money, one thing at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from storage.accounts import Invoice, Payment, Refund
from storage.records import Order
from tests.storage.breaks import Bench, Breaks
from tests.storage.trade import BOT

BREAKS = Breaks()

# -- 1: refunds within what was captured ---------------------------------------------------------------

BREAKS.sql(
    1,
    "more goes back than came",
    "UPDATE refunds SET amount = amount + 1, lines = '[]' WHERE order_id = :task_waits",
)
BREAKS.sql(
    1,
    "ledger does not know it went back",
    "UPDATE refunds SET state = 'succeeded' WHERE order_id = :task_waits",
)
BREAKS.sql(
    1,
    "refund nobody set aside",
    "UPDATE refunds SET state = 'rejected' WHERE order_id = :task_waits",
)
BREAKS.sql(
    1,
    "refund in another currency",
    "UPDATE refunds SET currency = 'EUR' WHERE order_id = :task_waits",
)
BREAKS.sql(
    1, "refund of another order", "UPDATE refunds SET order_id = :paid WHERE order_id = :task_waits"
)


# -- 2 and 3: once, and at all -------------------------------------------------------------------------


@BREAKS.by(2)
def payment_held_twice(bench: Bench) -> None:
    payment = bench.payment_of("little")
    bench.book("received_held", payment, "gateway:stars", f"held:{payment.id}", payment.amount)


BREAKS.sql(
    2,
    "charge of two gateways",
    "UPDATE payments SET charge_id = (SELECT charge_id FROM payments WHERE order_id = :paid)"
    " WHERE order_id = :by_card",
)
BREAKS.sql(3, "parked payment forgotten", "DELETE FROM parked WHERE state = 'waiting'")
BREAKS.sql(
    3, "parked payment dropped", "UPDATE parked SET state = 'dropped' WHERE state = 'waiting'"
)
BREAKS.sql(
    3,
    "payment without an entry",
    "DELETE FROM ledger_postings WHERE entry_id IN (SELECT e.id FROM ledger_entries e"
    " JOIN payments p ON p.id = e.payment_id WHERE p.outcome = 'unknown_invoice')",
    "DELETE FROM ledger_entries WHERE payment_id IN"
    " (SELECT id FROM payments WHERE outcome = 'unknown_invoice')",
)
BREAKS.sql(
    3,
    "refund told, not booked",
    "UPDATE payments_received SET kind = 'refunded' WHERE applied",
)
BREAKS.sql(
    3,
    "confirmed proof without a payment",
    "UPDATE proofs SET state = 'confirmed', decided_by = :fay WHERE state = 'waiting'",
)


# -- 4: nobody works unpaid ----------------------------------------------------------------------------


@BREAKS.by(4)
def work_on_a_refunded_order(bench: Bench) -> None:
    payment = bench.payment_of("by_card")
    refund = bench.add(
        Refund,
        bot=BOT,
        payment_id=payment.id,
        order_id=payment.order_id,
        currency=payment.currency,
        amount=payment.amount,
        reason="cancelled",
        way="task",
        key="refund-test",
        state="approved",
        requested_at=bench.now,
    )
    source, target = bench.account("by_card"), f"refunding:{payment.id}"
    bench.book("refund_requested", payment, source, target, payment.amount, refund_id=refund)


@BREAKS.by(4)
def unpaid_order_completed(bench: Bench) -> None:
    bench.move("expired", "rule", "completed", "lead", "fay")


# -- 5: credit only what matches -----------------------------------------------------------------------

BREAKS.sql(5, "somebody else paid", "UPDATE payments SET payer_id = 10 WHERE order_id = :paid")
BREAKS.sql(
    5, "paid by another method", "UPDATE invoices SET method = 'transfer' WHERE order_id = :paid"
)
BREAKS.sql(
    5,
    "credited, invoice not settled",
    "UPDATE invoices SET state = 'expired' WHERE order_id = :paid",
)
BREAKS.sql(
    5, "credited without an invoice", "UPDATE payments SET invoice_id = NULL WHERE order_id = :paid"
)
BREAKS.sql(
    5, "settled by nobody", "UPDATE invoices SET state = 'settled' WHERE order_id = :expired"
)
BREAKS.sql(
    5,
    "booked with another amount",
    "UPDATE payments_received SET amount = amount + 1 WHERE applied",
)
BREAKS.sql(
    5, "transfer without a proof", "UPDATE proofs SET state = 'rejected' WHERE state = 'confirmed'"
)
BREAKS.sql(
    {5, 9},
    "credited to a dearer invoice",
    "UPDATE invoices SET amount = amount + 1 WHERE order_id = :paid",
)
BREAKS.sql(
    {5, 6},
    "credited to another order",
    "UPDATE payments SET order_id = :late WHERE order_id = :paid",
)
BREAKS.sql(
    {5, 11},
    "credited what fits nothing",
    "UPDATE payments SET outcome = 'wrong_payer' WHERE order_id = :paid",
)


# -- 6: the ledger balances and everything agrees with it ----------------------------------------------

BREAKS.sql(
    6,
    "unbalanced entry",
    "UPDATE ledger_postings SET amount = amount + 1 WHERE amount > 0 AND entry_id ="
    " (SELECT id FROM ledger_entries WHERE order_id = :paid)",
)
BREAKS.sql(
    6,
    "more booked than came",
    "UPDATE ledger_postings SET amount = amount * 2 WHERE entry_id ="
    " (SELECT id FROM ledger_entries WHERE order_id = :paid)",
)
BREAKS.sql(
    6,
    "entry without postings",
    "DELETE FROM ledger_postings WHERE entry_id = (SELECT e.id FROM ledger_entries e"
    " JOIN payments p ON p.id = e.payment_id WHERE p.outcome = 'unknown_invoice')",
)
BREAKS.sql(
    6,
    "account of another order",
    "UPDATE ledger_postings SET account = 'order:222-2222' WHERE amount > 0 AND entry_id ="
    " (SELECT id FROM ledger_entries WHERE order_id = :paid)",
)
BREAKS.sql(
    6,
    "account of another payment",
    "UPDATE ledger_postings SET account = 'held:1' WHERE amount > 0 AND entry_id = (SELECT e.id"
    " FROM ledger_entries e JOIN payments p ON p.id = e.payment_id WHERE p.outcome = 'unknown_invoice')",
)
BREAKS.sql(
    6,
    "account of another gateway",
    "UPDATE ledger_postings SET account = 'gateway:provider' WHERE amount < 0 AND entry_id ="
    " (SELECT id FROM ledger_entries WHERE order_id = :paid)",
)
BREAKS.sql(
    6,
    "account of no kind",
    "UPDATE ledger_postings SET account = 'pocket' WHERE amount < 0 AND entry_id ="
    " (SELECT id FROM ledger_entries WHERE order_id = :paid)",
)
BREAKS.sql(
    6,
    "posting in another currency",
    "UPDATE ledger_postings SET currency = 'EUR' WHERE entry_id = (SELECT e.id FROM ledger_entries e"
    " JOIN payments p ON p.id = e.payment_id WHERE p.outcome = 'unknown_invoice')",
)
BREAKS.sql(
    6,
    "entry of another order",
    "UPDATE ledger_entries SET order_id = NULL WHERE order_id = :little",
)
BREAKS.sql(
    {4, 6},
    "order paid in another currency",
    "UPDATE ledger_postings SET currency = 'EUR' WHERE entry_id ="
    " (SELECT id FROM ledger_entries WHERE order_id = :paid)",
)
BREAKS.sql({6, 11}, "held without a case", "DELETE FROM cases WHERE kind = 'unknown_invoice'")
BREAKS.sql(
    6, "case closed, money held", "UPDATE cases SET state = 'returned' WHERE kind = 'wrong_payer'"
)
BREAKS.sql(
    6, "case open, money returned", "UPDATE cases SET state = 'open' WHERE kind = 'paid_again'"
)
BREAKS.sql(6, "paid without a day", "UPDATE orders SET paid_at = NULL WHERE id = :paid")
BREAKS.sql(
    6, "day of payment, unpaid", "UPDATE orders SET paid_at = created_at WHERE id = :expired"
)


@BREAKS.by(6)
def held_money_spent_on_its_order(bench: Bench) -> None:
    payment = bench.payment_of("little")
    bench.book("completed", payment, f"held:{payment.id}", bench.account("little"), payment.amount)


@BREAKS.by(6)
def unpaid_order_has_money(bench: Bench) -> None:
    payment = bench.payment_of("little")
    bench.book("correction", payment, "revenue", bench.account("little"), payment.amount)
    bench.sql("UPDATE orders SET paid_at = created_at WHERE id = :little")


@BREAKS.by(6)
def held_money_vanishes(bench: Bench) -> None:
    payment = bench.payment_of("little")
    bench.book("completed", payment, f"held:{payment.id}", "revenue", payment.amount)


# -- 7, 8, 9: prices, numbers, invoices ----------------------------------------------------------------


def _line(amount: int, code: str = "plan", currency: str = "XTR") -> dict[str, Any]:
    return {"code": code, "params": {}, "amount": {"amount": amount, "currency": currency}}


def _quote(bench: Bench, name: str, *lines: dict[str, Any], total: int, **values: Any) -> None:
    quote = {"lines": list(lines), "total": {"amount": total, "currency": "XTR"}}
    bench.connection.execute(
        update(Order).where(Order.id == bench.ids[name]).values(quote=quote, **values)
    )


def _invoice(bench: Bench, name: str, *lines: dict[str, Any]) -> None:
    bench.connection.execute(
        update(Invoice).where(Invoice.order_id == bench.ids[name]).values(lines=list(lines))
    )


@BREAKS.by(7)
def quote_lines_do_not_sum(bench: Bench) -> None:
    _quote(bench, "paid", _line(1000), _line(99), total=1100)


@BREAKS.by(7)
def quote_total_is_not_the_price(bench: Bench) -> None:
    _quote(bench, "paid", _line(1100), total=1000)


@BREAKS.by(7)
def quote_line_is_negative(bench: Bench) -> None:
    _quote(bench, "paid", _line(1200), _line(-100), total=1100)


@BREAKS.by(7)
def quote_line_in_another_currency(bench: Bench) -> None:
    _quote(bench, "paid", _line(1000), _line(100, currency="EUR"), total=1100)


@BREAKS.by(7)
def quote_is_gone(bench: Bench) -> None:
    bench.connection.execute(update(Order).where(Order.id == bench.ids["paid"]).values(quote={}))


@BREAKS.by(7)
def invoice_line_is_negative(bench: Bench) -> None:
    _invoice(bench, "late_cancelled", _line(1200), _line(-100))


BREAKS.sql(
    8, "invoice deleted", "DELETE FROM invoices WHERE order_id = :edited AND state = 'voided'"
)
BREAKS.sql(8, "counter ahead", "UPDATE counters SET next = next + 1")
BREAKS.sql(8, "counter behind", "UPDATE counters SET next = next - 1")
BREAKS.sql(
    8, "number jumps", "UPDATE invoices SET number = 'INV-2026-000999' WHERE order_id = :paid"
)
BREAKS.sql(
    8,
    "number too short",
    "UPDATE invoices SET number = 'INV-2026-1' WHERE number = 'INV-2026-000001'",
)
BREAKS.sql(
    8,
    "invoice in no series",
    "UPDATE invoices SET number = 'INV-1999-000001' WHERE order_id = :paid",
)

BREAKS.sql(
    9,
    "invoice is not its lines",
    "UPDATE invoices SET amount = amount + 1 WHERE order_id = :late_cancelled",
)
BREAKS.sql(
    9,
    "open for an expired order",
    "UPDATE invoices SET state = 'invoiced' WHERE order_id = :expired",
)
BREAKS.sql(
    9, "awaited without an invoice", "UPDATE invoices SET state = 'voided' WHERE order_id = :waits"
)


@BREAKS.by(9)
def invoice_line_in_another_currency(bench: Bench) -> None:
    _invoice(bench, "late_cancelled", _line(1100, currency="EUR"))


@BREAKS.by(9)
def invoice_without_lines(bench: Bench) -> None:
    _invoice(bench, "late_cancelled")


@BREAKS.by(9)
def order_became_cheaper_than_it_was_paid(bench: Bench) -> None:
    _quote(bench, "paid", _line(1000), total=1000, price=1000)


# -- 11: money that fits nothing -----------------------------------------------------------------------

BREAKS.sql(11, "late money without a case", "DELETE FROM cases WHERE kind = 'paid_late'")
BREAKS.sql(
    11, "case without an owner", "UPDATE cases SET owner = '' WHERE kind = 'unknown_invoice'"
)
BREAKS.sql(
    11,
    "case without a deadline",
    "UPDATE cases SET due_at = opened_at WHERE kind = 'unknown_invoice'",
)
BREAKS.sql(
    11, "case of another kind", "UPDATE cases SET kind = 'paid_late' WHERE kind = 'unknown_invoice'"
)
BREAKS.sql(
    11, "case of another order", "UPDATE cases SET order_id = :paid WHERE kind = 'unknown_invoice'"
)


# -- 12: at most once ----------------------------------------------------------------------------------


@BREAKS.by(12)
def invoice_credited_twice(bench: Bench) -> None:
    first = bench.payment_of("paid")._mapping
    values = {**{name: first[name] for name in first if name != "id"}, "charge_id": "another"}
    key = bench.add(Payment, **values)
    second = bench.one(select(Payment).where(Payment.id == key))
    bench.book("received", second, "gateway:stars", bench.account("paid"), second.amount)


@BREAKS.by(12)
def booked_twice_by_one_event(bench: Bench) -> None:
    payment = bench.payment_of("paid")
    for _ in range(2):
        bench.book("correction", payment, "correction:found", bench.account("paid"), 1)
