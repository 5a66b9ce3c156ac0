"""A provider offers new work as a change: a message of the customer's that was marked, or words of their own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import change_quotes, changing, context, relaying
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.changes import About, check_request
from orders.lifecycle import Actor, State
from orders.money import Money
from orders.refusal import Refusal
from storage import relaying as relays
from storage.changing import ChangeRequest
from storage.records import Order


def on_mark(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "➕ New work": the provider replies to the message that asks for it, or writes what it is."""
    order = change_quotes.provider_order(turn, value)
    if order is None:
        return
    refusal = _possible(order)
    if refusal is not None:
        turn.toast(refusal_text(refusal, turn.words())[:200], alert=True)
        return
    context.want(turn, order, "change_offer")
    turn.say(turn.person, "change/offer_prompt", number=order.number, order_id=order.id)


def _possible(order: Order) -> Refusal | None:
    return check_request(
        State(order.state), on_hold=order.on_hold, change_pending=order.change_pending
    )


def mark(turn: Turn, order: Order) -> None:
    """/change of a provider: as a reply it marks that message as new work, else it asks for it."""
    refusal = _possible(order)
    if refusal is not None:
        change_quotes.say(turn, refusal)
        return
    event = turn.event
    assert isinstance(event, MessageEvent)
    if event.reply_to is None:
        on_mark(turn, {"order": order.id})
        return
    _marked(turn, order, "")


def on_offer_typed(turn: Turn, wish: Wish) -> None:
    """What is new, in the provider's words, or a reply to the customer's."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    _marked(turn, wish.order, event.text.strip())


def _marked(turn: Turn, order: Order, own: str) -> None:
    event = turn.event
    assert isinstance(event, MessageEvent)
    relay = None
    if event.reply_to is not None:
        relay = relays.relay_of(turn.work, event.chat.id, event.reply_to)
    text = own
    if relay is not None and relay.order_id == order.id and relay.from_person == order.customer_id:
        text = f"“{relay.text.strip()}”\n{own}".strip() if relay.text.strip() else own
    if not text:
        context.want(turn, order, "change_offer")
        turn.say(turn.person, "change/offer_prompt", number=order.number, order_id=order.id)
        return
    text, _ = relaying.covered_text(turn, text[: change_quotes.TEXT_MOST])
    context.want(
        turn, order, "change_price", text=text, relay=relay.id if relay is not None else None
    )
    change_quotes.ask_price(turn, order)


def on_offer(turn: Turn, value: Mapping[str, Any]) -> None:
    """The provider's own offer: requested and quoted at once."""
    order = change_quotes.provider_order(turn, value)
    if order is None:
        return
    own = order.customer_id == turn.person.id
    change: ChangeRequest | Refusal = Refusal("approval_own")
    if not own:
        change = changing.request(
            turn,
            order,
            turn.person,
            Actor.PROVIDER,
            About.SCOPE,
            text=str(value["text"]),
            relay_id=value.get("relay"),
        )
    refusal = (
        change
        if isinstance(change, Refusal)
        else changing.quote(
            turn,
            order,
            change,
            Actor.PROVIDER,
            Money(int(value["delta"]), order.currency),
            int(value["days"]),
            by=turn.person,
            note=str(value.get("note", "")),
        )
    )
    if refusal is not None:
        turn.toast(refusal_text(refusal, turn.words())[:200], alert=True)
        return
    change_quotes.forget_preview(turn, order)
    turn.toast(N_("Sent. The customer decides now; you are told."))
