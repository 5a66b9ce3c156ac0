"""What takes several steps one after the other, such as handing over a delivery: chance alone seldom gets there.

Somebody who is on an errand mostly goes on with it, while everybody else does what comes to mind. Where the next
button is not there, the errand is given up.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from dialogs.words import translations
from tests.simulation.telegram import Message

#: A press of the newest button with one of these msgids, or with a sign that is the same in every language.
Press = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Say:
    """Something typed; where the language matters, in Chinese too."""

    text: str
    zh: str = ""

    def to(self, language: str) -> str:
        return self.zh if self.zh and language == "zh" else self.text


Step = Press | Say

#: Signs that are no msgids.
SIGNS = frozenset({"%", "60 %", "60%", "5", "✅ +", "5 days", "🕊", "⭐⭐⭐⭐⭐"})

#: By who goes on them: the specialist, customers, staff.
MAKERS: tuple[tuple[Step, ...], ...] = (
    (("✅ Accept",),),
    (("✖️ Decline this order",),),
    (
        ("📦 Deliver",),
        Say("All of it: https://example.com/film"),
        ("☑️ Tick them all",),
        ("👀 Preview",),
        ("✅ Send to the customer",),
    ),
    (("📈 Report",), Say("The first cut is done"), ("60 %", "60%"), ("Skip",)),
    (("❓ Ask, and stop the clock",), Say("Which of the two logos?")),
    (
        ("✖️ Cancel by agreement",),
        ("I cannot do it in time",),
        ("%",),
        ("✅ Propose it",),
    ),
    (("✅ Agree", "✖️ No, go on with the work"),),
    (("✅ +", "✖️ Not possible"),),
    (("💬 Answer",), Say("It is as the brief says")),
)
CUSTOMERS: tuple[tuple[Step, ...], ...] = (
    (("✅ Accept it",), ("5", "⭐⭐⭐⭐⭐")),
    (("🔁 Ask for changes",), Say("The logo is too small"), Say("in 5 days", "5天后")),
    (("⏳ I need more time",),),
    (("⚠️ Something is wrong",),),
    (("✖️ Cancel order",), ("Yes, cancel it",)),
    (
        ("✖️ Cancel order",),
        ("It takes too long",),
        ("%",),
        ("✅ Propose it", "✅ Propose it, my part as store credit"),
    ),
    (("✖️ Cancel, full refund",), ("Yes, cancel it",)),
    (("✅ Agree", "✅ Agree, my part as store credit", "✖️ No, go on with the work"),),
    (
        ("⚖️ Open a dispute",),
        ("It is not what was agreed",),
        ("Full refund",),
        ("⏭ Nothing to add",),
        ("⚖️ Open the dispute",),
    ),
    (("🕊",),),
    (("✅ Accept and get the invoice", "✅ Accept", "✖️ Leave the order as it is"),),
    (("🔁 Bring it back",), ("✅ Confirm and get the invoice",)),
    (("🔁 Order again",), ("✅ Confirm and get the invoice",)),
    (("💬 Answer",), Say("The round one, please")),
)
#: Staff are written to in English, whoever they are; a decision has reasons in both languages.
_REASONS: tuple[Step, ...] = (
    ("A part of the work can be used.",),
    Say("/reason zh 文字部分可用，标志部分不可用。"),
    Say("/reason en The text can be used, the logo cannot."),
    ("⚖️ Decide so",),
)
STAFF: tuple[tuple[Step, ...], ...] = (
    (("✋ I decide",), ("⚖️ Write the decision",), ("The work counts as done",), *_REASONS),
    (("✋ I decide",), ("⚖️ Write the decision",), ("Full refund",), *_REASONS),
    (("✖️ Refuse, with refund",), ("Needs a licence",)),
    (("✅ Clear it",),),
    (("5 days", "✖️ Leave it completed"),),
)


@dataclass
class Errand:
    """Somebody on their way: what is still to be done."""

    who: int
    chat: int
    steps: list[Step]


def begin(
    chance: random.Random,
    who: int,
    known: tuple[tuple[Step, ...], ...],
    messages: dict[int, Message],
    language: str,
    chat: int | None = None,
) -> Errand | None:
    """One of the errands whose first button is there, in a chat that may be a group's."""
    open_to = [
        steps
        for steps in known
        if not isinstance(steps[0], Say) and found(steps[0], messages, language)
    ]
    if not open_to:
        return None
    return Errand(who, who if chat is None else chat, list(chance.choice(open_to)))


def found(
    step: Press, messages: dict[int, Message], language: str
) -> list[tuple[Message, str, str]]:
    """The newest message with such buttons: message, label and data of each."""
    words = translations(language)
    wanted = [words.gettext(msgid) for msgid in step]
    for message in reversed(messages.values()):
        fitting = [
            (message, label, data)
            for label, data in message.buttons
            if any(text in label for text in wanted)
        ]
        if fitting:
            return fitting
    return []
