"""Passing a message of one chat on to another, as a copy under a label; and keeping the copy in line with edits.

Used between customers and providers, and between people and the desk. Links between originals and copies are the
callers'.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dialogs.content import Content, Media, MediaKind
from dialogs.words import short
from handlers.events import IncomingFile
from handlers.turn import Turn
from orders.text import pieces
from storage import albums

#: Parts of an album arrive one by one; the album goes on when nothing more came for so long.
ALBUM_WAIT = timedelta(seconds=1)
#: Characters of a text or caption that leave room for the label (Telegram Bot API: 4,096 and 1,024).
TEXT_ROOM, CAPTION_ROOM = 3800, 850
#: Shown with a caption; what else there is can be copied only.
_WITH_CAPTION: Mapping[str, MediaKind] = {
    "photo": "photo",
    "document": "document",
    "video": "video",
    "voice": "voice",
}
_IN_ALBUMS = ("photo", "document", "video")
_COPIED_WITH_CAPTION = ("audio", "animation")

#: A person's words under a label that says whose they are, as HTML.
Label = Callable[[str], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """The message that is passed on, where it stands."""

    chat: int
    message: int
    text: str = ""
    files: tuple[IncomingFile, ...] = ()
    album: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    #: Somebody's contact: only copied, so that no number is kept.
    contact: bool = False

    @property
    def empty(self) -> bool:
        """Nothing that could be passed on."""
        return not (self.text.strip() or self.files or self.contact or self.latitude is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where the copy goes. `reply_to` is the message there that it answers."""

    chat: int
    thread: int | None = None
    reply_to: int | None = None


def send(
    turn: Turn,
    original: Original,
    target: Target,
    shown: Label,
    *,
    tell: Mapping[str, list[int]],
    label: str,
    order_id: int | None = None,
    key: str = "relay",
) -> None:
    """Queue the copy: one message, or what Telegram needs several for. `tell` goes with the one that counts."""
    plain: dict[str, Any] = {
        "label": label,
        "order_id": order_id,
        "thread_id": target.thread,
    }
    chat, reply_to = target.chat, target.reply_to
    file = original.files[0] if original.files else None
    parts = pieces(original.text, CAPTION_ROOM if file else TEXT_ROOM)
    text = parts[0] if parts else ""
    if original.contact:
        turn.work.send(chat, Content(text=shown(text), reply_to=reply_to), **plain)
        _copy(turn, original, target, {}, tell, label, order_id)
    elif original.latitude is not None:
        turn.work.send(chat, Content(text=shown(text), reply_to=reply_to), **plain)
        place = Media(kind="location", latitude=original.latitude, longitude=original.longitude)
        turn.work.send(chat, Content(media=place), tell=tell, **plain)
    elif file is None:
        turn.work.send(chat, Content(text=shown(text), reply_to=reply_to), tell=tell, **plain)
    elif file.kind in _WITH_CAPTION:
        content = Content(text=shown(text), media=_media(file), reply_to=reply_to)
        if original.album and file.kind in _IN_ALBUMS:
            group = f"{key}:{original.chat}:{original.album}"
            if not original.text and albums.part_waits(turn.work, chat, group):
                # One label for the album: a second caption would hide the first.
                content = Content(media=_media(file))
            due = turn.now + ALBUM_WAIT
            albums.send_part(
                turn.work, chat, content, group_key=group, due_at=due, tell=tell, **plain
            )
        else:
            turn.work.send(chat, content, tell=tell, **plain)
    elif file.kind in _COPIED_WITH_CAPTION:
        caption = {"caption": shown(text), "parse_mode": "HTML"}
        _copy(turn, original, target, caption, tell, label, order_id)
    else:
        # Stickers, round videos and the like carry no words: the label stands above.
        turn.work.send(chat, Content(text=shown(text), reply_to=reply_to), **plain)
        _copy(turn, original, target, {}, tell, label, order_id)
    for part in parts[1:]:
        turn.work.send(chat, Content(text=shown(part)), **plain)


def _media(file: IncomingFile) -> Media:
    return Media(kind=_WITH_CAPTION[file.kind], file_id=file.file_id, name=file.name or None)


def _copy(
    turn: Turn,
    original: Original,
    target: Target,
    caption: Mapping[str, Any],
    tell: Mapping[str, list[int]],
    label: str,
    order_id: int | None,
) -> None:
    """A copy made by Telegram: it carries no sender."""
    params: dict[str, Any] = {
        "chat_id": target.chat,
        "from_chat_id": original.chat,
        "message_id": original.message,
        **caption,
    }
    if target.thread is not None:
        params["message_thread_id"] = target.thread
    turn.work.call(target.chat, "copyMessage", params, tell=tell, label=label, order_id=order_id)


def edit(
    turn: Turn,
    chat: int,
    message: int,
    text: str,
    files: Sequence[Mapping[str, Any]],
    shown: Label,
    *,
    label: str,
    order_id: int | None = None,
) -> None:
    """Bring a copy in line with what its original says now."""
    file = files[0] if files else None
    words = shown(short(text, CAPTION_ROOM if file else TEXT_ROOM))
    params: dict[str, Any] = {"chat_id": chat, "message_id": message}
    if file is None:
        method = "editMessageText"
        params |= {
            "text": words,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": True},
        }
    elif file["kind"] in _IN_ALBUMS:
        method = "editMessageMedia"
        params["media"] = {
            "type": file["kind"],
            "media": file["file_id"],
            "caption": words,
            "parse_mode": "HTML",
        }
    elif file["kind"] in (*_WITH_CAPTION, *_COPIED_WITH_CAPTION):
        method = "editMessageCaption"
        params |= {"caption": words, "parse_mode": "HTML"}
    else:
        return
    turn.work.call(chat, method, params, label=label, order_id=order_id)


def react(
    turn: Turn, chat: int, message: int, emoji: str, *, label: str, order_id: int | None = None
) -> None:
    """The bot's reaction to a message; an empty one takes it back. Nothing depends on it."""
    reaction = [{"type": "emoji", "emoji": emoji}] if emoji else []
    turn.work.call(
        chat,
        "setMessageReaction",
        {"chat_id": chat, "message_id": message, "reaction": reaction},
        label=label,
        order_id=order_id,
        priority=3,
    )
