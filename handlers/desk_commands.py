"""The desk's commands and buttons: taking, handing over, escalating, snoozing, merging, settling.

Who may is asked before (`handlers.needs`). A button names its ticket; a command means the ticket whose topic it is
written in, or the one whose message it replies to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialogs.content import Button, Content
from dialogs.words import N_
from handlers import asking, audit, desk, passing, permits, places, tickets, transcripts
from handlers.events import ChatEvent
from handlers.turn import Turn
from orders.refusal import Refusal
from orders.roles import Action, Role
from orders.tickets import HELD_STATES, TicketState
from storage import orders, staff
from storage.desk import Ticket
from storage.records import Person


def here(turn: Turn) -> Ticket | None:
    """The ticket a command means; None, and told, when it means none."""
    ticket = desk.ticket_here(turn)
    if ticket is None:
        desk.answer(turn, "desk/which_ticket")
        return None
    return ticket if desk.live(turn, ticket) else None


def of_button(turn: Turn, value: Mapping[str, Any]) -> Ticket | None:
    """The ticket of a button."""
    ticket = turn.work.session.get_one(Ticket, int(value["ticket"]))
    return ticket if desk.live(turn, ticket) else None


def record(turn: Turn, ticket: Ticket, action: str, **detail: int | None) -> None:
    audit.record(
        turn, f"ticket.{action}", f"ticket:{ticket.id}", **{k: v for k, v in detail.items() if v}
    )


# -- having -----------------------------------------------------------------------------------------------


def on_claim(turn: Turn, argument: str) -> None:
    if (ticket := here(turn)) is not None:
        desk.claim(turn, ticket)


def on_claim_button(turn: Turn, value: Mapping[str, Any]) -> None:
    if (ticket := of_button(turn, value)) is not None and desk.claim(turn, ticket):
        turn.toast(N_("It is yours: what you write here goes to the person."))


def on_take_over(turn: Turn, value: Mapping[str, Any]) -> None:
    """From a colleague who has it. They are told in the topic."""
    if (ticket := of_button(turn, value)) is None:
        return
    if TicketState(ticket.state) not in HELD_STATES:
        desk.claim(turn, ticket)
        return
    before = _holder(turn, ticket)
    made = tickets.move(turn, ticket, "take_over", desk.actor_of(turn), by=turn.person)
    if isinstance(made, Refusal):
        desk.refused(turn, made)
        return
    record(turn, ticket, "take_over", before=before.id if before else None)
    _now_has(turn, ticket, turn.person, before)


def on_release(turn: Turn, argument: str) -> None:
    """Back to the queue."""
    if (ticket := here(turn)) is None:
        return
    before = _holder(turn, ticket)
    made = tickets.move(turn, ticket, "release", desk.actor_of(turn), by=turn.person)
    if isinstance(made, Refusal):
        desk.refused(turn, made)
        return
    asking.left(turn, ticket, before)
    places.say(turn, ticket, "desk/released", name=turn.person.name)
    places.show_case(turn, ticket)


def _holder(turn: Turn, ticket: Ticket) -> Person | None:
    if ticket.assignee_id is None:
        return None
    return orders.person_by_id(turn.work.session, ticket.assignee_id)


def _now_has(turn: Turn, ticket: Ticket, agent: Person, before: Person | None) -> None:
    desk.taken(turn, ticket, agent, before=before)
    places.say(
        turn,
        ticket,
        "desk/handed_over",
        agent=agent,
        before=before.name if before is not None else "",
        by=turn.person.name,
    )


# -- handing over -----------------------------------------------------------------------------------------


def colleagues(turn: Turn) -> list[Person]:
    """Everybody of staff who may answer and whom the bot has met, by name."""
    session = turn.work.session
    ids = {row.user_id for row in staff.staff(session, turn.work.bot) if row.role != Role.FINANCE}
    people = [turn.work.person(user_id) for user_id in ids | turn.business.admins]
    return sorted((one for one in people if one is not None), key=lambda one: one.name)


def on_transfer(turn: Turn, argument: str) -> None:
    """/transfer @name, or a part of a name; without one the colleagues as buttons."""
    if (ticket := here(turn)) is None:
        return
    wanted = argument.strip().lstrip("@").lower()
    if not wanted:
        _offer_colleagues(turn, ticket)
        return
    people = colleagues(turn)
    fits = [one for one in people if wanted in (one.username or "").lower()] or [
        one for one in people if wanted in one.name.lower()
    ]
    if len(fits) == 1:
        _transfer(turn, ticket, fits[0])
    else:
        _offer_colleagues(turn, ticket)


def on_transfer_button(turn: Turn, value: Mapping[str, Any]) -> None:
    if (ticket := of_button(turn, value)) is None:
        return
    if "to" not in value:
        _offer_colleagues(turn, ticket)
        return
    _transfer(turn, ticket, orders.person_by_id(turn.work.session, int(value["to"])))
    menu(turn, ticket, None)


def _offer_colleagues(turn: Turn, ticket: Ticket) -> None:
    people = [
        one for one in colleagues(turn) if one.id not in (ticket.assignee_id, ticket.person_id)
    ][:12]
    if not people:
        desk.answer(turn, "desk/nobody_else")
        return
    choices = [(one.name, "desk.transfer", {"ticket": ticket.id, "to": one.id}) for one in people]
    menu(turn, ticket, "desk/to_whom", choices)


def _transfer(turn: Turn, ticket: Ticket, receiver: Person) -> None:
    before = _holder(turn, ticket)
    made = tickets.move(
        turn, ticket, "transfer", desk.actor_of(turn), by=turn.person, receiver=receiver
    )
    if isinstance(made, Refusal):
        desk.refused(turn, made)
        return
    record(turn, ticket, "transfer", to=receiver.id)
    _now_has(turn, ticket, receiver, before)
    tell_agent(turn, ticket, receiver)


def tell_agent(turn: Turn, ticket: Ticket, agent: Person) -> None:
    """In private, to whom a ticket was given; the topic says so when that is not possible."""
    words = turn.words(agent.language)
    text = words.html(
        "desk/yours_now",
        ticket=ticket,
        name=tickets.person_of(turn, ticket).name,
        link=desk.link(ticket),
    )
    turn.work.send(
        agent.user_id,
        Content(text=text),
        label="desk/yours_now",
        tell={"agent_of": ticket.id, "agent": agent.id},
    )


def on_agent_told(turn: Turn, ticket: Ticket, agent: Person, *, reached: bool) -> None:
    """Somebody who never pressed START cannot be written to: they are told where they read."""
    if not reached:
        places.say(turn, ticket, "desk/press_start", agent=agent, bot=turn.business.bot_username)


# -- escalating -------------------------------------------------------------------------------------------


def on_escalate(turn: Turn, argument: str) -> None:
    if (ticket := here(turn)) is not None:
        escalate(turn, ticket, argument)


def on_escalate_button(turn: Turn, value: Mapping[str, Any]) -> None:
    """The summary is required: it is asked for."""
    if (ticket := of_button(turn, value)) is not None:
        desk.want(turn, ticket, "escalate")
        _prompt(turn, ticket, "desk/summary_please")


def escalate(turn: Turn, ticket: Ticket, summary: str) -> None:
    before = _holder(turn, ticket)
    made = tickets.move(
        turn, ticket, "escalate", desk.actor_of(turn), by=turn.person, note=summary.strip()
    )
    if isinstance(made, Refusal):
        desk.refused(turn, made)
        return
    record(turn, ticket, "escalate")
    asking.left(turn, ticket, before)
    leads = [one for one in colleagues(turn) if turn_may_oversee(turn, one)]
    places.say(
        turn, ticket, "desk/escalated", leads=leads, summary=summary.strip(), by=turn.person.name
    )
    places.show_case(turn, ticket)


def turn_may_oversee(turn: Turn, person: Person) -> bool:
    return bool(turn.roles_of(person.user_id) & {Role.LEAD, Role.ADMIN})


# -- notes and words to the provider ------------------------------------------------------------------------


def on_note(turn: Turn, argument: str) -> None:
    """/note text; without one the next message is it."""
    if (ticket := here(turn)) is None:
        return
    if argument:
        desk.write_note(turn, ticket, argument)
    else:
        desk.want(turn, ticket, "note")
        _prompt(turn, ticket, "desk/note_please")


def on_note_button(turn: Turn, value: Mapping[str, Any]) -> None:
    if (ticket := of_button(turn, value)) is not None:
        notes_first = turn.business.support.notes_first
        desk.want(turn, ticket, "reply" if notes_first else "note")
        _prompt(turn, ticket, "desk/reply_please" if notes_first else "desk/note_please")


def on_say(turn: Turn, argument: str) -> None:
    """/say text: to the person, whatever the rule is."""
    if (ticket := here(turn)) is not None and argument:
        desk.reply(turn, ticket, text=argument)


def on_provider(turn: Turn, argument: str) -> None:
    """/provider text: a question to the provider of the order. Their answer comes back into the topic."""
    if (ticket := here(turn)) is None:
        return
    order = tickets.order_of(turn, ticket)
    if order is None or order.provider_id is None or not argument:
        desk.answer(turn, "desk/no_provider", has_order=order is not None)
        return
    desk.reply(turn, ticket, text=argument, way=passing.ASK)


def _prompt(turn: Turn, ticket: Ticket, template: str) -> None:
    event = turn.event
    assert isinstance(event, ChatEvent)
    text = places.words_of(turn).html(template, agent=turn.person)
    turn.work.send(event.chat.id, Content(text=text), thread_id=event.thread, label=template)


# -- settling -----------------------------------------------------------------------------------------------


def on_resolve(turn: Turn, argument: str) -> None:
    if (ticket := here(turn)) is not None:
        _resolve(turn, ticket)


def on_resolve_button(turn: Turn, value: Mapping[str, Any]) -> None:
    if (ticket := of_button(turn, value)) is not None:
        _resolve(turn, ticket)


def _resolve(turn: Turn, ticket: Ticket) -> None:
    if ticket.person_id == turn.person.id:
        desk.refused(turn, Refusal("ticket_own"))
        return
    answered = ticket.answered_at is not None
    made = tickets.move(turn, ticket, "resolve", desk.actor_of(turn), by=turn.person)
    if isinstance(made, Refusal):
        desk.refused(turn, made)
        return
    ticket.assignee_id = ticket.assignee_id or turn.person.id
    places.say(turn, ticket, "desk/resolved", name=turn.person.name)
    asking.over(turn, ticket, rate=answered)


def on_back(turn: Turn, argument: str) -> None:
    if (ticket := here(turn)) is not None:
        _back(turn, ticket)


def on_back_button(turn: Turn, value: Mapping[str, Any]) -> None:
    if (ticket := of_button(turn, value)) is not None:
        _back(turn, ticket)


def _back(turn: Turn, ticket: Ticket) -> None:
    """The bot speaks again; the ticket stays open."""
    if not ticket.joined:
        desk.answer(turn, "desk/not_joined")
        return
    asking.to_bot(turn, ticket)
    places.say(turn, ticket, "desk/bot_again", name=turn.person.name)
    places.show_case(turn, ticket)


def on_reopen(turn: Turn, argument: str) -> None:
    if (ticket := here(turn)) is not None:
        _reopen(turn, ticket)


def on_reopen_button(turn: Turn, value: Mapping[str, Any]) -> None:
    if (ticket := of_button(turn, value)) is not None:
        _reopen(turn, ticket)


def _reopen(turn: Turn, ticket: Ticket) -> None:
    made = tickets.move(turn, ticket, "reopen", desk.actor_of(turn), by=turn.person)
    if isinstance(made, Refusal):
        desk.refused(turn, made)
        return
    places.restore(turn, ticket)
    tickets.set_mode(turn, ticket)
    places.show_case(turn, ticket)


def on_transcript(turn: Turn, argument: str) -> None:
    if (ticket := here(turn)) is not None:
        _transcript(turn, ticket)


def on_transcript_button(turn: Turn, value: Mapping[str, Any]) -> None:
    if (ticket := of_button(turn, value)) is not None:
        _transcript(turn, ticket)


def _transcript(turn: Turn, ticket: Ticket) -> None:
    event = turn.event
    assert isinstance(event, ChatEvent)
    if not permits.permitted(turn, Action.TICKET_TRANSCRIPT):
        return
    record(turn, ticket, "transcript")
    transcripts.send(turn, ticket, event.chat.id, staff=True, thread=event.thread)


def on_case(turn: Turn, argument: str) -> None:
    """/case: the case file once more, at the bottom."""
    if (ticket := here(turn)) is not None:
        places.show_case(turn, ticket, anew=True)


# -- menus --------------------------------------------------------------------------------------------------


def menu(
    turn: Turn,
    ticket: Ticket,
    template: str | None,
    choices: Sequence[tuple[str, str, dict[str, Any]]] = (),
    **variables: Any,
) -> None:
    """A few choices in the ticket's place; None takes them out again."""
    if ticket.chat_id is None:
        return
    key = f"menu:{ticket.id}:{ticket.place_n}"
    if template is None:
        if turn.work.surface(ticket.chat_id, places.SURFACE, key) is not None:
            turn.work.show(ticket.chat_id, places.SURFACE, key, None, label="desk/menu")
        return
    turn.work.show(
        ticket.chat_id,
        places.SURFACE,
        key,
        Content(
            text=places.words_of(turn).html(template, **variables),
            buttons=tuple(
                (Button(label=label, action=index),) for index, (label, _, _) in enumerate(choices)
            ),
        ),
        [(name, value) for _, name, value in choices],
        anew=True,
        thread_id=ticket.thread_id,
        label=template,
    )
