"""Cancelling by agreement: a reason, a split, and the other side's answer. What it costs is said before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_, Words
from handlers import cancel_notices, cards, context, earning, moving, refunding, relaying, telling
from handlers.card_changes import can_cancel, stage
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.lifecycle import Actor, Move, State
from orders.money import Money
from orders.refunds import share
from orders.refusal import Refusal
from storage import changing_queries as stored
from storage.changing import CancelProposal
from storage.records import Order, Person

#: Why, by who asks; the codes are kept with the proposal and the order.
REASONS: Mapping[Actor, Mapping[str, str]] = {
    Actor.CUSTOMER: {
        "not_needed": N_("I no longer need it"),
        "too_slow": N_("It takes too long"),
        "quality": N_("I am not happy with the work"),
        "elsewhere": N_("I found somebody else"),
        "mistake": N_("I ordered by mistake"),
        "other": N_("Something else"),
    },
    Actor.PROVIDER: {
        "no_time": N_("I cannot do it in time"),
        "unclear": N_("It is not clear what is wanted"),
        "impossible": N_("It cannot be done as ordered"),
        "silent": N_("The customer does not answer"),
        "other": N_("Something else"),
    },
}
NOTE_MOST = 500


def _side(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, Actor] | None:
    """The order behind a button, and which side of it whoever taps is."""
    order = turn.work.session.get(Order, int(value["order"]))
    if order is not None and order.customer_id == turn.person.id:
        return order, Actor.CUSTOMER
    if order is not None and order.provider_id == turn.person.id:
        return order, Actor.PROVIDER
    turn.toast(N_("This button is no longer in use."))
    return None


def amount_of(turn: Turn, order: Order, percent: int) -> Money:
    """What that percentage of the price is, as far as it has not gone back yet."""
    back = share(Money(order.price, order.currency), percent)[0]
    return min(back, refunding.refundable(turn, order))


# -- asking ---------------------------------------------------------------------------------------------------


def on_ask(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "✖️ Cancel order" once work has begun: first, why."""
    found = _side(turn, value)
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
    found = _side(turn, value)
    if found is None:
        return
    order, actor = found
    reason = str(value["reason"])
    if reason == "other":
        context.want(turn, order, "cancel_note", reason=reason)
        turn.say(turn.person, "cancel/note_prompt", number=order.number, order_id=order.id)
        return
    _ask_percent(turn, order, actor, reason, "")


