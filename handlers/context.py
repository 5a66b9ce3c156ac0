"""The order a message in a private chat speaks of, and what the next message there is awaited for.

The conversation's `focus` holds {"order": id}, with "wants": a name in `handlers.awaited.AWAITED` while a button
has asked for the next message. The focus is the last order used; a wish is fulfilled once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from handlers import dialog
from handlers.events import ChatEvent, MessageEvent
from handlers.turn import Turn
from orders.lifecycle import State
from storage import relaying
from storage.records import Order, Person

#: States in which a customer and a provider have something to say to each other.
IN_WORK = (State.IN_PROGRESS, State.AWAITING_CUSTOMER, State.DELIVERED, State.IN_REVISION)
#: After completion they can write to each other for as long as a dispute can be opened.
AFTERWARDS = timedelta(days=14)
#: A question that nobody answered with a message within this time is no longer waiting for one.
WISH_LASTS = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Wish:
    """The next message is awaited: for what, about which order."""

    name: str
    order: Order
    more: dict[str, Any]


def is_provider(order: Order, person: Person) -> bool:
    return order.provider_id == person.id


def is_party(order: Order, person: Person) -> bool:
    return person.id in (order.customer_id, order.provider_id)


def can_talk(turn: Turn, order: Order) -> bool:
    """Whether messages about this order are still passed on."""
    if order.provider_id is None:
        return False
    state = State(order.state)
    if state is State.COMPLETED:
        return order.completed_at is not None and turn.now < order.completed_at + AFTERWARDS
    return state in IN_WORK


def focus_on(turn: Turn, order: Order) -> None:
    """This order was used last; a wish about it stays."""
    focus = turn.conversation.focus or {}
    if focus.get("order") != order.id:
        turn.conversation.focus = {"order": order.id}


def unfocus(turn: Turn) -> None:
    """Something else is used now: plain messages no longer mean the order by themselves."""
    if turn.conversation.focus is not None:
        turn.conversation.focus = None


def want(turn: Turn, order: Order, name: str, **more: Any) -> None:
    """The person's next message is for `name` (see `handlers.awaited`), whatever dialog is open."""
    until = (turn.now + WISH_LASTS).isoformat()
    kept = turn.conversation.focus or {}
    focus = {"order": order.id, "wants": name, "until": until, "more": more}
    if kept.get("order") == order.id and "album" in kept:
        focus["album"] = kept["album"]
    turn.conversation.focus = focus


def wanted(turn: Turn) -> Wish | None:
    """What the next message is awaited for; None when nothing is."""
    focus = turn.conversation.focus or {}
    if "wants" not in focus or focus.get("until", "") < turn.now.isoformat():
        return None
    order = turn.work.session.get(Order, int(focus["order"]))
    if order is None or not is_party(order, turn.person):
        return None
    return Wish(str(focus["wants"]), order, dict(focus.get("more") or {}))


def fulfilled(turn: Turn) -> None:
    """The wish has been met: what follows is plain talk about the same order."""
    focus = turn.conversation.focus or {}
    if "wants" in focus:
        turn.conversation.focus = {key: focus[key] for key in ("order", "album") if key in focus}


def keep_album(turn: Turn, order: Order, album: str, name: str) -> None:
    """Further parts of that album go the way of the first, whatever comes between."""
    focus = dict(turn.conversation.focus or {})
    if focus.get("order") != order.id:
        focus = {"order": order.id}
    turn.conversation.focus = {**focus, "album": [album, name]}


def album_wish(turn: Turn) -> Wish | None:
    """The way the earlier parts of this message's album went, if they went one that a button asked for."""
    event = turn.event
    focus = turn.conversation.focus or {}
    if not isinstance(event, MessageEvent) or event.album is None or "album" not in focus:
        return None
    album, name = focus["album"]
    order = turn.work.session.get(Order, int(focus["order"]))
    if album != event.album or order is None or not is_party(order, turn.person):
        return None
    return Wish(str(name), order, {})


def replied_order(turn: Turn) -> Order | None:
    """The order of the message this one replies to: a card, a report, a relayed or any other message of it."""
    event = turn.event
    assert isinstance(event, ChatEvent)
    if not isinstance(event, MessageEvent) or event.reply_to is None:
        return None
    return relaying.order_of_message(
        turn.work, turn.person, chat_id=event.chat.id, message_id=event.reply_to
    )


def order_in_context(turn: Turn) -> Order | None:
    """The order that a message in a private chat speaks of.

    A reply speaks of the order of what it replies to. Else the order used last, unless a dialog with something
    typed in it is open: then what is typed belongs there. Else the only order in work.
    """
    replied = replied_order(turn)
    if replied is not None:
        return replied
    if dialog.worth_keeping(turn):
        return None
    session = turn.work.session
    focus = turn.conversation.focus
    if focus is not None:
        order = session.get(Order, int(focus["order"]))
        if order is not None and is_party(order, turn.person) and can_talk(turn, order):
            return order
    if dialog.current(turn) is not None and not relaying.works(session, turn.person):
        # A customer looking around: what is typed is a search.
        return None
    found = relaying.in_work(session, turn.person, limit=2)
    return found[0] if len(found) == 1 else None
