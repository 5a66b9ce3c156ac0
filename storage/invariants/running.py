"""Invariants 13 and 14: what was to be said was said, and money on its way back is still looked after."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import JSON, and_, exists, func, select, text, type_coerce, union_all

from orders.refunds import RefundState
from storage.accounts import Refund
from storage.invariants.asking import Breach, Fault, Scope, each, found, whole, words
from storage.tables import outbox, timers

refunds = Refund.__table__

# Literally as in the partial indexes: with bound values SQLite cannot tell that they may be used.
_OPEN = text("outbox.state IN ('queued', 'sending')")
_ENDED = text("outbox.tell IS NOT NULL AND outbox.state IN ('sent', 'dead')")


def messages_end(scope: Scope) -> Iterator[Breach]:
    """13: every row ends within a limit, and who asked how it ended is told."""
    before = scope.before("outbox")
    row = select(outbox.c.id, outbox.c.state, outbox.c.label, outbox.c.due_at, outbox.c.settled_at)
    left = row.where(_OPEN, outbox.c.due_at < before)
    what = "({label}) was due at {due_at:%Y-%m-%d %H:%M} UTC and is still {state}"
    yield from each(scope, scope.mine(left, outbox.c.bot), 13, "outbox row {id}", what)
    untold = row.where(_ENDED, outbox.c.settled_at < before)
    what = "({label}) is {state} since {settled_at:%Y-%m-%d %H:%M} UTC, and nobody was told"
    yield from each(scope, scope.mine(untold, outbox.c.bot), 13, "outbox row {id}", what)


def refunds_go_on(scope: Scope) -> Iterator[Breach]:
    """14: a refund has its key from the start, and one that Telegram is to make is being tried.

    Keys are unique by the schema.
    """
    # Rows that ended keep the wish inside, beside the answer of the call.
    wish = type_coerce(outbox.c.tell, JSON)
    tried = [
        select(whole(number.as_string()).label("refund")).where(
            outbox.c.label == "refund", outbox.c.tell.is_not(None), which
        )
        for number, which in (
            (wish["refund"], _OPEN),
            (wish["refund"], _ENDED),
            (wish["$params"]["refund"], _ENDED),
        )
    ]
    under_way = union_all(*tried).subquery()
    waits = exists().where(
        timers.c.bot == refunds.c.bot,
        timers.c.kind == "refund",
        timers.c.subject == "refund:" + words(refunds.c.id),
    )
    query = select(refunds.c.id, refunds.c.state, refunds.c.tries)
    trying = and_(
        refunds.c.state.in_((RefundState.PROCESSING, RefundState.FAILED)),
        refunds.c.way == "stars",
    )
    yield from found(
        scope,
        scope.mine(query, refunds.c.bot),
        "refund {id}",
        Fault(14, func.trim(refunds.c.key) == "", "has no key"),
        Fault(
            14,
            and_(
                trying,
                refunds.c.id.not_in(
                    select(under_way.c.refund).where(under_way.c.refund.is_not(None))
                ),
                ~waits,
            ),
            "is {state} after {tries} tries, but nothing will try it again",
        ),
    )


CHECKS = (messages_end, refunds_go_on)
