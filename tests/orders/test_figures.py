from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.figures import MOST, Change, changes, read_figures, series


@pytest.mark.parametrize(
    ("text", "figures", "rest"),
    [
        ("views 1200", {"views": 1200}, ""),
        ("播放 1.2万\n点赞：356\n转化率 3.2%", {"播放": 12000, "点赞": 356, "转化率 (%)": 3.2}, ""),
        ("播放1.2万，点赞 300；订单 12单", {"播放": 12000, "点赞": 300, "订单": 12}, ""),
        ("GMV ¥12,300.5", {"GMV (¥)": 12300.5}, ""),
        ("- Orders = 35", {"Orders": 35}, ""),
        ("Views: 12k, clicks 1.5m", {"Views": 12000, "clicks": 1_500_000}, ""),
        ("阅读 8w 🎉", {"阅读": 80000}, ""),
        ("曝光 3亿", {"曝光": 300_000_000}, ""),
        (
            "Shot all three.\nviews 1,200, clicks 80\nmore soon",
            {"views": 1200, "clicks": 80},
            "Shot all three.\nmore soon",
        ),
        # Sentences and the numbers of things are no figures.
        ("Cut 3 of 8 clips", {}, "Cut 3 of 8 clips"),
        ("Draft 2", {}, "Draft 2"),
        ("ready at 5", {}, "ready at 5"),
        ("明天下午3点", {}, "明天下午3点"),
        ("完成第 2 条", {}, "完成第 2 条"),
        ("", {}, ""),
    ],
)
def test_lines_of_name_and_value(text: str, figures: dict[str, float], rest: str) -> None:
    assert read_figures(text) == (figures, rest)


def test_no_more_figures_than_a_report_shows() -> None:
    names = [chr(ord("a") + n) * 3 for n in range(MOST + 2)]
    figures, rest = read_figures("\n".join(f"{name} {n}" for n, name in enumerate(names)))
    assert list(figures) == names[:MOST]
    assert rest.splitlines() == [f"{names[MOST]} {MOST}", f"{names[MOST + 1]} {MOST + 1}"]


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_every_line_is_read_or_kept(text: str) -> None:
    figures, rest = read_figures(text)
    assert len(figures) <= MOST
    if not figures:
        assert rest == "\n".join(text.splitlines()).strip()


def test_change_since_the_report_before() -> None:
    assert changes({"Views": 1800, "clicks": 20, "new": 5}, {"views": 1200, "clicks": 0}) == (
        Change("Views", 1800, 1200, 50),
        Change("clicks", 20, 0, None),
        Change("new", 5, None, None),
    )


def test_course_of_a_figure() -> None:
    reports = [{"Views": 1.0}, {"clicks": 2.0}, {"views": 3.0}]
    assert series(reports, "views") == (1.0, None, 3.0)
