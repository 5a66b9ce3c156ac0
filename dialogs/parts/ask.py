"""Parts that take what a person writes: text with limits, days."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dialogs.model import Deny, Hint, Json, Look, Offer, Outcome, Put, Scene
from dialogs.parts.base import BasePart, in_rows
from dialogs.understanding.deadlines import read_deadline
from dialogs.words import N_
from orders.deadlines import Deadline, check_deadline
from orders.refusal import Refusal

_REMOVE = N_("🗑 Leave it empty")
_PAST = N_("That day is over. The earliest possible is {earliest}.")
_NO_HURRY = N_(
    "No hurry is fine. Please still choose a day to plan for; the earliest is {earliest}."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText(BasePart):
    """Text, cleaned and checked by `check`. With `skip` (a msgid) the question may be passed over, and an answer
    taken back."""

    field: str
    check: Callable[[str], str | Refusal]
    skip: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        if self.skip is None:
            return ()
        label = scene.words.gettext(_REMOVE if scene.answers.get(self.field) else self.skip)
        return (
            (
                Offer(
                    label=label,
                    part=self.key,
                    value="skip",
                    aliases=("skip", "跳过", "没有", "不用"),
                ),
            ),
        )

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        return Put({self.field: ""})

    def said(self, scene: Scene, text: str) -> Outcome | None:
        checked = self.check(text)
        return Deny(checked) if isinstance(checked, Refusal) else Put({self.field: checked})


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar(BasePart):
    """A day: suggested ones, a month to leaf through, or typed. Needs the fact `dates`
    (`dialogs.parts.ask.Dates`)."""

    field: str
    dates: str = "dates"

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    @property
    def needs(self) -> tuple[str, ...]:
        return (self.dates,)

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        dates: Dates = scene.fact(self.dates)
        words = scene.words
        candidates = scene.view.get("candidates")
        if candidates:
            offers = [
                Offer(label=words.deadline(iso), part=self.key, value={"day": iso}, style="primary")
                for iso in candidates
            ]
            return [[offer] for offer in offers]
        month = _month(scene.view.get("month"), dates)
        if month is None:
            rows = in_rows(
                (
                    Offer(label=words.date(day), part=self.key, value={"day": day.isoformat()})
                    for day in dates.suggested
                ),
                2,
            )
            label = words.gettext("📅 Calendar")
            rows.append(
                [Offer(label=label, part=self.key, value={"month": dates.earliest.isoformat()[:7]})]
            )
            return rows
        return self._sheet(scene, dates, month)

    def _sheet(self, scene: Scene, dates: Dates, first: date) -> list[list[Offer]]:
        words = scene.words
        rows = [[Offer(label=words.weekday(n), part=self.key, value={"none": n}) for n in range(7)]]
        for week in calendar.Calendar().monthdatescalendar(first.year, first.month):
            line = []
            for day in week:
                free = day.month == first.month and dates.earliest <= day <= dates.latest
                label = str(day.day) if free else "·"
                value: Json = {"day": day.isoformat()} if free else {"none": day.isoformat()}
                line.append(Offer(label=label, part=self.key, value=value))
            rows.append(line)
        before, after = first - timedelta(days=1), first + timedelta(days=31)
        turn = []
        if before >= dates.earliest:
            turn.append(Offer(label="‹", part=self.key, value={"month": before.isoformat()[:7]}))
        turn.append(Offer(label=words.month(first), part=self.key, value={"month": None}))
        if after.replace(day=1) <= dates.latest:
            turn.append(Offer(label="›", part=self.key, value={"month": after.isoformat()[:7]}))
        return [*rows, turn]

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        if "month" in value:
            return Look({"month": value["month"], "candidates": None})
        if "none" in value:
            return Look()
        return self._take(scene, Deadline.from_iso(value["day"]))

    def said(self, scene: Scene, text: str) -> Outcome | None:
        reading = read_deadline(text, now=scene.now, zone=scene.zone)
        if len(reading.candidates) == 1:
            found = reading.candidates[0]
            return self._take(scene, Deadline(found.day, found.time), echo=True)
        if reading.candidates:
            return Look(
                {"candidates": [found.iso() for found in reading.candidates], "month": None}
            )
        dates: Dates = scene.fact(self.dates)
        if reading.past:
            return Deny(Hint(_PAST, {"earliest": dates.earliest}))
        if reading.explicit_none:
            return Deny(Hint(_NO_HURRY, {"earliest": dates.earliest}))
        return None

    def _take(self, scene: Scene, deadline: Deadline, *, echo: bool = False) -> Outcome:
        dates: Dates = scene.fact(self.dates)
        checked = check_deadline(deadline, scene.now.astimezone(scene.zone), dates.period_days)
        if isinstance(checked, Refusal):
            return Deny(checked)
        return Put({self.field: checked.iso()}, echo=echo)


def _month(value: Json, dates: Dates) -> date | None:
    """The first day of a month as a view remembers it; None for what is no month with a free day."""
    try:
        first = date.fromisoformat(f"{value}-01")
    except ValueError:
        return None
    return first if dates.earliest.replace(day=1) <= first <= dates.latest else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The fact a calendar needs: which days are possible."""

    suggested: tuple[date, ...]
    earliest: date
    latest: date
    period_days: int | None
