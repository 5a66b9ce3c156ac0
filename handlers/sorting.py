"""What a message of the provider's is, in an order's context: a report, a message, or the delivery."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.words import N_
from handlers import context, progress, relaying
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.figures import read_figures
from orders.lifecycle import State
from storage import relaying as stored
from storage.records import Order
from storage.serial import plain, typed

#: What a message looks like is told from how soon a report is due.
SOON = timedelta(hours=12)


def sort_out(turn: Turn, order: Order) -> None:
    """A provider wrote in an order's context: a report, a message, or a question which of them."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    asked = _asked(turn, order, event)
    if asked is not None:
        _ask_which(turn, order, [*asked, event], event)
        return
    match reads_as(turn, order, event):
        case "report":
            progress.add(turn, order, [event])
        case "message":
            relaying.pass_on(turn, order)
        case _:
            _ask_which(turn, order, [event], event)


def reads_as(turn: Turn, order: Order, event: MessageEvent) -> str:
    """report, message or unclear. Only what could be a report is asked about; an answer to a message is none."""
    if order.state not in (State.IN_PROGRESS, State.IN_REVISION):
        return "message"
    if event.reply_to is not None:
        if stored.relay_of(turn.work, event.chat.id, event.reply_to) is not None:
            return "message"
        asked = turn.work.surface(event.chat.id, "notice", progress.due_subject(order))
        if asked is not None and asked.message_id == event.reply_to:
            return "report"
    if any(file.kind in ("voice", "sticker", "video_note") for file in event.files):
        return "message"
    works = any(file.kind in ("photo", "document", "video") for file in event.files)
    if order.state == State.IN_REVISION:
        # Nothing is reported on now, but files may be what is to be handed over.
        return "unclear" if works else "message"
    due = order.next_report_at is not None and order.next_report_at <= turn.now + SOON
    drafted = stored.draft_report(turn.work.session, order) is not None
    figures, _ = read_figures(event.text)
    if (event.files and event.text.strip()) or figures:
        return "report" if due or drafted else "unclear"
    if drafted and event.files:
        return "report"
    if any(file.kind in ("document", "video") for file in event.files):
        return "unclear"
    return "unclear" if due else "message"


def _which_subject(order: Order, event: MessageEvent) -> str:
    return f"which:{order.id}:{event.album or event.message_id}"[:64]


def _asked(turn: Turn, order: Order, event: MessageEvent) -> list[MessageEvent] | None:
    """The earlier parts of an album that we have asked about; None when we have not."""
    if event.album is None:
        return None
    surface = turn.work.surface(event.chat.id, "notice", _which_subject(order, event))
    if surface is None or not surface.actions:
        return None
    return events_of(surface.actions[0][1])


def events_of(value: Mapping[str, Any]) -> list[MessageEvent]:
    return [typed(MessageEvent, given) for given in value["events"]]


def _ask_which(
    turn: Turn, order: Order, events: Sequence[MessageEvent], event: MessageEvent
) -> None:
    """Report, message or delivery? A button each; what was sent waits with them."""
    words = turn.words()
    subject = _which_subject(order, event)
    value = {"order": order.id, "which": subject, "events": [plain(one) for one in events]}
    ways: list[tuple[str, str]] = []
    if order.state == State.IN_PROGRESS:
        ways.append((N_("📈 As a report"), "report.as_report"))
    ways.append((N_("✉️ As a message"), "report.as_message"))
    if any(one.files for one in events):
        ways.append((N_("📦 As the delivery"), "delivery.as_delivery"))
    labels = [Button(label=words.gettext(label), action=n) for n, (label, _) in enumerate(ways)]
    rows = (tuple(labels),) if len(labels) < 3 else (tuple(labels[:2]), (labels[2],))
    turn.work.show(
        event.chat.id,
        "notice",
        subject,
        Content(
            text=words.html("report/which", number=order.number),
            buttons=rows,
            reply_to=events[0].message_id,
        ),
        [(action, value) for _, action in ways],
        anew=len(events) == 1,
        label="report/which",
        order_id=order.id,
    )


def on_which(turn: Turn, value: Mapping[str, Any], *, report: bool) -> None:
    """One of the two buttons: the question goes, what was sent takes its way."""
    order = progress.mine(turn, value)
    if order is None:
        return
    events = events_of(value)
    turn.work.show(turn.person.user_id, "notice", str(value["which"]), None, label="report/which")
    if report:
        progress.add(turn, order, events)
        return
    for event in events:
        relaying.pass_on(turn, order, event)
    if events[-1].album is not None:
        context.keep_album(turn, order, events[-1].album, "message")