def on_note_typed(turn: Turn, wish: Wish) -> None:
    """The reason in words."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    found = _side(turn, {"order": wish.order.id})
    if found is None or not event.text.strip():
        turn.say(turn.person, "cancel/note_prompt", number=wish.order.number)
        return
    context.fulfilled(turn)
    note, _ = relaying.covered_text(turn, event.text.strip()[:NOTE_MOST])
    _ask_percent(turn, *found, "other", note, anew=True)


def _ask_percent(
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
                "{percent} % back · you keep {amount}", percent=percent, amount=words.money(kept)
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
        back=words.money(amount_of(turn, order, usual)),
        role=str(actor),
    )
    _show(turn, order, text, rows, actions, anew=anew)


def _both(turn: Turn, order: Order, percent: int) -> tuple[Money, Money]:
    """What the customer gets and what the specialist keeps."""
    back = amount_of(turn, order, percent)
    return back, refunding.refundable(turn, order) - back


def on_other(turn: Turn, value: Mapping[str, Any]) -> None:
    """Another share: typed as a percentage or an amount."""
    found = _side(turn, value)
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
    found = _side(turn, {"order": wish.order.id})
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
    found = _side(turn, value)
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
        kept=words.money(kept),
        role=str(actor),
        choice=choice,
        parts=cancel_notices.parts(turn, order, back, words),
    )
    _show(turn, order, text, rows, actions, anew=anew)


def on_stop(turn: Turn, value: Mapping[str, Any]) -> None:
    """Not after all."""
    found = _side(turn, value)
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


# -- proposing and answering ----------------------------------------------------------------------------------


def on_propose(turn: Turn, value: Mapping[str, Any]) -> None:
    """The other side has two days to answer; then our staff help."""
    found = _side(turn, value)
    if found is None:
        return
    order, actor = found
    percent = int(value["percent"])
    made = moving.move(
        turn,
        order,
        "propose_cancel",
        actor,
        actor_id=turn.person.id,
        own=order.customer_id == order.provider_id,
        percent=percent,
        note=str(value.get("reason", "")),
        quiet=True,
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    session = turn.work.session
    before = stored.open_proposal(session, order)
    if before is not None:
        _close(turn, before, "replaced", turn.person)
    proposal = CancelProposal(
        bot=turn.work.bot,
        order_id=order.id,
        n=len(stored.proposals_of(session, order)) + 1,
        state="open",
        by=str(actor),
        by_id=turn.person.id,
        percent=percent,
        amount=amount_of(turn, order, percent).amount,
        reason=str(value.get("reason", ""))[:24],
        note=str(value.get("note", ""))[:NOTE_MOST],
        way=str(value.get("way", "")),
        at=turn.now,
        closed_at=None,
        closed_by=None,
    )
    session.add(proposal)
    session.flush()
    cancel_notices.show(turn, order, proposal, news=True)
    cards.refresh(turn, order)


def _answering(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, Actor, CancelProposal] | None:
    found = _side(turn, value)
    if found is None:
        return None
    proposal = turn.work.session.get(CancelProposal, int(value["proposal"]))
    if proposal is None or proposal.order_id != found[0].id or proposal.state != "open":
        turn.toast(N_("That has changed meanwhile; please look again."))
        return None
    return *found, proposal


def on_agree(turn: Turn, value: Mapping[str, Any]) -> None:
    """Agreed: cancelled, the share goes back, the rest is earned."""
    found = _answering(turn, value)
    if found is None:
        return
    order, actor, proposal = found
    made = moving.move(
        turn,
        order,
        "cancel_agreed",
        actor,
        actor_id=turn.person.id,
        own=order.customer_id == order.provider_id,
        note=proposal.reason,
        quiet=True,
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    if actor is Actor.CUSTOMER:
        proposal.way = str(value.get("way", ""))
    order.cancel_reason = f"agreed:{proposal.reason}"
    back = settle(turn, order, made.percent or 0, way=proposal.way)
    proposal.amount = back.amount
    _close(turn, proposal, "agreed", turn.person)
    cancel_notices.show(turn, order, proposal)
    telling.tell(turn, order, made)


def settle(turn: Turn, order: Order, percent: int, *, way: str = "") -> Money:
    """An order that ends with a split: the customer's share goes back, what is left is earned by who worked."""
    back = amount_of(turn, order, percent)
    if back:
        made = refunding.refund_part(turn, order, back, "agreed", way=refunding.CHOICES.get(way))
        if isinstance(made, Refusal):
            raise RuntimeError(f"{order.number} was cancelled with a split, but {made.code}")
    earning.keep_rest(turn, order)
    return back


def on_decline(turn: Turn, value: Mapping[str, Any]) -> None:
    """The other side says no, or who proposed takes it back: the work goes on."""
    found = _answering(turn, value)
    if found is None:
        return
    order, actor, proposal = found
    made = moving.move(
        turn,
        order,
        "decline_cancel",
        actor,
        actor_id=turn.person.id,
        own=order.customer_id == order.provider_id,
        quiet=True,
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    own = proposal.by == str(actor)
    _close(turn, proposal, "withdrawn" if own else "declined", turn.person)
    cancel_notices.show(turn, order, proposal, news=True)
    cards.refresh(turn, order)


def on_counter(turn: Turn, value: Mapping[str, Any]) -> None:
    """Another split: a proposal of one's own takes the place of this one."""
    found = _answering(turn, value)
    if found is not None:
        order, actor, proposal = found
        _ask_percent(turn, order, actor, proposal.reason, "", anew=True)


def _close(turn: Turn, proposal: CancelProposal, state: str, by: Person | None) -> None:
    proposal.state = state
    proposal.closed_at = turn.now
    proposal.closed_by = by.id if by is not None else None
    turn.work.session.flush()


# -- what happens by itself -----------------------------------------------------------------------------------


def on_silence(turn: Turn, order: Order, slot: str) -> None:
    """Two days without an answer: both are told, our staff look into it."""
    proposal = stored.open_proposal(turn.work.session, order)
    if proposal is None or proposal.silent:
        return
    proposal.silent = True
    cancel_notices.show(turn, order, proposal, news=True)
    cancel_notices.ask_staff(turn, order, proposal)


def order_moved(turn: Turn, order: Order, made: Move) -> None:
    """An order that ended otherwise leaves no proposal open."""
    if made.name == "cancel_agreed" or made.target not in (State.COMPLETED, State.CANCELLED):
        return
    proposal = stored.open_proposal(turn.work.session, order)
    if proposal is not None:
        _close(turn, proposal, "lapsed", None)
        cancel_notices.show(turn, order, proposal)
