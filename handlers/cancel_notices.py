"""What both sides see of a proposal to cancel: one notice each, kept up to date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, ButtonStyle, Content
from dialogs.words import N_, Words
from handlers import calling, cards, refunding
from handlers.turn import Turn
from orders.lifecycle import WINDOWS, Actor
from orders.money import Money
from storage import deliveries, money, orders
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


def place(order: Order) -> str:
    return f"cancelling:{order.id}"


def parts(turn: Turn, order: Order, back: Money, words: Words) -> list[tuple[str, str]]:
    """What goes back as what, where it is not simply the way it came: (amount, way) each."""
    made = refunding.preview(turn, order, back) if back else ()
    if not isinstance(made, tuple):
        return []
    return [(words.money(part.amount), str(part.way)) for part in made]


def kept_of(turn: Turn, order: Order, back: Money) -> Money:
    """What is left for the work when that much goes back: the house takes its fee of it."""
    return max(money.order_balance(turn.work.session, order) - back, Money.zero(order.currency))


def _kept(turn: Turn, order: Order, proposal: CancelProposal) -> Money:
    """What is left for the work by that proposal; once it is agreed, what was earned by it."""
    if proposal.state != "agreed":
        return kept_of(turn, order, Money(proposal.amount, order.currency))
    payout = deliveries.payout_of(turn.work.session, order)
    return Money(payout.price if payout is not None else 0, order.currency)


def show(
    turn: Turn,
    order: Order,
    proposal: CancelProposal,
    *,
    news: bool = False,
    repriced: bool = False,
) -> None:
    """The proposal in both chats; `news` sends it anew to whom it is news.

    `repriced`: its amounts are no longer those that were proposed, which is news to both.
    """
    for actor, person_id in (
        (Actor.CUSTOMER, order.customer_id),
        (Actor.PROVIDER, order.provider_id),
    ):
        if person_id is None:
            continue
        person = orders.person_by_id(turn.work.session, person_id)
        own = proposal.by == str(actor)
        # Who has just tapped sees it change where it stands; whom it concerns gets a message.
        mine = proposal.closed_by == person.id or (proposal.state == "open" and own)
        anew = repriced or (news and (not mine or proposal.silent))
        _show(turn, order, proposal, actor, person, anew=anew, repriced=repriced)


def _show(
    turn: Turn,
    order: Order,
    proposal: CancelProposal,
    actor: Actor,
    person: Person,
    *,
    anew: bool,
    repriced: bool,
) -> None:
    words = turn.words(person.language)
    own = proposal.by == str(actor)
    back = Money(proposal.amount, order.currency)
    kept = _kept(turn, order, proposal)
    choices = _choices(turn, order, proposal, own, actor, words)
    reason = REASONS[Actor(proposal.by)].get(proposal.reason, "")
    turn.work.show(
        person.user_id,
        "notice",
        place(order),
        Content(
            text=words.html(
                "cancel/proposal",
                order=cards.view(turn, order, words, staff=actor is Actor.PROVIDER),
                state=proposal.state,
                own=own,
                role=str(actor),
                by_customer=proposal.by == "customer",
                percent=proposal.percent,
                back=words.money(back),
                kept=words.money(kept) if kept else "",
                repriced=repriced,
                reason=words.gettext(reason) if reason else "",
                note=proposal.note,
                until=(order.cancel_proposed_at or proposal.at) + WINDOWS.cancel_silence,
                silent=proposal.silent,
                parts=parts(turn, order, back, words)
                if proposal.state == "open" and actor is Actor.CUSTOMER
                else [],
                way=proposal.way,
            ),
            buttons=tuple(
                (Button(label=label, action=index, style=style),)
                for index, (label, _, _, style) in enumerate(choices)
            ),
        ),
        [(name, value) for _, name, value, _ in choices],
        anew=anew,
        label="cancel/proposal",
        order_id=order.id,
    )


def _choices(
    turn: Turn, order: Order, proposal: CancelProposal, own: bool, actor: Actor, words: Words
) -> list[tuple[str, str, dict[str, Any], ButtonStyle]]:
    if proposal.state != "open":
        return []
    value = {"order": order.id, "proposal": proposal.id}
    if own:
        return [(words.gettext("↩️ Take it back"), "cancel.decline", value, "")]
    back = Money(proposal.amount, order.currency)
    made: list[tuple[str, str, dict[str, Any], ButtonStyle]] = []
    if actor is Actor.CUSTOMER and back and refunding.has_choice(turn, order, back):
        credit = words.gettext("✅ Agree, my part as store credit")
        task = words.gettext("✅ Agree, finance returns my part")
        made.append((credit, "cancel.agree", {**value, "way": "credit"}, "success"))
        made.append((task, "cancel.agree", {**value, "way": "task"}, "success"))
    else:
        made.append((words.gettext("✅ Agree"), "cancel.agree", value, "success"))
    made.append((words.gettext("🔁 Propose another share"), "cancel.counter", value, ""))
    made.append((words.gettext("✖️ No, go on with the work"), "cancel.decline", value, ""))
    return made


def forget(turn: Turn, order: Order, person: Person) -> None:
    if turn.work.surface(person.user_id, "notice", place(order)) is not None:
        turn.work.show(person.user_id, "notice", place(order), None, label="cancel/ask")


def ask_staff(turn: Turn, order: Order, proposal: CancelProposal) -> None:
    """Nobody answered: our staff are asked to help."""
    words = turn.words(turn.business.staff_language)
    calling.stuck(
        turn,
        order,
        "staff/cancel_silence",
        percent=proposal.percent,
        back=words.price(proposal.amount, order.currency),
        by_customer=proposal.by == "customer",
    )
