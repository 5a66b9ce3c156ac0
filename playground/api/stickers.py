"""getForumTopicIconStickers: the icons any bot may give to a topic."""

from __future__ import annotations

import zlib

from playground.api.request import Call
from playground.world.model import Json

#: What Telegram's set "Topics" begins with.
EMOJIS = [
    "📰",
    "💡",
    "⚡️",
    "🎙",
    "🔝",
    "🗣",
    "🆒",
    "❗️",
    "📝",
    "📆",
    "📁",
    "🔎",
    "📣",
    "🔥",
    "❤️",
    "❓",
    "📈",
    "📉",
    "💎",
    "💰",
    "💸",
    "🪙",
    "💱",
    "⁉️",
    "🎮",
    "💻",
    "📱",
    "🚗",
    "🏠",
    "💘",
    "🎉",
    "‼️",
    "🏆",
    "🏁",
    "🎬",
    "🎵",
    "🔞",
    "📚",
    "👑",
    "⚽️",
    "🏀",
    "📺",
    "👀",
    "🫦",
    "🍓",
    "💄",
    "👠",
    "✈️",
    "🧳",
    "🏖",
    "⛅️",
    "🦄",
    "🛍",
    "👜",
    "🛒",
    "🚂",
    "🛥",
    "🏔",
    "🏕",
    "🤖",
    "🪩",
    "🎟",
    "🏴\u200d☠️",
    "🗳",
    "🎓",
    "🔭",
    "🔬",
    "🎶",
    "🎤",
    "🕺",
    "💃",
    "🪖",
    "💼",
    "🧪",
    "👨\u200d👩\u200d👧\u200d👦",
    "👶",
    "🤰",
    "💅",
    "🏛",
    "🧮",
    "🖨",
    "👮\u200d♂️",
    "🩺",
    "💊",
    "💉",
    "🧼",
    "🪪",
    "🛃",
    "🍽",
    "🐟",
    "🎨",
    "🎭",
    "🎩",
    "🔮",
    "🍹",
    "🎂",
    "☕️",
    "🍣",
    "🍔",
    "🍕",
    "🦠",
    "💬",
    "🎄",
    "🎃",
    "✅",
    "🎖",
    "🤡",
    "🧠",
    "🦮",
    "🐈",
]
_FIRST = 5_434_144_690_511_290_129


def icon_id(n: int) -> str:
    return str(_FIRST + n * 7_919_000_003)


ICONS = frozenset(icon_id(n) for n in range(len(EMOJIS)))


def _sticker(n: int, emoji: str) -> Json:
    mark = f"{zlib.crc32(emoji.encode()):08x}{n:03d}"
    return {
        "file_id": f"CAACAgIAAxUAAW{mark}{'A' * 40}",
        "file_unique_id": f"AgAD{mark}",
        "type": "custom_emoji",
        "width": 512,
        "height": 512,
        "is_animated": True,
        "is_video": False,
        "emoji": emoji,
        "set_name": "Topics",
        "custom_emoji_id": icon_id(n),
        "file_size": 20_000 + n * 131,
        "thumbnail": {
            "file_id": f"AAMCAgADFQABb{mark}{'A' * 40}",
            "file_unique_id": f"AQAD{mark}A",
            "width": 128,
            "height": 128,
            "file_size": 4_000 + n,
        },
    }


def get_forum_topic_icon_stickers(call: Call) -> list[Json]:
    return [_sticker(n, emoji) for n, emoji in enumerate(EMOJIS)]
