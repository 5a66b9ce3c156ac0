"""What is seen of a brief that waits for a person: by the customer on the card, by staff on the announcement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dialogs.content import Button, ButtonStyle
from dialogs.words import N_, Words
from handlers.turn import Turn
from orders.lifecycle import State
from orders.money import Money
from storage import vetting
from storage.records import Order
from storage.working import Vetting

#: Why staff refuse a brief: key, and what the customer reads (a msgid).
REASONS: Mapping[str, str] = {
    "fake": N_("Bought likes, followers, plays or reviews are not something we offer."),
    "law": N_("What the brief asks for is against the law or the platforms' rules."),
    "licence": N_("What the brief advertises needs a licence that we could not check."),
    "field": N_("What the brief asks for is not something we can do well."),
    "unclear": N_("We could not find out what is to be made."),
    "other": N_("What the brief asks for is not something we offer."),
}
#: The same on staff's buttons.
REASON_LABELS: Mapping[str, str] = {
    "fake": N_("Fake engagement"),
    "law": N_("Against law or rules"),
    "licence": N_("Needs a licence"),
    "field": N_("Not our field"),
    "unclear": N_("Remained unclear"),
    "other": N_("Another reason"),
}
#: Questions staff can ask with one tap, in the customer's language; and their buttons.
QUESTIONS: Mapping[str, str] = {
    "what": N_("What exactly should we make, and what should come out of it for you?"),
    "real": N_(
        "Do we understand you rightly that you want real work for real customers? Likes, followers, plays and reviews that are bought are not something we offer."
    ),
    "licence": N_(
        "Does what you advertise need a licence or permit, and do you have it? A photo of it is enough."
    ),
}
QUESTION_LABELS: Mapping[str, str] = {
    "what": N_("What exactly is wanted?"),
    "real": N_("Is it real work?"),
    "licence": N_("Is there a licence?"),
}
#: Rules that come with the program, and why the customer is refused then.
_WHY = {
    "fake_engagement_zh": "fake",
    "fake_engagement_zh_phrase": "fake",
    "fake_engagement_en": "fake",
    "illegal": "law",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewView:
    """A review in words, ready for templates."""

    #: [rule, where, found] each.
    reasons: tuple[tuple[str, str, str], ...]
    #: The rules alone would refuse it.
    severe: bool
    due: datetime | None
    overdue: bool
    hurried: datetime | None
    asked: datetime | None
    answered: datetime | None
    question: str
    answer: str
    place: int
    length: int


def why(reasons: list[Any]) -> str:
    """Why the rules refuse, as a key of `REASONS`."""
    keys = {_WHY.get(str(rule), "other") for rule, tier, *_ in reasons if tier == "refuse"}
    return keys.pop() if len(keys) == 1 else "other"


def view(turn: Turn, row: Vetting, words: Words) -> ReviewView:
    place, length = vetting.place(turn.work.session, row)
    return ReviewView(
        reasons=tuple(
            (rule, where, found_text(found, words)) for rule, _, where, found in row.reasons
        ),
        severe=any(tier == "refuse" for _, tier, *_ in row.reasons),
        due=row.due_at,
        overdue=row.due_at is not None and row.due_at <= turn.now and not asking(row),
        hurried=row.hurried_at,
        asked=row.asked_at,
        answered=row.answered_at,
        question=row.question,
        answer=row.answer,
        place=place,
        length=length,
    )


def found_text(found: str, words: Words) -> str:
    """An amount is found in minor units."""
    number, _, currency = found.partition(" ")
    if number.isascii() and number.isdigit() and currency.isascii() and currency.isupper():
        return words.money(Money(int(number), currency))
    return found


def asking(row: Vetting) -> bool:
    """Whether the customer has to answer first."""
    return row.asked_at is not None and row.answered_at is None


def of(turn: Turn, order: Order, words: Words) -> ReviewView | None:
    """The review an order waits for."""
    if order.state != State.AWAITING_REVIEW:
        return None
    row = vetting.open_of(turn.work.session, order)
    return None if row is None else view(turn, row, words)


# -- the customer's card --------------------------------------------------------------------------------------


def next_event(turn: Turn, order: Order, words: Words) -> str:
    """What the customer reads: honest about the queue, and about a promise that was not kept."""
    seen = of(turn, order, words)
    if seen is None or seen.due is None:
        return words.gettext("we look at your brief")
    if seen.asked and not seen.answered:
        return words.gettext("your answer to our question; then we look at your brief again")
    if seen.overdue:
        text = words.gettext(
            "we look at your brief; that takes longer than promised, sorry (number {n} of {of})",
            n=seen.place,
            of=seen.length,
        )
    else:
        text = words.gettext(
            "we look at your brief, by {when} (number {n} of {of} in the queue)",
            when=words.moment(seen.due),
            n=seen.place,
            of=seen.length,
        )
    return text


def card_actions(turn: Turn, order: Order) -> list[tuple[str, str, Any]]:
    """(label, action, style) of the customer's buttons while the brief is looked at."""
    row = vetting.open_of(turn.work.session, order)
    if row is None:
        return []
    if asking(row):
        return [(N_("💬 Answer"), "vetting.answer", "primary")]
    return [] if row.hurried_at is not None else [(N_("⏩ Please hurry"), "vetting.hurry", "")]


# -- the staff's announcement ---------------------------------------------------------------------------------


def staff_buttons(
    order: Order, words: Words, mode: str = ""
) -> tuple[tuple[tuple[Button, ...], ...], list[tuple[str, Any]]]:
    """The buttons below the brief in the staff chat. `mode`: ask or refuse, once that was tapped."""
    value = {"order": order.id}
    made: list[list[tuple[str, ButtonStyle, str, dict[str, Any]]]]
    back = [(N_("‹ Back"), "", "vetting.mode", {**value, "mode": ""})]
    match mode:
        case "ask":
            made = [
                [(label, "", "vetting.ask", {**value, "question": key})]
                for key, label in QUESTION_LABELS.items()
            ]
            made.append([(N_("✍️ In my own words"), "", "vetting.ask_own", value)])
            made.append(back)  # type: ignore[arg-type]
        case "refuse":
            made = [
                [(label, "danger", "vetting.refuse", {**value, "why": key})]
                for key, label in REASON_LABELS.items()
            ]
            made.append(back)  # type: ignore[arg-type]
        case _:
            made = [
                [
                    (N_("✅ Clear it"), "success", "vetting.clear", value),
                    (
                        N_("✖️ Refuse, with refund"),
                        "danger",
                        "vetting.mode",
                        {**value, "mode": "refuse"},
                    ),
                ],
                [(N_("❓ Ask the customer"), "", "vetting.mode", {**value, "mode": "ask"})],
            ]
    rows: list[tuple[Button, ...]] = []
    actions: list[tuple[str, Any]] = []
    for line in made:
        row = []
        for label, style, action, told in line:
            row.append(Button(label=words.gettext(label), action=len(actions), style=style))
            actions.append((action, told))
        rows.append(tuple(row))
    return tuple(rows), actions


def refusal_words(turn: Turn, order: Order, words: Words) -> str:
    """Why the brief was refused, as the customer reads it."""
    row = vetting.of_order(turn.work.session, order)
    return words.gettext(REASONS.get(row.why if row else "", REASONS["other"]))
