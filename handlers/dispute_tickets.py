"""The desk's part in a dispute: each side has a place where the mediator can speak with them, until it is over."""

from __future__ import annotations

from handlers import asking, dispute_cards, places, tickets
from handlers.turn import Turn
from orders.refusal import Refusal
from orders.tickets import Reason, TicketActor
from storage import desk_queries as desk
from storage.desk import Ticket
from storage.disputes import Dispute
from storage.records import Order


def call_staff(turn: Turn, order: Order) -> None:
    """A person is needed: both sides get a ticket. Nothing without a desk."""
    if turn.business.desk is None:
        return
    for person in dispute_cards.parties(turn, order):
        tickets.open_ticket(turn, person, order=order, reason=Reason.DISPUTE)


def settle(turn: Turn, dispute: Dispute, order: Order) -> None:
    """The dispute is over: the tickets it has opened are resolved. The outcome was told with the dispute's card.

    Whoever spoke with somebody in one hears that the conversation is over too; who was only waiting hears nothing
    more. A ticket that somebody asked for stays open: its topic says what has come of the dispute.
    """
    words = places.words_of(turn)
    for person in dispute_cards.parties(turn, order):
        ticket = desk.open_ticket_of(turn.work.session, person, order)
        if ticket is None:
            continue
        theirs = ticket.reason == Reason.DISPUTE
        answered = ticket.answered_at is not None
        if theirs:
            made = tickets.move(turn, ticket, "resolve", TicketActor.SYSTEM)
            assert not isinstance(made, Refusal), made.code
        places.say(
            turn,
            ticket,
            "desk/dispute_over",
            settled=theirs,
            **dispute_cards.facts(turn, dispute, order, words),
        )
        if theirs:
            asking.over(turn, ticket, rate=answered, dispute=True, quiet=not _seen(turn, ticket))


def _seen(turn: Turn, ticket: Ticket) -> bool:
    """Whether the person knows of the ticket: a notice of it stands in their chat."""
    person = tickets.person_of(turn, ticket)
    return turn.work.surface(person.user_id, "notice", asking.subject(ticket)) is not None
