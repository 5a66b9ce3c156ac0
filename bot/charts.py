"""Drawing charts as PNG for a phone: one band per figure, with its course to the right.

matplotlib takes a second to import and is imported at the first chart. The object interface is used throughout,
never pyplot, so that drawing may run in a thread beside the event loop.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dialogs.chart import Chart, ChartRow

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

#: Pixels. A phone shows a photo about 1080 wide.
WIDTH = 1080
_DPI = 100
_HEAD = 150
_BAND = 210
#: Without a course or a change there is less to show.
_LOW_BAND = 150
_FOOT = 40

_INK = "#1d2733"
_PALE = "#8593a3"
_LINE = "#e3e8ee"
_BLUE = "#2f7de1"
#: Not green and red: which of them is the good news differs between China and elsewhere.
_UP = "#1f6fd6"
_DOWN = "#c7661b"
#: More points than this make the line unreadable: the newest are shown.
_POINTS = 12
_KEPT_SECONDS = 30 * 24 * 3600
#: Raised when the drawing changes, so that no picture of an older kind is taken from the folder.
_STYLE = "1"


def chart_path(folder: Path, asset: str) -> Path:
    """Where the picture of a chart is kept."""
    name = hashlib.sha256(f"{_STYLE}\0{asset}".encode()).hexdigest()[:32]
    return folder / f"{name}.png"


def prune(folder: Path) -> None:
    """Forget pictures nobody has needed for a month: what is needed after all is drawn anew."""
    before = time.time() - _KEPT_SECONDS
    for path in (*folder.glob("*.png"), *folder.glob("*.txt")):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def draw(chart: Chart, path: Path) -> None:
    """Draw a chart into a file, which appears complete or not at all. Raises OSError."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    plain = all(len(row.points) < 2 and not row.change for row in chart.rows)
    tall = _LOW_BAND if plain else _BAND
    height = _HEAD + tall * len(chart.rows) + _FOOT
    figure = Figure(figsize=(WIDTH / _DPI, height / _DPI), dpi=_DPI, facecolor="white")
    FigureCanvasAgg(figure)
    _text(figure, 60, height - 62, chart.title, 34, _INK)
    _text(figure, 60, height - 112, chart.note, 24, _PALE)
    for index, row in enumerate(chart.rows):
        _band(figure, row, top=height - _HEAD - index * tall, height=height)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            figure.savefig(file, format="png", metadata={"Software": None})
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _band(figure: Figure, row: ChartRow, *, top: int, height: int) -> None:
    """One figure: name, value and change at the left, its course at the right."""
    from matplotlib.lines import Line2D

    edge = Line2D([60 / WIDTH, 1 - 60 / WIDTH], [top / height] * 2, color=_LINE, linewidth=1.5)
    figure.add_artist(edge)
    _text(figure, 60, top - 50, row.name, 27, _PALE, widest=390)
    _text(figure, 60, top - 122, row.value, 48, _INK, widest=390)
    if row.change:
        colour = {1: _UP, -1: _DOWN}.get(row.direction, _PALE)
        mark = {1: "▲ ", -1: "▼ "}.get(row.direction, "")
        _text(figure, 60, top - 178, mark + row.change, 24, colour, widest=390)
    if len(row.points) < 2:
        return
    points = row.points[-_POINTS:]
    axes = figure.add_axes((490 / WIDTH, (top - 150) / height, 510 / WIDTH, 105 / height))
    _course(axes, points)
    names = row.labels[-len(points) :]
    if names:
        _text(figure, 490, top - 182, names[0], 21, _PALE)
        _text(figure, 1000, top - 182, names[-1], 21, _PALE, right=True)


def _course(axes: Axes, points: tuple[float, ...]) -> None:
    places = range(len(points))
    low, high = min(points), max(points)
    room = (high - low) * 0.18 or abs(high) * 0.5 or 1.0
    axes.plot(places, points, color=_BLUE, linewidth=4, solid_capstyle="round", zorder=2)
    axes.fill_between(places, points, low - room, color=_BLUE, alpha=0.10, linewidth=0)
    axes.scatter(places, points, s=34, color=_BLUE, zorder=3)
    axes.scatter(
        [places[-1]], [points[-1]], s=150, color=_BLUE, edgecolor="white", linewidth=3, zorder=4
    )
    axes.set_xlim(-0.25, len(points) - 0.75)
    axes.set_ylim(low - room, high + room * 1.4)
    axes.set_axis_off()


def _text(
    figure: Figure,
    x: int,
    y: int,
    text: str,
    size: int,
    colour: str,
    *,
    right: bool = False,
    widest: int = 960,
) -> Any:
    """A line of text whose base stands at these pixels from the lower left; made smaller until it fits."""
    font = _font().copy()
    shown = _drawable(text)
    made = figure.text(
        x / WIDTH,
        y / figure.bbox.height,
        shown,
        color=colour,
        fontproperties=font,
        ha="right" if right else "left",
        va="baseline",
        parse_math=False,
    )
    # Sizes are given in pixels; a point is 1/72 inch.
    points = size * 72 / _DPI * 1.15
    made.set_fontsize(points)
    width = made.get_window_extent().width
    if width > widest:
        made.set_fontsize(max(points * widest / width, 9))
        while made.get_window_extent().width > widest and len(shown) > 2:
            shown = shown[:-2] + "…"
            made.set_text(shown)
    return made


@cache
def _font() -> FontProperties:
    from matplotlib.font_manager import FontProperties
    from pylopdf_fonts_zh_cn import sans_path

    return FontProperties(fname=str(sans_path()))


@cache
def _glyphs() -> frozenset[int]:
    from matplotlib.ft2font import FT2Font
    from pylopdf_fonts_zh_cn import sans_path

    return frozenset(FT2Font(str(sans_path())).get_charmap())


def _drawable(text: str) -> str:
    """Without what the font cannot draw: emoji and the like."""
    return " ".join("".join(c for c in text if ord(c) in _glyphs() or c == " ").split())
