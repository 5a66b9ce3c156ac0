"""The command menu, in every language, as calls to be made at start-up."""

from __future__ import annotations

from collections.abc import Sequence

from bot.channels.port import Call
from handlers.business import Business
from handlers.commands import menus


def command_menus(business: Business) -> Sequence[Call]:
    """setMyCommands once per language, and once for everybody else in the default one.

    Source: Telegram Bot API, setMyCommands: the most fitting scope and language wins.
    """
    scope = {"type": "all_private_chats"}
    calls = []
    for language, commands in menus().items():
        params = {"commands": commands, "scope": scope}
        calls.append(Call(method="setMyCommands", params={**params, "language_code": language}))
        if language == business.default_language:
            calls.append(Call(method="setMyCommands", params=params))
    return calls
