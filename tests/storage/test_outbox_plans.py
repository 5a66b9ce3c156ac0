"""Delivery's statements stay cheap however much is waiting: each must find its rows by an index."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, insert

from storage import outbox_care, outbox_told, tables
from storage.database import Database
from storage.outbox import claim, has_due
from tests.storage.queueing import BOT, NOW


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[Database]:
    opened = await Database.open(f"sqlite:///{tmp_path / 'orderclerk.db'}")
    await opened.write(0, lambda c: tables.metadata.create_all(c))
    yield opened
    await opened.close()


def _plans(connection: Connection) -> dict[str, list[str]]:
    """Every statement of a round, and how SQLite goes about it."""
    statements: list[str] = []
    rows: list[dict[str, Any]] = [
        {
            "bot": BOT,
            "chat_id": number % 7,
            "kind": "surface" if number % 2 else "send",
            "surface_id": 1,
            "body": {},
            "due_at": NOW,
            "created_at": NOW,
            "priority": number % 3,
        }
        for number in range(40)
    ]
    connection.execute(insert(tables.outbox), rows)
    driver: Any = connection.connection.driver_connection
    driver.set_trace_callback(statements.append)
    has_due(connection, BOT, NOW, [1])
    claim(connection, BOT, epoch=1, now=NOW, limit=5, busy=[2])
    outbox_told.untold(connection, BOT, 10)
    outbox_care.abandoned_urgent(connection, BOT, NOW)
    outbox_care.recover(connection, BOT, epoch=2, now=NOW)
    driver.set_trace_callback(None)
    return {
        statement: [
            str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")
        ]
        for statement in statements
    }


async def test_nothing_reads_the_whole_table(sqlite: Database) -> None:
    plans = await sqlite.write(BOT, _plans)
    assert len(plans) >= 8
    for statement, steps in plans.items():
        # A list that came as a parameter is read from one end to the other, and what was found by it; no table is.
        read = [
            step
            for step in steps
            if step.startswith("SCAN") and "json_each" not in step and step != "SCAN first"
        ]
        assert not read, (statement, steps)
    used = " ".join(step for steps in plans.values() for step in steps)
    for name in ("ix_outbox_ready", "ix_outbox_open", "ix_outbox_untold"):
        assert name in used
