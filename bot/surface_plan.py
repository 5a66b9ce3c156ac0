"""What has to be done so that a surface shows what it should. Pure; delivery carries it out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from bot import render
from storage.outbox import WantedSurface

#: A bot may delete its own messages for 48 h (Bot API: deleteMessage); a little less, for the way there.
DELETABLE_FOR = timedelta(hours=47, minutes=55)


class Step(Enum):
    """The call that matters. `NOTHING`: the chat shows it already."""

    NOTHING = "nothing"
    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"
    STRIP = "strip"


class Plan(NamedTuple):
    """The step, and what becomes of the message that stood there before (None: it stays as it is)."""

    step: Step
    old: Step | None = None


_NOTHING, _SEND, _EDIT = Plan(Step.NOTHING), Plan(Step.SEND), Plan(Step.EDIT)


def plan(
    wanted: str | None,
    surface: WantedSurface,
    *,
    anew: bool,
    last_message_id: int | None,
    now: Callable[[], datetime],
) -> Plan:
    """`wanted` is the shape of what is wanted, None when nothing is to be there any more. `last_message_id` is the
    newest message of a private chat, None where nobody knows or cares.
    """
    stands, shown = surface.message_id, surface.shown_kind
    if stands is None:
        return _NOTHING if wanted is None else _SEND
    if wanted is None:
        return Plan(_removal(surface, now))
    if anew or (
        surface.kind == "dialog" and last_message_id is not None and stands < last_message_id
    ):
        return Plan(Step.SEND, _replaced(surface, now))
    if surface.content_hash == surface.shown_hash:
        return _NOTHING
    if shown is not None and render.can_become(shown, wanted):
        return _EDIT
    return Plan(Step.SEND, _removal(surface, now))


def _removal(surface: WantedSurface, now: Callable[[], datetime]) -> Step:
    sent_at = surface.sent_at
    return Step.DELETE if sent_at is not None and now() - sent_at < DELETABLE_FOR else Step.STRIP


def _replaced(surface: WantedSurface, now: Callable[[], datetime]) -> Step:
    """An old message keeps its words and loses its buttons.

    An invoice could still be paid, and a draft says of itself that it waits to be sent: these go.
    """
    goes = surface.kind == "draft" or render.kind_of(surface.shown_kind or "") == "invoice"
    return _removal(surface, now) if goes else Step.STRIP
