"""Messages between a customer and a provider: passed on by the bot, labelled, neither seeing the other's account.

A `Relay` row joins the original with its copy, for replies, edits and disputes. The row is told how the copy's
sending ended: then the sender gets a sign, or the reason.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from dialogs.content import Content, Media, MediaKind
from dialogs.words import N_, Words, short
from handlers import context, dialog, information
from handlers.context import Wish
from handlers.events import DeliveredEvent, IncomingFile, MessageEvent
from handlers.turn import Turn
from orders.contacts import cover_contacts
from orders.lifecycle import State
from orders.text import pieces
from storage import orders, relaying
from storage.records import Order, Person
from storage.working import Relay

#: Parts of an album arrive one by one; the album goes on when nothing more came for so long.
ALBUM_WAIT = timedelta(seconds=1)
#: Characters of a text or caption that leave room for the label (Telegram Bot API: 4,096 and 1,024).
TEXT_ROOM, CAPTION_ROOM = 3800, 850
#: Shown with a caption; what else there is can be copied only.
_WITH_CAPTION: Mapping[str, MediaKind] = {
    "photo": "photo",
    "document": "document",
    "video": "video",
    "voice": "voice",
}
_IN_ALBUMS = ("photo", "document", "video")
_COPIED_WITH_CAPTION = ("audio", "animation")
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
    text, covered = covered_text(turn, event.text or event.contact_phone or "")
    relay = Relay(
        bot=turn.work.bot,
        order_id=order.id,
        from_person=turn.person.id,
        from_chat=event.chat.id,
        from_message=event.message_id,
        to_chat=other.user_id,
        to_message=None,
        text=event.text or event.contact_phone or "",
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
    """Queue the copy: one message, or what Telegram needs several for."""
    reply_to = None
    if event.reply_to is not None:
        reply_to = relaying.across(turn.work, event.chat.id, event.reply_to, relay.to_chat)
    common: dict[str, Any] = {"label": "relay", "order_id": order.id}
    tell = {"relay": [relay.id]}
    file = event.files[0] if event.files else None
    parts = pieces(text, CAPTION_ROOM if file else TEXT_ROOM)
    shown = labelled(order, relay.from_person, words, parts[0] if parts else "")
    if event.latitude is not None:
        turn.work.send(relay.to_chat, Content(text=shown, reply_to=reply_to), **common)
        place = Media(kind="location", latitude=event.latitude, longitude=event.longitude)
        turn.work.send(relay.to_chat, Content(media=place), tell=tell, **common)
    elif file is None:
        turn.work.send(relay.to_chat, Content(text=shown, reply_to=reply_to), tell=tell, **common)
    elif file.kind in _WITH_CAPTION:
        content = Content(text=shown, media=_media(file), reply_to=reply_to)
        if event.album and file.kind in _IN_ALBUMS:
            key = f"relay:{event.chat.id}:{event.album}"
            if not text and turn.work.part_waits(relay.to_chat, key):
                # One label for the album: a second caption would hide the first.
                content = Content(media=_media(file))
            turn.work.send_part(
                relay.to_chat,
                content,
                group_key=key,
                due_at=turn.now + ALBUM_WAIT,
                tell=tell,
                **common,
            )
        else:
            turn.work.send(relay.to_chat, content, tell=tell, **common)
    else:
        _copy(turn, relay, event, file, shown, common)
    for part in parts[1:]:
        turn.work.send(
            relay.to_chat,
            Content(text=labelled(order, relay.from_person, words, part)),
            **common,
        )


def _media(file: IncomingFile) -> Media:
    return Media(kind=_WITH_CAPTION[file.kind], file_id=file.file_id, name=file.name or None)


def _copy(
    turn: Turn,
    relay: Relay,
    event: MessageEvent,
    file: IncomingFile,
    shown: str,
    common: Mapping[str, Any],
) -> None:
    """Stickers, round videos and the like: a copy carries no sender; the label stands in it or above it."""
    params: dict[str, Any] = {
        "chat_id": relay.to_chat,
        "from_chat_id": event.chat.id,
        "message_id": event.message_id,
    }
    if file.kind in _COPIED_WITH_CAPTION:
        params |= {"caption": shown, "parse_mode": "HTML"}
    else:
        turn.work.send(relay.to_chat, Content(text=shown), **common)
    turn.work.call(relay.to_chat, "copyMessage", params, tell={"relay": [relay.id]}, **common)


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
    file = relay.files[0] if relay.files else None
    text, _ = covered_text(turn, relay.text)
    shown = labelled(
        order, relay.from_person, words, short(text, CAPTION_ROOM if file else TEXT_ROOM)
    )
    params: dict[str, Any] = {"chat_id": relay.to_chat, "message_id": relay.to_message}
    if file is None:
        method = "editMessageText"
        params |= {
            "text": shown,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
    elif file["kind"] in _IN_ALBUMS:
        method = "editMessageMedia"
        params["media"] = {
            "type": file["kind"],
            "media": file["file_id"],
            "caption": shown,
            "parse_mode": "HTML",
        }
    elif file["kind"] in (*_WITH_CAPTION, *_COPIED_WITH_CAPTION):
        method = "editMessageCaption"
        params |= {"caption": shown, "parse_mode": "HTML"}
    else:
        return
    turn.work.call(relay.to_chat, method, params, label="relay/edit", order_id=order.id)


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
    turn.work.call(
        first.from_chat,
        "setMessageReaction",
        {
            "chat_id": first.from_chat,
            "message_id": first.from_message,
            "reaction": [{"type": "emoji", "emoji": _RECEIVED}],
        },
        label="relay/received",
        order_id=first.order_id,
        priority=3,
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
