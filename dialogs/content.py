"""What one message shows, before any chat app is involved.

Handlers and flows make these values; delivery turns them into calls of a channel. They are stored as JSON
in surfaces and in the outbox, so every field is plain data.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from orders.values import value

#: A `Content`, or a part of one, as it is stored: plain JSON data, without what is at its default.
Plain = Mapping[str, Any]
MediaKind = Literal["photo", "document", "voice", "video", "sticker", "location"]
ButtonStyle = Literal["", "primary", "success", "danger"]


@value(kw_only=True)
class Button:
    """One inline button. Exactly one of `action`, `url`, `pay` says what it does."""

    label: str
    #: Index into the actions stored with the surface; becomes callback data `surface.revision.index`.
    action: int | None = None
    url: str | None = None
    #: The payment button of an invoice; Telegram wants it first.
    pay: bool = False
    style: ButtonStyle = ""


@value(kw_only=True)
class Media:
    """A file shown with the text as its caption. Exactly one of `file_id` and `asset` is set."""

    kind: MediaKind
    #: The channel's own id of a file it already holds.
    file_id: str | None = None
    #: A path in the shipped or configured files; uploaded once, its file_id is remembered.
    asset: str | None = None
    #: File name shown to the person (documents).
    name: str | None = None
    latitude: float | None = None
    longitude: float | None = None


@value(kw_only=True)
class InvoiceSheet:
    """An in-chat invoice. Limits: title 1-32, description 1-255, payload 1-128 bytes.

    Source: Telegram Bot API, sendInvoice.
    """

    title: str
    description: str
    payload: str
    currency: str
    #: (label, minor units); Stars take exactly one.
    prices: tuple[tuple[str, int], ...]
    #: A forwarded copy offers this deep link instead of a payment.
    start_parameter: str
    #: False for Stars, true when the configured provider token is to be used.
    by_provider: bool


@value(kw_only=True)
class Content:
    """One message: HTML text (the caption when there is media), media, rows of buttons, or an invoice."""

    text: str = ""
    media: Media | None = None
    buttons: tuple[tuple[Button, ...], ...] = ()
    invoice: InvoiceSheet | None = None
    #: Rows of a reply keyboard; never on a surface. () with remove_keyboard=True takes it away.
    keyboard: tuple[tuple[str, ...], ...] = ()
    remove_keyboard: bool = False
    #: The message this one answers, in the chat's own ids.
    reply_to: int | None = None
    #: Without sound.
    silent: bool = False
