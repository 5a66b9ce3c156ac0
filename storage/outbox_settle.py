"""What became of claimed rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    Text,
    bindparam,
    case,
    cast,
    func,
    literal_column,
    null,
    select,
    text,
    update,
)

from storage import remembered
from storage.outbox import OPEN, QUEUED, URGENT
from storage.outbox_told import with_answer
from storage.prepared import Prepared, PreparedForMany, among
from storage.rows import Conversation
from storage.serial import dumps, loads
from storage.tables import conversations, outbox, surfaces
from storage.types import millis

#: No answer of a call: what every other row has.
NOTHING: Mapping[str, Any] = MappingProxyType({})


class ShownSurface(NamedTuple):
    """What a surface shows now. All None: it has no message any more."""

    id: int
    message_id: int | None = None
    shown_hash: str | None = None
    shown_kind: str | None = None
    sent_at: datetime | None = None
    #: The chat whose dialog it shows, and the newest message made there.
    dialog_of: int | None = None
    newest: int | None = None


class Settlement(NamedTuple):
    """What became of a claimed row. `queued`: it is tried again at `due_at`."""

    id: int
    epoch: int
    state: Literal["sent", "dead", "queued"]
    message_id: int | None = None
    shown: ShownSurface | None = None
    #: The answer of the call, for rows that asked to be told.
    result: Mapping[str, Any] = NOTHING
    reason: str | None = None
    due_at: datetime | None = None
    #: When trying again is to end, for a row that has no such time yet.
    expires_at: datetime | None = None
    #: False takes the try back: it was not the row's fault.
    counts: bool = True
    #: This chat cannot be written to: its waiting messages end with this one.
    blocked_chat: int | None = None
    #: Old and new id of a group that was upgraded.
    moved_chat: tuple[int, int] | None = None


_END = Prepared(
    update(outbox)
    .where(outbox.c.id == bindparam("row"))
    .values(
        state=bindparam("to"),
        reason=bindparam("why"),
        message_id=bindparam("message"),
        tell=bindparam("told"),
        settled_at=bindparam("now"),
    )
)
#: Nobody has taken or ended it since it was claimed.
_STILL_OURS = (
    outbox.c.epoch == bindparam("epoch"),
    text("outbox.state = 'sending'"),
)
#: Sent, and nothing else to say; a wish to be told of it stays as it is.
_SENT = PreparedForMany(
    update(outbox)
    .where(
        outbox.c.id == bindparam("id"),
        *_STILL_OURS,
    )
    .values(
        state=literal_column("'sent'"),
        reason=null(),
        message_id=bindparam("message_id"),
        settled_at=bindparam("settled_at"),
    ),
    common=("settled_at",),
)
#: The same in one statement: {row: message} as JSON, the epoch they were claimed under being one.
_messages = func.json_each(bindparam("messages")).table_valued("key", "value")
_SENT_TOGETHER = Prepared(
    update(outbox)
    .where(
        outbox.c.id == cast(_messages.c.key, BigInteger),
        *_STILL_OURS,
    )
    .values(
        state=literal_column("'sent'"),
        reason=null(),
        message_id=_messages.c.value,
        settled_at=bindparam("settled_at"),
    )
)
_SAW = Prepared(
    update(conversations)
    .where(
        conversations.c.bot == bindparam("of"),
        conversations.c.chat_id == bindparam("chat"),
        func.coalesce(conversations.c.last_message_id, 0) < bindparam("message"),
    )
    .values(last_message_id=bindparam("message"))
)
_OURS = Prepared(
    select(outbox.c.id, outbox.c.epoch, cast(outbox.c.tell, Text)).where(
        among(outbox.c.id, "ids"), outbox.c.state == "sending"
    )
)
_newest = bindparam("newest", type_=BigInteger)
_SHOWN = ("message_id", "shown_hash", "shown_kind", "sent_at")
_SHOW = PreparedForMany(
    update(surfaces)
    .where(surfaces.c.id == bindparam("id"))
    .values({name: bindparam(name) for name in _SHOWN}),
    common=(),
)

#: The same of surfaces that show dialogs, with the newest message of their chats.
_SHOW_DIALOG = PreparedForMany(
    update(conversations)
    .where(
        conversations.c.bot == bindparam("of"),
        conversations.c.chat_id == bindparam("dialog_of"),
        conversations.c.surface_id == bindparam("id"),
    )
    .values(
        {f"screen_{name}": bindparam(name) for name in _SHOWN}
        | {
            "last_message_id": case(
                (_newest > func.coalesce(conversations.c.last_message_id, 0), _newest),
                else_=conversations.c.last_message_id,
            )
        }
    ),
    common=("of",),
)


def settle(
    connection: Connection, bot: int, settlements: Sequence[Settlement], now: datetime
) -> int:
    """Write what became of claimed rows; how many. Rows no longer ours under their epoch stay alone."""
    plain = [item for item in settlements if _is_plain(item)]
    if plain and _sent_all(connection, plain, now):
        _show(connection, bot, [item.shown for item in plain if item.shown is not None])
        if len(plain) == len(settlements):
            return len(plain)
        left = [item for item in settlements if not _is_plain(item)]
        return len(plain) + _settle_each(connection, bot, left, now)
    return _settle_each(connection, bot, settlements, now)


def _is_plain(item: Settlement) -> bool:
    """Sent, and nothing else to say: what nearly every row comes to."""
    return item.state == "sent" and item.reason is None and item.result is NOTHING


def _sent_all(connection: Connection, plain: Sequence[Settlement], now: datetime) -> bool:
    """Write that all of them were sent, without looking at them first; False when one of them is not ours any more
    (or they are of several epochs, or the database is not SQLite), and then nothing is written.
    """
    if connection.dialect.name != "sqlite":
        return False
    messages = dumps({str(item.id): item.message_id for item in plain})
    given = {"messages": messages, "epoch": plain[0].epoch, "settled_at": now}
    connection.exec_driver_sql("SAVEPOINT plain")
    all_of_them = _SENT_TOGETHER.run(connection, given) == len(plain)
    if not all_of_them:
        connection.exec_driver_sql("ROLLBACK TO plain")
    connection.exec_driver_sql("RELEASE plain")
    return all_of_them


def _settle_each(
    connection: Connection, bot: int, settlements: Sequence[Settlement], now: datetime
) -> int:
    tells = _ours(connection, settlements)
    known = [item for item in settlements if item.id in tells]
    sent: list[Settlement] = []
    ended: list[Settlement] = []
    again: list[Settlement] = []
    for item in known:
        if item.state == "queued":
            again.append(item)
        elif _is_plain(item):
            sent.append(item)
        else:
            ended.append(item)
    if sent:
        _SENT.run(connection, sent, settled_at=now)
    if ended:
        _END.run_all(
            connection,
            [
                {
                    "row": item.id,
                    "to": item.state,
                    "why": _cut(item.reason),
                    "message": item.message_id,
                    "told": with_answer(tells[item.id], item.result),
                    "now": now,
                }
                for item in ended
            ],
        )
    if again:
        connection.execute(
            update(outbox)
            .where(outbox.c.id == bindparam("row"))
            .values(
                state="queued",
                reason=bindparam("why"),
                due_at=bindparam("due"),
                tries=outbox.c.tries - bindparam("back"),
                expires_at=func.coalesce(
                    outbox.c.expires_at, bindparam("until", type_=outbox.c.expires_at.type)
                ),
            ),
            [
                {
                    "row": item.id,
                    "why": _cut(item.reason),
                    "due": item.due_at or now,
                    "back": 0 if item.counts else 1,
                    "until": item.expires_at,
                }
                for item in again
            ],
        )
    _show(connection, bot, [item.shown for item in known if item.shown is not None])
    blocked = {item.blocked_chat for item in known if item.blocked_chat is not None}
    if blocked:
        _end_messages(connection, bot, blocked, now)
    for moved in {item.moved_chat for item in known if item.moved_chat is not None}:
        _move(connection, bot, *moved)
    return len(known)


def saw_messages(connection: Connection, bot: int, newest: Mapping[int, int]) -> None:
    """Raise the newest message id of private chats: what delivery sent counts as much as what came in."""
    if not newest:
        return
    _SAW.run_all(
        connection,
        [{"of": bot, "chat": chat, "message": message} for chat, message in newest.items()],
    )
    known = remembered.of(connection).conversations
    for chat in newest:
        known.drop(bot, chat)


def _ours(connection: Connection, settlements: Sequence[Settlement]) -> dict[int, Any]:
    """The `tell` of the rows that are still in `sending` under the epoch of their claim."""
    epochs = {item.id: item.epoch for item in settlements}
    if not epochs:
        return {}
    return {
        id_: None if tell is None else loads(tell)
        for id_, epoch, tell in _OURS.all(connection, {"ids": list(epochs)})
        if epoch == epochs[id_]
    }


def _show(connection: Connection, bot: int, shown: Sequence[ShownSurface]) -> None:
    dialogs = [surface for surface in shown if surface.dialog_of is not None]
    if dialogs and _SHOW_DIALOG.run(connection, dialogs, of=bot) == len(dialogs):
        _remember(connection, bot, dialogs)
    elif dialogs:
        # One of them has been handed over meanwhile (or the driver does not count): its own row has it now.
        remembered.of(connection).conversations.clear()
        saw_messages(
            connection, bot, {s.dialog_of: s.newest for s in dialogs if s.dialog_of and s.newest}
        )
        _SHOW.run(connection, dialogs)
    others = [surface for surface in shown if surface.dialog_of is None]
    if others:
        _SHOW.run(connection, others)


def _remember(connection: Connection, bot: int, dialogs: Sequence[ShownSurface]) -> None:
    """What `_SHOW_DIALOG` has written, in the conversations that are known."""
    known = remembered.of(connection).conversations
    for shown in dialogs:
        assert shown.dialog_of is not None
        conversation: Conversation | None = known.get(bot, shown.dialog_of)
        if conversation is None:
            continue
        screen = conversation.screen
        assert screen is not None
        assert screen.id == shown.id
        screen.message_id, screen.shown_hash = shown.message_id, shown.shown_hash
        screen.shown_kind, screen.sent_at = shown.shown_kind, millis(shown.sent_at)
        if shown.newest is not None and shown.newest > (conversation.last_message_id or 0):
            conversation.last_message_id = shown.newest


def _end_messages(connection: Connection, bot: int, chats: Collection[int], now: datetime) -> None:
    """Waiting messages to these chats end: they would fail as well. Raw calls (a refund, say) go on."""
    connection.execute(
        update(outbox)
        .where(
            outbox.c.bot == bot,
            outbox.c.chat_id.in_(chats),
            QUEUED,
            OPEN,
            outbox.c.kind != "call",
            outbox.c.priority > URGENT,
        )
        .values(state="dead", reason="blocked", settled_at=now)
    )


def _move(connection: Connection, bot: int, old: int, new: int) -> None:
    """Follow a group to its new id. Its messages stayed behind, so its surfaces are sent anew."""
    mine = (outbox.c.bot == bot, outbox.c.chat_id == old, OPEN)
    calls = connection.execute(
        select(outbox.c.id, outbox.c.body).where(*mine, outbox.c.kind == "call")
    ).all()
    for row in calls:
        params = row.body.get("params", {})
        if params.get("chat_id") == old:
            body = {**row.body, "params": {**params, "chat_id": new}}
            connection.execute(update(outbox).where(outbox.c.id == row.id).values(body=body))
    connection.execute(update(outbox).where(*mine).values(chat_id=new))
    taken = select(surfaces.c.kind, surfaces.c.subject).where(
        surfaces.c.bot == bot, surfaces.c.chat_id == new
    )
    there = {(row.kind, row.subject) for row in connection.execute(taken)}
    here = select(*surfaces.c["id", "kind", "subject"]).where(
        surfaces.c.bot == bot, surfaces.c.chat_id == old
    )
    movable = [row.id for row in connection.execute(here) if (row.kind, row.subject) not in there]
    connection.execute(
        update(surfaces)
        .where(surfaces.c.id.in_(movable))
        .values(chat_id=new, message_id=None, shown_hash=None, shown_kind=None, sent_at=None)
    )


def _cut(reason: str | None) -> str | None:
    return None if reason is None else reason[:200]
