"""Handing the work over: put together from what a provider sends, ticked off, looked at, sent."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from dialogs.content import Button, Content
from dialogs.wording import refusal_text
from dialogs.words import N_, Words
from handlers import (
    accepting,
    cards,
    context,
    moving,
    order_clock,
    progress,
    relaying,
    sorting,
    telling,
)
from handlers.albums import send_files
from handlers.checklists import KINDS, items_of, keys_of, lines_of
from handlers.context import Wish
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.lifecycle import Actor, State
from orders.refusal import Refusal
from storage import deliveries, orders
from storage import relaying as stored
from storage import working_queries as working
from storage.records import Order
from storage.working import Delivery

MOST = 30
NOTE_MOST = 800
_LINK = re.compile(r"https?://[^\s<>\"'，。；、）】]+", re.IGNORECASE)
_STATES = (State.IN_PROGRESS, State.IN_REVISION)


def subject(order: Order) -> str:
    return f"deliver:{order.id}"


# -- starting -------------------------------------------------------------------------------------------------


def on_start(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "📦 Deliver": from now on what the provider sends is part of it, until it is sent or discarded."""
    order = progress.mine(turn, value)
    if order is None:
        return
    if order.state not in _STATES:
        turn.toast(_why_not(order), alert=True)
        return
    draft = working.open_delivery(turn.work.session, order) or _new(turn, order)
    context.want(turn, order, "delivery")
    show_draft(turn, order, draft, anew=True)


def _why_not(order: Order) -> str:
    if order.state == State.AWAITING_CUSTOMER:
        return N_("The clock stands still: the customer has to answer your question first.")
    return N_("There is nothing to deliver at this stage.")


def _new(turn: Turn, order: Order) -> Delivery:
    session = turn.work.session
    before = deliveries.latest_sent(session, order)
    changes = order.state == State.IN_REVISION and before is not None and bool(before.wanted)
    draft = Delivery(
        order_id=order.id,
        n=deliveries.next_number(session, order),
        state="draft",
        artefacts=[],
        checklist=[[key, False] for key in keys_of(turn, order, changes=changes)],
        note="",
        wanted="",
        late=False,
        problem_at=None,
        sent_at=None,
        closed_at=None,
    )
    session.add(draft)
    session.flush()
    return draft


def on_as_delivery(turn: Turn, value: Mapping[str, Any]) -> None:
    """ "📦 As the delivery" below a question what some files are."""
    order = progress.mine(turn, value)
    if order is None:
        return
    turn.work.show(turn.person.user_id, "notice", str(value["which"]), None, label="report/which")
    if order.state not in _STATES:
        turn.toast(_why_not(order), alert=True)
        return
    add(turn, order, sorting.events_of(value))


