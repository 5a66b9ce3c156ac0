"""Offers in a dispute: put together on one message with a calculator, sent, and accepted after one question."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.words import N_
from handlers import dispute_ending, dispute_pick
from handlers import disputes as cases
from handlers.dispute_pick import Rows
from handlers.dispute_sides import mine, refused
from handlers.dispute_words import left, terms_of, terms_text
from handlers.turn import Turn
from orders.dispute_stages import OPEN, DisputeState
from orders.dispute_terms import check_terms, possible
from orders.states import Actor, State
from storage import disputes as stored
from storage.disputes import Dispute, DisputeOffer
from storage.records import Order
from storage.serial import plain

OFFER = "dispute.offer"


def subject(dispute: Dispute) -> str:
    return f"dispute_offer:{dispute.id}"


def on_offer(turn: Turn, value: Mapping[str, Any]) -> None:
    """The next step of making an offer, on one message; "it is" sends it."""
    found = mine(turn, value)
    if found is None:
        return
    dispute, order, actor = found
    if dispute.state not in OPEN:
        turn.toast(N_("The dispute has moved on meanwhile; please look at its card."))
        return
    if value.get("drop"):
        _close(turn, dispute)
        return
    terms = dispute_pick.picked(value)
    if terms is not None and value.get("sure"):
        refusal = check_terms(terms, State(order.state), ruling=False)
        if refused(turn, refusal):
            return
        _close(turn, dispute)
        _send(turn, dispute, order, actor, value)
        return
    _ask(turn, dispute, order, value)


def _ask(turn: Turn, dispute: Dispute, order: Order, value: Mapping[str, Any]) -> None:
    words = turn.words()
    over = left(turn, order)
    terms = dispute_pick.picked(value)
    base = {
        key: value[key]
        for key in ("dispute", "order", "outcome", "percent", "days", "set")
        if key in value
    }
    rows = Rows()
    more: dict[str, Any] = {}
    step = dispute_pick.step_of(base)
    if terms is None:
        more = dispute_pick.ask(
            rows, OFFER, base, possible(State(order.state), ruling=False), over, words
        )
    else:
        rows.add(
            (words.gettext("🤝 Send this offer"), OFFER, {**base, "sure": True}), style="success"
        )
    rows.add((words.gettext("✖️ Not now"), OFFER, {**base, "drop": True}))
    turn.work.show(
        turn.person.user_id,
        "notice",
        subject(dispute),
        Content(
            text=words.html(
                "dispute/offer",
                number=order.number,
                step=step,
                terms=terms_text(terms, over, words) if terms else "",
                **dispute_pick.filled(more),
            ),
            buttons=rows.buttons,
        ),
        rows.actions,
        anew="outcome" not in value
        and turn.work.surface(turn.person.user_id, "notice", subject(dispute)) is None,
        label="dispute/offer",
        order_id=order.id,
    )


def _close(turn: Turn, dispute: Dispute) -> None:
    if turn.work.surface(turn.person.user_id, "notice", subject(dispute)) is not None:
        turn.work.show(turn.person.user_id, "notice", subject(dispute), None, label="dispute/offer")


def _send(
    turn: Turn, dispute: Dispute, order: Order, actor: Actor, value: Mapping[str, Any]
) -> None:
    session = turn.work.session
    terms = dispute_pick.picked(value)
    assert terms is not None
    before = stored.offers_of(session, dispute)
    for one in before:
        if one.state == "open" and one.person_id == turn.person.id:
            one.state, one.closed_at = "replaced", turn.now
    session.add(
        DisputeOffer(
            dispute_id=dispute.id,
            n=len(before) + 1,
            person_id=turn.person.id,
            terms=plain(terms),
            state="open",
            at=turn.now,
            closed_at=None,
        )
    )
    session.flush()
    answers = (
        dispute.state == DisputeState.AWAITING_RESPONSE and dispute.opener_id != turn.person.id
    )
    if answers:
        # An offer is an answer too.
        cases.step(turn, dispute, order, "respond", actor, by=turn.person)
    cases.step(turn, dispute, order, "offer", actor, by=turn.person, terms=terms, told="offered")


def on_accept(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "✅ Accept the offer": asked once more, with what it means."""
    found = mine(turn, value)
    offer = turn.work.session.get(DisputeOffer, int(value["offer"]))
    if found is None or offer is None or offer.dispute_id != found[0].id:
        return
    dispute, order, actor = found
    if offer.state != "open":
        turn.toast(N_("That offer is no longer on the table."), alert=True)
        return
    terms = terms_of(offer.terms)
    assert terms is not None
    name = f"dispute_accept:{dispute.id}"
    if not value.get("sure"):
        words = turn.words()
        turn.work.show(
            turn.person.user_id,
            "notice",
            name,
            Content(
                text=words.html(
                    "dispute/accept_ask",
                    number=order.number,
                    terms=terms_text(terms, left(turn, order), words),
                ),
                buttons=(
                    (
                        Button(
                            label=words.gettext("✅ Yes, that settles it"),
                            action=0,
                            style="success",
                        ),
                    ),
                    (Button(label=words.gettext("✖️ Not now"), action=1),),
                ),
            ),
            [
                ("dispute.accept", {**value, "sure": True}),
                ("dispute.not_now_accept", {"dispute": dispute.id}),
            ],
            anew=True,
            label="dispute/accept_ask",
            order_id=order.id,
        )
        return
    turn.work.show(turn.person.user_id, "notice", name, None, label="dispute/accept_ask")
    refusal = check_terms(terms, State(order.state), ruling=False)
    if refused(turn, refusal):
        return
    made = cases.step(turn, dispute, order, "accept_offer", actor, by=turn.person, terms=terms)
    if not refused(turn, made):
        offer.state, offer.closed_at = "accepted", turn.now
        dispute_ending.carry_out(turn, dispute, order, terms, told="settled")


def on_not_now(turn: Turn, value: Mapping[str, Any]) -> None:
    found = mine(turn, value)
    if found is not None:
        name = f"dispute_accept:{found[0].id}"
        turn.work.show(turn.person.user_id, "notice", name, None, label="dispute/accept_ask")
        turn.toast(N_("The offer stays on the table."))
