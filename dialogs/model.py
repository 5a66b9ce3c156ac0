"""What goes into a flow and what comes of it, as values. How a flow is declared is in `dialogs.declared`, what it
means in `dialogs.engine`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from dialogs.content import ButtonStyle
from dialogs.words import Words
from orders.refusal import Refusal
from orders.values import value

if TYPE_CHECKING:
    from dialogs.declared import Step

#: Plain JSON data: what answers are made of.
Json = Any
Answers = Mapping[str, Json]
#: Never changed, as every mapping of a state.
_NOTHING: Answers = {}
#: Supplies a fact by name for the answers given so far: search results, free dates, a quote.
FactSource = Callable[[str, Answers, Mapping[str, Json]], Any]


class FlowError(Exception):
    """A flow's declaration does not hold together; the message names the step and what to mend."""


# -- what a person does ---------------------------------------------------------------------------------


@value()
class Press:
    """A button, named as the callback data names it."""

    revision: int
    index: int


@value()
class Said:
    """A typed message."""

    text: str


@value()
class Sent:
    """Files, with what was written below them. Each file is the JSON of `orders.brief.Attachment`."""

    files: tuple[Json, ...]
    caption: str = ""


Given = Press | Said | Sent


# -- what a step shows ----------------------------------------------------------------------------------


@value(kw_only=True)
class Option:
    """One thing to choose from, as a fact supplies it; the label is in the person's language."""

    value: Json
    label: str
    aliases: tuple[str, ...] = ()
    style: ButtonStyle = ""


@value(kw_only=True)
class Offer:
    """One button of a screen: `part` is who understands it, `value` what it then gets."""

    label: str
    part: str
    value: Json = None
    style: ButtonStyle = ""
    #: What else a person may type to mean it.
    aliases: tuple[str, ...] = ()


# -- what comes of it -----------------------------------------------------------------------------------


@value()
class Put:
    """Answers were given. Without `go` the next open question follows."""

    values: Mapping[str, Json]
    go: str | None = None
    #: What was typed had to be interpreted: the person is shown what was understood.
    echo: bool = False


@value()
class Look:
    """Another view of the same step: a page, a month."""

    view: Mapping[str, Json] = field(default_factory=dict)
    #: What was chosen has gone since the screen was made.
    gone: bool = False


@value()
class Go:
    """Another step, without an answer."""

    step: str
    view: Mapping[str, Json] = field(default_factory=dict)


@value()
class Next:
    """Go on with the next open question, or to the hub."""


@value()
class Back:
    """One step back along the path taken."""


@value()
class Hint:
    """What would work, in words of the dialog's own: a msgid and what fills it."""

    text: str
    params: Mapping[str, object] = field(default_factory=dict)


@value()
class Deny:
    """What was given cannot be taken, and what would work."""

    refusal: Refusal | Hint


@value()
class Do:
    """Something for the handler: confirm, change language, show an order."""

    name: str
    value: Json = None
    values: Mapping[str, Json] = field(default_factory=dict)


Outcome = Put | Look | Go | Next | Back | Deny | Do


@value()
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


@value(kw_only=True)
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


# -- where a person is ----------------------------------------------------------------------------------


#: The way to a screen, as (step, view).
Trail = tuple[tuple[str, Mapping[str, Json]], ...]


class State(NamedTuple):
    """Where a person is in a flow. Plain data: it lives in a row and survives everything.

    A tuple, as every input makes a few: a frozen dataclass takes five times as long.
    """

    flow: str
    fingerprint: str
    step: str
    answers: Answers = _NOTHING
    #: The way here from the start; no step twice before the hub, nor after it.
    trail: Trail = ()
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

    def offering(
        self, offered: tuple[tuple[str, str, Json, tuple[str, ...]], ...], revision: int
    ) -> State:
        """The same with these buttons. As `_replace` would have it, at half its price: each screen comes by."""
        before, behind = self[:6], self[8:]
        return State._make((*before, revision, offered, *behind))


@value(kw_only=True)
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
