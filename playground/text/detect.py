"""Entities nobody typed: commands, links, mentions and hashtags found in a text."""

from __future__ import annotations

import re
from typing import Any

from playground.text import utf16

_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("url", re.compile(
        r"(?i)(?<![\w@])(?:(?:https?|ftp)://[^\s<>\"']+|(?:tg|ton)://[^\s<>\"']+"
        r"|(?:[a-z0-9-]+\.)+(?:com|org|net|io|me|app|dev|shop|info|cn|example|test)"
        r"(?::\d+)?(?:[/?#][^\s<>\"']*)?(?![\w@]))"
    )),
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[a-zA-Z0-9-]+(?:\.[a-zA-Z0-9-]+)+")),
    ("bot_command", re.compile(
        r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/<>@])"
    )),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}(?![\w@])")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\w*[^\W\d_])\w{1,255}(?!#)")),
    ("cashtag", re.compile(r"(?<![\w$])\$[A-Z]{1,8}(?![\w$])")),
)  # fmt: skip
_HINTS = frozenset("/@#$.:")
_CLOSED = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji"})


def detect(text: str, given: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entities found in the text that do not run into the given ones that stand for themselves."""
    if _HINTS.isdisjoint(text):
        return []
    offsets = utf16.positions(text)
    taken = [(e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in _CLOSED]
    found: list[dict[str, Any]] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            value = match[0].rstrip(".,;:!?)»") if kind == "url" else match[0]
            start, end = offsets[match.start()], offsets[match.start() + len(value)]
            if any(start < b and a < end for a, b in taken):
                continue
            taken.append((start, end))
            found.append({"type": kind, "offset": start, "length": end - start})
    return found
