"""What a person sees of a flow: the text, picture and buttons of the current step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from dialogs import engine
from dialogs.content import Plain
from dialogs.declared import Flow
from dialogs.model import FactSource, Hint, Offer, State
from dialogs.wording import refusal_text
from dialogs.words import N_, Blanks, Words
from orders.refusal import Refusal
from orders.values import value

_NO_VIEW = Blanks()
DROPPED = N_("This no longer goes with what you said before, so I ask again.")


@value(kw_only=True)
class Screen:
    """One screen, in a person's words. `state` remembers its buttons."""

    state: State
    text: str
    #: Path or file id of the picture above the text, which is its caption then.
    picture: str | None
    #: Rows of buttons as they are stored, numbered as the state remembers them.
    buttons: Sequence[Sequence[Plain]]

    def content(self) -> Plain:
        """The `Content` that the chat is to show, as it is stored."""
        made: dict[str, Any] = {}
        if self.text:
            made["text"] = self.text
        if self.picture:
            made["media"] = {"kind": "photo", "asset": self.picture}
        if self.buttons:
            made["buttons"] = self.buttons
        return made


def render(
    flow: Flow,
    state: State,
    facts: FactSource,
    words: Words,
    now: datetime,
    *,
    notice: Refusal | Hint | str = "",
    echo: Sequence[str] = (),
) -> Screen:
    """The screen of the state's step. `notice` stands above it: a refusal or an already worded line."""
    state, rows = engine.look(flow, state, facts, words, now)
    step = flow.step(state.step)
    variables = {name: facts(name, state.answers, state.view) for name in step.needs}
    line = notice if isinstance(notice, str) else refusal_text(notice, words)
    if not line and step.asks is not None and step.asks in state.dropped:
        line = words.gettext(DROPPED)
    text = words.html(
        f"{flow.name}/{step.name}",
        answers=Blanks(state.answers),
        view=Blanks(state.view) if state.view else _NO_VIEW,
        notice=line,
        echo=tuple(echo),
        misses=state.misses,
        **variables,
    )
    picture = facts(step.picture, state.answers, state.view) if step.picture else None
    return Screen(
        state=state,
        text=text,
        picture=picture,
        buttons=_buttons(rows),
    )


def _buttons(rows: Sequence[Sequence[Offer]]) -> list[list[Plain]]:
    """Offers as buttons, numbered in order."""
    number = 0
    made = []
    for row in rows:
        line: list[Plain] = []
        for offer in row:
            if offer.style:
                line.append({"label": offer.label, "action": number, "style": offer.style})
            else:
                line.append({"label": offer.label, "action": number})
            number += 1
        made.append(line)
    return made
