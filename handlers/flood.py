"""Nobody is answered faster than a person can read: more than so much a minute waits, others are unaffected.

Money is never held back, and a card number leaves the chat whatever else there is.
"""

from __future__ import annotations

from datetime import timedelta

from dialogs.words import N_
from handlers.events import ChatEvent, MessageEvent, TapEvent
from handlers.turn import Turn
from orders.cards import find_card_numbers

MINUTE = timedelta(minutes=1)


def held_back(turn: Turn) -> bool:
    """Whether this message or tap is one too many; its person is told so once, taps each time."""
    event = turn.event
    assert isinstance(event, ChatEvent)
    limit = turn.business.flood_limit
    if not limit or event.chat.kind != "private":
        return False
    conversation = turn.conversation
    since = conversation.heard_since
    if since is None or since > turn.now or turn.now - since >= MINUTE:
        conversation.heard_since, conversation.heard = turn.now, 0
        since = turn.now
    conversation.heard += 1
    if conversation.heard <= limit:
        return False
    if isinstance(event, MessageEvent):
        if find_card_numbers(event.text):
            return False
        newest = max(conversation.last_message_id or 0, event.message_id)
        conversation.last_message_id = newest
    seconds = max(int((since + MINUTE - turn.now).total_seconds()), 1)
    if conversation.heard == limit + 1:
        turn.say(turn.person, "told/flood", seconds=seconds)
    if isinstance(event, TapEvent):
        turn.toast(
            N_("That was very quick. Please wait {seconds} s and tap again."), seconds=seconds
        )
    return True
