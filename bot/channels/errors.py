"""From a Bot API error to the port's kinds: one table for every library.

Source of the texts: the Bot API server's own sources and what its users report. Libraries change the case
of letters (python-telegram-bot writes `Topic_closed`), so texts are compared without it.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.channels.port import (
    Blocked,
    ChannelError,
    Gone,
    Refused,
    Unchanged,
    UnknownOutcome,
    Wait,
)

_BLOCKED = (
    "chat not found",
    "user not found",
    "peer_id_invalid",
    "user_is_blocked",
    "bot_blocked",
    "input_user_deactivated",
    "user is deactivated",
    "have no rights to send a message",
    "not enough rights to send text messages to the chat",
    "chat_write_forbidden",
    "need administrator rights in the channel chat",
    "bot is not a member",
    "bot was kicked",
    "group chat was deactivated",
)

_THREAD = ("message thread not found", "topic_deleted", "topic_id_invalid")

#: A topic that was closed takes no messages from who may not manage topics.
_CLOSED = ("topic_closed", "topic closed")
#: The group has no topics at all.
_FORUM = ("the chat is not a forum",)

_QUERY = ("query is too old", "query id is invalid", "query_id_invalid")

_MESSAGE = (
    "message to edit not found",
    "message to delete not found",
    "message to copy not found",
    "message to forward not found",
    "message to pin not found",
    "message to react not found",
    "message can't be edited",
    "message can't be deleted",
    "message_id_invalid",
    "there is no text in the message to edit",
    "there is no caption in the message to edit",
    "there is no media in the message to edit",
)


def classify(
    code: int, description: str, parameters: Mapping[str, object] | None = None
) -> ChannelError:
    """What an `{"ok": false}` answer means. `code` is `error_code`, the HTTP status."""
    parameters = parameters or {}
    text = description.lower()
    retry_after = parameters.get("retry_after")
    if code == 429 or isinstance(retry_after, (int, float)):
        seconds = float(retry_after) if isinstance(retry_after, (int, float)) else 1.0
        return Wait(max(seconds, 0.0), description)
    moved = parameters.get("migrate_to_chat_id")
    if isinstance(moved, int):
        return Gone("chat", description, moved_to=moved)
    if code >= 500:
        return UnknownOutcome(description)
    if "message is not modified" in text or "topic_not_modified" in text:
        return Unchanged(description)
    if any(part in text for part in _QUERY):
        return Gone("query", description)
    if any(part in text for part in _THREAD):
        return Gone("thread", description)
    if any(part in text for part in _CLOSED):
        return Gone("closed", description)
    if any(part in text for part in _FORUM):
        return Gone("forum", description)
    if any(part in text for part in _MESSAGE):
        return Gone("message", description)
    if code == 403 or any(part in text for part in _BLOCKED):
        return Blocked(description)
    if "group chat was upgraded to a supergroup" in text:
        return Gone("chat", description)
    if code == 409:
        return Conflict(description)
    if code == 401 or (code == 404 and text == "not found"):
        return Unauthorized(description)
    return Refused(description)


class Conflict(Wait):
    """Another program reads this bot's updates, or a webhook is set (Bot API: 409)."""

    def __init__(self, message: str) -> None:
        super().__init__(3.0, message)


class Unauthorized(Refused):
    """The token is not known (Bot API: 401; 404 when it is malformed). No row is to blame for it."""


def not_sent(message: str) -> Wait:
    """The connection could not even be made: nothing was performed, so trying again is safe."""
    return Wait(1.0, message)
