"""The whole story of one order, from its rows: what happened, what was said, where the money went.

Only ids, states, amounts and times are told: no names, no words of people. What the outbox and the inbox have
forgotten (30 days, 72 hours) is missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select, tuple_

from orders.numbers import normalise
from storage.accounts import Invoice, LedgerEntry, Payment, Refund
from storage.database import StorageError
from storage.records import Audit, BriefVersion, Consent, HistoryRow, KnownChat, Order, Person
from storage.story_changes import changes_told, proposals_told
from storage.story_money import (
    cases_told,
    invoices_told,
    ledger_told,
    payments_told,
    proofs_told,
    refunds_told,
)
from storage.tables import inbox, outbox, parked, payments_received, timers


class UnknownOrder(StorageError):
    """There is no such order. The message says what was looked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One thing that happened, or is to happen. `facts` are plain values."""

    at: datetime
    #: event, parked, brief, consent, proof, payment, transition, invoice, case, change, cancelling, ledger, refund,
    #: staff, message, timer
    kind: str
    facts: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """An order as it stands, and its lines in the order of time."""

    order: Mapping[str, Any] = field(hash=False)
    lines: tuple[Line, ...]


#: What comes first of things that happened in one turn: the cause before what it led to.
_RANK = {
    kind: rank
    for rank, kind in enumerate(
        [
            "event",
            "parked",
            "brief",
            "consent",
            "transition",
            "proof",
            "invoice",
            "payment",
            "case",
            "change",
            "cancelling",
            "ledger",
            "refund",
            "staff",
            "message",
            "timer",
        ]
    )
}


def story(
    connection: Connection,
    bot: int | None,
    number: str,
    *,
    chats: Mapping[int, str] | None = None,
) -> Story:
    """Everything about an order; its number may be spelled as people do.

    `bot` None looks among all that share the database. `chats` says what groups are for, by chat id; what was said
    in the chat app itself comes first.

    Raises:
        UnknownOrder: no order has this number, or several bots' orders do.
    """
    found = _Teller(connection, _order(connection, bot, number), chats or {})
    lines = sorted(found.lines(), key=lambda line: (line.at, _RANK[line.kind]))
    return Story(order=found.head(), lines=tuple(lines))


def _order(connection: Connection, bot: int | None, number: str) -> Row[Any]:
    known = normalise(number)
    if known is None:
        raise UnknownOrder(f"{number!r} is no order number: one looks like K7M-3QXA")
    query = select(Order).where(Order.number == known)
    rows = connection.execute(query if bot is None else query.where(Order.bot == bot)).all()
    if not rows:
        raise UnknownOrder(f"there is no order {known}")
    if len(rows) > 1:
        bots = ", ".join(str(row.bot) for row in rows)
        raise UnknownOrder(f"several bots have an order {known}: {bots}; name one with BOT_TOKEN")
    return rows[0]


class _Teller:
    """Reads the rows of one order. Each method tells of one kind."""

    def __init__(self, connection: Connection, order: Row[Any], chats: Mapping[int, str]) -> None:
        self._connection = connection
        self._order = order
        self._chats = dict(chats)
        purposes = select(KnownChat.chat_id, KnownChat.purpose).where(
            KnownChat.bot == order.bot, KnownChat.purpose != ""
        )
        self._chats |= {row.chat_id: row.purpose for row in self._rows(purposes)}
        people = select(Person.user_id, Person.id).where(
            Person.id.in_([key for key in (order.customer_id, order.provider_id) if key])
        )
        self._people = {row.user_id: row.id for row in self._rows(people)}
        self._invoices = self._rows(
            select(Invoice).where(Invoice.order_id == order.id).order_by(Invoice.id)
        )
        self._payments = self._rows(
            select(Payment).where(Payment.order_id == order.id).order_by(Payment.id)
        )
        self._refunds = self._rows(
            select(Refund).where(Refund.order_id == order.id).order_by(Refund.id)
        )

    def _rows(self, query: Select[*tuple[Any, ...]]) -> list[Row[Any]]:
        return list(self._connection.execute(query))

    def head(self) -> dict[str, Any]:
        names = [
            "number",
            "bot",
            "state",
            "state_since",
            "version",
            "plan",
            "method",
            "currency",
            "price",
            "brief_version",
            "late",
            "on_hold",
            "change_pending",
            "revived",
            "created_at",
            "confirmed_at",
            "paid_at",
            "closed_at",
            "delivery_on",
        ]
        order = self._order._mapping
        customer, provider = order["customer_id"], order["provider_id"]
        return {
            "id": order["id"],
            **{name: order[name] for name in names},
            "customer": f"person {customer}",
            "provider": f"person {provider}" if provider else None,
        }

    def lines(self) -> Iterator[Line]:
        for part in self._PARTS:
            yield from part(self)

    # -- who ------------------------------------------------------------------------------------------

    def _who(self, person: int | None) -> str | None:
        """A role for the people of this order, an id for others."""
        if person is None:
            return None
        if person == self._order.customer_id:
            return "customer"
        return "provider" if person == self._order.provider_id else f"person {person}"

    def _chat(self, chat: int) -> str:
        if chat in self._people:
            return str(self._who(self._people[chat]))
        return self._chats.get(chat, f"chat {chat}")

    # -- what happened --------------------------------------------------------------------------------

    def _moves(self) -> list[Row[Any]]:
        return self._rows(
            select(HistoryRow).where(HistoryRow.order_id == self._order.id).order_by(HistoryRow.n)
        )

    def _entries(self) -> list[Row[Any]]:
        payments = [payment.id for payment in self._payments]
        return self._rows(
            select(LedgerEntry)
            .where(
                or_(LedgerEntry.order_id == self._order.id, LedgerEntry.payment_id.in_(payments))
            )
            .order_by(LedgerEntry.id)
        )

    def _events(self) -> Iterator[Line]:
        """The events that moved the order or its money, as far as the inbox remembers them."""
        causes = {row.event for row in (*self._moves(), *self._entries()) if row.event}
        keys = [tuple(cause.split(":", 1)) for cause in causes if ":" in cause]
        seen = select(inbox).where(
            inbox.c.bot == self._order.bot,
            tuple_(inbox.c.source, inbox.c.external_id).in_(keys),
        )
        for row in self._rows(seen):
            facts = {"event": f"{row.source}:{row.external_id}", "type": row.kind}
            yield Line(at=row.received_at, kind="event", facts=facts)

    def _parked(self) -> Iterator[Line]:
        """Payments and refunds of this order whose turns failed."""
        told = select(payments_received, parked.c.state, parked.c.tries, parked.c.error).outerjoin(
            parked,
            (parked.c.bot == payments_received.c.bot)
            & (parked.c.source == payments_received.c.source)
            & (parked.c.external_id == payments_received.c.external_id),
        )
        mine = told.where(
            payments_received.c.bot == self._order.bot,
            or_(
                payments_received.c.payload.in_([invoice.token for invoice in self._invoices]),
                payments_received.c.charge_id.in_([pay.charge_id for pay in self._payments]),
            ),
        )
        for row in self._rows(mine):
            facts = {
                "event": f"{row.source}:{row.external_id}",
                "type": row.kind,
                "charge": row.charge_id,
                "amount": row.amount,
                "currency": row.currency,
                "state": row.state or "none",
                "tries": row.tries,
                # The rest of the message may quote what somebody wrote.
                "error": (row.error or "").partition(":")[0],
            }
            yield Line(at=row.received_at, kind="parked", facts=facts)

    def _briefs(self) -> Iterator[Line]:
        query = select(BriefVersion.version, BriefVersion.at).where(
            BriefVersion.order_id == self._order.id
        )
        for row in self._rows(query):
            yield Line(at=row.at, kind="brief", facts={"version": row.version})

    def _consents(self) -> Iterator[Line]:
        for row in self._rows(select(Consent).where(Consent.order_id == self._order.id)):
            facts = {"terms": row.terms_version, "by": self._who(row.person_id)}
            yield Line(at=row.at, kind="consent", facts=facts)

    def _transitions(self) -> Iterator[Line]:
        for row in self._moves():
            facts = {
                "n": row.n,
                "transition": row.transition,
                "source": row.source,
                "target": row.target,
                "actor": row.actor,
                "by": self._who(row.actor_id),
                "event": row.event,
            }
            yield Line(at=row.at, kind="transition", facts=facts)

    def _money(self) -> Iterator[Line]:
        told = (
            proofs_told(self._connection, self._invoices, self._who),
            invoices_told(self._invoices),
            payments_told(self._payments, self._invoices, self._chat),
            cases_told(self._connection, self._payments, self._who),
            ledger_told(self._connection, self._entries()),
            refunds_told(self._refunds, self._who),
        )
        for part in told:
            for at, kind, facts in part:
                yield Line(at=at, kind=kind, facts=facts)

    def _changed(self) -> Iterator[Line]:
        order = self._order
        for tell in (changes_told, proposals_told):
            for at, kind, facts in tell(self._connection, order.id, order.currency):
                yield Line(at=at, kind=kind, facts=facts)

    # -- what was done and said, and what is to come --------------------------------------------------

    def _subjects(self) -> list[str]:
        refunds = [f"refund:{refund.id}" for refund in self._refunds]
        return [f"order:{self._order.id}", *refunds]

    def _staff(self) -> Iterator[Line]:
        query = select(Audit.at, Audit.action, Audit.subject, Audit.actor_id).where(
            Audit.bot == self._order.bot, Audit.subject.in_(self._subjects())
        )
        for row in self._rows(query):
            facts = {"action": row.action, "subject": row.subject, "by": self._who(row.actor_id)}
            yield Line(at=row.at, kind="staff", facts=facts)

    def _messages(self) -> Iterator[Line]:
        names = [
            "id",
            "chat_id",
            "kind",
            "label",
            "state",
            "tries",
            "reason",
            "created_at",
            "due_at",
            "settled_at",
            "message_id",
        ]
        query = (
            select(*outbox.c[tuple(names)])
            .where(outbox.c.order_id == self._order.id)
            .order_by(outbox.c.id)
        )
        for row in self._rows(query):
            facts = {
                "id": row.id,
                "label": row.label,
                "kind": row.kind,
                "to": self._chat(row.chat_id),
                "state": row.state,
                "tries": row.tries,
                "reason": row.reason,
                "due_at": row.due_at,
                "settled_at": row.settled_at,
                "message": row.message_id,
            }
            yield Line(at=row.created_at, kind="message", facts=facts)

    def _timers(self) -> Iterator[Line]:
        query = select(timers).where(
            timers.c.bot == self._order.bot, timers.c.subject.in_(self._subjects())
        )
        for row in self._rows(query):
            facts = {"id": row.id, "slot": row.slot, "subject": row.subject}
            yield Line(at=row.due_at, kind="timer", facts=facts)

    _PARTS: tuple[Callable[[_Teller], Iterator[Line]], ...] = (
        _events,
        _parked,
        _briefs,
        _consents,
        _transitions,
        _money,
        _changed,
        _staff,
        _messages,
        _timers,
    )


__all__ = ["Line", "Story", "UnknownOrder", "story"]
