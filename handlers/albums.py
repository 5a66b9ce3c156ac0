"""Several files for one chat: pictures and videos as one album, documents as another, the rest one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialogs.content import Content, Media, MediaKind
from handlers.turn import Turn
from storage import albums
from storage.records import Order

_KINDS: Mapping[str, MediaKind] = {
    "photo": "photo",
    "document": "document",
    "video": "video",
    "voice": "voice",
}
_GROUPS: Mapping[str, str] = {"photo": "seen", "video": "seen", "document": "read"}


def media_of(file: Mapping[str, Any]) -> Media:
    """A stored file as something to show; what cannot be shown otherwise is a document."""
    kind = _KINDS.get(str(file["kind"]), "document")
    return Media(kind=kind, file_id=file["file_id"], name=file.get("name") or None)


def send_files(
    turn: Turn,
    order: Order,
    chat: int,
    files: Sequence[Mapping[str, Any]],
    *,
    key: str,
    label: str,
) -> None:
    """Queue files for a chat. `key` names this set of them: parts of the same album share it."""
    for file in files:
        group = _GROUPS.get(str(file["kind"]))
        content = Content(media=media_of(file), silent=True)
        if group is None:
            turn.work.send(chat, content, label=label, order_id=order.id)
        else:
            albums.send_part(
                turn.work,
                chat,
                content,
                group_key=f"{key}:{group}"[:64],
                due_at=turn.now,
                label=label,
                order_id=order.id,
            )
