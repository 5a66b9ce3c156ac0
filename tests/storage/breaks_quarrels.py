"""What can be wrong with holds and disputes, one thing at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete

from storage.disputes import Dispute, DisputeStep, Evidence, Snapshot
from storage.records import Order
from storage.staff import Hold
from storage.tables import timers
from tests.storage.breaks import Bench, Breaks
from tests.storage.breaks_running import CARD
from tests.storage.trade import BOT

BREAKS = Breaks()


def held(bench: Bench, **changes: Any) -> int:
    """An order that stands still; its id."""
    order = bench.ids["paid"]
    bench.connection.execute(delete(timers).where(timers.c.subject == f"order:{order}"))
    bench.change(Order, Order.id == order, **{"on_hold": True, "held_since": bench.now, **changes})
    return order


def dispute(bench: Bench, **changes: Any) -> int:
    """A sound dispute about it, opened by its customer; its id."""
    order = held(bench)
    values: dict[str, Any] = {
        "bot": BOT,
        "order_id": order,
        "n": 1,
        "state": "awaiting_response",
        "state_since": bench.now,
        "version": 2,
        "opener_id": bench.ids["ann"],
        "side": "customer",
        "reason": "late",
        "words": "",
        "wish": {},
        "answer": "",
        "order_state": "in_progress",
        "ends_at": bench.now,
        "proposal": {},
        "agreed": [],
        "outcome": {},
        "grounds": [],
        "reasons": {},
        "draft": {},
        "returned": 0,
        "opened_at": bench.now,
    }
    made = bench.add(Dispute, **{**values, **changes})
    bench.add(Hold, order_id=order, kind="dispute", subject=f"dispute:{made}", placed_at=bench.now)
    bench.add(
        DisputeStep,
        dispute_id=made,
        n=1,
        transition="open",
        source="opened",
        target="awaiting_response",
        actor="customer",
        actor_id=bench.ids["ann"],
        terms={},
        event="",
        at=bench.now,
    )
    bench.connection.execute(
        Snapshot.__table__.insert().values(dispute_id=made, body={}, digest="0", at=bench.now)  # type: ignore[attr-defined]
    )
    return made


@BREAKS.by(24, "held by nothing")
def _(bench: Bench) -> None:
    held(bench)


@BREAKS.by({15, 24}, "goes on although it is held")
def _(bench: Bench) -> None:
    dispute(bench)
    bench.change(Order, Order.id == bench.ids["paid"], on_hold=False, held_since=None)


@BREAKS.by(24, "held since nobody knows when")
def _(bench: Bench) -> None:
    dispute(bench)
    bench.change(Order, Order.id == bench.ids["paid"], held_since=None)


@BREAKS.by({15, 25}, "a step that leads elsewhere")
def _(bench: Bench) -> None:
    made = dispute(bench, state="resolved", version=2, closed_at=bench.now, executed_at=bench.now)
    bench.change(DisputeStep, DisputeStep.dispute_id == made, target="resolved")
    bench.change(Hold, Hold.subject == f"dispute:{made}", lifted_at=bench.now)
    bench.change(Order, Order.id == bench.ids["paid"], on_hold=False, held_since=None)


@BREAKS.by(25, "a step is lost")
def _(bench: Bench) -> None:
    dispute(bench, version=5)


@BREAKS.by(25, "not where its history says")
def _(bench: Bench) -> None:
    dispute(bench, state="negotiation")


@BREAKS.by(25, "still holds after its end")
def _(bench: Bench) -> None:
    made = dispute(bench, state="withdrawn", closed_at=bench.now)
    bench.change(
        DisputeStep,
        DisputeStep.dispute_id == made,
        transition="withdraw",
        source="awaiting_response",
        target="withdrawn",
    )


@BREAKS.by(25, "nothing was kept")
def _(bench: Bench) -> None:
    dispute(bench)
    bench.connection.execute(delete(Snapshot))


@BREAKS.by({15, 25}, "not carried out")
def _(bench: Bench) -> None:
    made = dispute(bench, state="settled", closed_at=bench.now)
    bench.change(
        DisputeStep,
        DisputeStep.dispute_id == made,
        transition="accept_offer",
        source="awaiting_response",
        target="settled",
    )
    bench.change(Hold, Hold.subject == f"dispute:{made}", lifted_at=bench.now)
    bench.change(Order, Order.id == bench.ids["paid"], on_hold=False, held_since=None)


@BREAKS.by(25, "money did not go back")
def _(bench: Bench) -> None:
    dispute(bench, returned=500)


@BREAKS.by(18, "mediated by a party")
def _(bench: Bench) -> None:
    dispute(bench, mediator_id=bench.ids["ann"])


@BREAKS.by(18, "decided by its mediator")
def _(bench: Bench) -> None:
    dispute(bench, mediator_id=bench.ids["fay"], arbiter_id=bench.ids["fay"])


@BREAKS.by(17, "evidence of a stranger")
def _(bench: Bench) -> None:
    made = dispute(bench)
    bench.add(
        Evidence,
        dispute_id=made,
        n=1,
        person_id=bench.ids["dan"],
        author_id=bench.ids["dan"],
        chat_id=1,
        message_id=1,
        text="",
        files=[],
        written_at=bench.now,
        at=bench.now,
    )


@BREAKS.by(20, "card in a dispute")
def _(bench: Bench) -> None:
    dispute(bench, words=CARD)


@BREAKS.by(20, "card in evidence")
def _(bench: Bench) -> None:
    person = bench.ids["ann"]
    bench.add(
        Evidence,
        dispute_id=dispute(bench),
        n=1,
        person_id=person,
        author_id=person,
        chat_id=1,
        message_id=1,
        text=f"I paid with {CARD}",
        files=[],
        written_at=bench.now,
        at=bench.now,
    )


@BREAKS.by(20, "card in the records of a dispute")
def _(bench: Bench) -> None:
    made = dispute(bench)
    bench.change(Snapshot, Snapshot.dispute_id == made, body={"messages": [{"text": CARD}]})
