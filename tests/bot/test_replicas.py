"""Three bots on one PostgreSQL behind one address, while one machine after the other goes away."""

from __future__ import annotations

import asyncio
import signal
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import update

from playground.people import Playground
from storage.invariants import check
from storage.tables import timers
from tests.bot.desk import BOT
from tests.bot.replicas import Fleet, Shopper, fleet

pytestmark = pytest.mark.long

SHOPPERS = 6
#: Somebody who ordered and went away: their reminders are due while machines are changed.
IDLERS = 4


async def test_machines_go_away_under_load_and_nothing_is_lost_or_doubled(
    playground: Playground, postgres_url: str, tmp_path: Path
) -> None:
    began = time.monotonic()
    async with fleet(playground, postgres_url, tmp_path, BOT) as ours:
        _started_as_one(ours)
        shoppers = [
            await _shopper(playground, f"Shopper {n}", "zh" if n % 2 else "en")
            for n in range(SHOPPERS)
        ]
        closing = asyncio.Event()
        shopping = asyncio.gather(*(shopper.shop(closing) for shopper in shoppers))
        losses, figures = 0, []
        # Whoever delivers is killed, twice; then one that only takes updates.
        for _ in range(2):
            await asyncio.sleep(2)
            holder, epoch = await ours.holder()
            assert holder is not None
            await holder.kill()
            figures.append(("killed", await ours.handed_over(epoch)))
            losses += 1
            # It comes back while the others work; the next one does not wait for that.
            await holder.start()
        holder, epoch = await ours.holder()
        other = next(replica for replica in ours.replicas if replica is not holder)
        await other.ready()
        await other.kill()
        await asyncio.sleep(2)
        assert await ours.holder() == (holder, epoch)
        await other.start()
        # One that is frozen does not know that it is: its lease runs out, and it is fenced off when it wakes.
        assert holder is not None
        holder.send(signal.SIGSTOP)
        figures.append(("frozen", await ours.handed_over(epoch)))
        losses += 1
        holder.send(signal.SIGCONT)
        await asyncio.sleep(1)
        assert (await ours.holder())[0] is not holder
        # One that is told to stop gives its lease back: nobody has to wait for it.
        leaving, epoch = await ours.holder()
        assert leaving is not None
        leaving.send(signal.SIGTERM)
        figures.append(("stopped", await ours.handed_over(epoch)))
        assert await leaving.ended() == 0
        await leaving.start()
        closing.set()
        await shopping
        await leaving.ready()
        # Reminders become due, and who carries them out is killed meanwhile.
        idlers = [await _shopper(playground, f"Idler {n}", "en") for n in range(IDLERS)]
        unpaid = await asyncio.gather(*(idler.orders() for idler in idlers))
        await playground.quiet(30)
        holder, epoch = await ours.holder()
        assert holder is not None
        now = datetime.now(UTC)
        due = update(timers).where(timers.c.slot == "remind_1").values(due_at=now)
        await ours.database.write(BOT, lambda connection: connection.execute(due))
        await holder.kill()
        figures.append(("killed", await ours.handed_over(epoch)))
        losses += 1
        for idler, number in zip(idlers, unpaid, strict=True):
            await idler.sees(idler.t(REMINDER), number, ever=True)
        await playground.quiet(30)
        await _nothing_lost(ours, shoppers)
        doubled = await _doubled(shoppers, idlers)
        assert doubled <= losses
        for what, seconds in figures:
            assert seconds < (30 if what == "frozen" else 15), figures
        assert all(count > 0 for count in ours.balancer.served.values())
        orders = sum(len(shopper.paid_orders) for shopper in shoppers)
        print(
            f"\n{orders} orders paid, {losses} holders lost, {doubled} messages twice, "
            f"{time.monotonic() - began:.0f} s; delivery went on after "
            + ", ".join(f"{seconds:.1f} s ({what})" for what, seconds in figures)
        )


#: What the reminder of an unpaid invoice says.
REMINDER = (
    "Order <b>%(number)s</b> (%(price)s) is waiting for your payment until %(when)s. "
    "After that the invoice expires; your answers stay."
)


async def _shopper(playground: Playground, name: str, language: str) -> Shopper:
    made = await playground.person(name, language)
    return Shopper(playground, made.id, name, language=language)


def _started_as_one(ours: Fleet) -> None:
    """All at once on an empty database: one upgraded it, and the catalogue is there once."""
    assert sum(len(replica.said("schema_upgraded")) for replica in ours.replicas) == 1
    loaded = [line["services"] for r in ours.replicas for line in r.said("catalogue_loaded")]
    assert len([services for services in loaded if services]) == 1


async def _nothing_lost(ours: Fleet, shoppers: list[Shopper]) -> None:
    now = datetime.now(UTC)
    breaches = await ours.database.read(lambda connection: check(connection, BOT, now=now))
    assert [str(breach) for breach in breaches] == []
    paid = [number for shopper in shoppers for number in shopper.paid_orders]
    assert all(shopper.paid_orders for shopper in shoppers)
    rows = await ours.rows("select number, state from orders")
    states = {row["number"]: row["state"] for row in rows}
    unpaid = [number for shopper in shoppers for number in shopper.unpaid_orders]
    assert len(states) == len(paid) + len(unpaid) + IDLERS
    assert {states[number] for number in paid} == {"awaiting_provider"}, Counter(states.values())
    # Nothing waits, nothing is in the middle, nothing was given up, no event was put aside.
    # (Answers about a payment are worth nothing after ten seconds, and are let go.)
    left = await ours.rows(
        "select state, reason, count(*) as n from outbox where priority > 0 group by state, reason"
    )
    assert {row["state"] for row in left} <= {"sent", "superseded", "queued"}, left
    assert (await ours.rows("select count(*) as n from parked"))[0]["n"] == 0
    for replica in ours.replicas:
        trouble = [
            line.get("exception") or line for line in replica.lines if line.get("level") == "error"
        ]
        assert trouble == [], replica.name


async def _doubled(shoppers: list[Shopper], idlers: list[Shopper]) -> int:
    """Receipts and reminders that came more than once: a call whose answer died with its caller."""
    doubled = 0
    for person in (*shoppers, *idlers):
        said = [message.text for message in await person.messages() if not message.mine]
        for sentence in ("Payment received, thank you!", REMINDER):
            wanted = person.t(sentence)
            found = Counter(text for text in said if wanted in text)
            doubled += sum(count - 1 for count in found.values())
    return doubled
