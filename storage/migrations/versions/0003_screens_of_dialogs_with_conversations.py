"""Screens of dialogs with their conversations

Revision: 0003, after 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SCREENS = "FROM surfaces AS s WHERE s.kind = 'dialog' AND s.subject = 'main'"
_CHANGING = (
    "revision",
    "actions",
    "content",
    "content_hash",
    "shown_hash",
    "shown_kind",
    "message_id",
    "sent_at",
)


def upgrade() -> None:
    for column in (
        sa.Column("screen_revision", sa.Integer(), server_default="1", nullable=False),
        sa.Column("screen_actions", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("screen_content", sa.JSON(), nullable=True),
        sa.Column("screen_content_hash", sa.String(length=32), server_default="", nullable=False),
        sa.Column("screen_shown_hash", sa.String(length=32), nullable=True),
        sa.Column("screen_shown_kind", sa.String(length=16), nullable=True),
        sa.Column("screen_message_id", sa.BigInteger(), nullable=True),
        sa.Column("screen_sent_at", sa.BigInteger(), nullable=True),
    ):
        op.add_column("conversations", column)
    # Nobody has a screen without a conversation, but a person who had would get no other.
    op.execute(
        "INSERT INTO conversations (bot, chat_id, revision, state, mode, heard, updated_at) "
        f"SELECT s.bot, s.chat_id, 0, '[]', 'bot', 0, s.updated_at {_SCREENS} "
        "ON CONFLICT DO NOTHING"
    )
    moved = ", ".join(f"screen_{name} = s.{name}" for name in _CHANGING)
    op.execute(
        f"UPDATE conversations SET surface_id = s.id, {moved} {_SCREENS} "
        "AND s.bot = conversations.bot AND s.chat_id = conversations.chat_id"
    )


def downgrade() -> None:
    raise RuntimeError("no migration leads back from here: restore the backup that was made before")
