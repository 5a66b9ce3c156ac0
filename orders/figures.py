"""Figures in a report: `name value` lines such as "views 1200" or "播放 1.2万", and how they changed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

#: Figures beyond these are left in the text.
MOST: Final = 8

_SCALES: Final[Mapping[str, Decimal]] = MappingProxyType(
    {
        "": Decimal(1),
        "千": Decimal(1_000),
        "k": Decimal(1_000),
        "w": Decimal(10_000),
        "万": Decimal(10_000),
        "萬": Decimal(10_000),
        "m": Decimal(1_000_000),
        "亿": Decimal(100_000_000),
        "億": Decimal(100_000_000),
    }
)
_VALUE: Final = r"[¥￥$€£]?[ \t]?\d[\d,，]*(?:[.．]\d+)?[ \t]?(?:千|万|萬|亿|億|k|w|m|%|％)?"
_NAME: Final = r"[^\W\d_][^\d\n,，;；、:：=]{0,23}?"
_PAIR: Final = rf"(?P<name>{_NAME})(?P<between>[ \t]*[:：=][ \t]*|[ \t]+|(?<=[\u4e00-\u9fff]))(?P<value>{_VALUE})(?:[ \t]?(?:次|个|人|单|件|条|篇|元))?"
_ONE: Final = re.compile(_PAIR, re.IGNORECASE)
_LINE: Final = re.compile(
    rf"[ \t\-•*·]*{re.sub(r'[?]P<[a-z]+>', '?:', _PAIR)}"
    rf"(?:[ \t]*[,，;；、][ \t]*{re.sub(r'[?]P<[a-z]+>', '?:', _PAIR)})*[^\w\n]*",
    re.IGNORECASE,
)
_NUMBER: Final = re.compile(
    r"(?P<sign>[¥￥$€£]?)\s?(?P<number>[\d,，]+(?:[.．]\d+)?)\s?(?P<unit>\D*)", re.IGNORECASE
)
#: Words before a number that make a sentence or the number of a thing, not a figure.
_NOT_NAMES: Final = frozenset(
    [
        "at",
        "by",
        "on",
        "in",
        "of",
        "to",
        "for",
        "from",
        "until",
        "till",
        "draft",
        "version",
        "v",
        "day",
        "step",
        "part",
        "no",
        "number",
        "round",
        "week",
        "page",
        "file",
        "photo",
        "picture",
        "image",
        "clip",
        "scene",
        "take",
        "room",
        "apartment",
        "about",
        "around",
        "only",
        "is",
        "was",
        "are",
        "next",
        "第",
        "版本",
        "版",
        "日",
        "号",
        "月",
        "到",
        "在",
        "约",
        "大约",
        "剩",
        "还剩",
        "还有",
        "下午",
        "上午",
        "早上",
        "晚上",
        "周",
        "星期",
        "下周",
        "本周",
    ]
)


_NOT_ENDS: Final = ("第", "剩", "约", "到", "在", "下午", "上午", "星期", "周")


@dataclass(frozen=True, slots=True)
class Change:
    """A figure with what it was in the report before. `percent` is None when it was nothing or unknown."""

    name: str
    value: float
    before: float | None
    percent: int | None


def read_figures(text: str) -> tuple[dict[str, float], str]:
    """(name to number in the order given, the text without those lines)."""
    found: dict[str, float] = {}
    rest: list[str] = []
    for line in text.splitlines():
        pairs = _pairs(line)
        if pairs and len(found) + len(pairs) <= MOST:
            found.update(pairs)
        else:
            rest.append(line)
    return found, "\n".join(rest).strip()


def _pairs(line: str) -> dict[str, float]:
    """The figures of a line that holds nothing else."""
    if not _LINE.fullmatch(line):
        return {}
    made: dict[str, float] = {}
    for pair in _ONE.finditer(line):
        name = " ".join(pair["name"].split()).strip(" -•*·")
        if not name or name.lower().split()[-1] in _NOT_NAMES or name.endswith(_NOT_ENDS):
            return {}
        value, unit = _read(pair["value"])
        made[f"{name} ({unit})" if unit else name] = value
    return made


def _read(given: str) -> tuple[float, str]:
    """(number, % or a currency's sign when there is one)."""
    match = _NUMBER.fullmatch(given.strip())
    assert match is not None, given
    number = Decimal(match["number"].replace(",", "").replace("，", "").replace("．", "."))
    unit = match["unit"].strip().lower().replace("％", "%")
    sign = match["sign"].replace("￥", "¥")
    value = float(number * _SCALES.get(unit, Decimal(1)))
    return value, "%" if unit == "%" else sign


def changes(now: Mapping[str, float], before: Mapping[str, float]) -> tuple[Change, ...]:
    """Each figure with its change since the report before, in the order of this report."""
    earlier = {name.casefold(): value for name, value in before.items()}
    made = []
    for name, value in now.items():
        was = earlier.get(name.casefold())
        percent = round((value - was) * 100 / was) if was else None
        made.append(Change(name, value, was, percent))
    return tuple(made)


def over_all(reports: Sequence[Mapping[str, float]]) -> tuple[Change, ...]:
    """Each figure with its change from the first report that named it to the last, in the order first named.

    `before` is None for a figure that was named once.
    """
    made = []
    names: dict[str, str] = {}
    for report in reports:
        for name in report:
            names.setdefault(name.casefold(), name)
    for name in names.values():
        given = [value for value in series(reports, name) if value is not None]
        was = given[0] if len(given) > 1 else None
        percent = round((given[-1] - was) * 100 / was) if was else None
        made.append(Change(name, given[-1], was, percent))
    return tuple(made)


def series(reports: Sequence[Mapping[str, float]], name: str) -> tuple[float | None, ...]:
    """One figure through all reports, the oldest first; None where it was not given."""
    wanted = name.casefold()
    return tuple(
        next((value for key, value in report.items() if key.casefold() == wanted), None)
        for report in reports
    )
