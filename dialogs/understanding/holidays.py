"""Holidays people set deadlines by: fixed days, nth weekdays, the Chinese calendar, solar terms.

The Chinese calendar comes from borax (1900-2100), which is imported only when such a day is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from types import MappingProxyType
from typing import Final

from dialogs.understanding.calendar import MONDAY, SUNDAY, nth_weekday

#: The day in a year of our calendar. Raises ValueError when that year has none, or it is not known.
DayOf = Callable[[int], date]

_QINGMING, _WINTER_SOLSTICE = 6, 23


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday with its names in plain text; more than one day where a name means several."""

    names: str
    days: tuple[DayOf, ...]


def lunar(year: int, month: int, day: int) -> date:
    """A day of the Chinese calendar, its year being the one that began in `year`; never a leap month."""
    from borax.calendars.lunardate import LunarDate

    found = LunarDate(year, month, day).to_solar_date()
    return date(found.year, found.month, found.day)


def _fixed(month: int, day: int) -> DayOf:
    return lambda year: date(year, month, day)


def _lunar(month: int, day: int, years_before: int = 0) -> DayOf:
    return lambda year: lunar(year - years_before, month, day)


def _nth(month: int, weekday: int, nth: int, plus: int = 0) -> DayOf:
    return lambda year: nth_weekday(year, month, weekday, nth) + timedelta(days=plus)


def _solar_term(index: int) -> DayOf:
    """One of the 24 solar terms, counted from 小寒."""

    def day_of(year: int) -> date:
        from borax.calendars.lunardate import TermUtils

        if not 1900 <= year <= 2100:
            raise ValueError(f"solar terms of {year} are not known")
        return date(year, index // 2 + 1, TermUtils.parse_term_days(year)[index])

    return day_of


def _chinese_new_years_eve(year: int) -> date:
    return lunar(year, 1, 1) - timedelta(days=1)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the "anonymous" algorithm, Nature 1876)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    ll = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * ll) // 451
    month, day = divmod(h + ll - 7 * m + 114, 31)
    return date(year, month, day + 1)


_SPRING_FESTIVAL = _lunar(1, 1)
_THURSDAY = 3

