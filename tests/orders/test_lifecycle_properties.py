"""Random events, legal and illegal, against the lifecycle: it never leaves its table."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from orders.lifecycle import (
    TABLE,
    TIMERS,
    Actor,
    Move,
    OrderFacts,
    State,
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

NAMES = st.sampled_from([line.name for line in TABLE])
PAUSES = st.timedeltas(timedelta(minutes=1), timedelta(days=4))
NEEDS_WORK_PAID = {
    State.AWAITING_REVIEW,
    State.AWAITING_PROVIDER,
    State.IN_PROGRESS,
    State.AWAITING_CUSTOMER,
    State.DELIVERED,
    State.IN_REVISION,
    State.COMPLETED,
}


class Order(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
        self.facts = OrderFacts(
            state=State.DRAFT, method=Method.TRANSFER, revisions_allowed=1, entered_at=self.now
        )
        self.timers: dict[str, datetime] = {}
        self.history: list[Move] = []
        self.held_since: datetime | None = None

    def take(self, move: Move) -> None:
        assert (move.source, move.target) in allowed_edges()
        assert move.version == self.facts.version
        for slot in move.drop_timers:
            self.timers.pop(slot, None)
        self.timers.update(move.set_timers)
        self.facts = apply(move, self.facts)
        self.history.append(move)

    @rule(
        name=NAMES,
        actor=st.sampled_from([actor for actor in Actor if actor is not Actor.TIMER]),
        end=st.none() | st.sampled_from(list(State)),
        percent=st.none() | st.integers(-1, 101),
        reason=st.sampled_from(["", "because"]),
    )
    def somebody_tries(
        self, name: str, actor: Actor, end: State | None, percent: int | None, reason: str
    ) -> None:
        before = self.facts
        try:
            result = decide(
                name, before, actor, self.now, target=end, percent=percent, reason=reason
            )
        except ValueError:
            ends = transition(name).ends(before.state)
            assert end not in ends
            assert end is not None or len(ends) > 1
            return
        if isinstance(result, Move):
            self.take(result)
            assert self.facts.version == before.version + 1
        else:
            assert self.facts is before

    @rule(data=st.data())
    def somebody_does_what_is_allowed(self, data: st.DataObject) -> None:
        lines = [
            line
            for line in TABLE
            if self.facts.state in line.sources and line.actors != (Actor.TIMER,)
        ]
        line = data.draw(st.sampled_from(lines))
        if line.name == "rule" and len(self.history) % 4:
            return
        actor = data.draw(
            st.sampled_from([actor for actor in line.actors if actor is not Actor.TIMER])
        )
        target = data.draw(st.sampled_from(line.ends(self.facts.state)))
        result = decide(
            line.name, self.facts, actor, self.now, target=target, percent=50, reason="because"
        )
        if isinstance(result, Move):
            self.take(result)

    @rule(paid=st.booleans(), artefacts=st.integers(0, 2), done=st.booleans())
    def the_world_changes(self, paid: bool, artefacts: int, done: bool) -> None:
        unpaid = {State.DRAFT, State.AWAITING_PAYMENT, State.EXPIRED, State.CANCELLED}
        fully_paid = paid if self.facts.state in unpaid else self.facts.fully_paid
        self.facts = replace(
            self.facts, fully_paid=fully_paid, artefacts=artefacts, checklist_done=done
        )

    @rule(approved=st.booleans(), proof=st.booleans())
    def money_is_on_its_way(self, approved: bool, proof: bool) -> None:
        when = self.now if approved else self.facts.pre_checkout_at
        self.facts = replace(self.facts, pre_checkout_at=when, proof_waiting=proof)

    @rule()
    def a_hold_begins_or_ends(self) -> None:
        if self.held_since is None:
            self.held_since = self.now
            self.facts = replace(self.facts, on_hold=True)
            self.timers = {}
            return
        pause = self.now - self.held_since
        self.held_since = None
        self.facts = after_pause(replace(self.facts, on_hold=False), pause)
        self.set_anew()

    def set_anew(self) -> None:
        self.timers = dict(timers_for(self.facts.state, self.facts, self.now))

    @rule(pause=PAUSES)
    def time_passes(self, pause: timedelta) -> None:
        """Every timer due meanwhile runs, in the order of their moments."""
        end = self.now + pause
        while self.timers:
            slot, due = min(self.timers.items(), key=lambda timer: timer[1])
            if due > end:
                break
            self.now = max(self.now, due)
            del self.timers[slot]
            self.run(slot)
        self.now = end

    def run(self, slot: str) -> None:
        fires = next(timer.fires for timer in TIMERS if timer.slot == slot)
        if fires is None:
            return
        result = decide(fires, self.facts, Actor.TIMER, self.now)
        if isinstance(result, Move):
            self.take(result)
            return
        again = retry_at(slot, self.facts, self.now)
        if again is not None:
            assert again > self.now
            self.timers[slot] = again

    @invariant()
    def timers_belong_to_the_state(self) -> None:
        assert set(self.timers) <= set(slots(self.facts.state))
        assert not (self.facts.held and self.timers)

    @invariant()
    def no_unpaid_order_is_worked_on(self) -> None:
        if self.facts.state in NEEDS_WORK_PAID:
            assert self.facts.fully_paid

    @invariant()
    def what_waits_for_the_clock_has_a_timer(self) -> None:
        """No order waits for ever: each state that the clock ends has its deadline set."""
        ends = {
            State.AWAITING_PAYMENT: "expire",
            State.AWAITING_PROVIDER: "no_provider",
            State.DELIVERED: "accept_72",
        }
        slot = ends.get(self.facts.state)
        if slot is not None and not self.facts.held:
            assert slot in self.timers

    @invariant()
    def stamps_agree_with_the_state(self) -> None:
        facts = self.facts
        assert (facts.asked_at is not None) or facts.state is not State.AWAITING_CUSTOMER
        if facts.state is State.COMPLETED:
            assert facts.completed_at is not None
        if facts.state is State.DELIVERED:
            assert facts.delivered_at is not None
        assert facts.revisions_used <= facts.revisions_allowed

    @invariant()
    def history_is_a_chain(self) -> None:
        for number, move in enumerate(self.history):
            assert move.version == number
        for earlier, later in pairwise(self.history):
            assert earlier.target is later.source
            assert earlier.at <= later.at


TestOrder = Order.TestCase
TestOrder.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
