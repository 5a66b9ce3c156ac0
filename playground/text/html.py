"""HTML as the Bot API understands it, with the errors it gives.

Telegram Bot API: HTML style. Offsets in errors are bytes of the text as sent; offsets of entities
are UTF-16 units of the text as shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from playground.text import utf16

_SIMPLE = {
    "b": "bold", "strong": "bold",
    "i": "italic", "em": "italic",
    "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "tg-spoiler": "spoiler", "span": "spoiler",
}  # fmt: skip
_TAGS = frozenset({*_SIMPLE, "a", "tg-emoji", "pre", "code", "blockquote"})
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|(lt|gt|amp|quot)(?![a-zA-Z]));?")
_SPACE = " \t\r\n\0\v"


class MarkupError(ValueError):
    """The text cannot be parsed; the message is Telegram's own."""


@dataclass
class _Open:
    tag: str
    argument: str
    offset: int
    start: int


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.offset = 0
        self.open: list[_Open] = []
        self.entities: list[dict[str, Any]] = []

    def byte(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def peek(self) -> str:
        return self.source[self.at] if self.at < len(self.source) else ""

    def reference(self) -> str | None:
        """Decode `&…;` at the current place and step over it."""
        match = _REFERENCE.match(self.source, self.at)
        if match is None:
            return None
        if match[3]:
            char = _NAMED[match[3]]
        else:
            code = int(match[1], 16) if match[1] else int(match[2])
            if code == 0 or code >= 0x10FFFF or 0xD800 <= code <= 0xDFFF:
                return None
            char = chr(code)
        self.at = match.end()
        return char

    def emit(self, char: str) -> None:
        self.out.append(char)
        self.offset += 2 if char > "\uffff" else 1

    def parse(self) -> tuple[str, list[dict[str, Any]]]:
        while self.at < len(self.source):
            char = self.source[self.at]
            if char == "&" and (decoded := self.reference()) is not None:
                self.emit(decoded)
            elif char == "<":
                if self.source.startswith("</", self.at):
                    self.end_tag()
                else:
                    self.start_tag()
            else:
                self.emit(char)
                self.at += 1
        if self.open:
            tag = self.open[-1].tag
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{tag}"')
        for entity in self.entities:
            if entity["type"] == "code":
                entity.pop("language", None)
        return "".join(self.out), self.entities

    def start_tag(self) -> None:
        begin = self.at
        at_byte = self.byte(begin)
        self.at += 1
        while (c := self.peek()) and c not in _SPACE and c != ">":
            self.at += 1
        if not self.peek():
            raise MarkupError(f"Unclosed start tag at byte offset {at_byte}")
        tag = self.source[begin + 1 : self.at].lower()
        if tag not in _TAGS:
            raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {at_byte}')
        argument = ""
        while True:
            self.skip_space()
            if self.peek() == ">":
                break
            name, value = self.attribute(tag, at_byte)
            if tag == "a" and name == "href":
                argument = value
            elif tag == "code" and name == "class" and value.startswith("language-"):
                argument = value[len("language-") :]
            elif tag == "span" and name == "class" and value.startswith("tg-"):
                argument = value[len("tg-") :]
            elif tag == "tg-emoji" and name == "emoji-id":
                argument = value
            elif tag == "blockquote" and name == "expandable":
                argument = "1"
        if tag == "span" and argument != "spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {at_byte}')
        self.at += 1
        self.open.append(_Open(tag, argument, self.offset, len(self.out)))

    def skip_space(self) -> None:
        while (c := self.peek()) and c in _SPACE:
            self.at += 1

    def attribute(self, tag: str, at_byte: int) -> tuple[str, str]:
        begin = self.at
        while (c := self.peek()) and c not in _SPACE and c not in "=>":
            self.at += 1
        name = self.source[begin : self.at]
        if not self.peek():
            raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {at_byte}')
        if not name:
            raise MarkupError(f'Empty attribute name in the tag "{tag}" at byte offset {at_byte}')
        after_name = self.at
        self.skip_space()
        if self.peek() != "=":
            if tag == "blockquote" and name == "expandable":
                self.at = after_name
                return name, ""
            raise MarkupError(
                "Expected equal sign in declaration of an attribute of the tag "
                f'"{tag}" at byte offset {at_byte}'
            )
        self.at += 1
        self.skip_space()
        if not self.peek():
            raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {at_byte}')
        value = self.quoted() if self.peek() in "'\"" else self.bare()
        if not self.peek():
            raise MarkupError(f"Unclosed start tag at byte offset {at_byte}")
        return name, value

    def quoted(self) -> str:
        quote = self.source[self.at]
        self.at += 1
        value: list[str] = []
        while (c := self.peek()) and c != quote:
            if c == "&" and (decoded := self.reference()) is not None:
                value.append(decoded)
                continue
            value.append(c)
            self.at += 1
        if self.peek():
            self.at += 1
        return "".join(value)

    def bare(self) -> str:
        begin = self.at
        while (c := self.peek()) and c.isascii() and (c.isalnum() or c in ".-"):
            self.at += 1
        if (c := self.peek()) and c not in _SPACE and c != ">":
            raise MarkupError(f"Unexpected end of name token at byte offset {self.byte(begin)}")
        return self.source[begin : self.at].lower()

    def end_tag(self) -> None:
        begin = self.at
        at_byte = self.byte(begin)
        if not self.open:
            raise MarkupError(f"Unexpected end tag at byte offset {at_byte}")
        self.at += 2
        while (c := self.peek()) and c not in _SPACE and c != ">":
            self.at += 1
        tag = self.source[begin + 2 : self.at].lower()
        self.skip_space()
        if self.peek() != ">":
            raise MarkupError(f"Unclosed end tag at byte offset {at_byte}")
        self.at += 1
        opened = self.open[-1]
        if tag and tag != opened.tag:
            raise MarkupError(
                f"Unmatched end tag at byte offset {at_byte}, "
                f'expected "</{opened.tag}>", found "</{tag}>"'
            )
        self.open.pop()
        if self.offset > opened.offset:
            self.close(opened)

    def close(self, opened: _Open) -> None:
        tag, argument = opened.tag, opened.argument
        span = {"offset": opened.offset, "length": self.offset - opened.offset}
        last = self.entities[-1] if self.entities else {}
        same = last.get("offset") == span["offset"] and last.get("length") == span["length"]
        if tag in _SIMPLE:
            self.entities.append({"type": _SIMPLE[tag], **span})
        elif tag == "tg-emoji":
            if not argument.isdecimal() or int(argument) == 0:
                raise MarkupError("Invalid custom emoji identifier specified")
            self.entities.append({"type": "custom_emoji", **span, "custom_emoji_id": argument})
        elif tag == "a":
            self.entities += link_entity(argument or "".join(self.out[opened.start :]), span)
        elif tag == "blockquote":
            kind = "expandable_blockquote" if argument else "blockquote"
            self.entities.append({"type": kind, **span})
        elif tag == "pre" and same and last["type"] == "code" and last.get("language"):
            last["type"] = "pre"
        elif tag == "code" and same and last["type"] == "pre" and argument:
            last["language"] = argument
        else:
            self.entities.append(
                {"type": tag, **span, **({"language": argument} if argument else {})}
            )


def link_entity(url: str, span: dict[str, int]) -> list[dict[str, Any]]:
    """The entity a link makes: a mention of a user, a link, or none when it is no link."""
    user = re.fullmatch(r"tg:(?://)?user\?id=(\d{1,18})", url)
    if user:
        return [{"type": "text_mention", **span, "user_id": int(user[1])}]
    checked = checked_url(url)
    return [{"type": "text_link", **span, "url": checked}] if checked else []


def checked_url(url: str) -> str:
    """A link as Telegram keeps it; empty when it is none, and then no entity is made."""
    url = url.strip()
    if re.match(r"(?i)(?:https?|ftp|tg|ton|tonsite|mailto|tel):", url):
        match = re.match(r"(?i)(https?|ftp)://([^/?#\s]+)(.*)", url, re.S)
        if match:
            if "." not in match[2] and not match[2].lower().startswith("localhost"):
                return ""
            return f"{match[1].lower()}://{match[2].lower()}{match[3] or '/'}"
        return url
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)+(?::\d+)?(?:[/?#]\S*)?", url):
        return checked_url("http://" + url)
    return ""


def parse(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The text without its tags, and its entities. Raises MarkupError.

    Mentions of users come back with `user_id` instead of `user`.
    """
    text, entities = _Parser(source).parse()
    assert all(e["offset"] + e["length"] <= utf16.length(text) for e in entities)
    return text, entities
