"""Entities that a bot gives beside its text, checked as Telegram checks them."""

from __future__ import annotations

from typing import Any

from playground.text import utf16
from playground.text.html import MarkupError, checked_url

#: Kinds that mean nothing when given: Telegram finds them in the text by itself.
_FOUND = frozenset(
    {"mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card"}
)
_PLAIN = frozenset({
    "bold", "italic", "underline", "strikethrough", "spoiler", "code", "pre", "text_link",
    "text_mention", "custom_emoji", "blockquote", "expandable_blockquote",
})  # fmt: skip
_FARTHEST = 1_000_000


class EntityError(MarkupError):
    """The object is no entity; the message is Telegram's own."""


def checked(text: str, given: list[Any]) -> list[dict[str, Any]]:
    """The entities that count, in order. Raises EntityError, MarkupError."""
    kept = [_entity(one) for one in given]
    edges = {offset: n for n, offset in enumerate(utf16.positions(text))}
    end = utf16.length(text)
    for entity in kept:
        first, last = entity["offset"], entity["offset"] + entity["length"]
        if entity["length"] == 0:
            continue
        if first < end and first not in edges:
            raise MarkupError(
                f"Entity begins in a middle of a UTF-16 symbol at byte offset {_byte(text, first)}"
            )
        if last > end:
            raise MarkupError(
                f"Entity beginning at UTF-16 offset {first} ends after the end of the text at "
                f"UTF-16 offset {last}"
            )
        if last not in edges:
            raise MarkupError(
                f"Entity beginning at UTF-16 offset {first} ends in a middle of a UTF-16 symbol at "
                f"byte offset {_byte(text, last)}"
            )
    return [one for one in kept if one["length"] and one["type"] not in _FOUND]


def _byte(text: str, offset: int) -> int:
    return len(utf16.cut(text, 0, offset).encode("utf-8", "replace"))


def _number(given: dict[str, Any], name: str) -> int:
    if name not in given:
        raise EntityError(f'Can\'t find field "{name}"')
    value = given[name]
    if isinstance(value, bool) or not isinstance(value, int):
        raise EntityError(f'Field "{name}" must be of type Number')
    if not 0 <= value <= _FARTHEST:
        raise MarkupError(f"Receive an entity with incorrect {name} {value}")
    return value


def _entity(given: Any) -> dict[str, Any]:
    if not isinstance(given, dict):
        raise EntityError("MessageEntity must be an Object")
    kind = given.get("type")
    if not isinstance(kind, str):
        raise EntityError('Can\'t find field "type"')
    offset, length = _number(given, "offset"), _number(given, "length")
    kept: dict[str, Any] = {"type": kind, "offset": offset, "length": length}
    if kind not in _PLAIN and kind not in _FOUND:
        raise EntityError("Unsupported type specified")
    if kind == "text_link":
        url = given.get("url")
        if not isinstance(url, str):
            raise EntityError('Can\'t find field "url"')
        kept["url"] = checked_url(url)
        if not kept["url"]:
            kept["length"] = 0
    elif kind == "text_mention":
        user = given.get("user")
        if not isinstance(user, dict) or not isinstance(user.get("id"), int):
            raise EntityError('Can\'t find field "user"')
        kept["user_id"] = user["id"]
    elif kind == "custom_emoji":
        emoji = given.get("custom_emoji_id")
        if not isinstance(emoji, str) or not emoji.isdecimal():
            raise EntityError("Invalid custom emoji identifier specified")
        kept["custom_emoji_id"] = emoji
    elif kind == "pre" and given.get("language"):
        kept["language"] = str(given["language"])
    return kept
