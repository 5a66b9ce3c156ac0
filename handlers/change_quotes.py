"""Naming price and time of a change: by a tap, in words, or by the price list; and offering new work as one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_, Words
from handlers import changing, context, permits, relaying
from handlers.change_notices import signed
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.catalogue import in_language
from orders.changes import About, ChangeState, check_quote
from orders.lifecycle import Actor, State
from orders.money import Money, from_major
from orders.numbers import normalise
from orders.refusal import Refusal
from orders.roles import Action, actor_of
from storage import changing_queries as stored
from storage import orders
from storage.changing import ChangeRequest
from storage.records import Order

#: "+500 2", "500 two days", "-300", "￥200，3天": an amount with its sign, and the days it adds.
_QUOTE = re.compile(
    r"^\s*(?P<sign>[-+−–＋－]?)\s*[¥￥$€⭐]?\s*(?P<amount>\d[\d.,，]*?)\s*(?:[A-Za-z]{3}|元|星|stars?)?"
    r"(?:[\s,，;；/·]+(?P<days>[-+−]?\d{1,3})\s*(?:d|days?|天|日)?)?\s*(?:\n(?P<note>.+))?$",
    re.IGNORECASE | re.DOTALL,
)
TEXT_MOST = 1000


def read_quote(text: str, currency: str) -> tuple[Money, int, str] | None:
    """The difference of price, of days, and a note on further lines; None when it cannot be read."""
    match = _QUOTE.match(text.strip())
    if match is None:
        return None
    amount = from_major(match["amount"].replace(",", "").replace("，", ""), currency)
    if isinstance(amount, Refusal):
        return None
    minus = match["sign"] in ("-", "−", "–", "－")
    days = int((match["days"] or "0").replace("−", "-"))
    return (-amount if minus else amount), days, (match["note"] or "").strip()[:TEXT_MOST]


# -- what a change would cost by the list ---------------------------------------------------------------------


def usual_quotes(turn: Turn, order: Order, change: ChangeRequest) -> list[tuple[Money, int]]:
    """The quotes worth one tap: by the price list for a plan; else at no cost, with the day that is wanted."""
    days = wanted_days(turn, order, change.wanted)
    if change.about == About.PLAN:
        listed = list_quote(turn, order, change.plan)
        return [listed] if listed is not None else []
    return [(Money(0, order.currency), days)]


def list_quote(turn: Turn, order: Order, plan_key: str) -> tuple[Money, int] | None:
    """What the price list of the order says about another plan of its service: price and days beside today's."""
    service = orders.service_of(turn.work.session, order)
    now, then = service.plan(order.plan), service.plan(plan_key)
    if now is None or then is None or then.is_custom or now.is_custom:
        return None
    before, after = now.prices.get(order.currency), then.prices.get(order.currency)
    if before is None or after is None:
        return None
    days = (then.period_days or 0) - (now.period_days or 0)
    return Money(after - before, order.currency), days


def plans(turn: Turn, order: Order) -> list[tuple[str, str, str]]:
    """(key, title, difference) of the other plans that the order's own price list has in its currency."""
    words = turn.words()
    service = orders.service_of(turn.work.session, order)
    made = []
    for plan in service.plans:
        listed = list_quote(turn, order, plan.key)
        if plan.key != order.plan and listed is not None:
            title = in_language(plan.title, words.language)
            price = signed(listed[0], words) or words.gettext("same price")
            made.append((plan.key, title, price))
    return made


def wanted_days(turn: Turn, order: Order, wanted: str) -> int:
    """How many days the wanted day lies after the one that is promised now; nothing wanted: none."""
    if not wanted:
        return 0
    day = datetime.fromisoformat(wanted).date()
    if order.due_at is not None:
        promised = order.due_at.astimezone(turn.business.zone).date()
    elif order.delivery_on:
        promised = datetime.fromisoformat(order.delivery_on).date()
    else:
        return 0
    return (day - promised).days


