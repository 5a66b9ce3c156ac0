"""An invoice and a refund change their state along the edges of their table, whoever sets it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy.orm.attributes import set_committed_value

from orders.attempts import ATTEMPT, OPEN, AttemptState
from orders.edges import Edges
from orders.errors import IllegalStep
from orders.refunds import PENDING, REFUND, RefundState
from storage.accounts import Invoice, Refund
from storage.money import step_invoice, step_refund

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)


def _at(record: type[Any], state: str) -> Any:
    """One as the database gives it."""
    made = record()
    set_committed_value(made, "state", state)
    return made


@pytest.mark.parametrize(
    ("record", "edges", "states", "step"),
    [
        (Invoice, ATTEMPT, AttemptState, step_invoice),
        (Refund, REFUND, RefundState, step_refund),
    ],
    ids=["invoice", "refund"],
)
def test_no_record_goes_where_its_table_does_not_lead(
    record: type[Any],
    edges: Edges[Any],
    states: type[Any],
    step: Callable[[Any, Any, datetime], None],
) -> None:
    allowed = set(edges.pairs())
    for source in states:
        for target in states:
            one = _at(record, source)
            if (source, target) in allowed:
                step(one, target, NOW)
                assert one.state == target
                continue
            with pytest.raises(IllegalStep):
                step(one, target, NOW)
            # Nor past the setter.
            with pytest.raises(IllegalStep):
                one.state = str(target)
            assert one.state == source
    for first in states:
        if first in edges.begins:
            assert record(state=str(first)).state == first
        else:
            with pytest.raises(IllegalStep):
                record(state=str(first))


def test_the_time_of_the_end_is_written_with_the_end() -> None:
    for attempt in ATTEMPT.table:
        invoice = _at(Invoice, attempt.sources[0])
        step_invoice(invoice, attempt.target, NOW)
        assert invoice.closed_at == (None if attempt.target in OPEN else NOW)
    for way in REFUND.table:
        refund = _at(Refund, way.sources[0])
        step_refund(refund, way.target, NOW)
        assert refund.settled_at == (None if way.target in PENDING else NOW)
