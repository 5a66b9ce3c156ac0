"""Numbers in words, arithmetic on days, holidays."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding.calendar import (
    SATURDAY,
    add_months,
    add_working_days,
    coming,
    monday,
    month_end,
    nth_weekday,
    quarter_end,
    quarter_start,
)
from dialogs.understanding.holidays import HOLIDAYS, Holiday, by_name, days_in, easter, next_days
from dialogs.understanding.numerals import number, whole
from tests.dialogs.understanding.support import in_chinese

DAYS = st.dates(date(2000, 1, 1), date(2090, 12, 31))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", "12"),
        ("1.5", "1.5"),
        ("1,200", "1200"),
        ("十", "10"),
        ("十二", "12"),
        ("二十", "20"),
        ("二十一", "21"),
        ("廿五", "25"),
        ("一百零五", "105"),
        ("一百二", "120"),
        ("两百五十", "250"),
        ("两千五", "2500"),
        ("一千零五", "1005"),
        ("三万五", "35000"),
        ("一万零五百", "10500"),
        ("1万2", "12000"),
        ("1.2万", "12000"),
        ("5百万", "5000000"),
        ("二零二六", "2026"),
        ("twelve", "12"),
        ("twenty-one", "21"),
        ("a couple of", "2"),
        ("a", "1"),
        ("half a", "0.5"),
        ("a dozen", "12"),
        ("one hundred and fifty", "150"),
        ("three thousand five hundred", "3500"),
    ],
)
def test_numbers_in_digits_and_words(text: str, value: str) -> None:
    assert number(text) == Decimal(value)


@pytest.mark.parametrize("text", ["", " ", "logo", "十个", "twelve logos", "1.2.3", "万里"])
def test_other_words_are_no_numbers(text: str) -> None:
    assert number(text) is None


def test_whole_numbers_only() -> None:
    assert whole("十五") == 15
    assert whole("1.5") is None
    assert whole("soon") is None


@given(st.integers(1, 99))
def test_chinese_numerals_are_read_back(value: int) -> None:
    assert whole(in_chinese(value)) == value


@given(DAYS, st.integers(-48, 48))
def test_months_keep_the_day_or_end_with_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == min(day.day, month_end(later.year, later.month).day)


@given(DAYS, st.integers(0, 6))
def test_weekdays(day: date, weekday: int) -> None:
    found = coming(day, weekday)
    assert found.weekday() == weekday
    assert 0 <= (found - day).days < 7
    assert monday(day).weekday() == 0
    assert 0 <= (day - monday(day)).days < 7
    assert monday(day, 2) == monday(day) + timedelta(days=14)


@given(DAYS, st.integers(1, 60))
def test_working_days_are_counted_one_by_one(day: date, count: int) -> None:
    counted, left = day, count
    while left:
        counted += timedelta(days=1)
        left -= counted.weekday() < SATURDAY
    assert add_working_days(day, count) == counted


def test_nth_weekday_of_a_month() -> None:
    assert nth_weekday(2026, 12, 0, 1) == date(2026, 12, 7)
    assert nth_weekday(2026, 12, 4, -1) == date(2026, 12, 25)
    assert nth_weekday(2026, 12, 3, 5) == date(2026, 12, 31)
    with pytest.raises(ValueError, match="no weekday number 5"):
        nth_weekday(2026, 12, 4, 5)


def test_quarters() -> None:
    assert quarter_start(2026, 4) == date(2026, 10, 1)
    assert quarter_end(2026, 1) == date(2026, 3, 31)
    assert quarter_end(2026, 4) == date(2026, 12, 31)


# Published by the Hong Kong Observatory; 2033 with its leap month after the eleventh misleads many tables.
LUNAR = """
year  春节   元宵   端午   七夕   中秋   重阳
2025  01-29  02-12  05-31  08-29  10-06  10-29
2026  02-17  03-03  06-19  08-19  09-25  10-18
2027  02-06  02-20  06-09  08-08  09-15  10-08
2028  01-26  02-09  05-28  08-26  10-03  10-26
2029  02-13  02-27  06-16  08-16  09-22  10-16
2030  02-03  02-17  06-05  08-05  09-12  10-05
2031  01-23  02-06  06-24  08-24  10-01  10-24
2032  02-11  02-25  06-12  08-12  09-19  10-12
2033  01-31  02-14  06-01  08-01  09-08  10-01
2034  02-19  03-05  06-20  08-20  09-27  10-20
2035  02-08  02-22  06-10  08-10  09-16  10-09
"""
_NAMES, *_YEARS = (line.split() for line in LUNAR.strip().splitlines())
LUNAR_DAYS = [
    (name, date.fromisoformat(f"{year}-{day}"))
    for year, *listed in _YEARS
    for name, day in zip(_NAMES[1:], listed, strict=True)
]


@pytest.mark.parametrize(("name", "day"), LUNAR_DAYS)
def test_holidays_of_the_chinese_calendar(name: str, day: date) -> None:
    assert days_in(by_name()[name], day.year) == (day,)


def test_the_eve_and_the_eighth_of_the_last_month() -> None:
    assert days_in(by_name()["除夕"], 2027) == (date(2027, 2, 5),)
    assert days_in(by_name()["腊八"], 2026) == (date(2026, 1, 26),)
    assert days_in(by_name()["小年"], 2027) == (date(2027, 1, 30), date(2027, 1, 31))


def test_solar_terms() -> None:
    assert [days_in(by_name()["清明"], year)[0].day for year in range(2025, 2030)] == [
        4,
        5,
        5,
        4,
        4,
    ]
    assert [days_in(by_name()["冬至"], year)[0].day for year in range(2025, 2030)] == [
        21,
        22,
        22,
        21,
        21,
    ]


def test_easter() -> None:
    assert [easter(year) for year in (2025, 2026, 2027, 2038)] == [
        date(2025, 4, 20),
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2038, 4, 25),
    ]


def test_thanksgiving_and_what_hangs_on_it() -> None:
    assert days_in(by_name()["thanksgiving"], 2026) == (date(2026, 11, 26),)
    assert days_in(by_name()["black friday"], 2026) == (date(2026, 11, 27),)
    assert days_in(by_name()["cyber monday"], 2026) == (date(2026, 11, 30),)


@given(st.dates(date(2020, 1, 1), date(2090, 12, 31)), st.sampled_from(HOLIDAYS))
def test_the_next_holiday_is_within_thirteen_months(today: date, holiday: Holiday) -> None:
    for day in next_days(holiday, today):
        assert today <= day <= today + timedelta(days=400)


def test_names_of_holidays_are_told_apart() -> None:
    names = [name.strip() for holiday in HOLIDAYS for name in holiday.names.split("|")]
    assert len(names) == len(set(names)) == len(by_name())


def test_the_calendar_library_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, dialogs.understanding.message; print('borax' in sys.modules, 'rapidfuzz' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
