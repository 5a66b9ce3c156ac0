"""A ticket's conversation as a file, for those who may have it: staff with everything, the person without notes."""

from __future__ import annotations

from dialogs.content import Content
from dialogs.page import Page
from dialogs.words import Words
from handlers import passing
from handlers.turn import Turn
from storage import desk_queries as desk
from storage import orders
from storage.desk import Ticket, TicketMessage
from storage.records import Order

#: Telegram and people alike read so much text at most.
_MOST = 400_000


def send(turn: Turn, ticket: Ticket, chat: int, *, staff: bool, thread: int | None = None) -> None:
    """Send the transcript to a chat. Who may have it is the caller's business."""
    words = turn.words(turn.business.default_language if staff else turn.person.language)
    order = turn.work.session.get(Order, ticket.order_id) if ticket.order_id else None
    name = f"ticket-{ticket.number}" if staff or order is None else order.number
    page = Page(name=f"{name}.txt", text=transcript(turn, ticket, words, staff=staff))
    turn.work.send(
        chat,
        Content(text=words.html("support/transcript"), media=page.media()),
        thread_id=thread,
        label="support/transcript",
        order_id=ticket.order_id,
        unknown="once",
    )


def transcript(turn: Turn, ticket: Ticket, words: Words, *, staff: bool) -> str:
    """Every message with its time and writer. Notes, and what the provider was asked, only for staff."""
    session = turn.work.session
    person = orders.person_by_id(session, ticket.person_id)
    order = session.get(Order, ticket.order_id) if ticket.order_id else None
    head = [turn.business.name, person.name]
    if staff:
        head.insert(1, f"#{ticket.number}")
    if order is not None:
        head.append(order.number)
    lines = [" · ".join(head), words.moment(ticket.opened_at), ""]
    steps = (
        [
            (step.at, 0, _step(turn, step.transition, step.actor_id, words))
            for step in desk.steps_of(session, ticket)
        ]
        if staff
        else []
    )
    said = [
        (message.at, 1, _line(turn, message, words))
        for message in desk.messages_of(session, ticket)
        if staff or message.way in (passing.IN, passing.OUT)
    ]
    made = sorted([*steps, *said], key=lambda entry: (entry[0], entry[1]))
    lines += [f"[{words.moment(at)}] {text}" for at, _, text in made]
    return "\n".join(lines)[:_MOST] + "\n"


def _line(turn: Turn, message: TicketMessage, words: Words) -> str:
    writer = orders.person_by_id(turn.work.session, message.person_id)
    marks = {
        passing.OUT: words.gettext("support"),
        passing.NOTE: words.gettext("note"),
        passing.ASK: words.gettext("to the provider"),
        passing.REPLY: words.gettext("provider"),
    }
    mark = f" ({marks[message.way]})" if message.way in marks else ""
    what = [
        f"[{file['kind']}{': ' + file['name'] if file['name'] else ''}]" for file in message.files
    ]
    if "latitude" in message.more:
        what.append(f"[{message.more['latitude']:.5f}, {message.more['longitude']:.5f}]")
    if message.text:
        what.append(message.text)
    failed = f" ⚠️ {words.gettext('not delivered')}" if message.state == "failed" else ""
    edited = f" ({words.gettext('edited')})" if message.edited_at is not None else ""
    return f"{writer.name}{mark}: {' '.join(what)}{edited}{failed}"


def _step(turn: Turn, name: str, actor_id: int | None, words: Words) -> str:
    who = orders.person_by_id(turn.work.session, actor_id).name if actor_id else "–"
    return f"· {name} · {who}"
