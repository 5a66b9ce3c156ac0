"""Proof that a flow can be walked: every step reachable and leavable, rendered within Telegram's limits.

What a declaration alone can say wrongly (a target that does not exist, a step declared twice) is refused where the
flow is made, in `dialogs.declared`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import unescape

from dialogs.declared import Flow, Step
from dialogs.engine import advance, look
from dialogs.model import Answers, FactSource, Json, Press, State
from dialogs.screen import Screen, render
from dialogs.words import Words

#: Telegram Bot API: sendMessage, sendPhoto (after the entities are parsed), InlineKeyboardMarkup.
TEXT_MAX, CAPTION_MAX, BUTTONS_MAX, ROW_MAX = 4096, 1024, 100, 8
#: A longer label is cut off on a phone.
LABEL_MAX = 64
_TAG = re.compile(r"<[^>]+>")
#: What may stand above any screen: why an answer cannot be taken, in the longest words there are.
_NOTICE = "!" * 280


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
    """One line for each thing that is wrong. Rendering is tried with every sample in every language, pressing every
    button with the first one."""
    found = [*_shape(flow)]
    said: set[str] = set()
    pressed: set[tuple[str, str]] = set()
    for sample in samples:
        for words in spoken:
            for step in flow.steps:
                if sample.steps and step.name not in sample.steps:
                    continue
                where = f"flow {flow.name}, step {step.name} ({words.language})"
                lines = _screen(flow, step, sample, facts(words), words, now)
                if (step.name, words.language) not in pressed:
                    pressed.add((step.name, words.language))
                    lines += _buttons(flow, step, sample, facts(words), words, now)
                for line in lines:
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
    for step in flow.steps:
        keys = [part.key for part in step.parts]
        lines += [
            f"{where}, step {step.name}: two parts have the key {key}, one of them is never heard"
            for key in sorted({key for key in keys if keys.count(key) > 1})
        ]
    return [*lines, *_order(flow)]


def _order(flow: Flow) -> Iterator[str]:
    """Questions that come before what they build on: whoever reaches one could not be shown it."""
    known: set[str] = set()
    for step in flow.steps:
        if step.asks is None or step.name == flow.hub:
            continue
        field = flow.field(step.asks)
        for name in (*step.after, *field.after):
            if name not in known:
                yield f"flow {flow.name}: step {step.name} asks before {name} is known for sure"
        if step.when is None and not field.optional:
            known.add(step.asks)


def _screen(
    flow: Flow, step: Step, sample: Sample, facts: FactSource, words: Words, now: datetime
) -> list[str]:
    state = _state(flow, step, sample)
    try:
        made = render(flow, state, facts, words, now)
        warned = render(flow, state, facts, words, now, notice=_NOTICE)
    except Exception as error:  # whatever a template can get wrong is a line here, not in a chat
        return [f"does not render: {type(error).__name__}: {error}"]
    lines = _limits(made)
    most = CAPTION_MAX if made.picture else TEXT_MAX
    if _length(made.text) <= most < _length(warned.text):
        over = _length(warned.text) - most
        lines.append(f"{over} characters too many when a line of {len(_NOTICE)} stands above it")
    if _NOTICE not in warned.text:
        lines.append("does not show why an answer was not taken: include head.html")
    return lines


def _buttons(
    flow: Flow, step: Step, sample: Sample, facts: FactSource, words: Words, now: datetime
) -> list[str]:
    """Press every button once: none may fail or do nothing, and somewhere it must go on."""
    state = _state(flow, step, sample)
    try:
        state, _ = look(flow, state, facts, words, now)
    except Exception:  # said by the rendering above
        return []
    lines, leads = [], any(part.fields for part in step.parts)
    for index, (label, _, _, _) in enumerate(state.offered):
        try:
            made = advance(flow, state, Press(state.revision, index), facts, words, now)
        except Exception as error:
            lines.append(f"button {label!r} fails: {type(error).__name__}: {error}")
            continue
        if not made.accepted:
            lines.append(f"button {label!r} does nothing")
        leads = leads or made.do is not None or made.state.step != step.name
    if not leads:
        lines.append("leads nowhere with these answers")
    return lines


def _state(flow: Flow, step: Step, sample: Sample) -> State:
    return State(
        flow=flow.name,
        fingerprint=flow.fingerprint(),
        step=step.name,
        answers=sample.answers,
        view=sample.view,
        trail=((flow.first, {}),) if step.name != flow.first else (),
    )


def _length(html: str) -> int:
    """UTF-16 units without tags, as Telegram counts."""
    return len(unescape(_TAG.sub("", html)).encode("utf-16-le")) // 2


def _limits(made: Screen) -> list[str]:
    lines = []
    length = _length(made.text)
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
        f"button {label!r} has {len(label)} characters, {LABEL_MAX} fit"
        for label in (button["label"] for button in buttons)
        if not 0 < len(label) <= LABEL_MAX
    ]
    return lines
