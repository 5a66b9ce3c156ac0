"""What a person wrote or tapped last is kept with their conversation: whoever takes over reads it in the case file."""

from __future__ import annotations

from handlers.events import MessageEvent
from handlers.turn import Turn
from storage import talk
from storage.rows import Surface

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


def message(turn: Turn) -> None:
    """A message in a private chat."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    signs = [_SIGNS[file.kind] for file in event.files]
    if event.latitude is not None:
        signs.append("📍")
    if event.contact_phone is not None:
        signs.append("☎️")
    text = " ".join([*signs, event.text]).strip()
    if text:
        talk.note(turn.conversation, event.message_id, text, turn.now)


def tap(turn: Turn, surface: Surface, index: int) -> None:
    """A button in a private chat, by its label."""
    label = _label(surface, index)
    if label:
        message_id = surface.message_id or 0
        talk.note(turn.conversation, message_id, f"👆 {label}", turn.now)


def _label(surface: Surface, index: int) -> str:
    content = surface.shows()
    if content is None:
        return ""
    return next((b.label for row in content.buttons for b in row if b.action == index), "")
