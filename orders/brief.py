"""The brief: what an order is for and by when, and the checks of each of its parts.

A check returns the cleaned value, or a Refusal whose parameters say what would work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from orders.cards import find_card_numbers, mask_cards
from orders.deadlines import (
    Deadline,
    check_deadline,
    earliest_delivery,
    latest_deadline,
    suggested_deadlines,
)
from orders.money import Money
from orders.refusal import Refusal, refuse
from orders.text import clean_line, clean_text, has_words

__all__ = [
    "Attachment",
    "AttachmentKind",
    "Brief",
    "Deadline",
    "check_attachment",
    "check_attachments",
    "check_deadline",
    "check_goal",
    "check_notes",
    "check_requirements",
    "earliest_delivery",
    "find_card_numbers",
    "latest_deadline",
    "mask_cards",
    "missing",
    "suggested_deadlines",
]

#: Characters. Four are a sentence in Chinese (推广新品). All three together fit into one message.
GOAL_MIN, GOAL_MAX = 4, 500
REQUIREMENTS_MAX = 1500
NOTES_MAX = 800
NAME_MAX = 120
ATTACHMENTS_MAX = 10
#: A bot can download no more than 20 MB (Telegram Bot API: getFile).
ATTACHMENT_MAX_BYTES = 20 * 1024 * 1024


class AttachmentKind(StrEnum):
    """What Telegram calls the kinds of files a brief may hold."""

    PHOTO = "photo"
    DOCUMENT = "document"
    VOICE = "voice"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in Telegram's keeping; `file_unique_id` is the same for every copy of it."""

    kind: str
    file_id: str
    file_unique_id: str
    name: str = ""
    size_bytes: int = 0
    mime: str = ""


@dataclass(frozen=True, slots=True)
class Brief:
    """What the customer wants. Empty strings: nothing was said."""

    goal: str
    deadline: Deadline | None = None
    requirements: str = ""
    notes: str = ""
    attachments: tuple[Attachment, ...] = field(default=())
    budget: Money | None = None


def check_goal(text: str) -> str | Refusal:
    """The goal: words, GOAL_MIN to GOAL_MAX characters after cleaning, no card number."""
    goal = clean_text(text)
    if not has_words(goal):
        return refuse("goal_no_words")
    if len(goal) < GOAL_MIN:
        return refuse("goal_too_short", minimum=GOAL_MIN, length=len(goal))
    if len(goal) > GOAL_MAX:
        return refuse("goal_too_long", maximum=GOAL_MAX, length=len(goal))
    return refuse("card_number") if find_card_numbers(goal) else goal


def check_requirements(text: str) -> str | Refusal:
    """The requirements: up to REQUIREMENTS_MAX characters; may be one word, but not nothing."""
    requirements = clean_text(text)
    if not requirements:
        return refuse("requirements_empty")
    if len(requirements) > REQUIREMENTS_MAX:
        return refuse("requirements_too_long", maximum=REQUIREMENTS_MAX, length=len(requirements))
    return refuse("card_number") if find_card_numbers(requirements) else requirements


def check_notes(text: str) -> str | Refusal:
    """The notes: up to NOTES_MAX characters, but not nothing."""
    notes = clean_text(text)
    if not notes:
        return refuse("notes_empty")
    if len(notes) > NOTES_MAX:
        return refuse("notes_too_long", maximum=NOTES_MAX, length=len(notes))
    return refuse("card_number") if find_card_numbers(notes) else notes


def check_attachment(present: Sequence[Attachment], new: Attachment) -> Attachment | Refusal:
    """One more attachment beside those present; its name is cleaned and shortened."""
    if new.kind not in tuple(AttachmentKind):
        return refuse("attachment_kind", kind=new.kind, allowed=tuple(AttachmentKind))
    if new.size_bytes > ATTACHMENT_MAX_BYTES:
        return refuse(
            "attachment_too_big", maximum_mb=ATTACHMENT_MAX_BYTES // 1024**2, name=_name(new.name)
        )
    if any(attachment.file_unique_id == new.file_unique_id for attachment in present):
        return refuse("attachment_twice", name=_name(new.name))
    if len(present) >= ATTACHMENTS_MAX:
        return refuse("attachments_too_many", maximum=ATTACHMENTS_MAX)
    return Attachment(
        new.kind, new.file_id, new.file_unique_id, _name(new.name), new.size_bytes, new.mime
    )


def check_attachments(attachments: Sequence[Attachment]) -> tuple[Attachment, ...] | Refusal:
    """All attachments of a brief, in order; the first that cannot stay decides."""
    checked: tuple[Attachment, ...] = ()
    for attachment in attachments:
        result = check_attachment(checked, attachment)
        if isinstance(result, Refusal):
            return result
        checked = (*checked, result)
    return checked


def missing(brief: Brief) -> tuple[str, ...]:
    """The obligatory parts that are not there yet, in the order they are asked."""
    return tuple(
        name
        for name, present in (("goal", bool(brief.goal)), ("deadline", brief.deadline is not None))
        if not present
    )


def _name(name: str) -> str:
    line = clean_line(name.replace("\\", "/").rpartition("/")[2])
    if len(line) <= NAME_MAX:
        return line
    stem, dot, ending = line.rpartition(".")
    if not dot or len(ending) > 10:
        return line[:NAME_MAX]
    return f"{stem[: NAME_MAX - len(ending) - 2]}….{ending}"[:NAME_MAX]
