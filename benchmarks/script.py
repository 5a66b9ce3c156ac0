"""The conversation that everybody has to hold: ten steps, by turns a button and a typed line.

Each answer is kept, and the next screen shows it: what every order, booking or survey does.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

#: Choices of a step with buttons; a step without any is answered in writing.
CHOICES = ("North", "East", "South", "West")
STEPS = 10
#: Taps at even steps, typed lines at odd ones.
TAPPED = tuple(number % 2 == 0 for number in range(STEPS))

BOT = 424242
TOKEN = f"{BOT}:AAE-figures_are_made_with_no_telegram"
SENT = 1_700_000_000


def question(number: int, last: str) -> str:
    """What a step says; peers and the template of ours word it alike."""
    return f"<b>Question {number + 1} of {STEPS}</b>\nSo far: {last}\nPlease answer."


def typed(number: int, person: int) -> str:
    return f"line {number} of {person}: the shop opens in spring"


@dataclass(frozen=True, slots=True)
class Tap:
    """A button: its data as the contender made it, and the message it stands under."""

    person: int
    data: str
    message: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """A typed message."""

    person: int
    text: str


Input = Tap | Line


class Numbers:
    """Ids that never repeat within a run."""

    def __init__(self, first: int) -> None:
        self._next = first

    def __call__(self) -> int:
        self._next += 1
        return self._next

    def many(self, count: int) -> Sequence[int]:
        return [self() for _ in range(count)]


def raw(given: Input, number: int, message: int) -> dict[str, Any]:
    """The update as the Bot API sends it."""
    user = {
        "id": given.person,
        "is_bot": False,
        "first_name": "Guest",
        "username": f"guest{given.person}",
        "language_code": "en",
    }
    chat = {"id": given.person, "type": "private", "first_name": "Guest"}
    if isinstance(given, Line):
        said = {
            "message_id": message,
            "date": SENT,
            "chat": chat,
            "from": user,
            "text": given.text,
        }
        if given.text.startswith("/"):
            length = len(given.text.partition(" ")[0])
            said["entities"] = [{"type": "bot_command", "offset": 0, "length": length}]
        return {"update_id": number, "message": said}
    return {
        "update_id": number,
        "callback_query": {
            "id": str(number),
            "from": user,
            "chat_instance": "1",
            "data": given.data,
            "message": {
                "message_id": given.message,
                "date": SENT,
                "chat": chat,
                "from": {"id": BOT, "is_bot": True, "first_name": "Clerk"},
                "text": "…",
            },
        },
    }
