"""The dialog engine: pure functions from a state and an input to a state and what to do about it.

No I/O, no framework, no clock. `advance` takes an input; `look` makes the buttons of the current screen;
`carry` brings a state of an older flow along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from dialogs.model import (
    Advance,
    Answers,
    Back,
    Deny,
    Do,
    FactSource,
    Flow,
    Given,
    Go,
    Json,
    Look,
    Next,
    Offer,
    Outcome,
    Press,
    Put,
    Said,
    Scene,
    Sent,
    State,
    Step,
)
from dialogs.understanding.choose import Ambiguous, Sure, Unmatched, match_choice
from dialogs.understanding.words import read_word
from dialogs.words import Words

#: Parts the engine itself understands, on every screen.
BACK = "back"
KEEP = "keep"
#: How many steps back are remembered.
TRAIL_MAX = 40


def begin(
    flow: Flow, facts: FactSource, answers: Answers | None = None, *, step: str | None = None
) -> State:
    """A fresh state; answers that are already known are not asked again."""
    state = State(
        flow=flow.name, fingerprint=flow.fingerprint(), step=flow.first, answers=dict(answers or {})
    )
    return replace(state, step=step or (_next(flow, state, facts) if answers else flow.first))


def advance(
    flow: Flow, state: State, given: Given, facts: FactSource, words: Words, now: datetime
) -> Advance:
    """What an input leads to.

    A button that is not of the state's revision, or not there, is not accepted: the state comes back as it was.
    A typed message is tried, in this order, as a word in place of a button (back), by the step's own parts, as the
    label of a button on the screen, and by the flow's reader of whole messages.
    """
    step = flow.step(state.step)
    scene = Scene(step, state, facts, words, now)
    match given:
        case Press(revision, index):
            if revision != state.revision or not 0 <= index < len(state.offered):
                return Advance(state=state, accepted=False)
            _, key, value, _ = state.offered[index]
            outcome = _press(step, scene, key, value)
            if outcome is None:
                return Advance(state=state, accepted=False)
            return _apply(flow, state, outcome, facts)
        case Said(text):
            return _said(flow, step, scene, text)
        case Sent(files, caption):
            for part in step.parts:
                outcome = part.sent(scene, files, caption)
                if outcome is not None:
                    return _apply(flow, state, outcome, facts)
            return _missed(state)


def go(flow: Flow, state: State, step: str) -> State:
    """The state at another step of the flow, the way here remembered."""
    return _move(replace(state, misses=0, nudges=0), flow.step(step).name, {})


def _press(step: Step, scene: Scene, key: str, value: Json) -> Outcome | None:
    if key == BACK:
        return Back()
    if key == KEEP:
        return Next()
    for part in step.parts:
        if part.key == key:
            return part.press(scene, value)
    return None


def _said(flow: Flow, step: Step, scene: Scene, text: str) -> Advance:
    state, facts = scene.state, scene.facts
    word = read_word(text)
    if word == "back" and _can_go_back(step, state):
        return _apply(flow, state, Back(), facts)
    if flow.reader is not None:
        reading = flow.reader(text, scene)
        if reading is not None:
            made = _apply(flow, state, Put(dict(reading.values)), facts)
            view = reading.views.get(made.state.step, {})
            read = replace(made.state, view={**made.state.view, **view})
            return replace(made, state=read, echo=tuple(reading.values), denied=reading.denied)
    denied: Deny | None = None
    for part in step.parts:
        outcome = part.said(scene, text)
        if isinstance(outcome, Deny):
            denied = denied or outcome
        elif outcome is not None:
            return _apply(flow, state, outcome, facts)
    labels = [(label, *aliases) for label, _, _, aliases in state.offered]
    chosen = match_choice(text, labels)
    if isinstance(chosen, Unmatched) and word is not None:
        # "好的，就这样" is a yes; a button that answers to "yes" is meant.
        chosen = match_choice(word, labels)
    if isinstance(chosen, Sure):
        _, key, value, _ = state.offered[chosen.index]
        outcome = _press(step, scene, key, value)
        if outcome is not None:
            return _apply(flow, state, outcome, facts)
    if denied is not None:
        return _apply(flow, state, denied, facts)
    if isinstance(chosen, Ambiguous):
        unsure = tuple(labels[index][0] for index in chosen.indices)
        return Advance(state=replace(state, misses=0, nudges=0), unsure=unsure)
    return _missed(state)


def _missed(state: State) -> Advance:
    return Advance(state=replace(state, misses=state.misses + 1), understood=False)


def _can_go_back(step: Step, state: State) -> bool:
    return step.back and bool(state.trail)


def _apply(flow: Flow, state: State, outcome: Outcome, facts: FactSource) -> Advance:
    heard = replace(state, misses=0, nudges=0)
    match outcome:
        case Deny(refusal):
            return Advance(state=heard, denied=refusal)
        case Look(view):
            return Advance(state=_turn(heard, view={**state.view, **view}))
        case Do():
            answered = _put(flow, heard, outcome.values, facts) if outcome.values else heard
            return Advance(state=_turn(answered), do=outcome)
        case Back():
            if not state.trail:
                return Advance(state=_turn(heard))
            name, view = state.trail[-1]
            return Advance(state=_turn(heard, step=name, view=dict(view), trail=state.trail[:-1]))
        case Go(target, view):
            return Advance(state=_move(heard, target, view))
        case Next():
            return Advance(state=_arrive(heard, _next(flow, heard, facts)))
        case Put(values, go):
            answered = _put(flow, heard, values, facts)
            target = go or _next(flow, answered, facts)
            if target == state.step:
                return Advance(state=_turn(answered))
            return Advance(state=_arrive(answered, target))


def _turn(state: State, **changes: object) -> State:
    """The state after an accepted input: its old buttons are void."""
    return replace(state, revision=state.revision + 1, offered=(), **changes)  # type: ignore[arg-type]


def _move(state: State, target: str, view: Mapping[str, Json]) -> State:
    """To another step by choice; the way here is remembered with its view."""
    trail = state.trail
    if target != state.step:
        trail = (*trail, (state.step, state.view))[-TRAIL_MAX:]
    return _turn(state, step=target, view=dict(view), trail=trail)


def _arrive(state: State, target: str) -> State:
    """To the step that follows an answer. Where a person has been before, the loop since then is closed: after an
    edit from the summary, back leads to what came before the summary."""
    trail = (*state.trail, (state.step, state.view))
    for index, (name, _) in enumerate(trail):
        if name == target:
            trail = trail[:index]
            break
    return _turn(state, step=target, view={}, trail=trail[-TRAIL_MAX:])


def _put(flow: Flow, state: State, values: Mapping[str, Json], facts: FactSource) -> State:
    """Set answers; those that depend on a changed one and no longer hold are forgotten."""
    answers = {**state.answers, **values}
    changed = {name for name, value in values.items() if state.answers.get(name) != value}
    for f in flow.fields:  # declared in order of dependency
        if f.name in answers and f.name not in values and changed.intersection(f.after):
            if f.keep is not None and f.keep(answers[f.name], answers, facts):
                continue
            del answers[f.name]
            changed.add(f.name)
    return replace(state, answers=answers)


def _next(flow: Flow, state: State, facts: FactSource) -> str:
    """The first step that asks for something open, else the hub."""
    for step in flow.steps:
        if step.asks is None or step.asks in state.answers:
            continue
        if step.when is not None and not step.when(state.answers, facts):
            continue
        if step.when is None and flow.field(step.asks).optional:
            continue
        return step.name
    return flow.hub


def look(
    flow: Flow, state: State, facts: FactSource, words: Words, now: datetime
) -> tuple[State, list[list[Offer]]]:
    """The rows of buttons of the current screen, and the state that remembers them by index."""
    step = flow.step(state.step)
    scene = Scene(step, state, facts, words, now)
    rows = [list(row) for part in step.parts for row in part.offers(scene) if row]
    last: list[Offer] = []
    if _can_go_back(step, state):
        last.append(Offer(label=words.gettext("‹ Back"), part=BACK))
    if step.asks is not None and step.asks in state.answers and step.name != flow.hub:
        last.append(Offer(label=words.gettext(step.keep), part=KEEP))
    if last:
        rows.append(last)
    offered = tuple(
        (offer.label, offer.part, offer.value, offer.aliases)
        for row in rows
        for offer in row
        if offer.url is None
    )
    return replace(state, offered=offered), rows


def carry(flow: Flow, state: State, facts: FactSource) -> State:
    """Bring a state of another version of the flow along: by field name; what no longer fits is asked again."""
    if state.fingerprint == flow.fingerprint():
        return state
    known = {f.name for f in flow.fields}
    answers = {name: value for name, value in state.answers.items() if name in known}
    trail: tuple[tuple[str, Mapping[str, Json]], ...] = tuple(
        (name, {}) for name, _ in state.trail if flow.has(name)
    )
    kept = replace(
        state,
        flow=flow.name,
        fingerprint=flow.fingerprint(),
        answers=answers,
        trail=trail,
        view={},
        offered=(),
        revision=state.revision + 1,
    )
    if flow.has(state.step):
        return replace(kept, view=dict(state.view))
    step = _next(flow, kept, facts) if answers else flow.first
    return replace(kept, step=step, trail=tuple(entry for entry in trail if entry[0] != step))


def offered_rows(rows: Sequence[Sequence[Offer]]) -> list[list[tuple[Offer, int | None]]]:
    """Rows with each button's index among those that call back; a link has none."""
    made: list[list[tuple[Offer, int | None]]] = []
    index = 0
    for row in rows:
        line: list[tuple[Offer, int | None]] = []
        for offer in row:
            if offer.url is not None:
                line.append((offer, None))
            else:
                line.append((offer, index))
                index += 1
        made.append(line)
    return made


__all__ = ["BACK", "KEEP", "Do", "advance", "begin", "carry", "go", "look", "offered_rows"]
