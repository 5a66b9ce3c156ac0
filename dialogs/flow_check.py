"""Proof that a flow can be walked: every step reachable and leavable, rendered within Telegram's limits.

What a declaration alone can say wrongly (a target that does not exist, a step declared twice) is refused where the
flow is made, in `dialogs.model`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape

from dialogs.model import Answers, FactSource, Flow, Json, State, Step
from dialogs.screen import Screen, render
from dialogs.words import Words

#: Telegram Bot API: sendMessage, sendPhoto (after the entities are parsed), InlineKeyboardMarkup.
TEXT_MAX, CAPTION_MAX, BUTTONS_MAX, ROW_MAX = 4096, 1024, 100, 8
#: A longer label is cut off on a phone.
LABEL_MAX = 64
_TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Answers that a person may have given, and how the step is looked at."""

    name: str
    answers: Answers
    view: Mapping[str, Json] = field(default_factory=dict)
    #: Only these steps are rendered with it; all of them when empty.
    steps: frozenset[str] = frozenset()


def problems(
    flow: Flow,
    samples: Iterable[Sample],
    facts: Callable[[Words], FactSource],
    spoken: Sequence[Words],
    now: datetime,
) -> list[str]:
    """One line for each thing that is wrong; rendering is tried with every sample in every language."""
    found = [*_shape(flow)]
    said: set[str] = set()
    for sample in samples:
        for words in spoken:
            for step in flow.steps:
                if sample.steps and step.name not in sample.steps:
                    continue
                where = f"flow {flow.name}, step {step.name} ({words.language})"
                for line in _screen(flow, step, sample, facts(words), words, now):
                    if f"{where}: {line}" not in said:
                        said.add(f"{where}: {line}")
                        found.append(f"{where}, {sample.name}: {line}")
    return found


def reachable(flow: Flow) -> frozenset[str]:
    """The steps a person can come to: asked for, the hub, and where buttons lead from those."""
    known = {flow.first, flow.hub, *(step.name for step in flow.steps if step.asks is not None)}
    while True:
        more = {
            target for name in known for part in flow.step(name).parts for target in part.targets
        }
        if more <= known:
            return frozenset(known)
        known |= more


def _shape(flow: Flow) -> list[str]:
    where = f"flow {flow.name}"
    came = reachable(flow)
    lines = [f"{where}: step {s.name} is never reached" for s in flow.steps if s.name not in came]
    lines += [
        f"{where}: step {step.name} cannot be left: give it a part that answers or leads on"
        for step in flow.steps
        if not any(part.fields or part.targets for part in step.parts) and step.name != flow.hub
    ]
    asked = {step.asks for step in flow.steps}
    lines += [
        f"{where}: field {f.name} is required, but no step asks for it"
        for f in flow.fields
        if not f.optional and f.name not in asked
    ]
    return lines


def _screen(
    flow: Flow, step: Step, sample: Sample, facts: FactSource, words: Words, now: datetime
) -> list[str]:
    state = State(
        flow=flow.name,
        fingerprint=flow.fingerprint(),
        step=step.name,
        answers=sample.answers,
        view=sample.view,
        trail=((flow.first, {}),) if step.name != flow.first else (),
    )
    try:
        made = render(flow, state, facts, words, now)
    except Exception as error:  # whatever a template can get wrong is a line here, not in a chat
        return [f"does not render: {type(error).__name__}: {error}"]
    return _limits(made)


def _limits(made: Screen) -> list[str]:
    lines = []
    length = len(unescape(_TAG.sub("", made.text)))
    most = CAPTION_MAX if made.picture else TEXT_MAX
    if not length:
        lines.append("says nothing")
    if length > most:
        lines.append(f"{length} characters, {most} are allowed")
    buttons = [button for row in made.buttons for button in row]
    if len(buttons) > BUTTONS_MAX:
        lines.append(f"{len(buttons)} buttons, {BUTTONS_MAX} are allowed")
    lines += [
        f"{len(row)} buttons in a row, {ROW_MAX} are allowed"
        for row in made.buttons
        if len(row) > ROW_MAX
    ]
    lines += [
        f"button {button.label!r} has {len(button.label)} characters, {LABEL_MAX} fit"
        for button in buttons
        if not 0 < len(button.label) <= LABEL_MAX
    ]
    return lines
