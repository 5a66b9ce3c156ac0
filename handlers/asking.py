"""The person's side of support: asking for somebody, who comes and goes, the way back to the bot, the rating."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import context, dialog, passing, places, tickets, transcripts, waiting
from handlers.turn import Turn
from orders.refusal import Refusal
from orders.tickets import TicketActor, TicketState
from storage import desk_queries as desk
from storage import orders
from storage.desk import Ticket
from storage.records import Order, Person

STARS = 5
#: A rating of so many stars or fewer is shown to staff at once.
POOR = 2


def subject(ticket: Ticket) -> str:
    return f"ticket:{ticket.id}"


# -- asking ---------------------------------------------------------------------------------------------------


def ask(turn: Turn, order: Order | None = None, *, reason: str = "asked", about: str = "") -> bool:
    """The person asks for somebody. False without a desk: then nobody would come."""
    if turn.business.desk is None:
        return False
    conversation = turn.conversation
    if order is None and conversation.ticket_id is not None and not about:
        ticket = turn.work.session.get_one(Ticket, conversation.ticket_id)
        if tickets.is_open(ticket):
            # Asked once more while it is talked about: where it stands.
            tell(turn, ticket)
            return True
    ticket = tickets.open_ticket(
        turn,
        turn.person,
        order=order,
        reason=reason,
        about=about,
        actor=TicketActor.CUSTOMER,
    )
    tickets.listen(turn, ticket)
    passing.send_waiting(turn, ticket)
    tell(turn, ticket)
    return True


def on_ask_about(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "🙋 Ask a person" on the card of an order, the customer's or the provider's."""
    order = turn.work.session.get(Order, int(value["order"]))
    if order is None or not context.is_party(order, turn.person):
        turn.toast(N_("This button is no longer in use."))
        return
    reason = "provider" if context.is_provider(order, turn.person) else "asked"
    if not ask(turn, order, reason=reason):
        turn.say(turn.person, "pages/support", told=False)


