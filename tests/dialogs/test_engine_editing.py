"""Editing from the summary asks again what no longer holds, and nothing else; then the summary is back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from dialogs import engine
from dialogs.declared import Flow
from dialogs.model import Press, Said, State
from dialogs.screen import render
from tests.dialogs.conftest import Seeded, Tally
from tests.dialogs.machine import Stage, likely
from tests.dialogs.ordering import order_stage
from tests.dialogs.test_engine_properties import party_stage

#: What a person does is drawn from these; lists of numbers would shrink for minutes.
SEEDS = st.integers(0, 2**32)
RUNS = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


def step_on(stage: Stage, state: State, pick: int) -> State:
    """One likely answer, and the screen after it."""
    made = stage.advance(state, likely(stage, state, pick), stage.words[0])
    return looked(stage, made.state)


def looked(stage: Stage, state: State) -> State:
    words = stage.words[0]
    return engine.look(stage.flow, state, stage.facts(words), words, stage.now)[0]


def finished(stage: Stage, state: State, luck: Random) -> State:
    """Answer until the summary is there."""
    for _ in range(300):
        if state.step == stage.flow.hub:
            return state
        state = step_on(stage, state, luck.randrange(2**16))
    raise AssertionError(f"stuck at {state.step} with {state.answers}")


def one_by_one(stage: Stage) -> Stage:
    """The stage without sentences that answer several questions."""
    plain = {
        step: tuple(reply for reply in replies if "=" not in reply and "," not in reply)
        for step, replies in stage.replies.items()
    }
    return replace(stage, replies=plain)


def begun(stage: Stage) -> State:
    return looked(stage, engine.begin(stage.flow, stage.any_facts))


def dependants(flow: Flow, field: str) -> set[str]:
    """Every field that comes after one, directly or through others."""
    found = {field}
    for f in flow.fields:
        if found & set(f.after):
            found.add(f.name)
    return found - {field}


@pytest.mark.parametrize("stage", [party_stage, order_stage], ids=["toy", "order"])
def test_an_edit_asks_again_only_what_no_longer_holds(
    stage: Callable[[], Stage], tally: Tally, seeded: Seeded
) -> None:
    @RUNS
    @given(SEEDS)
    def check(number: int) -> None:
        edit(one_by_one(stage()), tally, Random(number))

    seeded(check)()


def edit(here: Stage, tally: Tally, luck: Random) -> None:
    """From a summary, however it was reached, through one of its links and back to it."""
    flow = here.flow
    summary = finished(here, begun(here), luck)
    links = [
        index
        for index, offered in enumerate(summary.offered)
        if offered[1] not in ("back", "book", "confirm", "ask_quote", "terms", "help")
    ]
    pressed = here.advance(summary, Press(summary.revision, luck.choice(links)), here.words[0])
    state = looked(here, pressed.state)
    asks = flow.step(state.step).asks
    assume(asks is not None)
    assert asks is not None

    returned = looked(here, here.advance(state, Said("back"), here.words[0]).state)
    assert returned.step == flow.hub
    assert (returned.answers, returned.trail) == (summary.answers, summary.trail)

    kept = {n for n in summary.answers if n not in dependants(flow, asks) | {asks}}
    asked: list[str] = []
    for _ in range(300):
        if state.step == flow.hub:
            break
        before = state
        state = step_on(here, state, luck.randrange(2**16))
        if state.step != before.step and state.step != flow.hub:
            question = flow.step(state.step).asks
            if question is not None:
                assert state.step == here.open_steps(state)[0]
                asked.append(question)
    assert state.step == flow.hub
    assert state.trail == summary.trail, "back leads to what came before the summary"
    newly = {
        step.asks
        for step in flow.steps
        if step.when is not None
        and step.when(state.answers, here.any_facts)
        and step.asks not in summary.answers
    }
    assert set(asked) <= dependants(flow, asks) | newly | {asks}
    for name in kept:
        assert state.answers[name] == summary.answers[name]
    for name in set(summary.answers) & set(state.answers) - set(asked) - kept - {asks}:
        field = flow.field(name)
        assert state.answers[name] == summary.answers[name]
        assert field.keep or not set(field.after) & set(asked)
    tally.add("edits")
    tally.add("questions asked again", len(asked))


@RUNS
@given(SEEDS, st.sampled_from(["small", "big", "huge"]))
def test_the_toy_drops_exactly_what_its_rules_say(number: int, size: str) -> None:
    """The rules of the toy, written out once more by hand."""
    here = party_stage()
    start = engine.begin(here.flow, here.any_facts, {"theme": "space"})
    summary = finished(here, looked(here, start), Random(number))
    old = summary.answers
    assume(old["theme"] == "space" and old["size"] != size)
    edited = engine.go(here.flow, summary, "size", here.any_facts)
    made = here.advance(looked(here, edited), Said(size), here.words[0])
    days = {"small": "2026-11-23", "big": "2026-12-01", "huge": "2026-12-21"}
    expected = set()
    if old["day"] < days[size]:
        expected.add("day")
    if size != "small" and "magic" in old["extras"]:
        expected.add("extras")
    assert set(made.state.dropped) == expected
    assert set(old) - set(made.state.answers) == expected


def test_the_person_is_told_why_a_question_comes_again() -> None:
    here = party_stage()
    facts, words = here.any_facts, here.words[0]
    answers = {"theme": "sea", "size": "small", "day": "2026-11-25", "guests": 4}
    state = engine.begin(here.flow, facts, answers)
    state = looked(here, engine.go(here.flow, state, "size", facts))
    made = here.advance(state, Said("big"), words)
    assert made.state.step == "day"
    assert made.state.dropped == ("day",)
    screen = render(here.flow, made.state, facts, words, here.now)
    assert "no longer goes with what you said before" in screen.text
    later = here.advance(screen.state, Said("Dec 24"), words)
    assert later.state.dropped == ()
    assert later.state.answers["guests"] == 4


def test_the_hub_cannot_be_entered_while_something_is_open() -> None:
    here = order_stage()
    facts = here.any_facts
    state = engine.begin(
        here.flow,
        facts,
        {
            "service": "short_video",
            "plan": "standard",
            "goal": "Launch our tea",
            "deadline": "2027-03-01",
        },
    )
    assert state.step == "summary"
    state = looked(here, engine.go(here.flow, state, "home", facts))
    gone = state._replace(answers={k: v for k, v in state.answers.items() if k != "plan"})
    made = here.advance(gone, Said("back"), here.words[0])
    assert made.state.step == "home"
    assert engine.go(here.flow, gone, "summary", facts).step == "service"
    assert engine.go(here.flow, gone, "goal", facts).step == "service"


@pytest.mark.parametrize(
    ("field", "step", "text", "asked"),
    [
        ("plan", "service", "premium", ["deadline"]),
        ("plan", "service", "basic", []),
        ("goal", "goal", "Something else entirely", []),
        ("service", "home", "Brand identity", ["deadline"]),
    ],
)
def test_edits_of_an_order(field: str, step: str, text: str, asked: list[str]) -> None:
    """A deadline ten days ahead is enough for the basic plan of short videos, and for little else."""
    here = order_stage()
    facts, flow = here.any_facts, here.flow
    period = facts("dates", {"service": "short_video", "plan": "standard"}, {}).earliest
    answers = {
        "service": "short_video",
        "plan": "standard",
        "goal": "Launch our tea",
        "deadline": period.isoformat(),
        "requirements": "",
    }
    summary = looked(here, engine.begin(flow, facts, answers))
    assert summary.step == flow.hub
    state = looked(here, engine.go(flow, summary, step, facts))
    made = here.advance(state, Said(text), here.words[0]).state
    assert made.answers[field] != summary.answers[field]
    assert list(made.dropped) == asked
    assert made.step == (asked[0] if asked else flow.hub)
    assert set(summary.answers) - set(made.answers) == set(asked)
