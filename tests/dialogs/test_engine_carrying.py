"""Flows change while people are inside: nobody is lost, nothing that still fits is asked again."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings

from dialogs import engine
from dialogs.carrying import carry, flow_of
from dialogs.declared import Flow
from dialogs.model import Press, Said, State
from tests.dialogs.conftest import Seeded, Tally
from tests.dialogs.machine import Stage
from tests.dialogs.mutations import MUTATIONS, Release, release
from tests.dialogs.ordering import order_stage, shop, spoken
from tests.dialogs.test_engine_editing import SEEDS, begun, finished, looked, step_on
from tests.dialogs.test_engine_properties import PARTY_REPLIES, party_stage
from tests.dialogs.toy import PARTY, Hall, renamed

RUNS = settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])


def somewhere(here: Stage, luck: Random) -> State:
    """Any state a person may be in."""
    state = begun(here)
    for _ in range(luck.randrange(25)):
        if luck.random() < 0.3 and state.offered:
            pressed = Press(state.revision, luck.randrange(len(state.offered)))
            state = looked(here, here.advance(state, pressed, here.words[0]).state)
        else:
            state = step_on(here, state, luck.randrange(2**16))
    return state


def after(here: Stage, made: Release) -> Stage:
    return replace(here, flow=made.flow, replies=made.replies)


def test_any_change_of_a_flow_from_anywhere_in_it(tally: Tally, seeded: Seeded) -> None:
    @RUNS
    @given(SEEDS)
    def check(number: int) -> None:
        luck = Random(number)
        here = party_stage()
        state = somewhere(here, luck)
        made = Release(here.flow, here.replies)
        for _ in range(luck.randint(1, 3)):
            before = made
            made = release(before, luck)
            state = carried(after(here, before), after(here, made), state)
            for _ in range(luck.randrange(4)):
                state = step_on(after(here, made), state, luck.randrange(2**16))
            tally.add("releases")
        there = after(here, made)
        end = finished(there, state, luck)
        there.check(end)
        book = next(i for i, offered in enumerate(end.offered) if offered[1] == "book")
        assert there.advance(end, Press(end.revision, book), there.words[0]).do is not None
        tally.add("people who finished")

    seeded(check)()


def carried(old: Stage, new: Stage, state: State) -> State:
    """Bring a state along, stored and loaded, and look at everything that was promised."""
    flow = new.flow
    stored = new.loaded(old.stored(state))
    made = carry(flow, stored, new.any_facts)
    new.check(made)
    if flow.fingerprint() == old.flow.fingerprint():
        return looked(new, made)
    assert made.fingerprint == flow.fingerprint()
    assert made.flow == flow.name
    assert made.revision > state.revision
    assert carry(flow, made, new.any_facts) is made
    for field in flow.fields:
        names = [name for name in (field.name, *field.was) if name in state.answers]
        fits = bool(names) and isinstance(state.answers[names[0]], field.kind)
        if fits and field.name not in made.dropped:
            assert made.answers[field.name] == state.answers[names[0]]
        if field.name in made.dropped:
            assert field.holds is not None or field.after
    assert set(made.answers) <= {field.name for field in flow.fields}
    if flow.has(state.step) and engine.can_show(flow, made.answers, state.step, new.any_facts):
        assert made.step == state.step, "who can stay stays"
    for index in range(len(state.offered)):
        pressed = engine.advance(
            flow, made, Press(state.revision, index), new.any_facts, new.words[0], new.now
        )
        assert not pressed.accepted
    return looked(new, made)


def test_every_change_of_the_list_has_happened() -> None:
    """The mutations above are not all refused."""
    done = set()
    for number in range(300):
        luck = Random(number)
        for change in MUTATIONS:
            start = Release(PARTY, PARTY_REPLIES)
            if change(start, luck).flow.fingerprint() != PARTY.fingerprint():
                done.add(change)
    assert done == set(MUTATIONS)


# -- one by one ------------------------------------------------------------------------------------------


def at(flow: Flow, step: str, **answers: object) -> State:
    state = engine.begin(flow, Hall().facts(), {"theme": "sea", "size": "big", **answers})
    return engine.go(flow, state, step, Hall().facts())


def test_a_renamed_step_that_says_so_is_the_same_place() -> None:
    new = renamed(PARTY, "mood", "feeling")
    new = replace(
        new, steps=tuple(replace(s, was=("mood",)) if s.name == "feeling" else s for s in new.steps)
    )
    state = at(PARTY, "mood", wish="Cats and dogs")
    assert carry(new, state, Hall().facts()).step == "feeling"
    quiet = renamed(PARTY, "mood", "feeling")
    assert carry(quiet, state, Hall().facts()).step == "day", "else it is the next open question"


def test_an_unknown_step_or_flow_breaks_nothing() -> None:
    facts = Hall().facts()
    lost = State(flow="party", fingerprint="0" * 12, step="nowhere", answers={"theme": "sea"})
    assert carry(PARTY, lost, facts).step == "size"
    empty = State(flow="party", fingerprint="0" * 12, step="nowhere")
    assert carry(PARTY, empty, facts).step == "home"
    tampered = State(flow="party", fingerprint=PARTY.fingerprint(), step="nowhere")
    assert carry(PARTY, tampered, facts).step == "home"
    assert flow_of({"party": PARTY}, "gone") is None
    heir = replace(PARTY, name="feast", was=("party",))
    assert flow_of({"feast": heir}, "party") is heir


@pytest.mark.parametrize("junk", [None, 7, [], {}, "31.12.", {"day": 1}])
def test_an_answer_of_another_kind_is_asked_again(junk: object) -> None:
    answers = {"theme": "sea", "size": "big", "day": junk, "extras": junk, "guests": 9}
    old = State(flow="party", fingerprint="0" * 12, step="wish", answers=answers)
    made = carry(PARTY, old, Hall().facts())
    assert made.answers["guests"] == 9
    assert "day" not in made.answers
    assert made.step == "wish"


@pytest.mark.parametrize("view", [{"page": "x"}, {"month": 3}, {"month": "2026-99"}, {"n_n": []}])
def test_a_view_of_another_version_shows_something(view: dict[str, object]) -> None:
    here = party_stage()
    for step in PARTY.steps:
        state = at(PARTY, step.name)._replace(view=view)
        assert looked(here, state).offered


def test_what_was_chosen_and_has_gone_is_asked_again() -> None:
    hall = Hall()
    state = at(PARTY, "wish", guests=3)._replace(seen=hall.stamp)
    hall.change("sea")
    made = carry(PARTY, state, hall.facts(), hall.stamp)
    assert made.dropped == ("theme", "size")
    assert made.answers == {"guests": 3}
    assert made.step == "home"
    assert made.revision > state.revision


def test_a_change_that_touches_nothing_leaves_the_screen_alone() -> None:
    hall = Hall()
    here = party_stage()
    state = looked(here, at(PARTY, "wish")._replace(seen=hall.stamp))
    hall.change("farm")
    made = carry(PARTY, state, hall.facts(), hall.stamp)
    assert made._replace(seen=state.seen) == state


def test_a_summary_is_shown_again_before_it_can_be_confirmed_at_another_price() -> None:
    here = order_stage()
    answers = {
        "service": "short_video",
        "plan": "standard",
        "goal": "Launch our tea",
        "deadline": "2027-03-01",
    }
    state = engine.begin(here.flow, here.any_facts, answers)
    state = looked(here, state._replace(seen=[1]))
    confirm = next(i for i, offered in enumerate(state.offered) if offered[1] == "confirm")
    made = carry(here.flow, state, here.any_facts, [2])
    pressed = here.advance(made, Press(state.revision, confirm), here.words[0])
    assert not pressed.accepted
    assert here.advance(made, Said("确认"), here.words[0]).do is None
    shown = looked(here, made)
    assert here.advance(shown, Said("确认"), here.words[0]).do is not None


def test_a_service_that_is_taken_off_the_shelf_leaves_the_goal() -> None:
    from handlers.facts import source, standing

    words, here = spoken(), shop()
    stage = order_stage()
    start = engine.begin(
        stage.flow,
        source(here, words),
        {"service": "short_video", "plan": "standard", "goal": "Launch our tea"},
    )
    state = start._replace(seen=standing(here, words))
    assert state.step == "deadline"
    here.change([service.key for service in here.catalogue.services].index("short_video"))
    made = carry(stage.flow, state, source(here, words), standing(here, words))
    assert made.answers == {"plan": "standard", "goal": "Launch our tea"}
    assert made.step == "home"
