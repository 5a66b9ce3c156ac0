"""Invariant 20: no card number, no bot token, no contact detail where people's words are kept.

Rows that may hold one are found by a pattern; only those are taken apart. In JSON only texts count: numbers
are ids, and so are the texts under the names in `_IDS`. Surfaces repeat what briefs and conversations say, and
show the business's own bank account.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, Text, cast, func, select

from orders.cards import find_card_numbers
from storage.accounts import Case, Invoice, Proof, Refund
from storage.changing import CancelProposal, ChangeRequest
from storage.desk import Ticket, TicketMessage
from storage.disputes import Dispute, Evidence, Snapshot
from storage.invariants.asking import Breach, Question, Scope
from storage.records import Audit, BriefVersion, HistoryRow, Order
from storage.tables import conversations, outbox, parked
from storage.working import Delivery, Relay, Report, Review, Vetting

_TOKEN = re.compile(r"(?<!\d)\d{6,}:[A-Za-z0-9_-]{30,}")
#: Thirteen digits with no letter among them: whatever `find_card_numbers` finds has them.
_DIGITS = re.compile(r"\d(?:[\W_]{0,9}\d){12}")
_PHONE = "contact_phone"

#: Long numbers and random texts by nature, a tenth of which would pass for card numbers.
_IDS = frozenset(
    [
        "album",
        "callback_query_id",
        "charge_id",
        "data",
        "external_id",
        "file_id",
        "file_unique_id",
        "payload",
        "pre_checkout_query_id",
        "provider_charge_id",
        "query_id",
        "start_parameter",
        "telegram_payment_charge_id",
        "unique_id",
        "url",
    ]
)
#: File names are full of time stamps, but nobody names a file after a card by chance and its scheme.
_NAMES = frozenset({"name"})


@dataclass(frozen=True, slots=True)
class _Place:
    """A column with words in it: the table it is in, and how to say which row."""

    query: Select[*tuple[Any, ...]]
    bot: ColumnElement[int]
    key: str


def _place(table: FromClause, name: str, key: str, *columns: ColumnElement[Any]) -> _Place:
    """A column of a table that names its bot itself."""
    return _Place(select(cast(table.c[name], Text).label("words"), *columns), table.c.bot, key)


def _of_order(table: FromClause, name: str, key: str) -> _Place:
    """A column of a table whose rows belong to orders."""
    orders = Order.__table__
    query = select(cast(table.c[name], Text).label("words"), orders.c.number).join(
        orders, orders.c.id == table.c.order_id
    )
    return _Place(query, orders.c.bot, key)


def _of_dispute(table: FromClause, name: str, key: str) -> _Place:
    """A column of a table whose rows belong to disputes."""
    disputes = Dispute.__table__
    query = select(cast(table.c[name], Text).label("words"), disputes.c.id).join(
        disputes, disputes.c.id == table.c.dispute_id
    )
    return _Place(query, disputes.c.bot, key)


def _places() -> Iterator[_Place]:
    orders, cases, refunds = Order.__table__, Case.__table__, Refund.__table__
    audit, proofs, invoices = Audit.__table__, Proof.__table__, Invoice.__table__
    yield _of_order(BriefVersion.__table__, "body", "the brief of order {number}")
    yield _of_order(HistoryRow.__table__, "note", "the history of order {number}")
    yield _of_order(Vetting.__table__, "question", "a question about order {number}")
    yield _of_order(Vetting.__table__, "answer", "an answer about order {number}")
    for column in ("note", "wanted"):
        yield _of_order(Delivery.__table__, column, "a delivery of order {number}")
    for column in ("text", "answer"):
        yield _of_order(Review.__table__, column, "the review of order {number}")
    for column in ("text", "files"):
        yield _of_order(Relay.__table__, column, "a message about order {number}")
    for column in ("text", "next_step"):
        yield _of_order(Report.__table__, column, "a report on order {number}")
    for column in ("text", "note"):
        yield _of_order(ChangeRequest.__table__, column, "a change of order {number}")
    yield _of_order(CancelProposal.__table__, "note", "a proposal to cancel order {number}")
    disputes = Dispute.__table__
    for column in ("words", "answer", "reasons"):
        yield _place(disputes, column, "dispute {id}", disputes.c.id)
    for column in ("text", "files"):
        yield _of_dispute(Evidence.__table__, column, "evidence of dispute {id}")
    yield _of_dispute(Snapshot.__table__, "body", "the records of dispute {id}")
    yield _place(orders, "cancel_reason", "order {number}", orders.c.number)
    yield _place(cases, "note", "case {id}", cases.c.id)
    yield _place(refunds, "error", "refund {id}", refunds.c.id)
    decided = select(cast(proofs.c.reason, Text).label("words"), proofs.c.id).join(
        invoices, invoices.c.id == proofs.c.invoice_id
    )
    yield _Place(decided, invoices.c.bot, "proof {id}")
    yield _place(audit, "detail", "audit row {id}", audit.c.id)
    yield _place(conversations, "state", "the dialog in chat {chat_id}", conversations.c.chat_id)
    yield _place(
        conversations, "recent", "what was written in chat {chat_id}", conversations.c.chat_id
    )
    tickets, told = Ticket.__table__, TicketMessage.__table__
    yield _place(tickets, "about", "ticket {number}", tickets.c.number)
    yield _place(tickets, "said", "ticket {number}", tickets.c.number)
    yield _place(tickets, "summary", "ticket {number}", tickets.c.number)
    yield _place(told, "text", "message {id} of a ticket", told.c.id)
    yield _place(parked, "event", "parked event {id}", parked.c.id)
    yield _place(parked, "error", "parked event {id}", parked.c.id)
    yield _place(outbox, "reason", "outbox row {id}", outbox.c.id)
    body = _place(outbox, "body", "outbox row {id}", outbox.c.id)
    # Most rows only name a surface. The alarm about a parked payment quotes the gateway's charge id.
    said = body.query.where(outbox.c.kind != "surface", outbox.c.label != "staff/parked_money")
    yield _Place(said, body.bot, body.key)


def nothing_secret_is_kept(scope: Scope) -> Iterator[Breach]:
    """20: looks at every text that a person's words, or an error's, end up in."""
    for place in _places():
        # Nothing shorter can be one.
        long = func.length(place.query.selected_columns.words) > 12
        yield from scope.breaches(_Text(scope.mine(place.query.where(long), place.bot), place.key))


@dataclass(frozen=True, slots=True, eq=False)
class _Text(Question):
    """Rows that have to be read to be judged."""

    faults: Sequence[tuple[str, int, str]] = ()

    def breaches(self, scope: Scope) -> Iterator[Breach]:
        for row in self.raw(scope, yield_per=1000):
            if suspect(row.words):
                for what in sorted(set(secrets(row.words))):
                    yield Breach(20, f"holds {what}", self.key.format(**row._mapping))


def suspect(words: str) -> bool:
    return bool(_DIGITS.search(words) or _TOKEN.search(words)) or _PHONE in words


def secrets(words: str) -> Iterator[str]:
    try:
        data = json.loads(words)
    except ValueError:
        data = words
    for name, text in _texts("", data):
        if name == _PHONE:
            yield "a telephone number"
        if _TOKEN.search(text):
            yield "a bot token"
        if name in _IDS:
            continue
        # A link makes the finder insist on a card scheme.
        shown = "www." + "_".join(text.split()) if name in _NAMES else text
        for card in find_card_numbers(shown):
            yield f"a card number ({card.mask})"


def _texts(name: str, data: Any) -> Iterator[tuple[str, str]]:
    """Every text in JSON data, with the name it stands under."""
    if isinstance(data, str):
        yield name, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(key, value)
    elif isinstance(data, list):
        for value in data:
            yield from _texts(name, value)


CHECKS = (nothing_secret_is_kept,)
