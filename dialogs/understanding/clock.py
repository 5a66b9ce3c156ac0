"""Hours of the day, in both languages.

An hour without a half of the day: 1 to 5 is in the afternoon, for nothing is delivered before dawn; 12 is
noon; 6 to 11 may be either and is asked back; 13 to 23, 0, and a leading zero ("09:30") are of the 24-hour
clock. The end of a day is written 23:59, to stay on the day that was said.
"""

from __future__ import annotations

import re
from datetime import time, timedelta, timezone, tzinfo
from types import MappingProxyType
from typing import Final

from dialogs.understanding.grammar import Clock, Context, Needs, Part, Piece, Rule
from dialogs.understanding.numerals import whole

MIDNIGHT: Final = time(23, 59)

_CHINESE_PARTS: Final = MappingProxyType(
    dict.fromkeys(("凌晨",), Part.NIGHT_BEFORE_DAWN)
    | dict.fromkeys(("清晨", "早晨", "早上", "大早", "上午", "早"), Part.MORNING)
    | dict.fromkeys(("正午", "中午", "午间"), Part.NOON)
    | dict.fromkeys(("下午", "午后"), Part.AFTERNOON)
    | dict.fromkeys(
        ("傍晚", "晚上", "晚间", "夜里", "夜间", "深夜", "半夜", "当晚", "晚", "夜"), Part.EVENING
    )
)
_ENGLISH_PARTS: Final = MappingProxyType(
    {
        "morning": Part.MORNING,
        "first thing": Part.MORNING,
        "afternoon": Part.AFTERNOON,
        "evening": Part.EVENING,
        "night": Part.EVENING,
    }
)

# Abbreviations that mean one zone only: CST is China's time as well as Chicago's.
_ZONE_HOURS: Final = MappingProxyType(
    {
        "z": 0,
        "utc": 0,
        "gmt": 0,
        "est": -5,
        "edt": -4,
        "pst": -8,
        "pdt": -7,
        "cet": 1,
        "cest": 2,
        "msk": 3,
    }
    | {"hkt": 8, "sgt": 8, "jst": 9, "北京时间": 8, "beijing time": 8, "china time": 8}
)

#: The words of the patterns below; the rules of days use some of them too.
WORDS: Final = MappingProxyType(
    {
        # 最晚周五 is no evening.
        "part": "(?<!最)(?:" + "|".join(_CHINESE_PARTS) + ")",
        "hour": (
            r"(?<![\d.:])(?:[01]?\d|2[0-4])(?![\d.])"
            r"|(?:(?<![一二三四五六七八九十百千])|(?<=[周期拜][一二三四五六日]))(?:十[一二]?|二十[一二三四]?|[零一二两三四五六七八九])"
            r"(?![一二三四五六七八九十百千])"
        ),
        "minute": r"半|一刻|三刻|整|[0-5]?\d分|[0-5]\d(?!\d)"
        r"|[零一二三四五]?十?[零一二三四五六七八九]?分|[二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九]",
        # 快一点, 早一点: a little.
        "nolittle": (
            "(?![早晚]?一点(?!钟|半|整|前|之前|[一二三四五六\\d]))(?<![快慢好多大小高低些有便简单久长短亮深浅重轻点])"
            "|(?=一点)(?<=上午|下午|中午|凌晨|晚上|早上)"
        ),
        "hours": r"[01]?\d|2[0-4]",
        "minutes": r"[0-5]\d",
        "hour12": r"(?:0?[1-9]|1[0-2])",
        "ampm": r"[ap]\.?m\b\.?",
        "past": "half past|quarter past|quarter to",
        "atby": "at|by|before|until|till",
        "count12": "twelve|eleven|ten|nine|eight|seven|six|five|four|three|two|one|1[0-2]|[1-9]",
        "beijing": "北京时间",
        "beforepart": "(?= (?:in the (?:morning|afternoon|evening)|at night|tonight|this (?:afternoon|evening)))",
        "nothing": "",
        "enpart": r"(?:in the |at )?(?:early |late )?(?:morning|afternoon|evening|night)|first thing",
        "zone": r"beijing time|china time|(?:utc|gmt)(?:[+-]\d{1,2})?|[ep][sd]t|ces?t|msk|hkt|sgt|jst",
        # What may follow a bare "at 5": the end, a day, or another word of time; never a noun.
        "stop": r"(?= ?(?:$|[,;!?)\n。、]|\.(?!\d)|on |today|tomorrow|tmr|tonight|this |next |mon|tue|wed|thu|fri"
        r"|sat|sun|in the |sharp|please|pls|latest|at the |or |if ))",
    }
)


