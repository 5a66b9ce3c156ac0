"""What happens by itself when its time has come. Guards are checked again: much may have changed since."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from dialogs.content import Button, Content
from handlers import (
    accepting,
    cancelling,
    cards,
    completing,
    dialog,
    information,
    lateness,
    moving,
    refund_choice,
    refunding,
    reports,
    reviewing,
    telling,
    vetting_desk,
)
from handlers.events import TimerEvent
from handlers.turn import Turn
from orders.clock import shift_out_of_quiet
from orders.lifecycle import TIMERS, Actor, State
from orders.refusal import Refusal
from storage import money, orders
from storage.records import Order

#: Nudges for an unfinished order, at most.
NUDGES = 2
#: An expired order whose payment is under way is looked at again after this time.
RETRY = timedelta(minutes=10)
#: A delivery that the customer has reported is not accepted by itself; it is looked at again after this time.
LOOKED_INTO = timedelta(hours=24)

_RULES = {rule.slot: rule for rule in TIMERS}
#: Slots that change nothing themselves, and what is done when one is due.
SLOTS: Mapping[str, Callable[[Turn, Order, str], None]] = {
    "review_warn": vetting_desk.on_slot,
    "review_due": vetting_desk.on_slot,
    "report_due": reports.on_due,
    "report_remind": reports.on_due,
    "report_alarm": reports.on_alarm,
    "nudge_24": information.on_nudge,
    "nudge_48": information.on_nudge,
    "ticket_7d": information.on_ticket,
    "cancel_late": lateness.on_very_late,
    "cancel_silence": cancelling.on_silence,
    "accept_warn_48": accepting.on_warn,
    "accept_warn_70": accepting.on_warn,
    "payout_clear": completing.on_clear,
    "review_ask": reviewing.on_prompt,
    "review_remind": reviewing.on_prompt,
}
_REMINDERS = frozenset({"remind_1", "remind_20"})


def on_order(turn: Turn) -> None:
    """A slot of an order is due."""
    event = turn.event
    assert isinstance(event, TimerEvent)
    order = turn.work.session.get(Order, int(str(event.params["order"])))
    rule = _RULES.get(event.slot)
    if order is None or rule is None or State(order.state) not in rule.states:
        return
    if rule.fires is not None:
        _fire(turn, order, event.slot, rule.fires)
    elif event.slot in SLOTS:
        if not (order.on_hold or order.change_pending):
            SLOTS[event.slot](turn, order, event.slot)
    elif event.slot in _REMINDERS:
        _remind(turn, order, event)


def _fire(turn: Turn, order: Order, slot: str, transition: str) -> None:
    if transition == "accept_delivery" and accepting.has_problem(turn, order):
        # Somebody is looking into it; their word sets the clock going again.
        moving.put_off(turn, order, slot, turn.now + LOOKED_INTO)
        return
    made = moving.move(turn, order, transition, Actor.TIMER, quiet=True)
    if isinstance(made, Refusal):
        if made.code in ("expire_payment_under_way", "expire_proof_waiting"):
            until = made.params.get("until")
            due = until if isinstance(until, datetime) else turn.now + RETRY
            turn.work.set_timer(
                moving.TIMER,
                moving.subject(order),
                slot,
                max(due, turn.now + RETRY),
                {"order": order.id},
            )
        return
    if made.refund == "full":
        order.cancel_reason = transition
        refunding.refund_all(turn, order, transition)
    telling.tell(turn, order, made)


def _remind(turn: Turn, order: Order, event: TimerEvent) -> None:
    """Remind of an unpaid order, once per slot, not at night, not when the end is there as well."""
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    invoice = money.latest_invoice(turn.work.session, order)
    if invoice is None or money.waiting_proof(turn.work.session, invoice) is not None:
        return
    morning = shift_out_of_quiet(turn.now, turn.business.quiet, turn.business.zone)
    if morning > turn.now:
        if morning < invoice.expires_at:
            turn.work.set_timer(
                moving.TIMER, moving.subject(order), event.slot, morning, {"order": order.id}
            )
        return
    if invoice.expires_at <= turn.now:
        return
    words = turn.words(customer.language)
    turn.work.show(
        customer.user_id,
        "notice",
        f"remind:{order.id}",
        Content(
            text=words.html("told/remind_customer", order=cards.view(turn, order, words)),
            buttons=(
                (Button(label=words.gettext("💳 Show the invoice"), action=0, style="primary"),),
            ),
        ),
        [("order.invoice", {"order": order.id})],
        anew=True,
        label="told/remind_customer",
        order_id=order.id,
        priority=2,
    )


def on_refund(turn: Turn) -> None:
    event = turn.event
    assert isinstance(event, TimerEvent)
    refund = int(str(event.params["refund"]))
    if event.slot == "choose":
        refund_choice.on_silence(turn, refund)
    else:
        refunding.on_retry(turn, refund)


def on_nudge(turn: Turn) -> None:
    """An unfinished order has been waiting: ask once or twice, then file it away."""
    event = turn.event
    assert isinstance(event, TimerEvent)
    user = int(str(event.params["user"]))
    person = turn.work.person(user)
    conversation = turn.work.conversation(user)
    if person is None or person.blocked_at is not None:
        return
    states = dialog.stack(conversation)
    if not states or states[-1].nudge_at is None or states[-1].nudge_at != event.params.get("set"):
        # Set for a dialog that is over, or put off since.
        return
    if not dialog.worth_a_nudge(states[-1]) or states[-1].nudges >= NUDGES:
        return
    morning = shift_out_of_quiet(turn.now, turn.business.quiet, turn.business.zone)
    if morning > turn.now:
        turn.work.set_timer("nudge", event.subject, event.slot, morning, event.params)
        return
    nudged = states[-1]._replace(nudges=states[-1].nudges + 1)
    dialog.save(conversation, [*states[:-1], nudged])
    words = turn.words(person.language)
    turn.work.show(
        user,
        "notice",
        "nudge",
        Content(
            text=words.html("told/nudge", last=nudged.nudges >= NUDGES),
            buttons=(
                (Button(label=words.gettext("▶️ Continue my order"), action=0, style="primary"),),
            ),
        ),
        [("dialog.continue", {})],
        anew=True,
        label="told/nudge",
        priority=3,
    )
    if nudged.nudges < NUDGES:
        again = turn.now + timedelta(days=1)
        turn.work.set_timer("nudge", event.subject, event.slot, again, event.params)
