"""What everybody sees of a change: one notice each for customer, provider and staff, kept up to date."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from dialogs.content import Button, ButtonStyle, Content
from dialogs.words import N_, Words
from handlers import cards, change_vetting, refunding, tickets
from handlers.turn import Turn
from orders.catalogue import in_language
from orders.changes import About, ChangeState
from orders.money import Money
from storage import orders
from storage.changing import ChangeRequest
from storage.records import Order, Person

Choice = tuple[str, str, dict[str, Any], ButtonStyle]

ABOUT_LABELS = {
    About.SCOPE: N_("What is to be done"),
    About.PLAN: N_("Another plan"),
    About.DEADLINE: N_("Another day"),
    About.REVISION: N_("One more revision"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """A change in words."""

    number: str
    n: int
    state: str
    about: str
    by_customer: bool
    by_staff: bool
    text: str
    files: int
    plan: str
    wanted: str
    note: str
    #: "+ ⭐ 500", "− ⭐ 500", or empty for the same price.
    delta: str
    more: bool
    less: bool
    new_price: str
    days: int
    due: datetime | None
    day: str | None
    until: datetime
    reason: str
    #: What goes back as what: (amount, way) each; for a lower price.
    back: tuple[tuple[str, str], ...]
    quoted: bool


def view(turn: Turn, order: Order, change: ChangeRequest, words: Words) -> ChangeView:
    """The change as its templates need it."""
    service = orders.service_of(turn.work.session, order)
    plan = service.plan(change.plan) if change.plan else None
    delta = Money(change.delta or 0, order.currency)
    applied = change.state == ChangeState.APPLIED
    price = Money(order.price, order.currency) + (Money(0, order.currency) if applied else delta)
    days = change.days or 0
    due = order.due_at
    if due is not None and not applied:
        due += timedelta(days=days) + (turn.now - change.asked_at)
    return ChangeView(
        number=order.number,
        n=change.n,
        state=change.state,
        about=words.gettext(ABOUT_LABELS[About(change.about)]),
        by_customer=change.asked_by == "customer",
        by_staff=change.asked_by not in ("customer", "provider"),
        text=change.text,
        files=len(change.files),
        plan=in_language(plan.title, words.language) if plan else "",
        wanted=change.wanted,
        note=change.note,
        delta=signed(delta, words),
        more=delta.amount > 0,
        less=delta.amount < 0,
        new_price=words.money(price),
        days=days,
        due=due,
        day=order.delivery_on,
        until=change.expires_at,
        reason=change.reason,
        back=_back(turn, order, change, -delta, words),
        quoted=change.delta is not None,
    )


def signed(delta: Money, words: Words) -> str:
    """A difference of price in words; nothing when there is none."""
    if not delta:
        return ""
    sign = "+" if delta.amount > 0 else "−"
    return f"{sign} {words.money(Money(abs(delta.amount), delta.currency))}"


def _back(
    turn: Turn, order: Order, change: ChangeRequest, amount: Money, words: Words
) -> tuple[tuple[str, str], ...]:
    if amount.amount <= 0 or change.state != ChangeState.QUOTED:
        return ()
    parts = refunding.preview(turn, order, amount)
    if not isinstance(parts, tuple):
        return ()
    return tuple((words.money(part.amount), str(part.way)) for part in parts)


# -- showing --------------------------------------------------------------------------------------------------


def show(
    turn: Turn,
    order: Order,
    change: ChangeRequest,
    *,
    news: bool = False,
    reminder: bool = False,
) -> None:
    """Bring every notice of a change up to date; `news` sends it anew to whom it is news or who must act.

    What staff have to read first, its provider sees once staff have quoted it.
    """
    to_customer = news and change.state != ChangeState.REQUESTED
    held = change_vetting.held(turn, order, change)
    _show_customer(turn, order, change, anew=to_customer, reminder=reminder)
    if order.provider_id is not None and not held:
        quoted = change.state in (ChangeState.QUOTED, ChangeState.ACCEPTED)
        _show_provider(turn, order, change, anew=news and not quoted, reminder=reminder)
    chat = turn.business.staff_chat
    place = subject(change)
    if chat is not None and (
        order.provider_id is None or held or turn.work.surface(chat, "notice", place) is not None
    ):
        asked = change.state == ChangeState.REQUESTED
        show_staff(turn, order, change, anew=news and asked)


def bring_up(turn: Turn, order: Order, change: ChangeRequest, person: Person) -> None:
    """Its notice at the bottom of one party's chat."""
    if person.id == order.customer_id:
        _show_customer(turn, order, change, anew=True, reminder=False)
    else:
        _show_provider(turn, order, change, anew=True, reminder=False)


def subject(change: ChangeRequest) -> str:
    return f"change:{change.id}"


