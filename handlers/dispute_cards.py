"""What is shown of a dispute: to each side its card, to staff the case."""

from __future__ import annotations

from typing import Any

from dialogs.content import Button, ButtonStyle, Content
from dialogs.words import N_, Words
from handlers import cards, relaying
from handlers.dispute_words import GROUNDS, REASONS, STAGES, left, terms_of, terms_text
from handlers.turn import Turn
from orders.dispute_stages import OPEN, DisputeState
from orders.money import Money
from storage import disputes as stored
from storage import orders
from storage.disputes import Dispute
from storage.records import Order, Person

_S = DisputeState
_Made = tuple[str, str, ButtonStyle, dict[str, Any]]


def subject(dispute: Dispute) -> str:
    return f"dispute:{dispute.id}"


def parties(turn: Turn, order: Order) -> tuple[Person, Person]:
    """Customer and provider."""
    assert order.provider_id is not None
    session = turn.work.session
    return (
        orders.person_by_id(session, order.customer_id),
        orders.person_by_id(session, order.provider_id),
    )


def show(turn: Turn, dispute: Dispute, order: Order, *, told: str = "") -> None:
    """Both sides' cards and the case. `told` is news: the cards are sent anew with it."""
    for person in parties(turn, order):
        show_card(turn, dispute, order, person, told=told)
    show_case(turn, dispute, order, anew=bool(told))


def over(turn: Turn, dispute: Dispute, order: Order) -> Money:
    """What the sides divide, or divided: the same sum before and after it was carried out."""
    rest = left(turn, order)
    return Money(rest.amount + dispute.returned, rest.currency)


def facts(turn: Turn, dispute: Dispute, order: Order, words: Words) -> dict[str, Any]:
    """What every template of a dispute knows."""
    session = turn.work.session
    whole = over(turn, dispute, order)

    def said(data: Any) -> str:
        terms = terms_of(data)
        return terms_text(terms, whole, words) if terms else ""

    def name(key: int | None) -> str:
        return orders.person_by_id(session, key).name if key else ""

    reasons = dispute.reasons
    return {
        "dispute": dispute,
        "number": order.number,
        "stage": words.gettext(STAGES[_S(dispute.state)]),
        "reason": words.gettext(REASONS[dispute.reason]),
        "wish": said(dispute.wish),
        "proposal": said(dispute.proposal),
        "outcome": said(dispute.outcome),
        "grounds": [words.gettext(GROUNDS[code]) for code in dispute.grounds],
        "why": reasons.get(words.language) or next(iter(reasons.values()), ""),
        "offers": [
            {"by": offer.person_id, "terms": said(offer.terms)}
            for offer in stored.open_offers(session, dispute)
        ],
        "evidence": len(stored.evidence_of(session, dispute)),
        "mediator": name(dispute.mediator_id),
        "arbiter": name(dispute.arbiter_id),
        "is_open": dispute.state in OPEN,
        "for_them": bool(dispute.side) and stored.opened_by_staff(session, dispute),
        "customer_id": order.customer_id,
        "provider_id": order.provider_id,
        "left": words.money(whole),
        "returned": words.money(Money(dispute.returned, order.currency))
        if dispute.returned
        else "",
    }


# -- a side's card --------------------------------------------------------------------------------------------


def show_card(
    turn: Turn,
    dispute: Dispute,
    order: Order,
    person: Person,
    *,
    told: str = "",
    anew: bool = False,
) -> None:
    words = turn.words(person.language)
    words_said, _ = relaying.covered_text(turn, dispute.words)
    answer, _ = relaying.covered_text(turn, dispute.answer)
    text = words.html(
        "dispute/card",
        told=told,
        me=person.id,
        said=words_said,
        answer=answer,
        **facts(turn, dispute, order, words),
    )
    made = _buttons(turn, dispute, order, person, words)
    turn.work.show(
        person.user_id,
        "card",
        subject(dispute),
        Content(
            text=text,
            buttons=tuple(
                (Button(label=label, action=n, style=style),)
                for n, (label, _, style, _) in enumerate(made)
            ),
        ),
        [
            (action, {"dispute": dispute.id, "order": order.id, **more})
            for _, action, _, more in made
        ],
        anew=anew or bool(told),
        label="dispute/card",
        order_id=order.id,
    )


