"""What customers say in sum: stars, punctuality, the newest words."""

from __future__ import annotations

from dataclasses import dataclass

#: What is asked beside the stars, in this order.
ASPECTS = ("quality", "communication", "punctuality")
MOST_STARS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """Of a service or of a provider: published reviews and finished orders, counted."""

    #: all stars of all reviews together
    stars: int = 0
    reviews: int = 0
    #: orders completed, and those of them that never missed a day they were due
    finished: int = 0
    on_time: int = 0
    #: (stars, words) of the newest reviews with words
    words: tuple[tuple[int, str], ...] = ()

    @property
    def average(self) -> int | None:
        """Hundredths of a star; None without reviews."""
        return self.stars * 100 // self.reviews if self.reviews else None

    @property
    def punctuality(self) -> int | None:
        """Percent of the finished orders that were on time; None without any."""
        return self.on_time * 100 // self.finished if self.finished else None


def row_of_stars(stars: int) -> str:
    """Four of five as ★★★★☆."""
    return "★" * stars + "☆" * (MOST_STARS - stars)
