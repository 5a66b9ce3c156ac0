"""The story of an order has everything that happened to it, and nothing about people but ids."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, insert, select

from storage.records import Order
from storage.story import Line, Story, UnknownOrder, story
from storage.tables import inbox
from tests.storage.lived import Lived
from tests.storage.trade import BOT, PROVIDERS, STAFF

pytestmark = pytest.mark.asyncio(loop_scope="session")

CHATS = {STAFF: "staff", PROVIDERS: "providers"}


async def _story(lived: Lived, name: str) -> Story:
    number = lived.told.bills[name].number
    return await lived.database.read(lambda c: story(c, BOT, number, chats=CHATS))


def _of(found: Story, kind: str) -> list[Line]:
    return [line for line in found.lines if line.kind == kind]


def _facts(found: Story, kind: str, *names: str) -> list[Any]:
    return [tuple(line.facts[name] for name in names) for line in _of(found, kind)]


async def test_a_refunded_order_is_told_from_beginning_to_end(lived: Lived) -> None:
    found = await _story(lived, "refunded")
    assert found.order["state"] == "cancelled"
    assert found.order["version"] == 4
    assert _facts(found, "transition", "n", "transition", "target", "actor", "by") == [
        (1, "confirm", "awaiting_payment", "customer", "customer"),
        (2, "pay", "awaiting_provider", "payment", None),
        (3, "cancel_free", "cancelled", "customer", "customer"),
    ]
    number = found.order["number"]
    payment = _of(found, "payment")[0].facts
    assert (payment["outcome"], payment["amount"], payment["by"]) == ("credited", 1100, "customer")
    sides = [
        [(side["account"], side["amount"]) for side in line.facts["postings"]]
        for line in _of(found, "ledger")
    ]
    assert sides == [
        [("gateway:stars", -1100), (f"order:{number}", 1100)],
        [(f"order:{number}", -1100), (f"refunding:{payment['id']}", 1100)],
        [(f"refunding:{payment['id']}", -1100), ("gateway:stars", 1100)],
    ]
    assert _facts(found, "refund", "state", "way", "amount") == [
        ("requested", "stars", 1100),
        ("succeeded", "stars", 1100),
    ]
    states = [state for (state,) in _facts(found, "invoice", "state")]
    assert states == ["issued", "settled"]
    kinds = [line.kind for line in found.lines]
    assert kinds.index("event") < kinds.index("transition") < kinds.index("refund")


async def test_lines_are_in_the_order_of_time(lived: Lived) -> None:
    for name in lived.told.bills:
        times = [line.at for line in (await _story(lived, name)).lines]
        assert times == sorted(times)


async def test_every_step_has_the_event_that_caused_it(lived: Lived) -> None:
    found = await _story(lived, "late")
    events = {event for (event,) in _facts(found, "event", "event")}
    assert {event for (event,) in _facts(found, "transition", "event")} <= events
    types = {kind for (kind,) in _facts(found, "event", "type")}
    assert types == {"TapEvent", "TimerEvent", "PaidEvent"}


async def test_what_the_inbox_has_forgotten_leaves_the_steps(lived: Lived) -> None:
    number = lived.told.bills["late"].number

    def forgotten(connection: Connection) -> None:
        connection.execute(inbox.delete())
        raise _Undone(story(connection, BOT, number))

    with pytest.raises(_Undone) as undone:
        await lived.database.write(BOT, forgotten)
    assert _of(undone.value.found, "event") == []
    assert len(_of(undone.value.found, "transition")) == 3


async def test_messages_say_to_whom_and_how_they_ended(lived: Lived) -> None:
    found = await _story(lived, "paid")
    told = _facts(found, "message", "label", "to", "state", "tries")
    assert ("told/pay_customer", "customer", "sent", 1) in told
    assert ("staff/announce", "staff", "sent", 1) in told
    assert ("staff/announce", "providers", "sent", 1) in told
    waiting = await _story(lived, "refund_under_way")
    assert ("refund", "queued") in _facts(waiting, "message", "label", "state")
    failed = await _story(lived, "refund_waits")
    assert ("refund", "dead", "internal error") in _facts(
        failed, "message", "label", "state", "reason"
    )


async def test_what_is_to_come_is_told_last(lived: Lived) -> None:
    found = await _story(lived, "waits")
    slots = {slot for (slot,) in _facts(found, "timer", "slot")}
    assert slots == {"remind_1", "remind_20", "expire"}
    assert [line.kind for line in found.lines[-3:]] == ["timer"] * 3
    retried = await _story(lived, "refund_waits")
    assert ("retry",) in _facts(retried, "timer", "slot")


async def test_transfers_tell_of_their_proofs(lived: Lived) -> None:
    found = await _story(lived, "transferred")
    finance = f"person {lived.ids['fay']}"
    assert _facts(found, "proof", "state", "by") == [
        ("waiting", "customer"),
        ("rejected", finance),
        ("waiting", "customer"),
        ("confirmed", finance),
    ]
    assert _facts(found, "staff", "action", "by") == [
        ("proof.rejected", finance),
        ("proof.confirmed", finance),
    ]


async def test_odd_money_is_told_with_its_case(lived: Lived) -> None:
    found = await _story(lived, "little")
    dan = f"person {lived.ids['dan']}"
    assert _facts(found, "case", "about", "state") == [
        ("wrong_amount", "open"),
        ("wrong_payer", "open"),
    ]
    payers = [by for (by,) in _facts(found, "payment", "by")]
    assert payers[0] == "customer"
    assert payers[1] != dan  # somebody the order does not know: the chat's id is all there is
    assert payers[1] == "chat 10"


async def test_money_that_could_not_be_booked_is_told(lived: Lived) -> None:
    found = await _story(lived, "parked")
    assert _facts(found, "parked", "state", "error") == [
        ("done", "KeyError"),
        ("waiting", "KeyError"),
    ]


async def test_a_draft_has_a_story_too(lived: Lived) -> None:
    found = await _story(lived, "quote_waits")
    assert found.order["state"] == "draft"
    assert [line.kind for line in found.lines[:1]] == ["brief"]


async def test_nothing_about_people_is_told_but_ids(lived: Lived) -> None:
    private = ("Ann", "Bob", "Cat", "Dan", "Fay", "tea", "vape", "factory", "photo-1")
    for name, bill in lived.told.bills.items():
        text = repr(await _story(lived, name))
        assert [word for word in (*private, bill.token) if word in text] == []


@pytest.mark.parametrize(
    "spelled",
    [str.lower, lambda number: number.replace("-", " "), lambda number: f"＃{number}"],
    ids=["lower", "space", "sign"],
)
async def test_numbers_may_be_spelled_as_people_do(lived: Lived, spelled: Any) -> None:
    number = lived.told.bills["paid"].number
    found = await lived.database.read(lambda c: story(c, None, spelled(number)))
    assert found.order["number"] == number


@pytest.mark.parametrize(
    ("number", "why"),
    [("AAA-AAAA", "no order"), ("hello", "'hello' is no order number"), ("", "no order number")],
)
async def test_an_unknown_number_is_said_so(lived: Lived, number: str, why: str) -> None:
    with pytest.raises(UnknownOrder, match=why):
        await lived.database.read(lambda c: story(c, BOT, number))


async def test_orders_of_other_bots_are_not_found(lived: Lived) -> None:
    number = lived.told.bills["paid"].number
    with pytest.raises(UnknownOrder, match=f"there is no order {number}"):
        await lived.database.read(lambda c: story(c, BOT + 1, number))


async def test_a_number_of_several_bots_is_not_guessed(lived: Lived) -> None:
    number = lived.told.bills["paid"].number

    def twin(connection: Connection) -> None:
        row = connection.execute(select(Order).where(Order.number == number)).one()._mapping
        values = {**{name: row[name] for name in row if name != "id"}, "bot": BOT + 1}
        connection.execute(insert(Order).values(values))
        story(connection, None, number)

    with pytest.raises(UnknownOrder, match="several bots"):
        await lived.database.write(BOT, twin)


class _Undone(Exception):
    def __init__(self, found: Story) -> None:
        self.found = found
