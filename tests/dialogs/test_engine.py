"""The engine's promises one by one, as short conversations with the toy flow."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dialogs import engine, keeping
from dialogs.declared import Field, Flow, Step
from dialogs.model import FlowError, Hint, Press, Said, Sent
from dialogs.parts import Choice, Link, PagedList, Tell
from dialogs.talk import Talk
from tests.dialogs.toy import NOW, PARTY, Hall, words

ANSWERS: dict[str, Any] = {
    "theme": "sea",
    "size": "big",
    "day": "2026-12-24",
    "guests": 8,
    "extras": ["cake"],
    "wish": "Cats and dogs",
    "note": "",
    "files": [],
    "contact": "@anna_lee",
    "deliver": False,
}


def talk(language: str = "en", /, **answers: object) -> Talk:
    return Talk(PARTY, Hall().facts(), words(language), NOW, answers or None)


def without(*names: str) -> dict[str, object]:
    return {name: value for name, value in ANSWERS.items() if name not in names}


# -- buttons belong to a revision -------------------------------------------------------------------------


def test_two_quick_taps_run_one_step() -> None:
    here = talk(**ANSWERS)
    state = here.screen.state
    first = engine.advance(PARTY, state, Press(state.revision, 0), Hall().facts(), words(), NOW)
    assert first.do is not None
    assert first.do.name == "book"
    second = engine.advance(
        PARTY, first.state, Press(state.revision, 0), Hall().facts(), words(), NOW
    )
    assert not second.accepted
    assert second.state == first.state


@pytest.mark.parametrize("index", [-1, 99])
def test_a_forged_index_does_nothing(index: int) -> None:
    state = talk().screen.state
    made = engine.advance(PARTY, state, Press(state.revision, index), Hall().facts(), words(), NOW)
    assert not made.accepted
    assert made.state == state


def test_after_an_input_no_button_works_until_the_screen_is_shown() -> None:
    here = talk()
    made = engine.advance(PARTY, here.screen.state, Said("sea"), Hall().facts(), words(), NOW)
    assert made.state.offered == ()
    ahead = Press(made.state.revision, 0)
    assert not engine.advance(PARTY, made.state, ahead, Hall().facts(), words(), NOW).accepted


def test_other_buttons_of_the_same_screen_are_another_revision() -> None:
    hall = Hall()
    facts = hall.facts()
    state, _ = engine.look(PARTY, engine.begin(PARTY, facts), facts, words(), NOW)
    again, _ = engine.look(PARTY, state, facts, words(), NOW)
    assert again == state
    hall.change("sea")
    changed, _ = engine.look(PARTY, state, facts, words(), NOW)
    assert changed.revision > state.revision


def test_a_choice_that_has_gone_since_is_told() -> None:
    hall = Hall()
    here = Talk(PARTY, hall.facts(), words(), NOW)
    hall.change("sea")
    here.tap("Sea")
    assert here.last is not None
    assert here.last.gone
    assert here.answers == {}
    assert "Sea" not in str(here.buttons)


# -- several answers in one message ------------------------------------------------------------------------


def test_one_message_fills_all_echoes_all_and_asks_the_rest() -> None:
    here = talk(**without("theme", "size", "day", "wish"))
    here.say("theme=space size=big day=2027-01-15 wish=cats_and_dogs")
    assert here.step == "summary"
    here.sees("space", "big", "2027-01-15", "cats_and_dogs")
    assert here.last is not None
    assert set(here.last.echo) == {"theme", "size", "day", "wish"}


def test_one_message_asks_only_what_is_left() -> None:
    here = talk().say("theme=space wish=cats_and_dogs")
    assert here.step == "size"
    assert here.answers == {"theme": "space", "wish": "cats_and_dogs"}
    here.tap("Small")
    assert here.step == "day"


def test_what_is_ambiguous_in_a_message_is_asked_with_its_candidates() -> None:
    here = talk().say("theme=space size=big day=?")
    assert here.step == "day"
    assert here.buttons[0] == ["Wed, Dec 30"]
    here.tap("Jan 6")
    assert here.answers["day"] == "2027-01-06"


def test_what_is_ambiguous_at_the_summary_is_asked_as_well() -> None:
    here = talk(**ANSWERS).say("day=?")
    assert here.step == "day"
    here.tap("Dec 30")
    assert here.step == "summary"
    assert here.answers["day"] == "2026-12-30"


# -- words in place of buttons -------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["back", "Back please", "返回", "上一步"])
def test_back_in_words(word: str) -> None:
    assert talk().tap("Sea").say(word).step == "home"


def test_back_at_the_start_shows_the_start() -> None:
    here = talk(theme="sea", size="small")
    assert here.step == "day"
    assert here.say("back").step == "day"
    assert here.last is not None
    assert here.last.understood


@pytest.mark.parametrize("word", ["yes", "好的", "确认", "ok", "可以"])
def test_yes_is_the_button_that_says_yes(word: str) -> None:
    assert talk(**ANSWERS).say(word).did == "book"


@pytest.mark.parametrize("text", ["Book", "bok it", "the first one", "book it or not?"])
def test_confirming_is_never_guessed(text: str) -> None:
    here = talk(**ANSWERS).say(text)
    assert here.did is None
    assert here.step == "summary"


def test_what_is_nearly_the_handlers_button_is_asked_back() -> None:
    here = talk(**ANSWERS).say("bok it")
    assert here.last is not None
    assert here.last.unsure == ("Book it",)


@pytest.mark.parametrize(
    ("text", "theme"), [("Sea", "sea"), ("第二个", "space"), ("spacce", "space")]
)
def test_names_places_and_near_misses_choose(text: str, theme: str) -> None:
    assert talk().say(text).answers == {"theme": theme}


def test_a_near_miss_is_shown_before_it_counts() -> None:
    talk().say("spacce").sees("Space", "(size)")


def test_a_sentence_with_a_buttons_word_in_it_is_still_an_answer() -> None:
    here = talk(**without("note")).say("Please do not skip the cake")
    assert here.answers["note"] == "Please do not skip the cake"


def test_several_that_are_meant_alike_are_asked_back() -> None:
    here = talk().say("sea or space")
    assert here.last is not None
    assert here.last.unsure == ("Sea", "Space")
    assert here.answers == {}


def test_misses_are_counted_and_forgotten() -> None:
    here = talk().say("🎈").say("🎈🎈")
    assert here.screen.state.misses == 2
    assert here.say("Sea").screen.state.misses == 0


def test_a_denied_answer_leaves_the_screen_and_its_buttons() -> None:
    here = talk(theme="sea", size="big")
    before = here.screen.state
    here.say("yesterday")
    assert here.last is not None
    assert isinstance(here.last.denied, Hint)
    assert here.screen.state == before
    here.sees("That day is over")


def test_any_message_ends_the_count_of_nudges() -> None:
    state = talk().screen.state._replace(nudges=2)
    for given in (Said("🎈"), Said("Sea"), Sent((), "")):
        made = engine.advance(PARTY, state, given, Hall().facts(), words(), NOW)
        assert made.state.nudges == 0


# -- the way back -------------------------------------------------------------------------------------------


def test_back_is_the_way_taken_with_its_pages() -> None:
    here = talk().tap("All themes").tap("More").tap("More").tap("Theme5")
    assert here.step == "size"
    here.tap("Back")
    assert here.step == "themes"
    assert here.screen.state.view == {"page": 2}
    assert here.answers == {"theme": "theme5"}
    assert here.tap("Back").step == "home"
    assert ["‹ Back"] not in here.buttons


def test_going_round_in_circles_does_not_lengthen_the_way() -> None:
    here = talk()
    for _ in range(10):
        here.tap("Sea").tap("Another theme")
    assert len(here.screen.state.trail) <= 2


def test_after_an_edit_back_leads_to_what_came_before_the_summary() -> None:
    here = talk(**without("deliver"))
    assert here.step == "deliver"
    here.tap("No")
    assert here.step == "summary"
    here.tap("Change size").tap("Keep it")
    assert here.step == "summary"
    here.tap("Change size").tap("Back")
    assert here.step == "summary"
    assert here.tap("Back").step == "deliver"


# -- declarations -------------------------------------------------------------------------------------------


def flow(**changes: Any) -> Flow:
    parts = {
        "name": "f",
        "fields": (Field(name="a"), Field(name="b", after=("a",))),
        "steps": (Step(name="one", asks="a"), Step(name="end")),
        "hub": "end",
    }
    return Flow(**{**parts, **changes})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"steps": (Step(name="end"), Step(name="end"))}, "step end is declared twice"),
        ({"hub": "start"}, "hub start is no step"),
        ({"fields": (Field(name="a"), Field(name="a"))}, "field a is declared twice"),
        ({"fields": (Field(name="a", after=("x",)),)}, "comes after unknown field x"),
        ({"fields": (Field(name="b", after=("a",)), Field(name="a"))}, "declare it below"),
        ({"steps": (Step(name="end", asks="x"),)}, "asks for unknown field x"),
        ({"steps": (Step(name="end", after=("x",)),)}, "comes after unknown field x"),
        (
            {"steps": (Step(name="end", parts=(Link(key="l", label="L", to="x"),)),)},
            "leads to unknown step x",
        ),
        (
            {"steps": (Step(name="end", parts=(Choice(key="c", field="x", options="o"),)),)},
            "answers unknown field x",
        ),
    ],
)
def test_a_declaration_that_does_not_hold_is_refused(changes: Any, message: str) -> None:
    with pytest.raises(FlowError, match=message):
        flow(**changes)


def test_parts_that_can_do_nothing_are_refused() -> None:
    with pytest.raises(FlowError, match="list l"):
        PagedList(key="l", options="o")


def test_answers_of_another_kind_are_a_mistake_of_the_flow() -> None:
    with pytest.raises(FlowError, match="guests was answered with str"):
        engine.begin(PARTY, Hall().facts(), {"guests": "many"})
    with pytest.raises(FlowError, match="no field hats"):
        engine.begin(PARTY, Hall().facts(), {"hats": 3})


def test_the_fingerprint_is_of_the_shape_not_of_the_words() -> None:
    before = flow(steps=(Step(name="end", parts=(Tell(key="t", label="Send"),)),))
    other_words = flow(steps=(Step(name="end", parts=(Tell(key="t", label="Go"),)),))
    other_shape = flow(steps=(Step(name="end", parts=(Tell(key="u", label="Send"),)),))
    assert before.fingerprint() == other_words.fingerprint() != other_shape.fingerprint()


def test_a_state_is_small_enough_to_be_kept_by_the_million() -> None:
    state = talk(**ANSWERS).screen.state
    text = keeping.dump([state])
    assert keeping.load(text) == (state,)
    assert "misses" not in text, "what is at its default takes no room"


def test_a_state_that_cannot_be_read_leaves_the_others() -> None:
    state = talk(**ANSWERS).screen.state
    good = json.loads(keeping.dump([state]))[0]
    for name, value in {
        "flow": 1,
        "answers": [],
        "trail": [["goal"]],
        "offered": [["Yes", "yes", None, [1]]],
        "dropped": "goal",
        "revision": "7",
        "nudge_at": "soon",
        "view": None,
    }.items():
        text = json.dumps([good, {**good, name: value}, {"flow": "order"}, 3])
        with pytest.raises(ValueError, match=r"."):
            keeping.load(text)
        assert keeping.readable(text) == (state,), name
    newer = json.dumps([{**good, "mood": "of a later release"}])
    assert keeping.load(newer) == (state,)
