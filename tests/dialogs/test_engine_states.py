"""What an input leaves in the state, and what is asked of the facts on the way."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pytest

from dialogs import engine
from dialogs.declared import Field, Flow, Step
from dialogs.model import (
    Advance,
    Answers,
    Do,
    FactSource,
    Given,
    Hint,
    Json,
    Next,
    Offer,
    Outcome,
    Press,
    Put,
    Reading,
    Said,
    Scene,
    Sent,
    State,
)
from dialogs.parts import Link
from dialogs.parts.base import BasePart
from dialogs.talk import Talk
from tests.dialogs.test_engine import ANSWERS, talk, without
from tests.dialogs.toy import NOW, PARTY, Hall, words


def given(state: State, what: Given) -> Advance:
    return engine.advance(PARTY, state, what, Hall().facts(), words(), NOW)


def button(state: State, label: str) -> Press:
    labels = [offered[0] for offered in state.offered]
    return Press(state.revision, labels.index(label))


def way(here: Talk) -> list[str]:
    return [name for name, _ in here.screen.state.trail]


# -- every input is another revision --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("here", "label"),
    [
        (lambda: talk(), "Sea"),
        (lambda: talk(), "All themes"),
        (lambda: talk().tap("All themes"), "More (1/4) ›"),
        (lambda: talk().tap("Sea").tap("Another theme"), "Keep it ›"),
        (lambda: talk().tap("Sea"), "‹ Back"),
        (lambda: talk(**ANSWERS), "Book it"),
    ],
    ids=["an answer", "a link", "a page", "keeping", "back", "the handler's"],
)
def test_a_tap_is_one_revision_more_and_leaves_nothing_of_the_last_input(
    here: Callable[[], Talk], label: str
) -> None:
    state = here().screen.state._replace(misses=2, nudges=1, dropped=("mood",))
    made = given(state, button(state, label))
    assert made.accepted
    assert made.state.revision == state.revision + 1
    assert (made.state.offered, made.state.dropped) == ((), ())
    assert (made.state.misses, made.state.nudges) == (0, 0)


@pytest.mark.parametrize(
    ("here", "text"),
    [
        (lambda: talk(theme="sea", size="big"), "yesterday"),
        (lambda: talk(), "sea or space"),
        (lambda: talk(**ANSWERS), "bok it"),
    ],
    ids=["denied", "several", "the handler's"],
)
def test_what_is_understood_but_not_carried_out_ends_the_counts(
    here: Callable[[], Talk], text: str
) -> None:
    before = here().screen.state
    state = before._replace(misses=2, nudges=1)
    made = given(state, Said(text))
    assert made.understood
    assert made.denied is not None or made.unsure
    assert made.state == before, "the screen stands as it was"


def test_what_nobody_understands_says_so() -> None:
    for what in (Said("🎈"), Sent((), "")):
        assert given(talk().screen.state, what).understood is False


@pytest.mark.parametrize("press", [Press(1, 0), Press(1, 99), Press(7, 0)])
def test_a_button_that_means_nothing_here_is_not_accepted(press: Press) -> None:
    """The first one is of a part that the screen no longer has."""
    state = talk().screen.state._replace(offered=(("Old", "old", None, ()),))
    assert state.revision == 1
    assert given(state, press) == Advance(state=state, accepted=False)


@pytest.mark.parametrize("what", [Said("Sea"), Said("All themes"), Said("🎈")])
def test_an_input_leaves_the_nudge_and_the_stamp_alone(what: Given) -> None:
    state = talk().screen.state._replace(nudge_at=1_795_000_000, seen=[3])
    after = given(state, what).state
    assert (after.nudge_at, after.seen) == (1_795_000_000, [3])


# -- what was understood is shown -----------------------------------------------------------------------------


def test_a_tap_is_not_echoed() -> None:
    here = talk().tap("Sea")
    assert here.last is not None
    assert here.last.echo == ()
    assert here.last.meant == ""


def test_a_near_miss_names_the_button_it_was_taken_for() -> None:
    here = talk().say("spacce")
    assert here.last is not None
    assert here.last.meant == "Space"


def test_answers_to_other_questions_leave_the_page_as_it_was() -> None:
    here = talk(theme="sea", size="big").tap("Calendar").tap("›")
    sheet = here.buttons
    here.say("wish=cats_and_dogs")
    assert here.step == "day"
    assert here.answers["wish"] == "cats_and_dogs"
    assert here.buttons == sheet


# -- whole messages -------------------------------------------------------------------------------------------

CLOSED = Hint("We are closed on that day.")


def hears(reading: Reading, /, **answers: object) -> Talk:
    """A party whose reader takes every message for the same, after one message."""
    flow = replace(PARTY, reader=lambda text, scene: reading)
    return Talk(flow, Hall().facts(), words(), NOW, answers).say("as I said")


def test_a_message_that_says_only_what_cannot_be_leaves_the_screen() -> None:
    here = hears(Reading(denied=CLOSED), theme="sea")
    assert here.last is not None
    assert here.last.denied == CLOSED
    assert here.screen.state == talk(theme="sea").screen.state


def test_the_rest_of_a_message_is_taken_and_what_cannot_be_is_told() -> None:
    here = hears(Reading(values={"theme": "sea"}, denied=CLOSED))
    assert here.step == "size"
    assert here.answers == {"theme": "sea"}
    assert here.last is not None
    assert here.last.echo == ("theme",)
    assert here.last.denied == CLOSED


def test_what_a_message_leaves_open_is_asked_beside_what_cannot_be() -> None:
    asked = {"day": {"candidates": ["2026-12-30"]}}
    here = hears(Reading(views=asked, denied=CLOSED), **ANSWERS)
    assert here.step == "day"
    assert here.buttons[0] == ["Wed, Dec 30"]
    assert here.last is not None
    assert here.last.denied == CLOSED


def test_what_is_ambiguous_does_not_lead_away_from_another_question() -> None:
    here = talk(theme="sea", size="big", day="2026-12-24").say("day=?")
    assert here.step == "guests"
    assert here.screen.state.view == {}


# -- what depends on an answer --------------------------------------------------------------------------------


def test_the_same_answer_again_drops_nothing() -> None:
    here = talk(**ANSWERS).tap("Change theme").tap("Sea")
    assert here.step == "summary"
    assert here.answers == ANSWERS
    assert here.screen.state.dropped == ()


def test_what_depends_on_a_dropped_answer_is_dropped_with_it() -> None:
    small = {**ANSWERS, "theme": "space", "size": "small", "extras": ["magic"]}
    here = talk(**small).say("theme=farm")
    assert here.screen.state.dropped == ("size", "extras")
    assert here.answers == {**without("size", "extras"), "theme": "farm"}


# -- the way back ---------------------------------------------------------------------------------------------


def test_going_round_once_leaves_one_way_back() -> None:
    here = talk().tap("Sea").tap("Another theme").tap("Sea")
    assert here.buttons[-1] == ["‹ Back"]
    assert here.tap("‹ Back").step == "home"
    assert here.buttons[-1] == ["Keep it ›"]


def test_going_round_within_an_edit_still_leads_back_to_the_summary() -> None:
    here = talk(**without("theme", "size")).tap("Sea").tap("Big")
    assert (here.step, way(here)) == ("summary", ["home", "size"])
    here.tap("Change size").tap("Another theme")
    once = way(here)
    assert once == ["home", "size", "summary", "size"]
    assert way(here.tap("Farm").tap("Another theme")) == once


def test_back_passes_over_every_screen_that_can_no_longer_be_shown() -> None:
    here = talk().tap("Sea").tap("Big").say("Dec 24").say("theme=farm")
    assert (here.step, way(here)) == ("size", ["home", "size", "day", "guests"])
    assert here.tap("‹ Back").step == "home"


def test_a_step_without_a_way_back_has_none_in_words_either() -> None:
    steps = tuple(replace(s, back=s.name != "size") for s in PARTY.steps)
    flow = replace(PARTY, steps=steps)
    here = Talk(flow, Hall().facts(), words(), NOW).tap("Sea")
    assert here.buttons[-1] == ["Another theme"]
    assert here.say("back").step == "size"


# -- what the facts decide ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Maker(BasePart):
    """One button, and one outcome of whatever is done with it."""

    makes: Outcome

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        return ((Offer(label=self.key, part=self.key),),)

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        return self.makes

    def sent(self, scene: Scene, files: Sequence[Json], caption: str) -> Outcome | None:
        return self.makes


class Clock(BasePart):
    """Says where and when it stands."""

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        return ((Offer(label=f"{scene.step.name} {scene.now:%H:%M}", part=self.key),),)


def _seats(answers: Answers, facts: FactSource) -> bool:
    return bool(facts("seats", answers, {}))


def _free(value: Json, answers: Answers, facts: FactSource) -> bool:
    return value in facts("seats", answers, {})


def seating(*seats: str) -> FactSource:
    """A house in which a seat has to be chosen, unless it has none."""

    def facts(name: str, answers: Answers, view: Mapping[str, Json]) -> Any:
        assert name == "seats"
        return seats

    return facts


VISIT = Flow(
    name="visit",
    fields=(Field(name="who"), Field(name="seat", after=("who",), keep=True, holds=_free)),
    steps=(
        Step(
            name="guest",
            asks="who",
            parts=(
                Maker(key="Bo", makes=Put({"who": "Bo"})),
                Maker(key="Go on", makes=Next()),
                Link(key="end", label="To the end", to="end"),
            ),
        ),
        Step(name="seat", asks="seat", when=_seats),
        Step(
            name="end",
            parts=(
                Maker(key="Bo", makes=Put({"who": "Bo"})),
                Maker(key="Swap", makes=Do("swap", values={"who": "Bo"})),
                Clock(key="clock"),
            ),
        ),
    ),
    hub="end",
)


def visit(step: str, facts: FactSource, /, **answers: Json) -> State:
    """Somebody looking at that step."""
    state = engine.begin(VISIT, facts, answers)._replace(step=step)
    return engine.look(VISIT, state, facts, words(), NOW)[0]


def visited(state: State, what: Given, facts: FactSource) -> Advance:
    return engine.advance(VISIT, state, what, facts, words(), NOW)


@pytest.mark.parametrize(("seats", "step"), [((), "end"), (("window",), "seat")])
@pytest.mark.parametrize("label", ["Bo", "Go on", "To the end", "Keep it ›"])
def test_what_comes_next_is_asked_of_the_facts(
    label: str, seats: tuple[str, ...], step: str
) -> None:
    facts = seating(*seats)
    state = visit("guest", facts, who="Anna")
    assert visited(state, button(state, label), facts).state.step == step


@pytest.mark.parametrize(("seats", "step"), [((), "end"), (("window",), "seat")])
def test_what_comes_after_files_a_link_or_the_beginning_as_well(
    seats: tuple[str, ...], step: str
) -> None:
    facts = seating(*seats)
    state = visit("guest", facts, who="Anna")
    assert visited(state, Sent(({"name": "card"},)), facts).state.step == step
    assert engine.go(VISIT, state, "end", facts).step == step
    assert engine.begin(VISIT, facts, {"who": "Anna"}).step == step


@pytest.mark.parametrize(("seats", "step"), [((), "end"), (("window",), "seat")])
def test_an_answer_at_the_hub_stays_there_unless_something_opens(
    seats: tuple[str, ...], step: str
) -> None:
    state = visit("end", seating(), who="Anna")
    assert state.step == "end"
    made = visited(state, button(state, "Bo"), seating(*seats))
    assert made.state.answers == {"who": "Bo"}
    assert made.state.step == step


@pytest.mark.parametrize(("seats", "dropped"), [(("window",), ()), (("aisle",), ("seat",))])
def test_what_the_handler_is_asked_for_may_answer_too(
    seats: tuple[str, ...], dropped: tuple[str, ...]
) -> None:
    state = visit("end", seating("window"), who="Anna", seat="window")
    made = visited(state, button(state, "Swap"), seating(*seats))
    assert made.do == Do("swap", values={"who": "Bo"})
    assert made.state.dropped == dropped
    assert made.state.answers == {"who": "Bo"} | ({} if dropped else {"seat": "window"})


def test_a_part_knows_the_step_and_the_time() -> None:
    labels = [offered[0] for offered in visit("end", seating(), who="Anna").offered]
    assert "end 04:00" in labels
