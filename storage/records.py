"""The records of the trade: people, catalogue versions, orders. Money is in `storage.accounts`.

Mapped classes, written through one session per batch (`storage.work.Work`). Amounts are integer minor units
with their ISO currency (XTR for Stars, exponent 0). Times are aware UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from storage.tables import Id, metadata
from storage.types import Instant


class Record(DeclarativeBase):
    """The base of every mapped record."""

    metadata = metadata
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: Instant,
        dict[str, Any]: JSON,
        list[Any]: JSON,
        int: BigInteger,
    }


class Person(Record):
    """Somebody who wrote to the bot. Roles follow the person, never the chat."""

    __tablename__ = "people"
    __table_args__ = (UniqueConstraint("bot", "user_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    #: The chat app's id of the person; also the id of the private chat.
    user_id: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    username: Mapped[str | None] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(8))
    #: True once the person chose it; until then it follows the chat app's setting.
    language_chosen: Mapped[bool] = mapped_column(Boolean, default=False)
    blocked_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class KnownChat(Record):
    """A group the bot works in. `purpose`: staff, providers, support, or none yet."""

    __tablename__ = "chats"
    __table_args__ = (UniqueConstraint("bot", "chat_id"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    chat_id: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(16), default="")
    status: Mapped[str] = mapped_column(String(20), default="member")
    #: Whether it has topics; null until something has shown it.
    is_forum: Mapped[bool | None] = mapped_column(Boolean)
    updated_at: Mapped[datetime]


class Consent(Record):
    """Which terms a person accepted, and with which order."""

    __tablename__ = "consents"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    terms_version: Mapped[str] = mapped_column(String(40))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"))
    at: Mapped[datetime]


class ServiceVersion(Record):
    """One version of a service as it was loaded; orders keep the one they were made with."""

    __tablename__ = "service_versions"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        Index(
            "uq_service_versions_current",
            "key",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    #: Canonical JSON of `orders.catalogue.Service`.
    body: Mapped[str] = mapped_column(Text)
    current: Mapped[bool] = mapped_column(Boolean)
    #: Place in the catalogue file.
    rank: Mapped[int] = mapped_column(Integer)
    loaded_at: Mapped[datetime]


class CategoryRow(Record):
    """A category of the catalogue, as last loaded."""

    __tablename__ = "categories"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[dict[str, Any]]
    emoji: Mapped[str] = mapped_column(String(16))
    rank: Mapped[int] = mapped_column(Integer)


class SkillRow(Record):
    """A skill the catalogue names, as last loaded."""

    __tablename__ = "skills"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    title: Mapped[dict[str, Any]]
    rank: Mapped[int] = mapped_column(Integer)


class Order(Record):
    """An order. `state` changes only through `orders.lifecycle`; every change raises `version`."""

    __tablename__ = "orders"
    __table_args__ = (
        UniqueConstraint("bot", "number"),
        Index("ix_orders_customer", "customer_id", "id"),
        Index("ix_orders_state", "bot", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    number: Mapped[str] = mapped_column(String(16))
    customer_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    service_id: Mapped[int] = mapped_column(ForeignKey("service_versions.id"))
    plan: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(20))
    state_since: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1)
    late: Mapped[bool] = mapped_column(Boolean, default=False)
    on_hold: Mapped[bool] = mapped_column(Boolean, default=False)
    #: Since when, while something holds it; see `storage.staff.Hold`.
    held_since: Mapped[datetime | None]
    change_pending: Mapped[bool] = mapped_column(Boolean, default=False)
    #: A new draft was made from it after it expired.
    revived: Mapped[bool] = mapped_column(Boolean, default=False)
    #: The price locked at confirmation, with its lines as JSON of `orders.quote.Quote`.
    currency: Mapped[str] = mapped_column(String(3))
    price: Mapped[int]
    quote: Mapped[dict[str, Any]]
    method: Mapped[str] = mapped_column(String(16))
    period_days: Mapped[int] = mapped_column(Integer)
    #: Promised delivery, ISO date in the business's zone.
    delivery_on: Mapped[str | None] = mapped_column(String(10))
    brief_version: Mapped[int] = mapped_column(Integer, default=1)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    paid_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: When the work is due; set when a provider accepts, moved by pauses.
    due_at: Mapped[datetime | None]
    #: When the provider is asked for the next report.
    next_report_at: Mapped[datetime | None]
    #: When the provider asked the customer for information that is still missing.
    asked_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    completed_at: Mapped[datetime | None]
    #: Taps on "more time to look" at the present delivery.
    extensions: Mapped[int] = mapped_column(Integer, default=0)
    revisions_used: Mapped[int] = mapped_column(Integer, default=0)
    #: Revisions beyond the plan's that were agreed as changes.
    extra_revisions: Mapped[int] = mapped_column(Integer, default=0)
    #: Offers declined or left unanswered so far.
    declines: Mapped[int] = mapped_column(Integer, default=0)
    #: How far the provider says the work is, 0 to 100.
    percent: Mapped[int] = mapped_column(Integer, default=0)
    #: The day agreed on, the percentage back to the customer, and who proposed to cancel.
    cancel_proposed_by: Mapped[str] = mapped_column(String(12), default="")
    cancel_proposed_at: Mapped[datetime | None]
    cancel_percent: Mapped[int | None] = mapped_column(Integer)
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")


class BriefVersion(Record):
    """The brief as it stood; each applied change makes a new version."""

    __tablename__ = "briefs"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    #: JSON of `orders.brief.Brief`.
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class HistoryRow(Record):
    """One transition an order made. `actor_id` is a person, or null for timers, rules and payments."""

    __tablename__ = "order_history"
    __table_args__ = (UniqueConstraint("order_id", "n"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    #: 1, 2, 3 … per order; equals the order's version after the transition minus one.
    n: Mapped[int] = mapped_column(Integer)
    transition: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(String(400), default="")
    #: The event that caused it, as `source:external id`, for `why`.
    event: Mapped[str] = mapped_column(String(100), default="")
    at: Mapped[datetime]


class Audit(Record):
    """Append-only: what staff did, to what, and why."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(64), index=True)
    detail: Mapped[dict[str, Any]]
