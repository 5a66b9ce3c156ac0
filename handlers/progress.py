"""Progress reports: put together from what a provider sends, finished by a few taps, shown to the customer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.understanding.deadlines import read_deadline
from dialogs.wording import refusal_text
from dialogs.words import N_, Words
from handlers import context, moving, relaying, reports
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.figures import MOST, read_figures
from orders.lifecycle import Actor, State
from orders.refusal import Refusal
from storage import orders
from storage import relaying as stored
from storage.records import Order
from storage.working import Report

PERCENTS = (10, 20, 30, 40, 50, 60, 70, 80, 90, 100)
#: Days from today that the next step may be ready: offered as buttons.
DAYS = (1, 2, 3, 7)
TEXT_MOST = 3000
STEP_MOST = 300


def mine(turn: Turn, value: Mapping[str, Any]) -> Order | None:
    order = turn.work.session.get(Order, int(value["order"]))
    if order is None or not context.is_provider(order, turn.person):
        turn.toast(N_("This button is no longer in use."))
        return None
    return order


# -- putting it together --------------------------------------------------------------------------------------


def on_start(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "📈 Report": the next message is one."""
    order = mine(turn, value)
    if order is None:
        return
    if order.state != State.IN_PROGRESS:
        turn.toast(N_("There is nothing to report at this stage."), alert=True)
        return
    context.want(turn, order, "report")
    turn.say(turn.person, "report/prompt", number=order.number, order_id=order.id)


def on_wished(turn: Turn, wish: Wish) -> None:
    """What "📈 Report" asked for."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    if not event.text.strip() and not event.files:
        turn.say(turn.person, "told/file_kind")
        return
    context.fulfilled(turn)
    add(turn, wish.order, [event])


def add(turn: Turn, order: Order, events: Sequence[MessageEvent]) -> None:
    """Make a draft of these messages, or add them to the one there is, and ask what is still to be known."""
    session = turn.work.session
    draft = stored.draft_report(session, order)
    asked = draft is not None
    if draft is None:
        draft = Report(
            order_id=order.id,
            n=len(stored.reports_of(session, order)) + 1,
            state="draft",
            text="",
            next_step="",
            next_on=None,
            percent=order.percent,
            files=[],
            figures={},
            at=turn.now,
            liked_at=None,
        )
        session.add(draft)
    for event in events:
        text, _ = relaying.covered_text(turn, event.text)
        figures, rest = read_figures(text)
        draft.figures = dict([*draft.figures.items(), *figures.items()][:MOST])
        draft.text = "\n".join(part for part in (draft.text, rest) if part)[:TEXT_MOST]
        draft.files = [*draft.files, *(asdict(file) for file in event.files)][:10]
    session.flush()
    album = events[-1].album
    if album is not None:
        context.keep_album(turn, order, album, "report")
    show_draft(turn, order, draft, "percent", anew=not asked)


def draft_subject(order: Order) -> str:
    return f"draft:{order.id}"


def due_subject(order: Order) -> str:
    return f"report_due:{order.id}"


def show_draft(
    turn: Turn, order: Order, draft: Report, step: str, *, anew: bool = False, notice: str = ""
) -> None:
    """The draft in the provider's chat with one question: percent, next, day; or "sent", with none."""
    assert order.provider_id is not None
    provider = orders.person_by_id(turn.work.session, order.provider_id)
    words = turn.words(provider.language)
    rows, actions = _questions(turn, order, draft, step, words)
    turn.work.show(
        provider.user_id,
        "notice",
        draft_subject(order),
        Content(
            text=words.html(
                "report/draft",
                number=order.number,
                report=draft,
                figures=[(name, words.number(value)) for name, value in draft.figures.items()],
                step=step,
                notice=notice,
                next_report_at=order.next_report_at,
            ),
            buttons=rows,
        ),
        actions,
        anew=anew,
        label="report/draft",
        order_id=order.id,
    )


def _questions(
    turn: Turn, order: Order, draft: Report, step: str, words: Words
) -> tuple[tuple[tuple[Button, ...], ...], list[tuple[str, Any]]]:
    """Rows of buttons of a step, and what they do."""
    value = {"order": order.id, "report": draft.id}
    actions: list[tuple[str, Any]] = []
    rows: list[tuple[Button, ...]] = []

    def button(label: str, action: str, style: Any = "", **more: Any) -> Button:
        actions.append((action, {**value, **more}))
        return Button(label=label, action=len(actions) - 1, style=style)

    if step == "percent":
        labels = [button(words.percent(n), "report.percent", percent=n) for n in PERCENTS]
        rows += [tuple(labels[:5]), tuple(labels[5:])]
        if order.percent and order.percent not in PERCENTS:
            kept = words.gettext("Still {percent} %", percent=order.percent)
            rows.append((button(kept, "report.percent", percent=order.percent),))
    elif step == "next":
        rows.append((button(words.gettext("Skip"), "report.next"),))
    elif step == "day":
        today = words.today
        days = [today + timedelta(days=ahead) for ahead in DAYS]
        labels = [button(words.date(day), "report.day", day=day.isoformat()) for day in days]
        rows += [tuple(labels[:2]), tuple(labels[2:])]
        rows.append((button(words.gettext("Skip"), "report.day", day=""),))
    if step != "sent":
        rows.append((button(words.gettext("🗑 Discard"), "report.discard"),))
    return tuple(rows), actions


