"""What a world looks like when everybody is finished, and how it differs from one in which nobody was killed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import text

from storage.database import Connection
from storage.invariants import check
from tests.crash.house import BOT, House
from tests.surfaces import SURFACES

#: What is compared row by row: the query gives a person's chat and what they have.
_RECORDS = {
    "orders": "select p.user_id, o.state, o.price, o.currency, o.percent from orders o "
    "join people p on p.id = o.customer_id",
    "history": "select p.user_id, h.transition, h.source, h.target, h.actor from order_history h "
    "join orders o on o.id = h.order_id join people p on p.id = o.customer_id",
    "payments": "select p.user_id, y.gateway, y.outcome, y.amount, y.currency from payments y "
    "join orders o on o.id = y.order_id join people p on p.id = o.customer_id",
    "refunds": "select p.user_id, r.way, r.state, r.amount from refunds r "
    "join orders o on o.id = r.order_id join people p on p.id = o.customer_id",
}


@dataclass(frozen=True, slots=True)
class World:
    """Everything by the name of whoever it concerns."""

    #: Plain messages by (name, label): each handler's `say` was carried out once.
    said: Counter[tuple[str, str]]
    #: What was shown, by (name, label).
    shown: frozenset[tuple[str, str]]
    #: Rows of orders, history, payments, refunds: (table, name, what).
    records: Counter[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Found:
    world: World
    #: Messages that stand in a chat without the bot's knowing, by name: sent twice, the first answer lost.
    twice: Counter[str]
    #: What is wrong whatever another world looks like.
    faults: tuple[str, ...]


async def look(house: House, people: Mapping[str, int]) -> Found:
    """Read database and playground; the bot is at rest."""
    names = {number: name for name, number in people.items()}
    names |= {house.staff.id: "the staff group", house.providers.id: "the providers' group"}
    now = await house.playground.now()

    def read(connection: Connection) -> tuple[World, list[str], list[Any], list[Any]]:
        def rows(query: str) -> list[Any]:
            return list(connection.execute(text(query)).all())

        outbox = rows(
            "select id, chat_id, kind, state, label, reason, message_id, tries from outbox"
        )
        surfaces = rows(
            "select id, chat_id, kind, subject, message_id, content_hash, shown_hash, content "
            f"from {SURFACES}"
        )
        world = World(
            Counter((names[r.chat_id], r.label) for r in outbox if r.kind == "send"),
            frozenset((names[r.chat_id], r.label) for r in outbox if r.kind == "surface"),
            Counter(
                (table, names[row[0]], *row[1:])
                for table, query in _RECORDS.items()
                for row in rows(query)
            ),
        )
        faults = [f"invariant: {breach}" for breach in check(connection, BOT, now=now)]
        faults += [
            f"parked: {r.kind} {r.error[:300]}" for r in rows("select kind, error from parked")
        ]
        for r in outbox:
            if r.state in ("queued", "sending"):
                faults.append(f"row {r.id} ({r.label}) for {names[r.chat_id]} is still {r.state}")
            if (
                r.state == "dead"
                and r.label not in _MAY_DIE
                and _BACK_ALREADY not in (r.reason or "")
            ):
                faults.append(f"row {r.id} ({r.label}) for {names[r.chat_id]} died: {r.reason}")
        for r in surfaces:
            if r.shown_hash != (r.content_hash if r.message_id is not None else None):
                faults.append(
                    f"{r.kind} {r.subject} of {names[r.chat_id]} is not what it should show"
                )
        return world, faults, outbox, surfaces

    async with house.records() as database:
        world, faults, outbox, surfaces = await database.read(read)
    twice: Counter[str] = Counter()
    for number, name in names.items():
        sent = {r.message_id for r in outbox if r.chat_id == number and r.kind == "send"}
        live = {r.message_id for r in surfaces if r.chat_id == number}
        known = sent | live | {r.message_id for r in outbox if r.chat_id == number}
        there = await _messages(house, number, people)
        # A row that was made superfluous by a newer one after its only try had an unknown outcome as well.
        tries = sum(
            max(r.tries - (r.state in ("sent", "dead")), 0) for r in outbox if r.chat_id == number
        )
        unknown = [m for m in there if m["message_id"] not in known]
        twice[name] = len(unknown)
        if len(unknown) > tries:
            texts = [(m["message_id"], m["text"][:60], m["buttons"]) for m in unknown]
            faults.append(
                f"{name} has messages that the bot does not know, and only {tries} tries had an "
                f"unknown outcome: {texts}"
            )
        ids = {m["message_id"] for m in there}
        gone = [m for m in sent - {None} if m not in ids]
        faults += [f"message {m} for {name} was sent, and is not there" for m in gone]
        faults += _dead_buttons(name, there, live, known)
    faults += await _charges(house)
    return Found(world, twice, tuple(faults))


#: Questions that a button asks for: each press is an act of its own.
_ASKED_FOR = frozenset({"relay/prompt", "report/prompt"})
#: Calls that may come too late to matter: the person has long gone on.
_MAY_DIE = frozenset({"answerPreCheckoutQuery", "setMessageReaction"})
#: What Telegram says to the second try of a refund whose first answer was lost.
_BACK_ALREADY = "CHARGE_ALREADY_REFUNDED"


async def _messages(house: House, chat: int, people: Mapping[str, int]) -> list[dict[str, Any]]:
    """What the bot has written to a chat and still stands there."""
    if chat < 0:
        reader = house.cast["Mei"].id
        answer = await house.playground.get(f"/people/{reader}/chat", chat=chat)
    else:
        answer = await house.playground.get(f"/people/{chat}/chat")
    return [m for m in answer["messages"] if m["from"].get("bot") and not m.get("service")]


def _dead_buttons(
    name: str, there: list[dict[str, Any]], live: set[int], known: set[int]
) -> list[str]:
    """Buttons belong to a message that the bot keeps, or to a copy of one whose answer was lost."""
    dead = []
    for message in there:
        labels = [b["text"] for row in message["buttons"] for b in row if not b.get("url")]
        labels = [label for label in labels if label]
        if labels and not message.get("invoice"):
            number = message["message_id"]
            if number in known and number not in live:
                dead.append(f"{name}: buttons {labels} on message {number}, which nobody keeps")
    return dead


async def _charges(house: House) -> list[str]:
    """Every charge of the playground is booked once, and every one that went back is booked as such."""

    def booked(connection: Connection) -> Counter[str]:
        query = text("select charge_id from payments where gateway != 'transfer'")
        return Counter(row.charge_id for row in connection.execute(query))

    async with house.records() as database:
        ours = await database.read(booked)
    calls = await house.playground.calls(method="refundStarPayment")
    returned = Counter(
        str(call["params"]["telegram_payment_charge_id"]) for call in calls if call["ok"]
    )
    faults = [f"charge {charge} is booked {n} times" for charge, n in ours.items() if n != 1]
    faults += [f"charge {charge} went back {n} times" for charge, n in returned.items() if n != 1]
    made = set()
    for one in (await house.playground.get("/people"))["people"]:
        chat = await house.playground.get(f"/people/{one['id']}/chat")
        for message in chat["messages"]:
            paid = (message.get("invoice") or {}).get("charges") or []
            made |= {charge["id"] if isinstance(charge, dict) else charge for charge in paid}
    faults += [f"charge {charge} was paid, and is not booked" for charge in made - set(ours)]
    return faults


def differences(
    undisturbed: World, killed: World, insisted: Mapping[str, int] = MappingProxyType({})
) -> list[str]:
    """What a person did not get, got too often, or should not have got.

    `insisted` is how often each pressed a button once more: what only answers a button is said once more then.
    """
    found = []
    for key in sorted(set(undisturbed.said) | set(killed.said)):
        before, after = undisturbed.said[key], killed.said[key]
        more = insisted.get(key[0], 0) if key[1] in _ASKED_FOR else 0
        if not before <= after <= before + more:
            found.append(f"{key[0]}: {key[1]} was said {after} times instead of {before}")
    found += [
        f"{name}: {label} was never shown" for name, label in undisturbed.shown - killed.shown
    ]
    found += [f"{name}: {label} was shown" for name, label in killed.shown - undisturbed.shown]
    for record in sorted(set(undisturbed.records) | set(killed.records), key=str):
        before, after = undisturbed.records[record], killed.records[record]
        if before != after:
            found.append(f"{record}: {after} instead of {before}")
    return found