def by_rules(turn: Turn, order: Order, change: ChangeRequest) -> tuple[Money, int] | None:
    """What needs nobody's judgement before work has begun: another plan by the list, a later day."""
    if State(order.state) not in (State.AWAITING_REVIEW, State.AWAITING_PROVIDER):
        return None
    if change.about == About.PLAN:
        return list_quote(turn, order, change.plan)
    if change.about == About.DEADLINE:
        days = wanted_days(turn, order, change.wanted)
        return (Money(0, order.currency), days) if days >= 0 else None
    return None


# -- the provider ---------------------------------------------------------------------------------------------


def _found(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, ChangeRequest, Actor] | None:
    """The change behind a button, and as whom whoever tapped may quote it."""
    change = turn.work.session.get(ChangeRequest, int(value["change"]))
    order = turn.work.session.get(Order, change.order_id) if change is not None else None
    if change is None or order is None:
        turn.toast(N_("This button is no longer in use."))
        return None
    if permits.in_staff_chat(turn):
        if not permits.permitted(turn, Action.ORDER_CHANGE):
            return None
        return order, change, _staff(turn)
    if context.is_provider(order, turn.person):
        return order, change, Actor.PROVIDER
    turn.toast(N_("This button is no longer in use."))
    return None


def _staff(turn: Turn) -> Actor:
    return Actor.LEAD if actor_of(turn.roles()) is Actor.LEAD else Actor.SUPPORT


def on_quote(turn: Turn, value: Mapping[str, Any]) -> None:
    """One tap: a usual quote, or the one that was shown in words before."""
    found = _found(turn, value)
    if found is None:
        return
    order, change, actor = found
    refusal = changing.quote(
        turn,
        order,
        change,
        actor,
        Money(int(value["delta"]), order.currency),
        int(value["days"]),
        by=turn.person,
        note=str(value.get("note", "")),
        version=int(value["version"]),
    )
    if refusal is not None:
        turn.toast(refusal_text(refusal, turn.words())[:200], alert=True)
        return
    forget_preview(turn, order)
    turn.toast(N_("Sent. The customer decides now; you are told."))


def on_price(turn: Turn, value: Mapping[str, Any]) -> None:
    """Price and days in words: the provider's next message."""
    found = _found(turn, value)
    if found is None:
        return
    order, change, actor = found
    if actor is not Actor.PROVIDER or change.state not in (
        ChangeState.REQUESTED,
        ChangeState.QUOTED,
    ):
        turn.toast(N_("That has changed meanwhile; please look again."))
        return
    context.want(turn, order, "change_price", change=change.id)
    ask_price(turn, order)


def ask_price(turn: Turn, order: Order, *, again: bool = False) -> None:
    turn.say(
        turn.person,
        "change/price_prompt",
        number=order.number,
        price=turn.words().price(order.price, order.currency),
        again=again,
        order_id=order.id,
    )


