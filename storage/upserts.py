"""INSERT … ON CONFLICT in either database's words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def upsert(
    connection: Connection, table: Table, keys: Sequence[str], columns: Sequence[str]
) -> Any:
    """INSERT … ON CONFLICT (keys) DO UPDATE of `columns`, in the database's dialect."""
    return upsert_for(connection.dialect.name, table, tuple(keys), tuple(columns))


# Making a statement takes longer than running it: each is made once.
@lru_cache(maxsize=64)
def upsert_for(dialect: str, table: Table, keys: tuple[str, ...], columns: tuple[str, ...]) -> Any:
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = build(table)
    return statement.on_conflict_do_update(
        index_elements=list(keys), set_={name: statement.excluded[name] for name in columns}
    )


def insert_new(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *returning: str
) -> list[Any]:
    """INSERT … ON CONFLICT DO NOTHING; the `returning` columns of the rows that were new."""
    statement = _insert_new(connection.dialect.name, table, returning)
    return list(connection.execute(statement, list(rows)))


@lru_cache(maxsize=64)
def _insert_new(dialect: str, table: Table, returning: tuple[str, ...]) -> Any:
    build = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return build(table).on_conflict_do_nothing().returning(*(table.c[name] for name in returning))
