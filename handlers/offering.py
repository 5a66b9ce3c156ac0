"""Finding a provider: offers one after another with a time limit, and the first who accepts has it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_, Words
from handlers import cards, moving, provider_alarm, schedules, telling
from handlers.events import TimerEvent
from handlers.turn import Turn
from orders.catalogue import in_language
from orders.clock import WorkingHours, add_working_time
from orders.completeness import completeness
from orders.lifecycle import Actor, Move, State
from orders.matching import Match, Reason, Wanted, check_room, rank
from orders.refusal import Refusal
from storage import orders
from storage import working_queries as working
from storage.records import Order, Person
from storage.working import Offer, Provider

TIMER = "offer"
#: Working hours a provider has to answer.
ANSWER_WITHIN = timedelta(hours=2)
#: Why a provider declines: code and label (a msgid).
DECLINE_REASONS: Mapping[str, str] = {
    "busy": N_("No time"),
    "skills": N_("Not my field"),
    "deadline": N_("Too short a deadline"),
    "brief": N_("The brief is unclear"),
}
WHOLE_DAY = (time(0), time(0))


def subject(order: Order) -> str:
    return f"order:{order.id}"


def start(turn: Turn, order: Order, *, alarm: bool = True) -> None:
    """Offer the order to the provider who fits best and has not been asked; without one, alarm staff.

    Without `alarm` staff have heard of it before.
    """
    session = turn.work.session
    if order.state != State.AWAITING_PROVIDER:
        return
    service = orders.service_of(session, order)
    customer = orders.person_by_id(session, order.customer_id)
    offers = working.offers_of(session, order)
    asked = {offer.provider_id for offer in offers}
    wanted = Wanted(
        skills=frozenset(service.skills), category=service.category, language=customer.language
    )
    ranking = rank(wanted, working.candidates(session, turn.work.bot), {*asked, customer.id})
    if not ranking:
        if alarm:
            why = "nobody_left" if asked else "nobody_fits"
            provider_alarm.show(turn, order, why, anew=True)
        return
    offer_to(turn, order, ranking[0], len(offers) + 1)


def offer_to(turn: Turn, order: Order, match: Match, n: int) -> None:
    """The order's offer number `n`, to this provider."""
    session = turn.work.session
    provider = session.get_one(Provider, match.provider)
    offer = Offer(
        order_id=order.id,
        provider_id=match.provider,
        n=n,
        state="open",
        reasons=[[reason.code, dict(reason.params)] for reason in match.reasons],
        offered_at=turn.now,
        expires_at=add_working_time(turn.now, ANSWER_WITHIN, hours_of(turn, provider)),
    )
    session.add(offer)
    session.flush()
    _set_timer(turn, order, offer)
    show(turn, order, offer, anew=True)


def renew(turn: Turn, order: Order, offer: Offer, *, anew: bool = False) -> None:
    """The time to answer begins again: the order has changed, or stands still while it may change."""
    provider = turn.work.session.get_one(Provider, offer.provider_id)
    offer.expires_at = add_working_time(turn.now, ANSWER_WITHIN, hours_of(turn, provider))
    turn.work.session.flush()
    _set_timer(turn, order, offer)
    show(turn, order, offer, anew=anew)


def _set_timer(turn: Turn, order: Order, offer: Offer) -> None:
    turn.work.set_timer(
        TIMER, subject(order), f"offer-{offer.n}", offer.expires_at, {"offer": offer.id}
    )


def hours_of(turn: Turn, provider: Provider) -> WorkingHours:
    """A provider's working hours; without any, the whole week counts."""
    days = {
        int(day): tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in spans)
        for day, spans in provider.hours.items()
        if spans
    }
    return WorkingHours(turn.business.zone, days or dict.fromkeys(range(7), (WHOLE_DAY,)))