def on_wished(turn: Turn, wish: Wish) -> None:
    """A message while a delivery is put together."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    order = wish.order
    answers = event.reply_to is not None and (
        stored.relay_of(turn.work, event.chat.id, event.reply_to) is not None
    )
    if answers or order.state not in _STATES:
        if order.state not in _STATES:
            context.fulfilled(turn)
        relaying.pass_on(turn, order)
        return
    add(turn, order, [event])


def add(turn: Turn, order: Order, events: Sequence[MessageEvent]) -> None:
    """Take files, links and words into the delivery."""
    session = turn.work.session
    draft = working.open_delivery(session, order) or _new(turn, order)
    refused = 0
    for event in events:
        text, covered = relaying.covered_text(turn, event.text)
        if covered:
            turn.say(turn.person, "relay/covered", n=covered, order_id=order.id)
        found: list[dict[str, Any]] = [asdict(file) for file in event.files if file.kind in KINDS]
        refused += len(event.files) - len(found)
        found += [{"kind": "link", "url": url, "unique_id": url} for url in _LINK.findall(text)]
        known = {item["unique_id"] for item in draft.artefacts}
        new = [item for item in found if item["unique_id"] not in known]
        draft.artefacts = [*draft.artefacts, *new][:MOST]
        if _LINK.sub("", text).strip():
            draft.note = "\n".join(part for part in (draft.note, text) if part)[:NOTE_MOST]
    session.flush()
    context.want(turn, order, "delivery")
    part = events[-1].album is not None and context.album_wish(turn) is not None
    if events[-1].album is not None:
        context.keep_album(turn, order, events[-1].album, "delivery")
    notice = ""
    if refused:
        notice = turn.words().gettext(
            "This kind of file cannot be handed over. Please send it as a document, a photo or a video."
        )
    show_draft(turn, order, draft, anew=not part, notice=notice)


# -- the draft ------------------------------------------------------------------------------------------------


def complete(draft: Delivery) -> bool:
    """Whether it may be sent: something to hand over, everything ticked."""
    return bool(draft.artefacts) and all(done for _, done in draft.checklist)


def show_draft(
    turn: Turn, order: Order, draft: Delivery, *, anew: bool = False, notice: str = ""
) -> None:
    """The delivery as it stands, with its checklist."""
    words = turn.words()
    rows, actions = _buttons(order, draft, words)
    before = deliveries.latest_sent(turn.work.session, order)
    turn.work.show(
        turn.person.user_id,
        "draft",
        subject(order),
        Content(
            text=words.html(
                "delivery/draft",
                number=order.number,
                delivery=draft,
                items=items_of(draft, words),
                checklist=lines_of(
                    turn, order, draft, words, wanted=before.wanted if before else ""
                ),
                complete=complete(draft),
                notice=notice,
            ),
            buttons=rows,
        ),
        actions,
        anew=anew,
        label="delivery/draft",
        order_id=order.id,
    )


def _buttons(
    order: Order, draft: Delivery, words: Words
) -> tuple[tuple[tuple[Button, ...], ...], list[tuple[str, Any]]]:
    value = {"order": order.id, "delivery": draft.id}
    actions: list[tuple[str, Any]] = []
    rows: list[tuple[Button, ...]] = []

    def button(label: str, action: str, style: Any = "", **more: Any) -> Button:
        actions.append((action, {**value, **more}))
        return Button(label=label, action=len(actions) - 1, style=style)

    ticks = [
        button(f"{'✅' if done else '⬜'} {n + 1}", "delivery.tick", n=n)
        for n, (_, done) in enumerate(draft.checklist)
    ]
    rows += [tuple(ticks[at : at + 4]) for at in range(0, len(ticks), 4)]
    if not all(done for _, done in draft.checklist):
        rows.append((button(words.gettext("☑️ Tick them all"), "delivery.tick_all"),))
    if complete(draft):
        rows.append((button(words.gettext("👀 Preview"), "delivery.preview", "primary"),))
    last = [button(words.gettext("🗑 Discard"), "delivery.discard")]
    if draft.artefacts:
        last.insert(0, button(words.gettext("↩️ Remove the last one"), "delivery.remove"))
    rows.append(tuple(last))
    return tuple(rows), actions


def _draft(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, Delivery] | None:
    """The draft behind a button, while it is one and can still be sent."""
    order = progress.mine(turn, value)
    if order is None:
        return None
    draft = turn.work.session.get(Delivery, int(value["delivery"]))
    if draft is None or draft.order_id != order.id or draft.state != "draft":
        turn.toast(N_("This delivery has been sent or discarded."))
        return None
    if order.state not in _STATES:
        turn.toast(_why_not(order), alert=True)
        return None
    return order, draft


def on_tick(turn: Turn, value: Mapping[str, Any]) -> None:
    found = _draft(turn, value)
    if found is not None:
        order, draft = found
        n = int(value["n"])
        draft.checklist = [
            [key, not done if at == n else done] for at, (key, done) in enumerate(draft.checklist)
        ]
        context.want(turn, order, "delivery")
        show_draft(turn, order, draft)


def on_tick_all(turn: Turn, value: Mapping[str, Any]) -> None:
    found = _draft(turn, value)
    if found is not None:
        order, draft = found
        draft.checklist = [[key, True] for key, _ in draft.checklist]
        context.want(turn, order, "delivery")
        show_draft(turn, order, draft)


def on_remove(turn: Turn, value: Mapping[str, Any]) -> None:
    """Take the last file or link back."""
    found = _draft(turn, value)
    if found is not None and found[1].artefacts:
        order, draft = found
        draft.artefacts = draft.artefacts[:-1]
        show_draft(turn, order, draft)


def on_discard(turn: Turn, value: Mapping[str, Any]) -> None:
    found = _draft(turn, value)
    if found is None:
        return
    order, draft = found
    context.fulfilled(turn)
    turn.work.session.delete(draft)
    turn.work.session.flush()
    turn.toast(N_("Discarded. Nothing was sent."))
    turn.work.show(turn.person.user_id, "draft", subject(order), None, label="delivery/draft")


# -- preview and sending --------------------------------------------------------------------------------------


def on_preview(turn: Turn, value: Mapping[str, Any]) -> None:
    """Everything as the customer will get it; one more tap sends it."""
    found = _draft(turn, value)
    if found is None:
        return
    order, draft = found
    words = turn.words()
    _send_artefacts(
        turn, order, draft, turn.person.user_id, f"preview:{draft.id}:{int(turn.now.timestamp())}"
    )
    turn.work.show(
        turn.person.user_id,
        "draft",
        subject(order),
        Content(
            text=words.html(
                "delivery/preview",
                number=order.number,
                shown=words.markup(accepting.text_of(turn, order, draft, words)),
                until=None,
            ),
            buttons=(
                (
                    Button(
                        label=words.gettext("✅ Send to the customer"), action=0, style="success"
                    ),
                ),
                (Button(label=words.gettext("✏️ Change something"), action=1),),
            ),
        ),
        [
            ("delivery.send", {"order": order.id, "delivery": draft.id}),
            ("delivery.back", {"order": order.id, "delivery": draft.id}),
        ],
        anew=True,
        label="delivery/preview",
        order_id=order.id,
    )


def _send_artefacts(turn: Turn, order: Order, delivery: Delivery, chat: int, key: str) -> None:
    """The files; links stand in the text."""
    files = [item for item in delivery.artefacts if item["kind"] != "link"]
    send_files(turn, order, chat, files, key=key, label="delivery/file")


def on_back(turn: Turn, value: Mapping[str, Any]) -> None:
    """From the preview back to the draft."""
    found = _draft(turn, value)
    if found is not None:
        context.want(turn, found[0], "delivery")
        show_draft(turn, *found)


def on_send(turn: Turn, value: Mapping[str, Any]) -> None:
    """The work is handed over: the customer has it and decides."""
    found = _draft(turn, value)
    if found is None:
        return
    order, draft = found
    late = order.late or order_clock.overdue(turn, order)
    made = moving.move(
        turn,
        order,
        "deliver",
        Actor.PROVIDER,
        actor_id=turn.person.id,
        own=order.customer_id == turn.person.id,
        quiet=True,
    )
    if isinstance(made, Refusal):
        notice = refusal_text(made, turn.words())
        show_draft(turn, order, draft, notice=notice)
        return
    context.fulfilled(turn)
    draft.state, draft.sent_at, draft.late = "sent", turn.now, late
    order.percent = 100
    turn.work.session.flush()
    turn.work.show(turn.person.user_id, "draft", subject(order), None, label="delivery/draft")
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    _send_artefacts(turn, order, draft, customer.user_id, f"delivery:{draft.id}")
    accepting.show(turn, order, draft, anew=True)
    telling.tell(turn, order, made)
    cards.refresh(turn, order)
    turn.toast(N_("Delivered."))
