"""A surface, wherever what changes of it stands.

The surface that shows a dialog changes with every step of its conversation, so it is written there, in the row that is
written anyway (`conversations.screen_…`); its own row says only that there is one. All others stand in their rows.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, null, select, update

from storage import remembered
from storage.prepared import Prepared
from storage.tables import conversations, surfaces

#: Kind and subject of the surface that shows a dialog.
DIALOG = ("dialog", "main")
#: What changes of a surface, by the name of its column.
CHANGING = (
    "revision",
    "actions",
    "content",
    "content_hash",
    "shown_hash",
    "shown_kind",
    "message_id",
    "sent_at",
)

#: Joins to a surface the conversation that holds what changes of it.
HELD = and_(
    conversations.c.bot == surfaces.c.bot,
    conversations.c.chat_id == surfaces.c.chat_id,
    conversations.c.surface_id == surfaces.c.id,
)

#: A conversation without a screen.
_NOT_HELD: dict[ColumnElement[Any], Any] = {
    conversations.c.surface_id: null(),
    conversations.c.screen_revision: 1,
    conversations.c.screen_actions: [],
    conversations.c.screen_content: null(),
    conversations.c.screen_content_hash: "",
    conversations.c.screen_shown_hash: null(),
    conversations.c.screen_shown_kind: null(),
    conversations.c.screen_message_id: null(),
    conversations.c.screen_sent_at: null(),
}

_LET_GO = Prepared(
    update(conversations)
    .where(conversations.c.bot == bindparam("of"), conversations.c.chat_id == bindparam("chat"))
    .values(_NOT_HELD)
)


def held(name: str) -> ColumnElement[Any]:
    """A column of what changes, as the conversation holds it."""
    column: ColumnElement[Any] = conversations.c[f"screen_{name}"]
    return column


def current(name: str) -> ColumnElement[Any]:
    """A column of what changes, of surfaces to which conversations are joined by `HELD`."""
    return case((conversations.c.surface_id.is_not(None), held(name)), else_=surfaces.c[name])


#: Surfaces as they are, from wherever it stands.
WHOLE = (
    select(
        *surfaces.c["id", "bot", "chat_id", "thread_id", "kind", "subject"],
        *(current(name).label(name) for name in CHANGING),
        case(
            (conversations.c.surface_id.is_not(None), conversations.c.updated_at),
            else_=surfaces.c.updated_at,
        ).label("updated_at"),
    )
    .select_from(surfaces.outerjoin(conversations, HELD))
    .subquery("whole")
)


def let_go(connection: Connection, bot: int, chat_id: int, surface_id: int) -> None:
    """What changes of a surface goes into its own row; the conversation holds none from now on."""
    here = (conversations.c.bot == bot, conversations.c.chat_id == chat_id)
    moved = {name: select(held(name)).where(*here).scalar_subquery() for name in CHANGING}
    connection.execute(update(surfaces).where(surfaces.c.id == surface_id).values(moved))
    _LET_GO.run(connection, {"of": bot, "chat": chat_id})
    remembered.of(connection).conversations.drop(bot, chat_id)
