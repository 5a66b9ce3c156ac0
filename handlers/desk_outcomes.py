"""How the desk's own rows of the outbox ended: topics made, case files sent, messages passed on."""

from __future__ import annotations

from handlers import desk_commands, passed, passing, places
from handlers.events import DeliveredEvent
from handlers.turn import Turn
from storage import orders
from storage.desk import Ticket


def on_delivered(turn: Turn) -> bool:
    """False when the row was not the desk's."""
    event = turn.event
    assert isinstance(event, DeliveredEvent)
    session = turn.work.session
    params = event.params
    if "desk" in params:
        passed.on_delivered(turn)
    elif "topic_of" in params:
        if places.on_topic(turn):
            ticket = session.get_one(Ticket, int(str(params["topic_of"])))
            passing.send_waiting(turn, ticket)
    elif "case_of" in params:
        ticket = session.get_one(Ticket, int(str(params["case_of"])))
        if places.on_case(turn) or event.outcome == "sent":
            return True
        if ticket.place_n == params["n"]:
            passed.lost(turn, ticket, event.reason)
    elif "said_of" in params:
        passed.on_said(turn)
    elif "pin_of" in params:
        ticket = session.get_one(Ticket, int(str(params["pin_of"])))
        if event.outcome == "dead" and event.reason.startswith("refused"):
            places.say(turn, ticket, "desk/no_pin")
    elif "agent_of" in params:
        ticket = session.get_one(Ticket, int(str(params["agent_of"])))
        agent = orders.person_by_id(session, int(str(params["agent"])))
        desk_commands.on_agent_told(turn, ticket, agent, reached=event.outcome == "sent")
    else:
        return False
    return True
