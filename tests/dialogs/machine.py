"""A state machine that does anything to several conversations at once, and what must hold all along.

Between any two inputs every state is stored as the database stores it, as JSON text.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from dialogs import engine, keeping
from dialogs.carrying import carry
from dialogs.content import Content
from dialogs.declared import Flow
from dialogs.model import Advance, FactSource, Given, Json, Press, Said, Sent, State
from dialogs.screen import render
from dialogs.words import Words
from storage.serial import typed, written
from tests.dialogs.conftest import Seeded, Tally

PEOPLE = st.integers(0, 2)
#: Drawn numbers choose among what is there: buttons, sentences, moments.
ANY = st.integers(0, 2**16)


@dataclass(frozen=True)
class Stage:
    """What a machine plays on: a flow, the world behind its facts, its words, what people may write."""

    flow: Flow
    facts: Callable[[Words], FactSource]
    words: Sequence[Words]
    now: datetime
    #: Sentences that mean something somewhere in the flow.
    sentences: Sequence[str]
    #: Sentences that answer the question of a step.
    replies: Mapping[str, Sequence[str]]
    files: Sequence[Mapping[str, Json]]
    #: Change the world; the number chooses how.
    change: Callable[[int], None]
    stamp: Callable[[], Json]

    @property
    def any_facts(self) -> FactSource:
        return self.facts(self.words[0])

    def stored(self, state: State) -> str:
        return keeping.dump([state])

    def loaded(self, text: str) -> State:
        return keeping.load(text)[0]

    def advance(self, state: State, given: Given, speaks: Words) -> Advance:
        return engine.advance(self.flow, state, given, self.facts(speaks), speaks, self.now)

    def open_steps(self, state: State) -> list[str]:
        """The questions still open, by the declaration alone."""
        return [
            step.name
            for step in self.flow.steps
            if step.asks is not None
            and step.name != self.flow.hub
            and step.asks not in state.answers
            and (
                not self.flow.field(step.asks).optional
                if step.when is None
                else step.when(state.answers, self.any_facts)
            )
        ]

    def check(self, state: State) -> None:
        """What holds of every state, however it came about."""
        flow = self.flow
        assert flow.has(state.step)
        for name, value in state.answers.items():
            field = flow.field(name)
            assert isinstance(value, field.kind), (name, value)
            if field.holds is not None:
                assert field.holds(value, state.answers, self.any_facts), (name, value)
        if state.step == flow.hub:
            assert self.open_steps(state) == []
        step = flow.step(state.step)
        before = step.after if step.asks is None else (*step.after, *flow.field(step.asks).after)
        assert set(before) <= set(state.answers)
        names = [name for name, _ in state.trail]
        edit = names.index(flow.hub) if flow.hub in names else len(names)
        assert all(len(way) == len(set(way)) for way in (names[:edit], names[edit:]))
        assert all(map(flow.has, names))
        assert not set(state.dropped) & set(state.answers)


class Chats(RuleBasedStateMachine):
    """Three people in one flow. Subclasses set `stage` and `tally`."""

    stage: Stage
    tally: Tally

    def __init__(self) -> None:
        super().__init__()
        self.tally.add("examples")
        begun = engine.begin(self.stage.flow, self.stage.any_facts)
        seen = begun._replace(seen=self.stage.stamp())
        self.rows = [self.stage.stored(self.looked(seen, 0)) for _ in range(3)]
        self.speaks = [0, 0, 0]
        #: Inputs that were made on a screen and have not arrived yet.
        self.late: list[tuple[int, Press]] = []
        #: Every (person, revision) ever shown, with its buttons.
        self.shown: dict[tuple[int, int], Json] = {}

    # -- the shell around the engine, as the handlers are ------------------------------------------------

    def looked(self, state: State, language: int) -> State:
        words = self.stage.words[language]
        self.tally.add("screens")
        facts = self.stage.facts(words)
        screen = render(self.stage.flow, state, facts, words, self.stage.now)
        after = screen.state
        shown = typed(Content, screen.content())
        assert keeping.json_of(screen.content()) == written(shown)
        _, rows = engine.look(self.stage.flow, after, facts, words, self.stage.now)
        assert [len(row) for row in shown.buttons] == [len(row) for row in rows]
        buttons = [button for row in shown.buttons for button in row]
        offers = [offer for row in rows for offer in row]
        assert [(button.label, button.style) for button in buttons] == [
            (offer.label, offer.style) for offer in offers
        ]
        assert [button.label for button in buttons] == [offered[0] for offered in after.offered]
        assert [button.action for button in buttons] == list(range(len(after.offered)))
        assert render(self.stage.flow, after, facts, words, self.stage.now) == screen
        assert screen.text.strip()
        return after

    def current(self, who: int) -> State:
        """As after a restart: from JSON, and brought along."""
        state = self.stage.loaded(self.rows[who])
        assert self.stage.stored(state) == self.rows[who]
        made = carry(self.stage.flow, state, self.stage.any_facts, self.stage.stamp())
        assert made.revision >= state.revision
        if made.offered != state.offered:
            assert made.revision > state.revision
        return made

    def give(self, who: int, given: Given) -> tuple[State, Advance]:
        """One input, its checks, and the screen that follows; the state before and what came of it."""
        self.tally.add("steps")
        others = [row for number, row in enumerate(self.rows) if number != who]
        words = self.stage.words[self.speaks[who]]
        before = self.current(who)
        made = self.stage.advance(before, given, words)
        self.tally.add(kind_of(made))
        again = self.stage.loaded(self.stage.stored(before))
        assert self.stage.advance(again, given, words) == made, "storing a state changed it"
        after = made.state
        if not made.accepted:
            assert after == before
        elif made.denied is not None and not made.echo:
            assert self._standing(after) == self._standing(before)
            assert after.misses == 0
        elif not made.understood:
            assert self._standing(after) == self._standing(before)
            assert after.misses == before.misses + 1
        elif made.unsure or after == before:
            assert self._standing(after) == self._standing(before)
        else:
            assert after.revision > before.revision
            assert after.misses == 0
            assert after.offered == ()
            lost = set(before.answers) - set(after.answers)
            assert lost == set(after.dropped) - (set(after.dropped) - set(before.answers))
        assert set(made.echo) <= set(after.answers)
        self.stage.check(after)
        if after.step == self.stage.flow.hub != before.step:
            self.tally.add("summaries")
        if after.dropped:
            self.tally.add("answers dropped", len(after.dropped))
        after = self.looked(after, self.speaks[who])
        assert others == [row for number, row in enumerate(self.rows) if number != who]
        self.rows[who] = self.stage.stored(after)
        self.remember(who, after)
        return before, made

    @staticmethod
    def _standing(state: State) -> State:
        """What must not move when nothing was carried out."""
        return state._replace(misses=0, nudges=0)

    def remember(self, who: int, state: State) -> None:
        """A revision stands for one set of buttons, for ever."""
        buttons = self.shown.setdefault((who, state.revision), state.offered)
        assert buttons == state.offered, "an older copy of this screen would mean something else"

    # -- what people do --------------------------------------------------------------------------------

    @rule(who=PEOPLE, pick=ANY)
    def tap(self, who: int, pick: int) -> None:
        state = self.current(who)
        if state.offered:
            before, made = self.give(who, Press(state.revision, pick % len(state.offered)))
            assert made.accepted
            assert made.denied is not None or made.state.revision > before.revision

    @rule(who=PEOPLE, pick=ANY)
    def tap_twice(self, who: int, pick: int) -> None:
        state = self.current(who)
        if not state.offered:
            return
        press = Press(state.revision, pick % len(state.offered))
        _, first = self.give(who, press)
        row = self.rows[who]
        _, second = self.give(who, press)
        if first.denied is None:
            assert not second.accepted
        assert self.rows[who] == row

    @rule(who=PEOPLE, pick=ANY)
    def tap_later(self, who: int, pick: int) -> None:
        state = self.current(who)
        if state.offered:
            self.late.append((who, Press(state.revision, pick % len(state.offered))))

    @rule(pick=ANY)
    def arrives(self, pick: int) -> None:
        if not self.late:
            return
        who, press = self.late.pop(pick % len(self.late))
        current = self.current(who)
        _, made = self.give(who, press)
        assert made.accepted == (press.revision == current.revision and bool(current.offered))

    @rule(who=PEOPLE, revision=st.integers(-3, 60), index=st.integers(-3, 200))
    def forged(self, who: int, revision: int, index: int) -> None:
        state = self.current(who)
        if revision == state.revision and 0 <= index < len(state.offered):
            return
        before, made = self.give(who, Press(revision, index))
        assert not made.accepted
        assert made.state == before

    @rule(who=PEOPLE, other=PEOPLE, pick=ANY)
    def tap_another_persons(self, who: int, other: int, pick: int) -> None:
        """A button of another person's screen names that screen, so it never reaches this conversation."""
        theirs = self.current(other)
        mine = self.current(who)
        if theirs.offered and theirs.revision != mine.revision:
            _, made = self.give(who, Press(theirs.revision, pick % len(theirs.offered)))
            assert not made.accepted

    @rule(who=PEOPLE, pick=ANY)
    def says(self, who: int, pick: int) -> None:
        self.give(who, Said(self.stage.sentences[pick % len(self.stage.sentences)]))

    @rule(who=PEOPLE, pick=ANY)
    def says_a_label(self, who: int, pick: int) -> None:
        """The very words of a button do what the button does."""
        state = self.current(who)
        if not state.offered:
            return
        index = pick % len(state.offered)
        label = state.offered[index][0]
        if [o[0] for o in state.offered].count(label) > 1 or not any(map(str.isalpha, label)):
            return  # two of one name, and bare numbers, may mean something else
        before, made = self.give(who, Said(label))
        words = self.stage.words[self.speaks[who]]
        pressed = self.stage.advance(before, Press(before.revision, index), words)
        named = [o for o in state.offered if label in o[3]]
        if not named:
            assert self._standing(made.state) == self._standing(pressed.state), label

    @rule(who=PEOPLE, text=st.text(max_size=12))
    def says_anything(self, who: int, text: str) -> None:
        self.give(who, Said(text))

    @rule(who=PEOPLE, pick=ANY, caption=st.sampled_from(["", "our logo", "x" * 900]))
    def sends(self, who: int, pick: int, caption: str) -> None:
        file = dict(self.stage.files[pick % len(self.stage.files)])
        self.give(who, Sent((file,), caption))

    @rule(who=PEOPLE, pick=ANY, questions=st.integers(1, 12))
    def answers(self, who: int, pick: int, questions: int) -> None:
        """Answer what is asked, so that runs get far."""
        for number in range(questions):
            state = self.current(who)
            if state.step == self.stage.flow.hub:
                return
            self.give(who, likely(self.stage, state, pick + number))

    @rule(who=PEOPLE)
    def goes_back_to_the_start(self, who: int) -> None:
        """Along the way taken, in a finite number of steps, to the start or to where the rest cannot be shown."""
        state = self.current(who)
        flow, facts = self.stage.flow, self.stage.any_facts
        for _ in range(2 * len(flow.steps) + 1):
            here, trail, answers = state.step, state.trail, state.answers
            _, made = self.give(who, Said("back"))
            state = made.state
            assert state.answers == answers, "going back lost an answer"
            if state.trail == trail:
                break
            assert state.trail == trail[: len(state.trail)]
            assert (state.step, state.view) == trail[len(state.trail)]
            passed = [name for name, _ in trail[len(state.trail) + 1 :]]
            assert not any(
                engine.can_show(flow, state.answers, n, facts) for n in passed if n != here
            )
        rest = [name for name, _ in state.trail if name != state.step]
        assert not any(engine.can_show(flow, state.answers, n, facts) for n in rest)

    @rule(who=PEOPLE, pick=ANY)
    def goes_on_and_back(self, who: int, pick: int) -> None:
        """Back is the screen before, as it was."""
        before = self.current(who)
        if not before.offered:
            return
        before, made = self.give(who, Press(before.revision, pick % len(before.offered)))
        after = made.state
        forward = made.accepted and made.denied is None and after.step != before.step
        if not forward or len(after.trail) < len(before.trail) or after.step == self.stage.flow.hub:
            return
        if not engine.can_show(self.stage.flow, after.answers, before.step, self.stage.any_facts):
            return
        if before.trail and after.trail == before.trail[: len(after.trail)]:
            return  # it was a step back itself
        _, returned = self.give(who, Said("返回"))
        assert returned.state.step == before.step
        assert returned.state.view == before.view
        assert returned.state.answers == after.answers

    @rule(who=PEOPLE, pick=ANY)
    def is_led_elsewhere(self, who: int, pick: int) -> None:
        """A command, a card: the handler leads to a step."""
        steps = self.stage.flow.steps
        state = self.current(who)
        step = steps[pick % len(steps)].name
        after = engine.go(self.stage.flow, state, step, self.stage.any_facts)
        assert after.revision > state.revision
        assert after.answers == state.answers
        if step == self.stage.flow.hub and self.stage.open_steps(state):
            assert after.step == self.stage.open_steps(state)[0]
        self.rows[who] = self.stage.stored(self.looked(after, self.speaks[who]))
        self.remember(who, self.stage.loaded(self.rows[who]))

    @rule(who=PEOPLE)
    def changes_language(self, who: int) -> None:
        self.speaks[who] = (self.speaks[who] + 1) % len(self.stage.words)
        after = self.looked(self.current(who), self.speaks[who])
        self.rows[who] = self.stage.stored(after)
        self.remember(who, after)

    @rule(pick=ANY)
    def world_changes(self, pick: int) -> None:
        """Another catalogue, another day."""
        if pick % 4 == 0:
            self.stage.change(pick)
            for who in range(3):
                self.stage.check(self.current(who))


