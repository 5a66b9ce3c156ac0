"""Alembic's entry: runs on the connection that `storage.migrate` hands over."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

import storage.accounts
import storage.desk
import storage.disputes
import storage.staff
import storage.working  # noqa: F401 - registers its tables
from storage.tables import metadata
from storage.types import Instant


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types as what they are stored as: a migration must not change with the code."""
    return "sa.BigInteger()" if kind == "type" and isinstance(item, Instant) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render_item,
)
context.run_migrations()
