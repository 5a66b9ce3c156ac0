"""What must be so when a seed has come to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.simulation.crowd import Crowd
from tests.simulation.machine import InlineDatabase
from tests.simulation.telegram import Telegram
from tests.surfaces import SURFACES

#: How the log says that the bot was killed.
KILLED = "-- killed"
_ZONE = ZoneInfo("Asia/Shanghai")
#: Reasons for which a row may end unsent. Everything else is a mistake of ours.
_MAY_END = ("blocked", "expired", "unknown_outcome", "query_gone", "message_gone")
_BACK_ALREADY = "CHARGE_ALREADY_REFUNDED"
#: Said at most so often of the same order, or to the same person in one conversation.
_AT_MOST = {"told/remind_customer": 2}
_ASLEEP = ("told/remind_customer", "told/nudge")


def judge(database: InlineDatabase, telegram: Telegram, crowd: Crowd) -> list[str]:
    """Everything that is not as it must be, the invariants aside."""
    found = list(telegram.wrong)
    for look in (_parked, _outbox, _surfaces, _answers, _money, _manners):
        found += look(database, telegram, crowd)
    return found


def _parked(database: InlineDatabase, telegram: Telegram, crowd: Crowd) -> Iterator[str]:
    for row in database.rows("select kind, error from parked"):
        yield f"a handler failed: {row.kind}: {row.error[:300]}"


def _outbox(database: InlineDatabase, telegram: Telegram, crowd: Crowd) -> Iterator[str]:
    rows = database.rows("select * from outbox order by id")
    newest: dict[int, int] = {}
    seen: set[tuple[int, int]] = set()
    for row in rows:
        if row.state in ("queued", "sending") and _moment(row.due_at) <= telegram.clock.now():
            yield f"row {row.id} ({row.label}) is still {row.state}: {row.reason}"
        if row.state == "dead":
            reason = row.reason or ""
            if not reason.startswith(_MAY_END) and _BACK_ALREADY not in reason:
                yield f"row {row.id} ({row.label}) ended dead: {reason}"
        if row.kind == "send" and row.state == "sent":
            if row.message_id is None:
                yield f"row {row.id} ({row.label}) is sent, but there is no message"
            elif row.tries == 1:
                # In the chat's order, where no answer was lost.
                if row.message_id < newest.get(row.chat_id, 0):
                    yield f"row {row.id} ({row.label}) was sent out of order in {row.chat_id}"
                newest[row.chat_id] = row.message_id
        if row.message_id is not None and (row.chat_id, row.message_id) not in seen:
            seen.add((row.chat_id, row.message_id))
    kills = telegram.log.count(KILLED)
    for chat, messages in telegram.chats.items():
        ours = {number for other, number in seen if other == chat}
        twice = [m.id for m in messages.values() if m.id not in ours]
        allowed = telegram.unknown[chat] + kills
        if len(twice) > allowed:
            yield f"chat {chat}: nobody knows messages {twice}, and only {allowed} answers were lost"


def _surfaces(database: InlineDatabase, telegram: Telegram, crowd: Crowd) -> Iterator[str]:
    """What should be shown is shown, and its buttons work."""
    query = f"select * from {SURFACES}"
    for row in database.rows(query):
        message = telegram.chats.get(row.chat_id, {}).get(row.message_id)
        what = f"{row.kind} {row.subject} in {row.chat_id}"
        if row.message_id is None:
            if row.content is not None and row.content != "null" and row.chat_id > 0:
                yield f"{what} is not shown"
            continue
        if row.shown_hash != row.content_hash:
            yield f"{what} shows something old"
        if message is None:
            yield f"{what} shows message {row.message_id}, which is not there"
            continue
        for label, data in message.buttons:
            surface, revision, _ = map(int, data.split("."))
            if surface != row.id or revision != row.revision:
                yield f"{what}: button {label!r} is dead ({data}, revision {row.revision})"
    dialogs = database.rows(
        "select chat_id, revision, screen_revision as shown from conversations "
        "where flow is not null and surface_id is not null"
    )
    for row in dialogs:
        if row.shown > row.revision:
            yield f"the dialog of {row.chat_id} shows revision {row.shown}, it is at {row.revision}"


def _answers(database: InlineDatabase, telegram: Telegram, crowd: Crowd) -> Iterator[str]:
    """Every tap is answered once, every question of a payment too."""
    for query in crowd.queries:
        times = telegram.answered[query]
        if times == 0 and query not in telegram.excused:
            yield f"tap {query} was never answered"
    if telegram.excused or telegram.log.count(KILLED):
        return
    for query, times in telegram.answered.items():
        if times > 1 and query.startswith("p"):
            yield f"question {query} was answered {times} times"


def _money(database: InlineDatabase, telegram: Telegram, crowd: Crowd) -> Iterator[str]:
    """Every charge is booked once as it was, and goes back at most once. Store credit is no charge."""
    query = "select * from payments where gateway not in ('transfer', 'credit')"
    booked = {row.charge_id: row for row in database.rows(query)}
    for charge, (payer, amount, currency, _) in telegram.charges.items():
        row = booked.pop(charge, None)
        if row is None:
            yield f"charge {charge} of {payer} is not booked"
        elif (row.amount, row.currency, row.payer_id) != (amount, currency, payer):
            yield f"charge {charge} is booked as {row.amount} {row.currency} of {row.payer_id}"
    for charge in booked:
        yield f"charge {charge} is booked, and was never made"
    succeeded = {
        row.charge_id
        for row in database.rows(
            "select p.charge_id from refunds r join payments p on p.id = r.payment_id "
            "where r.way = 'stars' and r.state = 'succeeded'"
        )
    }
    if succeeded != telegram.returned:
        yield f"went back: {telegram.returned}, booked as gone back: {succeeded}"
    double = database.rows(
        "select invoice_id, count(*) as n from payments where outcome = 'credited' "
        "and invoice_id is not null group by invoice_id, gateway = 'credit' having count(*) > 1"
    )
    for row in double:
        yield f"invoice {row.invoice_id} was credited {row.n} times"


def _manners(database: InlineDatabase, telegram: Telegram, crowd: Crowd) -> Iterator[str]:
    """Nobody is reminded too often, or at night."""
    rows = database.rows("select * from outbox order by id")
    for label, most in _AT_MOST.items():
        by_order = Counter(row.order_id for row in rows if row.label == label)
        for order, times in by_order.items():
            if times > most:
                yield f"{label} was said {times} times of order {order}"
    for row in rows:
        hour = _moment(row.created_at).astimezone(_ZONE).hour
        if row.label in _ASLEEP and not 8 <= hour < 22:
            yield f"{row.label} was said at {hour} o'clock"


def _moment(stored: Any) -> datetime:
    """A time as it is stored: milliseconds since 1970."""
    return datetime.fromtimestamp(stored / 1000, UTC)
