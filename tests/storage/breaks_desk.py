"""What can be wrong with tickets and with who speaks in a chat, one thing at a time."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, select, update

from storage.desk import Ticket, TicketMessage, TicketStep
from storage.records import Person
from storage.tables import conversations, timers
from tests.storage.breaks import Bench, Breaks
from tests.storage.trade import BOT

BREAKS = Breaks()


def ticket(bench: Bench, *, state: str = "waiting_customer", who: str = "dan") -> int:
    """A sound ticket of somebody, in the hands of fay; its id."""
    bench.connection.execute(update(Ticket).values(state="closed", joined=False))
    bench.connection.execute(delete(TicketStep))
    bench.connection.execute(delete(Ticket))
    bench.connection.execute(update(conversations).values(mode="bot", ticket_id=None))
    made = bench.add(
        Ticket,
        bot=BOT,
        number=1,
        person_id=bench.ids[who],
        reason="asked",
        about="",
        state=state,
        version=4,
        assignee_id=bench.ids["fay"],
        priority=0,
        tags=[],
        summary="",
        place="open",
        place_n=1,
        wants={},
        said=[],
        joined=True,
        opened_at=bench.now,
        round_at=bench.now,
    )
    for n, (name, source, target, actor) in enumerate(
        (
            ("queue", "new", "queued", "customer"),
            ("claim", "queued", "assigned", "agent"),
            ("answer", "assigned", "waiting_customer", "agent"),
        ),
        start=1,
    ):
        bench.add(
            TicketStep,
            ticket_id=made,
            n=n,
            transition=name,
            source=source,
            target=target,
            actor=actor,
            note="",
            at=bench.now,
        )
    timer(bench, made, "idle")
    mode(bench, who, "human", made)
    return made


def timer(bench: Bench, made: int, slot: str) -> None:
    bench.add(
        timers,
        bot=BOT,
        kind="ticket",
        subject=f"ticket:{made}",
        slot=slot,
        due_at=bench.now,
        params={"ticket": made},
        created_at=bench.now,
    )


def mode(bench: Bench, who: str, wanted: str, made: int | None) -> None:
    user = bench.one(select(Person.user_id).where(Person.id == bench.ids[who])).user_id
    there = bench.connection.execute(
        select(conversations.c.chat_id).where(conversations.c.chat_id == user)
    ).first()
    values: dict[str, Any] = {"mode": wanted, "ticket_id": made}
    if there is None:
        bench.connection.execute(
            conversations.insert().values(
                bot=BOT, chat_id=user, state=[], updated_at=bench.now, **values
            )
        )
    else:
        bench.change(conversations, conversations.c.chat_id == user, **values)


@BREAKS.by(21)
def ticket_without_its_last_step(bench: Bench) -> None:
    made = ticket(bench)
    bench.change(Ticket, Ticket.id == made, version=5)


@BREAKS.by(21)
def ticket_moved_by_nobody_who_may(bench: Bench) -> None:
    made = ticket(bench)
    bench.change(TicketStep, (TicketStep.ticket_id == made) & (TicketStep.n == 2), actor="customer")


@BREAKS.by(21)
def ticket_that_took_an_edge_that_is_not_there(bench: Bench) -> None:
    made = ticket(bench)
    bench.change(TicketStep, (TicketStep.ticket_id == made) & (TicketStep.n == 1), source="snoozed")


@BREAKS.by(22)
def ticket_in_nobodys_hands(bench: Bench) -> None:
    made = ticket(bench)
    bench.change(Ticket, Ticket.id == made, assignee_id=None)


@BREAKS.by(22)
def ticket_answered_by_whom_it_is_about(bench: Bench) -> None:
    made = ticket(bench)
    bench.change(Ticket, Ticket.id == made, assignee_id=bench.ids["dan"])


@BREAKS.by(22)
def ticket_without_its_timer(bench: Bench) -> None:
    made = ticket(bench)
    bench.connection.execute(delete(timers).where(timers.c.subject == f"ticket:{made}"))


@BREAKS.by(22)
def message_that_waits_though_there_is_a_place(bench: Bench) -> None:
    made = ticket(bench)
    bench.add(
        TicketMessage,
        bot=BOT,
        ticket_id=made,
        way="in",
        person_id=bench.ids["dan"],
        from_chat=1,
        from_message=1,
        text="hello",
        files=[],
        more={},
        state="waiting",
        failure="",
        at=bench.now,
    )


@BREAKS.by(23)
def bot_that_speaks_over_a_person(bench: Bench) -> None:
    made = ticket(bench)
    mode(bench, "dan", "bot", made)


@BREAKS.by(23)
def chat_that_waits_for_nobody(bench: Bench) -> None:
    ticket(bench)
    mode(bench, "ann", "queued", None)
