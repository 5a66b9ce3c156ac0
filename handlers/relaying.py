"""Messages between a customer and a provider: passed on by the bot, labelled, neither seeing the other's account.

A `Relay` row joins the original with its copy, for replies, edits and disputes. The row is told how the copy's
sending ended: then the sender gets a sign, or the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dialogs.content import Content
from dialogs.words import N_, Words
from handlers import context, copies, dialog, information
from handlers.context import Wish
from handlers.events import DeliveredEvent, MessageEvent, ReactionEvent
from handlers.turn import Turn
from orders.contacts import COVER, cover_contacts
from orders.lifecycle import State
from storage import orders, relaying
from storage.records import Order, Person
from storage.working import Relay

_RECEIVED = "👌"


# -- starting -------------------------------------------------------------------------------------------------


def on_message_button(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "✉️ Message": the next message goes to the other side, whatever dialog is open."""
    order = party_order(turn, value)
    if order is None:
        return
    if not context.can_talk(turn, order):
        turn.toast(
            N_("Messages about this order are no longer passed on. /support reaches us."),
            alert=True,
        )
        return
    context.want(turn, order, "message")
    ask_for_message(turn, order)


def ask_for_message(turn: Turn, order: Order) -> None:
    turn.say(
        turn.person,
        "relay/prompt",
        number=order.number,
        to_provider=not context.is_provider(order, turn.person),
        order_id=order.id,
    )


def party_order(turn: Turn, value: Mapping[str, Any]) -> Order | None:
    """The order behind a button, if whoever taps is a party to it."""
    order = turn.work.session.get(Order, int(value["order"]))
    if order is None or not context.is_party(order, turn.person):
        turn.toast(N_("This button is no longer in use."))
        return None
    return order


def on_wished(turn: Turn, wish: Wish) -> None:
    """The message that "✉️ Message" asked for. The dialog that waited goes on below it."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    if not pass_on(turn, wish.order) or context.wanted(turn) is None:
        # Refused, or a further part of an album.
        return
    context.fulfilled(turn)
    if event.album is not None:
        context.keep_album(turn, wish.order, event.album, wish.name)
    if dialog.worth_keeping(turn):
        dialog.show(turn, anew=True)


# -- passing on -----------------------------------------------------------------------------------------------


def pass_on(turn: Turn, order: Order, given: MessageEvent | None = None) -> bool:
    """Queue a message, the event's unless it is `given`, for the other side; False (and told why) when that cannot be.

    A customer's message while information is awaited is the answer: the clock goes on.
    """
    event = given or turn.event
    assert isinstance(event, MessageEvent)
    if not context.can_talk(turn, order):
        turn.say(turn.person, "relay/closed", number=order.number, order_id=order.id)
        return False
    if not (event.text.strip() or event.files or event.contact_phone or event.latitude is not None):
        turn.say(turn.person, "told/file_kind")
        return False
    session = turn.work.session
    other = other_side(turn, order, turn.person)
    words = turn.words(other.language)
    text, covered = covered_text(turn, event.text)
    if event.contact_phone and turn.business.contact_masking:
        # A contact that was shared is one, whatever it looks like.
        text, covered = COVER, 1
    relay = Relay(
        bot=turn.work.bot,
        order_id=order.id,
        from_person=turn.person.id,
        from_chat=event.chat.id,
        from_message=event.message_id,
        to_chat=other.user_id,
        to_message=None,
        # A contact that was shared is passed on, and its number kept nowhere.
        text=event.text,
        files=[asdict(file) for file in event.files],
        at=turn.now,
        edited_at=None,
    )
    session.add(relay)
    session.flush()
    _send(turn, order, relay, event, words, text)
    if covered:
        turn.say(turn.person, "relay/covered", n=covered, order_id=order.id)
    if order.state == State.AWAITING_CUSTOMER and turn.person.id == order.customer_id:
        information.given(turn, order)
    return True


def other_side(turn: Turn, order: Order, person: Person) -> Person:
    """Who gets what this person writes about an order that is worked on."""
    assert order.provider_id is not None
    other = order.customer_id if person.id == order.provider_id else order.provider_id
    return orders.person_by_id(turn.work.session, other)


def covered_text(turn: Turn, text: str) -> tuple[str, int]:
    """The text as the other side may see it, and how many contact details were covered."""
    return cover_contacts(text) if turn.business.contact_masking else (text, 0)


def labelled(order: Order, relay_from: int, words: Words, text: str) -> str:
    """A person's words under a label that says whose they are."""
    provider = relay_from == order.provider_id
    return words.html("relay/message", from_provider=provider, number=order.number, text=text)


