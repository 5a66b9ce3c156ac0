"""A message's text as HTML that is safe to put into a page.

Text and entities come from bots and people, so nothing of them is trusted: text is escaped, tags
come from a fixed list, and an address becomes a link only with a scheme that cannot run anything.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any
from urllib.parse import urlsplit

from playground.text import utf16
from playground.text.show import to_html

_TAGS = {
    "bold": "b",
    "italic": "i",
    "underline": "u",
    "strikethrough": "s",
    "code": "code",
    "blockquote": "blockquote",
}
_SCHEMES = frozenset({"http", "https", "mailto", "tel", "tg"})
_LANGUAGE = re.compile(r"[A-Za-z0-9+#._-]{1,40}")
_AFTER_BLOCK = re.compile(r"(</(?:blockquote|pre)>)\n")
_NOTHING = ("", "")


def safe_url(url: str) -> str | None:
    """The address when following it can do no harm to the page, None otherwise."""
    try:
        scheme = urlsplit(url.strip()).scheme.lower()
    except ValueError:
        return None
    return url.strip() if scheme in _SCHEMES else None


def _link(url: str) -> tuple[str, str]:
    safe = safe_url(url)
    if safe is None:
        return _NOTHING
    return f'<a href="{escape(safe)}" target="_blank" rel="noopener noreferrer">', "</a>"


def _act(kind: str, value: str) -> tuple[str, str]:
    """Something the client itself acts on when it is clicked."""
    return f'<a role="link" tabindex="0" data-{kind}="{escape(value)}">', "</a>"


def _around(entity: dict[str, Any], covered: str) -> tuple[str, str]:
    kind = str(entity.get("type"))
    if kind in _TAGS:
        return f"<{_TAGS[kind]}>", f"</{_TAGS[kind]}>"
    match kind:
        case "spoiler":
            return '<span class="spoiler" role="button" tabindex="0">', "</span>"
        case "expandable_blockquote":
            return '<blockquote class="folded" role="button" tabindex="0">', "</blockquote>"
        case "pre":
            language = str(entity.get("language") or "")
            if not _LANGUAGE.fullmatch(language):
                return "<pre>", "</pre>"
            return f'<pre data-language="{language}">', "</pre>"
        case "text_link":
            return _link(str(entity.get("url") or ""))
        case "url":
            return _link(covered if "://" in covered else f"https://{covered}")
        case "email":
            return _link(f"mailto:{covered}")
        case "phone_number":
            return _link("tel:" + re.sub(r"[^\d+]", "", covered))
        case "mention":
            return _act("mention", covered.removeprefix("@"))
        case "text_mention":
            return '<span class="mention">', "</span>"
        case "bot_command":
            return _act("command", covered)
        case "hashtag" | "cashtag":
            return '<span class="tag">', "</span>"
    return _NOTHING


def _whole(text: str, entities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entities that cover something, none of them ending in the middle of a character."""
    edges = set(utf16.positions(text))
    kept = []
    for one in entities:
        first, last = int(one["offset"]), int(one["offset"]) + int(one["length"])
        first -= first not in edges
        last += last not in edges
        if last > first:
            kept.append({**one, "offset": first, "length": last - first})
    return kept


def safe_html(text: str, entities: list[dict[str, Any]]) -> str:
    """The text with its formatting. Line breaks stay as they are: the page keeps white space."""
    # A block ends its line by itself; the text is escaped, so these are no words of its own.
    return _AFTER_BLOCK.sub(r"\1", to_html(text, _whole(text, entities), _around))
