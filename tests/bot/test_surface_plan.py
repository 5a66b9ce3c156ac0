from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.render import shape
from bot.surface_plan import Plan, Step, plan
from dialogs.content import Content, InvoiceSheet, Media
from storage.outbox import WantedSurface

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT = Content(text="new")
PHOTO = Content(text="new", media=Media(kind="photo", file_id="P"))
OTHER = Content(text="old", media=Media(kind="photo", file_id="Q"))
VOICE = Content(media=Media(kind="voice", file_id="V"))
INVOICE = Content(
    invoice=InvoiceSheet(
        title="t",
        description="d",
        payload="p",
        currency="XTR",
        prices=(("x", 1),),
        start_parameter="s",
        by_provider=False,
    )
)
DEARER = Content(invoice=replace(INVOICE.invoice, prices=(("x", 2),)))  # type: ignore[type-var]
DAYS = timedelta(days=1)


def shown(
    content: Content | None = TEXT, *, hash: str = "old", age: timedelta = DAYS
) -> WantedSurface:
    stands = content is not None
    return WantedSurface(
        id=1,
        chat_id=2,
        thread_id=None,
        kind="card",
        revision=3,
        content=None,
        content_hash="new",
        shown_hash=hash if stands else None,
        shown_kind=None if content is None else shape(content),
        message_id=50 if stands else None,
        sent_at=NOW - age if stands else None,
    )


def planned(
    wanted: Content | None, stands: WantedSurface, *, kind: str = "card", **more: Any
) -> Plan:
    values: dict[str, Any] = {"anew": False, "last_message_id": None, **more}
    wanted_shape = None if wanted is None else shape(wanted)
    return plan(wanted_shape, stands._replace(kind=kind), now=lambda: NOW, **values)


@pytest.mark.parametrize(
    ("wanted", "stands", "more", "expected"),
    [
        # First showing, and nothing to show.
        (TEXT, shown(None), {}, Plan(step=Step.SEND)),
        (TEXT, shown(None), {"anew": True}, Plan(step=Step.SEND)),
        (None, shown(None), {}, Plan(step=Step.NOTHING)),
        # Unchanged.
        (TEXT, shown(hash="new"), {}, Plan(step=Step.NOTHING)),
        (TEXT, shown(hash="new"), {"anew": True}, Plan(step=Step.SEND, old=Step.STRIP)),
        # Cards are edited where they stand, whatever is below them.
        (TEXT, shown(), {"last_message_id": 99}, Plan(step=Step.EDIT)),
        (PHOTO, shown(TEXT), {}, Plan(step=Step.EDIT)),
        (PHOTO, shown(OTHER), {}, Plan(step=Step.EDIT)),
        # News is a new message.
        (TEXT, shown(), {"anew": True}, Plan(step=Step.SEND, old=Step.STRIP)),
        # What cannot be edited is sent anew, the old one deleted while that is allowed.
        (TEXT, shown(PHOTO), {}, Plan(step=Step.SEND, old=Step.DELETE)),
        (TEXT, shown(PHOTO, age=2 * DAYS), {}, Plan(step=Step.SEND, old=Step.STRIP)),
        (VOICE, shown(TEXT), {}, Plan(step=Step.SEND, old=Step.DELETE)),
        (INVOICE, shown(TEXT), {}, Plan(step=Step.SEND, old=Step.DELETE)),
        (TEXT, shown(INVOICE), {}, Plan(step=Step.SEND, old=Step.DELETE)),
        # The buttons of an invoice change where it stands, its sheet never does.
        (INVOICE, shown(INVOICE), {}, Plan(step=Step.EDIT)),
        (DEARER, shown(INVOICE), {}, Plan(step=Step.SEND, old=Step.DELETE)),
        # An old invoice could still be paid.
        (INVOICE, shown(INVOICE), {"anew": True}, Plan(step=Step.SEND, old=Step.DELETE)),
        # A draft says that it waits to be sent.
        (TEXT, shown(), {"anew": True, "kind": "draft"}, Plan(step=Step.SEND, old=Step.DELETE)),
        # Taken out of the chat.
        (None, shown(), {}, Plan(step=Step.DELETE)),
        (None, shown(INVOICE), {}, Plan(step=Step.DELETE)),
        (None, shown(age=2 * DAYS), {}, Plan(step=Step.STRIP)),
        # A dialog is edited while it is the last message.
        (TEXT, shown(), {"kind": "dialog", "last_message_id": 50}, Plan(step=Step.EDIT)),
        (TEXT, shown(), {"kind": "dialog", "last_message_id": None}, Plan(step=Step.EDIT)),
        (
            TEXT,
            shown(),
            {"kind": "dialog", "last_message_id": 51},
            Plan(step=Step.SEND, old=Step.STRIP),
        ),
        (
            TEXT,
            shown(hash="new"),
            {"kind": "dialog", "last_message_id": 51},
            Plan(step=Step.SEND, old=Step.STRIP),
        ),
        (
            TEXT,
            shown(hash="new"),
            {"kind": "dialog", "last_message_id": 50},
            Plan(step=Step.NOTHING),
        ),
    ],
)
def test_plan(
    wanted: Content | None, stands: WantedSurface, more: dict[str, Any], expected: Plan
) -> None:
    assert planned(wanted, stands, **more) == expected


def test_a_message_of_unknown_kind_is_replaced() -> None:
    """A message that was adopted from a tap: we know where it is, not what it shows."""
    adopted = shown()._replace(shown_hash=None, shown_kind=None, sent_at=None)
    assert planned(TEXT, adopted) == Plan(step=Step.SEND, old=Step.STRIP)
