"""From what was sent to what stands in the chat: parsed, trimmed, with all its entities."""

from __future__ import annotations

from typing import Any

from playground.text import given as explicit
from playground.text import html, markdown, utf16
from playground.text.detect import detect
from playground.text.html import MarkupError

Entities = list[dict[str, Any]]

_BLANK = " \t\n\r\v\f\u00a0\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))


def formatted(text: str, parse_mode: str, given: Entities | None) -> tuple[str, Entities]:
    """Text and entities as Telegram keeps them.

    Raises MarkupError with Telegram's words when the markup is broken.
    """
    entities: Entities
    match parse_mode.lower():
        case "" | "none":
            entities = explicit.checked(text, given or [])
        case "html":
            text, entities = html.parse(text)
        case "markdown":
            text, entities = markdown.parse_legacy(text)
        case "markdownv2":
            text, entities = markdown.parse_v2(text)
        case _:
            raise MarkupError("unsupported parse_mode")
    text, entities = _trim(*_without_returns(text, entities))
    entities = entities + detect(text, entities)
    entities.sort(key=lambda e: (e["offset"], -e["length"], e["type"] == "bot_command"))
    return text, entities


def _without_returns(text: str, entities: Entities) -> tuple[str, Entities]:
    """Carriage returns are dropped, and entities move with the text."""
    if "\r" not in text:
        return text, entities
    gone = [at for at, c in zip(utf16.positions(text), text, strict=False) if c == "\r"]

    def moved(offset: int) -> int:
        return offset - sum(1 for at in gone if at < offset)

    kept = [
        {**e, "offset": moved(e["offset"]), "length": moved(e["offset"] + e["length"])}
        for e in entities
    ]
    for entity in kept:
        entity["length"] -= entity["offset"]
    return text.replace("\r", ""), kept


def _trim(text: str, entities: Entities) -> tuple[str, Entities]:
    """Cut white space at both ends and what entities lose by it."""
    stripped = text.strip(_BLANK)
    lead = utf16.length(text[: len(text) - len(text.lstrip(_BLANK))]) if stripped else 0
    end = utf16.length(stripped)
    kept: Entities = []
    for entity in entities:
        first = min(max(entity["offset"] - lead, 0), end)
        last = min(max(entity["offset"] + entity["length"] - lead, 0), end)
        if last > first:
            kept.append({**entity, "offset": first, "length": last - first})
    return stripped, kept