def show(turn: Turn, order: Order, offer: Offer, *, anew: bool = False) -> None:
    """The offer in the provider's chat: the brief, its completeness, by when to answer, or what became of it.

    In the provider's quiet hours it comes without a sound: the time to answer counts in working hours only.
    """
    session = turn.work.session
    provider = session.get_one(Provider, offer.provider_id)
    person = orders.person_by_id(session, offer.provider_id)
    words = turn.words(person.language)
    service = orders.service_of(session, order)
    brief = orders.brief_of(session, order)
    percent, missing = completeness(brief, service.ask)
    rows: tuple[tuple[Button, ...], ...] = ()
    actions: list[tuple[str, Any]] = []
    value = {"offer": offer.id}
    if offer.state == "open":
        rows = (
            (Button(label=words.gettext("✅ Accept"), action=0, style="success"),),
            (Button(label=words.gettext("✖️ Decline this order"), action=1),),
        )
        actions = [("offer.accept", value), ("offer.decline", value)]
    elif offer.state == "declining":
        rows = tuple(
            (Button(label=words.gettext(label), action=index),)
            for index, label in enumerate(DECLINE_REASONS.values())
        )
        actions = [("offer.reason", {**value, "reason": code}) for code in DECLINE_REASONS]
    turn.work.show(
        person.user_id,
        "offer",
        subject(order),
        Content(
            text=words.html(
                "work/offer",
                order=cards.view(turn, order, words, staff=True),
                offer=offer,
                reasons=[
                    reason_text(turn, Reason(code, params), words) for code, params in offer.reasons
                ],
                percent=percent,
                missing=missing,
            ),
            buttons=rows,
            silent=anew and schedules.quiet_until(turn, provider) > turn.now,
        ),
        actions,
        anew=anew,
        label="work/offer",
        order_id=order.id,
    )


def reason_text(turn: Turn, reason: Reason, words: Words) -> str:
    """Why a provider was proposed, in words."""
    params = reason.params
    match reason.code:
        case "skills":
            joint = "、" if words.language == "zh" else ", "
            titles = {skill.key: skill.title for skill in turn.shelf.catalogue.skills}
            keys = [str(key) for key in params["skills"]]  # type: ignore[attr-defined]
            names = [
                in_language(titles[key], words.language) if key in titles else key for key in keys
            ]
            return words.gettext("your skills: {skills}", skills=joint.join(names))
        case "category":
            return words.gettext("you work in this field")
        case "language":
            return words.gettext("you speak the customer's language")
        case "rating":
            return words.gettext(
                "your rating: {stars} ★", stars=f"{int(str(params['stars'])) / 100:.1f}"
            )
        case "punctuality":
            return words.gettext("{percent} % on time", percent=params["percent"])
        case _:
            return words.gettext("you have room for {n} more", n=params["free"])


# -- answers --------------------------------------------------------------------------------------------------


def _mine(turn: Turn, value: Mapping[str, Any]) -> tuple[Offer, Order] | None:
    """The offer behind a button, if it is this person's and they still work for us."""
    session = turn.work.session
    offer = session.get(Offer, int(value["offer"]))
    provider = working.provider_of(session, turn.person)
    if offer is None or offer.provider_id != turn.person.id or provider is None:
        turn.toast(N_("This button is no longer in use."))
        return None
    if provider.status == "removed":
        turn.toast(N_("You no longer work with us, so this is not possible."), alert=True)
        return None
    return offer, session.get_one(Order, offer.order_id)


def on_accept(turn: Turn, value: Mapping[str, Any]) -> None:
    """The first who accepts has it; anybody else is told so."""
    found = _mine(turn, value)
    if found is not None:
        offer, order = found
        take(turn, order, turn.person, offer)


def take(turn: Turn, order: Order, person: Person, offer: Offer | None) -> bool:
    """Give an order to a provider who wants it; False when they may not or somebody else has it.

    Who is paused or has no room is told what to do first: their offer stays open for its time, so that they can.
    """
    words = turn.words()
    full = _no_room(turn, person) if order.state == State.AWAITING_PROVIDER else None
    if full is not None:
        turn.toast(refusal_text(full, words)[:200], alert=True)
        return False
    order_before = order.provider_id
    made = moving.move(
        turn,
        order,
        "accept",
        Actor.PROVIDER,
        actor_id=person.id,
        own=order.customer_id == person.id,
        due_at=due_of(turn, order),
        quiet=True,
    )
    if isinstance(made, Refusal):
        if order_before is not None and order_before != person.id:
            turn.toast(N_("Somebody else was faster with this one."), alert=True)
        else:
            turn.toast(refusal_text(made, words)[:200], alert=True)
        if offer is not None and offer.state in ("open", "declining"):
            offer.state = "withdrawn"
            show(turn, order, offer)
        return False
    hand_over(turn, order, person, offer, made)
    turn.toast(N_("It is yours. Thank you!"))
    return True


