"""/contact NUMBER [words]: staff write to the customer of an order first."""

from __future__ import annotations

from handlers import desk, desk_commands, tickets
from handlers.named_orders import named
from handlers.turn import Turn
from orders.refusal import Refusal
from orders.tickets import Reason
from storage import orders


def on_contact(turn: Turn, argument: str) -> None:
    """Open a ticket for the customer, or find the open one, and have it. Words go to them at once."""
    order, words = named(turn, argument)
    if order is None:
        desk.answer(turn, "desk/contact_usage", known=bool(argument.strip()))
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
    if words and not desk.reply(turn, ticket, text=words):
        return
    desk.answer(
        turn,
        "desk/contacted",
        number=order.number,
        name=customer.name,
        ticket=ticket.number,
        link=desk.link(ticket),
        said=bool(words),
    )
