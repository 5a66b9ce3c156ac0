"""The auditor: one function that proves the invariants of the trade over a whole database.

It only reads, asks the same of SQLite and of PostgreSQL, and works on sets: 100,000 orders take seconds. It sees
the database at one moment, so it may run beside a working bot.

1   0 ≤ refunded + pending ≤ captured, per payment, in the records and in the ledger      ledger
2   one gateway charge is booked once                                                     payments
3   every verified payment is applied, held or refunded                                   payments
4   no unpaid order is in progress or delivered                                           ledger
5   credit only when amount, currency, merchant, payer and order match                    payments
6   the ledger balances, and payments, cases, orders and payouts agree with it            ledger, payouts
6   store credit is its customer's, and never below zero                                  changes
7   lines add up to the price, none negative but discounts; refunds to their amount       documents, changes
8   invoice numbers and those of credit notes are gapless                                 documents, changes
9   an invoice is the sum of its lines and what its order costs                           documents
9   an applied change is priced, paid and written into the brief                          changes
10  states change along allowed edges, one history row each; open changes hold orders     lifecycle, changes
11  money that fits nothing has a case with an owner and a deadline                       payments
12  an event moves an order, and books money, at most once                                payments, lifecycle
13  every outbox row ends within a limit                                                  running
14  a refund has its key before it is tried, and is tried until it ends                   running
15  timers run, and belong to the state of their order                                    lifecycle
16  nobody takes more orders than they said they can do at a time                        room
17  orders are moved by their customer, their provider or staff                           people
18  nobody approves their own; what staff ask for, somebody else approves                 people, payouts, changes
20  no card number, token or contact detail in the database                              privacy
21  tickets change along allowed edges, one step each                                     desk
22  a ticket is held, timed and sent as its state says                                    desk
23  who speaks in a chat, the bot or a person, is what its tickets say                    desk
24  a held order stands still, and so does its payout                                     quarrels
25  disputes take the steps of their table, and what they came to was carried out         quarrels

What the schema itself makes impossible is not asked again: a second row for a charge, an invoice number, a
refund's key or a timer's slot, amounts below one. An issued invoice leaves no trace of what it was before, so of
9 only what it must agree with can be seen. That prices are read by permitted people only (17) shows in no row
and is tested with the handlers; logs and backups (20) are outside the database. Of capacity (16) only what
providers took by themselves is counted: staff may give them more by hand, an order may be opened again, and a
provider may lower the number while at work. Not in the schema yet: coupons and slots (16), gateways' webhooks (19).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, func, select

from storage.accounts import Invoice, LedgerEntry, Payment, Refund
from storage.invariants import (
    changes,
    desk,
    documents,
    ledger,
    lifecycle,
    payments,
    payouts,
    people,
    privacy,
    quarrels,
    room,
    running,
)
from storage.invariants.asking import LIMITS, Breach, Limits, Scope, answers
from storage.records import Order
from storage.tables import outbox, timers

__all__ = ["LIMITS", "Breach", "Counts", "Limits", "check", "count"]

_MODULES = (
    ledger,
    payments,
    payouts,
    documents,
    changes,
    lifecycle,
    running,
    people,
    room,
    privacy,
    desk,
    quarrels,
)
CHECKS = tuple(look for module in _MODULES for look in module.CHECKS)


def check(
    connection: Connection,
    bot: int | None = None,
    *,
    now: datetime,
    limits: Limits = LIMITS,
) -> tuple[Breach, ...]:
    """Everything that is not as it must be, by invariant; of one bot, or of all that share the database."""
    _stand_still(connection)
    scope = Scope(connection, bot, now, limits)
    breaches = {breach for look in CHECKS for breach in answers(look, scope)}
    return tuple(sorted(breaches, key=lambda one: (one.invariant, one.key, one.what)))


def _stand_still(connection: Connection) -> None:
    """Have all queries see one moment. SQLite's readers do; PostgreSQL must be told before the first."""
    if connection.dialect.name == "postgresql" and not connection.in_transaction():
        connection.execution_options(isolation_level="REPEATABLE READ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much was looked at."""

    orders: int
    invoices: int
    payments: int
    refunds: int
    entries: int
    messages: int
    timers: int


def count(connection: Connection, bot: int | None = None) -> Counts:
    """How many rows there are of what matters most."""
    tables = {
        "orders": Order.__table__,
        "invoices": Invoice.__table__,
        "payments": Payment.__table__,
        "refunds": Refund.__table__,
        "entries": LedgerEntry.__table__,
        "messages": outbox,
        "timers": timers,
    }
    scope = Scope(connection, bot, datetime.now(UTC), LIMITS)
    numbers = {
        name: connection.scalar(
            scope.mine(select(func.count()).select_from(table), table.c.bot), scope.given
        )
        for name, table in tables.items()
    }
    return Counts(**{name: int(number or 0) for name, number in numbers.items()})
