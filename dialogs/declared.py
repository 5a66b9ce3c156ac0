"""How a flow is declared: its fields, its steps, and the flow that holds them together."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

from dialogs.model import Answers, FactSource, FlowError, Json, Part, Reading, Scene
from dialogs.words import N_


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
    #: Fields that others come after.
    _leading: frozenset[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._check_fields()
        self._check_steps()
        object.__setattr__(self, "_steps", {step.name: step for step in self.steps})
        object.__setattr__(self, "_fields", {f.name: f for f in self.fields})
        object.__setattr__(self, "_fingerprint", _digest(self))
        object.__setattr__(self, "_leading", frozenset(n for f in self.fields for n in f.after))

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

    def leads(self, changed: Collection[str]) -> bool:
        """Whether another field comes after one of these."""
        return not self._leading.isdisjoint(changed)

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
