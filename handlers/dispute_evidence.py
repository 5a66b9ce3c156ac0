"""Evidence: a message that was sent anyway, put on the table by one tap, or sent for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from dialogs.content import Button, Content, Media, MediaKind
from dialogs.words import N_, Words
from handlers import context, copies, dispute_cards, relaying
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.dispute_stages import OPEN
from storage import disputes as stored
from storage import orders
from storage import relaying as relays
from storage.disputes import Dispute, Evidence
from storage.records import Order, Person
from storage.working import Relay

#: Pieces that one side can bring.
MOST = 40
TEXT_MOST = 3000
_SHOWN: Mapping[str, MediaKind] = {
    "photo": "photo",
    "document": "document",
    "video": "video",
    "voice": "voice",
}


# -- bringing it ----------------------------------------------------------------------------------------------


def on_button(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "📎 Add evidence": what is sent next is evidence, until another button is used."""
    found = stored.of_party(turn.work.session, turn.person, int(value["dispute"]))
    if found is None or found[0].state not in OPEN:
        turn.toast(N_("This button is no longer in use."))
        return
    dispute, order = found
    context.want(turn, order, "evidence", dispute=dispute.id)
    turn.say(turn.person, "dispute/evidence_ask", number=order.number, order_id=order.id)


def on_sent(turn: Turn, wish: Wish) -> None:
    """A message that was sent as evidence. The wish stays: there may be more."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    found = stored.of_party(turn.work.session, turn.person, int(wish.more.get("dispute", 0)))
    if found is None or found[0].state not in OPEN:
        context.fulfilled(turn)
        relaying.pass_on(turn, wish.order)
        return
    if event.album is not None:
        context.keep_album(turn, wish.order, event.album, "evidence")
    if not event.text.strip() and not event.files:
        turn.say(turn.person, "told/file_kind")
        return
    keep(
        turn,
        *found,
        message_id=event.message_id,
        text=event.text.strip(),
        files=[asdict(file) for file in event.files],
    )


def offer_button(turn: Turn, order: Order) -> None:
    """A side wrote about an order in dispute: one tap makes it, or what it replied to, evidence."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    dispute = stored.open_of(turn.work.session, order) if order.on_hold else None
    if dispute is None or event.album is not None:
        return
    words = turn.words()
    value = {"dispute": dispute.id, "order": order.id}
    wrote = (N_("📎 What I wrote is evidence"), event.message_id)
    answered = (N_("📎 The message I answered is evidence"), event.reply_to or 0)
    given = [
        (label, message)
        for label, message in (answered, wrote)
        if relays.relay_of(turn.work, event.chat.id, message) is not None
    ]
    if not given:
        return
    turn.work.show(
        turn.person.user_id,
        "notice",
        f"evidence:{dispute.id}",
        Content(
            text=words.html("dispute/evidence_offer", number=order.number),
            buttons=tuple(
                (Button(label=words.gettext(label), action=n),)
                for n, (label, _) in enumerate(given)
            ),
        ),
        [("dispute.as_evidence", {**value, "message": message}) for _, message in given],
        anew=True,
        label="dispute/evidence_offer",
        order_id=order.id,
    )


def on_tap(turn: Turn, value: Mapping[str, Any]) -> None:
    """The tap: the message is kept as it says now."""
    found = stored.of_party(turn.work.session, turn.person, int(value["dispute"]))
    if found is None or found[0].state not in OPEN:
        turn.toast(N_("This button is no longer in use."))
        return
    chat = turn.person.user_id
    relay = relays.relay_of(turn.work, chat, int(value["message"]))
    if relay is None or relay.order_id != found[1].id:
        turn.toast(N_("This message cannot be found any more."))
        return
    kept = keep(
        turn,
        *found,
        message_id=int(value["message"]),
        text=relay.text,
        files=relay.files,
        relay=relay,
    )
    turn.toast(N_("It is evidence now.") if kept else N_("It is evidence already."))


def keep(
    turn: Turn,
    dispute: Dispute,
    order: Order,
    *,
    message_id: int,
    text: str,
    files: list[Any],
    relay: Relay | None = None,
) -> bool:
    """Put a message on the table, and show it to the other side; False when it lies there already."""
    session = turn.work.session
    author = relay.from_person if relay is not None else turn.person.id
    chat = relay.from_chat if relay is not None else turn.person.user_id
    message = relay.from_message if relay is not None else message_id
    lying = stored.evidence_of(session, dispute)
    if any((one.chat_id, one.message_id) == (chat, message) for one in lying):
        return False
    if len([one for one in lying if one.person_id == turn.person.id]) >= MOST:
        turn.say(turn.person, "dispute/evidence_full", most=MOST, order_id=order.id)
        return False
    written: datetime = relay.at if relay is not None else turn.now
    piece = Evidence(
        dispute_id=dispute.id,
        n=len(lying) + 1,
        person_id=turn.person.id,
        author_id=author,
        chat_id=chat,
        message_id=message,
        text=text[:TEXT_MOST],
        files=files,
        written_at=written,
        at=turn.now,
    )
    session.add(piece)
    session.flush()
    for person in dispute_cards.parties(turn, order):
        if person.id == turn.person.id:
            turn.say(person, "dispute/evidence_kept", n=piece.n, order_id=order.id)
        else:
            _send(turn, order, piece, person.user_id, turn.words(person.language), person)
    dispute_cards.show(turn, dispute, order)
    return True


# -- looking at it --------------------------------------------------------------------------------------------


def _send(
    turn: Turn,
    order: Order,
    piece: Evidence,
    chat: int,
    words: Words,
    reader: Person | None,
    thread: int | None = None,
) -> None:
    """One piece as it was kept; a side sees it with contact details covered, staff see everything."""
    text = piece.text
    if reader is not None and reader.id != piece.author_id:
        text, _ = relaying.covered_text(turn, text)
    session = turn.work.session
    shown = words.html(
        "dispute/evidence",
        number=order.number,
        piece=piece,
        text=text,
        by_customer=piece.author_id == order.customer_id,
        brought_by=orders.person_by_id(session, piece.person_id).name if reader is None else "",
        mine=reader is not None and piece.person_id == reader.id,
    )
    media = None
    for file in piece.files[:1]:
        kind = _SHOWN.get(file["kind"])
        if kind is not None:
            media = Media(kind=kind, file_id=file["file_id"], name=file.get("name") or None)
    if media is not None and len(text) > copies.CAPTION_ROOM:
        turn.work.send(chat, Content(media=media), label="dispute/evidence", thread_id=thread)
        media = None
    turn.work.send(
        chat,
        Content(text=shown, media=media),
        label="dispute/evidence",
        order_id=order.id,
        thread_id=thread,
    )


def send_all(
    turn: Turn,
    dispute: Dispute,
    order: Order,
    chat: int,
    words: Words,
    reader: Person | None,
    thread: int | None = None,
) -> int:
    """Everything on the table, the oldest first; how much that is."""
    lying = stored.evidence_of(turn.work.session, dispute)
    for piece in lying:
        _send(turn, order, piece, chat, words, reader, thread)
    return len(lying)