#: Every holiday, names separated by " | ". What stands under two days is asked back.
HOLIDAYS: Final = (
    Holiday(
        "元旦节 | 元旦 | new year's day | new years day | new year's | new year", (_fixed(1, 1),)
    ),
    Holiday(
        "春节 | 大年初一 | 正月初一 | 农历新年 | 中国新年 | 过年 | 大年 | spring festival | chinese new year "
        "| lunar new year | cny",
        (_SPRING_FESTIVAL,),
    ),
    Holiday("新年", (_fixed(1, 1), _SPRING_FESTIVAL)),
    Holiday(
        "除夕夜 | 除夕 | 大年三十 | 年三十 | 年夜饭 | chinese new year's eve | lunar new year's eve",
        (_chinese_new_years_eve,),
    ),
    Holiday("元宵节 | 元宵 | 正月十五 | lantern festival", (_lunar(1, 15),)),
    Holiday(
        "情人节 | valentine's day | valentines day | valentine's | valentines", (_fixed(2, 14),)
    ),
    Holiday(
        "三八妇女节 | 三八节 | 三八 | 妇女节 | 女神节 | women's day | womens day", (_fixed(3, 8),)
    ),
    Holiday("愚人节 | april fools' day | april fools", (_fixed(4, 1),)),
    Holiday(
        "清明节 | 清明 | qingming festival | qingming | tomb-sweeping day",
        (_solar_term(_QINGMING),),
    ),
    Holiday("复活节 | easter sunday | easter", (easter,)),
    Holiday(
        "五一劳动节 | 国际劳动节 | 劳动节 | 五一节 | 五一 | may day | international workers' day",
        (_fixed(5, 1),),
    ),
    Holiday("labor day | labour day", (_fixed(5, 1), _nth(9, MONDAY, 1))),
    Holiday("五四青年节 | 青年节 | 五四", (_fixed(5, 4),)),
    Holiday("520 | 五二零", (_fixed(5, 20),)),
    Holiday("母亲节 | mother's day | mothers day", (_nth(5, SUNDAY, 2),)),
    Holiday(
        "六一儿童节 | 儿童节 | 六一节 | 六一 | children's day | childrens day", (_fixed(6, 1),)
    ),
    Holiday(
        "端午节 | 端午 | dragon boat festival | dragon boat | duanwu festival | duanwu",
        (_lunar(5, 5),),
    ),
    Holiday("618 | 六一八", (_fixed(6, 18),)),
    Holiday("父亲节 | father's day | fathers day", (_nth(6, SUNDAY, 3),)),
    Holiday("建党节 | 七一", (_fixed(7, 1),)),
    Holiday("independence day", (_fixed(7, 4),)),
    Holiday("建军节 | 八一", (_fixed(8, 1),)),
    Holiday(
        "七夕节 | 七夕情人节 | 七夕 | qixi festival | qixi | chinese valentine's day",
        (_lunar(7, 7),),
    ),
    Holiday("教师节 | teachers' day | teacher's day", (_fixed(9, 10),)),
    Holiday(
        "中秋节 | 中秋 | mid-autumn festival | mid autumn festival | mid-autumn | mid autumn "
        "| moon festival | mooncake festival",
        (_lunar(8, 15),),
    ),
    # Without 农历 it may be meant in either calendar.
    Holiday("八月十五", (_fixed(8, 15), _lunar(8, 15))),
    Holiday("十一国庆 | 国庆节 | 国庆 | 十一 | national day | golden week", (_fixed(10, 1),)),
    Holiday("重阳节 | 重阳 | double ninth festival | double ninth", (_lunar(9, 9),)),
    Holiday("万圣节 | 万圣夜 | halloween", (_fixed(10, 31),)),
    Holiday(
        "双十一 | 双11 | 光棍节 | double 11 | double eleven | singles' day | singles day",
        (_fixed(11, 11),),
    ),
    Holiday("感恩节 | thanksgiving day | thanksgiving", (_nth(11, _THURSDAY, 4),)),
    Holiday("黑色星期五 | 黑五 | black friday", (_nth(11, _THURSDAY, 4, plus=1),)),
    Holiday("网络星期一 | 网购星期一 | cyber monday", (_nth(11, _THURSDAY, 4, plus=4),)),
    Holiday("双十二 | 双12 | double 12 | double twelve", (_fixed(12, 12),)),
    Holiday("冬至 | winter solstice", (_solar_term(_WINTER_SOLSTICE),)),
    Holiday("平安夜 | 圣诞夜 | 圣诞前夜 | christmas eve", (_fixed(12, 24),)),
    Holiday("圣诞节 | 圣诞 | christmas day | christmas | xmas | x-mas", (_fixed(12, 25),)),
    Holiday("boxing day", (_fixed(12, 26),)),
    Holiday("跨年夜 | 跨年 | new year's eve | new years eve", (_fixed(12, 31),)),
    Holiday("腊八节 | 腊八", (_lunar(12, 8, 1),)),
    # The north keeps it on the 23rd, the south on the 24th.
    Holiday("小年夜 | 小年", (_lunar(12, 23, 1), _lunar(12, 24, 1))),
)


@cache
def by_name() -> Mapping[str, Holiday]:
    """Every name with its holiday."""
    return MappingProxyType(
        {name.strip(): holiday for holiday in HOLIDAYS for name in holiday.names.split("|")}
    )


def next_days(holiday: Holiday, today: date) -> tuple[date, ...]:
    """When it is next, today included: one day per meaning of the name."""
    return tuple(_first(day_of, today) for day_of in holiday.days)


def days_in(holiday: Holiday, year: int) -> tuple[date, ...]:
    """When it is in that year: one day per meaning of the name."""
    return tuple(day_of(year) for day_of in holiday.days)


def _first(day_of: DayOf, today: date) -> date:
    day = day_of(today.year)
    return day if day >= today else day_of(today.year + 1)
