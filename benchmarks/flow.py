"""The script as a flow of ours: ten questions, one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from jinja2 import ChoiceLoader, DictLoader

from benchmarks.script import CHOICES, STEPS, TAPPED
from dialogs import words
from dialogs.declared import Field, Flow, Step
from dialogs.flows import FLOWS
from dialogs.model import Json, Offer, Option, Outcome, Put, Scene
from dialogs.parts import FreeText
from dialogs.parts.base import BasePart, in_rows
from handlers import dialog
from handlers.dispatch import handle
from handlers.events import MessageEvent
from handlers.turn import Turn

NAME = "bench"
#: What starts the flow; everything else goes the usual way.
COMMAND = "/begin"
OPTIONS = tuple(Option(value=text, label=text) for text in CHOICES)


class Pick(BasePart):
    """One of four buttons, as `dialogs.parts.Choice`, with options that no catalogue supplies."""

    __slots__ = ()

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.key,)

    def offers(self, scene: Scene) -> list[list[Offer]]:
        return in_rows((Offer(label=o.label, part=self.key, value=o.value) for o in OPTIONS), 1)

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        return Put({self.key: value})


def _step(number: int) -> Step:
    key = f"q{number}"
    part = Pick(key=key) if TAPPED[number] else FreeText(key=key, field=key, check=str)
    return Step(name=key, asks=key, parts=(part,), back=False)


FLOW = Flow(
    name=NAME,
    fields=tuple(Field(name=f"q{number}") for number in range(STEPS)),
    steps=(*(_step(number) for number in range(STEPS)), Step(name="done", back=False)),
    hub="done",
)


def _template(number: int) -> str:
    last = f"answers.q{number - 1}" if number else "'nothing'"
    return (
        '{% if notice or echo %}{% include "head.html" %}{% endif %}\n'
        f"<b>{{% trans n={number + 1}, m={STEPS} %}}Question {{{{ n }}}} of {{{{ m }}}}{{% endtrans %}}</b>\n"
        f"{{% trans last={last} %}}So far: {{{{ last }}}}{{% endtrans %}}\n"
        "{% trans %}Please answer.{% endtrans %}\n"
    )


TEMPLATES = {
    **{f"{NAME}/q{number}.html": _template(number) for number in range(STEPS)},
    f"{NAME}/done.html": _template(STEPS),
}


@contextmanager
def known() -> Iterator[None]:
    """The flow among the others, and its templates among theirs."""
    environment = words.environment("en")
    before = environment.loader
    assert before is not None
    environment.loader = ChoiceLoader([before, DictLoader(TEMPLATES)])
    try:
        with patch.dict(FLOWS, {NAME: FLOW}):
            yield
    finally:
        environment.loader = before


def react(turn: Turn) -> None:
    """`handlers.dispatch.handle`, with one command more."""
    event = turn.event
    if isinstance(event, MessageEvent) and event.text == COMMAND:
        turn.known(event.sender)
        dialog.open_flow(turn, NAME)
        dialog.show(turn, anew=True)
        return
    handle(turn)
