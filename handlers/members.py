"""Chats the bot is in: joined, left, blocked, moved; and messages that could not be delivered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dialogs.content import Content
from dialogs.words import N_
from handlers import refunding
from handlers.events import DeliveredEvent, MemberEvent, MessageEvent, MigratedEvent
from handlers.turn import Turn
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


def on_migrated(turn: Turn) -> None:
    """A group became a supergroup: its purpose goes with it."""
    event = turn.event
    assert isinstance(event, MigratedEvent)
    old = chat_row(turn.work.session, turn.work.bot, event.chat.id, event.chat.title, turn.now)
    new = chat_row(turn.work.session, turn.work.bot, event.new_chat_id, event.chat.title, turn.now)
    if old.purpose:
        new.purpose, old.purpose = old.purpose, ""
        old.status = "migrated"
    turn.business = replace(turn.business, **_chats(turn))


def on_purpose(turn: Turn, purpose: str) -> None:
    """/staff or /providers in a group: from now on it is that. Administrators of the business only."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    words = turn.words(turn.business.default_language)
    if event.anonymous:
        text = words.gettext(
            "You write as an anonymous administrator, so I cannot tell who you are. Please write as yourself."
        )
    elif event.sender.id not in turn.business.admins:
        text = words.gettext("Only an administrator of the business can do this (ADMIN_IDS).")
    else:
        for row in chats_with_purpose(turn.work.session, turn.work.bot, purpose):
            row.purpose = ""
        row = chat_row(turn.work.session, turn.work.bot, event.chat.id, event.chat.title, turn.now)
        row.purpose = purpose
        turn.work.session.flush()
        if purpose == "staff":
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
    for purpose, name in (("staff", "staff_chat"), ("providers", "providers_chat")):
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
