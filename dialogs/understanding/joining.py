"""Pieces that stand together become one: a day and its hour, a date and its weekday, a range, "a week before"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from dialogs.understanding.calendar import SUNDAY, coming
from dialogs.understanding.clock import settled
from dialogs.understanding.grammar import Clock, Length, Needs, Piece
from dialogs.understanding.lengths import shifted


@cache
def _between() -> dict[str, re.Pattern[str]]:
    """What may stand between two pieces, by what it makes of them."""
    fillers = r"[ ,()]|at|on|by|before|from|between|the|in|of|around|about|no later than|i\.e\.|也就是|就是|即|的|大概|大约|之?前|@"
    patterns = {
        "same": rf"(?:{fillers})*",
        "range": r" *(?:-+|~|to|until|till|through|thru|up to|到|至|直到) *",
        "or": r" *(?:or|and|&|或者?|还是|和|与|、|/) *(?:on |by )?",
        "and": r" *(?:and|和|与) *",
        "before": r" *(?:before|prior to|ahead of) *(?:the )? *",
        "after": r" *(?:after|from|following) *(?:the )? *",
        "前": r"的?(?:之前|以前|前)的?",
        "后": r"的?(?:之后|以后|后|过后)的?",
    }
    return {name: re.compile(pattern) for name, pattern in patterns.items()}


def join(pieces: Iterable[Piece], text: str) -> list[Piece]:
    """The pieces, in their order, with those that belong together made one."""
    joined: list[Piece] = []
    for piece in pieces:
        whole = _joined(joined[-1], piece, text) if joined else None
        if whole is None:
            joined.append(piece)
        else:
            joined[-1] = whole
    return joined


def _joined(first: Piece, second: Piece, text: str) -> Piece | None:
    gap = text[first.span[1] : second.span[0]]
    if first.past or second.past or len(gap) > 24:
        return None

    def says(name: str) -> bool:
        return _between()[name].fullmatch(gap) is not None

    if first.length and (says("before") or says("after")):
        return _moved(second, first, -1 if says("before") else 1, first.length)
    if second.length and not first.length and (says("前") or says("后")):
        return _moved(first, second, -1 if says("前") else 1, second.length)
    if says("range") or (
        says("and") and text[: first.span[0]].rstrip(" 在").endswith(("between", "介于"))
    ):
        return _range(first, second)
    if says("or"):
        return _either(first, second)
    return _same(first, second) if says("same") else None


def _span(first: Piece, second: Piece) -> tuple[int, int]:
    return first.span[0], second.span[1]


def _moved(anchor: Piece, by: Piece, sign: int, length: Length) -> Piece | None:
    """A day moved by a length: "a week before Christmas", 春节前三天."""
    if not anchor.days:
        return None
    days = [shifted(day, length, sign) for day in anchor.days]
    start, end = sorted((anchor.span, by.span))
    return replace(
        anchor,
        span=(start[0], end[1]),
        days=tuple(day for day in days if day is not None),
        begins=None,
        weekday=None,
        month_day=None,
        needs=Needs.NOTHING,
        marked=anchor.marked or sign < 0,
    )


def _range(first: Piece, second: Piece) -> Piece | None:
    """The end of a range, in the month, week or half of the day its beginning names."""
    needs = min(first.needs, second.needs, key=lambda needs: needs.value)
    whole = replace(
        second,
        span=_span(first, second),
        needs=needs,
        marked=first.marked or second.marked,
        ends_range=True,
    )
    start = first.days[-1] if first.days else None
    if start and second.month_day:
        return replace(whole, days=(_day_after(start, second.month_day),))
    if start and second.weekday is not None:
        return replace(whole, days=(coming(start, second.weekday),))
    if second.days:
        return whole if first.days or first.clock else None
    if second.clock and first.clock:
        return replace(
            whole,
            days=first.days,
            weekday=first.weekday,
            clock=_later_hour(first.clock, second.clock),
        )
    return None


def _either(first: Piece, second: Piece) -> Piece | None:
    """ "Friday or Saturday": what marks one marks both."""
    if not first.days or not second.days or first.clock:
        return None
    days = second.days
    if second.month_day and not first.month_day:
        days = (_day_after(first.days[-1], second.month_day),)
    return replace(
        second,
        span=_span(first, second),
        days=tuple(sorted({*first.days, *days})),
        begins=None,
        weekday=None,
        month_day=None,
        needs=min(first.needs, second.needs, key=lambda needs: needs.value),
        marked=first.marked or second.marked,
    )


def _day_after(start: date, number: int) -> date:
    day = start.replace(day=1)
    if number < start.day:
        day = (day + timedelta(days=31)).replace(day=1)
    try:
        return day.replace(day=number)
    except ValueError:
        return start


def _later_hour(start: Clock, end: Clock) -> Clock:
    later = [hour for hour in end.times if hour > start.times[0]]
    return Clock((later[0],)) if later else end


def _same(first: Piece, second: Piece) -> Piece | None:
    """One moment from a day, an hour, a part of the day in any order, or from two names of one day."""
    if first.days and second.days:
        return _same_day(first, second)
    if not _holds(first) or not _holds(second) or (first.clock and second.clock):
        return None
    part = second.part or first.part
    dated = first if first.days or (first.clock and not second.days) else second
    clock = settled(clock, part) if (clock := first.clock or second.clock) else None
    needs = dated.needs
    if needs is Needs.SOLITUDE and part:
        needs = Needs.MARK
    if clock and dated.days and needs is Needs.HINT:
        needs = Needs.NOTHING
    return replace(
        dated,
        span=_span(first, second),
        clock=clock,
        part=part,
        zone=first.zone or second.zone,
        needs=needs,
        marked=first.marked or second.marked,
    )


def _holds(piece: Piece) -> bool:
    return bool(piece.days or piece.clock or piece.part or piece.zone)


def _nearest(day: date, weekday: int) -> date:
    return coming(day - timedelta(days=3), weekday)


def _same_day(first: Piece, second: Piece) -> Piece | None:
    """A date with its weekday ("Friday, Dec 4"): the weekday settles which; if it cannot be, both are asked."""
    weekly, dated = (first, second) if first.weekday is not None else (second, first)
    if (first.clock and second.clock) or first.length or second.length:
        return None
    if weekly.weekday is None:
        days = tuple(day for day in first.days if day in second.days)
        if not days:
            return None
    elif dated.weekday is not None:
        return None
    elif dated.begins and (dated.days[0] - dated.begins).days == SUNDAY:
        days = (dated.begins + timedelta(days=weekly.weekday),)
    elif dated.begins:
        return None
    else:
        days = tuple(day for day in dated.days if day.weekday() == weekly.weekday)
        days = days or tuple(
            sorted({*dated.days, *(_nearest(day, weekly.weekday) for day in dated.days)})
        )
    return replace(
        dated,
        span=_span(first, second),
        days=days,
        begins=None,
        clock=first.clock or second.clock,
        part=second.part or first.part,
        zone=first.zone or second.zone,
        needs=Needs.NOTHING,
        marked=first.marked or second.marked,
    )
