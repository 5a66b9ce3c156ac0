"""What can be wrong with changes, partial refunds, credit notes and store credit, one thing at a time."""

from __future__ import annotations

from sqlalchemy import select

from storage.accounts import Counter, Invoice, Refund
from storage.changing import ChangeRequest
from tests.storage.breaks import Bench, Breaks

BREAKS = Breaks()


@BREAKS.by(6)
def credit_of_somebody_else(bench: Bench) -> None:
    payment = bench.payment_of("paid")
    bench.book("correction", payment, "correction:test", "credit:987654", 100)


@BREAKS.by(6)
def credit_below_zero(bench: Bench) -> None:
    payment = bench.payment_of("paid")
    order = bench.ids["paid"]
    owner = bench.connection.exec_driver_sql(
        f"select customer_id from orders where id = {order}"
    ).scalar_one()
    bench.book("correction", payment, f"credit:{owner}", "correction:test", 100)


BREAKS.sql(
    7,
    "refund lines miss the total",
    "UPDATE refunds SET lines = '[1]' WHERE order_id = :task_waits",
)


@BREAKS.by(8)
def credit_note_missing(bench: Bench) -> None:
    year = bench.one(select(Counter).where(Counter.series.startswith("CN-")))
    bench.change(Counter, Counter.series == year.series, next=year.next + 1)


@BREAKS.by(8)
def credit_note_twice(bench: Bench) -> None:
    noted = bench.one(select(Refund.number).where(Refund.number != "").limit(1)).number
    waits = bench.one(select(Refund.id).where(Refund.order_id == bench.ids["task_waits"]).limit(1))
    bench.change(Refund, Refund.id == waits.id, number=noted)


@BREAKS.by(9)
def change_applied_unpaid(bench: Bench) -> None:
    change = bench.accepted_change("paid", 200)
    bench.change(Invoice, Invoice.change_id == change, state="voided")
    bench.sql("UPDATE orders SET change_pending = false WHERE id = :paid")
    bench.change(ChangeRequest, ChangeRequest.id == change, state="applied", brief_version=1)


@BREAKS.by(9)
def change_withdrawn_and_payable(bench: Bench) -> None:
    change = bench.accepted_change("paid", 200)
    bench.sql("UPDATE orders SET change_pending = false WHERE id = :paid")
    bench.change(ChangeRequest, ChangeRequest.id == change, state="withdrawn")


@BREAKS.by(10)
def change_waits_unknown_to_its_order(bench: Bench) -> None:
    bench.accepted_change("paid", 200)
    bench.sql("UPDATE orders SET change_pending = false WHERE id = :paid")


BREAKS.sql(
    10, "order waits for no change", "UPDATE orders SET change_pending = true WHERE id = :paid"
)


@BREAKS.by(14)
def refund_tried_unapproved(bench: Bench) -> None:
    bench.sql("UPDATE refunds SET state = 'requested', tries = 1 WHERE order_id = :task_waits")


@BREAKS.by(18)
def refund_of_staff_nobody_approved(bench: Bench) -> None:
    bench.sql(
        "UPDATE refunds SET requested_by = :fay, approved_by = null WHERE order_id = :task_waits"
    )