def _draft(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, Report] | None:
    """The draft behind a button, while it is one."""
    order = mine(turn, value)
    draft = turn.work.session.get(Report, int(value["report"]))
    if order is None or draft is None or draft.order_id != order.id or draft.state != "draft":
        turn.toast(N_("This report has been sent or discarded."))
        return None
    return order, draft


def on_percent(turn: Turn, value: Mapping[str, Any]) -> None:
    found = _draft(turn, value)
    if found is None:
        return
    order, draft = found
    draft.percent = min(max(int(value["percent"]), 0), 100)
    context.want(turn, order, "report_next", report=draft.id)
    show_draft(turn, order, draft, "next")


def on_next(turn: Turn, value: Mapping[str, Any]) -> None:
    """Skipped: without a next step there is no day to ask for."""
    found = _draft(turn, value)
    if found is not None:
        context.fulfilled(turn)
        send(turn, *found)


def on_next_typed(turn: Turn, wish: Wish) -> None:
    """What comes next, in the provider's words; a picture instead belongs to the report."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    found = _draft(turn, {"order": wish.order.id, **wish.more})
    if found is None:
        context.fulfilled(turn)
        return
    order, draft = found
    if event.files or not event.text.strip():
        add(turn, order, [event])
        context.want(turn, order, "report_next", report=draft.id)
        show_draft(turn, order, draft, "next", anew=True)
        return
    text, _ = relaying.covered_text(turn, event.text.strip())
    draft.next_step = text[:STEP_MOST]
    context.want(turn, order, "report_day", report=draft.id)
    show_draft(turn, order, draft, "day", anew=True)


def on_day(turn: Turn, value: Mapping[str, Any]) -> None:
    found = _draft(turn, value)
    if found is None:
        return
    order, draft = found
    draft.next_on = str(value["day"]) or None
    context.fulfilled(turn)
    send(turn, order, draft)


def on_day_typed(turn: Turn, wish: Wish) -> None:
    """The day in words; what cannot be read is asked for by buttons."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    found = _draft(turn, {"order": wish.order.id, **wish.more})
    if found is None:
        context.fulfilled(turn)
        return
    order, draft = found
    reading = read_deadline(event.text, now=turn.now, zone=turn.business.zone)
    if len(reading.candidates) != 1:
        words = turn.words()
        notice = words.gettext("I could not read a day in that. Tap one, or write it like 12/24.")
        show_draft(turn, order, draft, "day", anew=True, notice=notice)
        return
    draft.next_on = date.fromisoformat(reading.candidates[0].iso()[:10]).isoformat()
    context.fulfilled(turn)
    send(turn, order, draft)


def on_discard(turn: Turn, value: Mapping[str, Any]) -> None:
    found = _draft(turn, value)
    if found is None:
        return
    order, draft = found
    context.fulfilled(turn)
    turn.work.session.delete(draft)
    turn.work.session.flush()
    turn.toast(N_("Discarded. Nothing was sent."))
    turn.work.show(turn.person.user_id, "notice", draft_subject(order), None, label="report/draft")


# -- sending --------------------------------------------------------------------------------------------------


def send(turn: Turn, order: Order, draft: Report) -> None:
    """The report is complete: the customer gets it, the next one is due a rhythm later."""
    plan = orders.service_of(turn.work.session, order).plan(order.plan)
    every = plan.report_every_days if plan is not None else None
    made = moving.move(
        turn,
        order,
        "report",
        Actor.PROVIDER,
        actor_id=turn.person.id,
        own=order.customer_id == turn.person.id,
        next_report_at=turn.now + timedelta(days=every) if every else None,
        quiet=True,
    )
    if isinstance(made, Refusal):
        words = turn.words()
        show_draft(turn, order, draft, "day", notice=refusal_text(made, words), anew=True)
        return
    draft.state = "sent"
    draft.at = turn.now
    order.percent = draft.percent
    turn.work.session.flush()
    reports.show(turn, order, draft, anew=True)
    reports.refresh_cards(turn, order)
    show_draft(turn, order, draft, "sent", anew=True)
    if turn.work.surface(turn.person.user_id, "notice", due_subject(order)) is not None:
        turn.work.show(turn.person.user_id, "notice", due_subject(order), None, label="report/due")
