"""The dialog engine: pure functions from a state and an input to a state and what to do about it.

No I/O, no framework, no clock. `advance` takes an input; `look` makes the buttons of the current screen;
`dialogs.carrying` brings a state of an older flow along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from dialogs.declared import Flow
from dialogs.meaning import Meant, exactly, roughly
from dialogs.model import (
    Advance,
    Answers,
    Back,
    Deny,
    Do,
    FactSource,
    FlowError,
    Given,
    Go,
    Json,
    Look,
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
    Trail,
)
from dialogs.understanding.words import read_word
from dialogs.words import Words

#: Parts the engine itself understands, on every screen.
BACK = "back"
KEEP = "keep"
#: Answers that say nothing: a question that was passed over, no files.
_EMPTY: tuple[Json, ...] = ("", [], None)


def begin(flow: Flow, facts: FactSource, answers: Answers | None = None) -> State:
    """A fresh state; answers that are already known are not asked again.

    Raises:
        FlowError: an answer of an unknown field.
    """
    state = State(flow=flow.name, fingerprint=flow.fingerprint(), step=flow.first)
    if answers:
        known, _ = _put(flow, state.answers, answers, facts)
        state = state._replace(answers=known, step=next_step(flow, known, facts))
    return state


def advance(
    flow: Flow, state: State, given: Given, facts: FactSource, words: Words, now: datetime
) -> Advance:
    """What an input leads to.

    A button that is not of the state's revision, or not there, is not accepted: the state comes back as it was.
    A typed message is tried, in this order, as a word in place of a button (back), as the very name of a button on
    the screen, by the flow's reader of whole messages, by the step's own parts, and as something like the name of a
    button.
    """
    step = flow.step(state.step)
    scene = Scene(step, state, facts, words, now)
    match given:
        case Press(revision, index):
            if revision != state.revision or not 0 <= index < len(state.offered):
                return Advance(state=state, accepted=False)
            outcome = _press(scene, index)
            if outcome is None:
                return Advance(state=state, accepted=False)
            return _apply(flow, state, outcome, facts)
        case Said(text):
            return _said(flow, scene, text)
        case Sent(files, caption):
            for part in step.parts:
                outcome = part.sent(scene, files, caption)
                if outcome is not None:
                    return _apply(flow, state, outcome, facts)
            return _missed(state)


def go(flow: Flow, state: State, step: str, facts: FactSource) -> State:
    """The state at another step of the flow, as a link on its screen would lead there."""
    return _apply(flow, state, Go(flow.step(step).name), facts).state


# -- understanding ------------------------------------------------------------------------------------------


def _press(scene: Scene, index: int) -> Outcome | None:
    _, key, value, _ = scene.state.offered[index]
    if key == BACK:
        return Back()
    if key == KEEP:
        return Next()
    for part in scene.step.parts:
        if part.key == key:
            return part.press(scene, value)
    return None


def _said(flow: Flow, scene: Scene, text: str) -> Advance:
    state, facts = scene.state, scene.facts
    word = read_word(text)
    if word == BACK:
        return _apply(flow, state, Back(), facts)
    named = exactly(text, word, state.offered)
    if named is not None:
        outcome = _press(scene, named)
        if outcome is not None:
            return _apply(flow, state, outcome, facts)
    if flow.reader is not None:
        reading = flow.reader(text, scene)
        if reading is not None:
            return _read(flow, state, reading, facts)
    denied: Deny | None = None
    for part in scene.step.parts:
        outcome = part.said(scene, text)
        if isinstance(outcome, Deny):
            denied = denied or outcome
        elif outcome is not None:
            return _apply(flow, state, outcome, facts)
    if denied is not None:
        return _apply(flow, state, denied, facts)
    if not state.offered:
        # The screen has changed since the person saw it: it is shown before its buttons may be meant.
        return Advance(state=state)
    return _like_a_button(flow, scene, roughly(text, state.offered, besides=(BACK, KEEP)))


def _read(flow: Flow, state: State, reading: Reading, facts: FactSource) -> Advance:
    """Take what a whole message says; what it leaves open is asked with what it may mean."""
    if reading.denied is not None and not reading.values and not reading.views:
        return _apply(flow, state, Deny(reading.denied), facts)
    made = _apply(flow, state, Put(dict(reading.values), echo=True), facts)
    to = made.state
    for name, view in reading.views.items():
        if to.step == name:
            to = to._replace(view={**to.view, **view})
            break
        if to.step == flow.hub and can_show(flow, to.answers, name, facts):
            to = _enter(flow, to, name, facts, view)
            break
    return replace(made, state=to, denied=reading.denied)


def _like_a_button(flow: Flow, scene: Scene, meant: Meant) -> Advance:
    """What is like the name of one button presses it, unless that button is the handler's: confirming or
    paying is never guessed."""
    state = scene.state
    if not meant.indices:
        return _missed(state)
    if len(meant.indices) == 1:
        outcome = _press(scene, meant.indices[0])
        if outcome is not None and not isinstance(outcome, Do):
            made = _apply(flow, state, outcome, scene.facts)
            return replace(made, meant=meant.labels[0])
    return Advance(state=state._replace(misses=0, nudges=0), unsure=meant.labels)


def _missed(state: State) -> Advance:
    return Advance(state=state._replace(misses=state.misses + 1, nudges=0), understood=False)


# -- moving -------------------------------------------------------------------------------------------------


def _apply(flow: Flow, state: State, outcome: Outcome, facts: FactSource) -> Advance:
    if isinstance(outcome, Deny):
        # The screen stands as it was, and so do its buttons.
        return Advance(state=state._replace(misses=0, nudges=0), denied=outcome.refusal)
    if isinstance(outcome, Put):
        return _answered(flow, state, outcome, facts)
    fresh = _fresh(state)
    match outcome:
        case Look(view, gone):
            return Advance(state=fresh._replace(view={**state.view, **view}), gone=gone)
        case Do(_, _, values):
            answers, dropped = _put(flow, fresh.answers, values, facts)
            return Advance(state=fresh._replace(answers=answers, dropped=dropped), do=outcome)
        case Back():
            return Advance(state=_back(flow, fresh, facts))
        case Go(target, view):
            return Advance(state=_enter(flow, fresh, target, facts, view))
        case Next():
            return Advance(state=_enter(flow, fresh, next_step(flow, fresh.answers, facts), facts))


def _answered(flow: Flow, state: State, given: Put, facts: FactSource) -> Advance:
    answers, dropped = _put(flow, state.answers, given.values, facts)
    to, view, trail = given.go or next_step(flow, answers, facts), state.view, state.trail
    if to != state.step or not can_show(flow, answers, to, facts):
        to, view, trail = _way(flow, state, answers, to, facts)
    # Every field by itself: what most inputs come to is made in one go.
    moved = State(
        flow=state.flow,
        fingerprint=state.fingerprint,
        step=to,
        answers=answers,
        trail=trail,
        view=view,
        revision=state.revision + 1,
        nudge_at=state.nudge_at,
        dropped=dropped,
        seen=state.seen,
    )
    return Advance(state=moved, echo=tuple(given.values) if given.echo else ())


def _fresh(state: State) -> State:
    """The state after an input: another revision, and nothing left of what the last one led to."""
    return state._replace(revision=state.revision + 1, misses=0, nudges=0, offered=(), dropped=())


def _enter(
    flow: Flow, state: State, target: str, facts: FactSource, view: Mapping[str, Json] | None = None
) -> State:
    """To another step; the way here is remembered with its view."""
    to, shown, trail = _way(flow, state, state.answers, target, facts, view)
    return state._replace(step=to, view=shown, trail=trail)


def _way(
    flow: Flow,
    state: State,
    answers: Answers,
    target: str,
    facts: FactSource,
    view: Mapping[str, Json] | None = None,
) -> tuple[str, Mapping[str, Json], Trail]:
    """Where `target` leads with these answers, how it looks, and the way there.

    Loops are taken out of the way, so that it stays short and goes on leading to the start. What follows the hub
    is an edit: it leads back to the hub, and is forgotten when the hub is reached again.
    """
    if not can_show(flow, answers, target, facts):
        target, view = next_step(flow, answers, facts), None
    trail = state.trail
    if target != state.step:
        names = [name for name, _ in trail]
        if target == flow.hub and target in names:
            trail = trail[: names.index(target)]
        else:
            edit = names.index(flow.hub) + 1 if flow.hub in names else 0
            end = names.index(state.step, edit) if state.step in names[edit:] else len(names)
            trail = (*trail[:end], (state.step, state.view))
    return target, dict(view) if view else {}, trail


def _back(flow: Flow, state: State, facts: FactSource) -> State:
    """Along the way taken to the last screen that can still be shown; without one, the same screen."""
    index = _way_back(flow, state, facts)
    if index is None:
        return state
    name, view = state.trail[index]
    return state._replace(step=name, view=dict(view), trail=state.trail[:index])


def _way_back(flow: Flow, state: State, facts: FactSource) -> int | None:
    """The place along the way taken of the last screen that can still be shown."""
    if not state.trail or not flow.step(state.step).back:
        return None
    for index in range(len(state.trail) - 1, -1, -1):
        name = state.trail[index][0]
        if name != state.step and can_show(flow, state.answers, name, facts):
            return index
    return None


def can_show(flow: Flow, answers: Answers, name: str, facts: FactSource) -> bool:
    """Whether what a screen builds on is there; for the hub, everything."""
    if name == flow.hub:
        return next_step(flow, answers, facts) == name
    step = flow.step(name)
    before = step.after if step.asks is None else (*step.after, *flow.field(step.asks).after)
    return not before or all(field in answers for field in before)


def next_step(flow: Flow, answers: Answers, facts: FactSource) -> str:
    """The first step that asks for something open, else the hub."""
    for step in flow.steps:
        if step.asks is None or step.asks in answers or step.name == flow.hub:
            continue
        if step.when is not None and not step.when(answers, facts):
            continue
        if step.when is None and flow.field(step.asks).optional:
            continue
        return step.name
    return flow.hub


def _put(
    flow: Flow, before: Answers, values: Mapping[str, Json], facts: FactSource
) -> tuple[Answers, tuple[str, ...]]:
    """The answers with those that are given, without those that depend on a changed one, unless they may stay and
    hold; and the fields of these."""
    changed = set()
    for name, value in values.items():
        kind = flow.field(name).kind
        if not isinstance(value, kind):
            raise FlowError(
                f"flow {flow.name}: {name} was answered with {type(value).__name__}, "
                f"but its kind is {kind.__name__}"
            )
        if before.get(name) != value:
            changed.add(name)
    answers = {**before, **values}
    if flow.leads(changed):
        return drop_dependants(flow, answers, changed, facts, besides=values)
    return answers, ()


def drop_dependants(
    flow: Flow,
    answers: Answers,
    changed: set[str],
    facts: FactSource,
    besides: Mapping[str, Json],
) -> tuple[dict[str, Json], tuple[str, ...]]:
    """The answers that stay when some have changed, and the fields of those that do not."""
    kept, dropped, moved = dict(answers), [], set(changed)
    for f in flow.fields:
        if f.name not in kept or f.name in besides or not moved.intersection(f.after):
            continue
        if f.keep and (f.holds is None or f.holds(kept[f.name], kept, facts)):
            continue
        del kept[f.name]
        moved.add(f.name)
        dropped.append(f.name)
    return kept, tuple(dropped)


# -- showing ------------------------------------------------------------------------------------------------


def look(
    flow: Flow, state: State, facts: FactSource, words: Words, now: datetime
) -> tuple[State, list[list[Offer]]]:
    """The rows of buttons of the current screen, and the state that remembers them by index.

    Buttons that differ from those of this revision (another day, another catalogue) make a new one: an older copy
    of the screen must not mean something else.
    """
    step = flow.step(state.step)
    scene = Scene(step, state, facts, words, now)
    rows = [list(row) for part in step.parts for row in part.offers(scene) if row]
    last: list[Offer] = []
    if _way_back(flow, state, facts) is not None:
        last.append(Offer(label=words.gettext("‹ Back"), part=BACK))
    answered = step.asks is not None and state.answers.get(step.asks) not in _EMPTY
    if answered and step.name != flow.hub:
        last.append(Offer(label=words.gettext(step.keep), part=KEEP))
    if last:
        rows.append(last)
    offered = tuple(
        [(offer.label, offer.part, offer.value, offer.aliases) for row in rows for offer in row]
    )
    if offered == state.offered:
        return state, rows
    return state.offering(offered, state.revision + bool(state.offered)), rows


__all__ = ["BACK", "KEEP", "Do", "advance", "begin", "can_show", "go", "look"]
