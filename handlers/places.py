"""Where a ticket is worked on: a topic of the desk's forum, or the group itself when it has no topics.

Topics are made on demand by a row of the outbox, whose outcome comes back as an event; what is to be passed on
meanwhile waits with the ticket. A topic that was deleted is made again, with a new case file, and what had not
arrived is sent there.
"""

from __future__ import annotations

from typing import Any

from dialogs.content import Content
from dialogs.words import N_, Words, short
from handlers import casefile
from handlers.events import DeliveredEvent
from handlers.turn import Turn
from orders.tickets import OPEN_STATES
from storage import desk_queries as desk
from storage import orders
from storage.desk import Ticket
from storage.people import chat_row
from storage.records import Order

#: Telegram Bot API: createForumTopic.
NAME_MAX = 128
SURFACE = "desk"

#: What a topic is called by its reason.
SUBJECTS = {
    "asked": N_("asks for a person"),
    "not_understood": N_("not understood"),
    "payment": N_("payment"),
    "late": N_("late"),
    "dispute": N_("dispute"),
    "change": N_("change"),
    "problem": N_("problem"),
    "provider": N_("provider"),
    "contacted": N_("written to by us"),
}


def words_of(turn: Turn) -> Words:
    """The language of the desk."""
    return turn.words(turn.business.default_language)


def title(turn: Turn, ticket: Ticket) -> str:
    """The name of a ticket's topic: number, person, subject."""
    words = words_of(turn)
    person = orders.person_by_id(turn.work.session, ticket.person_id)
    order = turn.work.session.get(Order, ticket.order_id) if ticket.order_id else None
    subject = ticket.about or words.gettext(SUBJECTS[ticket.reason])
    mark = "" if ticket.state in OPEN_STATES else "✅ "
    parts = [f"{mark}#{ticket.number}", short(person.name, 40)]
    if order is not None:
        parts.append(order.number)
    return short(" · ".join([*parts, subject]), NAME_MAX)


# -- making ---------------------------------------------------------------------------------------------------


def open_place(turn: Turn, ticket: Ticket) -> None:
    """Have a place made for a ticket; nothing without a desk."""
    chat = turn.business.desk
    if chat is None:
        ticket.place = "none"
        return
    ticket.chat_id, ticket.thread_id, ticket.case_message = chat, None, None
    ticket.place_n += 1
    known = chat_row(turn.work.session, turn.work.bot, chat, "", turn.now)
    if known.is_forum is False:
        _in_group(turn, ticket)
        return
    ticket.place = "making"
    turn.work.session.flush()
    turn.work.call(
        chat,
        "createForumTopic",
        {"chat_id": chat, "name": title(turn, ticket)},
        label="desk/topic",
        order_id=ticket.order_id,
        tell={"topic_of": ticket.id, "n": ticket.place_n},
    )


def _in_group(turn: Turn, ticket: Ticket) -> None:
    """The case file stands in the group itself; replies to it and to what follows are the conversation."""
    ticket.place = "group"
    turn.work.session.flush()
    show_case(turn, ticket)


def on_topic(turn: Turn) -> bool:
    """The topic was made, or cannot be. True when the ticket has a place now: what waits can be sent."""
    event = turn.event
    assert isinstance(event, DeliveredEvent)
    ticket = turn.work.session.get_one(Ticket, int(str(event.params["topic_of"])))
    if ticket.place != "making" or ticket.place_n != event.params["n"]:
        return False
    assert ticket.chat_id is not None
    known = chat_row(turn.work.session, turn.work.bot, ticket.chat_id, "", turn.now)
    thread = event.result.get("message_thread_id")
    if event.outcome == "sent" and isinstance(thread, int):
        known.is_forum = True
        ticket.thread_id, ticket.place = thread, "open"
        turn.work.session.flush()
        show_case(turn, ticket)
        return True
    if event.reason.startswith("forum_gone"):
        known.is_forum = False
    _in_group(turn, ticket)
    if known.is_forum is not False:
        say(turn, ticket, "desk/no_topic", reason=event.reason)
    return True


# -- showing --------------------------------------------------------------------------------------------------


