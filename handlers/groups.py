"""What staff do in their group: quote, look orders up, decide about briefs that wait."""

from __future__ import annotations

from dialogs.content import Content
from handlers import cards, review_view
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.numbers import normalise
from storage import orders


def on_help(turn: Turn, argument: str) -> None:
    """/help in the staff group."""
    words = turn.words(turn.business.staff_language)
    _answer(turn, words.html("staff/help"))


def on_order(turn: Turn, argument: str) -> None:
    """/order NUMBER in the staff group."""
    words = turn.words(turn.business.staff_language)
    number = normalise(argument)
    order = orders.by_number(turn.work.session, turn.work.bot, number) if number else None
    if order is None:
        _answer(
            turn, words.html("notice", text=words.gettext("There is no order with this number."))
        )
        return
    _answer(
        turn,
        words.html(
            "staff/announce",
            order=cards.view(turn, order, words, staff=True),
            staff=True,
            review=review_view.of(turn, order, words),
        ),
    )


def _answer(turn: Turn, text: str) -> None:
    event = turn.event
    assert isinstance(event, MessageEvent)
    turn.work.send(event.chat.id, Content(text=text), thread_id=event.thread, label="staff/answer")
