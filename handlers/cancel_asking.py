"""Before a proposal to cancel: why, what it costs by the table, which share, and who gets what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.words import N_, Words
from handlers import cancel_notices, cancelling, cards, context, refunding, relaying
from handlers.cancel_notices import REASONS
from handlers.card_changes import can_cancel, stage
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.lifecycle import Actor
from orders.money import Money
from storage import changing_queries as stored
from storage.records import Order


def on_ask(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "✖️ Cancel order" once work has begun: first, why."""
    found = cancelling.side(turn, value)
    if found is None:
        return
    order, actor = found
    if not can_cancel(order):
        turn.toast(N_("That is no longer possible: the order has moved on."), alert=True)
        return
    words = turn.words()
    reasons = list(REASONS[actor].items())
    rows: list[tuple[Button, ...]] = [
        (Button(label=words.gettext(label), action=n),) for n, (_, label) in enumerate(reasons)
    ]
    actions: list[tuple[str, Any]] = [
        ("cancel.reason", {"order": order.id, "reason": code}) for code, _ in reasons
    ]
    _with_stop(order, words, rows, actions)
    text = words.html("cancel/why", order=cards.view(turn, order, words), role=str(actor))
    _show(turn, order, text, rows, actions, anew=True)


def _with_stop(
    order: Order, words: Words, rows: list[tuple[Button, ...]], actions: list[tuple[str, Any]]
) -> None:
    rows.append((Button(label=words.gettext("No, keep it"), action=len(actions)),))
    actions.append(("cancel.stop", {"order": order.id}))


def _show(
    turn: Turn,
    order: Order,
    text: str,
    rows: list[tuple[Button, ...]],
    actions: list[tuple[str, Any]],
    *,
    anew: bool = False,
) -> None:
    turn.work.show(
        turn.person.user_id,
        "notice",
        cancel_notices.place(order),
        Content(text=text, buttons=tuple(rows)),
        actions,
        anew=anew,
        label="cancel/ask",
        order_id=order.id,
    )


def on_reason(turn: Turn, value: Mapping[str, Any]) -> None:
    """The reason was tapped; "something else" is asked for in words."""
    found = cancelling.side(turn, value)
    if found is None:
        return
    order, actor = found
    reason = str(value["reason"])
    if reason == "other":
        context.want(turn, order, "cancel_note", reason=reason)
        turn.say(turn.person, "cancel/note_prompt", number=order.number, order_id=order.id)
        return
    ask_percent(turn, order, actor, reason, "")