def zone_of(name: str) -> tzinfo:
    """The zone of a name of the vocabulary, such as "utc+8". Raises ValueError beyond 24 hours."""
    base = re.split(r"[+-]", name)[0].strip()
    shift = int(name[len(base) :] or 0)
    return timezone(timedelta(hours=_ZONE_HOURS[base] + shift))


def hour_of_day(hour: int, minute: int, part: Part | None, *, exact: bool = False) -> Clock | None:
    """What "8" or "8:30" means in that part of the day; None when it names no clear hour."""
    if hour == 24:
        return Clock((MIDNIGHT,)) if minute == 0 else None
    said = time(hour, minute)
    if exact or hour > 12 or hour == 0:
        return Clock((said,))
    if part is None:
        if hour == 12:
            return Clock((said,), open_hour=said)
        later = said.replace(hour=hour + 12)
        return Clock((later,) if hour <= 5 else (said, later), open_hour=said)
    return _in_part(said, part)


def _in_part(said: time, part: Part) -> Clock | None:
    hour, later = said.hour, said.replace(hour=said.hour % 12 + 12)
    if part is Part.MORNING or part is Part.END:
        return Clock((said,))
    if part is Part.NOON:
        return Clock((said if hour >= 10 else later,))
    if part is Part.AFTERNOON:
        return Clock((later,))
    if part is Part.NIGHT_BEFORE_DAWN:
        return Clock((said.replace(hour=hour % 12),))
    if hour == 12:
        return Clock((MIDNIGHT,)) if said.minute == 0 else None
    # "Friday night at 2" is Saturday for some: no hour is better than a wrong one.
    return Clock((later,)) if hour >= 5 else None


def settled(clock: Clock, part: Part | None) -> Clock | None:
    """The clock once the part of the day is known that goes with it."""
    if part is None or clock.open_hour is None:
        return clock
    return hour_of_day(clock.open_hour.hour, clock.open_hour.minute, part)


def _half_day(hour: int, minute: int, letter: str) -> Clock:
    if letter == "a" and hour == 12:
        # "Friday 12am" begins the Friday for some and ends it for others.
        return Clock((time(0, minute), MIDNIGHT))
    return Clock((time(hour % 12 + (12 if letter == "p" else 0), minute),))


def _piece(found: re.Match[str], clock: Clock | None, *, needs: Needs = Needs.MARK) -> Piece:
    return Piece(found.span(), clock=clock, needs=needs)


def _chinese_minute(text: str | None) -> int:
    if not text:
        return 0
    quarters = {"半": 30, "一刻": 15, "三刻": 45, "整": 0}
    minute = quarters.get(text)
    return (
        whole(text.removesuffix("分").removeprefix("零") or "零") or 0 if minute is None else minute
    )


def chinese_clock(found: re.Match[str], context: Context) -> Piece | None:
    """下午三点半, 17时30分, 晚上8点."""
    hour = whole(found["h"])
    if hour is None:
        return None
    part = _CHINESE_PARTS.get(found["p"] or "")
    return _piece(found, hour_of_day(hour, _chinese_minute(found["m"]), part))


def colon_clock(found: re.Match[str], context: Context) -> Piece | None:
    """17:30, 下午5:30, 5:30 pm."""
    hour, minute = int(found["h"]), int(found["m"])
    if found["ap"]:
        if not 1 <= hour <= 12:
            return None
        return _piece(found, _half_day(hour, minute, found["ap"][0]))
    part = _CHINESE_PARTS.get(found["p"] or "")
    exact = part is None and found["h"].startswith("0")
    return _piece(found, hour_of_day(hour, minute, part, exact=exact))


def half_day_clock(found: re.Match[str], context: Context) -> Piece | None:
    """5pm, 11 a.m."""
    return _piece(found, _half_day(int(found["h"]), 0, found["ap"][0]))


