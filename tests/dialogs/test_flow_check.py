"""The static check of flows finds what is broken on purpose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.flow_samples import check_flows
from bot.settings import Settings
from dialogs.declared import Field, Flow, Step
from dialogs.diagram import mermaid
from dialogs.flow_check import Sample, problems
from dialogs.flows import FLOWS
from dialogs.model import Json, Look, Offer, Option, Outcome, Scene
from dialogs.parts import Choice, Link
from dialogs.parts.base import BasePart
from dialogs.words import Words
from tests.dialogs.toy import PARTY, TEMPLATES, Hall, words

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
ENGLISH = Words("en", ZoneInfo("Asia/Shanghai"), date(2026, 11, 21))


def options(count: int, label: str = "one") -> Any:
    made = tuple(Option(value=str(n), label=label) for n in range(count))
    return lambda words: lambda name, answers, view: made


def flow(*extra: Step, fields: tuple[Field, ...] = ()) -> Flow:
    return Flow(
        name="profile",
        fields=(Field(name="hours"), *fields),
        steps=(
            Step(name="hours", asks="hours", parts=(Choice(key="c", field="hours", options="o"),)),
            *extra,
            Step(name="quiet", parts=(Link(key="back", label="Hours", to="hours"),)),
        ),
        hub="quiet",
    )


def found(made: Flow, facts: Any = None) -> list[str]:
    samples = [Sample(name="s", answers={"hours": "1"})]
    return problems(made, samples, facts or options(2), [ENGLISH], NOW)


def test_a_sound_flow_has_no_problems() -> None:
    assert found(flow()) == []


@pytest.mark.parametrize(
    ("made", "facts", "line"),
    [
        (
            flow(Step(name="capacity", parts=(Link(key="l", label="x", to="hours"),))),
            None,
            "never reached",
        ),
        (flow(fields=(Field(name="lost"),)), None, "field lost is required, but no step asks"),
        (
            flow(Step(name="nowhere", asks="hours", parts=())),
            None,
            "does not render: TemplateNotFound",
        ),
        (flow(Step(name="skills", asks="hours", parts=())), None, "cannot be left"),
        (flow(), options(101), "buttons, 100 are allowed"),
        (flow(), options(1, "x" * 65), "has 65 characters, 64 fit"),
        (flow(), options(1, ""), "has 0 characters"),
    ],
)
def test_what_is_broken_is_found(made: Flow, facts: Any, line: str) -> None:
    assert any(line in problem for problem in found(made, facts)), found(made, facts)


class Failing(BasePart):
    """Buttons that do what no button should."""

    def offers(self, scene: Scene) -> list[list[Offer]]:
        return [[Offer(label="Break", part=self.key, value=1), Offer(label="Sleep", part=self.key)]]

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        return Look({"x": 1 // 0}) if value else None


def with_part(*parts: Any) -> Flow:
    made = flow()
    steps = (replace(made.steps[0], parts=(*made.steps[0].parts, *parts)), *made.steps[1:])
    return replace(made, steps=steps)


@pytest.mark.parametrize(
    ("made", "line"),
    [
        (with_part(Failing(key="f")), "button 'Break' fails: ZeroDivisionError"),
        (with_part(Failing(key="f")), "button 'Sleep' does nothing"),
        (with_part(Link(key="c", label="Quiet", to="quiet")), "two parts have the key c"),
        (
            replace(
                flow(fields=(Field(name="late"),)),
                steps=(replace(flow().steps[0], after=("late",)), flow().steps[1]),
            ),
            "step hours asks before late is known for sure",
        ),
    ],
)
def test_buttons_and_the_order_of_questions_are_tried(made: Flow, line: str) -> None:
    assert any(line in problem for problem in found(made)), found(made)


def test_a_screen_from_which_nothing_leads_on_is_found() -> None:
    ends = replace(flow().steps[0], parts=(Link(key="here", label="Stay", to="hours"),))
    made = replace(flow(), steps=(ends, flow().steps[1]))
    lines = problems(made, [Sample(name="s", answers={})], options(2), [ENGLISH], NOW)
    assert any("leads nowhere" in line for line in lines), lines


def test_a_template_has_to_say_why_an_answer_was_not_taken() -> None:
    silent = replace(words(), templates={**TEMPLATES, "party/wish.html": "{{ theme_name }}"})
    sample = Sample(name="s", answers={"theme": "sea", "size": "big"})
    lines = problems(PARTY, [sample], lambda words: Hall().facts(), [silent], NOW)
    assert [line for line in lines if "does not show why" in line] == [
        "flow party, step wish (en), s: does not show why an answer was not taken: include head.html"
    ]


def test_the_toy_passes() -> None:
    spoken = [words("en"), words("zh")]
    samples = [
        Sample(name="small", answers={"theme": "sea", "size": "small", "day": "2026-12-24"}),
        Sample(name="huge", answers={"theme": "space", "size": "huge", "extras": ["cake"]}),
    ]
    assert problems(PARTY, samples, lambda words: Hall().facts(), spoken, NOW) == []


def test_characters_count_as_telegram_counts_them() -> None:
    """An emoji is two: 2,049 of them are too many."""
    loud = replace(words(), templates={**TEMPLATES, "party/wish.html": "🎉" * 2049})
    sample = Sample(name="s", answers={"theme": "sea"}, steps=frozenset({"wish"}))
    lines = problems(PARTY, [sample], lambda words: Hall().facts(), [loud], NOW)
    assert any("4098 characters, 4096 are allowed" in line for line in lines)


def test_a_caption_is_shorter_than_a_text() -> None:
    order = FLOWS["order"]
    long = replace(order.step("goal"), picture="picture")
    steps = tuple(long if step.name == "goal" else step for step in order.steps)
    sample = Sample(name="long", answers={"goal": "g" * 400}, steps=frozenset({"goal"}))

    class Texts:
        title = summary = goal_guidance = goal_example = "t" * 300

    def facts(words: Words) -> Any:
        return lambda name, answers, view: "p.png" if name == "picture" else Texts()

    lines = problems(replace(order, steps=steps), [sample], facts, [ENGLISH], NOW)
    assert any("1024 are allowed" in line for line in lines)


def test_the_real_flows_pass_with_the_real_catalogue() -> None:
    assert check_flows(Settings()) == []


def test_the_diagram_shows_every_step_and_is_stable() -> None:
    for made in (*FLOWS.values(), PARTY):
        drawn = mermaid(made)
        assert drawn == mermaid(made)
        assert all(f" {step.name}" in drawn for step in made.steps)


def test_the_diagram_says_what_leads_where() -> None:
    lines = mermaid(PARTY).splitlines()
    assert lines[:3] == ["stateDiagram-v2", "    [*] --> home", "    home --> themes: all"]
    following = [line.strip() for line in lines if line.startswith("    wish --> ")]
    assert following == [
        "wish --> note: if asked",
        "wish --> files: if asked",
        "wish --> contact: next",
    ]
    assert "    deliver --> address: if asked" in lines
    assert "    deliver --> summary: next" in lines
    assert lines[-1] == "    summary --> [*]: book"
    assert len(lines) == len(set(lines))
