"""The paper that a mediator or an arbiter is writing: how it is called in the staff group, and its end."""

from __future__ import annotations

from handlers.turn import Turn
from storage.disputes import Dispute


def subject(dispute: Dispute) -> str:
    return f"dispute_draft:{dispute.id}"


def close(turn: Turn, dispute: Dispute) -> None:
    """It was sent, discarded, or belongs to somebody who no longer has the case."""
    chat = turn.business.staff_chat
    if chat is not None and turn.work.surface(chat, "notice", subject(dispute)) is not None:
        turn.work.show(chat, "notice", subject(dispute), None, label="dispute/draft")
