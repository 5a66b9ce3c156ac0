"""What no chat app would say: somebody in another one's private chat, payments of nothing or in no currency.

One update with such a thing in it must not stop the others: it is put right here, or becomes unknown. Of single values
`bot.channels.fields` has taken care.
"""

from __future__ import annotations

import re
from dataclasses import replace

from handlers.events import (
    Event,
    MessageEvent,
    PaidEvent,
    PreCheckoutEvent,
    RefundedEvent,
    TapEvent,
)

_CURRENCY = re.compile(r"[A-Z]{3}")
#: ISO 4217: no currency. What asks for it is refused, what arrives in it is held.
NO_CURRENCY = "XXX"


class Unsound(ValueError):
    """A value that cannot be kept; the event says nothing that could be relied on."""


def sound(event: Event) -> Event:
    """The event, fit to be acted upon. Raises Unsound."""
    if isinstance(event, (MessageEvent, TapEvent)):
        chat = event.chat
        # A private chat has the id of the person in it: what is answered goes to nobody else.
        if chat.kind == "private" and chat.id != event.sender.id:
            raise Unsound("a private chat of somebody else")
    elif isinstance(event, (PaidEvent, PreCheckoutEvent, RefundedEvent)):
        if not isinstance(event, PreCheckoutEvent) and event.amount <= 0:
            raise Unsound("a payment of nothing")
        if not _CURRENCY.fullmatch(event.currency):
            return replace(event, currency=NO_CURRENCY)
    return event
