"""What people see, as values: messages, buttons, toasts, what came of a payment."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

Json = dict[str, Any]
Wanted = str | re.Pattern[str]


class PlaygroundError(RuntimeError):
    """The control API refused; the message says what was wrong with the request."""


class NotSeen(AssertionError):
    """What was waited for did not show up; the message shows what the chat holds."""


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    style: str | None = None
    url: str | None = None
    pay: bool = False


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as this person sees it."""

    message_id: int
    #: Name of who wrote it.
    author: str
    from_bot: bool
    mine: bool
    date: datetime
    edited: bool
    #: Text or caption.
    text: str
    html: str
    buttons: tuple[tuple[Button, ...], ...]
    thread: int | None
    reply_to: int | None
    #: Kind of a service message: "successful_payment", "pinned_message", …
    service: str | None
    photo: Json | None
    document: Json | None
    #: title, description, currency, total, price, prices, paid, charges
    invoice: Json | None
    #: Everything the control API tells, for what has no field here.
    raw: Json = field(repr=False)

    @property
    def labels(self) -> list[str]:
        """Labels of the inline buttons, row by row."""
        return [button.text for row in self.buttons for button in row]

    def url(self, label: str) -> str:
        """The address behind a button. Raises KeyError."""
        for row in self.buttons:
            for button in row:
                if label in button.text and button.url:
                    return button.url
        raise KeyError(f"no button {label!r} with an address on {self.labels}")

    def __str__(self) -> str:
        parts = [f"#{self.message_id} {self.author}{' (edited)' if self.edited else ''}:"]
        if self.service:
            parts.append(f"<{self.service}>")
        for kind in ("photo", "document", "voice", "video", "sticker", "contact", "location"):
            if self.raw.get(kind):
                parts.append(f"<{kind}>")
        if self.invoice:
            paid = ", paid" if self.invoice["paid"] else ""
            parts.append(f"<invoice {self.invoice['title']!r} {self.invoice['price']}{paid}>")
        parts.append(self.text)
        lines = [" ".join(part for part in parts if part)]
        lines += ["    " + " ".join(f"[{button.text}]" for button in row) for row in self.buttons]
        return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Toast:
    """What a tap brought: the bot's answer to it, or where the button led."""

    #: The toast's text; "" when the bot answered without words, None when it did not answer.
    text: str | None
    answered: bool
    alert: bool = False
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Payment:
    """What came of opening an invoice."""

    #: paid, refused (by the bot), timeout, declined, abandoned, late (success comes), link
    result: str
    charge_id: str | None = None
    #: The bot's reason when it refused.
    error: str | None = None
    #: The deep link a forwarded invoice offers instead of a payment.
    start: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    id: int
    title: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What a message must have to be the one that is waited for."""

    texts: tuple[Wanted, ...]
    button: str | None
    photo: bool
    document: bool
    invoice: bool
    service: str | None
    where: Callable[[Seen], bool] | None

    def granted(self, one: Seen) -> bool:
        searched = one.text
        if one.invoice is not None:
            searched += "\n" + one.invoice["title"] + "\n" + one.invoice["description"]
        return (
            all(_has(searched, text) for text in self.texts)
            and (self.button is None or any(self.button in label for label in one.labels))
            and (not self.photo or one.photo is not None)
            and (not self.document or one.document is not None)
            and (not self.invoice or one.invoice is not None)
            and (self.service is None or one.service == self.service)
            and (self.where is None or self.where(one))
        )

    def __str__(self) -> str:
        wishes = [
            repr(text.pattern if isinstance(text, re.Pattern) else text) for text in self.texts
        ]
        wishes += [name for name in ("photo", "document", "invoice") if getattr(self, name)]
        if self.button is not None:
            wishes.append(f"button {self.button!r}")
        if self.service is not None:
            wishes.append(f"service message {self.service!r}")
        if self.where is not None:
            wishes.append("what `where` asks for")
        return ", ".join(wishes) or "any message"


def _has(searched: str, text: Wanted) -> bool:
    if isinstance(text, re.Pattern):
        return text.search(searched) is not None
    return text in searched


def seen(raw: Json, reader: int) -> Seen:
    """A message of the control API as the person with the id `reader` sees it."""
    return Seen(
        message_id=raw["message_id"],
        author=raw["from"]["name"],
        from_bot=raw["from"]["bot"],
        mine=raw["from"]["id"] == reader,
        date=datetime.fromtimestamp(raw["date"], UTC),
        edited=raw["edited"],
        text=raw["text"],
        html=raw["html"],
        buttons=tuple(
            tuple(Button(b["text"], b.get("style"), b.get("url"), bool(b.get("pay"))) for b in row)
            for row in raw["buttons"]
        ),
        thread=raw["thread"],
        reply_to=raw["reply_to"],
        service=raw["service"]["kind"] if raw["service"] else None,
        photo=raw["photo"],
        document=raw["document"],
        invoice=raw["invoice"],
        raw=raw,
    )


def picture(
    width: int = 64, height: int = 48, color: tuple[int, int, int] = (90, 140, 200)
) -> bytes:
    """A PNG of one colour, for whoever needs a real picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        checksum = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", checksum)

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = (b"\0" + bytes(color) * width) * height
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", header),
            chunk(b"IDAT", zlib.compress(pixels)),
            chunk(b"IEND", b""),
        )
    )
