"""A mediator's proposal and an arbiter's decision, put together in the staff group: terms, grounds, reasons, send.

What was chosen is kept with the case; the reasons are written with /reason, in the language of each side.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Content
from dialogs.words import LANGUAGE_NAMES, LANGUAGES, N_
from handlers import (
    audit,
    dispute_cards,
    dispute_ending,
    dispute_papers,
    dispute_pick,
    dispute_sides,
)
from handlers import disputes as cases
from handlers.dispute_desk import case
from handlers.dispute_pick import Rows
from handlers.dispute_words import GROUNDS, left, terms_text
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.dispute_stages import DisputeState
from orders.dispute_terms import Terms, check_terms, possible
from orders.refusal import Refusal
from orders.states import Actor, State
from storage import disputes as stored
from storage.disputes import Dispute
from storage.records import Order
from storage.serial import plain

DRAFT = "dispute.draft"
REASON_MOST = 1500


def _final(dispute: Dispute) -> bool:
    return dispute.state == DisputeState.ARBITRATION


def languages(turn: Turn, dispute: Dispute, order: Order) -> list[str]:
    """The languages in which the reasons are needed: of a decision all, of a proposal those of both sides."""
    if _final(dispute):
        return list(LANGUAGES)
    spoken = {person.language for person in dispute_cards.parties(turn, order)}
    return [language for language in LANGUAGES if language in spoken]


def _mine(turn: Turn, value: Mapping[str, Any]) -> tuple[Dispute, Order, Actor] | None:
    """The case, if whoever taps is the one who writes its next paper."""
    found = case(turn, value)
    if found is None:
        return None
    dispute, order, actor = found
    refusal = cases.check(turn, dispute, order, "rule" if _final(dispute) else "propose", actor)
    return None if dispute_sides.refused(turn, refusal) else found


def on_draft(turn: Turn, value: Mapping[str, Any]) -> None:
    """The next step: the outcome, what it needs, the grounds, the reasons."""
    found = _mine(turn, value)
    if found is None:
        return
    dispute, order, _ = found
    draft = dict(dispute.draft) if value.get("going") else {}
    for key in ("outcome", "percent", "days", "set"):
        draft.pop(key, None)
        if key in value:
            draft[key] = value[key]
    if "ground" in value:
        grounds = list(draft.get("grounds", ()))
        code = str(value["ground"])
        draft["grounds"] = (
            [one for one in grounds if one != code] if code in grounds else [*grounds, code]
        )
    dispute.draft = draft
    turn.work.session.flush()
    show(turn, dispute, order, anew=not value.get("going"))


def show(turn: Turn, dispute: Dispute, order: Order, *, anew: bool = False) -> None:
    """The paper as it is so far."""
    chat = turn.business.staff_chat
    if chat is None:
        return
    words = turn.words(turn.business.staff_language)
    draft = dispute.draft
    terms = dispute_pick.picked(draft)
    over = left(turn, order)
    base: dict[str, Any] = {"dispute": dispute.id, "going": True}
    base |= {key: draft[key] for key in ("outcome", "percent", "days", "set") if key in draft}
    rows = Rows()
    more: dict[str, Any] = {}
    step = dispute_pick.step_of(draft)
    needed = languages(turn, dispute, order)
    reasons: dict[str, str] = draft.get("reasons", {})
    if terms is None:
        more = dispute_pick.ask(
            rows, DRAFT, base, possible(State(order.state), ruling=True), over, words
        )
    else:
        for code, text in GROUNDS.items():
            mark = "☑️ " if code in draft.get("grounds", ()) else "⬜️ "
            rows.add((mark + words.gettext(text), DRAFT, {**base, "ground": code}))
        if draft.get("grounds") and all(reasons.get(language) for language in needed):
            label = N_("⚖️ Decide so") if _final(dispute) else N_("🧭 Send this proposal")
            rows.add(
                (words.gettext(label), "dispute.draft_send", {"dispute": dispute.id}),
                style="success",
            )
    rows.add((words.gettext("✖️ Discard"), "dispute.draft_drop", {"dispute": dispute.id}))
    turn.work.show(
        chat,
        "notice",
        dispute_papers.subject(dispute),
        Content(
            text=words.html(
                "dispute/draft",
                number=order.number,
                final=_final(dispute),
                step=step,
                terms=terms_text(terms, over, words) if terms else "",
                reasons=[
                    {
                        "key": language,
                        "name": LANGUAGE_NAMES[language],
                        "text": reasons.get(language, ""),
                    }
                    for language in needed
                ],
                **dispute_pick.filled(more),
            ),
            buttons=rows.buttons,
        ),
        rows.actions,
        anew=anew,
        label="dispute/draft",
        order_id=order.id,
    )


def on_reason(turn: Turn, argument: str) -> None:
    """/reason zh …, /reason en …: the reasons of the paper that this person is writing."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    language, _, text = argument.strip().partition(" ")
    language, text = language.lower(), text.strip()
    writing = [
        dispute
        for dispute in stored.all_open(turn.work.session, turn.work.bot)
        if dispute.draft
        and turn.person.id == (dispute.arbiter_id if _final(dispute) else dispute.mediator_id)
    ]
    words = turn.words(turn.business.staff_language)
    if not writing or language not in LANGUAGES or not text:
        answer = words.html("dispute/reason_usage", writing=bool(writing))
        turn.work.send(
            event.chat.id, Content(text=answer), thread_id=event.thread, label="staff/answer"
        )
        return
    dispute = writing[-1]
    order = turn.work.session.get_one(Order, dispute.order_id)
    reasons = {**dispute.draft.get("reasons", {}), language: text[:REASON_MOST]}
    dispute.draft = {**dispute.draft, "reasons": reasons}
    turn.work.session.flush()
    show(turn, dispute, order, anew=True)


