"""Delivery when answers are lost, the channel is slow or away, and processes die in the middle."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from bot.channels.port import BotIdentity, Call, Done, UnknownOutcome
from bot.lease_keeper import DELIVERY
from bot.pace import Limits, Pace
from bot.turns import Processed
from handlers.events import Event, TapEvent
from handlers.turn import Answer
from playground.people import Playground
from storage import lease
from storage.tables import outbox
from tests.bot.desk import BOT, Desk, desk, until


async def test_a_lost_answer_is_repeated_for_what_may_come_twice(at_desk: Desk) -> None:
    anna = await at_desk.person()
    await at_desk.playground.fault("lost_answer", method="sendMessage")
    row = await at_desk.send(anna.id, "hello")
    tried = await at_desk.tried(row, "unknown_outcome")
    assert tried.due_at > at_desk.clock.now()
    at_desk.clock.advance(timedelta(seconds=3))
    assert await at_desk.ended(row) == ["sent"]
    assert [m.text for m in await anna.messages() if m.from_bot] == ["hello", "hello"]


async def test_a_lost_answer_is_an_alarm_for_what_must_not_come_twice(at_desk: Desk) -> None:
    anna = await at_desk.person()
    await at_desk.playground.fault("lost_answer", method="sendMessage")
    row = await at_desk.send(anna.id, "code 4711", unknown="once", tell={"code": 1})
    assert await at_desk.ended(row) == ["dead"]
    assert (await at_desk.row(row)).reason == "unknown_outcome"
    at_desk.clock.advance(timedelta(hours=1))
    await asyncio.sleep(0.1)
    assert len(await at_desk.calls("sendMessage")) == 1
    assert 'orderclerk_alarms_total{kind="unknown_outcome"} 1.0' in at_desk.metrics.text().decode()


async def test_an_edit_whose_answer_was_lost_is_made_again(at_desk: Desk) -> None:
    anna = await at_desk.person()
    await at_desk.ended(await at_desk.show(anna.id, "one"))
    await at_desk.playground.fault("lost_answer", method="editMessageText")
    row = await at_desk.show(anna.id, "two")
    await at_desk.tried(row, "unknown_outcome")
    at_desk.clock.advance(timedelta(seconds=3))
    # The second time Telegram says that nothing is different: that is a success.
    assert await at_desk.ended(row) == ["sent"]
    surface = await at_desk.surface(anna.id)
    assert surface.shown_hash == surface.content_hash


async def test_a_chat_told_to_wait_waits_and_the_others_do_not(at_desk: Desk) -> None:
    anna, bo = await at_desk.person("Anna"), await at_desk.person("Bo")
    await at_desk.playground.fault(429, method="sendMessage", chat=anna.id, retry_after=2)
    slow = await at_desk.send(anna.id, "slow")
    row = await at_desk.tried(slow, "wait")
    # It was not the row's fault.
    assert row.tries == 0
    began = time.monotonic()
    assert await at_desk.ended(await at_desk.send(bo.id, "quick")) == ["sent"]
    assert time.monotonic() - began < 1.0
    assert (await at_desk.row(slow)).state == "queued"
    at_desk.clock.advance(timedelta(seconds=2))
    assert await at_desk.ended(slow) == ["sent"]


async def test_a_request_the_channel_refuses_ends_with_its_reason(at_desk: Desk) -> None:
    anna = await at_desk.person()
    bad = await at_desk.send(anna.id, "<b>never closed")
    good = await at_desk.send(anna.id, "fine")
    assert await at_desk.ended(bad, good) == ["dead", "sent"]
    assert "can't parse entities" in (await at_desk.row(bad)).reason


async def test_content_from_another_time_ends_and_holds_up_nobody(at_desk: Desk) -> None:
    anna = await at_desk.person()
    odd = await at_desk.add(anna.id, "send", {"text": ["no", "text"]})
    empty = await at_desk.add(anna.id, "call", {})
    missing = await at_desk.add(anna.id, "surface", {}, surface_id=4711)
    unknown = await at_desk.add(anna.id, "call", {"method": "sendTelepathy", "params": {}})
    good = await at_desk.send(anna.id, "fine")
    rows = (odd, empty, missing, unknown, good)
    assert await at_desk.ended(*rows) == ["dead", "dead", "sent", "dead", "sent"]
    assert (await at_desk.row(unknown)).reason.startswith("refused: aiogram knows no")


async def test_rows_past_their_time_are_not_sent(at_desk: Desk) -> None:
    anna = await at_desk.person()
    row = await at_desk.send(anna.id, "too late", expires_at=at_desk.clock.now())
    assert await at_desk.ended(row) == ["dead"]
    assert await at_desk.calls() == []


async def test_an_answer_with_a_deadline_passes_everything(
    playground: Playground, tmp_path: Path
) -> None:
    slow = Pace(Limits(all_calls=1, all_seconds=60.0))
    async with desk(playground, tmp_path, pace=slow) as at_desk:
        anna = await at_desk.person()
        slow.take(5)
        waiting = await at_desk.send(anna.id, "not yet")
        params = {"pre_checkout_query_id": "gone", "ok": True}
        answer = await at_desk.add(
            anna.id,
            "call",
            {"method": "answerPreCheckoutQuery", "params": params},
            priority=0,
            expires_at=at_desk.clock.now() + timedelta(seconds=10),
        )
        at_desk.delivery.follow_up(Processed((), (answer,)))
        assert await at_desk.ended(answer) == ["dead"]
        # This one had no query behind it; what matters is that it was asked at once.
        assert (await at_desk.row(answer)).reason == "query_gone"
        assert (await at_desk.row(waiting)).state == "queued"


async def test_taps_are_answered_at_once_and_failures_do_no_harm(at_desk: Desk) -> None:
    from dialogs.content import Button, Content

    anna = await at_desk.person()
    content = Content(text="card", buttons=((Button(label="Open", action=0),),))
    await at_desk.ended(await at_desk.show(anna.id, content))
    tapping = asyncio.create_task(anna.tap("Open"))
    taps: list[TapEvent] = []

    async def tapped() -> bool:
        taps.extend(event for event in await at_desk.read() if isinstance(event, TapEvent))
        return bool(taps)

    await until(tapped)
    answers = (Answer("nonsense"), Answer(taps[0].query_id, "Opened " + "x" * 300, True))
    at_desk.delivery.follow_up(Processed(answers, ()))
    toast = await tapping
    assert toast.alert
    assert toast.text is not None
    assert toast.text.startswith("Opened ")
    assert len(toast.text) == 200
    await until(lambda: _idle(at_desk))
    text = at_desk.metrics.text().decode()
    assert 'orderclerk_sends_total{method="answerCallbackQuery",outcome="gone"} 1.0' in text


async def _idle(at_desk: Desk) -> bool:
    return at_desk.delivery.idle


async def test_pace_is_kept(playground: Playground, tmp_path: Path) -> None:
    """The playground holds to Telegram's limits; with ours nobody is told to wait."""
    async with desk(playground, tmp_path) as at_desk:
        people = [await at_desk.person(f"P{number}") for number in range(12)]
        await playground.pace(True)
        began = time.monotonic()
        rows = [await at_desk.send(p.id, f"{turn}") for turn in range(4) for p in people]
        assert set(await at_desk.ended(*rows)) == {"sent"}
        assert time.monotonic() - began > 1.0
        calls = await at_desk.calls("sendMessage")
        assert all(call["ok"] for call in calls)
        assert len(calls) == len(rows)


