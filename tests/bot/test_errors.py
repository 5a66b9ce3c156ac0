from __future__ import annotations

from typing import Any

import pytest

from bot.channels.errors import Conflict, Unauthorized, classify, not_sent
from bot.channels.port import (
    Blocked,
    ChannelError,
    Gone,
    Refused,
    Unchanged,
    UnknownOutcome,
    Wait,
)

_UNCHANGED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly "
    "the same as a current content and reply markup of the message"
)


@pytest.mark.parametrize(
    ("code", "text", "kind"),
    [
        (400, _UNCHANGED, Unchanged),
        (400, "Bad Request: message text is empty", Refused),
        (400, "Bad Request: message is too long", Refused),
        (400, "Bad Request: can't parse entities: Unsupported start tag", Refused),
        (400, "Bad Request: BUTTON_DATA_INVALID", Refused),
        (400, "Bad Request: not enough rights to create a topic", Refused),
        (400, "Bad Request: CHARGE_ALREADY_REFUNDED", Refused),
        (400, "Bad Request: TOPIC_CLOSED", Gone),
        (400, "Bad Request: the chat is not a forum", Gone),
        (400, "Bad Request: chat not found", Blocked),
        (403, "Forbidden: bot was blocked by the user", Blocked),
        (403, "Forbidden: bot can't initiate conversation with a user", Blocked),
        (403, "Forbidden: user is deactivated", Blocked),
        (403, "Forbidden: bot was kicked from the supergroup chat", Blocked),
        (401, "Unauthorized", Unauthorized),
        (404, "Not Found", Unauthorized),
        (404, "Not Found: method not found", Refused),
        (409, "Conflict: terminated by other getUpdates request", Conflict),
        (409, "Conflict: can't use getUpdates method while webhook is active", Conflict),
        (500, "Internal Server Error", UnknownOutcome),
        (502, "Bad Gateway", UnknownOutcome),
    ],
)
def test_kinds(code: int, text: str, kind: type[ChannelError]) -> None:
    found = classify(code, text)
    assert type(found) is kind
    assert str(found) == text


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Bad Request: message to edit not found", "message"),
        ("Bad Request: message to delete not found", "message"),
        ("Bad Request: message can't be edited", "message"),
        ("Bad Request: message can't be deleted for everyone", "message"),
        ("Bad Request: there is no text in the message to edit", "message"),
        (
            "Bad Request: query is too old and response timeout expired or query ID is invalid",
            "query",
        ),
        ("Bad Request: message thread not found", "thread"),
        ("Bad Request: TOPIC_DELETED", "thread"),
        # python-telegram-bot changes the first letter.
        ("Topic_deleted", "thread"),
        ("Message to edit not found", "message"),
    ],
)
def test_what_is_gone(text: str, what: str) -> None:
    found = classify(400, text)
    assert isinstance(found, Gone)
    assert found.what == what


@pytest.mark.parametrize(
    ("code", "parameters", "seconds"),
    [(429, {"retry_after": 17}, 17.0), (429, {}, 1.0), (420, {"retry_after": 3}, 3.0)],
)
def test_waits(code: int, parameters: dict[str, Any], seconds: float) -> None:
    found = classify(code, "Too Many Requests: retry after", parameters)
    assert isinstance(found, Wait)
    assert found.seconds == seconds


def test_a_group_that_moved_says_where_to() -> None:
    found = classify(
        400,
        "Bad Request: group chat was upgraded to a supergroup chat",
        {"migrate_to_chat_id": -1001},
    )
    assert isinstance(found, Gone)
    assert (found.what, found.moved_to) == ("chat", -1001)


def test_what_never_left_may_be_sent_again() -> None:
    found = not_sent("ClientConnectorError")
    assert isinstance(found, Wait)
    assert found.seconds == 1.0
