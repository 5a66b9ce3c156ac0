"""Moving virtual time, and waiting until nothing happens any more."""

from __future__ import annotations

import asyncio

from playground.sim import bodies
from playground.world.clock import Report
from playground.world.model import Json
from playground.world.world import World

#: Real seconds a follower gets for what is due at one step of an advance.
_STEP_WITHIN = 20.0
#: Real seconds without a call that count as silence.
_SILENCE = 0.3
_LOOK_EVERY = 0.02
_MOST_STEPS = 10_000


def clock(world: World) -> Json:
    report = world.clock.report
    return {
        "now": world.clock.now(),
        "offset": world.clock.offset,
        "version": world.clock.jumps,
        "followed": report is not None,
        "seen": report.now if report else None,
        "next_due": report.next_due if report else None,
        "idle": report.idle if report else None,
    }


async def watch(world: World, after: int, within: float) -> Json:
    """The clock as soon as it has jumped since `after` (a `version`), at the latest at the end."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while world.clock.jumps <= after and not world.closing:
        left = deadline - loop.time()
        if left <= 0:
            break
        await world.clock.changed.wait(left)
    return clock(world)


def seen(world: World, body: bodies.Seen) -> Json:
    now = bodies.seconds(body.now)
    assert now is not None
    world.clock.seen(Report(now, bodies.seconds(body.next_due), body.idle))
    return {}


async def advance(world: World, seconds: float) -> Json:
    """Move time on. What follows the clock does what is due on the way, in due order.

    Each step jumps to the next due time and waits until the follower says that it has seen it and
    is idle again. A follower that stops answering is not waited for any longer.
    """
    target = world.clock.now() + seconds
    steps = 0
    followed = world.clock.report is not None
    while followed and steps < _MOST_STEPS:
        report = world.clock.report
        assert report is not None
        due = report.next_due
        if due is None or due > target:
            break
        if not await _step(world, max(due, world.clock.now())):
            followed = False
            break
        steps += 1
        after = world.clock.report
        if after is not None and after.next_due == due and due <= world.clock.now():
            break  # it will not be done: do not wait for it for ever
    await _step(world, target, wait=followed)
    return {**clock(world), "steps": steps, "caught_up": followed}


async def _step(world: World, when: float, wait: bool = True) -> bool:
    """Jump to a time; True when the follower has caught up."""
    clock = world.clock
    clock.shift(max(when - clock.now(), 0.0))
    world.changes.tell("clock", now=clock.now())
    world.flush()
    if not wait:
        return False
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _STEP_WITHIN
    reports = clock.reports
    while True:
        report = clock.report
        fresh = clock.reports > reports
        if fresh and report is not None and report.idle and report.now >= when - 0.001:
            return True
        left = deadline - loop.time()
        if left <= 0 or world.closing:
            return False
        await clock.changed.wait(left)


async def quiet(world: World, within: float, silence: float = _SILENCE) -> Json:
    """Wait until every update is confirmed and the bots have been silent for a while; if they are not, what they do."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while True:
        pending = sum(queue.pending() for queue in world.queues.values())
        if pending == 0 and _rests(world) and world.calls.silent_for() >= silence:
            return {"quiet": True, "pending": 0}
        if loop.time() >= deadline or world.closing:
            return {"quiet": False, "pending": pending, "busy": _busy_with(world, pending)}
        await asyncio.sleep(_LOOK_EVERY)


def _rests(world: World) -> bool:
    """Whether what follows the clock, if anything does, has nothing to do now."""
    report = world.clock.report
    if report is None:
        return True
    return report.idle and (report.next_due is None or report.next_due > world.clock.now())


def _busy_with(world: World, pending: int) -> str:
    """Why it is not quiet, in words."""
    reasons = [f"{pending} updates pending"]
    report = world.clock.report
    if report is not None and not report.idle:
        reasons.append("the bot is at work")
    if report is not None and report.next_due is not None:
        reasons.append(f"next due in {report.next_due - world.clock.now():.1f} s")
    last = f", the last {world.calls.rows[-1].method}" if world.calls.rows else ""
    reasons.append(
        f"{world.calls.working} calls under way{last}, silent for {world.calls.silent_for():.1f} s"
    )
    return ", ".join(reasons)
