"""Files, one after another or as an album."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from dialogs.model import Answers, Deny, FactSource, Json, Next, Offer, Outcome, Put, Scene
from dialogs.parts.base import BasePart
from orders.brief import Attachment, check_attachment
from orders.refusal import Refusal


def readable_files(value: Json, answers: Answers, facts: FactSource) -> bool:
    """For `Field.holds`: whether stored files are still what an attachment is made of."""
    return all(Attachment(**item) for item in value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachments(BasePart):
    """Files until the person is done. What is written below a file goes to the field `caption`, checked by
    `check`."""

    field: str
    caption: str | None = None
    check: Callable[[str], str | Refusal] | None = None

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,) if self.caption is None else (self.field, self.caption)

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
        added = list(scene.answers.get(self.field) or [])
        present = [Attachment(**item) for item in added]
        for item in files:
            checked = check_attachment(present, Attachment(**item))
            if isinstance(checked, Refusal):
                return Deny(checked)
            present.append(checked)
            added.append(asdict(checked))
        values: dict[str, Json] = {self.field: added}
        if self.caption is not None and self.check is not None and caption.strip():
            before = scene.answers.get(self.caption) or ""
            noted = self.check(f"{before}\n{caption}")
            if isinstance(noted, Refusal):
                return Deny(noted)
            values[self.caption] = noted
        return Put(values, scene.step.name)
