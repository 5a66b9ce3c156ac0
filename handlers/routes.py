"""Who reacts to what: the one table of everything that can happen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from handlers import (
    awaited,
    commands,
    context,
    custom,
    groups,
    information,
    lateness,
    members,
    offering,
    ordering,
    paying,
    progress,
    providers,
    refunding,
    relaying,
    reports,
    talking,
    timers,
    transfers,
)
from handlers.events import (
    DeliveredEvent,
    Event,
    MemberEvent,
    MessageEvent,
    MigratedEvent,
    PaidEvent,
    PreCheckoutEvent,
    RefundedEvent,
    TapEvent,
    TimerEvent,
)
from handlers.turn import Turn
from orders.cards import find_card_numbers
from orders.lifecycle import Move, State
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
    "support": lambda turn, argument: commands.on_support(turn),
    "work": lambda turn, argument: providers.on_work(turn),
    "profile": lambda turn, argument: providers.on_profile(turn),
    "pause": lambda turn, argument: providers.on_pause(turn),
    "paysupport": lambda turn, argument: commands.on_paysupport(turn),
}

#: Commands in a group.
GROUP_COMMANDS: Mapping[str, Callable[[Turn, str], None]] = {
    "staff": lambda turn, argument: members.on_purpose(turn, "staff"),
    "providers": lambda turn, argument: members.on_purpose(turn, "providers"),
    "invite": groups.on_invite,
    "quote": groups.on_quote,
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
    "quote.accept": custom.on_accept,
    "quote.decline": custom.on_decline,
    "proof.confirm": lambda turn, value: transfers.on_decide(turn, value, confirmed=True),
    "proof.reject": lambda turn, value: transfers.on_decide(turn, value, confirmed=False),
    "refund.done": lambda turn, value: refunding.on_done(turn, int(value["refund"])),
    "case.return": lambda turn, value: paying.on_case_return(turn, int(value["case"])),
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
    "order.take": providers.on_take,
    "work.open": providers.on_open,
    "offer.accept": offering.on_accept,
    "offer.decline": offering.on_decline,
    "offer.reason": offering.on_reason,
    "review.clear": groups.on_clear,
    "review.refuse": groups.on_refuse,
}

#: Timers by kind.
TIMERS: Mapping[str, Handler] = {
    "order": timers.on_order,
    "refund": timers.on_refund,
    "offer": offering.on_timer,
    "nudge": timers.on_nudge,
}

#: Everything else, by the type of the event.
EVENTS: Mapping[type[Event], Handler] = {
    PreCheckoutEvent: paying.on_pre_checkout,
    PaidEvent: paying.on_paid,
    RefundedEvent: paying.on_refunded,
    MemberEvent: members.on_member,
    MigratedEvent: members.on_migrated,
    DeliveredEvent: lambda turn: _delivered(turn),
}


def follow(turn: Turn, order: Order, made: Move) -> None:
    """What follows when an order has moved, beside telling people."""
    if made.target is made.source:
        return
    if made.target is State.AWAITING_PROVIDER:
        offering.start(turn, order)
    elif made.source is State.AWAITING_PROVIDER and made.name != "accept":
        offering.withdraw(turn, order)


def handle(turn: Turn) -> None:
    """Find the handler of an event and run it."""
    event = turn.event
    match event:
        case MessageEvent():
            _message(turn, event)
        case TapEvent():
            _tap(turn, event)
        case TimerEvent():
            if turn.work.take_timer(event.timer_id) and event.kind in TIMERS:
                TIMERS[event.kind](turn)
        case _:
            handler = EVENTS.get(type(event))
            if handler is not None:
                handler(turn)


def _delivered(turn: Turn) -> None:
    """A row that asked to be told came to its end: the one who queued it hears of it."""
    event = turn.event
    assert isinstance(event, DeliveredEvent)
    if "relay" in event.params:
        relaying.on_delivered(turn)
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
        if command is not None and not event.edited and command[0] in GROUP_COMMANDS:
            GROUP_COMMANDS[command[0]](turn, command[1])
        return
    conversation = turn.conversation
    conversation.last_message_id = max(conversation.last_message_id or 0, event.message_id)
    turn.known(event.sender)
    if turn.person.blocked_at is not None:
        turn.person.blocked_at = None
    if find_card_numbers(event.text):
        talking.on_card_number(turn)
        return
    if event.edited:
        relaying.on_edited(turn)
        return
    if command is not None:
        known = COMMANDS.get(command[0])
        if known is not None:
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
    if event.chat.kind == "private" and "order" in value:
        _focus(turn, int(value["order"]))
    action(turn, value)
    turn.acknowledge()


def _focus(turn: Turn, order_id: int) -> None:
    """A button of an order was used: what is written next speaks of it."""
    order = turn.work.session.get(Order, order_id)
    if order is not None and context.is_party(order, turn.person):
        context.focus_on(turn, order)
