"""Messages that a button has asked for: one table of the wish's name and who takes the message.

A wish is set by `context.want(turn, order, name)`. The function gets the wish and the event's text and files; it
calls `context.fulfilled(turn)` when it has what it needs, and may leave the wish to be asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from handlers import context
from handlers.context import Wish
from handlers.turn import Turn

AWAITED: Mapping[str, Callable[[Turn, Wish], None]] = {}


def take(turn: Turn) -> bool:
    """Give a message to who awaits it; False when nobody does."""
    wish = context.wanted(turn)
    if wish is None or wish.name not in AWAITED:
        return False
    AWAITED[wish.name](turn, wish)
    return True
