"""The operator's table of what cancelling costs: read from a TOML file, checked, laid over the house rules."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.errors import BotError
from dialogs.wording import refusal_text
from dialogs.words import Words
from orders.cancel_policy import CancelPolicy, policy_from


class CancelFileError(BotError):
    """The table of what cancelling costs cannot be used; the message names every mistake."""


def read_cancelling(path: Path) -> CancelPolicy:
    """The table in a file. Raises CancelFileError."""
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CancelFileError(f"CANCELLING: {path} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CancelFileError(f"CANCELLING: {path} is no TOML: {error}") from error
    made = policy_from(entries)
    if isinstance(made, CancelPolicy):
        return made
    words = Words("en", ZoneInfo("UTC"), date.today())
    mistakes = "; ".join(refusal_text(one, words) for one in made)
    raise CancelFileError(f"CANCELLING: {path}: {mistakes}")
