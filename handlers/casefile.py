"""The case file: what whoever takes over needs to know, on top of the topic, with the buttons of the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from dialogs.content import Button, Content
from dialogs.words import N_, Words, short
from handlers import cards
from handlers.turn import Turn
from orders.tickets import HELD_STATES, OPEN_STATES, TicketState
from storage import orders, talk
from storage import working_queries as working
from storage.desk import Ticket
from storage.records import Order, Person

STATES = {
    TicketState.NEW: N_("new"),
    TicketState.QUEUED: N_("waiting for somebody to take it"),
    TicketState.ASSIGNED: N_("in hand"),
    TicketState.WAITING_CUSTOMER: N_("waiting for the customer"),
    TicketState.WAITING_PROVIDER: N_("waiting for the provider"),
    TicketState.SNOOZED: N_("snoozed"),
    TicketState.RESOLVED: N_("resolved"),
    TicketState.CLOSED: N_("closed"),
}
REASONS = {
    "asked": N_("asked for a person"),
    "not_understood": N_("twice not understood by the bot"),
    "payment": N_("trouble with a payment"),
    "late": N_("a deadline was broken"),
    "dispute": N_("a dispute"),
    "change": N_("wants to change the order"),
    "problem": N_("something is wrong with the order"),
    "provider": N_("a provider needs help"),
    "contacted": N_("our team wrote first"),
}
PRIORITIES = {0: N_("normal"), 1: N_("high"), 2: N_("urgent")}
MARKS = {0: "", 1: "🔺 ", 2: "🔥 "}
#: Labels of what the bot passed on, or said about support itself.
_OTHERS = ("support/", "desk/", "relay")
#: Characters of each line of the conversation: ten must fit into one message beside the rest.
LINE = 180


def case_file(
    turn: Turn, ticket: Ticket, words: Words
) -> tuple[Content, list[tuple[str, dict[str, Any]]]]:
    """The message and its actions."""
    session = turn.work.session
    person = orders.person_by_id(session, ticket.person_id)
    order = session.get(Order, ticket.order_id) if ticket.order_id else None
    holder = orders.person_by_id(session, ticket.assignee_id) if ticket.assignee_id else None
    newest = orders.latest(session, person, limit=4)
    others = [cards.view(turn, one, words, staff=True) for one in newest if one is not order]
    lines = [
        talk.Line(at=datetime.fromisoformat(at), by_bot=by_bot, text=text, label=label)
        for at, by_bot, text, label in ticket.said
    ]
    text = words.html(
        "desk/case",
        ticket=ticket,
        mark=MARKS[ticket.priority],
        state=words.gettext(STATES[TicketState(ticket.state)]),
        reason=words.gettext(REASONS[ticket.reason]),
        priority=words.gettext(PRIORITIES[ticket.priority]),
        person=person,
        is_provider=working.provider_of(session, person) is not None,
        holder=holder,
        order=None if order is None else cards.view(turn, order, words, staff=True),
        provider=_provider(turn, order),
        clocks=[] if order is None else clocks(order, words),
        others=others[:3],
        promised=promised(lines),
        lines=[(line.at, line.by_bot, short(line.text, LINE)) for line in lines],
    )
    rows, actions = buttons(ticket, words, notes_first=turn.business.support.notes_first)
    return Content(text=text, buttons=rows), actions


def _provider(turn: Turn, order: Order | None) -> Person | None:
    if order is None or order.provider_id is None:
        return None
    return orders.person_by_id(turn.work.session, order.provider_id)


def clocks(order: Order, words: Words) -> list[tuple[str, datetime]]:
    """What of the order is due when, the next first."""
    found = [
        (words.gettext("work due"), order.due_at),
        (words.gettext("progress report due"), order.next_report_at),
        (words.gettext("customer asked for information"), order.asked_at),
        (words.gettext("delivered"), order.delivered_at),
        (words.gettext("completed"), order.completed_at),
    ]
    return sorted(((name, at) for name, at in found if at is not None), key=lambda pair: pair[1])


def promised(lines: list[talk.Line]) -> str:
    """What the bot itself said last: the customer counts on it. What people wrote through it is no such word."""
    said = [line for line in lines if line.by_bot and not line.label.startswith(_OTHERS)]
    return short(said[-1].text, 240) if said else ""


def buttons(
    ticket: Ticket, words: Words, *, notes_first: bool = False
) -> tuple[tuple[tuple[Button, ...], ...], list[tuple[str, dict[str, Any]]]]:
    """The buttons of the desk in the ticket's state. With `notes_first` a reply is what needs a button."""
    state = TicketState(ticket.state)
    plan: list[list[tuple[str, str, Any]]] = []
    if state not in HELD_STATES and state in OPEN_STATES:
        plan.append([(N_("✋ Take it"), "claim", "success")])
    if state in OPEN_STATES:
        marked = N_("↪️ Reply") if notes_first else N_("📝 Note")
        plan.append([(marked, "note", ""), (N_("💬 Canned reply"), "canned", "")])
        plan.append([(N_("➡️ Hand over"), "transfer", ""), (N_("⬆️ To a lead"), "escalate", "")])
        plan.append([(N_("⏰ Snooze"), "snooze", ""), (N_("🔺 Priority"), "priority", "")])
        plan.append([(N_("🤖 Back to the bot"), "back", ""), (N_("✅ Resolved"), "resolve", "")])
    elif state is TicketState.RESOLVED:
        plan.append([(N_("↩️ Reopen"), "reopen", "")])
    plan.append([(N_("📄 Transcript"), "transcript", "")])
    rows: list[tuple[Button, ...]] = []
    actions: list[tuple[str, dict[str, Any]]] = []
    for line in plan:
        row = []
        for label, name, style in line:
            row.append(Button(label=words.gettext(label), action=len(actions), style=style))
            actions.append((f"desk.{name}", {"ticket": ticket.id}))
        rows.append(tuple(row))
    return tuple(rows), actions