def show_case(turn: Turn, ticket: Ticket, *, anew: bool = False) -> None:
    """The case file, brought up to date where it stands; sent when the place is new, or `anew` below the rest."""
    if ticket.place not in ("open", "closed", "group") or ticket.chat_id is None:
        return
    words = words_of(turn)
    content, actions = casefile.case_file(turn, ticket, words)
    turn.work.show(
        ticket.chat_id,
        SURFACE,
        f"case:{ticket.id}:{ticket.place_n}",
        content,
        actions,
        anew=anew,
        thread_id=ticket.thread_id,
        label="desk/case",
        order_id=ticket.order_id,
        tell={"case_of": ticket.id, "n": ticket.place_n},
    )


def on_case(turn: Turn) -> bool:
    """The case file was sent: it is pinned. False when it was not, or says nothing about the place of now."""
    event = turn.event
    assert isinstance(event, DeliveredEvent)
    ticket = turn.work.session.get_one(Ticket, int(str(event.params["case_of"])))
    if ticket.place_n != event.params["n"] or ticket.chat_id is None:
        return False
    if event.outcome == "dead":
        return False
    message = event.result.get("message_id")
    if not isinstance(message, int) or message == ticket.case_message:
        return False
    fresh, ticket.case_message = ticket.case_message is None, message
    if fresh and ticket.place == "open":
        turn.work.call(
            ticket.chat_id,
            "pinChatMessage",
            {"chat_id": ticket.chat_id, "message_id": message, "disable_notification": True},
            label="desk/pin",
            priority=3,
            tell={"pin_of": ticket.id},
        )
    return True


def say(turn: Turn, ticket: Ticket, template: str, **variables: Any) -> None:
    """A notice in the ticket's place; nothing while it is being made: its case file will say it."""
    content = Content(text=words_of(turn).html(template, ticket=ticket, **variables))
    post(turn, ticket, content, label=template)


def post(turn: Turn, ticket: Ticket, content: Content, *, label: str) -> None:
    if ticket.place not in ("open", "closed", "group") or ticket.chat_id is None:
        return
    turn.work.send(
        ticket.chat_id,
        content,
        thread_id=ticket.thread_id,
        label=label,
        order_id=ticket.order_id,
        tell={"said_of": ticket.id, "n": ticket.place_n},
    )


# -- closing --------------------------------------------------------------------------------------------------


def close(turn: Turn, ticket: Ticket) -> None:
    """The topic of a ticket that is over is renamed and closed; it stays to be read."""
    if ticket.place != "open" or ticket.thread_id is None or ticket.chat_id is None:
        return
    ticket.place = "closed"
    where = {"chat_id": ticket.chat_id, "message_thread_id": ticket.thread_id}
    rename(turn, ticket)
    turn.work.call(ticket.chat_id, "closeForumTopic", where, label="desk/close", priority=3)


def restore(turn: Turn, ticket: Ticket) -> None:
    """The place of a ticket that is opened again."""
    if ticket.place == "closed" and ticket.thread_id is not None and ticket.chat_id is not None:
        ticket.place = "open"
        where = {"chat_id": ticket.chat_id, "message_thread_id": ticket.thread_id}
        turn.work.call(ticket.chat_id, "reopenForumTopic", where, label="desk/reopen")
        rename(turn, ticket)
    elif ticket.place in ("none", "closed"):
        open_place(turn, ticket)


def rename(turn: Turn, ticket: Ticket) -> None:
    """Bring the topic's name in line with the ticket."""
    if ticket.thread_id is None or ticket.chat_id is None:
        return
    turn.work.call(
        ticket.chat_id,
        "editForumTopic",
        {
            "chat_id": ticket.chat_id,
            "message_thread_id": ticket.thread_id,
            "name": title(turn, ticket),
        },
        label="desk/rename",
        priority=3,
    )


def topic_ticket(turn: Turn, chat_id: int, thread_id: int | None) -> Ticket | None:
    """The ticket of a topic."""
    if thread_id is None:
        return None
    return desk.of_topic(turn.work.session, turn.work.bot, chat_id, thread_id)
