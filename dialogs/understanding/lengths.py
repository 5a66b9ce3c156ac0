"""Lengths of time: "in 10 days", 两周内, "2-3 business days", 一个半月, "three days ago".

Of a range the longer one counts. Half a month is 15 days. A bare "3 days" says when only by itself or after a
word such as 工期; "a few days" and 过几天 name no day.
"""

from __future__ import annotations

import re
from datetime import UTC, date, timedelta
from decimal import ROUND_CEILING, Decimal
from types import MappingProxyType
from typing import Final

from dialogs.understanding.calendar import add_months, add_working_days
from dialogs.understanding.grammar import Clock, Context, Length, Needs, Piece, Rule
from dialogs.understanding.numerals import CHINESE as CHINESE_COUNT
from dialogs.understanding.numerals import ENGLISH as ENGLISH_COUNT
from dialogs.understanding.numerals import number

_HALF_MONTH_DAYS: Final = 15

WORDS: Final = MappingProxyType(
    {
        "count": CHINESE_COUNT,
        # 两三天: two or three days.
        "pair": "一两|两三|三四|三五|四五|五六|六七|七八|八九",
        "half": "半",
        "unit": (
            r"工作日|天|日(?=之?内|以内|之?后|以后)|周(?![年一二三四五六日天末边刊围报])"
            r"|(?:星期|礼拜)(?![一二三四五六日天])|(?<=[个半])月|年(?![底初末中级度货终会轻龄份代前])"
            r"|小时|钟头|分钟"
        ),
        # 内容, 内部, 后期, 后台 and 里程 are other words.
        "tail": (
            r"(?:的?时间)?(?:之内|以内|内(?![容部饰衣页景购测地存涵])|里(?![程面])|为限)"
            r"|之后|以后|过后|后(?![期台续面勤缀])|左右|上下"
        ),
        "agotail": r"之前|以前|前(?![端台期提言后面往])",
        "agounit": r"天|周|星期|礼拜|个月|年|小时|钟头|分钟",
        "advanceunit": "工作日|天|周|星期|礼拜|月",
        "done": r"(?=(?:就|可以|能|要|必须|之?内)?(?:完成|交|搞定|出稿|做完|做好|拿到|上线|写完|给我))",
        "encount": ENGLISH_COUNT,
        "enunit": (
            r"(?:working |business |work |week ?)days?|days?|weeks?|wks?|months?|years?|yrs?|hours?|hrs?|h"
            r"|minutes?|mins?|fortnights?"
        ),
        "lead": (
            r"(?:with)?in (?:the |less than |under |about |around |approximately |roughly |only |just |at most )?"
            r"(?:next |coming )?|(?:over |for )?the (?:next|coming) |next |after |under |less than |inside "
            r"|no more than |not more than |at most |up to |max(?:imum)?\.? "
        ),
        "noname": "(?= ?(?:$|[^a-z ]|(?:please|pls|if|is|would|max|tops|from|at|for|and|but|so)\\b))",
        "backlead": r"(?:in |over |for |within )?(?:the )?(?:last|past|previous) ",
        "later": r"'? ?(?:from now|from today|later|time|hence|max(?:imum)?|tops|at (?:the )?most|or less|or so)",
    }
)

_CHINESE_UNITS: Final = MappingProxyType(
    {
        "工": "working",
        "天": "day",
        "日": "day",
        "周": "week",
        "星": "week",
        "礼": "week",
        "月": "month",
    }
    | {"年": "year", "小": "hour", "钟": "hour", "分": "minute"}
)
_ENGLISH_UNITS: Final = (
    ("work", "working"),
    ("business", "working"),
    ("weekd", "working"),
    ("week d", "working"),
    ("d", "day"),
    ("w", "week"),
    ("f", "fortnight"),
    ("mo", "month"),
    ("y", "year"),
    ("h", "hour"),
    ("mi", "minute"),
)


def length_of(count: Decimal, unit: str) -> Length | None:
    """So many of a unit, parts of days rounded up; None for less than a day in days."""
    if unit in ("day", "working") and count < 1:
        return None
    up = int(count.to_integral_value(ROUND_CEILING))
    if unit == "working":
        return Length(working=up)
    if unit == "day":
        return Length(days=up)
    if unit in ("week", "fortnight"):
        days = count * (7 if unit == "week" else 14)
        return Length(days=int(days.to_integral_value(ROUND_CEILING)))
    if unit == "month":
        return Length(months=int(count), days=_HALF_MONTH_DAYS if count % 1 else 0)
    if unit == "year":
        return Length(months=int(count * 12))
    return Length(seconds=int(count * (3600 if unit == "hour" else 60)))


def shifted(day: date, length: Length, sign: int = 1) -> date | None:
    """The day so much later, or earlier with -1. None for hours and for working days back."""
    if length.seconds or (length.working and sign < 0):
        return None
    if length.working:
        return add_working_days(day, length.working)
    return add_months(day, sign * length.months) + timedelta(days=sign * length.days)


