"""Reports as people see them: the customer's card with picture or chart, the provider's and staff's reminders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dialogs.chart import Chart, ChartRow
from dialogs.content import Button, Content, Media
from dialogs.words import N_, Words
from handlers import cards, copies, moving, relaying, schedules
from handlers.albums import media_of, send_files
from handlers.order_view import bar
from handlers.turn import Turn
from orders.catalogue import in_language
from orders.figures import changes, series
from orders.lifecycle import State
from storage import orders
from storage import relaying as stored
from storage import working_queries as working
from storage.records import Order
from storage.working import Report

#: Rows of a chart beyond which a phone shows too little of each.
ROWS = 6
_CARD_MEDIA = frozenset({"photo", "document", "video"})


# -- the card -------------------------------------------------------------------------------------------------


def subject(report: Report) -> str:
    return f"report:{report.id}"


def show(turn: Turn, order: Order, report: Report, *, anew: bool = False) -> None:
    """The report in the customer's chat; its further files go before it when it is new."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    sent = stored.reports_of(turn.work.session, order)
    earlier = [one for one in sent if one.n <= report.n]
    chart = chart_of(turn, order, earlier, words) if report.figures else None
    text = words.html(
        "report/card",
        order=cards.view(turn, order, words),
        report=report,
        bar=bar(report.percent),
        figures=_figure_lines(earlier, words) if report.figures else [],
    )
    media, others = _media(report, chart, fits=len(text) <= copies.CAPTION_ROOM + 150)
    if anew:
        send_files(turn, order, customer.user_id, others, key=subject(report), label="report/file")
    answer = Button(label=words.gettext("💬 Answer"), action=0, style="primary")
    like = Button(label="👍", action=1)
    value = {"order": order.id, "report": report.id}
    turn.work.show(
        customer.user_id,
        "notice",
        subject(report),
        Content(
            text=text, media=media, buttons=((answer, like) if not report.liked_at else (answer,),)
        ),
        [("report.answer", value)] + ([("report.like", value)] if not report.liked_at else []),
        anew=anew,
        label="report/card",
        order_id=order.id,
    )


def _media(
    report: Report, chart: Chart | None, *, fits: bool
) -> tuple[Media | None, list[Mapping[str, Any]]]:
    """(what the card shows, the files that go before it). A text too long for a caption stands alone."""
    files = list(report.files)
    if not fits:
        return None, files
    if chart is not None:
        return chart.media(), files
    if len(files) == 1 and files[0]["kind"] in _CARD_MEDIA:
        return media_of(files[0]), []
    return None, files


def _figure_lines(earlier: Sequence[Report], words: Words) -> list[str]:
    """The figures with their changes, for those who read and for screen readers."""
    before = earlier[-2].figures if len(earlier) > 1 else {}
    lines = []
    for change in changes(earlier[-1].figures, before):
        line = f"{change.name}: {words.number(change.value)}"
        if change.percent is not None:
            line += (
                f" ({change.percent:+d} %)"
                if words.language == "en"
                else f"（{change.percent:+d}%）"
            )
        lines.append(line)
    return lines


def chart_of(turn: Turn, order: Order, earlier: Sequence[Report], words: Words) -> Chart:
    """The figures of the newest of these reports, each with its course through all of them."""
    newest = earlier[-1]
    given = [report.figures for report in earlier]
    before = given[-2] if len(given) > 1 else {}
    service = orders.service_of(turn.work.session, order)
    rows = []
    for change in changes(newest.figures, before)[:ROWS]:
        course = [
            (words.day(report.at), value)
            for report, value in zip(earlier, series(given, change.name), strict=True)
            if value is not None
        ]
        rows.append(
            ChartRow(
                name=change.name,
                value=words.number(change.value),
                change=_change(change.percent, words),
                direction=(change.percent > 0) - (change.percent < 0) if change.percent else 0,
                points=tuple(value for _, value in course),
                labels=tuple(day for day, _ in course),
            )
        )
    return Chart(
        title=f"{order.number} · {in_language(service.title, words.language)}",
        note=words.gettext("Report {n} · {day}", n=newest.n, day=words.date(newest.at)),
        rows=tuple(rows),
    )


def _change(percent: int | None, words: Words) -> str:
    if percent is None:
        return ""
    if percent == 0:
        return words.gettext("as in the last report")
    return words.gettext("{change} % since the last report", change=f"{percent:+d}")


def refresh_cards(turn: Turn, order: Order) -> None:
    """Percentage and next event on the order's cards."""
    cards.refresh(turn, order)


# -- the customer answers -------------------------------------------------------------------------------------


def _theirs(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, Report] | None:
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    report = turn.work.session.get(Report, int(value["report"]))
    if order is None or report is None or report.order_id != order.id:
        turn.toast(N_("This button is no longer in use."))
        return None
    return order, report


def on_answer(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "💬 Answer" below a report."""
    found = _theirs(turn, value)
    if found is not None:
        relaying.on_message_button(turn, {"order": found[0].id})


def on_like(turn: Turn, value: Mapping[str, Any]) -> None:
    """A thumbs up: the provider hears of it once."""
    found = _theirs(turn, value)
    if found is None or found[1].liked_at is not None:
        return
    order, report = found
    report.liked_at = turn.now
    show(turn, order, report)
    turn.toast(N_("Passed on, thank you."))
    if order.provider_id is not None:
        provider = orders.person_by_id(turn.work.session, order.provider_id)
        turn.say(provider, "report/liked", number=order.number, n=report.n, order_id=order.id)


# -- reports that are due -------------------------------------------------------------------------------------


def on_due(turn: Turn, order: Order, slot: str) -> None:
    """Ask the provider for a report, and once more; not in quiet hours, not when the next step is due too."""
    following = {"report_due": "report_remind", "report_remind": "report_alarm"}[slot]
    if order.provider_id is None or moving.is_due(turn, order, following):
        return
    provider = orders.person_by_id(turn.work.session, order.provider_id)
    known = working.provider_of(turn.work.session, provider)
    morning = schedules.quiet_until(turn, known) if known is not None else turn.now
    if morning > turn.now:
        moving.put_off(turn, order, slot, morning)
        return
    words = turn.words(provider.language)
    value = {"order": order.id}
    turn.work.show(
        provider.user_id,
        "notice",
        f"report_due:{order.id}",
        Content(
            text=words.html(
                "report/due",
                order=cards.view(turn, order, words),
                again=slot == "report_remind",
                until=moving.slot_due(turn, order, "report_alarm"),
            ),
            buttons=(
                (Button(label=words.gettext("📈 Report now"), action=0, style="primary"),),
                (Button(label=words.gettext("✉️ Message the customer"), action=1),),
            ),
        ),
        [("report.start", value), ("order.message", value)],
        anew=True,
        label="report/due",
        order_id=order.id,
        priority=2,
    )


def on_alarm(turn: Turn, order: Order, slot: str) -> None:
    """Still no report: staff look into it, and the customer is not left to wonder."""
    chat = turn.business.staff_chat
    if chat is None or order.state != State.IN_PROGRESS or order.provider_id is None:
        return
    words = turn.words(turn.business.staff_language)
    provider = orders.person_by_id(turn.work.session, order.provider_id)
    turn.work.show(
        chat,
        "notice",
        f"no_report:{order.id}",
        Content(
            text=words.html(
                "staff/no_report",
                order=cards.view(turn, order, words),
                provider=provider.name,
                since=order.next_report_at,
            )
        ),
        anew=True,
        label="staff/no_report",
        order_id=order.id,
    )
