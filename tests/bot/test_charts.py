"""Charts: drawn once, in a size phones show, with Chinese, and put into a chat by delivery."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from bot import charts
from bot.assets import Assets
from dialogs.chart import Chart, ChartRow, read_chart
from dialogs.content import Content
from tests.bot.desk import Desk

ROW = ChartRow(
    name="播放 🎉",
    value="1.2万",
    change="较上次 +40%",
    direction=1,
    points=(8600.0, 12000.0),
    labels=("11月21日", "11月25日"),
)
CHART = Chart(title="K7M-3QXA · 短视频", note="第 2 次汇报", rows=(ROW,))


def test_a_chart_travels_as_the_name_of_its_picture() -> None:
    media = CHART.media()
    assert media.asset is not None
    assert read_chart(media.asset) == CHART
    assert read_chart("catalogue/picture.png") is None
    assert replace(CHART, note="").media() != media


@pytest.mark.parametrize("asset", ["chart:", "chart:{}", 'chart:{"rows": [{}]}', "chart:[1"])
def test_a_damaged_chart_says_so(asset: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        read_chart(asset)


@pytest.mark.parametrize("rows", [1, 3, 6])
def test_wide_as_a_phone_and_as_tall_as_its_rows(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "new" / "chart.png"
    charts.draw(replace(CHART, rows=(ROW,) * rows), path)
    with Image.open(path) as image:
        assert image.size[0] == charts.WIDTH
        assert image.size[1] == 190 + 210 * rows
        ink = image.convert("L").point(lambda level: 255 * (level < 128))
        assert ink.getbbox() is not None
    assert [other.name for other in path.parent.iterdir()] == ["chart.png"]


def test_names_change_what_is_drawn(tmp_path: Path) -> None:
    """Chinese is drawn as such: another name of the same length is another picture."""
    for name, row in (("a", ROW), ("b", replace(ROW, name="点赞 🎉"))):
        charts.draw(replace(CHART, rows=(row,)), tmp_path / f"{name}.png")
    assert (tmp_path / "a.png").read_bytes() != (tmp_path / "b.png").read_bytes()


def test_long_names_and_flat_or_lonely_courses_are_drawn(tmp_path: Path) -> None:
    rows = (
        replace(ROW, name="a very long name of a figure " * 5, value="1,234,567,890,123.45"),
        replace(ROW, points=(0.0, 0.0), labels=()),
        replace(ROW, points=(-5.0, 3.0, 1e12)),
        replace(ROW, points=(7.0,), change="", name=""),
    )
    charts.draw(Chart(title="$x_1$ \\frac" * 20, rows=rows), tmp_path / "chart.png")
    assert (tmp_path / "chart.png").stat().st_size > 5000


def test_drawn_once_and_forgotten_when_nobody_needs_it(tmp_path: Path) -> None:
    assets = Assets([], drawn=tmp_path)
    asset = CHART.media().asset or ""
    assert assets.must_draw(asset)
    assert assets.path(asset) is None
    assets.draw(asset)
    path = assets.path(asset)
    assert path is not None
    assert not assets.must_draw(asset)
    stamp = path.stat().st_mtime_ns
    assets.draw(asset)
    assert path.stat().st_mtime_ns == stamp
    long_ago = time.time() - 40 * 24 * 3600
    os.utime(path, (long_ago, long_ago))
    assets.draw(replace(CHART, note="another").media().asset or "")
    assert assets.path(asset) is None


async def test_delivery_draws_what_a_row_shows(at_desk: Desk) -> None:
    anna = await at_desk.person()
    content = Content(text="report", media=CHART.media())
    assert await at_desk.ended(await at_desk.send(anna.id, content)) == ["sent"]
    seen = await anna.sees("report", photo=True)
    assert seen.photo is not None
