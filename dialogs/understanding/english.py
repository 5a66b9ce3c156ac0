"""Days as English writes them: next Friday, Dec 3rd, the 15th, end of next month, Q1 next year, Christmas.

"Friday" is the coming one, and on a Friday either today or in a week. "Next Friday" is the one of the week that
begins next Monday, asked back when another Friday comes before it. A month and day gone by this year is next
year's.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from typing import Final

from dialogs.understanding import clock, holidays, lengths, stretches
from dialogs.understanding.calendar import SUNDAY, coming, monday, month_end, nth_weekday
from dialogs.understanding.english_words import MONTHS, WEEKDAYS, WORDS
from dialogs.understanding.grammar import (
    CompiledRules,
    Context,
    Needs,
    Part,
    Piece,
    Rule,
    compile_rules,
)
from dialogs.understanding.numerals import ORDINALS, whole
from dialogs.understanding.stretches import Bit

#: Short names that are words as well; they need something that says they are days.
_WORDLIKE: Final = frozenset({"sun", "sat", "wed", "mon"})

_BITS: Final = (
    (("end", "late", "close", "last day"), Bit.END),
    (("earl", "beginning", "start"), Bit.EARLY),
    (("mid",), Bit.MIDDLE),
)


def _index(names: tuple[str, ...], word: str) -> int:
    return next(place for place, spelled in enumerate(names) if word in spelled.split("|"))


def weekday(found: re.Match[str], context: Context) -> Piece | None:
    """Friday, this Friday, next Friday, last Friday."""
    index = _index(WEEKDAYS, found["wd"])
    rel = (found["rel"] or "").strip()
    if rel in ("last", "past"):
        return Piece(found.span(), past=True)
    first = coming(context.today, index)
    if rel in ("next", "the next", "the following"):
        after_today = coming(context.in_days(1), index)
        of_next_week = monday(context.today, 1) + timedelta(days=index)
        return Piece(found.span(), days=tuple(sorted({after_today, of_next_week})))
    days = (first, first + timedelta(weeks=1)) if first == context.today else (first,)
    if "coming" in rel:
        days = (coming(context.in_days(1), index),)
    # "the sun", "sat down": spelled out, or beside "this", it is a day.
    needs = Needs.HINT if found["wd"] in _WORDLIKE and not rel else Needs.NOTHING
    return Piece(found.span(), days=days, weekday=index, needs=needs)


def weekday_of_week(found: re.Match[str], context: Context) -> Piece | None:
    """Friday next week, next week on Friday, Friday of this week, Friday after next."""
    weeks = {"this week": 0, "next week": 1, "the week after next": 2, "after next": 2}[found["w"]]
    day = monday(context.today, weeks) + timedelta(days=_index(WEEKDAYS, found["wd"]))
    return Piece(found.span(), days=(day,))


def week_on(found: re.Match[str], context: Context) -> Piece | None:
    """Friday week: a week after the coming Friday."""
    day = coming(context.in_days(1), _index(WEEKDAYS, found["wd"])) + timedelta(weeks=1)
    return Piece(found.span(), days=(day,))


def week_of(found: re.Match[str], context: Context) -> Piece | None:
    """the week of Dec 7: until its Sunday."""
    piece = month_day(found, context)
    if piece is None:
        return None
    return stretches.piece(
        found.span(), stretches.week(monday(piece.days[0]), Bit.WHOLE), Bit.WHOLE
    )


def relative_day(found: re.Match[str], context: Context) -> Piece | None:
    """today, tonight, tomorrow, the day after tomorrow, this afternoon."""
    word = found["d"]
    if "after" in word and "afternoon" not in word:
        return Piece(found.span(), days=(context.in_days(2),))
    if word.startswith(("tom", "tmr", "tmw", "2m")):
        return Piece(found.span(), days=(context.in_days(1),))
    part = None
    if word in ("tonight", "tonite") or word.endswith(("evening", "night")):
        part = Part.EVENING
    elif word.endswith("afternoon"):
        part = Part.AFTERNOON
    elif word.endswith("morning"):
        part = Part.MORNING
    return Piece(found.span(), days=(context.today,), part=part)


def gone_day(found: re.Match[str], context: Context) -> Piece | None:
    """yesterday, last week, last month."""
    return Piece(found.span(), past=True)


def _year(said: str | None) -> int | None:
    """2027, '27."""
    if not said:
        return None
    number = int(said.removeprefix("'"))
    return number if number > 99 else 2000 + number


