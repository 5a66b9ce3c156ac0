"""Deadlines: zones, spans, habits of writing, and what the rules are made of. Phrases are in the table."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from dialogs.understanding import chinese, digits, english
from dialogs.understanding.chinese_words import WORDS as CHINESE_WORDS
from dialogs.understanding.deadlines import Deadline, read_deadline
from dialogs.understanding.english_words import WORDS as ENGLISH_WORDS
from dialogs.understanding.grammar import Rule, compile_rules
from dialogs.understanding.text import plain
from tests.dialogs.understanding.support import NOW, ZONE, days, reading


def test_a_reading_is_sure_ambiguous_or_empty() -> None:
    assert reading("下周五").sure == Deadline(date(2026, 11, 27))
    assert reading("tomorrow at 5pm").sure == Deadline(date(2026, 11, 22), time(17))
    assert reading("3/4").sure is None
    assert len(reading("3/4").candidates) == 2
    assert reading("hello").candidates == ()
    assert reading("").candidates == ()


def test_the_reading_says_where_it_stands() -> None:
    for text, part in [
        ("我想要一个网站，下周五前交付，预算3000", "下周五前"),
        ("standard plan, launch by Dec 20, budget 3000", "by Dec 20"),
        ("ok，最迟１２月３日下午３点半，谢谢", "最迟１２月３日下午３点半"),
        ("no rush at all", "no rush"),
    ]:
        span = reading(text).span
        assert span is not None
        assert text[slice(*span)] == part
    assert reading("hello").span is None


def test_several_parts_have_several_spans() -> None:
    text = "Dec 5 for the logo, Dec 6 for the rest"
    found = reading(text)
    assert [text[slice(*span)] for span in found.spans] == ["Dec 5", "Dec 6"]
    assert found.span == (0, text.index(" for the rest"))


def test_a_naive_now_is_refused() -> None:
    with pytest.raises(ValueError, match="pass an aware datetime"):
        read_deadline("tomorrow", now=datetime(2026, 11, 21, 12), zone=ZONE)


def test_the_day_is_that_of_the_person() -> None:
    late = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
    shanghai = read_deadline("tomorrow", now=late, zone=ZoneInfo("Asia/Shanghai"))
    honolulu = read_deadline("tomorrow", now=late, zone=ZoneInfo("Pacific/Honolulu"))
    assert shanghai.sure == Deadline(date(2026, 11, 23))
    assert honolulu.sure == Deadline(date(2026, 11, 22))


def test_an_hour_is_an_hour_when_the_clocks_change() -> None:
    # Berlin puts the clocks back at 3:00 on 25 October 2026 and forward at 2:00 on 28 March 2027.
    berlin = ZoneInfo("Europe/Berlin")
    autumn = read_deadline(
        "in 3 hours", now=datetime(2026, 10, 25, 1, 0, tzinfo=berlin), zone=berlin
    )
    spring = read_deadline("三小时内", now=datetime(2027, 3, 28, 1, 0, tzinfo=berlin), zone=berlin)
    assert autumn.sure == Deadline(date(2026, 10, 25), time(3))
    assert spring.sure == Deadline(date(2027, 3, 28), time(5))


def test_an_hour_of_another_zone_becomes_the_persons() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    found = read_deadline("明天下午5点（北京时间）", now=NOW, zone=berlin)
    assert found.sure == Deadline(date(2026, 11, 22), time(10))
    found = read_deadline("北京时间12月3日零点", now=NOW, zone=berlin)
    assert found.sure == Deadline(date(2026, 12, 2), time(17))
    found = read_deadline("2026-12-24T18:30Z", now=NOW, zone=berlin)
    assert found.sure == Deadline(date(2026, 12, 24), time(19, 30))


def test_seconds_are_dropped() -> None:
    now = NOW.replace(second=59, microsecond=7)
    assert days("in 3 hours", now) == ["2026-11-21T15:00"]
    assert days("2026-12-24 18:30:15") == ["2026-12-24T18:30"]


@pytest.mark.parametrize(
    ("text", "day_first", "wanted"),
    [
        ("3/4", True, ["2027-04-03"]),
        ("3/4", False, ["2027-03-04"]),
        ("3/4/2027", True, ["2027-04-03"]),
        ("3/4/2027", False, ["2027-03-04"]),
        ("15/12", False, ["2026-12-15"]),
        ("12/15", True, ["2026-12-15"]),
    ],
)
def test_a_known_habit_settles_the_order(text: str, day_first: bool, wanted: list[str]) -> None:
    assert days(text, day_first=day_first) == wanted


def test_a_hurry_and_a_lack_of_it_are_heard() -> None:
    assert reading("ASAP").urgent
    assert reading("尽快，最迟下周三").urgent
    assert reading("加急，明天要").urgent
    assert not reading("下周三").urgent
    for calm in ("no rush", "not urgent", "不急", "不着急", "我不急的"):
        assert not reading(calm).urgent
        assert reading(calm).explicit_none
    assert not reading("没有截止日期，但请尽快").candidates


def test_a_date_outweighs_no_rush() -> None:
    found = reading("no rush, Dec 20 is fine")
    assert found.sure == Deadline(date(2026, 12, 20))
    assert not found.explicit_none


def test_what_is_gone_is_said_to_be_gone() -> None:
    for text in ("yesterday", "上周五", "2020年1月1日", "今天上午9点", "3 days ago", "本周五"):
        assert reading(text).past, text
        assert reading(text).candidates == (), text
        assert reading(text).span is not None, text
    assert not reading("tomorrow").past
    assert not reading("hello").past


def test_what_is_ahead_outweighs_what_is_gone() -> None:
    found = reading("we met last week, please deliver by Friday")
    assert found.sure == Deadline(date(2026, 11, 27))
    assert not found.past


def test_a_text_of_nothing_but_dates_is_read_in_part() -> None:
    assert reading("12/15 " * 400).sure == Deadline(date(2026, 12, 15))


ENGLISH_RULES = [pytest.param(rule, id=rule.example) for rule in english.RULES]
CHINESE_RULES = [pytest.param(rule, id=rule.example) for rule in chinese.RULES]
DIGIT_RULES = [pytest.param(rule, id=rule.example) for rule in digits.RULES]


@pytest.mark.parametrize("rule", ENGLISH_RULES)
def test_an_english_rule_fits_its_example(rule: Rule) -> None:
    ((pattern, _),) = compile_rules([rule], ENGLISH_WORDS, spelled=True)
    assert pattern.search(plain(rule.example))


@pytest.mark.parametrize("rule", CHINESE_RULES)
def test_a_chinese_rule_fits_its_example(rule: Rule) -> None:
    ((pattern, _),) = compile_rules([rule], CHINESE_WORDS, spelled=False)
    assert pattern.search(plain(rule.example))


@pytest.mark.parametrize("rule", DIGIT_RULES)
def test_a_rule_for_digits_fits_its_example(rule: Rule) -> None:
    ((pattern, _),) = compile_rules([rule], digits.WORDS, spelled=False)
    assert pattern.search(plain(rule.example))
