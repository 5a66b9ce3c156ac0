"""The records of support: tickets, their history, and the messages passed on between a person and staff.

Times are aware UTC. States and reasons are those of `orders.tickets`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.records import Record
from storage.tables import Id


class Ticket(Record):
    """A matter that a person of staff looks after. `state` changes only through `handlers.tickets.move`."""

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("bot", "number"),
        Index("ix_tickets_state", "bot", "state"),
        Index("ix_tickets_person", "person_id", "state"),
        Index("ix_tickets_topic", "bot", "chat_id", "thread_id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    #: 1, 2, 3 … per bot; staff speak of #7, customers never see it.
    number: Mapped[int] = mapped_column(Integer)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("orders.id"), index=True)
    reason: Mapped[str] = mapped_column(String(16))
    #: What it is about, in a few words; empty when nobody said.
    about: Mapped[str] = mapped_column(String(400), default="")
    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer, default=1)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    priority: Mapped[int] = mapped_column(Integer, default=0)
    tags: Mapped[list[Any]]
    #: Asked for a lead, with the required summary; cleared when a lead takes it.
    escalated_at: Mapped[datetime | None]
    summary: Mapped[str] = mapped_column(Text, default="")
    merged_into: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))
    #: The earlier ticket of the same matter that was over for too long to be reopened.
    follows: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"))

    #: Where staff work on it: the group, and its topic there once it exists.
    chat_id: Mapped[int | None]
    thread_id: Mapped[int | None]
    #: none, making, open, closed; group: no topics here, the case file stands in the group and is replied to.
    place: Mapped[str] = mapped_column(String(8), default="none")
    #: Counts the places it has had: a remade topic gets a case file of its own.
    place_n: Mapped[int] = mapped_column(Integer, default=0)
    #: The message of the case file, once it was sent.
    case_message: Mapped[int | None]
    #: Person id of an agent to what their next message here is for: {"wants": …, "until": …}.
    wants: Mapped[dict[str, Any]]

    #: What was said last in the person's chat before it was opened: [moment, by the bot, text, label] each.
    said: Mapped[list[Any]]
    opened_at: Mapped[datetime]
    #: When it was opened, or opened again last: answers are timed from here.
    round_at: Mapped[datetime]
    #: The person was told that an agent has joined and not that they left.
    joined: Mapped[bool] = mapped_column(default=False)
    #: Since when it waits for staff: opened, reopened, or written to; null while staff wait for others.
    waiting_since: Mapped[datetime | None]
    claimed_at: Mapped[datetime | None]
    #: The first reply to the person.
    answered_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    #: When the person was promised to be written to.
    callback_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    #: customer, agent, timer or system.
    resolved_by: Mapped[str] = mapped_column(String(10), default="")
    closed_at: Mapped[datetime | None]
    #: 1 to 5.
    rating: Mapped[int | None] = mapped_column(Integer)
    rated_at: Mapped[datetime | None]


class TicketStep(Record):
    """One transition a ticket made. `actor_id` is a person, or null for timers and the system."""

    __tablename__ = "ticket_steps"
    __table_args__ = (UniqueConstraint("ticket_id", "n"),)

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    #: 1, 2, 3 … per ticket; equals the ticket's version after the transition minus one.
    n: Mapped[int] = mapped_column(Integer)
    transition: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(20))
    target: Mapped[str] = mapped_column(String(20))
    actor: Mapped[str] = mapped_column(String(10))
    actor_id: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class TicketMessage(Record):
    """A message of a ticket, joined with its copy on the other side.

    `way`: in (person to staff), out (staff to person), note (stays with staff), ask (staff to provider),
    reply (provider to staff). `state`: waiting (for the topic), queued, sent, failed, kept (a note).
    """

    __tablename__ = "ticket_messages"
    __table_args__ = (
        Index("ix_ticket_messages_source", "bot", "from_chat", "from_message"),
        Index("ix_ticket_messages_target", "bot", "to_chat", "to_message"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    way: Mapped[str] = mapped_column(String(6))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    from_chat: Mapped[int]
    from_message: Mapped[int]
    to_chat: Mapped[int | None]
    to_message: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text, default="")
    files: Mapped[list[Any]]
    #: The rest of what was sent: album, latitude, longitude, contact, reply_to.
    more: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(8))
    #: Why it did not arrive.
    failure: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
