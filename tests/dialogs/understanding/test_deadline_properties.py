"""Deadlines over any text and any day."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from dialogs.understanding.deadlines import Deadline, read_deadline
from dialogs.understanding.english_words import MONTHS, WEEKDAYS
from dialogs.understanding.phrases import Phrase, read_phrases
from tests.dialogs.understanding.support import NOW, ZONE, days, in_chinese, reading

PHRASES = tuple(read_phrases())
SNIPPETS = sorted({phrase.text for phrase in PHRASES}) + list(
    "年月日号点周前后内到或-/.:,，。0123456789"
)
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(st.sampled_from(SNIPPETS), max_size=8).map("".join),
    st.lists(st.sampled_from(SNIPPETS), max_size=8).map(" ".join),
)
#: Days ahead that a month and a day alone can name.
AHEAD = st.dates(NOW.date(), NOW.date() + timedelta(days=364))
MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2035, 12, 31)).map(
    lambda moment: moment.replace(tzinfo=ZONE)
)


@given(TEXTS, MOMENTS)
@settings(max_examples=300, deadline=None)
def test_any_text_has_a_reading_that_holds_together(text: str, now: datetime) -> None:
    found = reading(text, now)
    assert list(found.candidates) == sorted(
        set(found.candidates), key=lambda deadline: (deadline.day, deadline.time or time.max)
    )
    for deadline in found.candidates:
        moment = datetime.combine(deadline.day, deadline.time or time.max, ZONE)
        assert moment > now
        assert Deadline.from_iso(deadline.iso()) == deadline
    assert list(found.spans) == sorted(found.spans)
    assert all(0 <= start < end <= len(text) for start, end in found.spans)
    assert not (found.explicit_none and found.candidates)
    assert not (found.past and found.candidates)
    assert bool(found.spans) == bool(found.candidates or found.past or found.explicit_none)


@given(st.text(max_size=60), st.sampled_from([datetime.min, datetime.max, datetime(1, 1, 2)]))
@settings(max_examples=60, deadline=None)
def test_no_moment_is_too_far(text: str, now: datetime) -> None:
    for said in (
        text,
        "tomorrow",
        "下个月底",
        "in 900 years",
        "春节前",
        "Friday",
        "in 3 hours",
        "12/15",
    ):
        read_deadline(said, now=now.replace(tzinfo=ZONE), zone=ZONE)


def full_formats(day: date) -> list[str]:
    month, weekday = MONTHS[day.month - 1], WEEKDAYS[day.weekday()]
    long, short = (month.split("|")[0].title(), month.split("|")[-1].title())
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(
        day.day % 10 if day.day not in (11, 12, 13) else 0, "th"
    )
    year = "".join("零一二三四五六七八九"[int(digit)] for digit in str(day.year))
    return [
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day:%d.%m.%Y}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}年{day.month}月{day.day}号",
        f"{year}年{in_chinese(day.month)}月{in_chinese(day.day)}日",
        f"{long} {day.day}, {day.year}",
        f"{short} {day.day} {day.year}",
        f"{short}. {day.day}{suffix}, {day.year}",
        f"{day.day} {long} {day.year}",
        f"the {day.day}{suffix} of {long}, {day.year}",
        f"{weekday.split('|')[0].title()}, {long} {day.day}, {day.year}",
        f"{day.year}年{day.month}月{day.day}日（周{'一二三四五六日'[day.weekday()]}）",
    ]


@given(st.dates(NOW.date(), date(2035, 12, 31)))
@settings(max_examples=60, deadline=None)
def test_a_full_date_is_read_back_from_every_format(day: date) -> None:
    for text in full_formats(day):
        assert days(text) == [day.isoformat()], text
        assert days(f"by {text} please") == [day.isoformat()], text
        assert days(f"最迟{text}，谢谢") == [day.isoformat()], text


@given(AHEAD)
@settings(max_examples=60, deadline=None)
def test_month_and_day_are_the_next_such_day(day: date) -> None:
    long = MONTHS[day.month - 1].split("|")[0].title()
    for text in (
        f"{day.month}月{day.day}日",
        f"{in_chinese(day.month)}月{in_chinese(day.day)}号前",
        f"by {long} {day.day}",
        f"{day.day} {long}",
        f"{day.month}/{day.day}前",
        f"{day.month}.{day.day}前",
    ):
        assert days(text) == [day.isoformat()], text
    assert days(f"{day.month}/{day.day}", day_first=False) == [day.isoformat()]
    assert days(f"{day.day}/{day.month}", day_first=True) == [day.isoformat()]
    assert day.isoformat() in days(f"{day.day}/{day.month}")


@given(
    AHEAD.filter(lambda day: day > NOW.date()),
    st.times().map(lambda t: t.replace(second=0, microsecond=0)),
)
@settings(max_examples=60, deadline=None)
def test_an_hour_is_read_back_from_every_format(day: date, clock: time) -> None:
    wanted = f"{day.isoformat()}T{clock:%H:%M}"
    assert days(f"{day.isoformat()} {clock:%H:%M}") == [wanted]
    assert days(f"{day.isoformat()}T{clock:%H:%M}") == [wanted]
    if clock.hour > 12 or clock.hour == 0:
        assert days(f"{day.month}月{day.day}日{clock.hour}点{clock.minute:02}分") == [wanted]
    if clock.hour not in (0, 12):
        half = "am" if clock.hour < 12 else "pm"
        assert days(f"{day:%B} {day.day} at {clock.hour % 12}:{clock.minute:02}{half}") == [wanted]
        part = "上午" if clock.hour < 12 else "下午"
        said = f"{day.month}月{day.day}日{part}{in_chinese(clock.hour % 12)}点{clock.minute:02}分前"
        assert days(said) == [wanted]


@given(st.integers(1, 400))
@settings(deadline=None)
def test_lengths_count_from_today(count: int) -> None:
    later = [(NOW.date() + timedelta(days=count)).isoformat()]
    assert days(f"in {count} days" if count > 1 else "in 1 day") == later
    assert days(f"{count}天内") == later
    assert days(f"{count}天后交付") == later
    if count < 100:
        assert days(f"{in_chinese(count)}天之内") == later
        weeks = [(NOW.date() + timedelta(weeks=count)).isoformat()]
        assert days(f"within {count} weeks") == weeks
        assert days(f"{in_chinese(count)}周内") == weeks


SURE = [
    phrase
    for phrase in PHRASES
    if phrase.now == NOW
    and len(phrase.wanted) == 1
    and phrase.wanted[0][0] == "2"
    # In a Chinese text 4/12 is 12 April, in an English one it may be 4 December.
    and not any(sign in phrase.text for sign in ",，。/")
]
CHINESE_AROUND = [
    "我要标准版，{}，预算3000",
    "你好，{}，谢谢！",
    "{}。电话13800138000",
    "推广新品。{}",
]
ENGLISH_AROUND = ["hi, {}, budget 3000", "3 logos please. {}", "{}; call me at 13800138000", "{}!"]


@given(st.sampled_from(SURE), st.sampled_from([*CHINESE_AROUND, *ENGLISH_AROUND]))
@settings(max_examples=300, deadline=None)
def test_what_stands_in_other_clauses_changes_nothing(phrase: Phrase, around: str) -> None:
    wanted = [text.replace(" ", "T") for text in phrase.wanted]
    assert days(around.format(phrase.text)) == wanted


NOUNS = [
    "张海报",
    "个logo",
    "页",
    "条视频",
    "人",
    "字",
    "份",
    "件",
    "套",
    "款",
    "次",
    "元",
    "块",
    "块钱",
    "万",
    "%",
]
THINGS = [
    " logos",
    " posters please",
    " pages",
    " people",
    " words",
    "k",
    " dollars",
    " USD",
    " stars",
    "%",
    "px",
]
KEYS = [
    "预算{}",
    "预算：{}",
    "预算大概{}左右",
    "¥{}",
    "${}",
    "budget {}",
    "my budget is {}",
    "{}元",
    "价格{}以内",
]


@given(st.integers(1, 10**7), st.sampled_from(NOUNS + THINGS))
@settings(max_examples=200, deadline=None)
def test_quantities_are_never_dates(count: int, noun: str) -> None:
    for text in (f"{count}{noun}", f"我要{count}{noun}", f"I need {count}{noun}"):
        assert days(text) == [], text


@given(st.decimals(1, 10**7, places=2), st.sampled_from(KEYS))
@settings(max_examples=200, deadline=None)
def test_amounts_are_never_dates(amount: object, key: str) -> None:
    for said in (f"{amount}", f"{amount:.0f}", f"{amount:,}"):
        assert days(key.format(said)) == [], key.format(said)


@given(
    st.from_regex(
        r"1[3-9]\d{9}|\+86 1[3-9]\d-\d{4}-\d{4}|0\d{2}-\d{8}|\(\d{3}\) \d{3}-\d{4}|\d{3}-\d{3}-\d{4}",
        fullmatch=True,
    )
)
@settings(max_examples=100, deadline=None)
def test_telephone_numbers_are_never_dates(number: str) -> None:
    for text in (number, f"电话{number}", f"call me at {number}", f"微信 {number}，谢谢"):
        assert days(text) == [], text


@given(st.integers(0, 10**9))
@settings(deadline=None)
def test_a_number_alone_is_never_a_date(number: int) -> None:
    for text in (f"{number}", f"选{number}", f"第{number}个", f"no. {number}", f"{number}."):
        assert days(text) == [], text