class Silent:
    """A channel whose calls never come back, like a process that is killed in the middle of one."""

    def __init__(self) -> None:
        self.calls: list[Call] = []

    async def identity(self) -> BotIdentity:
        return BotIdentity(id=BOT, username="b", name="b")

    async def get_updates(
        self, offset: int | None, timeout: int, limit: int
    ) -> Sequence[tuple[int, Event]]:
        return []

    async def perform(self, call: Call) -> Done:
        self.calls.append(call)
        await asyncio.sleep(3600)
        raise AssertionError

    async def download(self, file_id: str) -> bytes:
        return b""

    async def close(self) -> None: ...


async def test_what_a_dead_process_left_is_taken_over(
    playground: Playground, tmp_path: Path
) -> None:
    silent = Silent()
    async with desk(playground, tmp_path, channel=silent, holder="elsewhere/1:99:1:a") as first:
        repeat = await first.send(1, "may come twice")
        once = await first.send(2, "must not", unknown="once", tell={"x": 1})
        waiting = await first.send(1, "not begun")
        first.delivery.wake()
        await until(lambda: _sending(silent, 2))
        # Killed: nothing is settled, nothing given back.
    await _forget_lease(playground, tmp_path)
    async with desk(playground, tmp_path, deliver=False) as second:
        anna, bo = await second.person("Anna"), await second.person("Bo")
        await _readdress(second, {1: anna.id, 2: bo.id})
        await second.leases.ask()
        tasks = [asyncio.create_task(part.run()) for part in (second.delivery, second.teller)]
        try:
            assert await second.ended(repeat, once, waiting) == ["sent", "dead", "sent"]
            assert (await second.row(once)).reason == "unknown_outcome"
            await until(lambda: _told(second))
            assert (await second.row(repeat)).epoch == 2
        finally:
            await second.delivery.drain(1.0)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        assert [m.text for m in await anna.messages() if m.from_bot] == [
            "may come twice",
            "not begun",
        ]
        assert [m for m in await bo.messages() if m.from_bot] == []


async def _sending(silent: Silent, number: int) -> bool:
    return len(silent.calls) >= number


async def _told(at_desk: Desk) -> bool:
    return len(at_desk.events) == 1


async def _forget_lease(playground: Playground, folder: Path) -> None:
    """As if the fifteen seconds were over."""
    async with desk(playground, folder, deliver=False) as at_desk:
        held = lease.Lease(name=DELIVERY, holder="elsewhere/1:99:1:a", epoch=1)
        await at_desk.database.write(BOT, lambda c: lease.release(c, BOT, [held]))


