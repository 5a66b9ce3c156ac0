"""How long somebody waits for a person, told honestly: from how long it took lately, and from who is waiting now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from handlers.turn import Turn
from orders.clock import add_working_time, is_open, next_open
from orders.ticket_times import median, rounded
from orders.tickets import TicketState
from storage import desk_queries as desk
from storage.desk import Ticket
from storage.desk_figures import worked

#: The timer of the summary for the next shift.
TIMER, SUBJECT, SLOT = "desk", "desk", "digest"
#: Of how many tickets, answered within how long, the usual time is taken; of fewer it is the promised one.
_LATELY, _AT_LEAST, _WITHIN = 30, 3, timedelta(days=14)
#: Hours after the opening at which people may ask to be written to.
_CALLBACKS = (timedelta(0), timedelta(hours=2), timedelta(hours=4))


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """What to tell who waits. `about`: working time; `by`: when that will have passed."""

    open_now: bool
    opens: datetime
    about: timedelta
    by: datetime


def estimate(turn: Turn, ticket: Ticket) -> Wait:
    """The usual time to a first answer, or longer when somebody before them waits longer already."""
    support = turn.business.support
    hours = support.hours
    session = turn.work.session
    lately = desk.answered_since(session, turn.work.bot, turn.now - _WITHIN, _LATELY)
    took = [worked(hours, one.round_at, one.answered_at) for one in lately if one.answered_at]
    usual = median(took) if len(took) >= _AT_LEAST else support.reply_within
    ahead = [
        worked(hours, other.waiting_since, turn.now)
        for other in desk.open_tickets(session, turn.work.bot)
        if other.state == TicketState.QUEUED
        and other.id != ticket.id
        and other.waiting_since is not None
        and (ticket.waiting_since is None or other.waiting_since <= ticket.waiting_since)
    ]
    about = rounded(max([usual, *ahead]))
    if hours is None:
        return Wait(open_now=True, opens=turn.now, about=about, by=turn.now + about)
    return Wait(
        open_now=is_open(turn.now, hours),
        opens=next_open(turn.now, hours),
        about=about,
        by=add_working_time(turn.now, about, hours),
    )


def callback_times(turn: Turn) -> list[datetime]:
    """When somebody could be written to next: at opening and a little later, while it is open then."""
    hours = turn.business.support.hours
    if hours is None:
        return []
    opens = next_open(turn.now, hours)
    return [opens + later for later in _CALLBACKS if is_open(opens + later, hours)]


def plan_digest(turn: Turn) -> None:
    """Have the next digest come, while there is something to tell."""
    due = next_digest(turn)
    if due is not None:
        turn.work.set_timer(TIMER, SUBJECT, SLOT, due, {"since": turn.now.isoformat()})


def next_digest(turn: Turn) -> datetime | None:
    """The next of the times of day at which staff get a summary."""
    zone = turn.business.zone
    today = turn.now.astimezone(zone).date()
    moments = [
        datetime.combine(today + timedelta(days=day), clock, zone).astimezone(UTC)
        for day in (0, 1)
        for clock in turn.business.support.digest
    ]
    return min((moment for moment in moments if moment > turn.now), default=None)
