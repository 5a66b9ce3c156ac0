"""Stars and punctuality in sum, and figures over a whole period."""

from __future__ import annotations

import pytest

from orders.figures import Change, over_all
from orders.ratings import Rating, row_of_stars


def test_without_reviews_there_is_no_average() -> None:
    assert Rating().average is None
    assert Rating().punctuality is None


@pytest.mark.parametrize(
    ("rating", "average", "punctuality"),
    [
        (Rating(stars=14, reviews=3, finished=4, on_time=3), 466, 75),
        (Rating(stars=5, reviews=1, finished=1), 500, 0),
    ],
)
def test_averages_are_rounded_down(rating: Rating, average: int, punctuality: int) -> None:
    assert (rating.average, rating.punctuality) == (average, punctuality)


def test_a_row_of_stars_is_always_five_long() -> None:
    assert [row_of_stars(n) for n in (1, 4, 5)] == ["★☆☆☆☆", "★★★★☆", "★★★★★"]


def test_figures_are_compared_from_the_first_report_that_named_them_to_the_last() -> None:
    reports = [
        {"Views": 1000.0},
        {"views": 1500.0, "likes": 40.0},
        {"likes": 30.0},
        {"orders": 2.0},
    ]
    assert over_all(reports) == (
        Change("Views", 1500.0, 1000.0, 50),
        Change("likes", 30.0, 40.0, -25),
        Change("orders", 2.0, None, None),
    )


def test_a_figure_that_began_with_nothing_has_no_percentage() -> None:
    assert over_all([{"orders": 0.0}, {"orders": 7.0}]) == (Change("orders", 7.0, 0.0, None),)