def from_now(length: Length, context: Context, piece: Piece) -> Piece:
    """The piece with the day, or for hours and minutes the day and the hour, that is so far ahead."""
    if length.seconds:
        # Through UTC: an hour is an hour also in the night the clocks change.
        then = (context.now.astimezone(UTC) + timedelta(seconds=length.seconds)).astimezone(
            context.zone
        )
        hour = then.time().replace(second=0, microsecond=0)
        return _with(piece, length, then.date(), Clock((hour,)))
    day = shifted(context.today, length)
    return piece if day is None else _with(piece, length, day, None)


def _with(piece: Piece, length: Length, day: date, clock: Clock | None) -> Piece:
    return Piece(
        piece.span, days=(day,), clock=clock, length=length, needs=piece.needs, marked=piece.marked
    )


def chinese_length(found: re.Match[str], context: Context) -> Piece | None:
    """十天内, 两三天, 一个半月, 2到3周内, 半年."""
    if found["pair"]:
        count = number(found["pair"][-1])
    elif found["n"]:
        count = number(found["n2"] or found["n"])
    else:
        count = Decimal("0.5")
    if count is None or (found["u"] == "年" and count >= 100):
        return None
    if found["h1"] or found["h2"]:
        count += Decimal("0.5")
    tail = found["tail"]
    needs = Needs.NOTHING if tail or found["done"] is not None else Needs.MARK
    if tail in ("左右", "上下"):
        needs = Needs.MARK
    length = length_of(count, _CHINESE_UNITS[found["u"][0]])
    if length is None:
        return Piece(found.span())
    marked = bool(tail) and tail[-1] in "内里限"
    return from_now(length, context, Piece(found.span(), needs=needs, marked=marked))


def english_length(found: re.Match[str], context: Context) -> Piece | None:
    """in 10 days, within 2-3 business days, a day or two, half a month from now, a week and a half."""
    count = number(found["n2"] or found["n3"] or found["n"])
    if count is None:
        return None
    if found["h1"] or found["h2"]:
        count += Decimal("0.5")
    unit = next(unit for start, unit in _ENGLISH_UNITS if found["u"].startswith(start))
    length = length_of(count, unit)
    if length is None:
        return Piece(found.span())
    lead = found["lead"]
    if found["u"] == "h" and not lead and found.group() != found.string.strip():
        # "tomorrow, 15h" is three in the afternoon to some.
        return Piece(found.span())
    needs = Needs.NOTHING if lead or found["later"] else Needs.MARK
    return from_now(length, context, Piece(found.span(), needs=needs, marked=bool(lead)))


def chinese_advance(found: re.Match[str], context: Context) -> Piece | None:
    """提前三天: that much before the other date of the text."""
    count = number(found["n"])
    length = None if count is None else length_of(count, _CHINESE_UNITS[found["u"][0]])
    return Piece(found.span(), length=length, in_advance=True)


def english_advance(found: re.Match[str], context: Context) -> Piece | None:
    """a week before that, 3 days in advance: that much before the other date of the text."""
    count = number(found["n"])
    unit = next(unit for start, unit in _ENGLISH_UNITS if found["u"].startswith(start))
    length = None if count is None else length_of(count, unit)
    return Piece(found.span(), length=length, in_advance=True)


def next_working_day(found: re.Match[str], context: Context) -> Piece | None:
    return Piece(found.span(), days=(add_working_days(context.today, 1),))


def ago(found: re.Match[str], context: Context) -> Piece | None:
    """三天前, two weeks ago, the last 10 days."""
    return Piece(found.span(), past=True)


def vague(found: re.Match[str], context: Context) -> Piece | None:
    """过几天, a few days: words of time that name no day."""
    return Piece(found.span())


CHINESE: Final = (
    Rule("三天前", r"(?<![第提\d])<count> 个?(?:半)?<agounit><agotail>", ago),
    Rule(
        "两周内",
        r"(?<![第提\d.每])(?:<pair:pair>|<n:count>(?: [-~到至] <n2:count>)?|<h:half>)"
        r" 个? <h1:half>?<u:unit><h2:half>? <tail:tail>?<done:done>?",
        chinese_length,
    ),
    Rule("提前三天", r"提前 <n:count> 个?<u:advanceunit>", chinese_advance),
    Rule("下个工作日", "下一?个工作日", next_working_day),
    Rule(
        "过几天", "[过这]两天|[过这]?[几数]个?(?:天|日|周|星期|月|小时)|近期|最近|改天|近日", vague
    ),
)

ENGLISH: Final = (
    Rule("two weeks ago", r"<encount> <enunit> (?:ago|back)", ago),
    Rule(
        "a week before that",
        r"(?:at least )?<n:encount> <u:enunit> (?:earlier|(?:in )?advance|ahead|beforehand|prior|before)"
        r"(?: (?:that|it|then|this))?<noname>",
        english_advance,
    ),
    Rule("the next business day", "(?:the )?next (?:business|working) day", next_working_day),
    Rule("the last 10 days", r"<backlead><encount> <enunit>", ago),
    Rule(
        "in 10 days",
        r"<lead:lead>?<n:encount>(?: (?:-|to|or|~) <n2:encount>)? <h1:andhalf>?<u:enunit><h2:andhalf>?"
        r"(?: or <n3:encount><noname>)? <later:later>?",
        english_length,
    ),
    Rule(
        "in a few days",
        r"(?:in |within )?(?:the next )?(?:a )?(?:few|several|some) (?:<enunit>)",
        vague,
    ),
)
