"""/draft SERVICE-PLAN words, in a ticket: staff prepare an order; the customer looks at it and confirms it.

Only the customer's own tap opens it, and only their own confirmation makes it an order: nobody accepts terms for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.model import Said
from dialogs.words import N_
from handlers import asking, audit, desk, desk_commands, dialog, places, tickets
from handlers.turn import Turn
from orders.brief import GOAL_MAX
from orders.catalogue import in_language
from orders.tickets import Mode


def on_draft(turn: Turn, argument: str) -> None:
    """The customer of this ticket is shown what was prepared, with a button that opens it."""
    ticket = desk_commands.here(turn)
    if ticket is None:
        return
    code, *rest = argument.split(None, 1) or [""]
    said = "".join(rest).strip()
    service_key, _, plan_key = code.partition("-")
    service = turn.shelf.catalogue.service(service_key)
    plan = service.plan(plan_key) if service is not None else None
    if service is None or plan is None:
        offered = [
            f"{one.key}-{plan.key}"
            for one in (turn.shelf.catalogue.services if service is None else (service,))
            for plan in one.plans
        ]
        desk.answer(turn, "desk/draft_usage", unknown=code, codes=offered)
        return
    if len(said) > GOAL_MAX:
        desk.answer(turn, "desk/draft_too_long", most=GOAL_MAX)
        return
    if not desk.ensure_held(turn, ticket):
        return
    customer = tickets.person_of(turn, ticket)
    words = turn.words(customer.language)
    turn.work.show(
        customer.user_id,
        "notice",
        f"draft:{ticket.id}",
        Content(
            text=words.html(
                "support/draft",
                name=turn.person.name,
                service=in_language(service.title, customer.language),
                plan=in_language(plan.title, customer.language),
                said=said,
            ),
            buttons=((Button(label=words.gettext("👀 Look at it"), action=0, style="primary"),),),
        ),
        [
            (
                "draft.open",
                {"ticket": ticket.id, "service": service.key, "plan": plan.key, "said": said},
            )
        ],
        anew=True,
        label="support/draft",
    )
    audit.record(turn, "ticket.draft", f"ticket:{ticket.id}", service=service.key, plan=plan.key)
    desk.answered(turn, ticket)
    desk.answer(turn, "desk/drafted", name=customer.name)


def on_open(turn: Turn, value: Mapping[str, Any]) -> None:
    """The bot goes on with what was prepared, as if the customer had chosen and typed it."""
    ticket = asking.own(turn, value)
    if ticket is None:
        return
    if ticket.joined:
        places.say(turn, ticket, "desk/went_back", name=turn.person.name)
    ticket.joined = False
    turn.work.session.flush()
    if turn.conversation.ticket_id == ticket.id:
        turn.conversation.ticket_id = None
    tickets.set_mode(turn, ticket)
    places.show_case(turn, ticket)
    if turn.conversation.mode == Mode.HUMAN:
        turn.toast(
            N_("You are still talking with somebody else of our team: go back to the bot first."),
            alert=True,
        )
        return
    waits = dialog.worth_keeping(turn)
    dialog.open_flow(
        turn, "order", {"service": value["service"], "plan": value["plan"]}, beside=waits
    )
    made = dialog.advance(turn, Said(str(value["said"]))) if value["said"] else None
    taken = made is None or (made.understood and made.denied is None)
    if taken:
        # Otherwise the words stay where the customer can read them.
        notice = f"draft:{value['ticket']}"
        turn.work.show(turn.person.user_id, "notice", notice, None, label="support/draft")
    denied = made.denied if made is not None else None
    dialog.show(turn, anew=True, notice=denied or "", echo=made.echo if made is not None else ())
    turn.toast(N_("Please look through it; nothing is ordered before you confirm."))
