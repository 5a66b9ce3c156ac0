"""What is written in a private chat about an order: taken by who has asked for it, else by the order's context.

A wish is set by `context.want(turn, order, name)`. Its function gets the wish, and the message is the event; it calls
`context.fulfilled(turn)` when it has what it needs, and may leave the wish to be asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dialogs.understanding.words import read_word
from handlers import (
    accepting,
    cancel_asking,
    change_marking,
    change_quotes,
    changes,
    context,
    delivering,
    dialog,
    dispute_evidence,
    dispute_opening,
    dispute_sides,
    information,
    moderating,
    progress,
    relaying,
    reviewing,
    revising,
    sorting,
    transfers,
    vetting_questions,
)
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn

#: Wishes by name, and who takes the message.
AWAITED: Mapping[str, Callable[[Turn, Wish], None]] = {
    "message": relaying.on_wished,
    "question": information.on_question,
    "vetting_answer": vetting_questions.on_answer,
    "report": progress.on_wished,
    "report_next": progress.on_next_typed,
    "report_day": progress.on_day_typed,
    "change_text": changes.on_text_typed,
    "change_day": changes.on_day_typed,
    "change_price": change_quotes.on_price_typed,
    "change_offer": change_marking.on_offer_typed,
    "cancel_percent": cancel_asking.on_percent_typed,
    "cancel_note": cancel_asking.on_note_typed,
    "delivery": delivering.on_wished,
    "revision": revising.on_revision_typed,
    "revision_day": revising.on_day_typed,
    "problem": accepting.on_problem_typed,
    "dispute_words": dispute_opening.on_words,
    "dispute_answer": dispute_sides.on_answered,
    "evidence": dispute_evidence.on_sent,
    "review_words": reviewing.on_words,
    "review_photo": reviewing.on_photo,
    "review_answer": moderating.on_answered,
}


def take(turn: Turn) -> bool:
    """Give a message to who awaits it, or to the order it speaks of; False when it speaks of none."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    if event.reply_to is None and turn.conversation.focus is None and dialog.worth_keeping(turn):
        # It speaks of no order, and belongs to what the open dialog asks.
        return False
    album = context.album_wish(turn)
    if album is not None and album.name in AWAITED:
        AWAITED[album.name](turn, album)
        return True
    word = None if event.files else read_word(event.text)
    if word in ("human", "help", "menu", "cancel") and event.reply_to is None:
        context.unfocus(turn)
        return False
    replied = context.replied_order(turn)
    wish = context.wanted(turn)
    if wish is not None and wish.name in AWAITED and replied in (None, wish.order):
        AWAITED[wish.name](turn, wish)
        return True
    if replied is not None and vetting_questions.awaits(turn, replied):
        vetting_questions.on_answer(turn, Wish("vetting_answer", replied, {}))
        return True
    order = replied or context.order_in_context(turn)
    if order is None or (replied is None and event.files and transfers.take_proof(turn)):
        return order is not None
    if order.provider_id is None:
        # Nobody works on it yet: the dialog knows better.
        return False
    if context.is_provider(order, turn.person):
        sorting.sort_out(turn, order)
    else:
        relaying.pass_on(turn, order)
    dispute_evidence.offer_button(turn, order)
    return True
