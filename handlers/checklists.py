"""What a delivery is made of, and its checklist, in words."""

from __future__ import annotations

from dialogs.words import Words, short
from handlers.turn import Turn
from orders.checklist import checklist, deliverable
from storage import orders
from storage.records import Order
from storage.working import Delivery

#: What can be handed over; the rest (stickers, round videos …) is sent as a file.
KINDS = ("photo", "document", "video", "voice")
_ITEM = 160


def keys_of(turn: Turn, order: Order, *, changes: bool) -> tuple[str, ...]:
    """What the next delivery of this order is checked against."""
    session = turn.work.session
    plan = orders.service_of(session, order).plan(order.plan)
    return checklist(plan, orders.brief_of(session, order), changes=changes)


def lines_of(
    turn: Turn, order: Order, delivery: Delivery, words: Words, *, wanted: str = ""
) -> list[tuple[str, bool]]:
    """(text, ticked) of each item in that language."""
    session = turn.work.session
    plan = orders.service_of(session, order).plan(order.plan)
    brief = orders.brief_of(session, order)
    made = []
    for key, done in delivery.checklist:
        match key:
            case "changes":
                text = words.gettext("The changes you were asked for: “{wanted}”", wanted=wanted)
            case "agreed":
                text = words.gettext("Everything that was agreed in the quote")
            case "goal":
                text = words.gettext("It serves the goal: “{goal}”", goal=brief.goal)
            case "requirements":
                text = words.gettext(
                    "The requirements are met: “{requirements}”", requirements=brief.requirements
                )
            case _:
                text = deliverable(plan, key, words.language)
        made.append((short(" ".join(text.split()), _ITEM), bool(done)))
    return made


def items_of(delivery: Delivery, words: Words) -> list[str]:
    """What is handed over, in a few words: "3 photos", "report.pdf", a link; one link when the note names it."""
    counts = dict.fromkeys((*KINDS, "link"), 0)
    named: list[str] = []
    for item in delivery.artefacts:
        kind = str(item["kind"])
        if kind == "link" and str(item["url"]) not in delivery.note:
            named.append(str(item["url"]))
        elif item.get("name"):
            named.append(str(item["name"]))
        else:
            counts[kind] += 1
    made = []
    if counts["photo"]:
        made.append(words.ngettext("{n} photo", "{n} photos", counts["photo"]))
    if counts["video"]:
        made.append(words.ngettext("{n} video", "{n} videos", counts["video"]))
    if counts["document"]:
        made.append(words.ngettext("{n} document", "{n} documents", counts["document"]))
    if counts["voice"]:
        made.append(words.ngettext("{n} voice message", "{n} voice messages", counts["voice"]))
    if counts["link"]:
        made.append(words.ngettext("{n} link", "{n} links", counts["link"]))
    return made + named
