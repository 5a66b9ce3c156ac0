"""Breaking one thing at a time in a healthy database, and by which invariants it must be noticed.

In statements `:paid` and the like are the ids of the journey's orders; people are `ann`, `bob`, `cat`, `dan` and
`fay`, who is finance.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Table, insert, select, text, update

from storage.accounts import Counter, Invoice, LedgerEntry, LedgerPosting, Payment
from storage.changing import ChangeRequest
from storage.records import HistoryRow, Order
from tests.storage.trade import BOT


@dataclass(frozen=True)
class Bench:
    """A database that may be broken: what is done here is rolled back."""

    connection: Connection
    #: Names to ids, of orders and people.
    ids: dict[str, int]
    now: datetime

    def sql(self, statement: str) -> None:
        """Run a statement that must change something."""
        names = set(re.findall(r"(?<![:\w]):(\w+)", statement))
        done = self.connection.execute(text(statement), {name: self.ids[name] for name in names})
        assert done.rowcount > 0, f"nothing to break: {statement}"

    def add(self, table: Any, **values: Any) -> int:
        """Insert a row; its id."""
        key = table.c.id if isinstance(table, Table) else table.id
        done = self.connection.execute(insert(table).values(**values).returning(key))
        return int(done.scalar_one())

    def change(self, table: Any, where: Any, **values: Any) -> None:
        """Change rows; there must be some."""
        done = self.connection.execute(update(table).where(where).values(**values))
        assert done.rowcount > 0, f"nothing to break in {table}"

    def one(self, query: Any) -> Any:
        return self.connection.execute(query).one()

    def payment_of(self, name: str) -> Any:
        """The first payment of an order."""
        return self.one(
            select(Payment).where(Payment.order_id == self.ids[name]).order_by(Payment.id).limit(1)
        )

    def book(
        self, kind: str, payment: Any, source: str, target: str, amount: int, **more: Any
    ) -> None:
        """An entry of the ledger that moves money of a payment from one account to another."""
        values = {"event": f"test:{kind}:{payment.id}", "refund_id": None, **more}
        entry = self.add(
            LedgerEntry,
            bot=BOT,
            kind=kind,
            order_id=payment.order_id,
            payment_id=payment.id,
            at=self.now,
            **values,
        )
        for account, signed in ((source, -amount), (target, amount)):
            self.add(
                LedgerPosting,
                entry_id=entry,
                account=account,
                currency=payment.currency,
                amount=signed,
            )

    def account(self, name: str) -> str:
        """The account of an order."""
        return f"order:{self.number(name)}"

    def number(self, name: str) -> str:
        return str(self.one(select(Order.number).where(Order.id == self.ids[name])).number)

    def move(self, name: str, transition: str, target: str, actor: str, who: str | None) -> None:
        """One more step of an order, written as `handlers.moving` writes it."""
        order = self.one(select(Order.state, Order.version).where(Order.id == self.ids[name]))
        self.add(
            HistoryRow,
            order_id=self.ids[name],
            n=order.version,
            transition=transition,
            source=order.state,
            target=target,
            actor=actor,
            actor_id=self.ids[who] if who else None,
            at=self.now,
        )
        self.connection.execute(
            update(Order)
            .where(Order.id == self.ids[name])
            .values(state=target, version=order.version + 1)
        )

    def accepted_change(self, name: str, delta: int, *, state: str = "accepted") -> int:
        """A change of an order that is at work, invoiced and not paid yet; its id."""
        order = self.ids[name]
        customer = self.one(select(Order.customer_id).where(Order.id == order)).customer_id
        change = self.add(
            ChangeRequest,
            bot=BOT,
            order_id=order,
            n=1,
            state=state,
            asked_by="customer",
            asked_by_id=customer,
            about="scope",
            files=[],
            asked_at=self.now,
            delta=delta,
            days=1,
            expires_at=self.now,
        )
        self.change(Order, Order.id == order, change_pending=True)
        year = self.one(select(Counter).where(Counter.series.startswith("INV-")))
        line = {
            "code": "change",
            "params": {"number": 1},
            "amount": {"amount": delta, "currency": "XTR"},
        }
        self.add(
            Invoice,
            bot=BOT,
            number=f"{year.series}-{year.next:06d}",
            order_id=order,
            token="t",
            method="stars",
            currency="XTR",
            amount=delta,
            lines=[line],
            issued_at=self.now,
            expires_at=self.now,
            state="invoiced",
            change_id=change,
        )
        self.change(Counter, Counter.series == year.series, next=year.next + 1)
        return change


Break = Callable[[Bench], None]


@dataclass(frozen=True)
class Broken:
    """What is broken, and the invariants that it breaches."""

    name: str
    numbers: frozenset[int]
    do: Break


class Breaks:
    """A list of them, made by declaring."""

    def __init__(self) -> None:
        self.all: list[Broken] = []

    def sql(self, numbers: set[int] | int, name: str, *statements: str) -> None:
        """Broken by statements."""

        def do(bench: Bench) -> None:
            for statement in statements:
                bench.sql(statement)

        self.by(numbers, name)(do)

    def by(self, numbers: set[int] | int, name: str = "") -> Callable[[Break], Break]:
        """Broken by the function that this decorates."""
        found = frozenset({numbers} if isinstance(numbers, int) else numbers)

        def keep(do: Break) -> Break:
            self.all.append(Broken(name or do.__name__.replace("_", " "), found, do))
            return do

        return keep
