"""Staff find a provider by hand: ask one again, give the order to one, or give the money back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Content
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import audit, moving, offering, permits, provider_alarm, refunding, telling
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.lifecycle import Actor, State
from orders.matching import Match
from orders.numbers import normalise
from orders.refusal import Refusal
from storage import orders
from storage import working_queries as working
from storage.records import Order
from storage.working import Provider


def on_command(turn: Turn, argument: str) -> None:
    """/assign NUMBER in the staff group: whom to give it to."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    number = normalise(argument)
    order = orders.by_number(turn.work.session, turn.work.bot, number) if number else None
    if order is not None and order.state == State.AWAITING_PROVIDER:
        provider_alarm.show(turn, order, "asked", anew=True, mode="give")
        return
    words = turn.words(turn.business.staff_language)
    text = words.gettext(
        "Please write it as /assign NUMBER; the order must be waiting for a provider."
    )
    turn.work.send(
        event.chat.id,
        Content(text=words.html("notice", text=text)),
        label="staff/answer",
        thread_id=event.thread,
    )


def _waiting(turn: Turn, value: Mapping[str, Any]) -> Order | None:
    """The order behind a button of the staff chat, still without a provider and not the tapper's own."""
    if not permits.in_staff_chat(turn):
        return None
    order = turn.work.session.get_one(Order, int(value["order"]))
    if order.state != State.AWAITING_PROVIDER:
        turn.toast(N_("That has been decided already."), alert=True)
        return None
    if order.customer_id == turn.person.id:
        turn.toast(refusal_text(Refusal("approval_own"), turn.words()), alert=True)
        return None
    return order


def on_mode(turn: Turn, value: Mapping[str, Any]) -> None:
    """Other buttons below the notice."""
    order = _waiting(turn, value)
    if order is not None:
        provider_alarm.show(turn, order, str(value["why"]), mode=str(value["mode"]))


def on_offer_again(turn: Turn, value: Mapping[str, Any]) -> None:
    """A provider who declined or did not answer is asked once more, beside whoever is being asked now."""
    order = _waiting(turn, value)
    provider = _provider(turn, value)
    if order is None or provider is None:
        return
    offers = working.offers_of(turn.work.session, order)
    if any(o.provider_id == provider.person_id and o.state in _OPEN for o in offers):
        turn.toast(N_("Has the offer already; we are waiting for the answer."))
        return
    offering.offer_to(turn, order, Match(provider.person_id, 0, ()), len(offers) + 1)
    audit.record(turn, "assign.offer_again", order, provider=provider.person_id)
    provider_alarm.show(turn, order, str(value["why"]))
    turn.toast(N_("Asked again."))


_OPEN = ("open", "declining")


def on_give(turn: Turn, value: Mapping[str, Any]) -> None:
    """The order is this provider's now, who hears of it and gets the card."""
    order = _waiting(turn, value)
    provider = _provider(turn, value)
    if order is None or provider is None:
        return
    session = turn.work.session
    person = orders.person_by_id(session, provider.person_id)
    if order.customer_id == person.id:
        turn.toast(N_("It is this person's own order."), alert=True)
        return
    if person.id == turn.person.id:
        turn.toast(N_("Nobody gives an order to themselves; a colleague has to."), alert=True)
        return
    made = moving.move(
        turn,
        order,
        "accept",
        Actor.SUPPORT,
        actor_id=turn.person.id,
        due_at=offering.due_of(turn, order),
        quiet=True,
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    offers = working.offers_of(session, order)
    mine = [o for o in offers if o.provider_id == person.id and o.state in _OPEN]
    audit.record(turn, "assign.give", order, provider=person.id)
    offering.hand_over(turn, order, person, mine[-1] if mine else None, made)
    provider_alarm.settle(turn, order)
    turn.toast(N_("Given. Both sides have been told."))


def _provider(turn: Turn, value: Mapping[str, Any]) -> Provider | None:
    provider = turn.work.session.get(Provider, int(value["provider"]))
    if provider is None or provider.status != "active":
        turn.toast(N_("Takes no orders at the moment; please choose somebody else."), alert=True)
        return None
    return provider


def on_cancel(turn: Turn, value: Mapping[str, Any]) -> None:
    """Nobody is to be found: the customer gets everything back."""
    order = _waiting(turn, value)
    if order is None:
        return
    made = moving.move(
        turn, order, "no_provider", Actor.SUPPORT, actor_id=turn.person.id, quiet=True
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    order.cancel_reason = "no_provider"
    refunding.refund_all(turn, order, "no_provider")
    audit.record(turn, "assign.cancel", order)
    telling.tell(turn, order, made)
    turn.toast(N_("Thank you, the customer has been told."))
