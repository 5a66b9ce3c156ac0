"""Lengths and cuts as Telegram counts them: UTF-16 code units."""

from __future__ import annotations


def length(text: str) -> int:
    return len(text) + sum(1 for c in text if c > "\uffff")


def cut(text: str, offset: int, size: int) -> str:
    """The part of a text that an entity covers."""
    if text.isascii():
        return text[offset : offset + size]
    raw = text.encode("utf-16-le", "surrogatepass")[offset * 2 : (offset + size) * 2]
    return raw.decode("utf-16-le", "replace")


def positions(text: str) -> list[int]:
    """The UTF-16 offset of each character, and one more for the end."""
    offsets = []
    at = 0
    for c in text:
        offsets.append(at)
        at += 2 if c > "\uffff" else 1
    offsets.append(at)
    return offsets
