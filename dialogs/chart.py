"""A chart as a value: what it shows, already worded. It is drawn when it is sent.

It travels as the asset of a `Media`, "chart:" and JSON: the same chart has the same name, so that it is drawn and
uploaded once.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from dialogs.content import Media

PREFIX = "chart:"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartRow:
    """One figure: its name, its newest value and change in words, and the values so far, oldest first."""

    name: str
    value: str
    change: str = ""
    #: 1 it grew, -1 it shrank, 0 neither or unknown.
    direction: int = 0
    points: tuple[float, ...]
    #: What each point is called: its day.
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    title: str
    #: A line below the title: the period.
    note: str = ""
    rows: tuple[ChartRow, ...]

    def media(self) -> Media:
        """The picture to show."""
        return Media(kind="photo", asset=PREFIX + json.dumps(asdict(self), ensure_ascii=False))


def read_chart(asset: str) -> Chart | None:
    """The chart behind an asset's name; None for any other asset. Raises ValueError when it is damaged."""
    if not asset.startswith(PREFIX):
        return None
    try:
        data = json.loads(asset.removeprefix(PREFIX))
        rows = tuple(
            ChartRow(**{**row, "points": tuple(row["points"]), "labels": tuple(row["labels"])})
            for row in data["rows"]
        )
        return Chart(**{**data, "rows": rows})
    except (KeyError, TypeError) as error:
        raise ValueError("the chart of this message cannot be read") from error
