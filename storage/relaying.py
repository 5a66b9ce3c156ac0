"""Messages passed on between the two sides of an order, and finding the order of a message."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from storage.prepared import Prepared
from storage.records import HistoryRow, Order, Person
from storage.tables import outbox, surfaces
from storage.work import Work
from storage.working import Relay, Report

_WORKING = ("in_progress", "awaiting_customer", "delivered", "in_revision")
#: How many of a person's newest orders are looked through for a message that was replied to.
_NEWEST = 50


def in_work(session: Session, person: Person, *, limit: int = 10) -> Sequence[Order]:
    """Orders under way in which this person is the customer or the provider."""
    query = select(Order).where(
        or_(Order.customer_id == person.id, Order.provider_id == person.id),
        Order.provider_id.is_not(None),
        Order.state.in_(_WORKING),
    )
    return session.scalars(query.order_by(Order.id.desc()).limit(limit)).all()


# Asked with every line that is typed while nothing is being ordered.
_IN_HAND = Prepared(
    select(Order.id)
    .where(Order.provider_id == bindparam("provider"), or_(*(Order.state == s for s in _WORKING)))
    .limit(1)
)


def works(session: Session, person: Person) -> bool:
    """Whether this person has an order in hand as its provider."""
    session.flush()
    return bool(_IN_HAND.all(session.connection(), {"provider": person.id}))


def order_of_message(work: Work, person: Person, *, chat_id: int, message_id: int) -> Order | None:
    """The order that a message in a chat is about, if this person is a party to it."""
    passed = relay_of(work, chat_id, message_id)
    if passed is not None:
        return work.session.get(Order, passed.order_id)
    query = select(Order).where(or_(Order.customer_id == person.id, Order.provider_id == person.id))
    found = work.session.scalars(query.order_by(Order.id.desc()).limit(_NEWEST)).all()
    orders = {order.id: order for order in found}
    if not orders:
        return None
    work.flush()
    order_id = work.connection.scalar(
        select(outbox.c.order_id)
        .where(
            outbox.c.order_id.in_(orders),
            outbox.c.chat_id == chat_id,
            outbox.c.message_id == message_id,
        )
        .limit(1)
    )
    if order_id is not None:
        return orders[order_id]
    # The outbox is pruned; cards stay.
    subjects = {f"{prefix}:{key}": key for prefix in ("order", "work") for key in orders}
    subject = work.connection.scalar(
        select(surfaces.c.subject).where(
            surfaces.c.bot == work.bot,
            surfaces.c.chat_id == chat_id,
            surfaces.c.kind == "card",
            surfaces.c.subject.in_(subjects),
            surfaces.c.message_id == message_id,
        )
    )
    return orders[subjects[subject]] if subject in subjects else None


def relay_of(work: Work, chat_id: int, message_id: int) -> Relay | None:
    """The relayed message that a message of a chat is: the original, or the copy."""
    copy = select(Relay).where(
        Relay.bot == work.bot, Relay.to_chat == chat_id, Relay.to_message == message_id
    )
    original = select(Relay).where(
        Relay.bot == work.bot, Relay.from_chat == chat_id, Relay.from_message == message_id
    )
    return work.session.scalar(copy.limit(1)) or work.session.scalar(original.limit(1))


def original_of(work: Work, chat_id: int, message_id: int) -> Relay | None:
    """The relayed message whose original this is."""
    return work.session.scalar(
        select(Relay)
        .where(Relay.bot == work.bot, Relay.from_chat == chat_id, Relay.from_message == message_id)
        .order_by(Relay.id)
        .limit(1)
    )


def across(work: Work, chat_id: int, message_id: int, other_chat: int) -> int | None:
    """The message in the other chat that this one is there: its original, or its copy."""
    passed = relay_of(work, chat_id, message_id)
    if passed is None:
        return None
    if (passed.from_chat, passed.from_message) == (chat_id, message_id):
        return passed.to_message if passed.to_chat == other_chat else None
    return passed.from_message if passed.from_chat == other_chat else None


def reports_of(session: Session, order: Order) -> Sequence[Report]:
    """The reports that were sent, the oldest first."""
    query = select(Report).where(Report.order_id == order.id, Report.state == "sent")
    return session.scalars(query.order_by(Report.n)).all()


def draft_report(session: Session, order: Order) -> Report | None:
    """The report that is being put together."""
    query = select(Report).where(Report.order_id == order.id, Report.state == "draft")
    return session.scalar(query.order_by(Report.n.desc()).limit(1))


def last_note(session: Session, order: Order, transition: str) -> str | None:
    """The note of the newest history row of a transition; None when it was never made."""
    query = select(HistoryRow.note).where(
        HistoryRow.order_id == order.id, HistoryRow.transition == transition
    )
    return session.scalar(query.order_by(HistoryRow.n.desc()).limit(1))
