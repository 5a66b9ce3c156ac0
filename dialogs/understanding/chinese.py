"""Days as Chinese writes them: 下周五, 12月3日, 月底, 明年三月中旬, 农历八月十五, 春节.

周五 alone is the coming one, and on a Friday either today or in a week; 下周五 is in the week that begins next
Monday; 下个周五 is asked back where the two differ. A month and day gone by this year is next year's.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Final

from dialogs.understanding import clock, holidays, lengths, stretches
from dialogs.understanding.calendar import SUNDAY, coming, monday, month_end, nth_weekday
from dialogs.understanding.chinese_words import WORDS
from dialogs.understanding.grammar import (
    CompiledRules,
    Context,
    Needs,
    Piece,
    Rule,
    compile_rules,
)
from dialogs.understanding.numerals import whole
from dialogs.understanding.stretches import Bit

_BITS: Final = MappingProxyType(
    {"底": Bit.END, "末": Bit.END, "初": Bit.EARLY, "中": Bit.MIDDLE, "上旬": Bit.FIRST_TEN}
    | {"中旬": Bit.SECOND_TEN, "下旬": Bit.END, "旬": Bit.SECOND_TEN}
    | dict.fromkeys(("内", "之内", "以内", "里", "结束"), Bit.LIMIT)
)
_RELATIVE_YEARS: Final = MappingProxyType(
    {"去年": -1, "今年": 0, "本年": 0, "明年": 1, "来年": 1, "次年": 1, "后年": 2}
)
_RELATIVE_DAYS: Final = MappingProxyType(
    dict.fromkeys(("今天", "今日", "今儿", "今"), (0,))
    | dict.fromkeys(("明天", "明日", "明儿", "明", "今明两天"), (1,))
    | {
        "后天": (2,),
        "后日": (2,),
        "大后天": (3,),
        "大大后天": (4,),
        "明后天": (1, 2),
        "明后两天": (1, 2),
    }
)
_LUNAR_MONTHS: Final = MappingProxyType({"正": 1, "冬": 11, "腊": 12})


def _bit(found: re.Match[str]) -> Bit:
    return _BITS.get(found["bit"] or "", Bit.WHOLE)


def _year(found: re.Match[str], context: Context) -> int | None:
    """The year said in words or digits, if any."""
    said = found.groupdict()
    if relative := said.get("ry"):
        return context.today.year + _RELATIVE_YEARS[relative]
    if digits := said.get("y"):
        number = whole(digits)
        return None if number is None else number + (2000 if number < 100 else 0)
    return None


def _months_ahead(word: str) -> int:
    if word.startswith("上"):
        return -1
    return word.count("下") + (word == "次月")


def weekday(found: re.Match[str], context: Context) -> Piece | None:
    """周五, 本周五, 下周五, 下下周一, 下个周五."""
    return _weekday(found, context, found["wd"])


def two_weekdays(found: re.Match[str], context: Context) -> Piece | None:
    """下周三四: one or the other."""
    first, second = (_weekday(found, context, found[name]) for name in ("wd", "wd2"))
    return replace(first, days=tuple(sorted({*first.days, *second.days})), weekday=None)


def _weekday(found: re.Match[str], context: Context, word: str) -> Piece:
    index = "一二三四五六日".find(word.replace("天", "日"))
    index = index if index >= 0 else int(word) - 1
    rel = found["rel"] or ""
    if rel.startswith("上"):
        return Piece(found.span(), past=True)
    if not rel:
        day = coming(context.today, index)
        again = (day + timedelta(weeks=1),) if day == context.today else ()
        return Piece(found.span(), days=(day, *again), weekday=index)
    weeks = rel.count("下")
    day = monday(context.today, weeks) + timedelta(days=index)
    if weeks == 1 and rel.endswith("个"):
        return Piece(found.span(), days=tuple(sorted({coming(context.in_days(1), index), day})))
    return Piece(found.span(), days=(day,))


def week(found: re.Match[str], context: Context) -> Piece | None:
    """下周, 本周内, 下周初."""
    if found["rel"].startswith("上"):
        return Piece(found.span(), past=True)
    stretch = stretches.week(monday(context.today, found["rel"].count("下")), _bit(found))
    return stretches.piece(found.span(), stretch, _bit(found))


def weekend(found: re.Match[str], context: Context) -> Piece | None:
    """周末, 这周末, 下周末, 下个周末."""
    rel = found["rel"] or ""
    if rel.startswith("上"):
        return Piece(found.span(), past=True)
    weeks = rel.count("下")
    stretch = stretches.weekend(monday(context.today, weeks) + timedelta(days=SUNDAY))
    days = stretch.days
    if weeks == 1 and rel.endswith("个"):
        days = tuple(sorted({coming(context.in_days(1), SUNDAY), *days}))
    elif not rel and days[0] == context.today:
        days = (days[0], days[0] + timedelta(weeks=1))
    return Piece(found.span(), days=days, begins=stretch.begins, needs=Needs.HINT)


def relative_day(found: re.Match[str], context: Context) -> Piece | None:
    """今天, 明早, 大后天, 明后天."""
    return Piece(found.span(), days=tuple(map(context.in_days, _RELATIVE_DAYS[found["d"]])))


def gone_day(found: re.Match[str], context: Context) -> Piece | None:
    return Piece(found.span(), past=True)


def month_day(found: re.Match[str], context: Context) -> Piece | None:
    """12月3日, 明年3月1号, 二零二六年十二月三日."""
    month, day = whole(found["m"]), whole(found["d"])
    if month is None or day is None:
        return None
    year = _year(found, context)
    if year is not None:
        return Piece(found.span(), days=(date(year, month, day),))
    named = date(context.today.year, month, day)
    if named < context.today:
        named = date(context.today.year + 1, month, day)
    return Piece(found.span(), days=(named,))


def day_of_relative_month(found: re.Match[str], context: Context) -> Piece | None:
    """下个月15号, 本月20日."""
    day = whole(found["d"])
    if day is None:
        return None
    year, month = stretches.of_month(context.today, _months_ahead(found["rm"]))
    return Piece(found.span(), days=(date(year, month, day),))


def day_of_month(found: re.Match[str], context: Context) -> Piece | None:
    """15号: the next 15th; on the 15th today or in a month. 4-6号: the end. 4、5号: one or the other."""
    number = whole(found["d"])
    if number is None:
        return None
    piece = stretches.day_of_month(found.span(), context.today, number)
    if not found["n"] or found["sep"] not in "、或和":
        return piece
    other = stretches.day_of_month(found.span(), context.today, int(found["n"]))
    return replace(piece, days=tuple(sorted({*piece.days, *other.days})), month_day=None)


def month(found: re.Match[str], context: Context) -> Piece | None:
    """12月底, 明年三月中旬, 十二月, 12月份内."""
    number = whole(found["m"])
    if number is None:
        return None
    year = _year(found, context)
    bit = _bit(found)
    if year is None:
        year = stretches.year_of_month(context.today, number, bit)
    return stretches.piece(found.span(), stretches.month(year, number, bit), bit)


def relative_month(found: re.Match[str], context: Context) -> Piece | None:
    """下个月, 下月底, 本月内, 下月中旬."""
    ahead = _months_ahead(found["rm"])
    if ahead < 0:
        return Piece(found.span(), past=True)
    year, number = stretches.of_month(context.today, ahead)
    return stretches.piece(found.span(), stretches.month(year, number, _bit(found)), _bit(found))


def part_of_month(found: re.Match[str], context: Context) -> Piece | None:
    """月底, 月初, 中旬: this month's, or the next month's once it is over."""
    bit = _bit(found)
    stretch = stretches.month(context.today.year, context.today.month, bit)
    if stretch.days[-1] < context.today or (bit is Bit.EARLY and context.today.day > 1):
        stretch = stretches.month(*stretches.of_month(context.today, 1), bit)
    return stretches.piece(found.span(), stretch, bit)


def year(found: re.Match[str], context: Context) -> Piece | None:
    """明年年初, 2027年, 今年内."""
    number, bit = _year(found, context), _bit(found)
    if number is None:
        return None
    return stretches.piece(found.span(), stretches.year(number, bit), bit, Needs.MARK)


def part_of_year(found: re.Match[str], context: Context) -> Piece | None:
    """年底, 年中, 年初: this year's, or the next year's once it is over."""
    bit, number = _bit(found), context.today.year
    if bit is Bit.EARLY or stretches.year(number, bit).days[-1] < context.today:
        number += 1
    return stretches.piece(found.span(), stretches.year(number, bit), bit)


def before_new_year(found: re.Match[str], context: Context) -> Piece | None:
    """年前: before New Year for some, before the Spring Festival for most; asked back."""
    spring = holidays.next_days(holidays.by_name()["春节"], context.today)
    return Piece(
        found.span(), days=tuple(sorted({date(context.today.year, 12, 31), *spring})), marked=True
    )


def half_year(found: re.Match[str], context: Context) -> Piece | None:
    """上半年, 明年下半年."""
    half = 1 if found["half"] == "上" else 2
    number = _year(found, context)
    if number is None:
        number = context.today.year
        if stretches.half_year(number, half).days[0] < context.today:
            number += 1
    return Piece(found.span(), days=stretches.half_year(number, half).days, needs=Needs.HINT)


def quarter(found: re.Match[str], context: Context) -> Piece | None:
    """明年一季度, 第四季度末, q1."""
    number, bit = whole(found["q"]) or 0, _bit(found)
    year = _year(found, context) or stretches.year_of_quarter(context.today, number)
    return stretches.piece(found.span(), stretches.quarter(year, number, bit), bit)


def this_quarter(found: re.Match[str], context: Context) -> Piece | None:
    """季度末, 本季度, 下个季度."""
    index = (
        context.today.year * 4
        + (context.today.month - 1) // 3
        + found.groupdict().get("rel", "").count("下")
    )
    bit = _bit(found)
    return stretches.piece(found.span(), stretches.quarter(index // 4, index % 4 + 1, bit), bit)


def _month_named(found: re.Match[str], context: Context) -> tuple[int, int] | None:
    """Year and month of 12月, 明年3月, 下个月 or 本月."""
    if found["rm"]:
        return stretches.of_month(context.today, _months_ahead(found["rm"]))
    number = whole(found["m"])
    if number is None:
        return None
    return _year(found, context) or stretches.year_of_month(context.today, number), number


def _nth(word: str) -> int:
    return -1 if word[0] in "最末" else whole(word[1:]) or 1


def nth_weekday_of_month(found: re.Match[str], context: Context) -> Piece | None:
    """12月第一个周五, 本月最后一个周一."""
    named = _month_named(found, context)
    if named is None:
        return None
    index = "一二三四五六日".index(found["wd"].replace("天", "日"))
    return Piece(found.span(), days=(nth_weekday(*named, index, _nth(found["nth"])),))


def nth_week_of_month(found: re.Match[str], context: Context) -> Piece | None:
    """12月第一周: its calendar week or its first full one; asked back where they differ."""
    named = _month_named(found, context)
    return (
        None
        if named is None
        else Piece(found.span(), days=stretches.nth_week(*named, _nth(found["nth"])).days)
    )


def last_day_of_month(found: re.Match[str], context: Context) -> Piece | None:
    """12月最后一天, 本月最后一天."""
    named = _month_named(found, context)
    return None if named is None else Piece(found.span(), days=(month_end(*named),))


def lunar_day(found: re.Match[str], context: Context) -> Piece | None:
    """农历八月十五, 腊月二十三, 正月初五: the next one."""
    month = _LUNAR_MONTHS.get(found["m"]) or whole(found["m"])
    day = whole(found["d"].removeprefix("初"))
    if month is None or day is None:
        return None
    for lunar_year in range(context.today.year - 1, context.today.year + 2):
        named = holidays.lunar(lunar_year, month, day)
        if named >= context.today:
            return Piece(found.span(), days=(named,))
    return Piece(found.span())


def holiday(found: re.Match[str], context: Context) -> Piece | None:
    """春节, 明年国庆节: often the theme of an order, so it needs a word of deadlines beside it."""
    named = holidays.by_name()[found["name"]]
    number = _year(found, context)
    days = (
        holidays.next_days(named, context.today)
        if number is None
        else holidays.days_in(named, number)
    )
    return Piece(found.span(), days=tuple(sorted(set(days))), needs=Needs.MARK)


_SAID_YEAR = "(?:<ry:relyear>的?|<y:year>年的?)?"
_SAID_MONTH = f"(?:{_SAID_YEAR} <m:month>月份?|<rm:relmonth>)的?"

_RULES: Final = (
    # Before the days: 八月十五 is a holiday too.
    Rule("春节", f"{_SAID_YEAR}<name:holiday><feast>?", holiday),
    Rule("下周五", "<rel:rel>?<week><wd:weekday>", weekday),
    Rule("下周三四", "<rel:rel>?<week><wd:weekday>[或和]?<wd2:secondday>", two_weekdays),
    Rule("周末", "<rel:rel>?<week>末", weekend),
    Rule("下周", "<rel:rel><week><bit:bit>?", week),
    Rule("大后天", "<d:relday>", relative_day),
    Rule("昨天", "昨天|昨日|昨晚|大?前天|去年", gone_day),
    Rule("12月3日", f"{_SAID_YEAR} <m:month>月份?的? <d:day>(?:[日号]|<stop>)", month_day),
    Rule("12.3号", r"<m:digits>[./]<d:number>[日号]", month_day),
    Rule("下个月15号", "<rm:relmonth>的? <d:day>(?:[日号]|<stop>)", day_of_relative_month),
    Rule(
        "15号",
        "(?<![月第])(?:<n:digits><sep:between>)?<d:day>(?:号<nonumber>|日<nodaily>)",
        day_of_month,
    ),
    Rule("12月底", f"{_SAID_YEAR} <m:month>月份?<bit:monthbit>?", month),
    Rule("下月底", "<rm:relmonth><bit:monthbit>?", relative_month),
    Rule("月底", "<nomonth>月<bit:monthbit>", part_of_month),
    Rule("中旬", "<bit:tendays>", part_of_month),
    Rule("明年年底", "(?:<ry:relyear>年?|<y:year>年年?)<bit:bit>?", year),
    Rule("年底", "<noyear>年<bit:bit>", part_of_year),
    Rule("年前", "<noyear>年前", before_new_year),
    Rule("上半年", f"{_SAID_YEAR}<half:half1or2>半年", half_year),
    Rule("明年一季度", f"{_SAID_YEAR}第?<q:quarter>季度<bit:bit>?", quarter),
    Rule("季度末", "季度<bit:bit>", this_quarter),
    Rule("下季度", "<rel:rel>季度<bit:bit>?", this_quarter),
    Rule("12月第一个周五", f"{_SAID_MONTH}<nth:nth>个?<week><wd:weekday>", nth_weekday_of_month),
    Rule("12月第一周", f"{_SAID_MONTH}<nth:nth>个?<week>", nth_week_of_month),
    Rule("本月最后一天", f"{_SAID_MONTH}最[后末]一天", last_day_of_month),
    Rule("农历八月十五", "(?:农历|阴历|旧历) <m:lunarmonth>月 <d:lunarday>日?", lunar_day),
    Rule("腊月二十三", "<m:lunaronly>月 <d:lunarday>日?", lunar_day),
    Rule("五月初五", "<m:lunarmonth>月<d:lunarfirst>", lunar_day),
)

#: Every rule for Chinese text, by what it must not be mistaken for: lengths before days, days before hours.
RULES: Final = (*lengths.CHINESE, *_RULES, *clock.CHINESE)


@cache
def compiled() -> CompiledRules:
    """The rules ready to run."""
    return compile_rules(RULES, WORDS, spelled=False)
