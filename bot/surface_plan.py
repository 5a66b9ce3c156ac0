"""What has to be done so that a surface shows what it should. Pure; delivery carries it out."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum
from typing import NamedTuple

from bot import render

#: A bot may delete its own messages for 48 h (Bot API: deleteMessage); a little less, for the way there.
DELETABLE_FOR = timedelta(hours=47, minutes=55)


class Step(Enum):
    """The call that matters. `NOTHING`: the chat shows it already."""

    NOTHING = "nothing"
    SEND = "send"
    EDIT = "edit"
    DELETE = "delete"
    STRIP = "strip"


class Shown(NamedTuple):
    """What the chat shows of a surface, as far as we know. `shape` as `render.shape` gives it."""

    message_id: int | None
    hash: str | None
    shape: str | None
    sent_at: datetime | None


class Plan(NamedTuple):
    """The step, and what becomes of the message that stood there before (None: it stays as it is)."""

    step: Step
    old: Step | None = None


_NOTHING, _SEND, _EDIT = Plan(Step.NOTHING), Plan(Step.SEND), Plan(Step.EDIT)


def plan(
    wanted: str | None,
    wanted_hash: str,
    shown: Shown,
    *,
    kind: str,
    anew: bool,
    last_message_id: int | None,
    now: datetime,
) -> Plan:
    """`wanted` is the shape of what is wanted, None when nothing is to be there any more. `last_message_id` is the
    newest message of a private chat, None where nobody knows or cares.
    """
    if shown.message_id is None:
        return _NOTHING if wanted is None else _SEND
    if wanted is None:
        return Plan(step=_removal(shown, now))
    below = kind == "dialog" and last_message_id is not None and shown.message_id < last_message_id
    if anew or below:
        return Plan(step=Step.SEND, old=_replaced(shown, kind, now))
    if wanted_hash == shown.hash:
        return _NOTHING
    if shown.shape is not None and render.can_become(shown.shape, wanted):
        return _EDIT
    return Plan(step=Step.SEND, old=_removal(shown, now))


def _removal(shown: Shown, now: datetime) -> Step:
    fresh = shown.sent_at is not None and now - shown.sent_at < DELETABLE_FOR
    return Step.DELETE if fresh else Step.STRIP


def _replaced(shown: Shown, kind: str, now: datetime) -> Step:
    """An old message keeps its words and loses its buttons.

    An invoice could still be paid, and a draft says of itself that it waits to be sent: these go.
    """
    goes = render.kind_of(shown.shape or "") == "invoice" or kind == "draft"
    return _removal(shown, now) if goes else Step.STRIP
