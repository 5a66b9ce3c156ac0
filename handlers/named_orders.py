"""Commands of staff that name an order and say something about it: /reopen, /rule, /contact."""

from __future__ import annotations

from dialogs.content import Content
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.numbers import normalise
from storage import orders
from storage.records import Order


def named(turn: Turn, argument: str) -> tuple[Order | None, str]:
    """The order whose number comes first, if there is one, and what is said after it."""
    head, *rest = argument.split(None, 1) or [""]
    number = normalise(head)
    order = orders.by_number(turn.work.session, turn.work.bot, number) if number else None
    return order, "".join(rest).strip()


def answer(turn: Turn, text: str) -> None:
    """A plain answer where the command was written."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    words = turn.words(turn.business.staff_language)
    turn.work.send(
        event.chat.id,
        Content(text=words.html("notice", text=text)),
        thread_id=event.thread,
        label="staff/answer",
    )
