"""The records of changing and cancelling an order: change requests, and proposals to cancel with a split.

Neither is a state of the order. Amounts are integer minor units of the order's currency, times aware UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

import storage.working  # noqa: F401 - relays are pointed at
from storage.records import Record
from storage.tables import Id


class ChangeRequest(Record):
    """A wish to change an order. `state`: see `orders.changes`; it changes only through `handlers.changing`."""

    __tablename__ = "change_requests"
    __table_args__ = (
        UniqueConstraint("order_id", "n"),
        Index("ix_change_requests_state", "bot", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    #: 1, 2, 3 … per order.
    n: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    #: Counts the steps; buttons carry the one they were made with.
    version: Mapped[int] = mapped_column(Integer, default=1)
    #: customer, provider or support, and the person.
    asked_by: Mapped[str] = mapped_column(String(10))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    #: scope, plan, deadline or revision.
    about: Mapped[str] = mapped_column(String(10))
    #: In their own words; for new work the customer's message that was marked.
    text: Mapped[str] = mapped_column(Text, default="")
    files: Mapped[list[Any]] = mapped_column(default=list)
    #: The plan wanted, by key; the day wanted, as `Deadline.iso()`.
    plan: Mapped[str] = mapped_column(String(16), default="")
    wanted: Mapped[str] = mapped_column(String(20), default="")
    #: The relayed message that was marked as new work.
    relay_id: Mapped[int | None] = mapped_column(ForeignKey("relays.id"))
    asked_at: Mapped[datetime]
    #: What it adds to the price (negative: takes off) and to the days; null until it is quoted.
    delta: Mapped[int | None]
    days: Mapped[int | None] = mapped_column(Integer)
    note: Mapped[str] = mapped_column(Text, default="")
    quoted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    quoted_at: Mapped[datetime | None]
    #: By when the next step is to be taken.
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    #: How a part of a Stars payment goes back: credit or task; empty where there is no choice.
    way: Mapped[str] = mapped_column(String(8), default="")
    #: When it ended, who ended it, and why it was declined.
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    reason: Mapped[str] = mapped_column(String(200), default="")
    #: The version of the brief that it made when it was applied.
    brief_version: Mapped[int | None] = mapped_column(Integer)


class CancelProposal(Record):
    """A proposal to cancel by agreement. `state`: open, agreed, declined, withdrawn, replaced, lapsed."""

    __tablename__ = "cancel_proposals"
    __table_args__ = (UniqueConstraint("order_id", "n"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    n: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    #: customer or provider, and the person.
    by: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    #: Of the price, back to the customer, and what that was in money when it was proposed.
    percent: Mapped[int] = mapped_column(Integer)
    amount: Mapped[int]
    reason: Mapped[str] = mapped_column(String(24))
    note: Mapped[str] = mapped_column(Text, default="")
    #: How the customer wants a part of a Stars payment back: credit or task; empty where there is no choice.
    way: Mapped[str] = mapped_column(String(8), default="")
    #: Nobody answered in time, and our staff were asked to help.
    silent: Mapped[bool] = mapped_column(Boolean, default=False)
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
