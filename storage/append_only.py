"""Tables whose rows are only ever added: the database itself refuses to change or to delete one."""

from __future__ import annotations

from sqlalchemy import Connection

#: What must stay as it was written.
APPEND_ONLY = ("audit",)
_REASON = "rows of this table are only ever added"


def protect(connection: Connection) -> None:
    """Make the triggers, or make them anew. Run with every change of the schema."""
    postgres = connection.dialect.name == "postgresql"
    if postgres:
        connection.exec_driver_sql(
            "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{_REASON}'; END $$"
        )
    for table in APPEND_ONLY:
        for what in ("UPDATE", "DELETE"):
            name = f"{table}_no_{what.lower()}"
            if postgres:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                connection.exec_driver_sql(
                    f"CREATE TRIGGER {name} BEFORE {what} ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
                )
            else:
                connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}")
                connection.exec_driver_sql(
                    f"CREATE TRIGGER {name} BEFORE {what} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{_REASON}'); END"
                )