def month_day(found: re.Match[str], context: Context) -> Piece | None:
    """Dec 3rd, 2026; 3 December; December the third; of a range the end: Dec 1-5."""
    said = found.groupdict()
    number = ORDINALS.get(said["d"]) or whole(said["d"])
    if number is None:
        return None
    month = _index(MONTHS, said["m"]) + 1
    year = _year(said.get("y"))
    if year is not None and abs(year - context.today.year) <= 10:
        return Piece(found.span(), days=(date(year, month, number),))
    span = (found.start(), found.start("y") if said.get("y") else found.end())
    named = date(context.today.year, month, number)
    if named < context.today:
        named = date(context.today.year + 1, month, number)
    return Piece(span, days=(named,))


def month_day_range(found: re.Match[str], context: Context) -> Piece | None:
    """Dec 1-5, 1 to 5 December: the end."""
    piece = month_day(found, context)
    return piece and replace(piece, ends_range=True)


def day_of_month(found: re.Match[str], context: Context) -> Piece | None:
    """the 15th: the next one; on the 15th today or in a month."""
    return stretches.day_of_month(found.span(), context.today, int(found["d"]))


def day_of_relative_month(found: re.Match[str], context: Context) -> Piece | None:
    """the 15th of next month."""
    ahead = 1 if "next" in found["w"] else 0
    return Piece(
        found.span(), days=(date(*stretches.of_month(context.today, ahead), int(found["d"])),)
    )


def _bit(found: re.Match[str]) -> Bit:
    said = (found.groupdict().get("bit") or "").strip()
    for starts, bit in _BITS:
        if any(start in said for start in starts):
            return bit
    return Bit.WHOLE


def relative_stretch(found: re.Match[str], context: Context) -> Piece | None:
    """next week, end of the month, early next month, end of this year."""
    which = found["which"] or ""
    ahead = 1 if "next" in which or "following" in which else 0
    piece = _stretch(found, context, found["span"], ahead, _bit(found))
    if which in ("", "the") and piece.days[-1] < context.today:
        # The middle of a month that is half over is the next one's.
        return _stretch(found, context, found["span"], 1, _bit(found))
    return piece


