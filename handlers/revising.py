"""Changes a customer asks for after a delivery: what and by when, within what the plan includes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from dialogs.content import Button, Content
from dialogs.understanding.deadlines import read_deadline
from dialogs.wording import refusal_text
from handlers import accepting, changes, context, moving, relaying, telling
from handlers.accepting import forget_questions, mine, waiting
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.changes import About
from orders.lifecycle import Actor
from orders.refusal import Refusal
from storage import orders
from storage.records import Order
from storage.working import Delivery

#: Days from today on which changes may be ready: offered as buttons.
DAYS = (2, 3, 5, 7)
#: The latest day that can be asked for.
LATEST = timedelta(days=60)
WANTED_MOST = 2000


def on_revise(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "🔁 Ask for changes": what is included is said first; beyond it, a change is quoted."""
    found = mine(turn, value)
    if found is None:
        return
    order, _ = found
    plan = orders.service_of(turn.work.session, order).plan(order.plan)
    allowed = (plan.revisions if plan is not None else 0) + order.extra_revisions
    words = turn.words()
    spent = order.revisions_used >= allowed
    button = Button(label=words.gettext("💬 Ask what a change costs"), action=0, style="primary")
    if not spent:
        context.want(turn, order, "revision")
    turn.work.show(
        turn.person.user_id,
        "notice",
        f"revise:{order.id}",
        Content(
            text=words.html(
                "delivery/revise",
                number=order.number,
                used=order.revisions_used,
                allowed=allowed,
                spent=spent,
                notice="",
                step="what",
            ),
            buttons=((button,),) if spent else (),
        ),
        [("delivery.change", {"order": order.id})] if spent else [],
        anew=True,
        label="delivery/revise",
        order_id=order.id,
    )


def on_change(turn: Turn, value: Mapping[str, Any]) -> None:
    """Beyond the quota: a change request."""
    found = mine(turn, value)
    if found is not None:
        changes.start(turn, found[0], about=About.REVISION)


def on_revision_typed(turn: Turn, wish: Wish) -> None:
    """What should change; pictures that show it go to the provider as they are."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    order = wish.order
    delivery = waiting(turn, order)
    if delivery is None:
        context.fulfilled(turn)
        relaying.pass_on(turn, order)
        return
    text, covered = relaying.covered_text(turn, event.text.strip())
    if covered:
        turn.say(turn.person, "relay/covered", n=covered, order_id=order.id)
    if event.files:
        relaying.pass_on(turn, order)
        if event.album is not None:
            context.keep_album(turn, order, event.album, "message")
    if not text and not wish.more.get("what"):
        if not event.files:
            turn.say(turn.person, "told/file_kind")
        return
    delivery.wanted = "\n".join(part for part in (wish.more.get("what"), text) if part)[
        :WANTED_MOST
    ]
    context.want(turn, order, "revision_day", what=delivery.wanted)
    _ask_day(turn, order, delivery)


def _ask_day(turn: Turn, order: Order, delivery: Delivery, *, notice: str = "") -> None:
    words = turn.words()
    days = [words.today + timedelta(days=ahead) for ahead in DAYS]
    labels = [Button(label=words.date(day), action=n) for n, day in enumerate(days)]
    turn.work.show(
        turn.person.user_id,
        "notice",
        f"revise:{order.id}",
        Content(
            text=words.html(
                "delivery/revise",
                number=order.number,
                wanted=delivery.wanted,
                notice=notice,
                step="day",
            ),
            buttons=(
                tuple(labels[:2]),
                tuple(labels[2:]),
                (Button(label=words.gettext("✖️ Not after all"), action=len(days)),),
            ),
        ),
        [
            *(("delivery.day", {"order": order.id, "day": day.isoformat()}) for day in days),
            ("delivery.keep", {"order": order.id}),
        ],
        anew=True,
        label="delivery/revise",
        order_id=order.id,
    )


def on_day(turn: Turn, value: Mapping[str, Any]) -> None:
    found = mine(turn, value)
    if found is not None and found[1].wanted:
        _revise(turn, *found, date.fromisoformat(str(value["day"])))


def on_day_typed(turn: Turn, wish: Wish) -> None:
    """The day in words; what cannot be read is asked for by buttons."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    order = wish.order
    delivery = waiting(turn, order)
    if delivery is None:
        context.fulfilled(turn)
        relaying.pass_on(turn, order)
        return
    if event.files:
        relaying.pass_on(turn, order)
        return
    reading = read_deadline(event.text, now=turn.now, zone=turn.business.zone)
    words = turn.words()
    if len(reading.candidates) != 1:
        notice = words.gettext("I could not read a day in that. Tap one, or write it like 12/24.")
        _ask_day(turn, order, delivery, notice=notice)
        return
    day = date.fromisoformat(reading.candidates[0].iso()[:10])
    if not words.today < day <= words.today + LATEST:
        notice = words.gettext("Please choose a day from tomorrow on, within two months.")
        _ask_day(turn, order, delivery, notice=notice)
        return
    _revise(turn, order, delivery, day)


def _revise(turn: Turn, order: Order, delivery: Delivery, day: date) -> None:
    """Back to the provider, who is told what and by when."""
    due = datetime.combine(day, time(23, 59), turn.business.zone)
    made = moving.move(
        turn,
        order,
        "revise",
        Actor.CUSTOMER,
        actor_id=turn.person.id,
        due_at=due,
        note=delivery.wanted[:400],
        quiet=True,
    )
    context.fulfilled(turn)
    forget_questions(turn, order)
    if isinstance(made, Refusal):
        words = turn.words()
        text = words.html("notice", text=refusal_text(made, words))
        turn.work.send(turn.person.user_id, Content(text=text), label=f"refusal/{made.code}")
        return
    telling.tell(turn, order, made)


def on_keep(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "Not after all": no changes are asked for."""
    found = mine(turn, value)
    if found is None:
        return
    order, delivery = found
    delivery.wanted = ""
    context.fulfilled(turn)
    forget_questions(turn, order)
    accepting.show(turn, order, delivery, anew=True)
