"""The one gate: while a person of staff speaks, or is waited for, what is typed goes to them and the bot is silent.

Receipts, and what somebody asks for by a command or by a button of a card, still pass. Prompts that would talk into
the conversation wait until it is over.
"""

from __future__ import annotations

import re
from datetime import timedelta

from dialogs.understanding.words import read_word
from dialogs.words import N_
from handlers import asking, change_vetting, context, passing, places, tickets, transfers
from handlers.events import MessageEvent, TimerEvent
from handlers.turn import Turn
from orders.changes import ChangeState
from orders.refusal import Refusal
from orders.tickets import REOPENS, Mode, TicketActor, TicketState
from storage import desk_queries as desk
from storage import orders, relaying
from storage.changing import ChangeRequest
from storage.desk import Ticket
from storage.records import Order

#: Commands that begin something: they wait until the person has gone back to the bot.
_BEGINNING = frozenset({"start", "menu"})
#: Buttons that lead into a dialog: as its own buttons do, they wait while a person speaks.
OPENING = frozenset({"dialog.continue", "order.edit", "order.revive", "order.again"})
#: Words that speak to the bot while nobody has joined yet.
_FOR_BOT = frozenset({"menu", "help", "cancel", "human"})
#: Words that ask for the bot back while a person speaks.
_BACK = frozenset(
    {"bot", "back to bot", "back to the bot", "机器人", "转机器人", "回到机器人", "切回机器人"}
)
#: What is said at the end, and asks for nobody.
_THANKS = frozenset(
    {
        "thanks", "thank you", "thank you very much", "thanks a lot", "thx", "great", "ok", "okay", "bye",
        "谢谢", "谢谢您", "谢谢你", "多谢", "感谢", "非常感谢", "辛苦了", "好", "好的", "好的 谢谢", "收到", "再见",
    }
)  # fmt: skip
_ENDS = re.compile(r"[\W_]+")
#: Prompts that wait: timers of these kinds and slots.
PROMPTS = {
    "nudge": frozenset({"nudge"}),
    "order": frozenset(
        {"remind_1", "remind_20", "nudge_24", "nudge_48", "review_ask", "review_remind"}
    ),
    "change": frozenset({"remind"}),
    "vetting": frozenset({"nudge"}),
    "summary": frozenset({"now"}),
}
_LATER = timedelta(hours=1)
#: States that end when the other side writes.
_WOKEN = (TicketState.WAITING_CUSTOMER, TicketState.WAITING_PROVIDER, TicketState.SNOOZED)


# -- what is written ------------------------------------------------------------------------------------------


def take(turn: Turn, command: tuple[str, str] | None) -> bool:
    """Give a private message to the ticket it is for; False when it is the bot's."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    conversation = turn.conversation
    if event.reply_to is not None and _reply(turn, event.reply_to):
        return True
    if conversation.ticket_id is None:
        return False
    ticket = desk.final(
        turn.work.session, turn.work.session.get_one(Ticket, conversation.ticket_id)
    )
    if not tickets.is_open(ticket):
        conversation.ticket_id = None
        tickets.set_mode(turn, ticket)
        return False
    human = conversation.mode == Mode.HUMAN
    if command is not None:
        return _command(turn, ticket, command[0], command[1], human=human)
    if not event.files and event.text:
        if human and " ".join(event.text.lower().split()) in _BACK:
            asking.on_back(turn, {"ticket": ticket.id})
            return True
        if not human and read_word(event.text) in _FOR_BOT:
            return False
    if _meant_for_other(turn, event):
        return False
    if not human and event.files and transfers.awaiting_transfer(turn) is not None:
        # The proof of a transfer is the bot's to take until somebody is there.
        return False
    pass_on(turn, ticket)
    return True


def _command(turn: Turn, ticket: Ticket, name: str, argument: str, *, human: bool) -> bool:
    """A command while a ticket is talked about: what begins something shows the way back first."""
    if human and name in _BEGINNING and not argument:
        asking.tell(turn, ticket)
        return True
    if not human and name in _BEGINNING:
        # They go on with the bot; the ticket stays, and a button leads back to it.
        turn.conversation.ticket_id = None
    return False


def _meant_for_other(turn: Turn, event: MessageEvent) -> bool:
    """Whether a button has asked for this message, or it replies to the other side of an order."""
    if event.reply_to is not None and relaying.relay_of(turn.work, event.chat.id, event.reply_to):
        return True
    album = context.album_wish(turn)
    return album is not None or context.wanted(turn) is not None


def _reply(turn: Turn, message_id: int) -> bool:
    """A reply to a message of a ticket goes to that ticket, whatever else is talked about."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    session = turn.work.session
    answered = desk.message_at(turn.work, event.chat.id, message_id)
    if answered is None:
        return False
    ticket = desk.final(session, session.get_one(Ticket, answered.ticket_id))
    if answered.way == passing.ASK or (
        answered.way == passing.REPLY and answered.person_id == turn.person.id
    ):
        if tickets.is_open(ticket):
            _from_provider(turn, ticket)
            return True
        return False
    if ticket.person_id != turn.person.id:
        return False
    pass_on(turn, ticket)
    return True


