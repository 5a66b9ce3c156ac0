"""What an agent does with a ticket: having it, replying, keeping notes; and answering staff where they are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import asking, passed, passing, places, tickets
from handlers.events import ChatEvent, MessageEvent
from handlers.turn import Turn
from orders.refusal import Refusal
from orders.roles import Action
from orders.tickets import HELD_STATES, TicketActor, TicketState
from storage import desk_queries as desk
from storage import orders
from storage.desk import Ticket
from storage.records import Person

#: A button's question to an agent is open for so long.
_WISH_LASTS = timedelta(minutes=15)


def ticket_here(turn: Turn) -> Ticket | None:
    """The ticket whose place the event is in: its topic, or in a group without topics what is replied to."""
    event = turn.event
    assert isinstance(event, ChatEvent)
    found = places.topic_ticket(turn, event.chat.id, event.thread)
    if found is None and isinstance(event, MessageEvent) and event.reply_to is not None:
        session = turn.work.session
        message = desk.message_at(turn.work, event.chat.id, event.reply_to)
        if message is not None:
            found = session.get_one(Ticket, message.ticket_id)
        else:
            found = desk.of_case(session, turn.work.bot, event.chat.id, event.reply_to)
    return found


def live(turn: Turn, ticket: Ticket) -> bool:
    """False, and told where it went on, for a ticket that was merged into another."""
    if ticket.merged_into is None:
        return True
    final = desk.final(turn.work.session, ticket)
    answer(turn, "desk/merged_away", number=final.number, link=link(final))
    return False


def link(ticket: Ticket) -> str:
    """The address of a ticket's place; empty when it has none (t.me/c works for supergroups only)."""
    if ticket.chat_id is None or not str(ticket.chat_id).startswith("-100"):
        return ""
    chat = str(ticket.chat_id).removeprefix("-100")
    target = ticket.thread_id or ticket.case_message
    return f"https://t.me/c/{chat}/{target}" if target else ""


def answer(
    turn: Turn,
    template: str,
    *,
    buttons: tuple[tuple[Button, ...], ...] = (),
    actions: tuple[tuple[str, dict[str, Any]], ...] = (),
    **variables: Any,
) -> None:
    """Answer staff where they wrote; with buttons as a surface of its own."""
    event = turn.event
    assert isinstance(event, ChatEvent)
    message_id = getattr(event, "message_id", None)
    reply_to = message_id if isinstance(event, MessageEvent) else None
    text = places.words_of(turn).html(template, **variables)
    content = Content(text=text, buttons=buttons, reply_to=reply_to)
    if actions:
        turn.work.show(
            event.chat.id,
            places.SURFACE,
            f"ask:{turn.cause}"[:64],
            content,
            actions,
            thread_id=event.thread,
            label=template,
        )
    else:
        turn.work.send(event.chat.id, content, thread_id=event.thread, label=template)


def refused(turn: Turn, refusal: Refusal) -> None:
    """Tell staff why something cannot be done: at the button, or below what they wrote."""
    words = places.words_of(turn)
    if isinstance(turn.event, MessageEvent):
        answer(turn, "notice", text=refusal_text(refusal, words))
    else:
        turn.toast(refusal_text(refusal, turn.words())[:200], alert=True)


# -- wishes of buttons ----------------------------------------------------------------------------------------


def want(turn: Turn, ticket: Ticket, name: str) -> None:
    """What this agent writes next here is for `name`."""
    until = (turn.now + _WISH_LASTS).isoformat()
    ticket.wants = {**ticket.wants, str(turn.person.id): {"wants": name, "until": until}}
    turn.work.session.flush()


def fulfil(turn: Turn, ticket: Ticket) -> str | None:
    """What a button has asked this agent for, once."""
    kept = ticket.wants.get(str(turn.person.id))
    if kept is None:
        return None
    ticket.wants = {key: value for key, value in ticket.wants.items() if key != str(turn.person.id)}
    turn.work.session.flush()
    fresh = datetime.fromisoformat(kept["until"]) >= turn.now
    return str(kept["wants"]) if fresh else None


