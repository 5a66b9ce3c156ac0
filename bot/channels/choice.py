"""The one place that knows which libraries there are; only the chosen one is imported."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from bot.channels.port import Channel
from bot.settings import Settings


def open_channel(settings: Settings, now: Callable[[], datetime]) -> Channel:
    """The channel of `CHANNEL`. Importing aiogram takes seconds, python-telegram-bot half a second."""
    token, url = settings.bot_token.get_secret_value(), settings.bot_api_url
    if settings.channel == "ptb":
        from bot.channels.telegram_ptb import PtbChannel

        return PtbChannel(token, base_url=url, now=now)
    from bot.channels.telegram_aiogram import AiogramChannel

    return AiogramChannel(token, base_url=url, now=now)
