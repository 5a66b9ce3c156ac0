"""Bringing a database's schema up to date, also when two processes start at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.append_only import protect
from storage.database import Database
from storage.points import reached

#: Any number that is no bot's id: the lock under which schemas change.
SCHEMA_LOCK = 0


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    return config


def head() -> str:
    """The newest revision this program knows."""
    return ScriptDirectory.from_config(_config()).get_current_head() or ""


def known() -> frozenset[str]:
    """Every revision this program can upgrade from, the newest included."""
    scripts = ScriptDirectory.from_config(_config()).walk_revisions()
    return frozenset(script.revision for script in scripts)


def current(connection: Connection) -> str:
    """The revision a database is at; empty for a new one."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def _upgrade(connection: Connection) -> bool:
    if current(connection) == head():
        return False
    config = _config()
    config.attributes["connection"] = connection
    reached("migration.before")
    command.upgrade(config, "head")
    protect(connection)
    reached("migration.after")
    return True


async def upgrade(database: Database) -> bool:
    """Upgrade to the newest schema in one transaction under the writer's lock; False if it already was.

    A second process waits for the lock and then finds nothing left to do.
    """
    return await database.write(SCHEMA_LOCK, _upgrade, altering=True)
