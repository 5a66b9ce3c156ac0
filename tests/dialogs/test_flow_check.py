"""The static check of flows finds what is broken on purpose."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.flow_samples import check_flows
from bot.settings import Settings
from dialogs.diagram import mermaid
from dialogs.flow_check import Sample, problems
from dialogs.flows import FLOWS
from dialogs.model import Field, Flow, Option, Step
from dialogs.parts import Choice, Link
from dialogs.words import Words

NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
ENGLISH = Words("en", ZoneInfo("Asia/Shanghai"), date(2026, 11, 21))


def options(count: int, label: str = "one") -> Any:
    made = tuple(Option(value=n, label=label) for n in range(count))
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
    samples = [Sample(name="s", answers={"hours": 1})]
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
    drawn = mermaid(FLOWS["order"])
    assert drawn == mermaid(FLOWS["order"])
    assert all(f" {step.name}" in drawn for step in FLOWS["order"].steps)
