"""The two Markdown styles of the Bot API, with the errors they give.

Telegram Bot API: Markdown style (the legacy one) and MarkdownV2 style. Offsets in errors are bytes
of the text as sent; offsets of entities are UTF-16 units of the text as shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from playground.text import utf16
from playground.text.html import MarkupError, link_entity

_LEGACY = frozenset("_*`[")
_RESERVED = frozenset("_*[]()~`>#+-=|{}.!\n")
_SPACE = frozenset(" \t\r\n\0\v")
#: How errors call each kind of entity.
_NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
_MONOSPACE = frozenset({"code", "pre"})

Entities = list[dict[str, Any]]


class _Reader:
    """The source, and what has been shown of it so far."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.out: list[str] = []
        self.offset = 0
        self.entities: Entities = []

    def peek(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.source[at] if at < len(self.source) else "\0"

    def byte(self, position: int) -> int:
        return len(self.source[:position].encode("utf-8", "surrogatepass"))

    def emit(self, char: str) -> None:
        self.out.append(char)
        self.offset += 2 if char > "\uffff" else 1

    @property
    def more(self) -> bool:
        return self.at < len(self.source)

    def language(self) -> str:
        """Step over what follows ```: the language, if any, and one line break."""
        end = self.at
        while end < len(self.source) and self.source[end] not in _SPACE | {"`"}:
            end += 1
        found = ""
        if self.at < end < len(self.source) and self.source[end] != "`":
            found = self.source[self.at : end]
            self.at = end
        if self.peek() in "\r\n":
            both = self.peek(1) in "\r\n" and self.peek() != self.peek(1)
            self.at += 2 if both else 1
        return found


def _span(reader: _Reader, start: int) -> dict[str, int]:
    return {"offset": start, "length": reader.offset - start}


def parse_legacy(source: str) -> tuple[str, Entities]:
    """The text of the legacy style without its marks, and its entities. Raises MarkupError."""
    r = _Reader(source)
    while r.more:
        c = r.peek()
        if c == "\\" and r.peek(1) in _LEGACY:
            r.emit(r.peek(1))
            r.at += 2
        elif c not in _LEGACY:
            r.emit(c)
            r.at += 1
        else:
            _legacy_entity(r, c)
    return "".join(r.out), r.entities


def _legacy_entity(r: _Reader, opening: str) -> None:
    begin, start, first = r.at, r.offset, len(r.out)
    end = "]" if opening == "[" else opening
    r.at += 1
    pre = opening == "`" and r.peek() == "`" and r.peek(1) == "`"
    language = ""
    if pre:
        r.at += 2
        language = r.language()
    while r.more and (r.peek() != end or (pre and not (r.peek(1) == "`" and r.peek(2) == "`"))):
        r.emit(r.peek())
        r.at += 1
    if not r.more:
        raise MarkupError(f"Can't find end of the entity starting at byte offset {r.byte(begin)}")
    url = "".join(r.out[first:])
    if opening == "[" and r.peek(1) == "(":
        r.at += 2
        close = r.source.find(")", r.at)
        close = len(r.source) if close < 0 else close
        url = r.source[r.at : close]
        r.at = close
    r.at += 3 if pre else 1
    span = _span(r, start)
    if span["length"] == 0:
        return
    if opening == "[":
        r.entities += link_entity(url, span)
    elif pre:
        r.entities.append({"type": "pre", **span, **({"language": language} if language else {})})
    else:
        kind = {"_": "italic", "*": "bold", "`": "code"}[opening]
        r.entities.append({"type": kind, **span})


@dataclass
class _Open:
    kind: str
    #: Index into the source, for errors.
    begin: int
    offset: int
    first: int
    language: str = ""


class _V2(_Reader):
    def __init__(self, source: str) -> None:
        super().__init__(source)
        self.open: list[_Open] = []
        self.quoted = False
        self.line_start = True

    def parse(self) -> tuple[str, Entities]:
        while self.more:
            c = self.peek()
            if c == "\\" and "\0" < self.peek(1) <= "~":
                self.emit(self.peek(1))
                self.at += 2
                self.line_start = False
            elif c not in ({"`"} if self._monospace() else _RESERVED):
                self.emit(c)
                self.at += 1
                self.line_start = False
            elif self._ends(c):
                self._end()
            elif c == "\n":
                self._line_break()
            else:
                self._begin(c)
        if self.quoted:
            self._end_quote()
        if self.open:
            last = self.open[-1]
            raise MarkupError(
                f"Can't find end of {_NAMES[last.kind]} entity at byte offset "
                f"{self.byte(last.begin)}"
            )
        return "".join(self.out), self.entities

    def _monospace(self) -> bool:
        return bool(self.open) and self.open[-1].kind in _MONOSPACE

    def _ends(self, c: str) -> bool:
        if not self.open:
            return False
        match self.open[-1].kind:
            case "bold":
                return c == "*"
            case "italic":
                return c == "_" and self.peek(1) != "_"
            case "underline":
                return c == "_" and self.peek(1) == "_"
            case "strikethrough":
                return c == "~"
            case "spoiler":
                return c == "|" and self.peek(1) == "|"
            case "code":
                return c == "`"
            case "pre":
                return c == "`" and self.peek(1) == "`" and self.peek(2) == "`"
            case "text_link" | "custom_emoji":
                return c == "]"
        return False

    def _line_break(self) -> None:
        if self.quoted and self.peek(1) != ">":
            self._end_quote()
        elif self.quoted:
            self.at += 1
        self.emit("\n")
        self.at += 1
        self.line_start = not self.quoted

    def _begin(self, c: str) -> None:
        begin = self.at
        kind, width, language = "", 1, ""
        if c == "_":
            kind, width = ("underline", 2) if self.peek(1) == "_" else ("italic", 1)
        elif c == "*":
            kind = "bold"
            if self.line_start and self.source.startswith("**>", self.at):
                # An empty bold entity parts two quotations.
                self.at += 2
                return
        elif c == "~":
            kind = "strikethrough"
        elif c == "|" and self.peek(1) == "|":
            kind, width = "spoiler", 2
        elif c == "[":
            kind = "text_link"
        elif c == "!" and self.peek(1) == "[":
            kind, width = "custom_emoji", 2
        elif c == ">" and self.line_start and not self.open:
            kind, self.quoted = "blockquote", True
        elif c == "`" and self.peek(1) == "`" and self.peek(2) == "`":
            self.at += 3
            kind, width, language = "pre", 0, self.language()
        elif c == "`":
            kind = "code"
        if not kind:
            raise MarkupError(
                f"Character '{c}' is reserved and must be escaped with the preceding '\\'"
            )
        self.at += width
        self.line_start = False
        self.open.append(_Open(kind, begin, self.offset, len(self.out), language))

    def _end(self) -> None:
        last = self.open.pop()
        span = _span(self, last.offset)
        empty = span["length"] == 0
        width = {"underline": 2, "spoiler": 2, "pre": 3}.get(last.kind, 1)
        if last.kind == "text_link":
            url = "".join(self.out[last.first :])
            if self.peek(1) == "(":
                url = self._url("a URL")
            found = link_entity(url, span)
        elif last.kind == "custom_emoji":
            if self.peek(1) != "(":
                raise MarkupError("Custom emoji entity must contain a tg://emoji URL")
            found = [{"type": "custom_emoji", **span, "custom_emoji_id": self._emoji()}]
        else:
            language = {"language": last.language} if last.language else {}
            found = [{"type": last.kind, **span, **language}]
        self.at += width
        if not empty:
            self.entities += found

    def _url(self, what: str) -> str:
        """The URL in parentheses behind a bracket; leaves the reader at its end."""
        self.at += 2
        begin = self.at
        url: list[str] = []
        while self.more and self.peek() != ")":
            if self.peek() == "\\" and "\0" < self.peek(1) <= "~":
                self.at += 1
            url.append(self.peek())
            self.at += 1
        if not self.more:
            raise MarkupError(f"Can't find end of {what} at byte offset {self.byte(begin)}")
        return "".join(url)

    def _emoji(self) -> str:
        url = self._url("a custom emoji URL")
        scheme, _, rest = url.partition("://")
        if scheme.lower() != "tg":
            raise MarkupError("Custom emoji URL must have scheme tg")
        host, _, query = rest.partition("?")
        if host.rstrip("/").lower() != "emoji":
            raise MarkupError('Custom emoji URL must have host "emoji"')
        for part in query.split("&"):
            name, _, value = part.partition("=")
            if name == "id":
                if not value.isascii() or not value.isdecimal() or int(value) == 0:
                    raise MarkupError("Invalid custom emoji identifier specified")
                return value
        raise MarkupError("Custom emoji URL must have an emoji identifier")

    def _end_quote(self) -> None:
        """A quotation ends with its last line; an open empty spoiler makes it expandable."""
        kind = "blockquote"
        last = self.open[-1]
        if last.kind == "spoiler" and last.offset == self.offset:
            self.open.pop()
            kind = "expandable_blockquote"
            last = self.open[-1]
        if last.kind != "blockquote":
            raise MarkupError(
                f"Can't find end of {_NAMES[last.kind]} entity at byte offset "
                f"{self.byte(last.begin)}"
            )
        self.open.pop()
        self.quoted = False
        span = _span(self, last.offset)
        if span["length"]:
            self.entities.append({"type": kind, **span})


def parse_v2(source: str) -> tuple[str, Entities]:
    """The text of MarkdownV2 without its marks, and its entities. Raises MarkupError."""
    text, entities = _V2(source).parse()
    assert all(e["offset"] + e["length"] <= utf16.length(text) for e in entities)
    return text, entities
