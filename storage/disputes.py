"""The records of disputes: the case, its steps, the offers, the evidence, and how everything stood when it began."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
    select,
    text,
)
from sqlalchemy.orm import Mapped, Session, mapped_column

from orders.dispute_stages import OPEN
from orders.dispute_terms import FINAL
from orders.states import STAFF, Actor
from storage.records import Order, Person, Record
from storage.tables import Id

_STANDING = "state IN ({})".format(", ".join(f"'{state}'" for state in OPEN))


class Dispute(Record):
    """A quarrel about an order. `state` changes only through `orders.disputes`; every step raises `version`."""

    __tablename__ = "disputes"
    __table_args__ = (
        UniqueConstraint("order_id", "n"),
        Index(
            "uq_disputes_open",
            "order_id",
            unique=True,
            sqlite_where=text(_STANDING),
            postgresql_where=text(_STANDING),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int] = mapped_column(BigInteger, index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    #: 1, 2, 3 … per order.
    n: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    state_since: Mapped[datetime]
    version: Mapped[int] = mapped_column(Integer, default=1)
    opener_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    #: customer, provider, or empty when staff opened it.
    side: Mapped[str] = mapped_column(String(8), default="")
    reason: Mapped[str] = mapped_column(String(20))
    #: In the opener's words.
    words: Mapped[str] = mapped_column(Text, default="")
    #: What would settle it for them: JSON of `orders.dispute_terms.Terms`.
    wish: Mapped[dict[str, Any]]
    #: What the other side answered, in their words.
    answer: Mapped[str] = mapped_column(Text, default="")
    #: The order's state when it was opened.
    order_state: Mapped[str] = mapped_column(String(20))
    #: When the present stage ends by itself; later when its warning was.
    ends_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    mediator_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    arbiter_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    #: The mediator's proposal, then whoever agreed to it (ids of people).
    proposal: Mapped[dict[str, Any]]
    agreed: Mapped[list[Any]]
    #: What it came to; empty while it is open and when it was withdrawn.
    outcome: Mapped[dict[str, Any]]
    #: What proposal and ruling rest on: codes, and language to words.
    grounds: Mapped[list[Any]]
    reasons: Mapped[dict[str, Any]]
    #: What mediator or arbiter are putting together.
    draft: Mapped[dict[str, Any]]
    #: What went back by it, in minor units of the order's currency.
    returned: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    #: When the outcome had been carried out.
    executed_at: Mapped[datetime | None]


class DisputeStep(Record):
    """One step of a dispute. `actor_id` is a person, or null for timers and rules."""

    __tablename__ = "dispute_steps"
    __table_args__ = (UniqueConstraint("dispute_id", "n"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("disputes.id"))
    n: Mapped[int] = mapped_column(Integer)
    transition: Mapped[str] = mapped_column(String(20))
    source: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(12))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    #: Terms, where the step is about some.
    terms: Mapped[dict[str, Any]]
    event: Mapped[str] = mapped_column(String(100), default="")
    at: Mapped[datetime]


class DisputeOffer(Record):
    """Terms that one side offers the other. `state`: open, accepted, replaced, lapsed."""

    __tablename__ = "dispute_offers"
    __table_args__ = (UniqueConstraint("dispute_id", "n"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("disputes.id"))
    n: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    terms: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default="open")
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]


class Evidence(Record):
    """A message that somebody put on the table, as it was then. One message is evidence once."""

    __tablename__ = "evidence"
    __table_args__ = (
        UniqueConstraint("dispute_id", "n"),
        UniqueConstraint("dispute_id", "chat_id", "message_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    dispute_id: Mapped[int] = mapped_column(ForeignKey("disputes.id"))
    n: Mapped[int] = mapped_column(Integer)
    #: Who brought it, and whose words it is.
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    chat_id: Mapped[int]
    message_id: Mapped[int]
    text: Mapped[str] = mapped_column(Text, default="")
    files: Mapped[list[Any]]
    #: When it was written; `at` is when it was brought.
    written_at: Mapped[datetime]
    at: Mapped[datetime]


class Snapshot(Record):
    """The case as it stood when the dispute was opened, with the hash of its text."""

    __tablename__ = "snapshots"

    dispute_id: Mapped[int] = mapped_column(ForeignKey("disputes.id"), primary_key=True)
    body: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]


# -- looking up -----------------------------------------------------------------------------------------------


def of_order(session: Session, order: Order) -> Sequence[Dispute]:
    return session.scalars(
        select(Dispute).where(Dispute.order_id == order.id).order_by(Dispute.n)
    ).all()


def open_of(session: Session, order: Order) -> Dispute | None:
    """The dispute that is open about an order."""
    return session.scalar(
        select(Dispute).where(Dispute.order_id == order.id, Dispute.state.in_(OPEN)).limit(1)
    )


def of_party(session: Session, person: Person, dispute_id: int) -> tuple[Dispute, Order] | None:
    """A dispute with its order, only if this person is a party to it."""
    dispute = session.get(Dispute, dispute_id)
    order = session.get(Order, dispute.order_id) if dispute else None
    if dispute is None or order is None or person.id not in (order.customer_id, order.provider_id):
        return None
    return dispute, order


def of_bot(session: Session, bot: int, dispute_id: int) -> tuple[Dispute, Order] | None:
    """For staff."""
    dispute = session.get(Dispute, dispute_id)
    if dispute is None or dispute.bot != bot:
        return None
    return dispute, session.get_one(Order, dispute.order_id)


def all_open(session: Session, bot: int) -> Sequence[Dispute]:
    """The oldest first."""
    query = select(Dispute).where(Dispute.bot == bot, Dispute.state.in_(OPEN))
    return session.scalars(query.order_by(Dispute.id)).all()


def was_decided(session: Session, order: Order) -> bool:
    """Whether a dispute about it has come to an end after which there is nothing left to argue about."""
    ends = [dispute.outcome.get("outcome") for dispute in of_order(session, order)]
    return any(end in FINAL for end in ends)


def steps_of(session: Session, dispute: Dispute) -> Sequence[DisputeStep]:
    return session.scalars(
        select(DisputeStep).where(DisputeStep.dispute_id == dispute.id).order_by(DisputeStep.n)
    ).all()


def opened_by_staff(session: Session, dispute: Dispute) -> bool:
    """Whether staff opened it, be it for one of the sides."""
    first = session.scalar(
        select(DisputeStep.actor).where(DisputeStep.dispute_id == dispute.id, DisputeStep.n == 1)
    )
    return first is not None and Actor(first) in STAFF


def offers_of(session: Session, dispute: Dispute) -> Sequence[DisputeOffer]:
    return session.scalars(
        select(DisputeOffer).where(DisputeOffer.dispute_id == dispute.id).order_by(DisputeOffer.n)
    ).all()


def open_offers(session: Session, dispute: Dispute) -> list[DisputeOffer]:
    return [offer for offer in offers_of(session, dispute) if offer.state == "open"]


def evidence_of(session: Session, dispute: Dispute) -> Sequence[Evidence]:
    return session.scalars(
        select(Evidence).where(Evidence.dispute_id == dispute.id).order_by(Evidence.n)
    ).all()
