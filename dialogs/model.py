"""What a flow is made of, as values. The engine (`dialogs.engine`) gives them their meaning."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from types import MappingProxyType
from typing import Any, NamedTuple, Protocol

from dialogs.content import ButtonStyle
from dialogs.words import N_, Words
from orders.refusal import Refusal

#: Plain JSON data: what answers are made of.
Json = Any
Answers = Mapping[str, Json]
_NOTHING: Answers = MappingProxyType({})
#: Supplies a fact by name for the answers given so far: search results, free dates, a quote.
FactSource = Callable[[str, Answers, Mapping[str, Json]], Any]


class FlowError(Exception):
    """A flow's declaration does not hold together; the message names the step and what to mend."""


# -- what a person does ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Press:
    """A button, named as the callback data names it."""

    revision: int
    index: int


@dataclass(frozen=True, slots=True)
class Said:
    """A typed message."""

    text: str


@dataclass(frozen=True, slots=True)
class Sent:
    """Files, with what was written below them. Each file is the JSON of `orders.brief.Attachment`."""

    files: tuple[Json, ...]
    caption: str = ""


Given = Press | Said | Sent


# -- what a step shows ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose from, as a fact supplies it; the label is in the person's language."""

    value: Json
    label: str
    aliases: tuple[str, ...] = ()
    style: ButtonStyle = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One button of a screen: `part` is who understands it, `value` what it then gets."""

    label: str
    part: str
    value: Json = None
    style: ButtonStyle = ""
    url: str | None = None
    #: What else a person may type to mean it.
    aliases: tuple[str, ...] = ()


# -- what comes of it -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Put:
    """Answers were given. Without `go` the next open question follows."""

    values: Mapping[str, Json]
    go: str | None = None
    #: What was typed had to be interpreted: the person is shown what was understood.
    echo: bool = False


@dataclass(frozen=True, slots=True)
class Look:
    """Another view of the same step: a page, a month."""

    view: Mapping[str, Json] = field(default_factory=dict)
    #: What was chosen has gone since the screen was made.
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Go:
    """Another step, without an answer."""

    step: str
    view: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Next:
    """Go on with the next open question, or to the hub."""


@dataclass(frozen=True, slots=True)
class Back:
    """One step back along the path taken."""


@dataclass(frozen=True, slots=True)
class Hint:
    """What would work, in words of the dialog's own: a msgid and what fills it."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Deny:
    """What was given cannot be taken, and what would work."""

    refusal: Refusal | Hint


@dataclass(frozen=True, slots=True)
class Do:
    """Something for the handler: confirm, change language, show an order."""

    name: str
    value: Json = None
    values: Mapping[str, Json] = field(default_factory=dict)


Outcome = Put | Look | Go | Next | Back | Deny | Do


