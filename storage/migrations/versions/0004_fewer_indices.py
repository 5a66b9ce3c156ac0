"""Old rows are found without an index of their age

Revision: 0004, after 0003
"""

from __future__ import annotations

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_outbox_settled", table_name="outbox")
    if op.get_bind().dialect.name == "sqlite":
        op.drop_index("ix_inbox_received_at", table_name="inbox")


def downgrade() -> None:
    raise RuntimeError("no migration leads back from here: restore the backup that was made before")