def on_drop(turn: Turn, value: Mapping[str, Any]) -> None:
    found = _mine(turn, value)
    if found is not None:
        dispute, _, _ = found
        dispute.draft = {}
        dispute_papers.close(turn, dispute)


def on_send(turn: Turn, value: Mapping[str, Any]) -> None:
    """The proposal goes to both sides; the decision is carried out."""
    found = _mine(turn, value)
    if found is None:
        return
    dispute, order, actor = found
    draft = dispute.draft
    terms = dispute_pick.picked(draft)
    reasons = draft.get("reasons", {})
    complete = bool(draft.get("grounds")) and all(
        reasons.get(language) for language in languages(turn, dispute, order)
    )
    if terms is None or not complete:
        turn.toast(N_("Terms, grounds and reasons are needed first."), alert=True)
        show(turn, dispute, order)
        return
    if dispute_sides.refused(turn, check_terms(terms, State(order.state), ruling=True)):
        return
    before = (dispute.grounds, dispute.reasons, dispute.proposal)
    dispute.grounds, dispute.reasons = list(draft["grounds"]), dict(reasons)
    final = _final(dispute)
    if not final:
        dispute.proposal = plain(terms)
    made = _step(turn, dispute, order, actor, terms, final=final)
    if dispute_sides.refused(turn, made):
        dispute.grounds, dispute.reasons, dispute.proposal = before
        return
    dispute.draft = {}
    dispute_papers.close(turn, dispute)
    if final:
        audit.record(
            turn,
            "dispute.ruling",
            order,
            dispute=dispute.n,
            outcome=str(terms.outcome),
            percent=terms.percent,
            days=terms.days,
        )
        dispute_ending.carry_out(turn, dispute, order, terms, told="ruled", ruled_by=turn.person)
    turn.toast(N_("Both sides have been told."))


def _step(
    turn: Turn, dispute: Dispute, order: Order, actor: Actor, terms: Terms, *, final: bool
) -> object | Refusal:
    if final:
        return cases.step(turn, dispute, order, "rule", actor, by=turn.person, terms=terms)
    return cases.step(
        turn, dispute, order, "propose", actor, by=turn.person, terms=terms, told="proposed"
    )
