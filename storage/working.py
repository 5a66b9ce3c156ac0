"""The records of the work on an order: providers, offers, relayed messages, reports, deliveries, reviews.

Times are aware UTC; JSON columns hold plain data of the rules' values.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.records import Record
from storage.tables import Id


class Provider(Record):
    """Somebody who does the work. `status`: joining, active, paused, removed."""

    __tablename__ = "providers"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), primary_key=True)
    bot: Mapped[int] = mapped_column(BigInteger, index=True)
    status: Mapped[str] = mapped_column(String(10), default="joining")
    #: Keys of the catalogue's skills and categories, languages spoken.
    skills: Mapped[list[Any]]
    categories: Mapped[list[Any]]
    languages: Mapped[list[Any]]
    #: Orders at a time.
    capacity: Mapped[int] = mapped_column(Integer, default=3)
    #: Weekday ("0" is Monday) to a list of ["09:00", "18:00"] in the business's zone.
    hours: Mapped[dict[str, Any]]
    #: ["22:00", "08:00"]: nothing but what cannot wait is sent then.
    quiet: Mapped[list[Any]]
    qualifications: Mapped[str] = mapped_column(Text, default="")
    joined_at: Mapped[datetime]


class Invite(Record):
    """A one-time link. Only the hash of its 128 random bits is stored. `kind`: provider, or a role of staff."""

    __tablename__ = "invites"

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    kind: Mapped[str] = mapped_column(String(12))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    used_at: Mapped[datetime | None]


class Offer(Record):
    """An order offered to a provider. `state`: open, accepted, declined, expired, withdrawn."""

    __tablename__ = "offers"
    __table_args__ = (
        UniqueConstraint("order_id", "n"),
        Index("ix_offers_provider", "provider_id", "state"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    #: 1, 2, 3 … per order.
    n: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(10))
    #: Why this provider: [code, params] pairs, as `orders.matching` gave them.
    reasons: Mapped[list[Any]]
    decline_reason: Mapped[str] = mapped_column(String(200), default="")
    offered_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class Vetting(Record):
    """What the rules said about a brief, and what a person decided. `tier`: pass, review, refuse."""

    __tablename__ = "vettings"
    __table_args__ = (Index("ix_vettings_open", "bot", "decision"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    #: None: stopped at the summary, before there was anything to pay.
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    tier: Mapped[str] = mapped_column(String(8))
    #: [rule, tier, where, found] each.
    reasons: Mapped[list[Any]]
    at: Mapped[datetime]
    #: By when a person is to decide; moved on by the customer's answer.
    due_at: Mapped[datetime | None]
    #: The customer asked to hurry.
    hurried_at: Mapped[datetime | None]
    #: Staff asked the customer something, and when it was answered.
    asked_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    question: Mapped[str] = mapped_column(Text, default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    #: passed, stopped, cleared, refused, gone (cancelled meanwhile); empty while it waits.
    decision: Mapped[str] = mapped_column(String(8), default="")
    #: Why it was refused: a key of `handlers.review_view.REASONS`.
    why: Mapped[str] = mapped_column(String(16), default="")
    #: None for a decision of the rules, or when it is gone.
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]


class Relay(Record):
    """A message passed on between customer and provider in an order's context, for replies and edits."""

    __tablename__ = "relays"
    __table_args__ = (
        Index("ix_relays_source", "bot", "from_chat", "from_message"),
        Index("ix_relays_target", "bot", "to_chat", "to_message"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    from_person: Mapped[int] = mapped_column(ForeignKey("people.id"))
    from_chat: Mapped[int]
    from_message: Mapped[int]
    to_chat: Mapped[int]
    #: Known once it was sent.
    to_message: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text, default="")
    files: Mapped[list[Any]]
    at: Mapped[datetime]
    #: When it was last edited; `text` is what it says since then.
    edited_at: Mapped[datetime | None]


class Report(Record):
    """A provider's progress report. `state`: draft while it is put together, sent."""

    __tablename__ = "reports"
    __table_args__ = (UniqueConstraint("order_id", "n"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    n: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(8), default="sent")
    text: Mapped[str] = mapped_column(Text)
    #: What comes next, in the provider's words.
    next_step: Mapped[str] = mapped_column(Text, default="")
    #: ISO date, when the provider named a day for it.
    next_on: Mapped[str | None] = mapped_column(String(10))
    percent: Mapped[int] = mapped_column(Integer)
    files: Mapped[list[Any]]
    #: Name to number, as given in `name value` lines.
    figures: Mapped[dict[str, Any]]
    #: The customer's thumbs up.
    liked_at: Mapped[datetime | None]
    at: Mapped[datetime]


class Delivery(Record):
    """What was handed over. `state`: draft while it is put together, sent, accepted, returned (for changes, or
    because the order came to another end)."""

    __tablename__ = "deliveries"
    __table_args__ = (UniqueConstraint("order_id", "n"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    n: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(8), default="draft")
    #: Files and links: JSON of `orders.brief.Attachment`, or {"kind": "link", "url": …}.
    artefacts: Mapped[list[Any]]
    #: [key, done] pairs of `orders.checklist`, made from the plan's deliverables and the brief.
    checklist: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(Text, default="")
    #: What the customer wants changed, when it came back.
    wanted: Mapped[str] = mapped_column(Text, default="")
    #: It came after the day it was due: punctuality counts these.
    late: Mapped[bool] = mapped_column(Boolean, default=False)
    #: Since when the customer says that something is wrong: it is not accepted by the machine meanwhile.
    problem_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class Review(Record):
    """A customer's rating of a completed order. `state`: draft, waiting (for staff), published, hidden.

    A draft holds what was answered so far; only published ones are shown and counted.
    """

    __tablename__ = "reviews"
    __table_args__ = (Index("ix_reviews_service", "service_key", "state"),)

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    service_key: Mapped[str] = mapped_column(String(40))
    stars: Mapped[int] = mapped_column(Integer)
    #: Aspect to 1-5: quality, communication, punctuality.
    aspects: Mapped[dict[str, Any]]
    text: Mapped[str] = mapped_column(Text, default="")
    photo: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[str] = mapped_column(String(10), default="draft")
    #: The specialist's answer, once.
    answer: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    #: Who of the staff showed or hid it last, and when.
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    decided_at: Mapped[datetime | None]


class Payout(Record):
    """What a provider has earned with an order. `state`: held, releasable, paid, reversed.

    It is held for as long as a dispute can be opened; the money is in the ledger's `payable` account.
    """

    __tablename__ = "payouts"
    __table_args__ = (Index("ix_payouts_provider", "provider_id", "state"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int] = mapped_column(BigInteger, index=True)
    #: An order that was reopened has one for each time it was completed; all but the last are reversed.
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    currency: Mapped[str] = mapped_column(String(3))
    #: What the order was worth, and the house's part of it; the provider gets the rest.
    price: Mapped[int]
    fee: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime]
    #: From when it can be paid out.
    clears_at: Mapped[datetime]
    paid_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    closed_at: Mapped[datetime | None]


class Standing(Record):
    """What reviews and finished orders add up to, for a service or a provider, kept as they come.

    Counting them each time would cost more with every order; the invariants compare the two.
    """

    __tablename__ = "standings"

    bot: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    #: "service:KEY" or "provider:ID".
    subject: Mapped[str] = mapped_column(String(48), primary_key=True)
    #: All stars of all published reviews together, and how many those are.
    stars: Mapped[int] = mapped_column(default=0)
    reviews: Mapped[int] = mapped_column(default=0)
    #: Completed orders, and those without a late delivery.
    finished: Mapped[int] = mapped_column(default=0)
    on_time: Mapped[int] = mapped_column(default=0)