def on_price_typed(turn: Turn, wish: Wish) -> None:
    """Price and days: shown back as the customer will see them, with a button that sends it."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    order = wish.order
    read = read_quote(event.text, order.currency)
    if read is None or not context.is_provider(order, turn.person):
        ask_price(turn, order, again=True)
        return
    delta, days, note = read
    note, _ = relaying.covered_text(turn, note)
    price = Money(order.price, order.currency)
    refusal = check_quote(price, delta, days, changing.method_of(order))
    if refusal is not None:
        say(turn, refusal)
        return
    context.fulfilled(turn)
    more = wish.more
    change = turn.work.session.get(ChangeRequest, int(more["change"])) if "change" in more else None
    if "change" in more and change is None:
        return
    value: dict[str, Any] = {
        "order": order.id,
        "delta": delta.amount,
        "days": days,
        "note": note,
    }
    if change is not None:
        value |= {"change": change.id, "version": change.version}
    else:
        value |= {"text": str(more.get("text", "")), "relay": more.get("relay")}
    _preview(turn, order, value, change.text if change is not None else value["text"])


def _preview(turn: Turn, order: Order, value: Mapping[str, Any], text: str) -> None:
    words = turn.words()
    send = Button(label=words.gettext("✅ Send it to the customer"), action=0, style="success")
    again = Button(label=words.gettext("✏️ Other price or days"), action=1)
    stop = Button(label=words.gettext("🗑 Discard"), action=2)
    offer = "change" not in value
    turn.work.show(
        turn.person.user_id,
        "notice",
        _preview_subject(order),
        Content(
            text=words.html(
                "change/preview",
                number=order.number,
                text=text,
                **_worded(order, value, words),
            ),
            buttons=((send,), (again,), (stop,)),
        ),
        [
            ("change.offer" if offer else "change.quote", dict(value)),
            ("change.again", dict(value)),
            ("change.discard", {"order": order.id}),
        ],
        anew=True,
        label="change/preview",
        order_id=order.id,
    )


def _worded(order: Order, value: Mapping[str, Any], words: Words) -> dict[str, Any]:
    delta = Money(int(value["delta"]), order.currency)
    due = order.due_at
    return {
        "delta": signed(delta, words),
        "new_price": words.price(order.price + delta.amount, order.currency),
        "days": int(value["days"]),
        "due": due + timedelta(days=int(value["days"])) if due is not None else None,
        "note": str(value.get("note", "")),
    }


def _preview_subject(order: Order) -> str:
    return f"change_draft:{order.id}"


def forget_preview(turn: Turn, order: Order) -> None:
    place = _preview_subject(order)
    if turn.work.surface(turn.person.user_id, "notice", place) is not None:
        turn.work.show(turn.person.user_id, "notice", place, None, label="change/preview")


def on_again(turn: Turn, value: Mapping[str, Any]) -> None:
    """The price once more."""
    order = provider_order(turn, value)
    if order is None:
        return
    kept = {key: value[key] for key in ("change", "text", "relay") if key in value}
    context.want(turn, order, "change_price", **kept)
    ask_price(turn, order)


def on_discard(turn: Turn, value: Mapping[str, Any]) -> None:
    order = provider_order(turn, value)
    if order is not None:
        forget_preview(turn, order)
        turn.toast(N_("Discarded. Nothing was sent."))


def provider_order(turn: Turn, value: Mapping[str, Any]) -> Order | None:
    order = turn.work.session.get(Order, int(value["order"]))
    if order is None or not context.is_provider(order, turn.person):
        turn.toast(N_("This button is no longer in use."))
        return None
    return order


# -- staff ----------------------------------------------------------------------------------------------------


def on_command(turn: Turn, argument: str) -> None:
    """/change NUMBER AMOUNT DAYS in the staff group: a quote for the change that waits."""
    words = turn.words(turn.business.staff_language)
    given, _, rest = argument.strip().partition(" ")
    number = normalise(given)
    order = orders.by_number(turn.work.session, turn.work.bot, number) if number else None
    change = stored.open_change(turn.work.session, order) if order is not None else None
    read = read_quote(rest, order.currency) if order is not None else None
    if order is None or change is None or read is None:
        _answer(turn, words.html("staff/change_usage"))
        return
    delta, days, note = read
    refusal = changing.quote(
        turn, order, change, _staff(turn), delta, days, by=turn.person, note=note
    )
    if refusal is not None:
        _answer(turn, words.html("notice", text=refusal_text(refusal, words)))


def _answer(turn: Turn, text: str) -> None:
    event = turn.event
    assert isinstance(event, MessageEvent)
    turn.work.send(event.chat.id, Content(text=text), thread_id=event.thread, label="staff/answer")


def say(turn: Turn, refusal: Refusal) -> None:
    words = turn.words()
    turn.work.send(
        turn.person.user_id,
        Content(text=words.html("notice", text=refusal_text(refusal, words))),
        label=f"refusal/{refusal.code}",
    )