def _buttons(
    turn: Turn, dispute: Dispute, order: Order, person: Person, words: Words
) -> list[_Made]:
    """(label, action, style, more) of what this side can do now."""
    state = _S(dispute.state)
    made: list[_Made] = []

    def add(label: str, action: str, style: ButtonStyle = "", **more: Any) -> None:
        made.append((words.gettext(label), action, style, more))

    if state in OPEN:
        for offer in stored.open_offers(turn.work.session, dispute):
            if offer.person_id != person.id:
                add(N_("✅ Accept the offer"), "dispute.accept", "success", offer=offer.id)
                add(N_("↩️ Make a counter-offer"), "dispute.offer", offer=offer.id)
    if state is _S.AWAITING_RESPONSE and person.id != dispute.opener_id:
        add(N_("💬 Answer"), "dispute.answer", "primary")
    if state is _S.PROPOSAL and person.id not in dispute.agreed:
        add(N_("✅ I agree"), "dispute.agree", "success")
        add(N_("✖️ I do not agree"), "dispute.reject")
    if state in OPEN:
        if not any(action == "dispute.offer" for _, action, _, _ in made):
            add(N_("🤝 Make an offer"), "dispute.offer")
        add(N_("📎 Add evidence"), "dispute.evidence")
    if state is _S.NEGOTIATION:
        add(N_("🙋 Ask for a mediator"), "dispute.mediator")
    add(N_("📜 Everything so far"), "dispute.history")
    if state in OPEN and person.id == dispute.opener_id:
        add(N_("🕊 Withdraw the dispute"), "dispute.withdraw")
    return made


# -- the case, for staff --------------------------------------------------------------------------------------


def show_case(turn: Turn, dispute: Dispute, order: Order, *, anew: bool = False) -> None:
    """The case in the staff group."""
    chat = turn.business.staff_chat
    if chat is None:
        return
    words = turn.words(turn.business.staff_language)
    customer, provider = parties(turn, order)
    made = _staff_buttons(dispute, words)
    turn.work.show(
        chat,
        "notice",
        subject(dispute),
        Content(
            text=words.html(
                "dispute/case",
                order=cards.view(turn, order, words, staff=True),
                customer=customer,
                provider=provider,
                **facts(turn, dispute, order, words),
            ),
            buttons=tuple(
                (Button(label=label, action=n, style=style),)
                for n, (label, _, style) in enumerate(made)
            ),
        ),
        [(action, {"dispute": dispute.id}) for _, action, _ in made],
        anew=anew,
        label="dispute/case",
        order_id=order.id,
    )


def _staff_buttons(dispute: Dispute, words: Words) -> list[tuple[str, str, ButtonStyle]]:
    made: list[tuple[str, str, ButtonStyle]] = []
    state = _S(dispute.state)
    if state is _S.MEDIATION:
        if dispute.mediator_id is None:
            made.append((words.gettext("✋ I mediate"), "dispute.claim", "primary"))
        else:
            made.append((words.gettext("🧭 Propose a way out"), "dispute.draft", "primary"))
            made.append((words.gettext("✋ Take it over"), "dispute.claim", ""))
    if state is _S.ARBITRATION:
        if dispute.arbiter_id is None:
            made.append((words.gettext("✋ I decide"), "dispute.arbitrate", "primary"))
        else:
            made.append((words.gettext("⚖️ Write the decision"), "dispute.draft", "primary"))
            made.append((words.gettext("✋ Take it over"), "dispute.arbitrate", ""))
    made.append((words.gettext("📎 Evidence"), "dispute.staff_evidence", ""))
    made.append((words.gettext("📜 Everything so far"), "dispute.staff_history", ""))
    made.append((words.gettext("🗂 As it stood at the beginning"), "dispute.snapshot", ""))
    if state in OPEN and not dispute.side:
        made.append((words.gettext("🕊 Withdraw the dispute"), "dispute.staff_withdraw", ""))
    return made
