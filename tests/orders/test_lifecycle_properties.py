"""Random events, legal and illegal, against the lifecycle: it never leaves its table."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from orders.lifecycle import (
    TABLE,
    TIMERS,
    Actor,
    Move,
    OrderFacts,
    State,
    Transition,
    after_pause,
    allowed_edges,
    apply,
    decide,
    retry_at,
    slots,
    timers_for,
    transition,
)
from orders.methods import Method

PEOPLE = [actor for actor in Actor if actor is not Actor.TIMER]
UNPAID = {State.DRAFT, State.AWAITING_PAYMENT, State.EXPIRED, State.CANCELLED}
DEADLINES = {
    State.AWAITING_PAYMENT: "expire",
    State.AWAITING_PROVIDER: "no_provider",
    State.DELIVERED: "accept_72",
}


class Life:
    """One order, its timers and its history, with chance in the place of people."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
        self.facts = OrderFacts(
            state=State.DRAFT,
            method=self.chance.choice(list(Method)),
            revisions_allowed=self.chance.randrange(3),
            entered_at=self.now,
        )
        self.timers: dict[str, datetime] = {}
        self.history: list[Move] = []
        self.held_since: datetime | None = None

    def step(self) -> None:
        events = [self.illegal, self.wait, self.money, self.work, self.hold]
        # A hold ends sooner than the next one begins, or lives would stand still for most of their time.
        holding = 1 if self.held_since is None else 4
        self.chance.choices([self.legal, *events], [10, 4, 4, 3, 3, holding])[0]()
        self.check()

    def legal(self) -> None:
        """Somebody does what the table gives them; a guard may still say no."""
        state = self.facts.state
        lines = [line for line in TABLE if state in line.sources and line.name != "rule"]
        people = [actor for line in lines for actor in line.actors if actor in PEOPLE]
        if not people or self.chance.random() < 0.03:
            lines, people = [transition("rule")], [Actor.LEAD]
        if self.facts.late and self.chance.random() < 0.3:
            # Few are late for more than a day whose clock has not stood still meanwhile.
            lines, people = [transition("cancel_late")], [Actor.CUSTOMER]
        actor = self.chance.choice(people)
        self.attempt(self.chance.choice([line for line in lines if actor in line.actors]), actor)

    def illegal(self) -> None:
        """Anybody tries anything."""
        self.attempt(self.chance.choice(TABLE), self.chance.choice(PEOPLE))

    def attempt(self, line: Transition, actor: Actor) -> None:
        before = self.facts
        seen = before.version - (self.chance.random() < 0.1)
        result = decide(
            line.name,
            before,
            actor,
            self.now,
            target=self.chance.choice(line.ends(before.state)),
            percent=self.chance.choice([None, 0, 30, 100, 101, -1]),
            reason=self.chance.choice(["", "because"]),
            due_at=self.now + timedelta(hours=8) if line.name == "accept" else None,
            version=seen,
        )
        if not isinstance(result, Move):
            return
        assert actor in line.actors
        assert before.state in line.sources
        assert seen == before.version
        self.take(result)

    def take(self, move: Move) -> None:
        for slot in move.drop_timers:
            self.timers.pop(slot, None)
        self.timers.update(move.set_timers)
        self.facts = apply(move, self.facts)
        self.history.append(move)

    def money(self) -> None:
        paid = self.facts.fully_paid or self.chance.random() < 0.7
        approved = self.chance.random() < 0.3
        self.facts = replace(
            self.facts,
            fully_paid=paid if self.facts.state in UNPAID else self.facts.fully_paid,
            pre_checkout_at=self.now if approved else self.facts.pre_checkout_at,
            proof_waiting=self.chance.random() < 0.2,
        )

    def work(self) -> None:
        self.facts = replace(
            self.facts,
            artefacts=self.chance.randrange(3),
            checklist_done=self.chance.random() < 0.8,
        )

    def hold(self) -> None:
        if self.held_since is None:
            self.held_since = self.now
            self.facts = replace(self.facts, on_hold=True, held_since=self.now)
            self.timers = {}
            return
        pause = self.now - self.held_since
        self.held_since = None
        self.facts = after_pause(replace(self.facts, on_hold=False, held_since=None), pause)
        self.timers = dict(timers_for(self.facts.state, self.facts, self.now))

    def wait(self) -> None:
        """Every timer due meanwhile runs, in the order of their moments."""
        end = self.now + timedelta(minutes=self.chance.randrange(1, 3 * 24 * 60))
        while self.timers:
            slot, due = min(self.timers.items(), key=lambda timer: timer[1])
            if due > end:
                break
            self.now = max(self.now, due)
            del self.timers[slot]
            self.run(slot)
        self.now = end

    def run(self, slot: str) -> None:
        fires = next(rule.fires for rule in TIMERS if rule.slot == slot)
        result = decide(fires, self.facts, Actor.TIMER, self.now) if fires else None
        if isinstance(result, Move):
            self.take(result)
            return
        again = retry_at(slot, self.facts, self.now)
        if fires is not None and again is not None:
            assert again > self.now
            self.timers[slot] = again

    def check(self) -> None:
        facts = self.facts
        assert set(self.timers) <= set(slots(facts.state))
        assert not (facts.held and self.timers)
        assert facts.fully_paid or facts.state in UNPAID, "an unpaid order is worked on"
        if facts.state in DEADLINES and not facts.held:
            assert DEADLINES[facts.state] in self.timers, "an order waits for ever"
        if facts.state is State.AWAITING_CUSTOMER:
            assert facts.asked_at is not None
        if facts.state is State.DELIVERED:
            assert facts.delivered_at is not None
        assert (facts.completed_at is not None) == (facts.state is State.COMPLETED) or (
            facts.state is State.CANCELLED
        )
        assert facts.revisions_used <= facts.revisions_allowed
        assert facts.version == len(self.history)
        for number, move in enumerate(self.history):
            assert move.version == number
            assert (move.source, move.target) in allowed_edges()
            assert move.told or move.name in {"decline", "offer_timeout"}
        for earlier, later in pairwise(self.history):
            assert earlier.target is later.source
            assert earlier.at <= later.at


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32))
def test_no_life_leaves_the_table(seed: int) -> None:
    life = Life(seed)
    for _ in range(60):
        life.step()


def test_the_lives_see_everything() -> None:
    """The property above would be empty if chance never got beyond the first states."""
    taken: Counter[str] = Counter()
    for seed in range(300):
        life = Life(seed)
        for _ in range(60):
            life.step()
        taken.update(move.name for move in life.history)
    unseen = {line.name for line in TABLE} - set(taken)
    assert unseen <= {"offer_timeout"}, unseen  # its timer belongs to the offer, not to the order
