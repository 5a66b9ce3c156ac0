"""Chats the bot is in: joined, left, blocked, moved; and messages that could not be delivered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dialogs.content import Content
from dialogs.words import N_
from handlers import passing, places, refunding
from handlers.events import DeliveredEvent, MemberEvent, MessageEvent, MigratedEvent
from handlers.turn import Turn
from storage import desk_queries
from storage.people import chat_row, chats_with_purpose


def on_member(turn: Turn) -> None:
    """The bot was added, removed, blocked or unblocked."""
    event = turn.event
    assert isinstance(event, MemberEvent)
    if event.chat.kind == "private":
        person = turn.known(event.sender)
        person.blocked_at = turn.now if event.status in ("kicked", "left") else None
        return
    row = chat_row(turn.work.session, turn.work.bot, event.chat.id, event.chat.title, turn.now)
    row.status = event.status
    row.updated_at = turn.now
    if event.chat.is_forum:
        row.is_forum = True
    if event.chat.id == turn.business.desk and event.status in ("member", "administrator"):
        turn.work.session.flush()
        _bring_tickets(turn)


def on_migrated(turn: Turn) -> None:
    """A group became a supergroup: its purpose goes with it."""
    event = turn.event
    assert isinstance(event, MigratedEvent)
    old = chat_row(turn.work.session, turn.work.bot, event.chat.id, event.chat.title, turn.now)
    new = chat_row(turn.work.session, turn.work.bot, event.new_chat_id, event.chat.title, turn.now)
    purpose = old.purpose or _purpose_by_settings(turn, event.chat.id)
    if purpose:
        new.purpose, old.purpose = purpose, ""
        old.status = "migrated"
    turn.work.session.flush()
    turn.business = replace(turn.business, **_chats(turn))
    if turn.business.desk == event.new_chat_id:
        _bring_tickets(turn)


def _purpose_by_settings(turn: Turn, chat_id: int) -> str:
    """What a group is for that was named in the settings: its old id stands there."""
    business = turn.business
    named = {
        business.staff_chat: "staff",
        business.providers_chat: "providers",
        business.support_chat: "support",
    }
    return named.get(chat_id, "")


def _bring_tickets(turn: Turn) -> None:
    """Give every open ticket that stands nowhere, or where the desk was before, a place at the desk of now."""
    for ticket in desk_queries.without_place(turn.work.session, turn.work.bot, turn.business.desk):
        places.open_place(turn, ticket)
        passing.send_waiting(turn, ticket)


def on_purpose(turn: Turn, purpose: str) -> None:
    """/staff or /providers in a group: from now on it is that."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    words = turn.words(turn.business.staff_language)
    for row in chats_with_purpose(turn.work.session, turn.work.bot, purpose):
        row.purpose = ""
    row = chat_row(turn.work.session, turn.work.bot, event.chat.id, event.chat.title, turn.now)
    if purpose == "support" and row.purpose == "staff":
        # One group, one purpose: the staff group is the desk already where there is no other.
        turn.work.session.flush()
    else:
        row.purpose = purpose
    row.is_forum = event.chat.is_forum or None
    turn.work.session.flush()
    turn.business = replace(turn.business, **_chats(turn))
    if purpose in ("support", "staff"):
        _bring_tickets(turn)
    if purpose == "support":
        text = (
            words.gettext(
                "This is now the support desk: each person who needs somebody gets a topic of their own here."
            )
            if event.chat.is_forum
            else words.gettext(
                "This is now the support desk. It has no topics, so staff reply to the messages of a ticket; "
                "with topics switched on in the group's settings each ticket gets its own."
            )
        )
    elif purpose == "staff":
        text = words.gettext(
            "This is now the staff group: new orders, payments to check and cases come here."
        )
    else:
        text = words.gettext("This is now the providers' group: new orders are announced here.")
    turn.work.send(
        event.chat.id, Content(text=words.html("notice", text=text)), label="group/purpose"
    )


def _chats(turn: Turn) -> dict[str, Any]:
    found: dict[str, Any] = {}
    names = {"staff": "staff_chat", "providers": "providers_chat", "support": "support_chat"}
    for purpose, name in names.items():
        for row in chats_with_purpose(turn.work.session, turn.work.bot, purpose):
            found[name] = row.chat_id
    return found


def on_delivered(turn: Turn) -> None:
    """A row that asked to be told came to its end."""
    event = turn.event
    assert isinstance(event, DeliveredEvent)
    if "refund" in event.params:
        refunding.on_gateway_answer(turn)
    elif event.outcome == "dead" and event.reason.startswith("blocked") and "user" in event.params:
        person = turn.work.person(int(str(event.params["user"])))
        if person is not None:
            person.blocked_at = turn.now


__all__ = ["N_", "on_delivered", "on_member", "on_migrated", "on_purpose"]