def on_note_typed(turn: Turn, wish: Wish) -> None:
    """The reason in words."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    found = cancelling.side(turn, {"order": wish.order.id})
    if found is None or not event.text.strip():
        turn.say(turn.person, "cancel/note_prompt", number=wish.order.number)
        return
    context.fulfilled(turn)
    note, _ = relaying.covered_text(turn, event.text.strip()[: cancelling.NOTE_MOST])
    ask_percent(turn, *found, "other", note, anew=True)


def ask_percent(
    turn: Turn, order: Order, actor: Actor, reason: str, note: str, *, anew: bool = False
) -> None:
    """What it costs by the table, and the splits with what each side gets in money."""
    if not can_cancel(order):
        turn.toast(N_("That is no longer possible: the order has moved on."), alert=True)
        return
    words = turn.words()
    policy = turn.business.cancelling
    usual = policy.usual(stage(order))
    percents = sorted({*policy.offers, usual}, reverse=True)
    given = {"order": order.id, "reason": reason, "note": note}
    rows: list[tuple[Button, ...]] = []
    actions: list[tuple[str, Any]] = []
    for percent in percents:
        back, kept = _both(turn, order, percent)
        if actor is Actor.CUSTOMER:
            label = words.gettext(
                "{percent} % · you get {amount}", percent=percent, amount=words.money(back)
            )
        else:
            label = words.gettext(
                "{percent} % back · you keep {amount} less the fee",
                percent=percent,
                amount=words.money(kept),
            )
        style = "primary" if percent == usual else ""
        rows.append((Button(label=label, action=len(actions), style=style),))  # type: ignore[arg-type]
        actions.append(("cancel.percent", {**given, "percent": percent}))
    rows.append((Button(label=words.gettext("✏️ Another share"), action=len(actions)),))
    actions.append(("cancel.other", given))
    _with_stop(order, words, rows, actions)
    text = words.html(
        "cancel/cost",
        order=cards.view(turn, order, words),
        stage=str(stage(order)),
        usual=usual,
        back=words.money(cancelling.amount_of(turn, order, usual)),
        role=str(actor),
    )
    _show(turn, order, text, rows, actions, anew=anew)


def _both(turn: Turn, order: Order, percent: int) -> tuple[Money, Money]:
    """What the customer gets and what the specialist keeps."""
    back = cancelling.amount_of(turn, order, percent)
    return back, cancel_notices.kept_of(turn, order, back)


def on_other(turn: Turn, value: Mapping[str, Any]) -> None:
    """Another share: typed as a percentage or an amount."""
    found = cancelling.side(turn, value)
    if found is None:
        return
    order, _ = found
    more = {key: value[key] for key in ("reason", "note")}
    context.want(turn, order, "cancel_percent", **more)
    turn.say(
        turn.person,
        "cancel/percent_prompt",
        number=order.number,
        price=turn.words().price(order.price, order.currency),
        order_id=order.id,
    )


def on_percent_typed(turn: Turn, wish: Wish) -> None:
    """A whole number of percent, with or without the sign."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    found = cancelling.side(turn, {"order": wish.order.id})
    text = event.text.strip().rstrip("%％").strip()
    if found is None:
        return
    order, actor = found
    if not text.isdecimal() or not 0 <= int(text) <= 100:
        turn.say(
            turn.person,
            "cancel/percent_prompt",
            number=order.number,
            price=turn.words().price(order.price, order.currency),
            order_id=order.id,
        )
        return
    context.fulfilled(turn)
    given = {"order": order.id, "percent": int(text), **wish.more}
    _confirm(turn, order, actor, given, anew=True)


def on_percent(turn: Turn, value: Mapping[str, Any]) -> None:
    found = cancelling.side(turn, value)
    if found is not None:
        _confirm(turn, *found, value)


def _confirm(
    turn: Turn, order: Order, actor: Actor, given: Mapping[str, Any], *, anew: bool = False
) -> None:
    """Who gets what, and by which way, before it is proposed."""
    words = turn.words()
    percent = int(given["percent"])
    back, kept = _both(turn, order, percent)
    value = {key: given[key] for key in ("order", "percent", "reason", "note") if key in given}
    rows: list[tuple[Button, ...]] = []
    actions: list[tuple[str, Any]] = []
    choice = bool(back) and actor is Actor.CUSTOMER and refunding.has_choice(turn, order, back)
    if choice:
        for label, way in (
            (words.gettext("✅ Propose it, my part as store credit"), "credit"),
            (words.gettext("✅ Propose it, finance returns my part"), "task"),
        ):
            rows.append((Button(label=label, action=len(actions), style="danger"),))
            actions.append(("cancel.propose", {**value, "way": way}))
    else:
        rows.append((Button(label=words.gettext("✅ Propose it"), action=0, style="danger"),))
        actions.append(("cancel.propose", value))
    _with_stop(order, words, rows, actions)
    text = words.html(
        "cancel/confirm",
        order=cards.view(turn, order, words),
        percent=percent,
        back=words.money(back),
        kept=words.money(kept) if kept else "",
        role=str(actor),
        choice=choice,
        parts=cancel_notices.parts(turn, order, back, words),
    )
    _show(turn, order, text, rows, actions, anew=anew)


def on_stop(turn: Turn, value: Mapping[str, Any]) -> None:
    """Not after all."""
    found = cancelling.side(turn, value)
    if found is None:
        return
    order, _ = found
    context.fulfilled(turn)
    proposal = stored.open_proposal(turn.work.session, order)
    if proposal is not None:
        cancel_notices.show(turn, order, proposal)
    else:
        cancel_notices.forget(turn, order, turn.person)
    turn.toast(N_("Kept. Nothing has changed."))


def on_counter(turn: Turn, value: Mapping[str, Any]) -> None:
    """Another split: a proposal of one's own takes the place of this one."""
    found = cancelling.answering(turn, value)
    if found is not None:
        order, actor, proposal = found
        ask_percent(turn, order, actor, proposal.reason, "", anew=True)
