"""The audit trail: what staff did, to what, and why. Rows are only ever added; the database refuses the rest."""

from __future__ import annotations

from handlers.turn import Turn
from storage.records import Audit, Order

Plain = str | int | bool | None | list[str] | list[int]


def record(
    turn: Turn, action: str, subject: str | Order, *, actor: int | None = None, **detail: Plain
) -> None:
    """Note what whoever caused this turn did. `subject` is "kind:id", or an order.

    `actor` is a person's id, for a deed that somebody else's event completed.
    """
    named = f"order:{subject.id}" if isinstance(subject, Order) else subject
    turn.work.session.add(
        Audit(
            bot=turn.work.bot,
            at=turn.now,
            actor_id=actor if actor is not None else turn.person.id,
            action=action[:40],
            subject=named[:64],
            detail=detail,
        )
    )
