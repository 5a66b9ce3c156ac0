"""A reply can be here before what it replies to is stored as sent: it waits for that, for a moment."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

from bot.delivery import Delivery
from bot.telling import Teller
from handlers.events import Event, MessageEvent

#: How long it waits at most, in seconds. Longer means that the outcome is not known: then it is read without.
_WITHIN = 1.0
_LOOK_SECONDS = 0.005


class Replies:
    """Knows whether what was sent to a chat is stored, and told to those who sent it."""

    def __init__(self, delivery: Delivery, teller: Teller) -> None:
        self._delivery = delivery
        self._teller = teller

    async def known(self, events: Sequence[Event]) -> None:
        """Return when everything that these events can reply to is known."""
        chats = {
            event.chat.id
            for event in events
            if isinstance(event, MessageEvent) and event.reply_to is not None
        }
        if not chats:
            return
        deadline = time.monotonic() + _WITHIN
        rows = self._delivery.under_way(chats)
        # Looking again is simpler than a signal from each, and replies are few.
        while time.monotonic() < deadline and (  # noqa: ASYNC110
            rows & self._delivery.under_way(chats) or not self._teller.idle
        ):
            await asyncio.sleep(_LOOK_SECONDS)
