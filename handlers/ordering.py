"""From the summary to an order: confirm, edit, cancel, revive, order again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.model import State as DialogState
from dialogs.words import N_
from handlers import cancel_free, cards, dialog, invoicing, moving, paying, vetting
from handlers.facts import Facts
from handlers.turn import Turn
from orders.brief import Attachment, Brief, check_attachments, check_goal
from orders.consent import needs_consent
from orders.deadlines import Deadline, check_deadline, earliest_delivery, latest_deadline
from orders.lifecycle import Actor, State
from orders.methods import Offer
from orders.numbers import RANDOM_BYTES, order_number
from orders.quote import Quote
from orders.refusal import Refusal
from storage import money, orders
from storage.accounts import Invoice
from storage.records import Consent, Order
from storage.serial import plain


def confirm(turn: Turn, state: DialogState) -> None:
    """The customer confirmed the summary: order, consent and invoice in one turn."""
    words = turn.words()
    facts = Facts(turn, words)
    answers = state.answers
    checked = _check(turn, facts, answers)
    if isinstance(checked, Refusal):
        dialog.show(turn, notice=checked)
        return
    brief, offer, quote = checked
    order = draft(turn, answers, brief)
    price(turn, order, offer, quote)
    record_consent(turn, order)
    made = moving.move(turn, order, "confirm", Actor.CUSTOMER, actor_id=turn.person.id)
    if isinstance(made, Refusal):  # cannot be: the brief was checked above
        raise RuntimeError(f"confirm was refused: {made.code}")
    invoice = issue_invoice(turn, order)
    shown = invoicing.paying_of(turn, invoice, words)
    dialog.finish(
        turn, "order/confirmed", words, order=cards.view(turn, order, words), paying=shown
    )
    if invoice.amount:
        cards.show_invoice(turn, order, invoice)
    else:
        paying.pay_with_credit(turn, order, invoice)


def _check(
    turn: Turn, facts: Facts, answers: Mapping[str, Any]
) -> tuple[Brief, Offer, Quote] | Refusal:
    """Everything once more: days have passed since some of it was answered."""
    crowded = too_many(turn, answers)
    if crowded is not None:
        return crowded
    goal = check_goal(str(answers.get("goal", "")))
    if isinstance(goal, Refusal):
        return goal
    brief = brief_from(answers, goal)
    attached = check_attachments(brief.attachments)
    if isinstance(attached, Refusal):
        return attached
    plan = facts.plan(answers)
    if brief.deadline is not None and plan is not None:
        local = turn.now.astimezone(turn.business.zone)
        deadline = check_deadline(brief.deadline, local, plan.period_days)
        if isinstance(deadline, Refusal):
            return deadline
    offer, quote = facts.offer(answers), facts.quote(answers)
    if isinstance(quote, Refusal):
        return quote
    if offer is None or quote is None:
        return Refusal("methods_none_enabled", {"nature": "", "allowed": ()})
    service = facts.service(answers)
    if service is not None and vetting.stops(turn, brief, service, answers["plan"], quote.total):
        return Refusal("brief_not_sold")
    return brief, offer, quote


def too_many(turn: Turn, answers: Mapping[str, Any]) -> Refusal | None:
    """Nobody keeps any number of unpaid orders: each is an invoice, or work for staff."""
    limit = turn.business.unpaid_limit
    editing = int(answers["order"]) if answers.get("order") else None
    if limit and orders.unpaid_of(turn.work.session, turn.person, without=editing) >= limit:
        return Refusal("orders_too_many", {"maximum": limit})
    return None


def brief_from(answers: Mapping[str, Any], goal: str) -> Brief:
    """The brief as answered in the dialog."""
    notes = str(answers.get("notes") or "")
    if answers.get("budget"):
        notes = f"{notes}\n{answers['budget']}".strip()
    return Brief(
        goal=goal,
        deadline=Deadline.from_iso(answers["deadline"]) if answers.get("deadline") else None,
        requirements=str(answers.get("requirements") or ""),
        notes=notes,
        attachments=tuple(Attachment(**item) for item in answers.get("attachments") or ()),
    )


def draft(turn: Turn, answers: Mapping[str, Any], brief: Brief) -> Order:
    """The draft that is being edited, or a new one, with what was answered."""
    session = turn.work.session
    order = None
    if answers.get("order"):
        order = orders.of_customer(session, turn.person, int(answers["order"]))
    if order is not None and order.state == State.DRAFT:
        order.service_id = turn.shelf.versions[answers["service"]]
        order.plan = answers["plan"]
        order.brief_version += 1
    else:
        number = order_number(turn.random(RANDOM_BYTES))
        while orders.number_taken(session, turn.work.bot, number):
            number = order_number(turn.random(RANDOM_BYTES))
        order = Order(
            bot=turn.work.bot,
            number=number,
            customer_id=turn.person.id,
            service_id=turn.shelf.versions[answers["service"]],
            plan=answers["plan"],
            state=str(State.DRAFT),
            state_since=turn.now,
            version=1,
            currency="",
            price=0,
            quote={},
            method="",
            period_days=0,
            brief_version=1,
            created_at=turn.now,
        )
        session.add(order)
    session.flush()
    orders.add_brief(session, order, brief, turn.now)
    return order


def price(turn: Turn, order: Order, offer: Offer, quote: Quote) -> None:
    """Lock the price, the way to pay and the day of delivery."""
    order.currency = quote.total.currency
    order.price = quote.total.amount
    order.quote = plain(quote)
    order.method = str(offer.method)
    order.period_days = quote.period_days
    order.delivery_on = quote.delivery_on.isoformat()
    order.confirmed_at = turn.now


def day_after(turn: Turn, days: int) -> date:
    """The day that many calendar days from today, in the business's zone."""
    return turn.now.astimezone(turn.business.zone).date() + timedelta(days=days)


