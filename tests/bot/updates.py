"""Raw updates in Telegram's own JSON, and the libraries that parse them."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

BOT = 900
ANNA: Json = {
    "id": 42,
    "is_bot": False,
    "first_name": "Anna",
    "last_name": "Li",
    "username": "anna",
    "language_code": "zh-hans",
}
PRIVATE: Json = {"id": 42, "type": "private", "first_name": "Anna"}
FORUM: Json = {"id": -1001, "type": "supergroup", "title": "Support", "is_forum": True}
GROUP: Json = {"id": -50, "type": "group", "title": "Team"}


def message(chat: Json = PRIVATE, sender: Json | None = ANNA, **more: Any) -> Json:
    made: Json = {"message_id": 7, "date": 1_760_000_000, "chat": chat, **more}
    if sender is not None:
        made["from"] = sender
    return made


def update(**kind: Any) -> Json:
    return {"update_id": 1001, **kind}


def by_aiogram(raw: Json) -> Any:
    from aiogram.types import Update

    return Update.model_validate(raw)


def by_ptb(raw: Json) -> Any:
    from telegram import Update

    return Update.de_json(raw, None)


def as_it_came(raw: Json) -> Any:
    return raw


LIBRARIES = {"json": as_it_came, "aiogram": by_aiogram, "ptb": by_ptb}
