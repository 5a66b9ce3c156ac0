"""The one place that knows which libraries there are; only the chosen one is imported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.channels.port import Channel
from bot.settings import Settings


def open_channel(settings: Settings, now: Callable[[], datetime]) -> Channel:
    """The channel of `CHANNEL`. Importing its library takes seconds."""
    # The settings refuse what is not here.
    assert settings.channel == "aiogram"
    from bot.channels.telegram_aiogram import AiogramChannel

    return AiogramChannel(
        settings.bot_token.get_secret_value(), base_url=settings.bot_api_url, now=now
    )
