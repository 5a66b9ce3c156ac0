"""The hot tables: what every update touches. Written by set-based Core statements.

`bot` is the channel's id of the bot: one bot is one serial log, and several may share a database.
Records of the trade (people, orders, money) are in `storage.records`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.types import Instant

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
    }
)

#: SQLite only auto-increments an INTEGER primary key; PostgreSQL wants 64 bits.
Id = BigInteger().with_variant(Integer(), "sqlite")

#: Every update, tap, timer and outcome that was accepted, by its outside id. Pruned after 72 h.
inbox = Table(
    "inbox",
    metadata,
    Column("bot", BigInteger, primary_key=True),
    Column("source", String(16), primary_key=True),
    Column("external_id", String(80), primary_key=True),
    Column("received_at", Instant, nullable=False),
    #: The kind of event, for `why` and for counts; never its content.
    Column("kind", String(32), nullable=False),
)
# SQLite has the rows in the order in which they came; see `storage.outbox_care.prune_inbox`.
Index("ix_inbox_received_at", inbox.c.received_at).ddl_if(dialect="postgresql")

#: Events whose handler raised. `state`: waiting (to be retried by hand or by rule), done, dropped.
parked = Table(
    "parked",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot", BigInteger, nullable=False),
    Column("source", String(16), nullable=False),
    Column("external_id", String(80), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("event", JSON, nullable=False),
    Column("error", Text, nullable=False),
    Column("tries", Integer, nullable=False, server_default="1"),
    Column("state", String(8), nullable=False, server_default="waiting"),
    Column("parked_at", Instant, nullable=False),
    Column("retry_at", Instant),
    UniqueConstraint("bot", "source", "external_id"),
)

#: One row per private chat: where its dialog stands.
conversations = Table(
    "conversations",
    metadata,
    Column("bot", BigInteger, primary_key=True),
    Column("chat_id", BigInteger, primary_key=True),
    #: Flow, version and step of the open dialog, for counting which ones a release touches.
    Column("flow", String(40)),
    Column("fingerprint", String(16)),
    Column("step", String(40)),
    #: Grows with every accepted input.
    Column("revision", Integer, nullable=False, server_default="0"),
    #: The whole `dialogs.engine.State` stack, outermost first.
    Column("state", JSON, nullable=False),
    #: The surface that shows the dialog. While it does, what changes of it stands here, as `screen_…`, and not in its
    #: own row: an update writes one page of its person instead of two. See `storage.surfaces`.
    Column("surface_id", BigInteger),
    #: bot, queued or human.
    Column("mode", String(8), nullable=False, server_default="bot"),
    #: Newest message id seen in the chat, in or out: a dialog that is not the last message is sent anew.
    Column("last_message_id", BigInteger),
    #: The order used last, and what the next message is awaited for: see `handlers.context`.
    Column("focus", JSON(none_as_null=True)),
    #: The ticket that what is typed goes to; null: to the bot.
    Column("ticket_id", BigInteger),
    #: What the person wrote last: [message id, text, moment] each, for a case file.
    Column("recent", JSON(none_as_null=True)),
    #: Since when messages and taps are counted, in milliseconds since 1970, and how many: see `handlers.flood`.
    Column("heard_since", BigInteger),
    Column("heard", Integer, nullable=False, server_default="0"),
    Column("updated_at", Instant, nullable=False),
    Column("screen_revision", Integer, nullable=False, server_default="1"),
    Column("screen_actions", JSON, nullable=False, server_default="[]"),
    Column("screen_content", JSON(none_as_null=True)),
    Column("screen_content_hash", String(32), nullable=False, server_default=""),
    Column("screen_shown_hash", String(32)),
    Column("screen_shown_kind", String(16)),
    Column("screen_message_id", BigInteger),
    Column("screen_sent_at", Instant),
    Index("ix_conversations_flow", "bot", "flow", "fingerprint"),
)

#: A message that the bot keeps up to date. What changes of the one that shows a dialog stands with its conversation.
surfaces = Table(
    "surfaces",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    #: dialog, card, offer, invoice, notice …
    Column("kind", String(16), nullable=False),
    #: What it is about, for example order:17; one surface per (chat, kind, subject).
    Column("subject", String(64), nullable=False),
    #: Counts sets of actions, not renderings.
    Column("revision", Integer, nullable=False, server_default="1"),
    #: What the buttons do, by index: [name, value] pairs.
    Column("actions", JSON, nullable=False),
    #: The wanted `Content`; null: the message is to be taken out of the chat.
    Column("content", JSON(none_as_null=True)),
    Column("content_hash", String(32), nullable=False),
    #: What the chat shows as far as we know: hash, text|photo|document|invoice…, message id, when sent.
    Column("shown_hash", String(32)),
    Column("shown_kind", String(16)),
    Column("message_id", BigInteger),
    Column("sent_at", Instant),
    Column("updated_at", Instant, nullable=False),
    UniqueConstraint("bot", "chat_id", "kind", "subject"),
)

#: Everything that is to be said, in the chat's order (`id`).
outbox = Table(
    "outbox",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot", BigInteger, nullable=False),
    Column("chat_id", BigInteger, nullable=False),
    Column("thread_id", BigInteger),
    #: surface (bring surface_id up to date), send (a plain message from `content`), or call (a raw call).
    Column("kind", String(8), nullable=False),
    Column("surface_id", BigInteger),
    #: Bot API method and parameters for `call`; the `Content` for `send`; {"anew": true} for a surface
    #: that must be sent again below what is newer; parts under "album" for albums.
    Column("body", JSON, nullable=False),
    #: 0 an answer with a deadline (pre-checkout), 1 a waiting person, 2 news, 3 broadcast. Between chats only.
    Column("priority", Integer, nullable=False, server_default="1"),
    #: queued, sending, sent, dead, superseded
    Column("state", String(10), nullable=False, server_default="queued"),
    Column("due_at", Instant, nullable=False),
    Column("expires_at", Instant),
    #: When the outcome of a try is unknown: repeat, or once (never again blindly: dead with an alarm).
    Column("unknown", String(6), nullable=False, server_default="repeat"),
    Column("tries", Integer, nullable=False, server_default="0"),
    #: Why it is dead, or what last went wrong.
    Column("reason", String(200)),
    Column("message_id", BigInteger),
    #: The lease epoch that claimed it.
    Column("epoch", Integer),
    Column("created_at", Instant, nullable=False),
    Column("settled_at", Instant),
    #: The order it speaks of, for `why`.
    Column("order_id", BigInteger),
    #: Template name, for `why` and for counts.
    Column("label", String(60), nullable=False, server_default=""),
    #: When not null, the end of the row comes back as a DeliveredEvent with these params.
    Column("tell", JSON(none_as_null=True)),
    #: Albums and long texts: parts that arrive within a second join one row.
    Column("group_key", String(80)),
    Index(
        "ix_outbox_open",
        "bot",
        "chat_id",
        "id",
        sqlite_where=text("state IN ('queued', 'sending')"),
        postgresql_where=text("state IN ('queued', 'sending')"),
    ),
    #: Delivery walks the waiting rows by urgency and stops when it has enough.
    Index(
        "ix_outbox_ready",
        "bot",
        "priority",
        "id",
        sqlite_where=text("state = 'queued'"),
        postgresql_where=text("state = 'queued'"),
    ),
    Index(
        "ix_outbox_untold",
        "bot",
        "id",
        sqlite_where=text("tell IS NOT NULL AND state IN ('sent', 'dead')"),
        postgresql_where=text("tell IS NOT NULL AND state IN ('sent', 'dead')"),
    ),
    # Most rows are screens, which speak of no order: kept out of it.
    Index(
        "ix_outbox_order_id",
        "order_id",
        sqlite_where=text("order_id IS NOT NULL"),
        postgresql_where=text("order_id IS NOT NULL"),
    ),
)

#: What is to happen later. One row per (kind, subject, slot); a row that ran is deleted.
timers = Table(
    "timers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot", BigInteger, nullable=False),
    Column("kind", String(40), nullable=False),
    Column("subject", String(64), nullable=False),
    Column("slot", String(64), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("params", JSON, nullable=False),
    Column("created_at", Instant, nullable=False),
    UniqueConstraint("bot", "kind", "subject", "slot"),
    Index("ix_timers_due", "bot", "due_at", "id"),
)

#: Who may deliver and poll. Time is the database's own clock; the epoch fences off a former holder.
lease = Table(
    "lease",
    metadata,
    Column("bot", BigInteger, primary_key=True),
    Column("name", String(16), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("epoch", Integer, nullable=False),
    Column("expires_at", Instant, nullable=False),
)

#: file_id of what was uploaded once, by content hash.
media = Table(
    "media",
    metadata,
    Column("bot", BigInteger, primary_key=True),
    Column("digest", String(64), primary_key=True),
    Column("file_id", String(200), nullable=False),
    Column("stored_at", Instant, nullable=False),
)

#: Every payment and refund update as it came, written even when its turn is parked: money is never invisible.
payments_received = Table(
    "payments_received",
    metadata,
    Column("bot", BigInteger, primary_key=True),
    Column("source", String(16), primary_key=True),
    Column("external_id", String(80), primary_key=True),
    Column("charge_id", String(200), nullable=False, index=True),
    Column("kind", String(10), nullable=False),
    Column("payer_id", BigInteger, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String(3), nullable=False),
    Column("payload", String(128), nullable=False),
    Column("received_at", Instant, nullable=False),
    #: Whether its turn has been carried out.
    Column("applied", Boolean, nullable=False, server_default=text("false")),
)


def pick(table: Table, names: Sequence[str]) -> list[Column[Any]]:
    """Columns of a table by name, in that order."""
    return [table.c[name] for name in names]
