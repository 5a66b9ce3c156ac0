"""What is written in a private chat about an order: taken by who has asked for it, else by the order's context.

A wish is set by `context.want(turn, order, name)`. Its function gets the wish, and the message is the event; it calls
`context.fulfilled(turn)` when it has what it needs, and may leave the wish to be asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dialogs.understanding.words import read_word
from handlers import context, information, progress, relaying, transfers
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.cards import find_card_numbers

#: Wishes by name, and who takes the message.
AWAITED: Mapping[str, Callable[[Turn, Wish], None]] = {
    "message": relaying.on_wished,
    "question": information.on_question,
    "report": progress.on_wished,
    "report_next": progress.on_next_typed,
    "report_day": progress.on_day_typed,
}


def take(turn: Turn) -> bool:
    """Give a message to who awaits it, or to the order it speaks of; False when it speaks of none."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    if find_card_numbers(event.text):
        # Goes nowhere: it is deleted where it stands.
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
    order = replied or context.order_in_context(turn)
    if order is None or (replied is None and event.files and transfers.take_proof(turn)):
        return order is not None
    if order.provider_id is None:
        # Nobody works on it yet: the dialog knows better.
        return False
    if context.is_provider(order, turn.person):
        progress.sort_out(turn, order)
    else:
        relaying.pass_on(turn, order)
    return True
