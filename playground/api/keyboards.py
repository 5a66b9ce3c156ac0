"""Keyboards under messages: what Telegram takes and what it says when it does not."""

from __future__ import annotations

import re
from typing import Any

from playground.api.errors import BadRequest
from playground.api.request import Call
from playground.text.html import checked_url
from playground.world.model import Chat, Json

#: An inline button is exactly one of these.
KINDS = (
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
    "disabled",
)
_STYLES = frozenset({"primary", "success", "danger"})
_MOST_BUTTONS = 100
_MOST_IN_ROW = 8
_MOST_DATA = 64


def markup(call: Call, chat: Chat | None, *, invoice: bool = False) -> Json | None:
    """The checked reply_markup of a call, or None. Raises BadRequest in Telegram's words."""
    given = call.json("reply_markup")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise BadRequest("Object expected as reply markup")
    if "inline_keyboard" in given:
        keyboard = _inline(call, given["inline_keyboard"], invoice)
        return {"inline_keyboard": keyboard} if keyboard else None
    if invoice:
        raise BadRequest("Inline keyboard expected")
    if "keyboard" in given:
        return _reply(call, given, chat)
    if given.get("remove_keyboard") is True or given.get("force_reply") is True:
        return dict(given)
    return None


def inline_only(call: Call, *, invoice: bool = False) -> Json | None:
    """The markup of an edit: an inline keyboard or nothing."""
    given = call.json("reply_markup")
    if given is None:
        return None
    if not isinstance(given, dict) or (given and "inline_keyboard" not in given):
        raise BadRequest("Inline keyboard expected")
    return markup(call, None, invoice=invoice)


def _rows(given: Any, kind: str, field: str) -> list[list[Any]]:
    if not isinstance(given, list):
        raise BadRequest(f'Field "{field}" of the {kind} must be an Array')
    if not all(isinstance(row, list) for row in given):
        raise BadRequest(f'Field "{field}" of the {kind} must be an Array of Arrays')
    return [row for row in given if row]


def _limits(call: Call, rows: list[list[Any]]) -> None:
    total = sum(len(row) for row in rows)
    if total > _MOST_BUTTONS or any(len(row) > _MOST_IN_ROW for row in rows):
        raise BadRequest("reply markup is too long")
    if total > _MOST_BUTTONS * 0.9:
        call.warn(f"{total} buttons of at most {_MOST_BUTTONS}")


def _inline(call: Call, given: Any, invoice: bool) -> list[list[Json]]:
    rows = _rows(given, "InlineKeyboardMarkup", "inline_keyboard")
    keyboard = [[_inline_button(call, button) for button in row] for row in rows]
    _limits(call, keyboard)
    pays = [(r, c) for r, row in enumerate(keyboard) for c, b in enumerate(row) if b.get("pay")]
    if pays and (not invoice or pays != [(0, 0)]):
        raise BadRequest("BUTTON_TYPE_INVALID")
    if invoice and keyboard and not pays:
        raise BadRequest("REPLY_MARKUP_BUY_EMPTY")
    return keyboard


def _inline_button(call: Call, button: Any) -> Json:
    prefix = "can't parse inline keyboard button: "
    if not isinstance(button, dict):
        raise BadRequest(prefix + "InlineKeyboardButton must be an Object")
    _text(button, prefix)
    kinds = [kind for kind in KINDS if button.get(kind) not in (None, False)]
    if not kinds:
        raise BadRequest(prefix + "Text buttons are unallowed in the inline keyboard")
    if len(kinds) > 1:
        raise BadRequest("BUTTON_TYPE_INVALID")
    kind = kinds[0]
    value = button[kind]
    if kind in ("url", "callback_data") and not isinstance(value, str):
        raise BadRequest(f'{prefix}Field "{kind}" must be of type String')
    if kind == "callback_data":
        size = len(value.encode())
        if not 1 <= size <= _MOST_DATA:
            raise BadRequest("BUTTON_DATA_INVALID")
        if size > _MOST_DATA * 0.9:
            call.warn(f"callback_data of {size} bytes of at most {_MOST_DATA}")
    if kind == "url" and not checked_url(value):
        raise BadRequest(f"inline keyboard button URL '{value}' is invalid: Wrong HTTP URL")
    if kind == "copy_text":
        copied = value.get("text") if isinstance(value, dict) else None
        if not isinstance(copied, str) or not 1 <= len(copied) <= 256:
            raise BadRequest("BUTTON_COPY_TEXT_INVALID")
    style = _style(button, prefix)
    kept = {"text": button["text"], kind: value, **style}
    if button.get("icon_custom_emoji_id"):
        kept["icon_custom_emoji_id"] = button["icon_custom_emoji_id"]
    return kept


def _style(button: Json, prefix: str) -> Json:
    style = button.get("style")
    if style in (None, ""):
        return {}
    if style not in _STYLES:
        raise BadRequest(prefix + "invalid button style specified")
    return {"style": style}


def _text(button: Json, prefix: str) -> None:
    if "text" not in button:
        raise BadRequest(prefix + 'Can\'t find field "text"')
    if not isinstance(button["text"], str):
        raise BadRequest(prefix + 'Field "text" must be of type String')
    if not button["text"].strip():
        raise BadRequest(prefix + "button text must be non-empty")


def _reply(call: Call, given: Json, chat: Chat | None) -> Json:
    rows = _rows(given["keyboard"], "ReplyKeyboardMarkup", "keyboard")
    keyboard = [[_reply_button(button, chat) for button in row] for row in rows]
    if not keyboard:
        raise BadRequest("reply keyboard must have at least one button")
    if sum(len(row) for row in keyboard) > 300 or any(len(row) > 12 for row in keyboard):
        raise BadRequest("reply markup is too long")
    placeholder = given.get("input_field_placeholder")
    if isinstance(placeholder, str) and len(placeholder) > 64:
        raise BadRequest("input field placeholder is too long")
    return {**given, "keyboard": keyboard}


def _reply_button(button: Any, chat: Chat | None) -> Json:
    prefix = "can't parse keyboard button: "
    if not isinstance(button, dict):
        raise BadRequest(prefix + "KeyboardButton must be a String or an Object")
    _text(button, prefix)
    _style(button, prefix)
    if chat is not None and not chat.private:
        if button.get("request_contact"):
            raise BadRequest("phone number can be requested in private chats only")
        if button.get("request_location"):
            raise BadRequest("location can be requested in private chats only")
    return dict(button)


def start_parameter(value: str) -> bool:
    """Whether a deep link can carry this (Telegram Bot API: deep linking)."""
    return re.fullmatch(r"[A-Za-z0-9_-]{0,64}", value) is not None
