"""What can be wrong with states, actors, timers, messages and words, one thing at a time."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, text

from storage.accounts import Case, Proof, Refund
from storage.records import Audit, BriefVersion, HistoryRow, Order
from storage.tables import conversations, outbox, parked, timers
from storage.working import Provider, Relay, Report
from tests.storage.breaks import Bench, Breaks
from tests.storage.trade import BOT

BREAKS = Breaks()

CARD = "4111 1111 1111 1111"
TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"

# -- 10: states change along the table -----------------------------------------------------------------

BREAKS.sql(
    10,
    "version without a step",
    "UPDATE orders SET version = version + 1 WHERE id = :late_cancelled",
)
BREAKS.sql(
    10, "step without a version", "UPDATE orders SET version = version - 1 WHERE id = :refunded"
)
BREAKS.sql(
    10, "state without a step", "UPDATE orders SET state = 'expired' WHERE id = :late_cancelled"
)
BREAKS.sql(
    10,
    "transition that leads elsewhere",
    "UPDATE order_history SET transition = 'edit' WHERE order_id = :late_cancelled AND n = 1",
)
BREAKS.sql(
    10,
    "step from elsewhere",
    "UPDATE order_history SET source = 'expired' WHERE order_id = :late_cancelled AND n = 1",
)
BREAKS.sql(
    10, "step missing", "DELETE FROM order_history WHERE order_id = :late_cancelled AND n = 1"
)
BREAKS.sql(
    10, "last step missing", "DELETE FROM order_history WHERE order_id = :late_cancelled AND n = 2"
)
BREAKS.sql(
    10, "step zero", "UPDATE order_history SET n = 0 WHERE order_id = :late_cancelled AND n = 1"
)
BREAKS.sql(
    10,
    "no history at all",
    "DELETE FROM order_history WHERE order_id = :late_cancelled",
    "UPDATE orders SET version = 1 WHERE id = :late_cancelled",
)


# -- 12: at most once ----------------------------------------------------------------------------------


@BREAKS.by(12)
def moved_twice_by_one_event(bench: Bench) -> None:
    bench.move("revived", "revive", "expired", "customer", "cat")
    bench.move("revived", "revive", "expired", "customer", "cat")
    bench.sql(
        "UPDATE order_history SET event = (SELECT event FROM order_history WHERE order_id = :revived"
        " AND n = 1) WHERE order_id = :revived AND transition = 'revive'"
    )


BREAKS.sql(
    {10, 12, 17},
    "paid twice",
    "UPDATE order_history SET transition = 'pay' WHERE order_id = :late AND transition = 'expire'",
)


@BREAKS.by(12)
def event_not_in_the_inbox(bench: Bench) -> None:
    query = select(HistoryRow.event).where(
        HistoryRow.order_id == bench.ids["paid"], HistoryRow.transition == "pay"
    )
    external = bench.one(query).event.partition(":")[2]
    bench.connection.execute(
        text("DELETE FROM inbox WHERE source = 'update' AND external_id = :it"), {"it": external}
    )


# -- 13, 14, 15: what is to happen ---------------------------------------------------------------------


@BREAKS.by(13)
def message_stays_in_the_outbox(bench: Bench) -> None:
    _message(bench, {}, due_at=bench.now - timedelta(days=3), state="sending")


@BREAKS.by(13)
def nobody_is_told_how_it_ended(bench: Bench) -> None:
    bench.change(
        outbox, outbox.c.tell.is_not(None), state="sent", settled_at=bench.now - timedelta(days=3)
    )


BREAKS.sql(14, "refund without a key", "UPDATE refunds SET key = ' ' WHERE order_id = :refunded")
BREAKS.sql(14, "refund without a next try", "DELETE FROM timers WHERE kind = 'refund'")
BREAKS.sql(
    14, "refund without a call", "DELETE FROM outbox WHERE label = 'refund' AND state = 'queued'"
)


@BREAKS.by(15)
def timer_does_not_run(bench: Bench) -> None:
    bench.change(timers, timers.c.kind == "nudge", due_at=bench.now - timedelta(days=3))


@BREAKS.by(15)
def timer_of_another_state(bench: Bench) -> None:
    _timer(bench, f"order:{bench.ids['paid']}", "expire")


@BREAKS.by(15)
def timer_of_no_order(bench: Bench) -> None:
    _timer(bench, "order:999999", "expire")


BREAKS.sql(15, "order never expires", "DELETE FROM timers WHERE slot = 'expire'")
BREAKS.sql(15, "order waits for ever", "DELETE FROM timers WHERE slot = 'no_provider'")


# -- 16: capacity --------------------------------------------------------------------------------------


def taken(bench: Bench, actor: str = "provider", who: str = "dan") -> None:
    """Two orders are in the hands of one provider, who does one at a time."""
    for name in ("paid", "edited"):
        order = bench.ids[name]
        bench.connection.execute(timers.delete().where(timers.c.subject == f"order:{order}"))
        bench.move(name, "accept", "in_progress", actor, who)
        bench.change(Order, Order.id == order, provider_id=bench.ids["dan"])
    bench.connection.execute(
        insert(Provider).values(
            person_id=bench.ids["dan"],
            bot=BOT,
            status="active",
            skills=[],
            categories=[],
            languages=[],
            capacity=1,
            hours={},
            quiet=[],
            joined_at=bench.now,
        )
    )


BREAKS.by(16, "more taken than one can do")(taken)


# -- 17, 18: who may -----------------------------------------------------------------------------------

BREAKS.sql(
    17,
    "moved by another customer",
    "UPDATE order_history SET actor_id = :bob WHERE order_id = :paid AND actor = 'customer'",
)
BREAKS.sql(
    17,
    "moved by who may not",
    "UPDATE order_history SET actor = 'support', actor_id = :fay WHERE order_id = :paid AND n = 1",
)
BREAKS.sql(
    17,
    "moved by nobody",
    "UPDATE order_history SET actor_id = NULL WHERE order_id = :paid AND actor = 'customer'",
)
BREAKS.sql(
    17,
    "moved by a stranger",
    "UPDATE order_history SET actor_id = 999999 WHERE order_id = :cleared AND actor = 'support'",
)
BREAKS.sql(
    17,
    "timer with a name",
    "UPDATE order_history SET actor_id = :ann WHERE order_id = :expired AND actor = 'timer'",
)
BREAKS.sql(17, "consent of another", "UPDATE consents SET person_id = :fay WHERE person_id = :ann")
BREAKS.sql(17, "proof of another", "UPDATE proofs SET submitted_by = :ann WHERE state = 'waiting'")


@BREAKS.by(17)
def moved_by_another_provider(bench: Bench) -> None:
    bench.move("paid", "accept", "in_progress", "provider", "dan")
    bench.move("paid", "report", "in_progress", "provider", "cat")
    bench.sql("UPDATE orders SET provider_id = :dan WHERE id = :paid")
    bench.connection.execute(
        timers.delete().where(timers.c.subject == f"order:{bench.ids['paid']}")
    )


BREAKS.sql(
    18, "refund approved by its payer", "UPDATE refunds SET approved_by = :bob WHERE way = 'task'"
)
BREAKS.sql(
    18,
    "refund approved by who asked",
    "UPDATE refunds SET approved_by = :fay, requested_by = :fay WHERE way = 'task'",
)
BREAKS.sql(
    18, "own proof confirmed", "UPDATE proofs SET decided_by = :bob WHERE state = 'confirmed'"
)
BREAKS.sql(
    18, "proof decided by nobody", "UPDATE proofs SET decided_by = NULL WHERE state = 'rejected'"
)
BREAKS.sql(18, "own case closed", "UPDATE cases SET closed_by = :cat WHERE kind = 'paid_again'")
BREAKS.sql(
    18,
    "own order cleared",
    "UPDATE order_history SET actor_id = :cat WHERE order_id = :cleared AND actor = 'support'",
)


BREAKS.sql(
    18,
    "own order quoted",
    "INSERT INTO audit (bot, at, actor_id, action, subject, detail) "
    "SELECT bot, at, :dan, action, subject, detail FROM audit WHERE action = 'quote'",
)


# -- 20: what may not be kept --------------------------------------------------------------------------


def _kept(name: str, table: Any, where: Any, **values: Any) -> None:
    BREAKS.by(20, name)(lambda bench: bench.change(table, where, **values))


_kept("card in a brief", BriefVersion, BriefVersion.version == 1, body={"goal": f"my card {CARD}"})
_kept("card in the history", HistoryRow, HistoryRow.n == 1, note=f"paid with {CARD}")
_kept("card in a reason", Order, Order.state == "cancelled", cancel_reason=f"use {CARD}")
_kept("card in a case", Case, Case.state == "open", note="卡号４１１１１１１１１１１１１１１１")
_kept("card in a proof", Proof, Proof.state == "rejected", reason=CARD)
_kept("card in a refund", Refund, Refund.way == "task", error=CARD)
_kept("card in a dialog", conversations, conversations.c.bot == BOT, state=[{"notes": CARD}])
_kept("card in an event", parked, parked.c.state == "waiting", event={"text": [CARD]})
_kept("card in an error", parked, parked.c.state == "waiting", error=f"ValueError: {CARD}")
_kept("card in a file name", BriefVersion, BriefVersion.version == 1, body={"name": f"{CARD}.jpg"})
_kept("telephone in an event", parked, parked.c.state == "waiting", event={"contact_phone": "+1"})
_kept("token in an error", parked, parked.c.state == "waiting", error=f"no answer from bot{TOKEN}/")


@BREAKS.by(20)
def card_in_what_staff_did(bench: Bench) -> None:
    detail = {"why": f"customer wrote {CARD}"}
    bench.add(Audit, bot=BOT, at=bench.now, action="note", subject="order:1", detail=detail)


@BREAKS.by(20)
def card_in_what_was_passed_on(bench: Bench) -> None:
    values = {"from_chat": 1, "from_message": 1, "to_chat": 2, "files": [], "at": bench.now}
    who = bench.ids["ann"]
    bench.add(
        Relay, bot=BOT, order_id=bench.ids["paid"], from_person=who, text=f"pay {CARD}", **values
    )


@BREAKS.by(20)
def card_in_a_report(bench: Bench) -> None:
    values = {"n": 90, "state": "sent", "percent": 50, "files": [], "figures": {}, "at": bench.now}
    order = bench.ids["paid"]
    bench.add(Report, order_id=order, text="begun", next_step=f"I pay with {CARD}", **values)


@BREAKS.by(20)
def card_in_a_message(bench: Bench) -> None:
    _message(bench, {"text": f"you wrote {CARD}"})


@BREAKS.by(20)
def token_in_a_message(bench: Bench) -> None:
    _message(bench, {"text": "see", "media": {"url": f"https://api.telegram.org/bot{TOKEN}/x"}})


@BREAKS.by(20)
def card_in_a_failure(bench: Bench) -> None:
    _message(bench, {}, reason=f"cannot parse {CARD}")


def _message(bench: Bench, body: dict[str, Any], **values: Any) -> None:
    row = {"state": "sent", "due_at": bench.now, "settled_at": bench.now, **values}
    bench.add(outbox, bot=BOT, chat_id=1, kind="send", body=body, created_at=bench.now, **row)


def _timer(bench: Bench, subject: str, slot: str) -> None:
    due = bench.now + timedelta(hours=1)
    values = {"kind": "order", "subject": subject, "slot": slot, "due_at": due, "params": {}}
    bench.add(timers, bot=BOT, created_at=bench.now, **values)
