"""Order on the desk: putting tickets aside, priorities, tags, and making one of two."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from handlers import desk, desk_commands, passing, places, tickets
from handlers.snoozing import read_moment, snooze_choices
from handlers.turn import Turn
from orders.refusal import Refusal
from orders.tickets import HELD_STATES, Priority, TicketState
from storage import desk_queries as found
from storage.desk import Ticket

_PRIORITIES = {
    "normal": Priority.NORMAL,
    "high": Priority.HIGH,
    "urgent": Priority.URGENT,
    "普通": Priority.NORMAL,
    "优先": Priority.HIGH,
    "紧急": Priority.URGENT,
}
_TAG = re.compile(r"-?#?[\w-]{1,24}")
_TAGS_MOST = 8


def on_snooze(turn: Turn, argument: str) -> None:
    """/snooze 2h, tomorrow 9:00, 下周一; without a time the usual ones as buttons."""
    if (ticket := desk_commands.here(turn)) is None:
        return
    until = read_moment(turn, argument) if argument else None
    if until is None:
        _offer_snooze(turn, ticket)
    else:
        _snooze(turn, ticket, until)


def on_snooze_button(turn: Turn, value: Mapping[str, Any]) -> None:
    if (ticket := desk_commands.of_button(turn, value)) is None:
        return
    if "until" not in value:
        _offer_snooze(turn, ticket)
        return
    _snooze(turn, ticket, datetime.fromisoformat(str(value["until"])))
    desk_commands.menu(turn, ticket, None)


def _offer_snooze(turn: Turn, ticket: Ticket) -> None:
    words = places.words_of(turn)
    choices = [
        (words.moment(moment), "desk.snooze", {"ticket": ticket.id, "until": moment.isoformat()})
        for moment in snooze_choices(turn)
    ]
    desk_commands.menu(turn, ticket, "desk/until_when", choices)


def _snooze(turn: Turn, ticket: Ticket, until: datetime) -> None:
    if until <= turn.now + timedelta(minutes=1):
        desk.answer(turn, "desk/until_when")
        return
    if TicketState(ticket.state) not in HELD_STATES and not desk.claim(turn, ticket):
        return
    ticket.snoozed_until = until
    made = tickets.move(turn, ticket, "snooze", desk.actor_of(turn), by=turn.person)
    if isinstance(made, Refusal):
        ticket.snoozed_until = None
        desk.refused(turn, made)
        return
    places.show_case(turn, ticket)
    places.say(turn, ticket, "desk/snoozed", until=until, name=turn.person.name)


def on_priority(turn: Turn, argument: str) -> None:
    if (ticket := desk_commands.here(turn)) is not None:
        _set_priority(turn, ticket, _PRIORITIES.get(argument.strip().lower()))


def on_priority_button(turn: Turn, value: Mapping[str, Any]) -> None:
    """Each tap the next: normal, high, urgent."""
    if (ticket := desk_commands.of_button(turn, value)) is not None:
        _set_priority(turn, ticket, Priority((ticket.priority + 1) % len(Priority)))
        turn.acknowledge()


def _set_priority(turn: Turn, ticket: Ticket, wanted: Priority | None) -> None:
    if wanted is None:
        desk.answer(turn, "desk/priorities")
        return
    ticket.priority = int(wanted)
    turn.work.session.flush()
    places.show_case(turn, ticket)


def on_tag(turn: Turn, argument: str) -> None:
    """/tag invoice vip, /tag -vip."""
    if (ticket := desk_commands.here(turn)) is None:
        return
    words = _TAG.findall(argument)
    tags = list(ticket.tags)
    for word in words:
        name = word.lstrip("-").lstrip("#").lower()
        if word.startswith("-"):
            tags = [tag for tag in tags if tag != name]
        elif name and name not in tags:
            tags.append(name)
    if not words:
        desk.answer(turn, "desk/tags", tags=tags)
        return
    ticket.tags = tags[:_TAGS_MOST]
    turn.work.session.flush()
    places.show_case(turn, ticket)


def on_merge(turn: Turn, argument: str) -> None:
    """/merge 12: this ticket goes into #12 of the same person; what comes goes there."""
    if (ticket := desk_commands.here(turn)) is None:
        return
    number = re.fullmatch(r"#?(\d{1,9})", argument.strip())
    into = found.by_number(turn.work.session, turn.work.bot, int(number[1])) if number else None
    into = None if into is None else found.final(turn.work.session, into)
    if into is None or into.id == ticket.id or not tickets.is_open(into):
        desk.answer(turn, "desk/merge_what")
        return
    was_joined = ticket.joined
    made = tickets.move(turn, ticket, "merge", desk.actor_of(turn), by=turn.person, other=into)
    if isinstance(made, Refusal):
        desk.refused(turn, made)
        return
    ticket.merged_into, ticket.joined = into.id, False
    for message in found.waiting_messages(turn.work.session, ticket):
        message.ticket_id = into.id
    turn.work.session.flush()
    desk_commands.record(turn, ticket, "merge", into=into.number)
    conversation = turn.work.conversation(tickets.person_of(turn, ticket).user_id)
    if conversation.ticket_id == ticket.id:
        conversation.ticket_id = into.id
    into.joined = into.joined or (was_joined and into.assignee_id is not None)
    tickets.set_mode(turn, into)
    places.say(turn, ticket, "desk/merged_away", number=into.number, link=desk.link(into))
    places.say(
        turn,
        into,
        "desk/merged_here",
        number=ticket.number,
        about=ticket.about,
        link=desk.link(ticket),
    )
    places.show_case(turn, into)
    places.show_case(turn, ticket)
    places.close(turn, ticket)
    passing.send_waiting(turn, into)