def spoken_clock(found: re.Match[str], context: Context) -> Piece | None:
    """half past five, quarter to 6, 5 o'clock."""
    hour = whole(found["h"]) or 0
    minute = {"half past": 30, "quarter past": 15, "quarter to": 45}.get(
        found.groupdict().get("q") or "", 0
    )
    if minute == 45:
        hour = (hour - 2) % 12 + 1
    return _piece(found, hour_of_day(hour, minute, None))


def bare_clock(found: re.Match[str], context: Context) -> Piece | None:
    """ "at 5", "by 5": an hour beside a day, or when nothing else is said."""
    clock = hour_of_day(whole(found["h"]) or 0, 0, None)
    return Piece(
        found.span(), clock=clock, needs=Needs.SOLITUDE, marked=found["by"] not in ("at", "")
    )


def noon(found: re.Match[str], context: Context) -> Piece | None:
    return _piece(found, Clock((time(12),)))


def midnight(found: re.Match[str], context: Context) -> Piece | None:
    return _piece(found, Clock((MIDNIGHT,)))


def chinese_part(found: re.Match[str], context: Context) -> Piece | None:
    return Piece(found.span(), part=_CHINESE_PARTS[found["p"]])


def english_part(found: re.Match[str], context: Context) -> Piece | None:
    word = found["p"].split()[-1] if "first" not in found["p"] else "first thing"
    return Piece(found.span(), part=_ENGLISH_PARTS[word])


def zone_name(found: re.Match[str], context: Context) -> Piece | None:
    """UTC, 北京时间: where the hour beside it is."""
    return Piece(found.span(), zone=zone_of(found["z"]))


def end_of_day(found: re.Match[str], context: Context) -> Piece | None:
    return Piece(found.span(), part=Part.END)


CHINESE: Final = (
    Rule(
        "下午三点半",
        # 三点五 is 3.5, "3点建议" three pieces of advice.
        r"<nolittle><p:part>? <h:hour>(?:点钟?(?![一二三四五六七八九\d](?![\d十分刻]))|时(?=前|之前|\d|$| ))"
        r" <m:minute>?(?!建议|要求|意见|需求|说明|内容|问题|原因|注意|小|间)",
        chinese_clock,
    ),
    Rule("中午", r"正午|中午", noon),
    Rule("午夜", r"午夜|半夜12点|子夜", midnight),
    Rule("零点", r"零点(?!\d)", lambda found, context: _piece(found, Clock((time(0),)))),
    Rule("上午", r"<p:part>", chinese_part),
    Rule("北京时间", "<z:beijing>", zone_name),
    Rule("下班前", r"下班(?=前|之前|时)|工作时间结束|一天结束", end_of_day),
)

DIGITS: Final = (
    Rule(
        "下午5:30",
        r"<p:part>? (?<![\d.:/])<h:hours>:<m:minutes>(?::\d\d)?(?![\d:])(?: <ap:ampm>)?",
        colon_clock,
    ),
)

ENGLISH: Final = (
    Rule("5pm", r"(?:<hour12> (?:-|to) )?<h:hour12> <ap:ampm>", half_day_clock),
    Rule("8 tonight", "<by:nothing><h:count12><beforepart>", bare_clock),
    Rule("half past five", r"<q:past> <h:count12>", spoken_clock),
    Rule("5 o'clock", r"<h:count12> o ?'? ?clock", spoken_clock),
    Rule("at 5", r"<by:atby> <h:count12><stop>", bare_clock),
    Rule("15h30", r"<h:hours> h <m:minutes><ap:nothing><p:nothing>", colon_clock),
    Rule("noon", r"(?:at )?(?:12 )?(?:noon|midday|lunch ?time)", noon),
    Rule("midnight", r"(?:at )?midnight", midnight),
    Rule("UTC+8", "<z:zone>", zone_name),
    Rule("in the morning", r"<p:enpart>", english_part),
    Rule(
        "end of day",
        r"(?:the )?end of (?:the )?(?:business )?day|eod|cob|eob|(?:the )?close of (?:play|business)"
        r"|(?:the )?end of business",
        end_of_day,
    ),
)
