"""Custom plans: the customer asks, staff name price and days, the customer accepts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.model import State as DialogState
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import audit, cards, dialog, invoicing, moving, ordering, paying, vetting
from handlers.facts import METHOD_LABELS
from handlers.turn import Turn
from orders.brief import check_goal
from orders.catalogue import Nature
from orders.lifecycle import Actor, State
from orders.methods import STARS_MAX, Method, Offer, methods_for
from orders.money import XTR, Money, from_major
from orders.numbers import normalise
from orders.quote import quote_plan
from orders.refusal import Refusal
from storage import orders
from storage.records import Order

_QUOTE = re.compile(
    r"^\s*(?P<number>\S+)\s+(?P<price>[\d.,]+)\s*(?P<currency>[A-Za-z]{3})\s+(?P<days>[1-9]\d{0,2})\s*$"
)


def ask(turn: Turn, state: DialogState) -> None:
    """The brief of a custom plan goes to staff; the order stays a draft until they have quoted it."""
    goal = check_goal(str(state.answers.get("goal", "")))
    if isinstance(goal, Refusal):
        dialog.show(turn, notice=goal)
        return
    crowded = ordering.too_many(turn, state.answers)
    if crowded is not None:
        dialog.show(turn, notice=crowded)
        return
    brief = ordering.brief_from(state.answers, goal)
    service = turn.shelf.catalogue.service(str(state.answers["service"]))
    if service is not None and vetting.stops(turn, brief, service, "custom", None):
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
    words = turn.words(turn.business.staff_language)
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
        order_id=order.id,
    )


def on_quote(turn: Turn, argument: str) -> None:
    """/quote NUMBER PRICE CURRENCY DAYS, from staff in their chat."""
    words = turn.words(turn.business.staff_language)
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
    if isinstance(price, Refusal):
        _answer(turn, chat, words.html("notice", text=refusal_text(price, words)))
        return
    ways = _payable(turn, order, price)
    if isinstance(ways, Refusal):
        _unpayable(turn, order, price)
        return
    offer = ways[0]
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
    audit.record(turn, "quote", order, amount=order.price, currency=order.currency, days=days)
    turn.work.session.flush()
    show_quote(turn, order)
    _show_request(turn, order)
    _answer(turn, chat, words.html("staff/quoted", order=cards.view(turn, order, words)))


def _payable(turn: Turn, order: Order, price: Money) -> tuple[Offer, ...] | Refusal:
    """The ways in which this customer can pay a price named by staff, the preferred one first."""
    service = orders.service_of(turn.work.session, order)
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    return methods_for(
        service.nature,
        {price.currency: price.amount},
        turn.business.policy,
        turn.business.enabled,
        customer.language,
    )


def _unpayable(turn: Turn, order: Order, price: Money) -> None:
    """Tell staff what to write instead of a price nobody could pay, and what to do when there is no way at all."""
    chat = turn.business.staff_chat
    if chat is None:
        return
    words = turn.words(turn.business.staff_language)
    nature = orders.service_of(turn.work.session, order).nature
    allowed = [m for m in turn.business.policy.table[nature] if m in turn.business.enabled]
    text = words.html(
        "staff/quote_unpayable",
        number=order.number,
        price=words.money(price),
        digital=nature == Nature.DIGITAL,
        stars=Method.STARS in allowed,
        stars_max=words.money(Money(STARS_MAX, XTR)),
        money=[words.gettext(METHOD_LABELS[m]) for m in allowed if m is not Method.STARS],
    )
    turn.work.send(
        chat,
        Content(text=text),
        label="staff/quote_unpayable",
        order_id=order.id,
        thread_id=getattr(turn.event, "thread", None),
    )


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
    found = _payable(turn, order, Money(order.price, order.currency))
    ways = () if isinstance(found, Refusal) else tuple(offer.method for offer in found)
    if len(ways) > 1:
        labels = [
            words.gettext("✅ Accept · {way}", way=words.gettext(METHOD_LABELS[way]))
            for way in ways
        ]
    else:
        labels = [words.gettext("✅ Accept and get the invoice")]
    rows = tuple(
        (Button(label=label, action=index, style="success"),) for index, label in enumerate(labels)
    )
    rows += ((Button(label=words.gettext("✖️ Decline"), action=len(labels)),),)
    value = {"order": order.id, "version": order.version, "price": order.price}
    accepts = [("quote.accept", {**value, "method": str(way)}) for way in ways or (order.method,)]
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
        [*accepts, ("quote.decline", value)],
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
    price = Money(order.price, order.currency)
    ways = _payable(turn, order, price)
    chosen = [] if isinstance(ways, Refusal) else [w for w in ways if w.method == value["method"]]
    if not chosen:
        # A way to pay was taken off since: staff make another offer.
        turn.toast(
            N_("This can no longer be paid that way. Our staff have been told and write to you."),
            alert=True,
        )
        _unpayable(turn, order, price)
        return
    order.method = str(chosen[0].method)
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
        Content(
            text=words.html(
                "order/confirmed",
                order=cards.view(turn, order, words),
                paying=invoicing.paying_of(turn, invoice, words),
            )
        ),
        label="order/confirmed",
        order_id=order.id,
    )
    if invoice.amount:
        cards.show_invoice(turn, order, invoice)
    else:
        paying.pay_with_credit(turn, order, invoice)


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