def _send(
    turn: Turn, order: Order, relay: Relay, event: MessageEvent, words: Words, text: str
) -> None:
    """Queue the copy."""
    reply_to = None
    if event.reply_to is not None:
        reply_to = relaying.across(turn.work, event.chat.id, event.reply_to, relay.to_chat)
    copies.send(
        turn,
        copies.Original(
            chat=event.chat.id,
            message=event.message_id,
            text=text,
            files=event.files,
            album=event.album,
            latitude=event.latitude,
            longitude=event.longitude,
            contact=bool(event.contact_phone) and not turn.business.contact_masking,
        ),
        copies.Target(chat=relay.to_chat, reply_to=reply_to),
        lambda part: labelled(order, relay.from_person, words, part),
        tell={"relay": [relay.id]},
        label="relay",
        order_id=order.id,
    )


# -- edits ----------------------------------------------------------------------------------------------------


def on_edited(turn: Turn) -> None:
    """An edited message: its copy is edited too, at once or as soon as it was sent."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    relay = relaying.original_of(turn.work, event.chat.id, event.message_id)
    if relay is None:
        return
    files = [asdict(file) for file in event.files]
    changed = [file["unique_id"] for file in files] != [file["unique_id"] for file in relay.files]
    if event.text == relay.text and not changed:
        # Telegram reports reactions, previews and the like as edits too.
        return
    relay.text, relay.files, relay.edited_at = event.text, files, turn.now
    if relay.to_message is not None:
        _edit(turn, relay)


def _edit(turn: Turn, relay: Relay) -> None:
    """Bring the copy in line with what the original says now."""
    session = turn.work.session
    order = session.get_one(Order, relay.order_id)
    writer = orders.person_by_id(session, relay.from_person)
    words = turn.words(other_side(turn, order, writer).language)
    text, _ = covered_text(turn, relay.text)
    assert relay.to_message is not None
    copies.edit(
        turn,
        relay.to_chat,
        relay.to_message,
        text,
        relay.files,
        lambda part: labelled(order, relay.from_person, words, part),
        label="relay/edit",
        order_id=order.id,
    )


def on_reaction(turn: Turn) -> None:
    """Somebody reacted to what the other side of an order wrote: the writer sees it on their message."""
    event = turn.event
    assert isinstance(event, ReactionEvent)
    relay = relaying.relay_of(turn.work, event.chat.id, event.message_id)
    if relay is not None and (relay.to_chat, relay.to_message) == (event.chat.id, event.message_id):
        copies.react(
            turn,
            relay.from_chat,
            relay.from_message,
            event.emoji[0] if event.emoji else _RECEIVED,
            label="relay/reaction",
            order_id=relay.order_id,
        )


# -- how it ended ---------------------------------------------------------------------------------------------


def on_delivered(turn: Turn) -> None:
    """Copies were sent, or will never be: the sender gets a sign on the message, or the reason."""
    event = turn.event
    assert isinstance(event, DeliveredEvent)
    given = event.params["relay"]
    assert isinstance(given, list)
    session = turn.work.session
    relays = [session.get_one(Relay, int(key)) for key in given]
    if event.outcome != "sent":
        _not_delivered(turn, relays[0], event.reason)
        return
    made = event.result.get("message_ids") or [event.result.get("message_id")]
    assert isinstance(made, list)
    for relay, message_id in zip(relays, made, strict=False):
        relay.to_message = message_id
        if relay.edited_at is not None:
            _edit(turn, relay)
    first = relays[0]
    copies.react(
        turn,
        first.from_chat,
        first.from_message,
        _RECEIVED,
        label="relay/received",
        order_id=first.order_id,
    )


def _not_delivered(turn: Turn, relay: Relay, reason: str) -> None:
    session = turn.work.session
    order = session.get_one(Order, relay.order_id)
    writer = orders.person_by_id(session, relay.from_person)
    words = turn.words(writer.language)
    text = words.html(
        "relay/not_delivered",
        number=order.number,
        to_provider=writer.id == order.customer_id,
        blocked=reason.startswith(("blocked", "chat_gone")),
    )
    turn.work.send(
        relay.from_chat,
        Content(text=text, reply_to=relay.from_message),
        label="relay/not_delivered",
        order_id=order.id,
    )