def record_consent(turn: Turn, order: Order) -> None:
    """The terms shown with the confirmation were accepted with it."""
    session = turn.work.session
    current = turn.business.terms_version
    if needs_consent(orders.accepted_terms(session, turn.person), current):
        session.add(
            Consent(person_id=turn.person.id, terms_version=current, order_id=order.id, at=turn.now)
        )


def issue_invoice(turn: Turn, order: Order) -> Invoice:
    """A new invoice for what the order costs."""
    invoice = invoicing.issue(turn, order)
    cards.refresh(turn, order)
    return invoice


# -- taps on the card and on the invoice ---------------------------------------------------------------------


def _own(turn: Turn, value: Mapping[str, Any]) -> Order | None:
    return orders.of_customer(turn.work.session, turn.person, int(value["order"]))


def on_invoice(turn: Turn, value: Mapping[str, Any]) -> None:
    """Show the invoice again, at the bottom of the chat."""
    order = _own(turn, value)
    if order is None:
        return
    invoice = money.latest_invoice(turn.work.session, order)
    if invoice is not None and order.state == State.AWAITING_PAYMENT:
        cards.show_invoice(turn, order, invoice)


def answers_of(turn: Turn, order: Order) -> dict[str, Any]:
    """The dialog's answers that would make this order again."""
    brief = orders.brief_of(turn.work.session, order)
    return {
        "service": orders.service_of(turn.work.session, order).key,
        "plan": order.plan,
        "goal": brief.goal,
        "requirements": brief.requirements,
        "notes": brief.notes,
        "attachments": plain(brief).get("attachments", []),
        "method": order.method,
        **({"order": order.id} if order.state == State.DRAFT else {}),
    }


def reopen_dialog(turn: Turn, order: Order, *, again: bool = False) -> None:
    """The summary with the answers of an order. A deadline that can no longer be kept is asked again; to order the
    same `again`, as much time as the first time is proposed instead."""
    answers = answers_of(turn, order)
    service = turn.shelf.catalogue.service(answers["service"])
    if service is None:
        turn.say(turn.person, "order/service_gone")
        dialog.open_flow(turn, "order")
        dialog.show(turn, anew=True)
        return
    if service.plan(order.plan) is None:
        del answers["plan"]
    brief = orders.brief_of(turn.work.session, order)
    plan = service.plan(order.plan)
    local = turn.now.astimezone(turn.business.zone)
    moved = ""
    if brief.deadline is not None and plan is not None:
        checked = check_deadline(brief.deadline, local, plan.period_days)
        if isinstance(checked, Deadline):
            answers["deadline"] = checked.iso()
        elif again:
            answers["deadline"] = _as_long_again(
                turn, order, brief.deadline, plan.period_days
            ).iso()
            moved = turn.words().gettext(
                "The day was moved on. Please check it, or change it below."
            )
    state = dialog.current(turn)
    waiting = state is not None and bool(set(state.answers) - {"service", "plan"})
    dialog.open_flow(turn, "order", answers, beside=waiting)
    dialog.show(turn, anew=True, notice=moved)


