"""What came of it: the figures of all reports of an order, over the whole period, when it is complete."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.chart import Chart, ChartRow
from dialogs.content import Content
from dialogs.words import Words
from handlers import cards, reports
from handlers.events import TimerEvent
from handlers.turn import Turn
from orders.catalogue import in_language
from orders.figures import Change, over_all, series
from orders.lifecycle import State
from storage import orders
from storage import relaying as stored
from storage.records import Order
from storage.working import Report


def on_timer(turn: Turn) -> None:
    """Once the completion has been told: the summary, if there are figures to sum up."""
    event = turn.event
    assert isinstance(event, TimerEvent)
    order = turn.work.session.get(Order, int(str(event.params["order"])))
    if order is None or order.state != State.COMPLETED:
        return
    given = [one for one in stored.reports_of(turn.work.session, order) if one.figures]
    if not given:
        return
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    changes = over_all([report.figures for report in given])
    turn.work.send(
        customer.user_id,
        Content(
            text=words.html(
                "review/summary",
                order=cards.view(turn, order, words),
                reports=len(given),
                since=given[0].at,
                until=given[-1].at,
                lines=[_line(change, words) for change in changes],
            ),
            media=chart_over(turn, order, given, changes, words).media(),
        ),
        label="review/summary",
        order_id=order.id,
        priority=2,
    )


def _line(change: Change, words: Words) -> str:
    if change.before is None:
        return f"{change.name}: {words.number(change.value)}"
    line = f"{change.name}: {words.number(change.before)} → {words.number(change.value)}"
    if change.percent is None:
        return line
    return (
        f"{line} ({change.percent:+d} %)"
        if words.language == "en"
        else f"{line}（{change.percent:+d}%）"
    )


def chart_over(
    turn: Turn, order: Order, given: Sequence[Report], changes: Sequence[Change], words: Words
) -> Chart:
    """Each figure with its course through the whole period, and the change from the first report to the last."""
    service = orders.service_of(turn.work.session, order)
    rows = []
    for change in changes[: reports.ROWS]:
        course = [
            (words.day(report.at), value)
            for report, value in zip(
                given, series([report.figures for report in given], change.name), strict=True
            )
            if value is not None
        ]
        rows.append(
            ChartRow(
                name=change.name,
                value=words.number(change.value),
                change=words.gettext(
                    "{change} % since the first report", change=f"{change.percent:+d}"
                )
                if change.percent
                else "",
                direction=(change.percent > 0) - (change.percent < 0) if change.percent else 0,
                points=tuple(value for _, value in course),
                labels=tuple(day for day, _ in course),
            )
        )
    title = in_language(service.title, words.language)
    return Chart(
        title=f"{order.number} · {title}",
        note=words.gettext(
            "{first} to {last} · {n} reports",
            first=words.day(given[0].at),
            last=words.day(given[-1].at),
            n=len(given),
        ),
        rows=tuple(rows),
    )