def on_write(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "✍️ Write to the team": what is typed goes to the ticket again."""
    ticket = own(turn, value)
    if ticket is None:
        return
    if not tickets.is_open(ticket):
        reopen(turn, ticket)
        return
    tickets.listen(turn, ticket)
    turn.toast(N_("What you write now goes to our team."))
    tell(turn, ticket)


def own(turn: Turn, value: Mapping[str, Any]) -> Ticket | None:
    """The ticket behind a button, if it is about whoever taps."""
    ticket = turn.work.session.get(Ticket, int(value["ticket"]))
    if ticket is None or ticket.person_id != turn.person.id:
        turn.toast(N_("This button is no longer in use."))
        return None
    return desk.final(turn.work.session, ticket)


def reopen(turn: Turn, ticket: Ticket) -> Ticket:
    """The matter goes on: the same ticket within 72 hours, later one that is linked to it."""
    order = tickets.order_of(turn, ticket)
    again = tickets.open_ticket(
        turn,
        tickets.person_of(turn, ticket),
        order=order,
        reason=ticket.reason,
        about=ticket.about,
        actor=TicketActor.CUSTOMER,
    )
    tickets.listen(turn, again)
    passing.send_waiting(turn, again)
    tell(turn, again)
    return again


# -- what the person is shown ----------------------------------------------------------------------------------


def tell(turn: Turn, ticket: Ticket) -> None:
    """Where the matter stands, at the bottom of the person's chat: who has it, how long it takes, the way back."""
    person = tickets.person_of(turn, ticket)
    session = turn.work.session
    words = turn.words(person.language)
    order = tickets.order_of(turn, ticket)
    if ticket.joined and ticket.assignee_id is not None:
        agent = orders.person_by_id(session, ticket.assignee_id)
        text = words.html("support/joined", name=agent.name, number=_number(order))
        buttons = _TALKING
    else:
        wait = waiting.estimate(turn, ticket)
        text = words.html(
            "support/queued",
            number=_number(order),
            wait=wait,
            callback=ticket.callback_at,
            listening=turn.work.conversation(person.user_id).ticket_id == ticket.id,
            contact=turn.business.contact,
        )
        buttons = _QUEUED
        if not wait.open_now and ticket.callback_at is None:
            show(turn, ticket, text, [*_callbacks(turn, ticket), *_plain(ticket, buttons)])
            return
    show(turn, ticket, text, _plain(ticket, buttons))


def _number(order: Order | None) -> str:
    return "" if order is None else order.number


_Choice = tuple[str, str, dict[str, Any], Any]
_TALKING = (
    (N_("✅ Solved, thank you"), "solved", "success"),
    (N_("🤖 Back to the bot"), "back", ""),
)
_QUEUED = ((N_("🤖 Go on with the bot"), "back", ""), (N_("✖️ No longer needed"), "solved", ""))


def _plain(ticket: Ticket, buttons: Sequence[tuple[str, str, str]]) -> list[_Choice]:
    return [(label, name, {"ticket": ticket.id}, style) for label, name, style in buttons]


def _callbacks(turn: Turn, ticket: Ticket) -> list[_Choice]:
    """When to be written to, when nobody is there now: at opening, or later that day."""
    words = turn.words(tickets.person_of(turn, ticket).language)
    return [
        (
            words.gettext("☎️ Write to me {when}", when=words.moment(moment)),
            "callback",
            {"ticket": ticket.id, "at": moment.isoformat()},
            "",
        )
        for moment in waiting.callback_times(turn)
    ]


def show(turn: Turn, ticket: Ticket, text: str, choices: Sequence[_Choice]) -> None:
    person = tickets.person_of(turn, ticket)
    words = turn.words(person.language)
    turn.work.show(
        person.user_id,
        "notice",
        subject(ticket),
        Content(
            text=text,
            buttons=tuple(
                (Button(label=words.gettext(label), action=index, style=style),)
                for index, (label, _, _, style) in enumerate(choices)
            ),
        ),
        [(f"support.{name}", value) for _, name, value, _ in choices],
        anew=True,
        label="support/notice",
        order_id=ticket.order_id,
    )


def joined(turn: Turn, ticket: Ticket, agent: Person, *, before: Person | None = None) -> None:
    """A person has joined, or has taken over from another: from now on the bot keeps quiet."""
    ticket.joined = True
    turn.work.session.flush()
    tickets.listen(turn, ticket)
    if before is None:
        tell(turn, ticket)
        return
    person = tickets.person_of(turn, ticket)
    text = turn.words(person.language).html(
        "support/handed_over", name=agent.name, before=before.name
    )
    show(turn, ticket, text, _plain(ticket, _TALKING))


def left(turn: Turn, ticket: Ticket, agent: Person | None) -> None:
    """Whoever had it has given it back: the person is told, and what they write goes on to the desk."""
    if not ticket.joined:
        return
    ticket.joined = False
    turn.work.session.flush()
    tickets.set_mode(turn, ticket)
    person = tickets.person_of(turn, ticket)
    turn.work.conversation(person.user_id).ticket_id = ticket.id
    text = turn.words(person.language).html(
        "support/left",
        name=agent.name if agent is not None else "",
        wait=waiting.estimate(turn, ticket),
    )
    show(turn, ticket, text, _plain(ticket, _QUEUED))


# -- the way back ---------------------------------------------------------------------------------------------


def on_back(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "🤖 Back to the bot": the ticket stays open, the bot goes on exactly where it was."""
    ticket = own(turn, value)
    if ticket is None:
        return
    if ticket.joined:
        places.say(turn, ticket, "desk/went_back", name=turn.person.name)
    to_bot(turn, ticket)
    places.show_case(turn, ticket)


def to_bot(turn: Turn, ticket: Ticket, *, notice: str = "") -> None:
    """Give the conversation back to the bot, at the step where it was left."""
    person = tickets.person_of(turn, ticket)
    ticket.joined = False
    turn.work.session.flush()
    conversation = turn.work.conversation(person.user_id)
    if conversation.ticket_id == ticket.id:
        conversation.ticket_id = None
    tickets.set_mode(turn, ticket)
    words = turn.words(person.language)
    text = words.html("support/back", open=tickets.is_open(ticket), notice=notice)
    choices: list[_Choice] = []
    if tickets.is_open(ticket):
        choices = [(N_("✍️ Write to the team"), "write", {"ticket": ticket.id}, "")]
    show(turn, ticket, text, choices)
    _resume(turn, person)


def _resume(turn: Turn, person: Person) -> None:
    """Show the open dialog again below, where the person can go on; it is theirs only in their own turn."""
    if dialog.stack(turn.work.conversation(person.user_id)):
        dialog.show(turn.as_person(person), anew=True)


def on_solved(turn: Turn, value: Mapping[str, Any]) -> None:
    """One tap resolves it."""
    ticket = own(turn, value)
    if ticket is None:
        return
    answered = ticket.answered_at is not None
    if not tickets.is_open(ticket):
        turn.toast(N_("This is settled already."))
        return
    made = tickets.move(turn, ticket, "resolve", TicketActor.CUSTOMER, by=turn.person)
    if isinstance(made, Refusal):
        turn.toast(refusal_text(made, turn.words())[:200], alert=True)
        return
    places.say(turn, ticket, "desk/solved_by_person", name=turn.person.name)
    over(turn, ticket, rate=answered)


def over(
    turn: Turn,
    ticket: Ticket,
    *,
    rate: bool,
    idle: bool = False,
    dispute: bool = False,
    quiet: bool = False,
) -> None:
    """What follows when a ticket is resolved: the bot goes on, the person may rate, the topic closes.

    `quiet`: the person has never heard of it, and hears nothing now.
    """
    person = tickets.person_of(turn, ticket)
    ticket.joined = False
    turn.work.session.flush()
    conversation = turn.work.conversation(person.user_id)
    if conversation.ticket_id == ticket.id:
        conversation.ticket_id = None
    tickets.set_mode(turn, ticket)
    if not quiet:
        show_over(turn, ticket, rate=rate, idle=idle, dispute=dispute)
        _resume(turn, person)
    places.show_case(turn, ticket)
    places.close(turn, ticket)


def show_over(
    turn: Turn, ticket: Ticket, *, rate: bool, idle: bool = False, dispute: bool = False
) -> None:
    """The last notice: rating by buttons, the way back in, the transcript."""
    person = tickets.person_of(turn, ticket)
    words = turn.words(person.language)
    agent = (
        orders.person_by_id(turn.work.session, ticket.assignee_id).name
        if ticket.assignee_id is not None
        else ""
    )
    text = words.html(
        "support/resolved",
        name=agent,
        rate=rate and ticket.rating is None,
        rating=ticket.rating,
        idle=idle,
        dispute=dispute,
        number=_number(tickets.order_of(turn, ticket)),
    )
    value = {"ticket": ticket.id}
    rows: list[tuple[Button, ...]] = []
    actions: list[tuple[str, Any]] = []
    if rate and ticket.rating is None:
        rows.append(tuple(Button(label=f"{n} ⭐", action=n - 1) for n in range(1, STARS + 1)))
        actions += [("support.rate", {**value, "stars": n}) for n in range(1, STARS + 1)]
    more = [(N_("↩️ Not solved"), "support.write")]
    if rate:
        more.append((N_("📄 Transcript"), "support.transcript"))
    row = []
    for label, name in more:
        row.append(Button(label=words.gettext(label), action=len(actions)))
        actions.append((name, value))
    rows.append(tuple(row))
    turn.work.show(
        person.user_id,
        "notice",
        subject(ticket),
        Content(text=text, buttons=tuple(rows)),
        actions,
        anew=ticket.rating is None,
        label="support/notice",
        order_id=ticket.order_id,
    )


def on_rate(turn: Turn, value: Mapping[str, Any]) -> None:
    ticket = own(turn, value)
    if ticket is None:
        return
    if ticket.state not in (TicketState.RESOLVED, TicketState.CLOSED) or ticket.rating is not None:
        turn.toast(N_("You have rated this already, thank you."))
        return
    ticket.rating, ticket.rated_at = int(value["stars"]), turn.now
    turn.work.session.flush()
    turn.toast(N_("Thank you for telling us!"))
    show_over(turn, ticket, rate=True)
    places.say(turn, ticket, "desk/rated", stars=ticket.rating, poor=ticket.rating <= POOR)


def on_transcript(turn: Turn, value: Mapping[str, Any]) -> None:
    """The conversation as a file for the person it is about: without the desk's notes."""
    ticket = own(turn, value)
    if ticket is not None:
        transcripts.send(turn, ticket, turn.person.user_id, staff=False)


def on_callback(turn: Turn, value: Mapping[str, Any]) -> None:
    """A time to be written to, when nobody is there now."""
    ticket = own(turn, value)
    if ticket is None or not tickets.is_open(ticket):
        turn.toast(N_("This is settled already."))
        return
    moment = datetime.fromisoformat(str(value["at"]))
    if moment < turn.now - timedelta(minutes=1):
        turn.toast(N_("That time has passed; please choose again."))
        tell(turn, ticket)
        return
    ticket.callback_at = moment
    turn.work.session.flush()
    tickets.set_timers(turn, ticket)
    turn.work.set_timer(
        tickets.TIMER, tickets.subject(ticket), "callback", moment, {"ticket": ticket.id}
    )
    places.show_case(turn, ticket)
    tell(turn, ticket)