def _as_long_again(turn: Turn, order: Order, wanted: Deadline, period_days: int | None) -> Deadline:
    """As many days from today as there were when the order was made, or as many as the plan takes."""
    today = turn.now.astimezone(turn.business.zone).date()
    made = order.created_at.astimezone(turn.business.zone).date()
    day = max(today + (wanted.day - made), earliest_delivery(today, period_days))
    return Deadline(min(day, latest_deadline(today)))


def on_edit(turn: Turn, value: Mapping[str, Any]) -> None:
    """Change an order that awaits payment: its invoice is voided, its answers are open again."""
    order = _own(turn, value)
    if order is None:
        return
    if order.state == State.DRAFT:
        if dialog.bring_up(turn, order.id):
            dialog.show(turn, anew=True)
        else:
            reopen_dialog(turn, order)
        return
    made = moving.move(turn, order, "edit", Actor.CUSTOMER, actor_id=turn.person.id)
    if isinstance(made, Refusal):
        _say_refusal(turn, made)
        return
    reopen_dialog(turn, order)


def on_revive(turn: Turn, value: Mapping[str, Any]) -> None:
    """Bring an expired order back as a new draft with the same answers."""
    order = _own(turn, value)
    if order is None:
        return
    made = moving.move(turn, order, "revive", Actor.CUSTOMER, actor_id=turn.person.id)
    if isinstance(made, Refusal):
        _say_refusal(turn, made)
        return
    order.revived = True
    cards.refresh(turn, order)
    reopen_dialog(turn, order)


def on_again(turn: Turn, value: Mapping[str, Any]) -> None:
    """The same order once more: this tap, the confirmation, and the sheet."""
    order = _own(turn, value)
    if order is not None:
        reopen_dialog(turn, order, again=True)


def on_cancel(turn: Turn, value: Mapping[str, Any]) -> None:
    """Say what cancelling would cost now, and ask."""
    order = _own(turn, value)
    if order is None:
        return
    words = turn.words()
    buttons = (
        (Button(label=words.gettext("Yes, cancel it"), action=0, style="danger"),),
        (Button(label=words.gettext("No, keep it"), action=1),),
    )
    turn.work.show(
        turn.person.user_id,
        "notice",
        f"cancel:{order.id}",
        Content(
            text=words.html(
                "order/cancel_ask",
                order=cards.view(turn, order, words),
                **cancel_free.cost(turn, order, words),
            ),
            buttons=buttons,
        ),
        [("order.cancel_yes", {"order": order.id}), ("order.cancel_no", {"order": order.id})],
        anew=True,
        label="order/cancel_ask",
        order_id=order.id,
    )


def on_cancel_no(turn: Turn, value: Mapping[str, Any]) -> None:
    order = _own(turn, value)
    if order is not None:
        turn.toast(N_("Kept. Nothing has changed."))
        turn.work.show(
            turn.person.user_id, "notice", f"cancel:{order.id}", None, label="order/cancel_ask"
        )


def on_cancel_yes(turn: Turn, value: Mapping[str, Any]) -> None:
    """Cancel while it is free; what was paid goes back at once."""
    order = _own(turn, value)
    if order is None:
        return
    turn.work.show(
        turn.person.user_id, "notice", f"cancel:{order.id}", None, label="order/cancel_ask"
    )
    made = moving.move(
        turn, order, "cancel_free", Actor.CUSTOMER, actor_id=turn.person.id, quiet=True
    )
    if isinstance(made, Refusal):
        _say_refusal(turn, made)
        return
    order.cancel_reason = "customer"
    dialog.drop(turn, order.id)
    cancel_free.settle(turn, order)
    from handlers import telling

    telling.tell(turn, order, made)
    if made.source is not State.DRAFT:
        cancel_free.ask_why(turn, order)


def _say_refusal(turn: Turn, refusal: Refusal) -> None:
    from dialogs.wording import refusal_text

    words = turn.words()
    turn.work.send(
        turn.person.user_id,
        Content(text=words.html("notice", text=refusal_text(refusal, words))),
        label=f"refusal/{refusal.code}",
    )


__all__ = ["confirm", "issue_invoice", "reopen_dialog"]