# -- writing --------------------------------------------------------------------------------------------------


def write_note(turn: Turn, ticket: Ticket, text: str) -> None:
    """For colleagues only: kept, marked, never passed on."""
    passing.note(turn, ticket, text)
    passed.mark_note(turn)


def actor_of(turn: Turn) -> TicketActor:
    return TicketActor.LEAD if turn.may(Action.TICKET_OVERSEE) else TicketActor.AGENT


def reply(turn: Turn, ticket: Ticket, *, text: str | None = None, way: str = passing.OUT) -> bool:
    """Pass what an agent wrote on. Typing claims; somebody else's ticket is not answered into."""
    if not ensure_held(turn, ticket):
        return False
    receiver = passing.receiver_of(turn, ticket, way)
    message = passing.to_person(turn, ticket, receiver, way, text=text)
    if message is None:
        answer(turn, "desk/cannot_pass")
        return False
    answered(turn, ticket, way)
    return True


def answered(turn: Turn, ticket: Ticket, way: str = passing.OUT) -> None:
    """The ticket now waits for whoever was written to."""
    waits = TicketState.WAITING_PROVIDER if way == passing.ASK else TicketState.WAITING_CUSTOMER
    if ticket.state == waits:
        tickets.set_timers(turn, ticket)
        return
    name = "ask_provider" if way == passing.ASK else "answer"
    made = tickets.move(turn, ticket, name, actor_of(turn), by=turn.person)
    if isinstance(made, Refusal):
        refused(turn, made)
        return
    places.show_case(turn, ticket)


def ensure_held(turn: Turn, ticket: Ticket) -> bool:
    """Have the ticket in this agent's hands before they speak; False, and told why, when it cannot be."""
    state = TicketState(ticket.state)
    if state in (TicketState.RESOLVED, TicketState.CLOSED):
        made = tickets.move(turn, ticket, "reopen", actor_of(turn), by=turn.person)
        if isinstance(made, Refusal):
            refused(turn, made)
            return False
        places.restore(turn, ticket)
        state = TicketState(ticket.state)
    if state in HELD_STATES and ticket.assignee_id != turn.person.id:
        other_has_it(turn, ticket)
        return False
    if state not in HELD_STATES:
        return claim(turn, ticket)
    if not ticket.joined:
        # The person had gone back to the bot; being written to brings them here again.
        asking.joined(turn, ticket, turn.person)
    return True


def other_has_it(turn: Turn, ticket: Ticket) -> None:
    """The second agent is told who has it; nothing of theirs reaches the person."""
    assert ticket.assignee_id is not None
    holder = orders.person_by_id(turn.work.session, ticket.assignee_id)
    words = places.words_of(turn)
    if not isinstance(turn.event, MessageEvent):
        turn.toast(N_("{name} has this ticket."), alert=True, name=holder.name)
        return
    answer(
        turn,
        "desk/other_has_it",
        name=holder.name,
        buttons=((Button(label=words.gettext("✋ Take it over"), action=0),),),
        actions=(("desk.take_over", {"ticket": ticket.id}),),
    )


def claim(turn: Turn, ticket: Ticket) -> bool:
    """This agent has the ticket from now on; the person is told. False, and told why, when they cannot."""
    if TicketState(ticket.state) in HELD_STATES:
        if ticket.assignee_id == turn.person.id:
            return True
        other_has_it(turn, ticket)
        return False
    made = tickets.move(turn, ticket, "claim", actor_of(turn), by=turn.person)
    if isinstance(made, Refusal):
        refused(turn, made)
        return False
    taken(turn, ticket, turn.person)
    return True


def taken(turn: Turn, ticket: Ticket, agent: Person, *, before: Person | None = None) -> None:
    """What follows when somebody has a ticket: the person sees who, the case file too."""
    asking.joined(turn, ticket, agent, before=before)
    places.show_case(turn, ticket)
    passed.typing(turn, tickets.person_of(turn, ticket))
