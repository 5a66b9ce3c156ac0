"""Finding tickets and their messages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from storage.desk import Ticket, TicketMessage, TicketStep
from storage.records import Order, Person
from storage.work import Work

_OVER = ("resolved", "closed")


def next_number(session: Session, bot: int) -> int:
    return (session.scalar(select(func.max(Ticket.number)).where(Ticket.bot == bot)) or 0) + 1


def open_ticket_of(session: Session, person: Person, order: Order | None) -> Ticket | None:
    """The ticket that is open about this order of a person (or about none)."""
    query = select(Ticket).where(Ticket.person_id == person.id, Ticket.state.not_in(_OVER))
    about = Ticket.order_id.is_(None) if order is None else Ticket.order_id == order.id
    return session.scalar(query.where(about).order_by(Ticket.id.desc()).limit(1))


def last_over(session: Session, person: Person, order: Order | None) -> Ticket | None:
    """The newest ticket about this order (or about none) that is over; merged ones count for nothing."""
    query = select(Ticket).where(
        Ticket.person_id == person.id, Ticket.state.in_(_OVER), Ticket.merged_into.is_(None)
    )
    about = Ticket.order_id.is_(None) if order is None else Ticket.order_id == order.id
    return session.scalar(query.where(about).order_by(Ticket.id.desc()).limit(1))


def resolved_last(session: Session, person: Person, since: datetime) -> Ticket | None:
    """The ticket of this person that was resolved last, and not before `since`."""
    query = select(Ticket).where(
        Ticket.person_id == person.id,
        Ticket.state == "resolved",
        Ticket.merged_into.is_(None),
        Ticket.resolved_at >= since,
    )
    return session.scalar(query.order_by(Ticket.resolved_at.desc()).limit(1))


def open_tickets_of(session: Session, person: Person) -> Sequence[Ticket]:
    """Every open ticket of a person, the newest first."""
    query = select(Ticket).where(Ticket.person_id == person.id, Ticket.state.not_in(_OVER))
    return session.scalars(query.order_by(Ticket.id.desc())).all()


def by_number(session: Session, bot: int, number: int) -> Ticket | None:
    return session.scalar(select(Ticket).where(Ticket.bot == bot, Ticket.number == number))


def of_topic(session: Session, bot: int, chat_id: int, thread_id: int) -> Ticket | None:
    """The ticket whose topic that is; the newest, should there be several."""
    query = select(Ticket).where(
        Ticket.bot == bot, Ticket.chat_id == chat_id, Ticket.thread_id == thread_id
    )
    return session.scalar(query.order_by(Ticket.id.desc()).limit(1))


def of_case(session: Session, bot: int, chat_id: int, message_id: int) -> Ticket | None:
    """The ticket whose case file a message of a group without topics is."""
    query = select(Ticket).where(
        Ticket.bot == bot, Ticket.chat_id == chat_id, Ticket.case_message == message_id
    )
    return session.scalar(query.limit(1))


def final(session: Session, ticket: Ticket) -> Ticket:
    """The ticket that this one ended up in by merging."""
    while ticket.merged_into is not None:
        ticket = session.get_one(Ticket, ticket.merged_into)
    return ticket


def message_at(work: Work, chat_id: int, message_id: int) -> TicketMessage | None:
    """The message of a ticket that a message of a chat is: the copy, or the original."""
    copy = select(TicketMessage).where(
        TicketMessage.bot == work.bot,
        TicketMessage.to_chat == chat_id,
        TicketMessage.to_message == message_id,
    )
    return work.session.scalar(copy.limit(1)) or original_at(work, chat_id, message_id)


def original_at(work: Work, chat_id: int, message_id: int) -> TicketMessage | None:
    """The message of a ticket whose original this is."""
    return work.session.scalar(
        select(TicketMessage)
        .where(
            TicketMessage.bot == work.bot,
            TicketMessage.from_chat == chat_id,
            TicketMessage.from_message == message_id,
        )
        .order_by(TicketMessage.id)
        .limit(1)
    )


def across(work: Work, chat_id: int, message_id: int, other_chat: int) -> int | None:
    """The message in the other chat that this one is there: its original, or its copy."""
    passed = message_at(work, chat_id, message_id)
    if passed is None:
        return None
    if (passed.from_chat, passed.from_message) == (chat_id, message_id):
        return passed.to_message if passed.to_chat == other_chat else None
    return passed.from_message if passed.from_chat == other_chat else None


def messages_of(session: Session, ticket: Ticket) -> Sequence[TicketMessage]:
    """Everything that was written in a ticket, in order; what was merged into it too."""
    merged = select(Ticket.id).where(Ticket.merged_into == ticket.id)
    query = select(TicketMessage).where(
        or_(TicketMessage.ticket_id == ticket.id, TicketMessage.ticket_id.in_(merged))
    )
    return session.scalars(query.order_by(TicketMessage.at, TicketMessage.id)).all()


def waiting_messages(session: Session, ticket: Ticket) -> Sequence[TicketMessage]:
    """What waits for the ticket's topic, in order."""
    query = select(TicketMessage).where(
        TicketMessage.ticket_id == ticket.id, TicketMessage.state == "waiting"
    )
    return session.scalars(query.order_by(TicketMessage.id)).all()


def steps_of(session: Session, ticket: Ticket) -> Sequence[TicketStep]:
    query = select(TicketStep).where(TicketStep.ticket_id == ticket.id)
    return session.scalars(query.order_by(TicketStep.n)).all()


def open_tickets(session: Session, bot: int) -> Sequence[Ticket]:
    """Everything that is open, the most urgent first, then what has waited longest."""
    query = select(Ticket).where(Ticket.bot == bot, Ticket.state.not_in(_OVER))
    return session.scalars(
        query.order_by(Ticket.priority.desc(), Ticket.waiting_since.is_(None), Ticket.waiting_since)
    ).all()


def answered_since(session: Session, bot: int, since: datetime, limit: int) -> Sequence[Ticket]:
    """Tickets that got their first answer since then, the newest first."""
    query = select(Ticket).where(Ticket.bot == bot, Ticket.answered_at >= since)
    return session.scalars(query.order_by(Ticket.answered_at.desc()).limit(limit)).all()


def resolved_since(session: Session, bot: int, since: datetime) -> Sequence[Ticket]:
    """Tickets that were resolved since then."""
    query = select(Ticket).where(Ticket.bot == bot, Ticket.resolved_at >= since)
    return session.scalars(query.order_by(Ticket.resolved_at)).all()


def opened_since(session: Session, bot: int, since: datetime) -> int:
    query = select(func.count()).where(Ticket.bot == bot, Ticket.opened_at >= since)
    return session.scalar(query) or 0


def held_by(session: Session, person: Person) -> Sequence[Ticket]:
    """Open tickets that an agent has."""
    query = select(Ticket).where(Ticket.assignee_id == person.id, Ticket.state.not_in(_OVER))
    return session.scalars(query.order_by(Ticket.priority.desc(), Ticket.id)).all()


def without_place(session: Session, bot: int, chat_id: int | None) -> Sequence[Ticket]:
    """Open tickets that stand nowhere, or in another chat than this one."""
    query = select(Ticket).where(Ticket.bot == bot, Ticket.state.not_in(_OVER))
    elsewhere = or_(Ticket.place == "none", Ticket.chat_id.is_(None), Ticket.chat_id != chat_id)
    return session.scalars(query.where(elsewhere).order_by(Ticket.id)).all()