def _stretch(found: re.Match[str], context: Context, span: str, ahead: int, bit: Bit) -> Piece:
    today = context.today
    if span == "week":
        stretch = stretches.week(monday(today, ahead), bit)
    elif span == "month":
        stretch = stretches.month(*stretches.of_month(today, ahead), bit)
    elif span == "quarter":
        index = today.year * 4 + (today.month - 1) // 3 + ahead
        stretch = stretches.quarter(index // 4, index % 4 + 1, bit)
    else:
        stretch = stretches.year(today.year + ahead, bit)
    needs = Needs.MARK if span == "year" else Needs.HINT
    return stretches.piece(found.span(), stretch, bit, needs)


def coded_end(found: re.Match[str], context: Context) -> Piece | None:
    """EOW, EOM, EOQ, EOY."""
    if found["y"]:
        year = _year(found["y"]) or 0
        return stretches.piece(found.span(), stretches.year(year, Bit.END), Bit.END)
    span = {"w": "week", "m": "month", "q": "quarter", "y": "year"}[found["c"][-1]]
    return _stretch(found, context, span, 0, Bit.END)


def end_of_stretch(found: re.Match[str], context: Context) -> Piece | None:
    """month end, year-end, by month's end."""
    return _stretch(found, context, found["span"], 0, Bit.END)


def week_after_next(found: re.Match[str], context: Context) -> Piece | None:
    return _stretch(found, context, "week", 2, _bit(found))


def weekend(found: re.Match[str], context: Context) -> Piece | None:
    """the weekend, this weekend, next weekend."""
    which = found["which"] or ""
    if which in ("last", "past"):
        return Piece(found.span(), past=True)
    here = stretches.weekend(coming(context.today, SUNDAY))
    days = here.days
    if "next" in which or "following" in which:
        days = tuple(
            sorted(
                {coming(context.in_days(1), SUNDAY), monday(context.today, 1) + timedelta(days=6)}
            )
        )
        here = stretches.weekend(days[-1])
    return Piece(found.span(), days=days, begins=here.begins, needs=Needs.HINT)


def month(found: re.Match[str], context: Context) -> Piece | None:
    """December, end of March, mid-December, December 2027: the coming one."""
    number, bit = _index(MONTHS, found["m"]) + 1, _bit(found)
    if found["y"]:
        year = _year(found["y"]) or 0
    elif found["yw"]:
        year = context.today.year + ("next" in found["yw"])
    else:
        year = stretches.year_of_month(context.today, number, bit)
    return stretches.piece(found.span(), stretches.month(year, number, bit), bit)


def quarter(found: re.Match[str], context: Context) -> Piece | None:
    """Q1 next year, end of Q4, the first quarter of 2027."""
    words = ("first", "second", "third", "fourth", "1st", "2nd", "3rd", "4th")
    said = found["q"].removeprefix("the ").split()[0]
    number = int(said[1]) if said[0] == "q" else 4 if said == "last" else words.index(said) % 4 + 1
    bit = _bit(found)
    if found["y"]:
        year = _year(found["y"]) or 0
    elif found["yw"]:
        year = context.today.year + ("next" in found["yw"])
    else:
        year = stretches.year_of_quarter(context.today, number)
    return stretches.piece(found.span(), stretches.quarter(year, number, bit), bit)


def year(found: re.Match[str], context: Context) -> Piece | None:
    """end of 2027, early 2027."""
    return stretches.piece(
        found.span(), stretches.year(_year(found["y"]) or 0, _bit(found)), _bit(found), Needs.MARK
    )


def _named_month(found: re.Match[str], context: Context) -> tuple[int, int]:
    """Year and month of "December", "the month" or "next month"."""
    if not found["m"]:
        return stretches.of_month(context.today, 1 if "next" in found["w"] else 0)
    number = _index(MONTHS, found["m"]) + 1
    return _year(found["y"]) or stretches.year_of_month(context.today, number), number


def _nth(word: str) -> int:
    return -1 if word == "last" else ORDINALS.get(word) or int(word[0])


def nth_weekday_of_month(found: re.Match[str], context: Context) -> Piece | None:
    """the first Monday of December, last Friday of the month."""
    index = _index(WEEKDAYS, found["wd"])
    return Piece(
        found.span(), days=(nth_weekday(*_named_month(found, context), index, _nth(found["nth"])),)
    )


def nth_week_of_month(found: re.Match[str], context: Context) -> Piece | None:
    """the first week of December: its calendar week or its first full one, asked back where they differ."""
    return Piece(
        found.span(),
        days=stretches.nth_week(*_named_month(found, context), _nth(found["nth"])).days,
    )


def last_day_of_month(found: re.Match[str], context: Context) -> Piece | None:
    return Piece(found.span(), days=(month_end(*_named_month(found, context)),))


def holiday(found: re.Match[str], context: Context) -> Piece | None:
    """Christmas, Chinese New Year 2027: often the theme of an order, so it needs "by", "before" or the like."""
    named = holidays.by_name()[found["name"]]
    if found["y"]:
        days = holidays.days_in(named, _year(found["y"]) or 0)
    else:
        days = holidays.next_days(named, context.today)
    return Piece(found.span(), days=tuple(sorted(set(days))), needs=Needs.MARK)


_OF_MONTH: Final = "(?:of|in) (?:<m:month>(?:,? <y:year>)?|<w:monthword>)"

_RULES: Final = (
    Rule("next Friday", "<rel:rel>?<wd:wd>", weekday),
    Rule("Friday next week", "<wd:wd> (?:of |in )?<w:weekword>", weekday_of_week),
    Rule("next week on Friday", "<w:weekword>,? (?:on )?<wd:wd>", weekday_of_week),
    Rule("tomorrow", "<d:relday>", relative_day),
    Rule("yesterday", "yesterday|last night|last (?:week|month|year|quarter)", gone_day),
    Rule(
        "Dec 3rd, 2026",
        r"<nomodal><m:month>[.-]? (?:the )?<d:day><suffix>?(?:,? <y:year>)?<notmore>",
        month_day,
    ),
    Rule("December third", "<m:month> (?:the )?<d:ordinal>(?:,? <y:year>)?", month_day),
    Rule(
        "3 December 2026",
        r"(?:the )?<d:day>(?:<suffix>|\.)? (?:of |- ?)?<m:month><noverb><notmore>\.?(?:,? <y:year>)?",
        month_day,
    ),
    Rule("4-Dec-2026", r"<d:day>[-/.]<m:month>[-/.]<y:anyyear>", month_day),
    Rule("third of December", "(?:the )?<d:ordinal> of <m:month>(?:,? <y:year>)?", month_day),
    Rule(
        "Dec 1-5",
        r"<m:month>\.? <day><suffix>? <range> <d:day><suffix>?(?:,? <y:year>)?<notmore>",
        month_day_range,
    ),
    Rule(
        "1-5 Dec",
        r"<day><suffix>? <range> <d:day><suffix>? (?:of )?<m:month><noverb>(?:,? <y:year>)?",
        month_day_range,
    ),
    Rule("the week of Dec 7", r"<weekof><m:month>\.? <d:day><suffix>?<notmore>", week_of),
    Rule("week commencing 7 Dec", r"<weekof><d:day><suffix>? (?:of )?<m:month>", week_of),
    Rule("Friday week", "<wd:wd> week", week_on),
    Rule("the 15th", "(?:the )?<d:day><suffix><noitem>", day_of_month),
    Rule(
        "the 15th of next month",
        "(?:the )?<d:day><suffix> (?:of )?<w:monthword>",
        day_of_relative_month,
    ),
    Rule(
        "end of next month", "<bit:bit>?<which:thisnext> <span:span><notplural>", relative_stretch
    ),
    Rule("end of year", "<bit:bit><which:nothing><span:span><notplural>", relative_stretch),
    Rule("EOW", "<c:code><y:nothing>", coded_end),
    Rule("EOY 2027", "<c:eoy> <y:year>", coded_end),
    Rule("month end", r"(?:the )?<span:longspan>(?:'s)? -?end", end_of_stretch),
    Rule("the week after next", "<bit:bit>?(?:the )?week after next", week_after_next),
    Rule("this weekend", "(?:<which:anyweek> )?weekend", weekend),
    Rule(
        "mid-December",
        r"<nomodal><nodigit><bit:bit>?<m:month><noverb>(?: (?:of )?(?:<y:year>|<yw:yearword>))?<notmore>",
        month,
    ),
    Rule(
        "Q1 next year", r"<bit:bit>?<q:quarter>(?:,? (?:of )?(?:<y:year>|<yw:yearword>))?", quarter
    ),
    Rule("end of 2027", "<bit:bit><y:year>", year),
    Rule(
        "first Monday of December", f"(?:the )?<nth:nth> <wd:wd> {_OF_MONTH}", nth_weekday_of_month
    ),
    Rule("first week of December", f"(?:the )?<nth:nth> week {_OF_MONTH}", nth_week_of_month),
    Rule("last day of the month", f"(?:the )?last day {_OF_MONTH}", last_day_of_month),
    Rule("Christmas", "<name:holiday>(?: <y:year>)?", holiday),
)

#: Every rule for text in letters: lengths before days, days before hours.
RULES: Final = (*lengths.ENGLISH, *_RULES, *clock.ENGLISH)


@cache
def compiled() -> CompiledRules:
    """The rules ready to run."""
    return compile_rules(RULES, WORDS, spelled=True)
