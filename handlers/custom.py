"""Custom plans: the customer asks, staff name price and days, the customer accepts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.model import State as DialogState
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import cards, dialog, moving, ordering
from handlers.turn import Turn
from handlers.vetting import judge
from orders.brief import check_goal
from orders.lifecycle import Actor, State
from orders.methods import Offer, methods_for
from orders.money import Money, from_major
from orders.numbers import normalise
from orders.quote import quote_plan
from orders.refusal import Refusal
from orders.vetting import Tier
from storage import orders
from storage.records import Audit, Order

_QUOTE = re.compile(
    r"^\s*(?P<number>\S+)\s+(?P<price>[\d.,]+)\s*(?P<currency>[A-Za-z]{3})\s+(?P<days>[1-9]\d{0,2})\s*$"
)


def ask(turn: Turn, state: DialogState) -> None:
    """The brief of a custom plan goes to staff; the order stays a draft until they have quoted it."""
    goal = check_goal(str(state.answers.get("goal", "")))
    if isinstance(goal, Refusal):
        dialog.show(turn, notice=goal)
        return
    brief = ordering.brief_from(state.answers, goal)
    service = turn.shelf.catalogue.service(str(state.answers["service"]))
    if service is not None and judge(brief, service, "custom", None).tier is Tier.REFUSE:
        dialog.show(turn, notice=Refusal("brief_not_sold"))
        return
    words = turn.words()
    order = ordering.draft(turn, state.answers, brief)
    order.currency, order.price = "XTR", 0
    dialog.finish(turn, "order/quote_asked", words, order=cards.view(turn, order, words))
    _show_request(turn, order)


def _show_request(turn: Turn, order: Order) -> None:
    chat = turn.business.staff_chat
    if chat is None:
        return
    words = turn.words(turn.business.default_language)
    text = words.html(
        "staff/quote_request", order=cards.view(turn, order, words), quoted=order.price > 0
    )
    turn.work.show(
        chat,
        "notice",
        f"quote:{order.id}",
        Content(text=text),
        anew=order.price == 0,
        label="staff/quote_request",
    )


def on_quote(turn: Turn, argument: str) -> None:
    """/quote NUMBER PRICE CURRENCY DAYS, from staff in their chat."""
    words = turn.words(turn.business.default_language)
    chat = turn.business.staff_chat
    match = _QUOTE.match(argument)
    number = normalise(match["number"]) if match else None
    order = orders.by_number(turn.work.session, turn.work.bot, number) if number else None
    if chat is None:
        return
    if match is None or order is None or order.state != State.DRAFT or order.plan != "custom":
        _answer(turn, chat, words.html("staff/quote_usage"))
        return
    if order.customer_id == turn.person.id:
        _answer(turn, chat, words.html("notice", text=refusal_text(Refusal("approval_own"), words)))
        return
    price = from_major(match["price"].replace(",", ""), match["currency"].upper())
    offer = price if isinstance(price, Refusal) else _payable(turn, order, price)
    if isinstance(offer, Refusal):
        _answer(turn, chat, words.html("notice", text=refusal_text(offer, words)))
        return
    service = orders.service_of(turn.work.session, order)
    plan = service.plan("custom")
    assert plan is not None
    brief = orders.brief_of(turn.work.session, order)
    quote = quote_plan(
        service.key, plan, offer.currency, words.today, deadline=brief.deadline, price=offer.price
    )
    if isinstance(quote, Refusal):
        _answer(turn, chat, words.html("notice", text=refusal_text(quote, words)))
        return
    ordering.price(turn, order, offer, quote)
    days = int(match["days"])
    order.period_days = days
    order.delivery_on = ordering.day_after(turn, days).isoformat()
    turn.work.session.add(
        Audit(
            bot=turn.work.bot,
            at=turn.now,
            actor_id=turn.person.id,
            action="quote",
            subject=f"order:{order.id}",
            detail={"amount": order.price, "currency": order.currency, "days": days},
        )
    )
    turn.work.session.flush()
    show_quote(turn, order)
    _show_request(turn, order)
    _answer(turn, chat, words.html("staff/quoted", order=cards.view(turn, order, words)))


def _payable(turn: Turn, order: Order, price: Money) -> Offer | Refusal:
    """How a price named by staff can be paid."""
    service = orders.service_of(turn.work.session, order)
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    made = methods_for(
        service.nature,
        {price.currency: price.amount},
        turn.business.policy,
        turn.business.enabled,
        customer.language,
    )
    return made if isinstance(made, Refusal) else made[0]


def _answer(turn: Turn, chat: int, text: str) -> None:
    turn.work.send(
        chat,
        Content(text=text),
        label="staff/answer",
        thread_id=getattr(turn.event, "thread", None),
    )


def show_quote(turn: Turn, order: Order) -> None:
    """The offer in the customer's chat, to accept or decline."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    rows = (
        (Button(label=words.gettext("✅ Accept and get the invoice"), action=0, style="success"),),
        (Button(label=words.gettext("✖️ Decline"), action=1),),
    )
    value = {"order": order.id, "version": order.version, "price": order.price}
    turn.work.show(
        customer.user_id,
        "notice",
        f"quote:{order.id}",
        Content(
            text=words.html(
                "order/quote_offer",
                order=cards.view(turn, order, words),
                terms=turn.business.terms_version,
            ),
            buttons=rows,
        ),
        [("quote.accept", value), ("quote.decline", value)],
        anew=True,
        label="order/quote_offer",
        order_id=order.id,
    )


def on_accept(turn: Turn, value: Mapping[str, Any]) -> None:
    """The customer accepts the quote: it becomes the order and its invoice."""
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    if order is None or order.price != value["price"]:
        turn.toast(N_("The offer has changed; please look at the new one."))
        return
    words = turn.words()
    deadline_problem = _still_possible(turn, order)
    if deadline_problem is not None:
        turn.toast(refusal_text(deadline_problem, words)[:200], alert=True)
        return
    ordering.record_consent(turn, order)
    order.confirmed_at = turn.now
    order.delivery_on = ordering.day_after(turn, order.period_days).isoformat()
    made = moving.move(turn, order, "confirm", Actor.CUSTOMER, actor_id=turn.person.id)
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, words)[:200], alert=True)
        return
    invoice = ordering.issue_invoice(turn, order)
    turn.work.show(
        turn.person.user_id,
        "notice",
        f"quote:{order.id}",
        Content(text=words.html("order/confirmed", order=cards.view(turn, order, words))),
        label="order/confirmed",
        order_id=order.id,
    )
    cards.show_invoice(turn, order, invoice)


def _still_possible(turn: Turn, order: Order) -> Refusal | None:
    offer = _payable(turn, order, Money(order.price, order.currency))
    return offer if isinstance(offer, Refusal) else None


def on_decline(turn: Turn, value: Mapping[str, Any]) -> None:
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    if order is None:
        return
    made = moving.move(turn, order, "cancel_free", Actor.CUSTOMER, actor_id=turn.person.id)
    if not isinstance(made, Refusal):
        order.cancel_reason = "quote declined"
        turn.work.show(
            turn.person.user_id, "notice", f"quote:{order.id}", None, label="order/quote_offer"
        )
        _show_request(turn, order)


__all__ = ["ask", "on_accept", "on_decline", "on_quote", "show_quote"]