def kind_of(made: Advance) -> str:
    """What came of an input, in a word, for the report."""
    if not made.accepted:
        return "stale or forged"
    if made.denied is not None:
        return "denied"
    if not made.understood:
        return "not understood"
    return "unsure" if made.unsure else "carried out"


def likely(stage: Stage, state: State, pick: int) -> Given:
    """An input that answers the question of a step: a fitting sentence, or a button that holds a value."""
    replies = stage.replies.get(state.step, ())
    own = [
        index
        for index, (_, part, value, _) in enumerate(state.offered)
        if part not in (engine.BACK, engine.KEEP) and value is not None
    ]
    if replies and (pick % 2 or not own):
        return Said(replies[pick % len(replies)])
    if own:
        return Press(state.revision, own[pick % len(own)])
    return Said("skip")


def play(stage: Callable[[], Stage], tally: Tally, seeded: Seeded, examples: int) -> None:
    """Run the machine, each example on a stage of its own. ENGINE_RUNS=20 runs twenty times as long."""

    class Example(Chats):
        def __init__(self) -> None:
            self.stage = stage()
            super().__init__()

    Example.tally = tally
    times = int(os.environ.get("ENGINE_RUNS", "1"))
    run_state_machine_as_test(
        seeded(Example),
        settings=settings(
            max_examples=examples * times,
            stateful_step_count=30,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
