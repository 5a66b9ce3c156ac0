from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bot.intake import Intake
from bot.lease_keeper import POLL
from bot.metrics import Metrics
from bot.polling import Polling
from bot.turns import Processed
from handlers.events import Event, MessageEvent
from playground.people import Playground
from storage.database import Unavailable
from tests.bot.desk import Desk, desk, until


@dataclass
class Reader:
    """What arrived, in the batches it came in."""

    polling: Polling
    batches: list[list[str]] = field(default_factory=list)

    @property
    def texts(self) -> list[str]:
        return [text for batch in self.batches for text in batch]

    async def has(self, *texts: str) -> None:
        async def there() -> bool:
            return set(texts) <= set(self.texts)

        await until(there)


def texts_of(events: Sequence[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, MessageEvent)]


@asynccontextmanager
async def reading(at: Desk, *, crash_on: str = "", politely: bool = True) -> AsyncIterator[Reader]:
    """A polling loop; taking a batch with `crash_on` in it never returns. Stopped, or killed."""
    reader: Reader

    async def take(events: Sequence[Event]) -> None:
        texts = texts_of(events)
        if crash_on and crash_on in texts:
            await asyncio.sleep(3600)
        reader.batches.append(texts)

    reader = Reader(Polling(channel=at.channel, leases=at.leases, take=take, long_poll=2))
    await at.leases.ask()
    task = asyncio.create_task(reader.polling.run())
    try:
        yield reader
        if politely:
            await reader.polling.stop()
            async with asyncio.timeout(5):
                await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


@pytest.fixture
async def at(playground: Playground, tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(playground, tmp_path, deliver=False) as made:
        yield made


async def pending(playground: Playground) -> int:
    (bot,) = (await playground.get("/bots"))["bots"]
    return int(bot["pending"])


async def test_updates_are_read_in_order_and_confirmed(at: Desk) -> None:
    anna = await at.playground.person("Anna")
    async with reading(at) as reader:
        for number in range(5):
            await anna.say(f"{number}")
        await reader.has("4")
        assert reader.texts == [f"{number}" for number in range(5)]
        assert reader.polling.answered_at is not None
    # The last batch too, although no further poll followed it.
    assert await pending(at.playground) == 0


async def test_nothing_is_confirmed_before_it_is_taken(at: Desk) -> None:
    anna = await at.playground.person("Anna")
    await anna.say("good")
    async with reading(at, crash_on="poison", politely=False) as reader:
        await reader.has("good")
        await anna.say("poison")
        await anna.say("after")
        await asyncio.sleep(0.3)
    assert await pending(at.playground) >= 1
    async with reading(at) as again:
        await again.has("poison", "after")
        assert "good" not in again.texts


async def test_stopping_does_not_wait_for_the_poll_and_loses_nothing(at: Desk) -> None:
    anna = await at.playground.person("Anna")
    async with reading(at) as reader:
        await anna.say("one")
        await reader.has("one")
        await asyncio.sleep(0.1)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await reader.polling.stop()
    assert loop.time() - began < 1.5
    await anna.say("two")
    async with reading(at) as again:
        await again.has("two")
        assert again.texts == ["two"]


async def test_failures_are_waited_out(at: Desk) -> None:
    anna = await at.playground.person("Anna")
    for fault in (500, "lost_answer", 429):
        given = {"retry_after": 1} if fault == 429 else {}
        await at.playground.fault(fault, method="getUpdates", **given)  # type: ignore[arg-type]
    async with reading(at) as reader:
        await anna.say("still here")
        await reader.has("still here")


async def test_a_webhook_that_was_left_behind_is_removed(at: Desk) -> None:
    anna = await at.playground.person("Anna")
    await at.playground.fault(
        409,
        method="getUpdates",
        description="Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first",
    )
    async with reading(at) as reader:
        await anna.say("hello")
        await reader.has("hello")
    assert len(await at.calls("deleteWebhook")) == 1


async def test_without_the_lease_nothing_is_read(at: Desk, tmp_path: Path) -> None:
    anna = await at.playground.person("Anna")
    await at.leases.ask()
    async with (
        desk(at.playground, tmp_path, deliver=False) as second,
        reading(second) as standby,
    ):
        await anna.say("hello")
        await asyncio.sleep(0.2)
        assert standby.batches == []
        assert second.leases.held(POLL) is None
        # The other goes, and this one takes over.
        await at.leases.release()
        await second.leases.ask()
        await standby.has("hello")


class Flaky:
    """Turns on a database that is away for the first few times."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.committed: list[Sequence[Event]] = []

    async def process(self, events: Sequence[Event], along: object = None) -> Processed:
        if self.failures:
            self.failures -= 1
            raise Unavailable("locked")
        self.committed.append(events)
        return Processed((), (4,))


async def test_a_batch_is_tried_until_it_is_committed(at: Desk) -> None:
    flaky = Flaky(2)
    metrics = Metrics()
    intake = Intake(flaky, metrics)  # type: ignore[arg-type]
    seen: list[Processed] = []
    intake.on_commit(seen.append)
    anna = await at.playground.person("Anna")
    await anna.say("hello")
    events = await at.read()
    taking = asyncio.create_task(intake.take(events))
    await asyncio.sleep(0.01)
    assert not intake.idle
    await taking
    assert intake.idle
    assert flaky.committed == [events]
    assert [done.urgent for done in seen] == [(4,)]
    text = metrics.text().decode()
    assert "orderclerk_batches_failed_total 2.0" in text
    assert 'orderclerk_turns_total{kind="message"} 1.0' in text
    await intake.take([])
    assert len(flaky.committed) == 1
