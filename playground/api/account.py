"""The bot itself: getMe, close, logOut."""

from __future__ import annotations

import math

from playground.api.errors import TooManyRequests
from playground.api.request import Call
from playground.world import wire
from playground.world.model import Json

#: Virtual seconds in which a bot that was launched or logged out cannot go elsewhere.
SETTLING = 600.0


def get_me(call: Call) -> Json:
    return wire.me(call.bot)


def close(call: Call) -> bool:
    """Telegram Bot API: close. Refused in the first ten minutes after the bot was launched."""
    left = call.bot.launched_at + SETTLING - call.world.clock.now()
    if left > 0:
        raise TooManyRequests(math.ceil(left))
    call.bot.launched_at = 0.0
    call.world.touch(call.bot)
    return True


def log_out(call: Call) -> bool:
    """Telegram Bot API: logOut. The bot cannot come back for ten minutes."""
    call.bot.logged_out_until = call.world.clock.now() + SETTLING
    call.bot.launched_at = 0.0
    call.world.touch(call.bot)
    return True
