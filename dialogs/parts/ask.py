"""Parts that take what a person writes or sends: text with limits, days, files."""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dialogs.model import Deny, Do, Json, Look, Next, Offer, Outcome, Put, Scene
from dialogs.parts.base import BasePart, in_rows
from dialogs.understanding.deadlines import read_deadline
from dialogs.understanding.words import read_word
from orders.brief import Attachment, check_attachment
from orders.deadlines import Deadline, check_deadline
from orders.refusal import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeText(BasePart):
    """Text, cleaned and checked by `check`. With `skip` (a msgid) the question may be passed over."""

    field: str
    check: Callable[[str], str | Refusal]
    skip: str | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        if self.skip is None or scene.answers.get(self.field):
            return ()
        label = scene.words.gettext(self.skip)
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
        if (
            self.skip is not None
            and read_word(text) in ("skip", "no")
            and not scene.answers.get(self.field)
        ):
            return Put({self.field: ""})
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
        month = scene.view.get("month")
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
        return self._month(scene, dates, str(month))

    def _month(self, scene: Scene, dates: Dates, month: str) -> list[list[Offer]]:
        words = scene.words
        year, number = int(month[:4]), int(month[5:7])
        rows = [[Offer(label=words.weekday(n), part=self.key, value={"none": n}) for n in range(7)]]
        for week in calendar.Calendar().monthdatescalendar(year, number):
            line = []
            for day in week:
                free = day.month == number and dates.earliest <= day <= dates.latest
                label = str(day.day) if free else "·"
                value: Json = {"day": day.isoformat()} if free else {"none": day.isoformat()}
                line.append(Offer(label=label, part=self.key, value=value))
            rows.append(line)
        first = date(year, number, 1)
        before, after = first - timedelta(days=1), first + timedelta(days=31)
        turn = []
        if before >= dates.earliest:
            turn.append(Offer(label="‹", part=self.key, value={"month": before.isoformat()[:7]}))
        turn.append(Offer(label=words.month(first), part=self.key, value={"month": month}))
        if after.replace(day=1) <= dates.latest:
            turn.append(Offer(label="›", part=self.key, value={"month": after.isoformat()[:7]}))
        return [*rows, turn]

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        if "month" in value:
            return Look({"month": value["month"], "candidates": None})
        if "none" in value:
            return Look({})
        return self._take(scene, Deadline.from_iso(value["day"]))

    def said(self, scene: Scene, text: str) -> Outcome | None:
        reading = read_deadline(text, now=scene.now, zone=scene.zone)
        if len(reading.candidates) == 1:
            found = reading.candidates[0]
            return self._take(scene, Deadline(found.day, found.time))
        if reading.candidates:
            return Look(
                {"candidates": [found.iso() for found in reading.candidates], "month": None}
            )
        return None

    def _take(self, scene: Scene, deadline: Deadline) -> Outcome:
        dates: Dates = scene.fact(self.dates)
        checked = check_deadline(deadline, scene.now.astimezone(scene.zone), dates.period_days)
        return Deny(checked) if isinstance(checked, Refusal) else Put({self.field: checked.iso()})


@dataclass(frozen=True, slots=True, kw_only=True)
class Dates:
    """The fact a calendar needs: which days are possible."""

    suggested: tuple[date, ...]
    earliest: date
    latest: date
    period_days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachments(BasePart):
    """Files, one after another or as an album, until the person is done."""

    field: str

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    def offers(self, scene: Scene) -> Sequence[Sequence[Offer]]:
        words, present = scene.words, scene.answers.get(self.field) or []
        label = words.gettext("✅ Done") if present else words.gettext("Nothing to attach")
        rows = [
            [
                Offer(
                    label=label,
                    part=self.key,
                    value="done",
                    aliases=("done", "好了", "skip", "跳过", "没有"),
                )
            ]
        ]
        if present:
            rows.append(
                [Offer(label=words.gettext("🗑 Remove the last one"), part=self.key, value="remove")]
            )
        return rows

    def press(self, scene: Scene, value: Json) -> Outcome | None:
        present = list(scene.answers.get(self.field) or [])
        if value == "remove":
            return Put({self.field: present[:-1]}, scene.step.name)
        return Put({self.field: present}) if self.field not in scene.answers else Next()

    def sent(self, scene: Scene, files: Sequence[Json], caption: str) -> Outcome | None:
        present = [Attachment(**item) for item in scene.answers.get(self.field) or []]
        added = list(scene.answers.get(self.field) or [])
        for item in files:
            checked = check_attachment(present, Attachment(**item))
            if isinstance(checked, Refusal):
                return Deny(checked)
            present.append(checked)
            added.append({name: getattr(checked, name) for name in Attachment.__slots__})
        return Put({self.field: added}, scene.step.name)


__all__ = ["Attachments", "Calendar", "Dates", "Do", "FreeText"]
