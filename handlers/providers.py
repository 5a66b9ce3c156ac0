"""Providers: how they join, what they can do, what they have to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.model import Answers
from dialogs.model import State as DialogState
from dialogs.words import N_
from handlers import audit, cards, dialog, offering, order_clock
from handlers.order_view import STATE_EMOJI
from handlers.schedules import HOURS, QUIET, days_of
from handlers.turn import Turn
from orders.lifecycle import State
from storage import working_queries as working
from storage.records import Order
from storage.working import Provider

# -- joining --------------------------------------------------------------------------------------------------


def on_joined(turn: Turn) -> None:
    """An invitation for a provider was followed: the profile is asked."""
    session = turn.work.session
    known = working.provider_of(session, turn.person)
    if known is None:
        session.add(
            Provider(
                person_id=turn.person.id,
                bot=turn.work.bot,
                status="joining",
                skills=[],
                categories=[],
                languages=[turn.person.language],
                capacity=3,
                hours={},
                quiet=[],
                qualifications="",
                joined_at=turn.now,
            )
        )
    else:
        known.status = "joining"
    session.flush()
    turn.say(turn.person, "work/welcome")
    dialog.open_flow(turn, "profile", beside=_ordering(turn))
    dialog.show(turn, anew=True)


def has_joined(turn: Turn) -> bool:
    """Whether this person is a provider already: an invitation then leads to the profile."""
    known = working.provider_of(turn.work.session, turn.person)
    return known is not None and known.status in ("active", "paused")


def _ordering(turn: Turn) -> bool:
    return dialog.worth_keeping(turn)


def on_profile(turn: Turn) -> None:
    """/profile: what is known, to be changed line by line."""
    provider = working.provider_of(turn.work.session, turn.person)
    if provider is None or provider.status == "removed":
        turn.say(turn.person, "work/not_provider")
        return
    answers = _answers(provider) if provider.status != "joining" else {}
    dialog.open_flow(turn, "profile", answers, beside=_ordering(turn))
    dialog.show(turn, anew=True)


def _answers(provider: Provider) -> dict[str, Any]:
    hours = next((key for key in HOURS if days_of(key) == provider.hours), "daily")
    quiet = next(
        (key for key, (_, span) in QUIET.items() if list(span or ()) == provider.quiet), "night"
    )
    return {
        "languages": provider.languages,
        "categories": provider.categories,
        "skills": provider.skills,
        "capacity": provider.capacity,
        "hours": hours,
        "quiet": quiet,
        "qualifications": provider.qualifications,
    }


def save_profile(turn: Turn, state: DialogState) -> None:
    """The profile is complete: from now on orders are offered."""
    answers: Answers = state.answers
    provider = working.provider_of(turn.work.session, turn.person)
    if provider is None or provider.status == "removed":
        dialog.close(turn)
        turn.say(turn.person, "work/not_provider")
        return
    provider.languages = list(answers["languages"])
    provider.categories = list(answers["categories"])
    provider.skills = list(answers["skills"])
    capacity, provider.capacity = provider.capacity, int(answers["capacity"])
    provider.hours = days_of(str(answers["hours"]))
    provider.quiet = list(QUIET[str(answers["quiet"])][1] or ())
    provider.qualifications = str(answers.get("qualifications") or "")
    first = provider.status == "joining"
    if first:
        provider.status = "active"
    turn.work.session.flush()
    if working.load_of(turn.work.session, provider) > provider.capacity:
        # What is in hand goes on; the auditor has to know since when it may be more than this.
        detail = {"capacity": provider.capacity, "before": capacity}
        audit.record(turn, "provider.capacity", f"person:{turn.person.id}", **detail)
    dialog.finish(
        turn, "work/profile_saved", turn.words(), first=first, paused=provider.status == "paused"
    )
    if provider.status == "active":
        offer_waiting(turn)


def offer_waiting(turn: Turn) -> None:
    """Orders that nobody could take so far are offered to who has just become free. Staff know of them."""
    for order in working.waiting_orders(turn.work.session, turn.work.bot):
        if working.open_offer(turn.work.session, order) is None:
            offering.start(turn, order, alarm=False)


def on_pause(turn: Turn) -> None:
    """/pause, and once more to go on: no new offers meanwhile, work in hand goes on."""
    provider = working.provider_of(turn.work.session, turn.person)
    if provider is None or provider.status not in ("active", "paused"):
        turn.say(turn.person, "work/not_provider")
        return
    provider.status = "paused" if provider.status == "active" else "active"
    audit.record(turn, f"provider.{provider.status}", f"person:{turn.person.id}")
    turn.work.session.flush()
    turn.say(turn.person, "work/paused", paused=provider.status == "paused")
    if provider.status == "active":
        offer_waiting(turn)


# -- taking from the group, the board ---------------------------------------------------------------------------


def on_take(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "I take it" below an announcement in the providers' group."""
    session = turn.work.session
    provider = working.provider_of(session, turn.person)
    if provider is None or provider.status not in ("active", "paused"):
        turn.toast(
            N_("Only providers who have joined can take orders. Ask for an invitation link."),
            alert=True,
        )
        return
    order = session.get_one(Order, int(value["order"]))
    mine = [o for o in working.offers_of(session, order) if o.provider_id == turn.person.id]
    offering.take(turn, order, turn.person, mine[-1] if mine else None)


def on_work(turn: Turn) -> None:
    """/work: what is due, late and waiting."""
    session = turn.work.session
    provider = working.provider_of(session, turn.person)
    if provider is None or provider.status in ("joining", "removed"):
        turn.say(turn.person, "work/not_provider")
        return
    words = turn.words()
    found = working.work_of(session, turn.person)
    shown = [
        {
            "order": cards.view(turn, order, words, staff=True),
            "due": order.due_at,
            "late": order_clock.overdue(turn, order) and order.state != State.DELIVERED,
        }
        for order in found
    ]
    rows = tuple(
        (Button(label=f"{STATE_EMOJI[State(order.state)]} {order.number}", action=index),)
        for index, order in enumerate(found)
    )
    turn.work.show(
        turn.person.user_id,
        "notice",
        "work",
        Content(
            text=words.html(
                "work/board",
                work=shown,
                paused=provider.status == "paused",
                offers=working.open_offers_of(session, turn.person),
            ),
            buttons=rows,
        ),
        [("work.open", {"order": order.id}) for order in found],
        anew=True,
        label="work/board",
    )


def on_open(turn: Turn, value: Mapping[str, Any]) -> None:
    """The provider's card of an order, at the bottom of the chat."""
    order = turn.work.session.get(Order, int(value["order"]))
    if order is not None and order.provider_id == turn.person.id:
        cards.show_work_card(turn, order, anew=True)
