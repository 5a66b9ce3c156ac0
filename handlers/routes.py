"""Who reacts to what: the one table of everything that can happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers import (
    accepting,
    asking,
    assigning,
    awaited,
    cancel_asking,
    cancel_free,
    cancelling,
    canned,
    cases,
    change_marking,
    change_quotes,
    change_timers,
    changes,
    changing,
    commands,
    completing,
    context,
    custom,
    delivering,
    desk_commands,
    desk_lists,
    desk_outcomes,
    desk_sorting,
    desk_topics,
    dispute_desk,
    dispute_draft,
    dispute_evidence,
    dispute_offers,
    dispute_opening,
    dispute_sides,
    dispute_timers,
    disputes,
    flood,
    gate,
    groups,
    heard,
    information,
    invites,
    lateness,
    members,
    moderating,
    needs,
    offering,
    ordering,
    passed,
    paying,
    permits,
    progress,
    provider_alarm,
    providers,
    refund_choice,
    refund_command,
    refund_tasks,
    relaying,
    reports,
    returned,
    reviewing,
    revising,
    staff_roles,
    summaries,
    talking,
    ticket_timers,
    tickets,
    timers,
    transfers,
    vetting_desk,
    vetting_questions,
)
from handlers.events import (
    DeliveredEvent,
    Event,
    MemberEvent,
    MessageEvent,
    MigratedEvent,
    PaidEvent,
    PreCheckoutEvent,
    ReactionEvent,
    RefundedEvent,
    TapEvent,
    TimerEvent,
    TopicEvent,
)
from handlers.turn import Turn
from orders.cards import find_card_numbers
from orders.lifecycle import Move, State
from storage import orders
from storage.records import Order

Handler = Callable[[Turn], None]

#: Commands in a private chat; the rest of the message is their argument.
COMMANDS: Mapping[str, Callable[[Turn, str], None]] = {
    "start": talking.on_start,
    "menu": lambda turn, argument: talking.home(turn),
    "orders": lambda turn, argument: commands.on_orders(turn),
    "order": commands.on_order,
    "help": lambda turn, argument: commands.on_help(turn),
    "language": lambda turn, argument: commands.on_language(turn),
    "terms": lambda turn, argument: commands.on_terms(turn),
    "privacy": lambda turn, argument: commands.on_privacy(turn),
    "support": commands.on_support,
    "queue": lambda turn, argument: desk_lists.on_queue(turn),
    "mine": lambda turn, argument: desk_lists.on_mine(turn),
    "work": lambda turn, argument: providers.on_work(turn),
    "profile": lambda turn, argument: providers.on_profile(turn),
    "pause": lambda turn, argument: providers.on_pause(turn),
    "change": changes.on_command,
    "paysupport": commands.on_paysupport,
}

#: Commands in a group.
GROUP_COMMANDS: Mapping[str, Callable[[Turn, str], None]] = {
    "staff": lambda turn, argument: members.on_purpose(turn, "staff"),
    "providers": lambda turn, argument: members.on_purpose(turn, "providers"),
    "support": lambda turn, argument: members.on_purpose(turn, "support"),
    "queue": lambda turn, argument: desk_lists.on_queue(turn),
    "mine": lambda turn, argument: desk_lists.on_mine(turn),
    "claim": desk_commands.on_claim,
    "release": desk_commands.on_release,
    "transfer": desk_commands.on_transfer,
    "escalate": desk_commands.on_escalate,
    "note": desk_commands.on_note,
    "say": desk_commands.on_say,
    "r": canned.on_canned,
    "provider": desk_commands.on_provider,
    "snooze": desk_sorting.on_snooze,
    "priority": desk_sorting.on_priority,
    "tag": desk_sorting.on_tag,
    "merge": desk_sorting.on_merge,
    "back": desk_commands.on_back,
    "resolve": desk_commands.on_resolve,
    "reopen": desk_commands.on_reopen,
    "case": desk_commands.on_case,
    "transcript": desk_commands.on_transcript,
    "invite": invites.on_invite,
    "role": staff_roles.on_role,
    "dispute": dispute_desk.on_command,
    "reason": dispute_draft.on_reason,
    "roles": lambda turn, argument: staff_roles.on_roles(turn),
    "quote": custom.on_quote,
    "assign": assigning.on_command,
    "ask": vetting_questions.on_ask_command,
    "refund": refund_command.on_refund,
    "change": change_quotes.on_command,
    "order": groups.on_order,
    "help": groups.on_help,
}

#: Buttons of cards, notices and announcements; the value is what was stored with the button.
ACTIONS: Mapping[str, Callable[[Turn, Mapping[str, Any]], None]] = {
    "dialog.continue": lambda turn, value: commands.on_continue(turn),
    "language.set": lambda turn, value: commands.set_language(turn, str(value["language"])),
    "orders.page": lambda turn, value: commands.on_orders(turn, int(value["page"]), anew=False),
    "order.open": commands.on_order_open,
    "order.invoice": ordering.on_invoice,
    "order.edit": ordering.on_edit,
    "order.revive": ordering.on_revive,
    "order.again": ordering.on_again,
    "order.cancel": ordering.on_cancel,
    "order.cancel_yes": ordering.on_cancel_yes,
    "order.cancel_no": ordering.on_cancel_no,
    "order.cancel_why": cancel_free.on_why,
    "quote.accept": custom.on_accept,
    "quote.decline": custom.on_decline,
    "proof.confirm": lambda turn, value: transfers.on_decide(turn, value, confirmed=True),
    "proof.reject": lambda turn, value: transfers.on_decide(turn, value, confirmed=False),
    "case.return": lambda turn, value: cases.on_return(turn, int(value["case"])),
    "returned.go_on": returned.on_go_on,
    "returned.end": returned.on_end,
    "refund.done": lambda turn, value: refund_tasks.on_done(turn, int(value["refund"])),
    "refund.approve": refund_tasks.on_approve,
    "refund.reject": refund_tasks.on_reject,
    "refund.choose": refund_choice.on_choose,
    "order.message": relaying.on_message_button,
    "order.cancel_late": lateness.on_cancel,
    "order.cancel_late_yes": lateness.on_cancel_yes,
    "info.missing": information.on_ask_missing,
    "info.ask": information.on_ask_own,
    "info.answer": information.on_answer,
    "report.start": progress.on_start,
    "report.as_report": lambda turn, value: progress.on_which(turn, value, report=True),
    "report.as_message": lambda turn, value: progress.on_which(turn, value, report=False),
    "report.percent": progress.on_percent,
    "report.next": progress.on_next,
    "report.day": progress.on_day,
    "report.discard": progress.on_discard,
    "report.answer": reports.on_answer,
    "report.like": reports.on_like,
    "change.start": changes.on_start,
    "change.show": changes.on_show,
    "change.about": changes.on_about,
    "change.plan": changes.on_plan,
    "change.ask": changes.on_ask,
    "change.stop": changes.on_stop,
    "change.accept": changes.on_accept,
    "change.decline": changes.on_decline,
    "change.withdraw": changes.on_withdraw,
    "change.mark": change_marking.on_mark,
    "change.quote": change_quotes.on_quote,
    "change.price": change_quotes.on_price,
    "change.again": change_quotes.on_again,
    "change.offer": change_marking.on_offer,
    "change.discard": change_quotes.on_discard,
    "cancel.ask": cancel_asking.on_ask,
    "cancel.reason": cancel_asking.on_reason,
    "cancel.percent": cancel_asking.on_percent,
    "cancel.other": cancel_asking.on_other,
    "cancel.propose": cancelling.on_propose,
    "cancel.agree": cancelling.on_agree,
    "cancel.decline": cancelling.on_decline,
    "cancel.counter": cancel_asking.on_counter,
    "cancel.stop": cancel_asking.on_stop,
    "delivery.start": delivering.on_start,
    "delivery.as_delivery": delivering.on_as_delivery,
    "delivery.tick": delivering.on_tick,
    "delivery.tick_all": delivering.on_tick_all,
    "delivery.remove": delivering.on_remove,
    "delivery.discard": delivering.on_discard,
    "delivery.preview": delivering.on_preview,
    "delivery.back": delivering.on_back,
    "delivery.send": delivering.on_send,
    "delivery.accept": accepting.on_accept,
    "delivery.extend": accepting.on_extend,
    "delivery.revise": revising.on_revise,
    "delivery.change": revising.on_change,
    "delivery.day": revising.on_day,
    "delivery.keep": revising.on_keep,
    "delivery.problem": accepting.on_problem,
    "delivery.settled": accepting.on_settled,
    "payout.paid": completing.on_paid,
    "review.start": reviewing.on_start,
    "review.stars": reviewing.on_stars,
    "review.later": reviewing.on_later,
    "review.aspect": reviewing.on_aspect,
    "review.skip": reviewing.on_skip,
    "review.answer": moderating.on_answer,
    "rating.show": moderating.on_show,
    "rating.hide": moderating.on_hide,
    "dispute.new": dispute_opening.on_new,
    "dispute.open": dispute_opening.on_open,
    "dispute.not_now": dispute_opening.on_not_now,
    "dispute.show": dispute_opening.on_show,
    "dispute.answer": dispute_sides.on_answer,
    "dispute.offer": dispute_offers.on_offer,
    "dispute.accept": dispute_offers.on_accept,
    "dispute.not_now_accept": dispute_offers.on_not_now,
    "dispute.mediator": dispute_sides.on_mediator,
    "dispute.agree": dispute_sides.on_agree,
    "dispute.reject": dispute_sides.on_reject,
    "dispute.withdraw": dispute_sides.on_withdraw,
    "dispute.history": dispute_sides.on_history,
    "dispute.evidence": dispute_evidence.on_button,
    "dispute.as_evidence": dispute_evidence.on_tap,
    "dispute.staff_open": dispute_desk.on_open,
    "dispute.staff_withdraw": dispute_desk.on_withdraw,
    "dispute.staff_evidence": dispute_desk.on_evidence,
    "dispute.staff_history": dispute_desk.on_history,
    "dispute.snapshot": dispute_desk.on_snapshot,
    "dispute.claim": dispute_desk.on_claim,
    "dispute.arbitrate": dispute_desk.on_arbitrate,
    "dispute.draft": dispute_draft.on_draft,
    "dispute.draft_drop": dispute_draft.on_drop,
    "dispute.draft_send": dispute_draft.on_send,
    "order.take": providers.on_take,
    "assign.mode": assigning.on_mode,
    "assign.again": assigning.on_offer_again,
    "assign.give": assigning.on_give,
    "assign.cancel": assigning.on_cancel,
    "work.open": providers.on_open,
    "offer.accept": offering.on_accept,
    "offer.decline": offering.on_decline,
    "offer.reason": offering.on_reason,
    "support.ask": lambda turn, value: commands.on_support(turn, ""),
    "support.order": asking.on_ask_about,
    "support.write": asking.on_write,
    "support.back": asking.on_back,
    "support.solved": asking.on_solved,
    "support.rate": asking.on_rate,
    "support.callback": asking.on_callback,
    "support.transcript": asking.on_transcript,
    "desk.claim": desk_commands.on_claim_button,
    "desk.take_over": desk_commands.on_take_over,
    "desk.note": desk_commands.on_note_button,
    "desk.canned": canned.on_button,
    "desk.transfer": desk_commands.on_transfer_button,
    "desk.escalate": desk_commands.on_escalate_button,
    "desk.snooze": desk_sorting.on_snooze_button,
    "desk.priority": desk_sorting.on_priority_button,
    "desk.back": desk_commands.on_back_button,
    "desk.resolve": desk_commands.on_resolve_button,
    "desk.reopen": desk_commands.on_reopen_button,
    "desk.transcript": desk_commands.on_transcript_button,
    "vetting.clear": vetting_desk.on_clear,
    "vetting.refuse": vetting_desk.on_refuse,
    "vetting.mode": vetting_desk.on_mode,
    "vetting.ask": vetting_questions.on_ask,
    "vetting.ask_own": vetting_questions.on_ask_own,
    "vetting.answer": vetting_questions.on_answer_button,
    "vetting.hurry": vetting_desk.on_hurry,
}

#: Timers by kind.
TIMERS: Mapping[str, Handler] = {
    "order": timers.on_order,
    "refund": timers.on_refund,
    "case": cases.on_timer,
    "vetting": vetting_desk.on_timer,
    "offer": offering.on_timer,
    "nudge": timers.on_nudge,
    completing.SUMMARY: summaries.on_timer,
    disputes.TIMER: dispute_timers.on_timer,
    "change": change_timers.on_timer,
    "ticket": ticket_timers.on_timer,
    "desk": ticket_timers.on_desk,
}

#: Everything else, by the type of the event.
EVENTS: Mapping[type[Event], Handler] = {
    PreCheckoutEvent: paying.on_pre_checkout,
    PaidEvent: paying.on_paid,
    RefundedEvent: paying.on_refunded,
    MemberEvent: members.on_member,
    MigratedEvent: members.on_migrated,
    ReactionEvent: lambda turn: _reaction(turn),
    TopicEvent: desk_topics.on_topic,
    DeliveredEvent: lambda turn: _delivered(turn),
}


def follow(turn: Turn, order: Order, made: Move) -> None:
    """What follows when an order has moved, beside telling people."""
    if made.name == "mark_late":
        customer = orders.person_by_id(turn.work.session, order.customer_id)
        tickets.open_ticket(turn, customer, order=order, reason="late")
    if made.target is made.source:
        return
    changing.order_moved(turn, order, made)
    cancelling.order_moved(turn, order, made)
    accepting.follow(turn, order, made)
    completing.follow(turn, order, made)
    if made.source is State.AWAITING_REVIEW:
        vetting_desk.left(turn, order, made)
    if made.target is State.AWAITING_PROVIDER:
        offering.start(turn, order)
    elif made.source is State.AWAITING_PROVIDER:
        if made.name != "accept":
            offering.withdraw(turn, order)
        provider_alarm.settle(turn, order)


def handle(turn: Turn) -> None:
    """Find the handler of an event and run it."""
    event = turn.event
    match event:
        case MessageEvent() | TapEvent() if flood.held_back(turn):
            return
        case MessageEvent():
            _message(turn, event)
        case TapEvent():
            _tap(turn, event)
        case TimerEvent():
            if (
                turn.work.take_timer(event.timer_id)
                and event.kind in TIMERS
                and not gate.waits(turn, event)
            ):
                TIMERS[event.kind](turn)
        case _:
            handler = EVENTS.get(type(event))
            if handler is not None:
                handler(turn)


def _reaction(turn: Turn) -> None:
    if not passed.on_reaction(turn):
        relaying.on_reaction(turn)


def _delivered(turn: Turn) -> None:
    """A row that asked to be told came to its end: the one who queued it hears of it."""
    event = turn.event
    assert isinstance(event, DeliveredEvent)
    if "relay" in event.params:
        relaying.on_delivered(turn)
    elif desk_outcomes.on_delivered(turn):
        return
    else:
        members.on_delivered(turn)


def command_of(text: str, username: str) -> tuple[str, str] | None:
    """(command, argument) of a message that is one; None also when it is meant for another bot."""
    if not text.startswith("/") or len(text) < 2:
        return None
    head, _, argument = text[1:].partition(" ")
    head, _, argument_line = head.partition("\n")
    name, _, bot = head.partition("@")
    if bot and bot.lower() != username.lower():
        return None
    if not name.replace("_", "").isalnum():
        return None
    return name.lower(), (argument or argument_line).strip()


def _message(turn: Turn, event: MessageEvent) -> None:
    command = command_of(event.text, turn.business.bot_username)
    if event.chat.kind != "private":
        if find_card_numbers(event.text) and event.chat.id in turn.business.groups:
            talking.on_card_number(turn)
        elif event.edited:
            passed.on_edited(turn)
        elif command is not None and command[0] in GROUP_COMMANDS:
            _group_command(turn, *command)
        elif not vetting_questions.on_group_reply(turn):
            desk_topics.on_message(turn)
        return
    conversation = turn.conversation
    conversation.last_message_id = max(conversation.last_message_id or 0, event.message_id)
    person = turn.person
    if person.blocked_at is not None:
        person.blocked_at = None
    if find_card_numbers(event.text):
        talking.on_card_number(turn)
        return
    if event.edited:
        if not passed.on_edited(turn):
            relaying.on_edited(turn)
        return
    heard.message(turn)
    if gate.take(turn, command):
        return
    if command is not None:
        known = COMMANDS.get(command[0])
        needed = needs.PRIVATE.get(command[0])
        if known is not None and (needed is None or turn.may(needed)):
            known(turn, command[1])
        else:
            commands.on_unknown(turn, command[0])
    elif awaited.take(turn):
        return
    elif event.files:
        talking.on_files(turn)
    elif event.text.strip() or event.contact_phone:
        talking.on_text(turn)
    else:
        turn.say(turn.person, "told/file_kind")


def _group_command(turn: Turn, name: str, argument: str) -> None:
    if name in needs.IN_STAFF_CHAT and not permits.in_staff_chat(turn):
        return
    if name in needs.DESK and not permits.at_desk(turn):
        return
    needed = needs.COMMANDS.get(name)
    if needed is None or permits.permitted(turn, needed):
        GROUP_COMMANDS[name](turn, argument)


def _tap(turn: Turn, event: TapEvent) -> None:
    """Look the button up. Callback data is `surface.revision.index`; anything else is forged or ancient."""
    parts = event.data.split(".")
    numbers = [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 18]
    surface = turn.work.surface_by_id(numbers[0]) if len(parts) == len(numbers) == 3 else None
    if surface is None or surface.chat_id != event.chat.id:
        turn.toast("This button is no longer in use.")
        return
    _, revision, index = numbers
    if event.chat.kind == "private" and event.message_id is not None:
        conversation = turn.conversation
        conversation.last_message_id = max(conversation.last_message_id or 0, event.message_id)
    if surface.kind == "dialog":
        if gate.holds_dialog(turn):
            return
        talking.on_dialog_tap(turn, surface, revision, index, event.message_id)
        return
    if revision != surface.revision or not 0 <= index < len(surface.actions):
        turn.toast("That has changed meanwhile; please look again.")
        return
    name, value = surface.actions[index]
    action = ACTIONS.get(name)
    if action is None:
        turn.toast("This button is no longer in use.")
        return
    if name in needs.BUTTONS and not permits.permitted(turn, needs.BUTTONS[name]):
        return
    if name in gate.OPENING and event.chat.kind == "private" and gate.holds_dialog(turn):
        return
    if event.chat.kind == "private" and "order" in value:
        _focus(turn, int(value["order"]))
    action(turn, value)
    turn.acknowledge()


def _focus(turn: Turn, order_id: int) -> None:
    """A button of an order was used: what is written next speaks of it."""
    order = turn.work.session.get(Order, order_id)
    if order is not None and context.is_party(order, turn.person):
        context.focus_on(turn, order)
