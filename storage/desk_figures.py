"""How support did lately, in figures: for /queue, the digest, and `python -m bot desk`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from orders.clock import WorkingHours, working_time_between
from orders.ticket_times import median, quantile
from storage import desk_queries as desk


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """None where nothing happened. Times are support's working time."""

    answered: int
    first_answer: timedelta | None
    first_answer_slow: timedelta | None
    resolved: int
    resolution: timedelta | None
    rating: float | None
    rated: int


def worked(hours: WorkingHours | None, start: datetime, end: datetime) -> timedelta:
    """Support's working time between two moments; without hours every hour counts."""
    if hours is None:
        return max(end - start, timedelta(0))
    return working_time_between(start, end, hours)


def figures(session: Session, bot: int, since: datetime, hours: WorkingHours | None) -> Figures:
    """Of what was answered and resolved since then: the middle time, and what nine in ten did not exceed."""
    answers = [
        worked(hours, one.round_at, one.answered_at)
        for one in desk.answered_since(session, bot, since, 1000)
        if one.answered_at is not None
    ]
    over = desk.resolved_since(session, bot, since)
    lasted = [
        worked(hours, one.round_at, one.resolved_at) for one in over if one.resolved_at is not None
    ]
    stars = [one.rating for one in over if one.rating is not None]
    return Figures(
        answered=len(answers),
        first_answer=median(answers) if answers else None,
        first_answer_slow=quantile(answers, 0.9) if answers else None,
        resolved=len(over),
        resolution=median(lasted) if lasted else None,
        rating=sum(stars) / len(stars) if stars else None,
        rated=len(stars),
    )