async def _readdress(at_desk: Desk, chats: dict[int, int]) -> None:
    for old, new in chats.items():
        statement = update(outbox).where(outbox.c.chat_id == old).values(chat_id=new)
        await at_desk.database.write(BOT, lambda c, s=statement: c.execute(s))  # type: ignore[misc]


async def test_only_one_of_two_replicas_delivers(playground: Playground, tmp_path: Path) -> None:
    async with (
        desk(playground, tmp_path) as first,
        desk(playground, tmp_path) as second,
    ):
        anna = await first.person()
        assert second.leases.held(DELIVERY) is None
        rows = [await second.send(anna.id, f"{number}") for number in range(3)]
        assert await first.ended(*rows) == ["sent"] * 3
        assert {(await first.row(row)).epoch for row in rows} == {1}
        assert len(await first.calls("sendMessage")) == 3


async def test_draining_sends_what_is_waiting(playground: Playground, tmp_path: Path) -> None:
    async with desk(playground, tmp_path) as at_desk:
        anna = await at_desk.person()
        rows = [await at_desk.send(anna.id, f"{number}") for number in range(4)]
        await at_desk.delivery.drain(10.0)
        assert [(await at_desk.row(row)).state for row in rows] == ["sent"] * 4


async def test_draining_does_not_wait_for_ever(tmp_path: Path, playground: Playground) -> None:
    async with desk(playground, tmp_path, channel=Silent()) as at_desk:
        row = await at_desk.send(1, "stuck")
        at_desk.delivery.wake()
        await until(lambda: _state(at_desk, row, "sending"))
        began = time.monotonic()
        await at_desk.delivery.drain(0.5)
        assert time.monotonic() - began < 2.0
        # The next start finds it like this, and knows what that means.
        assert (await at_desk.row(row)).state == "sending"


async def _state(at_desk: Desk, row: int, state: str) -> bool:
    found: Any = await at_desk.row(row)
    return bool(found.state == state)


class Failing(Silent):
    """Every call ends without an answer, except those to `works`."""

    def __init__(self, works: int = 0) -> None:
        super().__init__()
        self._works = works

    async def perform(self, call: Call) -> Done:
        self.calls.append(call)
        if call.params.get("chat_id") == self._works:
            return Done(message_ids=(len(self.calls),))
        raise UnknownOutcome("no answer")


async def test_an_outage_wears_nobody_out(tmp_path: Path, playground: Playground) -> None:
    async with desk(playground, tmp_path, channel=Failing()) as at_desk:
        row = await at_desk.send(1, "patience")
        for _ in range(12):
            await at_desk.tried(row, "unknown_outcome")
            at_desk.clock.advance(timedelta(minutes=2))
            at_desk.delivery.wake()
            await asyncio.sleep(0.02)
        assert (await at_desk.row(row)).state in ("queued", "sending")
        at_desk.clock.advance(timedelta(hours=24))
        assert await at_desk.ended(row) == ["dead"]
        assert (await at_desk.row(row)).reason == "expired"


async def test_a_row_that_alone_never_succeeds_is_given_up(
    tmp_path: Path, playground: Playground
) -> None:
    failing = Failing(works=2)
    async with desk(playground, tmp_path, channel=failing) as at_desk:
        row = await at_desk.send(1, "poison")
        for _ in range(30):
            await at_desk.ended(await at_desk.send(2, "fine"))
            at_desk.clock.advance(timedelta(minutes=2))
            if (await at_desk.row(row)).state == "dead":
                break
        assert await at_desk.ended(row) == ["dead"]
        found = await at_desk.row(row)
        assert (found.reason, found.tries) == ("unknown_outcome", 8)


@pytest.mark.parametrize("error", [401, 404])
async def test_a_token_that_is_not_accepted_kills_no_rows(at_desk: Desk, error: int) -> None:
    anna = await at_desk.person()
    await at_desk.playground.fault(error, method="sendMessage")
    row = await at_desk.send(anna.id, "hello")
    await at_desk.tried(row, "unauthorized")
    at_desk.clock.advance(timedelta(seconds=31))
    assert await at_desk.ended(row) == ["sent"]


async def test_it_is_not_idle_while_outcomes_are_being_written(
    at_desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who asks whether all is done must not be told so a moment before somebody is to hear how it ended."""
    told: list[bool] = []
    write = at_desk.database.write

    async def watched(bot: int, work: Any, **more: Any) -> Any:
        made = await write(bot, work, **more)
        told.append(at_desk.delivery.idle)
        return made

    anna = await at_desk.person()
    row = await at_desk.send(anna.id, "hello")
    monkeypatch.setattr(at_desk.database, "write", watched)
    assert await at_desk.ended(row) == ["sent"]
    # Claimed, then settled.
    assert told == [False, False]
    async with asyncio.timeout(5):
        while not at_desk.delivery.idle:  # noqa: ASYNC110 - nothing signals it
            await asyncio.sleep(0.01)