def goes_on(turn: Turn) -> bool:
    """Give what the bot does not understand to the ticket that was settled last, within the time in which a message
    opens it again. A word of thanks does not."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    if " ".join(_ENDS.sub(" ", event.text.lower()).split()) in _THANKS:
        return False
    ticket = desk.resolved_last(turn.work.session, turn.person, turn.now - REOPENS)
    if ticket is None:
        return False
    pass_on(turn, ticket)
    return True


def pass_on(turn: Turn, ticket: Ticket) -> None:
    """What the person wrote goes to the desk; a ticket that was over is opened again, or followed by another."""
    if not tickets.is_open(ticket):
        ticket = asking.reopen(turn, ticket)
    elif turn.conversation.ticket_id != ticket.id:
        tickets.listen(turn, ticket)
    if passing.to_desk(turn, ticket) is None:
        return
    ticket.waiting_since = ticket.waiting_since or turn.now
    _written(turn, ticket, TicketActor.CUSTOMER)


def _from_provider(turn: Turn, ticket: Ticket) -> None:
    if passing.to_desk(turn, ticket, passing.REPLY) is not None:
        _written(turn, ticket, TicketActor.PROVIDER)


def _written(turn: Turn, ticket: Ticket, actor: TicketActor) -> None:
    if ticket.state not in _WOKEN:
        # Nobody has it yet, or whoever has it is to answer anyway.
        return
    made = tickets.move(turn, ticket, "write", actor, by=turn.person)
    assert not isinstance(made, Refusal), made.code
    places.show_case(turn, ticket)


# -- taps and prompts -----------------------------------------------------------------------------------------


def holds_dialog(turn: Turn) -> bool:
    """Whether a button of the dialog has to wait because a person speaks; whoever taps is told."""
    conversation = turn.conversation
    if conversation.ticket_id is None:
        return False
    if conversation.mode != Mode.HUMAN:
        # They go on with the bot while they wait: what they type next is the bot's too.
        conversation.ticket_id = None
        return False
    ticket = turn.work.session.get_one(Ticket, conversation.ticket_id)
    name = (
        orders.person_by_id(turn.work.session, ticket.assignee_id).name
        if ticket.assignee_id is not None
        else turn.business.name
    )
    turn.toast(
        N_("You are talking with {name}. Tap “Back to the bot” first; it goes on right here."),
        alert=True,
        name=name,
    )
    return True


def waits(turn: Turn, event: TimerEvent) -> bool:
    """Whether a prompt is put off because its receiver is talking with a person."""
    if event.slot not in PROMPTS.get(event.kind, ()):
        return False
    user = _receiver(turn, event)
    if user is None or turn.work.conversation(user).mode != Mode.HUMAN:
        return False
    turn.work.set_timer(event.kind, event.subject, event.slot, turn.now + _LATER, event.params)
    return True


def _receiver(turn: Turn, event: TimerEvent) -> int | None:
    """The user a prompt is for; None when nobody's chat would get it."""
    session, params = turn.work.session, event.params
    if "user" in params:
        return int(str(params["user"]))
    order, person = None, None
    if "change" in params:
        change = session.get(ChangeRequest, int(str(params["change"])))
        if change is not None:
            order = session.get(Order, change.order_id)
            if order is not None and change.state == ChangeState.REQUESTED:
                # Whoever is to name price and days is reminded: the provider, or else the staff's chat.
                held = change_vetting.held(turn, order, change)
                person = None if held else order.provider_id
            elif order is not None:
                person = order.customer_id
    elif "order" in params:
        order = session.get(Order, int(str(params["order"])))
        person = order.customer_id if order is not None else None
    return orders.person_by_id(session, person).user_id if person is not None else None
