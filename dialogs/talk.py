"""Talking with a flow without a chat app: what tests of a flow are written in.

talk = Talk(VISIT, facts, words, now)
talk.tap("Shop").say("next Friday").sees("Please check").tap("Send")
assert talk.did == "send"
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from dialogs import engine
from dialogs.declared import Flow
from dialogs.model import Advance, Answers, FactSource, Given, Hint, Json, Press, Said, Sent
from dialogs.screen import Screen, render
from dialogs.words import Words
from orders.refusal import Refusal


class Talk:
    """One person in a flow. `facts` is asked as the handlers ask theirs; `now` is aware."""

    def __init__(
        self,
        flow: Flow,
        facts: FactSource,
        words: Words,
        now: datetime,
        answers: Answers | None = None,
    ) -> None:
        self._flow, self._facts, self._words, self._now = flow, facts, words, now
        self.last: Advance | None = None
        self.screen: Screen = self._show(Advance(state=engine.begin(flow, facts, answers)))

    # -- what the person does -----------------------------------------------------------------------

    def say(self, text: str) -> Self:
        return self._give(Said(text))

    def tap(self, label: str) -> Self:
        """Tap the button whose label contains `label`. Raises AssertionError when no one button does."""
        found = [
            button["action"]
            for row in self.screen.buttons
            for button in row
            if label in button["label"] and "action" in button
        ]
        exact = [
            button["action"]
            for row in self.screen.buttons
            for button in row
            if label == button["label"] and "action" in button
        ]
        chosen = exact or found
        assert len(chosen) == 1, f"{len(chosen)} buttons with {label!r} on\n{self}"
        return self._give(Press(self.screen.state.revision, chosen[0]))

    def send(self, *files: Json, caption: str = "") -> Self:
        return self._give(Sent(files, caption))

    # -- what the person sees -----------------------------------------------------------------------

    def sees(self, *texts: str) -> Self:
        """Raises AssertionError unless every one of `texts` is in the text or on a button."""
        shown = str(self)
        for text in texts:
            assert text in shown, f"no {text!r} on\n{shown}"
        return self

    @property
    def step(self) -> str:
        return self.screen.state.step

    @property
    def answers(self) -> Answers:
        return self.screen.state.answers

    @property
    def buttons(self) -> list[list[str]]:
        return [[button["label"] for button in row] for row in self.screen.buttons]

    @property
    def did(self) -> str | None:
        """What the last input asked of the handlers."""
        return self.last.do.name if self.last is not None and self.last.do is not None else None

    def __str__(self) -> str:
        rows = (" ".join(f"[{label}]" for label in row) for row in self.buttons)
        return "\n".join((f"({self.step})", self.screen.text, *rows))

    # -- the shell around the engine ----------------------------------------------------------------

    def _give(self, given: Given) -> Self:
        made = engine.advance(
            self._flow, self.screen.state, given, self._facts, self._words, self._now
        )
        assert made.accepted, f"nothing happened on {given!r} at\n{self}"
        self.last = made
        self.screen = self._show(made)
        return self

    def _show(self, made: Advance) -> Screen:
        notice: Refusal | Hint | str = made.denied or ""
        echo: Sequence[str] = (made.meant,) if made.meant else made.echo
        return render(
            self._flow,
            made.state,
            self._facts,
            self._words,
            self._now,
            notice=notice,
            echo=[str(made.state.answers.get(name, name)) for name in echo],
        )