def _show_customer(
    turn: Turn, order: Order, change: ChangeRequest, *, anew: bool, reminder: bool
) -> None:
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    choices = _customer_choices(turn, order, change, words)
    _notice(
        turn, order, change, customer.user_id, "customer", words, choices, anew, reminder=reminder
    )


def _customer_choices(
    turn: Turn, order: Order, change: ChangeRequest, words: Words
) -> list[Choice]:
    value = {"order": order.id, "change": change.id, "version": change.version}
    match ChangeState(change.state):
        case ChangeState.REQUESTED:
            return [(words.gettext("✖️ Take it back"), "change.withdraw", value, "")]
        case ChangeState.QUOTED:
            delta = Money(change.delta or 0, order.currency)
            made: list[Choice] = []
            if delta.amount > 0:
                label = words.gettext("✅ Accept and get the invoice")
                made.append((label, "change.accept", value, "success"))
            elif delta.amount < 0 and refunding.has_choice(turn, order, -delta):
                label = words.gettext("✅ Accept, the rest as store credit")
                made.append((label, "change.accept", {**value, "way": "credit"}, "success"))
                label = words.gettext("✅ Accept, finance returns the rest")
                made.append((label, "change.accept", {**value, "way": "task"}, ""))
            else:
                made.append((words.gettext("✅ Accept"), "change.accept", value, "success"))
            leave = words.gettext("✖️ Leave the order as it is")
            return [*made, (leave, "change.decline", value, "")]
        case _:
            return []


def _show_provider(
    turn: Turn, order: Order, change: ChangeRequest, *, anew: bool, reminder: bool
) -> None:
    assert order.provider_id is not None
    provider = orders.person_by_id(turn.work.session, order.provider_id)
    words = turn.words(provider.language)
    value = {"order": order.id, "change": change.id, "version": change.version}
    choices: list[Choice] = []
    if change.state == ChangeState.REQUESTED:
        choices = quote_choices(turn, order, change, words)
        choices.append((words.gettext("💬 Name price and days"), "change.price", value, ""))
        choices.append((words.gettext("✖️ Not possible"), "change.decline", value, ""))
    elif change.state == ChangeState.QUOTED:
        choices.append((words.gettext("✏️ Quote anew"), "change.price", value, ""))
        if change.asked_by == "provider":
            choices.append((words.gettext("✖️ Take it back"), "change.withdraw", value, ""))
    _notice(
        turn, order, change, provider.user_id, "provider", words, choices, anew, reminder=reminder
    )


def show_staff(turn: Turn, order: Order, change: ChangeRequest, *, anew: bool = False) -> None:
    """The change in the staff's chat: to quote where nobody works on the order yet, or to step in."""
    chat = turn.business.staff_chat
    if chat is None:
        return
    words = turn.words(turn.business.staff_language)
    choices: list[Choice] = []
    if change.state == ChangeState.REQUESTED:
        value = {"order": order.id, "change": change.id, "version": change.version}
        choices = quote_choices(turn, order, change, words)
        choices.append((words.gettext("✖️ Not possible"), "change.decline", value, ""))
    _notice(turn, order, change, chat, "staff", words, choices, anew)


def ask_staff(turn: Turn, order: Order, change: ChangeRequest) -> None:
    """Nobody has quoted it in two days: our staff step in, with a ticket of the customer's."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    tickets.open_ticket(turn, customer, order=order, reason="change")
    show_staff(turn, order, change, anew=True)


def quote_choices(turn: Turn, order: Order, change: ChangeRequest, words: Words) -> list[Choice]:
    """Quotes that take one tap: at no cost, and by the price list."""
    from handlers.change_quotes import usual_quotes

    value = {"order": order.id, "change": change.id, "version": change.version}
    made: list[Choice] = []
    for delta, days in usual_quotes(turn, order, change):
        price = signed(delta, words) or words.gettext("no extra cost")
        if days > 0:
            price += " · +" + words.days(days)
        elif days < 0:
            price += " · −" + words.days(-days)
        made.append(
            (f"✅ {price}", "change.quote", {**value, "delta": delta.amount, "days": days}, "")
        )
    return made


def _notice(
    turn: Turn,
    order: Order,
    change: ChangeRequest,
    chat: int,
    role: str,
    words: Words,
    choices: list[Choice],
    anew: bool,
    *,
    reminder: bool = False,
) -> None:
    turn.work.show(
        chat,
        "notice",
        subject(change),
        Content(
            text=words.html(
                "change/notice",
                change=view(turn, order, change, words),
                order=cards.view(turn, order, words, staff=role != "customer"),
                role=role,
                reminder=reminder,
                doubts=change_vetting.doubts_in_words(turn, order, change, words)
                if role == "staff"
                else (),
            ),
            buttons=tuple(
                (Button(label=label, action=index, style=style),)
                for index, (label, _, _, style) in enumerate(choices)
            ),
        ),
        [(name, value) for _, name, value, _ in choices],
        anew=anew,
        label="change/notice",
        order_id=order.id,
    )
