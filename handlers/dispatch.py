"""What comes in finds its handler here; who reacts to what is written in `handlers.routes`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers import (
    accepting,
    awaited,
    cancelling,
    changing,
    commands,
    completing,
    context,
    desk_outcomes,
    desk_topics,
    flood,
    gate,
    heard,
    members,
    needs,
    offering,
    passed,
    paying,
    permits,
    provider_alarm,
    relaying,
    talking,
    tickets,
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
from handlers.routes import ACTIONS, COMMANDS, GROUP_COMMANDS, TIMERS, Handler
from handlers.turn import Turn
from orders.cards import find_card_numbers
from orders.lifecycle import Move, State
from storage import orders
from storage.records import Order

#: Callback data: a surface, its set of actions, and which of them.
_BUTTON = re.compile(r"([0-9]{1,17})\.([0-9]{1,17})\.([0-9]{1,17})")
#: What a deep link carries (Telegram: 64 of these signs); a typed number has no letter.
_PAYLOAD = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9_-]{1,64}")

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
            taken = turn.work.take_timer(
                event.timer_id,
                kind=event.kind,
                subject=event.subject,
                slot=event.slot,
                due_at=event.due_at,
            )
            if taken and event.kind in TIMERS and not gate.waits(turn, event):
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
    if not turn.familiar and turn.person.blocked_at is not None:
        turn.person.blocked_at = None
    if _holds_card(event.text, command):
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


def _holds_card(text: str, command: tuple[str, str] | None) -> bool:
    """Whether somebody typed a card's number. What a deep link carries is random, and may look like one."""
    if command is not None and command[0] == "start" and _PAYLOAD.fullmatch(command[1]):
        return False
    return bool(find_card_numbers(text))


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
    found = _BUTTON.fullmatch(event.data)
    surface = None if found is None else turn.work.surface_by_id(int(found[1]))
    if found is None or surface is None or surface.chat_id != event.chat.id:
        turn.toast("This button is no longer in use.")
        return
    revision, index = int(found[2]), int(found[3])
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
