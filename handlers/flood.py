"""Nobody is answered faster than a person can read: more than so much a minute waits, others are unaffected.

Money is never held back, and a card number leaves the chat whatever else there is.
"""

from __future__ import annotations

from dialogs.words import N_
from handlers.events import ChatEvent, MessageEvent, TapEvent
from handlers.turn import Turn
from orders.cards import find_card_numbers

MINUTE_MS = 60_000


def held_back(turn: Turn) -> bool:
    """Whether this message or tap is one too many; its person is told so once, taps each time."""
    event = turn.event
    assert isinstance(event, ChatEvent)
    limit = turn.business.flood_limit
    if not limit or event.chat.kind != "private":
        return False
    conversation = turn.conversation
    now, since = turn.work.now_ms, conversation.heard_since
    if since is None or not since <= now < since + MINUTE_MS:
        conversation.heard_since, conversation.heard = now, 0
        since = now
    conversation.heard += 1
    if conversation.heard <= limit:
        return False
    if isinstance(event, MessageEvent):
        if find_card_numbers(event.text):
            return False
        newest = max(conversation.last_message_id or 0, event.message_id)
        conversation.last_message_id = newest
    seconds = max((since + MINUTE_MS - now) // 1000, 1)
    if conversation.heard == limit + 1:
        turn.say(turn.person, "told/flood", seconds=seconds)
    if isinstance(event, TapEvent):
        turn.toast(
            N_("That was very quick. Please wait {seconds} s and tap again."), seconds=seconds
        )
    return True
