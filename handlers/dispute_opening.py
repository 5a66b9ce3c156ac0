"""Opening a dispute: why, what would settle it, in one's own words; then one confirmation that says what happens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from dialogs.content import Content
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import context, dispute_cards, dispute_evidence, dispute_links, dispute_pick
from handlers import disputes as cases
from handlers.context import Wish
from handlers.dispute_pick import Rows
from handlers.dispute_words import REASONS, left, terms_text
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.dispute_terms import REASONS as REASONS_OF
from orders.dispute_terms import Outcome, Side, possible
from orders.refusal import Refusal
from orders.states import Actor, State
from storage import disputes as stored
from storage.records import Order

#: Characters of the opener's words that are kept.
WORDS_MOST = 2000
NEW = "dispute.new"


def subject(order: Order) -> str:
    return f"dispute_new:{order.id}"


def _order(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, Actor] | None:
    """The order behind a button, and the side on which whoever taps stands."""
    order = turn.work.session.get(Order, int(value["order"]))
    if order is None or not context.is_party(order, turn.person):
        turn.toast(N_("This button is no longer in use."))
        return None
    customer = order.customer_id == turn.person.id
    return order, Actor.CUSTOMER if customer else Actor.PROVIDER


def choices(order: Order, side: Side) -> tuple[Outcome, ...]:
    """What would settle it for that side."""
    if side is Side.CUSTOMER:
        return possible(State(order.state), ruling=False)
    given = (Outcome.RELEASE, Outcome.EXTEND, Outcome.SPLIT)
    offered = possible(State(order.state), ruling=False)
    return tuple(one for one in given if one is not Outcome.EXTEND or one in offered)


def on_new(turn: Turn, value: Mapping[str, Any]) -> None:
    """The next step of the questions; the message stands and is edited."""
    found = _order(turn, value)
    if found is None:
        return
    order, actor = found
    refusal = dispute_links.check_open(turn, order, actor)
    if refusal is not None:
        turn.toast(refusal_text(refusal, turn.words())[:200], alert=True)
        if refusal.code == "dispute_is_open":
            on_show(turn, value)
        return
    _ask(turn, order, Side(actor), value, anew="reason" not in value)


def _ask(
    turn: Turn, order: Order, side: Side, value: Mapping[str, Any], *, anew: bool = False
) -> None:
    words = turn.words()
    given = {key: value[key] for key in value if key != "state"}
    rows = Rows()
    more: dict[str, Any] = {}
    over = left(turn, order)
    terms = dispute_pick.picked(given)
    code = str(given.get("reason", ""))
    if not code:
        step = "reason"
        for one in REASONS_OF[side]:
            rows.add((words.gettext(REASONS[one]), NEW, {**given, "reason": one}))
    elif terms is None:
        step = dispute_pick.step_of(given)
        more = dispute_pick.ask(rows, NEW, given, choices(order, side), over, words)
    elif "said" not in given:
        step = "words"
        context.want(turn, order, "dispute_words", given=given)
        rows.add((words.gettext("⏭ Nothing to add"), NEW, {**given, "said": {}}))
    else:
        step = "confirm"
        rows.add((words.gettext("⚖️ Open the dispute"), "dispute.open", given), style="danger")
    rows.add((words.gettext("✖️ Not now"), "dispute.not_now", {"order": order.id}))
    turn.work.show(
        turn.person.user_id,
        "notice",
        subject(order),
        Content(
            text=words.html(
                "dispute/new",
                number=order.number,
                step=step,
                reason=words.gettext(REASONS[code]) if code else "",
                wish=terms_text(terms, over, words) if terms else "",
                said=(given.get("said") or {}).get("text", ""),
                **dispute_pick.filled(more),
            ),
            buttons=rows.buttons,
        ),
        rows.actions,
        anew=anew,
        label="dispute/new",
        order_id=order.id,
    )


def on_words(turn: Turn, wish: Wish) -> None:
    """The opener's own words; a file with them becomes the first piece of evidence."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    context.fulfilled(turn)
    said = {
        "text": event.text.strip()[:WORDS_MOST],
        "files": [asdict(file) for file in event.files],
        "message": event.message_id,
    }
    side = Side.CUSTOMER if wish.order.customer_id == turn.person.id else Side.PROVIDER
    _ask(turn, wish.order, side, {**wish.more["given"], "said": said}, anew=True)


def on_open(turn: Turn, value: Mapping[str, Any]) -> None:
    """Confirmed."""
    found = _order(turn, value)
    if found is None:
        return
    order, actor = found
    _close(turn, order)
    context.fulfilled(turn)
    said = value.get("said") or {}
    made = cases.open_dispute(
        turn,
        order,
        turn.person,
        actor,
        str(value["reason"]),
        str(said.get("text", "")),
        dispute_pick.picked(value),
    )
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    if said.get("files"):
        dispute_evidence.keep(
            turn,
            made,
            order,
            message_id=int(said["message"]),
            text=str(said.get("text", "")),
            files=list(said["files"]),
        )


def on_not_now(turn: Turn, value: Mapping[str, Any]) -> None:
    found = _order(turn, value)
    if found is not None:
        _close(turn, found[0])
        context.fulfilled(turn)
        turn.toast(N_("Nothing was opened."))


def _close(turn: Turn, order: Order) -> None:
    if turn.work.surface(turn.person.user_id, "notice", subject(order)) is not None:
        turn.work.show(turn.person.user_id, "notice", subject(order), None, label="dispute/new")


def on_show(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "⚖️ To the dispute": its card at the bottom of the chat."""
    found = _order(turn, value)
    dispute = stored.open_of(turn.work.session, found[0]) if found else None
    if found is None or dispute is None:
        turn.toast(N_("This button is no longer in use."))
        return
    dispute_cards.show_card(turn, dispute, found[0], turn.person, anew=True)
