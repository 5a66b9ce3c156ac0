"""How a setting is read from what an operator writes; each raises ValueError for what is not allowed."""

from __future__ import annotations

import re
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import SecretStr

from bot.amounts import Amounts
from bot.hours import SupportHours, read_days, read_times
from bot.kept import Kept
from bot.quiet import QuietHours


def split(value: object) -> object:
    if isinstance(value, str):
        return tuple(part.strip() for part in value.replace(",", ",").split(",") if part.strip())
    return value


def methods(value: object) -> object:
    names = split(value)
    if isinstance(names, (tuple, list)):
        return tuple(
            dict.fromkeys(name.lower() if isinstance(name, str) else name for name in names)
        )
    return names


def zone(value: object) -> object:
    if isinstance(value, str):
        try:
            # Looked up by itself: a list of all zones takes longer than the rest of the settings together.
            return ZoneInfo(value)
        except (KeyError, ValueError, OSError):
            raise ValueError("unknown time zone") from None
    return value


def quiet(value: object) -> object:
    return QuietHours.parse(value) if isinstance(value, str) else value


def hours(value: object) -> object:
    return SupportHours.parse(value) if isinstance(value, str) else value


def times(value: object) -> object:
    return read_times(value) if isinstance(value, str) else value


def days(value: object) -> object:
    return read_days(value) if isinstance(value, str) else value


def kept(value: object) -> object:
    return Kept.parse(value) if isinstance(value, str) else value


def amounts(value: object) -> object:
    return Amounts.parse(value) if isinstance(value, str) else value


def token(value: object) -> object:
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if isinstance(text, str) and text:
        number, _, secret = text.partition(":")
        if not (number.isascii() and number.isdigit() and int(number) > 0 and secret):
            raise ValueError("not a bot token")
    return value


def secret(value: object) -> object:
    """Bot API: setWebhook allows 1 to 256; a short one can be guessed."""
    text = value.get_secret_value() if isinstance(value, SecretStr) else value
    if isinstance(text, str) and text and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text):
        raise ValueError("not a secret")
    return value


def url(value: object) -> object:
    if isinstance(value, str) and value:
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("not a URL")
        return value.rstrip("/")
    return value


def clock(value: object) -> object:
    return value if value == "system" else url(value)


def database_url(value: object) -> object:
    """Fill in the driver, so that the URLs people have at hand work."""
    if not isinstance(value, str) or not value:
        return value
    scheme, found, rest = value.partition("://")
    drivers = {
        "postgres": "postgresql+asyncpg",
        "postgresql": "postgresql+asyncpg",
        "postgresql+asyncpg": "postgresql+asyncpg",
        "sqlite": "sqlite+aiosqlite",
        "sqlite+aiosqlite": "sqlite+aiosqlite",
    }
    if not found or scheme not in drivers:
        raise ValueError("unknown database")
    return f"{drivers[scheme]}://{rest}"