@dataclass(frozen=True, slots=True)
class Scene:
    """What a part may know: the step, the answers, its view, the facts, the time."""

    step: Step
    state: State
    facts: FactSource
    words: Words
    now: datetime

    @property
    def answers(self) -> Answers:
        return self.state.answers

    @property
    def view(self) -> Mapping[str, Json]:
        return self.state.view

    @property
    def zone(self) -> tzinfo:
        return self.words.zone

    def fact(self, name: str) -> Any:
        return self.facts(name, self.state.answers, self.state.view)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a whole message says: values by field, and how a step should look if it comes to be asked."""

    values: Mapping[str, Json] = field(default_factory=dict)
    #: Step to view, for example the days a deadline may mean.
    views: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    #: Something that was understood but cannot be taken.
    denied: Refusal | Hint | None = None


class Part(Protocol):
    """A piece of a screen: buttons it offers and inputs it understands. Stateless."""

    @property
    def key(self) -> str: ...

    #: Fields it may answer, steps it may lead to, facts it asks for: for the static check.
    @property
    def fields(self) -> tuple[str, ...]: ...

    @property
    def targets(self) -> tuple[str, ...]: ...

    @property
    def needs(self) -> tuple[str, ...]: ...

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]: ...

    def press(self, scene: Scene, value: Json) -> Outcome | None: ...

    def said(self, scene: Scene, text: str) -> Outcome | None: ...

    def sent(self, scene: Scene, files: Sequence[Json], caption: str) -> Outcome | None: ...


# -- the flow -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """An answer: JSON of type `kind`. Fields are declared in order of dependency."""

    name: str
    kind: type = str
    #: When one of these changes, the answer is asked again.
    after: tuple[str, ...] = ()
    #: Whether the answer is still possible; asked when the flow or the facts behind it have changed.
    holds: Callable[[Json, Answers, FactSource], bool] | None = None
    #: A change of `after` leaves the answer alone as long as it holds.
    keep: bool = False
    #: Not asked for by itself; set from the summary or by what a person wrote.
    optional: bool = False
    #: Former names: their answers are carried over to this one.
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A screen. Its template is FLOW/NAME.html; the facts in `needs` are its variables."""

    name: str
    parts: tuple[Part, ...] = ()
    needs: tuple[str, ...] = ()
    #: The field this step asks for; a step without one is only passed through on the way.
    asks: str | None = None
    when: Callable[[Answers, FactSource], bool] | None = None
    #: Fields without which this screen cannot be shown, beside those its question comes after.
    after: tuple[str, ...] = ()
    #: Name of the fact that holds the path or file id of a picture.
    picture: str | None = None
    back: bool = True
    #: The button that goes on without changing an answer that is already there (a msgid).
    keep: str = N_("Keep it ›")
    #: Former names: who stood there goes on here.
    was: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """A conversation: fields to be filled, steps that fill them, and the hub where it all comes together.

    Raises:
        FlowError: two steps or fields of one name, a target or a field that does not exist, no hub,
            a field declared before one it comes after.
    """

    name: str
    fields: tuple[Field, ...]
    steps: tuple[Step, ...]
    #: The summary: reached when nothing is open any more, and only then.
    hub: str
    #: Reads a whole message into values of several fields.
    reader: Callable[[str, Scene], Reading | None] | None = None
    #: Former names: who was in such a flow goes on in this one.
    was: tuple[str, ...] = ()
    _steps: Mapping[str, Step] = field(init=False, repr=False, compare=False)
    _fields: Mapping[str, Field] = field(init=False, repr=False, compare=False)
    _fingerprint: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._check_fields()
        self._check_steps()
        object.__setattr__(self, "_steps", {step.name: step for step in self.steps})
        object.__setattr__(self, "_fields", {f.name: f for f in self.fields})
        object.__setattr__(self, "_fingerprint", _digest(self))

    def _check_fields(self) -> None:
        declared: set[str] = set()
        names = {f.name for f in self.fields}
        for f in self.fields:
            if f.name in declared:
                raise FlowError(f"flow {self.name}: field {f.name} is declared twice")
            for other in f.after:
                if other not in names:
                    raise FlowError(
                        f"flow {self.name}: field {f.name} comes after unknown field {other}"
                    )
                if other not in declared:
                    raise FlowError(
                        f"flow {self.name}: field {f.name} comes after {other}, so declare it below"
                    )
            declared.add(f.name)

    def _check_steps(self) -> None:
        names = [step.name for step in self.steps]
        fields = {f.name for f in self.fields}
        doubled = {name for name in names if names.count(name) > 1}
        if doubled:
            raise FlowError(f"flow {self.name}: step {min(doubled)} is declared twice")
        if self.hub not in names:
            raise FlowError(f"flow {self.name}: hub {self.hub} is no step")
        for step in self.steps:
            here = f"flow {self.name}, step {step.name}"
            if step.asks is not None and step.asks not in fields:
                raise FlowError(f"{here}: asks for unknown field {step.asks}")
            for name in step.after:
                if name not in fields:
                    raise FlowError(f"{here}: comes after unknown field {name}")
            for part in step.parts:
                for target in part.targets:
                    if target not in names:
                        raise FlowError(f"{here}: leads to unknown step {target}")
                for name in part.fields:
                    if name not in fields:
                        raise FlowError(f"{here}: answers unknown field {name}")

    @property
    def first(self) -> str:
        return self.steps[0].name

    def step(self, name: str) -> Step:
        found = self._steps.get(name)
        if found is None:
            raise FlowError(f"flow {self.name} has no step {name}")
        return found

    def has(self, name: str) -> bool:
        return name in self._steps

    def field(self, name: str) -> Field:
        found = self._fields.get(name)
        if found is None:
            raise FlowError(f"flow {self.name} has no field {name}")
        return found

    def fingerprint(self) -> str:
        """Changes when steps, their inputs or the fields change; words do not count."""
        return self._fingerprint


def _digest(flow: Flow) -> str:
    shape = [
        flow.name,
        flow.hub,
        [[f.name, f.kind.__name__, f.after, f.optional, f.keep] for f in flow.fields],
        [
            [
                s.name,
                s.asks,
                s.after,
                s.back,
                s.when is not None,
                [[p.key, type(p).__name__, p.fields, p.targets] for p in s.parts],
            ]
            for s in flow.steps
        ],
    ]
    return hashlib.blake2b(repr(shape).encode(), digest_size=6).hexdigest()


class State(NamedTuple):
    """Where a person is in a flow. Plain data: it lives in a row and survives everything.

    A tuple, as every input makes a few: a frozen dataclass takes five times as long.
    """

    flow: str
    fingerprint: str
    step: str
    answers: Answers = _NOTHING
    #: The way here from the start, as (step, view); no step twice before the hub, nor after it.
    trail: tuple[tuple[str, Mapping[str, Json]], ...] = ()
    view: Mapping[str, Json] = _NOTHING
    #: Grows with every input that was carried out; buttons of another revision do nothing.
    revision: int = 1
    #: The buttons of the current screen by index: (label, part key, value, aliases).
    offered: tuple[tuple[str, str, Json, tuple[str, ...]], ...] = ()
    #: How many messages in a row were not understood.
    misses: int = 0
    #: How many times the person was nudged.
    nudges: int = 0
    #: When silence was last set to be noticed, in seconds since 1970; names the timer that may do so.
    nudge_at: int | None = None
    #: Fields whose answers the last input made impossible; they are asked again.
    dropped: tuple[str, ...] = ()
    #: What stood behind the facts when the answers were last checked (the catalogue's stamp).
    seen: Json = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """What came of an input."""

    state: State
    #: False: a stale or forged button; nothing happened.
    accepted: bool = True
    #: False: nobody knew what to do with the message.
    understood: bool = True
    denied: Refusal | Hint | None = None
    do: Do | None = None
    #: Fields that were filled from a message and must be shown before they count.
    echo: tuple[str, ...] = ()
    #: The button that a typed message was taken to mean.
    meant: str = ""
    #: The buttons it may have meant, when that is not sure enough to press one.
    unsure: tuple[str, ...] = ()
    #: What was chosen is no longer there.
    gone: bool = False
