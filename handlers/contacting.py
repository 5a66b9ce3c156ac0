"""/contact NUMBER [words]: staff write to the customer of an order first."""

from __future__ import annotations

from handlers import desk, desk_commands, tickets
from handlers.turn import Turn
from orders.numbers import normalise
from orders.refusal import Refusal
from orders.tickets import Reason
from storage import orders
from storage.records import Order


def on_contact(turn: Turn, argument: str) -> None:
    """Open a ticket for the customer, or find the open one, and have it. Words go to them at once."""
    number, *rest = argument.split(None, 1) or [""]
    words = "".join(rest)
    order = _order(turn, number)
    if order is None:
        desk.answer(turn, "desk/contact_usage", known=bool(number))
        return
    if order.customer_id == turn.person.id:
        desk.refused(turn, Refusal("ticket_own"))
        return
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    actor = desk.actor_of(turn)
    ticket = tickets.open_ticket(
        turn, customer, order=order, reason=Reason.CONTACTED, about=words, actor=actor
    )
    if not desk.ensure_held(turn, ticket):
        return
    desk_commands.record(turn, ticket, "contact", order=order.id)
    if words.strip() and not desk.reply(turn, ticket, text=words.strip()):
        return
    desk.answer(
        turn,
        "desk/contacted",
        number=order.number,
        name=customer.name,
        ticket=ticket.number,
        link=desk.link(ticket),
        said=bool(words.strip()),
    )


def _order(turn: Turn, number: str) -> Order | None:
    known = normalise(number)
    return orders.by_number(turn.work.session, turn.work.bot, known) if known else None
