"""Keeping HTML within Telegram's limits without breaking its tags.

A template that is too long is a defect that `check` finds. This is the net below: a person rather gets a
shortened message than none.
"""

from __future__ import annotations

import re
from html import unescape

#: Telegram Bot API: text 1-4096 and captions 0-1024 characters after entities parsing.
TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024

_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^>]*>")
_PIECE = re.compile(_TAG.pattern + r"|&(?:#\d+|#[xX][0-9a-fA-F]+|\w+);|[^<&]|[<&]")


def visible_length(html: str) -> int:
    """UTF-16 units that are left when the tags are gone; Telegram counts no more than these."""
    return _units(unescape(_TAG.sub("", html)))


def shorten(html: str, limit: int) -> str:
    """`html` cut to `limit` visible units with an ellipsis, its open tags closed."""
    # No character takes more than two units.
    if len(html) * 2 <= limit or _units(html) <= limit or visible_length(html) <= limit:
        return html
    left = limit - 1
    kept: list[str] = []
    open_tags: list[str] = []
    for piece in _PIECE.finditer(html):
        left -= _length(piece)
        if left < 0:
            break
        kept.append(piece.group())
        if piece.group(2):
            if not piece.group(1):
                open_tags.append(piece.group(2))
            elif open_tags:
                open_tags.pop()
    kept.append("…")
    kept.extend(f"</{tag}>" for tag in reversed(open_tags))
    return "".join(kept)


def _length(piece: re.Match[str]) -> int:
    if piece.group(2):
        return 0
    return _units(unescape(piece.group()))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
