"""Time in a dispute: warnings, the next stage when nobody acts, alarms for staff. Nobody loses by silence."""

from __future__ import annotations

from datetime import timedelta

from handlers import dispute_cards, telling
from handlers import disputes as cases
from handlers.events import TimerEvent
from handlers.turn import Turn
from orders.clock import shift_out_of_quiet
from orders.dispute_stages import DisputeState, Limit, limit_of, limits_of
from orders.lifecycle import earliest_after_warning
from orders.states import Actor
from storage import disputes as stored
from storage.disputes import Dispute
from storage.records import Order, Person

#: Alarms are repeated for as long as nothing happens.
AGAIN = timedelta(hours=24)


def on_timer(turn: Turn) -> None:
    """A slot of a dispute is due. The stage may be another one by now."""
    event = turn.event
    assert isinstance(event, TimerEvent)
    found = stored.of_bot(turn.work.session, turn.work.bot, int(str(event.params["dispute"])))
    limit = limit_of(event.slot)
    if found is None or limit is None or found[0].state != limit.state:
        return
    dispute, order = found
    if limit.fires:
        _fire(turn, dispute, order, limit)
    elif limit.slot.endswith("_warn"):
        _warn(turn, dispute, order, limit)
    else:
        _alarm(turn, dispute, order, limit)


def _fire(turn: Turn, dispute: Dispute, order: Order, limit: Limit) -> None:
    """Time is over: two hours after the warning at the earliest."""
    assert limit.fires is not None
    due = earliest_after_warning(dispute.ends_at or turn.now, dispute.warned_at)
    if due > turn.now:
        dispute.ends_at = due
        cases.set_timer(turn, dispute, limit.slot, due)
        return
    told = "silent" if limit.fires == "silence" else limit.fires
    cases.step(turn, dispute, order, limit.fires, Actor.TIMER, told=told)


def _warn(turn: Turn, dispute: Dispute, order: Order, limit: Limit) -> None:
    """Whoever has not done their part is reminded: not at night, and not when the time is over as well."""
    end = dispute.ends_at
    if end is None or end <= turn.now:
        return
    morning = shift_out_of_quiet(turn.now, turn.business.quiet, turn.business.zone)
    if morning > turn.now:
        cases.set_timer(turn, dispute, limit.slot, morning)
        later = earliest_after_warning(end, morning)
        if later > end:
            dispute.ends_at = later
            for over in limits_of(limit.state):
                if over.fires:
                    cases.set_timer(turn, dispute, over.slot, later)
        return
    dispute.warned_at = turn.now
    turn.work.session.flush()
    for person in _waited_for(turn, dispute, order):
        dispute_cards.show_card(turn, dispute, order, person, told="warned")


def _waited_for(turn: Turn, dispute: Dispute, order: Order) -> list[Person]:
    sides = dispute_cards.parties(turn, order)
    match DisputeState(dispute.state):
        case DisputeState.AWAITING_RESPONSE:
            return [person for person in sides if person.id != dispute.opener_id]
        case DisputeState.PROPOSAL:
            return [person for person in sides if person.id not in dispute.agreed]
    return list(sides)


def _alarm(turn: Turn, dispute: Dispute, order: Order, limit: Limit) -> None:
    """A case waits for staff: they are told, and told again each day."""
    holder = dispute.mediator_id if limit.state is DisputeState.MEDIATION else dispute.arbiter_id
    if limit.unclaimed and holder is not None:
        return
    telling.tell_staff(turn, order, "dispute/alarm", stage=str(limit.state), claimed=bool(holder))
    dispute_cards.show_case(turn, dispute, order, anew=True)
    cases.set_timer(turn, dispute, limit.slot, turn.now + AGAIN)