def _no_room(turn: Turn, person: Person) -> Refusal | None:
    provider = working.provider_of(turn.work.session, person)
    if provider is None:
        return None
    load = working.load_of(turn.work.session, provider)
    return check_room(load, provider.capacity, paused=provider.status == "paused")


def hand_over(turn: Turn, order: Order, person: Person, offer: Offer | None, made: Move) -> None:
    """The order has a provider: plan the reports, close the other offers, tell everybody."""
    session = turn.work.session
    order.provider_id = person.id
    plan = orders.service_of(session, order).plan(order.plan)
    if plan is not None and plan.report_every_days:
        order.next_report_at = turn.now + timedelta(days=plan.report_every_days)
    for other in working.offers_of(session, order):
        if other.state in ("open", "declining"):
            other.state = "accepted" if offer is not None and other.id == offer.id else "withdrawn"
            other.decided_at = turn.now
            session.flush()
            show(turn, order, other)
    turn.work.drop_timers(subject(order), kind=TIMER)
    moving.set_timers(turn, order)
    telling.tell(turn, order, made)


def due_of(turn: Turn, order: Order) -> datetime | None:
    """The end of the promised day in the business's zone."""
    if not order.delivery_on:
        return None
    day = datetime.fromisoformat(order.delivery_on).date()
    return datetime.combine(day, time(23, 59), turn.business.zone)


def on_decline(turn: Turn, value: Mapping[str, Any]) -> None:
    """Ask why, with buttons; the offer is only gone once a reason was given or its time is over."""
    found = _mine(turn, value)
    if found is None:
        return
    offer, order = found
    if offer.state == "open":
        offer.state = "declining"
        turn.work.session.flush()
        show(turn, order, offer)


def on_reason(turn: Turn, value: Mapping[str, Any]) -> None:
    """Declined: the next provider is asked."""
    found = _mine(turn, value)
    if found is None:
        return
    offer, order = found
    if offer.state not in ("open", "declining"):
        return
    offer.decline_reason = str(value["reason"])
    _gone(turn, order, offer, "declined", "decline", Actor.PROVIDER, turn.person.id)
    turn.toast(N_("Noted, thank you."))


def on_timer(turn: Turn) -> None:
    """Nobody answered in time."""
    event = turn.event
    assert isinstance(event, TimerEvent)
    session = turn.work.session
    offer = session.get(Offer, int(str(event.params["offer"])))
    if offer is None or offer.state not in ("open", "declining"):
        return
    order = session.get_one(Order, offer.order_id)
    if order.on_hold:
        # Nothing runs out while the order is held: whoever waits to see what it becomes loses nothing.
        renew(turn, order, offer)
        return
    _gone(turn, order, offer, "expired", "offer_timeout", Actor.TIMER, None)


def _gone(
    turn: Turn,
    order: Order,
    offer: Offer,
    state: str,
    transition: str,
    actor: Actor,
    actor_id: int | None,
) -> None:
    offer.state = state
    offer.decided_at = turn.now
    turn.work.session.flush()
    turn.work.drop_timers(subject(order), kind=TIMER, slot=f"offer-{offer.n}")
    show(turn, order, offer)
    made = moving.move(turn, order, transition, actor, actor_id=actor_id, note=offer.decline_reason)
    if isinstance(made, Refusal):
        return
    if made.alarm:
        provider_alarm.show(turn, order, "declined", anew=True)
    start(turn, order)


def withdraw(turn: Turn, order: Order) -> None:
    """The order is no longer on offer: cancelled, refused, or taken elsewhere."""
    for offer in working.offers_of(turn.work.session, order):
        if offer.state in ("open", "declining"):
            offer.state = "withdrawn"
            offer.decided_at = turn.now
            turn.work.session.flush()
            show(turn, order, offer)
    turn.work.drop_timers(subject(order), kind=TIMER)
