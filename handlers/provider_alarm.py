"""The notice in the staff chat about an order that nobody has taken, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dialogs.content import Button, ButtonStyle, Content
from dialogs.words import Words, short
from handlers import cards
from handlers.turn import Turn
from orders.lifecycle import WINDOWS, State
from orders.matching import Candidate, Wanted, rank
from storage import orders
from storage import working_queries as working
from storage.records import Order

#: Providers that can be asked again, and those to choose from, at most.
_AGAIN, _CHOICES = 3, 8

Choice = tuple[str, ButtonStyle, str, dict[str, Any]]


def subject(order: Order) -> str:
    return f"alarm:{order.id}"


def show(turn: Turn, order: Order, why: str, *, anew: bool = False, mode: str = "") -> None:
    """Staff have to find somebody: ask again, give it to somebody, or give the money back.

    `why`: declined, nobody_left, nobody_fits, or asked (by /assign). `mode`: give or cancel, once that was tapped.
    """
    chat = turn.business.staff_chat
    if chat is None:
        return
    session = turn.work.session
    words = turn.words(turn.business.staff_language)
    candidates = _candidates(turn, order) if mode == "give" else []
    lines = _lines(turn, order, why, mode, candidates, words)
    rows: list[tuple[Button, ...]] = []
    actions: list[tuple[str, Any]] = []
    for label, style, action, value in lines:
        rows.append((Button(label=short(label, 60), action=len(actions), style=style),))
        actions.append((action, value))
    provider = orders.person_by_id(session, order.provider_id).name if order.provider_id else ""
    text = words.html(
        "staff/no_provider",
        order=cards.view(turn, order, words, staff=True),
        why=why,
        mode=mode,
        offers=len(working.offers_of(session, order)),
        candidates=candidates,
        provider=provider,
        until=order.state_since + WINDOWS.no_provider,
    )
    turn.work.show(
        chat,
        "notice",
        subject(order),
        Content(text=text, buttons=tuple(rows)),
        actions,
        anew=anew,
        label="staff/no_provider",
        order_id=order.id,
    )


def settle(turn: Turn, order: Order) -> None:
    """The order has found somebody, or its end: the notice says so and has no buttons any more."""
    chat = turn.business.staff_chat
    if chat is not None and turn.work.surface(chat, "notice", subject(order)) is not None:
        show(turn, order, "")


def _lines(
    turn: Turn, order: Order, why: str, mode: str, candidates: Sequence[Candidate], words: Words
) -> list[Choice]:
    if order.state != State.AWAITING_PROVIDER:
        return []
    session = turn.work.session
    value = {"order": order.id, "why": why}
    back: Choice = (words.gettext("‹ Back"), "", "assign.mode", {**value, "mode": ""})
    match mode:
        case "give":
            made: list[Choice] = []
            for candidate in candidates:
                name = orders.person_by_id(session, candidate.id).name
                label = f"{name} · {candidate.load}/{candidate.capacity}"
                made.append((label, "", "assign.give", {**value, "provider": candidate.id}))
            return [*made, back]
        case "cancel":
            yes = words.gettext("Yes, cancel and return the money")
            return [(yes, "danger", "assign.cancel", value), back]
    again: list[Choice] = []
    for provider in _asked(turn, order):
        name = orders.person_by_id(session, provider).name
        label = words.gettext("↻ Ask {name} again", name=name)
        again.append((label, "", "assign.again", {**value, "provider": provider}))
    give = words.gettext("👤 Give it to somebody")
    cancel = words.gettext("✖️ Cancel, with refund")
    return [
        *again,
        (give, "primary", "assign.mode", {**value, "mode": "give"}),
        (cancel, "danger", "assign.mode", {**value, "mode": "cancel"}),
    ]


def _asked(turn: Turn, order: Order) -> list[int]:
    """Providers whose last offer of this order came to nothing, the latest first."""
    last: dict[int, str] = {}
    for offer in working.offers_of(turn.work.session, order):
        last.pop(offer.provider_id, None)
        last[offer.provider_id] = offer.state
    found = [provider for provider, state in last.items() if state in ("declined", "expired")]
    return found[::-1][:_AGAIN]


def _candidates(turn: Turn, order: Order) -> list[Candidate]:
    """Active providers: those who fit best first, then the others, the least loaded first."""
    session = turn.work.session
    service = orders.service_of(session, order)
    customer = orders.person_by_id(session, order.customer_id)
    active = {c.id: c for c in working.candidates(session, turn.work.bot) if c.id != customer.id}
    wanted = Wanted(
        skills=frozenset(service.skills), category=service.category, language=customer.language
    )
    fitting = [match.provider for match in rank(wanted, list(active.values()), {customer.id})]
    rest = sorted((c for c in active if c not in fitting), key=lambda c: (active[c].load, c))
    return [active[key] for key in (*fitting, *rest)][:_CHOICES]
