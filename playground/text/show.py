"""Entities back to HTML, for showing a message to a person."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from typing import Any

from playground.text import utf16

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "spoiler": "tg-spoiler",
    "code": "code",
    "blockquote": "blockquote",
}


def _around(entity: dict[str, Any], covered: str) -> tuple[str, str]:
    kind = entity["type"]
    if kind in _TAGS:
        return f"<{_TAGS[kind]}>", f"</{_TAGS[kind]}>"
    match kind:
        case "expandable_blockquote":
            return "<blockquote expandable>", "</blockquote>"
        case "pre" if entity.get("language"):
            return f'<pre><code class="language-{escape(entity["language"])}">', "</code></pre>"
        case "pre":
            return "<pre>", "</pre>"
        case "text_link":
            return f'<a href="{escape(entity["url"])}">', "</a>"
        case "text_mention":
            return f'<a href="tg://user?id={entity["user"]["id"]}">', "</a>"
        case "custom_emoji":
            return f'<tg-emoji emoji-id="{escape(entity["custom_emoji_id"])}">', "</tg-emoji>"
        case "url":
            href = covered if "://" in covered else f"http://{covered}"
            return f'<a href="{escape(href)}">', "</a>"
        case "email":
            return f'<a href="mailto:{escape(covered)}">', "</a>"
    return "", ""


def to_html(
    text: str,
    entities: list[dict[str, Any]],
    around: Callable[[dict[str, Any], str], tuple[str, str]] = _around,
) -> str:
    """The text as the HTML subset of Telegram, links found in it included.

    `around` gives the tags that open and close an entity over the text it covers.
    """
    if not entities:
        return escape(text, quote=False)
    ordered = sorted(entities, key=lambda e: (e["offset"], -e["length"]))
    cuts = sorted(
        {0, utf16.length(text)}
        | {e["offset"] for e in ordered}
        | {e["offset"] + e["length"] for e in ordered}
    )
    out: list[str] = []
    stack: list[tuple[int, str, dict[str, Any]]] = []
    waiting = list(ordered)
    for here, there in zip(cuts, [*cuts[1:], cuts[-1]], strict=True):
        reopen: list[dict[str, Any]] = []
        # Entities may overlap: what must stay open is closed and opened again around the end.
        while any(end <= here for end, _, _ in stack):
            end, closing, entity = stack.pop()
            out.append(closing)
            if end > here:
                reopen.append(entity)
        starting = [e for e in waiting if e["offset"] == here]
        waiting = [e for e in waiting if e["offset"] != here]
        for entity in [*reversed(reopen), *starting]:
            covered = utf16.cut(text, entity["offset"], entity["length"])
            opening, closing = around(entity, covered)
            out.append(opening)
            stack.append((entity["offset"] + entity["length"], closing, entity))
        out.append(escape(utf16.cut(text, here, there - here), quote=False))
    return "".join(out)
