"""What a person wrote last is kept with their conversation: whoever takes over reads it in the case file.

Taps are not kept: what they led to is among what the bot said.
"""

from __future__ import annotations

import re

from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.text import clean_text
from storage import talk

#: What was sent, in a sign: files are not kept here.
_SIGNS = {
    "photo": "🖼",
    "document": "📎",
    "voice": "🎤",
    "video": "🎬",
    "sticker": "🏷",
    "audio": "🎵",
    "animation": "🎬",
    "video_note": "🎬",
}

#: What an invitation or another link of ours carries is a secret: only its kind is kept.
_TOKEN = re.compile(r"^(/start\S* \w*?)[0-9A-Za-z]{20,}$")


def message(turn: Turn) -> None:
    """A message in a private chat."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    text = clean_text(event.text)
    signs = [_SIGNS[file.kind] for file in event.files]
    if event.latitude is not None:
        signs.append("📍")
    if event.contact_phone is not None:
        signs.append("☎️")
    if signs:
        text = " ".join([*signs, text]).rstrip()
    if text.startswith("/start"):
        text = _TOKEN.sub(r"\1…", text)
    if text:
        talk.note(turn.conversation, event.message_id, text, turn.now)
