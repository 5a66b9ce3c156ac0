"""Looking orders up. Everything a person may ask for is scoped to who asks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Text, and_, bindparam, cast, func, or_, select
from sqlalchemy.orm import Session

from orders.brief import Brief
from orders.catalogue import Service, service_from_canonical
from storage import people
from storage.prepared import Prepared
from storage.records import BriefVersion, Consent, HistoryRow, Order, Person, ServiceVersion
from storage.serial import plain, read


def of_customer(session: Session, person: Person, order_id: int) -> Order | None:
    """An order by id, only if it is this customer's."""
    return session.scalar(select(Order).where(Order.id == order_id, Order.customer_id == person.id))


def by_number(
    session: Session, bot: int, number: str, customer: Person | None = None
) -> Order | None:
    """An order by its number; with `customer`, only theirs. Without one it is for staff."""
    query = select(Order).where(Order.bot == bot, Order.number == number)
    if customer is not None:
        query = query.where(Order.customer_id == customer.id)
    return session.scalar(query)


def latest(session: Session, customer: Person, limit: int = 10, offset: int = 0) -> Sequence[Order]:
    """A customer's orders, the newest first."""
    query = select(Order).where(Order.customer_id == customer.id).order_by(Order.id.desc())
    return session.scalars(query.limit(limit).offset(offset)).all()


def unpaid_of(session: Session, customer: Person, *, without: int | None = None) -> int:
    """How many orders of a customer wait for payment, or for a quote."""
    waiting = or_(
        Order.state == "awaiting_payment", and_(Order.state == "draft", Order.plan == "custom")
    )
    query = select(func.count()).where(Order.customer_id == customer.id, waiting)
    if without is not None:
        query = query.where(Order.id != without)
    return int(session.scalar(query) or 0)


def number_taken(session: Session, bot: int, number: str) -> bool:
    return (
        session.scalar(select(Order.id).where(Order.bot == bot, Order.number == number)) is not None
    )


# Nearly every message about an order asks for one of these.
_SERVICE = Prepared(select(ServiceVersion.body).where(ServiceVersion.id == bindparam("id")))
_BRIEF = Prepared(
    select(cast(BriefVersion.body, Text)).where(
        BriefVersion.order_id == bindparam("order"), BriefVersion.version == bindparam("version")
    )
)


def service_of(session: Session, order: Order) -> Service:
    """The service as it was when the order was made."""
    ((body,),) = _SERVICE.all(session.connection(), {"id": order.service_id})
    return service_from_canonical(body)


def brief_of(session: Session, order: Order) -> Brief:
    """The brief as it stands."""
    session.flush()
    given = {"order": order.id, "version": order.brief_version}
    ((body,),) = _BRIEF.all(session.connection(), given)
    brief: Brief = read(Brief, body)
    return brief


def add_brief(session: Session, order: Order, brief: Brief, now: datetime) -> None:
    """Store the brief under the order's `brief_version`."""
    session.add(
        BriefVersion(order_id=order.id, version=order.brief_version, body=plain(brief), at=now)
    )


def history(session: Session, order: Order) -> Sequence[HistoryRow]:
    return session.scalars(
        select(HistoryRow).where(HistoryRow.order_id == order.id).order_by(HistoryRow.n)
    ).all()


def accepted_terms(session: Session, person: Person) -> str | None:
    """The newest version of the terms this person accepted."""
    return session.scalar(
        select(Consent.terms_version)
        .where(Consent.person_id == person.id)
        .order_by(Consent.id.desc())
        .limit(1)
    )


def person_by_id(session: Session, person_id: int) -> Person:
    """Somebody whom an order or a ticket names. Raises NoResultFound for an id that nobody has."""
    return people.by_id(session, person_id)
