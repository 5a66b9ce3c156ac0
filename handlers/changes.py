"""The customer changes an order: what about it, to what, and the answer to what it costs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.understanding.deadlines import read_deadline
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import (
    cards,
    change_marking,
    change_notices,
    change_quotes,
    change_vetting,
    changing,
    context,
    permits,
)
from handlers.card_changes import can_change
from handlers.context import Wish
from handlers.events import IncomingFile, MessageEvent
from handlers.turn import Turn
from orders.brief import REQUIREMENTS_MAX, check_requirements
from orders.catalogue import in_language
from orders.changes import About, ChangeState, check_request
from orders.deadlines import check_deadline
from orders.lifecycle import Actor, State
from orders.numbers import normalise
from orders.refusal import Refusal
from orders.roles import Action, actor_of
from orders.vetting import Tier
from storage import changing_queries as stored
from storage import orders
from storage.changing import ChangeRequest
from storage.records import Order

_FILES = ("photo", "document", "voice", "video")


# -- asking ---------------------------------------------------------------------------------------------------


def start(turn: Turn, order: Order, *, about: str = "") -> bool:
    """Begin a change of an order with its customer; False, and told why, when that cannot be now.

    `about` goes straight to the question: scope, plan, deadline, or revision (one beyond the plan's quota).
    """
    refusal = check_request(
        State(order.state), on_hold=order.on_hold, change_pending=order.change_pending
    )
    if refusal is not None:
        change = stored.open_change(turn.work.session, order)
        if change is not None:
            change_notices.show(turn, order, change, news=change.state != ChangeState.REQUESTED)
        _say(turn, refusal)
        return False
    if about:
        _ask(turn, order, About(about))
        return True
    words = turn.words()
    plans = change_quotes.plans(turn, order)
    kinds = [About.SCOPE, *([About.PLAN] if plans else []), About.DEADLINE]
    emoji = {About.SCOPE: "✏️", About.PLAN: "📦", About.DEADLINE: "📅"}
    rows: list[tuple[Button, ...]] = [
        (
            Button(
                label=f"{emoji[kind]} {words.gettext(change_notices.ABOUT_LABELS[kind])}",
                action=n,
            ),
        )
        for n, kind in enumerate(kinds)
    ]
    rows.append((Button(label=words.gettext("✖️ Leave the order as it is"), action=len(kinds)),))
    value = {"order": order.id}
    _show(
        turn,
        order,
        words.html("change/start", order=cards.view(turn, order, words)),
        rows,
        [
            *(("change.about", {**value, "about": str(kind)}) for kind in kinds),
            ("change.stop", value),
        ],
    )
    return True


def _show(
    turn: Turn,
    order: Order,
    text: str,
    rows: list[tuple[Button, ...]],
    actions: list[tuple[str, Any]],
    *,
    anew: bool = True,
) -> None:
    turn.work.show(
        turn.person.user_id,
        "notice",
        _place(order),
        Content(text=text, buttons=tuple(rows)),
        actions,
        anew=anew,
        label="change/start",
        order_id=order.id,
    )


def _place(order: Order) -> str:
    return f"change_ask:{order.id}"


def _forget(turn: Turn, order: Order) -> None:
    if turn.work.surface(turn.person.user_id, "notice", _place(order)) is not None:
        turn.work.show(turn.person.user_id, "notice", _place(order), None, label="change/start")


def on_start(turn: Turn, value: Mapping[str, Any]) -> None:
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    if order is None:
        turn.toast(N_("This button is no longer in use."))
        return
    start(turn, order)


def on_about(turn: Turn, value: Mapping[str, Any]) -> None:
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    if order is not None:
        _ask(turn, order, About(value["about"]))


def _ask(turn: Turn, order: Order, about: About) -> None:
    words = turn.words()
    stop = Button(label=words.gettext("✖️ Leave the order as it is"), action=0)
    rows: list[tuple[Button, ...]] = []
    actions: list[tuple[str, Any]] = []
    if about is About.PLAN:
        for key, title, price in change_quotes.plans(turn, order):
            rows.append((Button(label=f"{title} · {price}", action=len(actions)),))
            actions.append(("change.plan", {"order": order.id, "plan": key}))
    else:
        context.want(
            turn,
            order,
            "change_day" if about is About.DEADLINE else "change_text",
            about=str(about),
        )
    rows.append((Button(label=stop.label, action=len(actions)),))
    actions.append(("change.stop", {"order": order.id}))
    text = words.html("change/ask", order=cards.view(turn, order, words), about=str(about))
    _show(turn, order, text, rows, actions)


def on_stop(turn: Turn, value: Mapping[str, Any]) -> None:
    """Nothing is to change after all."""
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    if order is not None:
        context.fulfilled(turn)
        _forget(turn, order)
        turn.toast(N_("Kept. Nothing has changed."))


def on_plan(turn: Turn, value: Mapping[str, Any]) -> None:
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    if order is not None and any(
        key == value["plan"] for key, _, _ in change_quotes.plans(turn, order)
    ):
        _sum_up(turn, order, {"about": "plan", "plan": str(value["plan"])})


def on_day_typed(turn: Turn, wish: Wish) -> None:
    """Another day, in words; what cannot be read, or is over, is asked again."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    reading = read_deadline(event.text, now=turn.now, zone=turn.business.zone)
    words = turn.words()
    if len(reading.candidates) != 1:
        text = words.gettext("I could not read a day in that. Write it like 12/24.")
        _tell(turn, text)
        return
    local = turn.now.astimezone(turn.business.zone)
    checked = check_deadline(reading.candidates[0], local, 0)
    if isinstance(checked, Refusal):
        _say(turn, checked)
        return
    context.fulfilled(turn)
    _sum_up(turn, wish.order, {"about": "deadline", "wanted": checked.iso()})


def on_text_typed(turn: Turn, wish: Wish) -> None:
    """What is to be different, in words, with files as wanted."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    text = event.text.strip()
    files = [_attachment(file) for file in event.files if file.kind in _FILES]
    if text:
        checked = check_requirements(text)
        if isinstance(checked, Refusal):
            _say(turn, checked)
            return
        text = checked[:REQUIREMENTS_MAX]
    elif not files:
        turn.say(turn.person, "told/file_kind")
        return
    context.fulfilled(turn)
    _sum_up(
        turn,
        wish.order,
        {"about": str(wish.more.get("about", "scope")), "text": text, "files": files},
    )


def _attachment(file: IncomingFile) -> dict[str, Any]:
    return {
        "kind": file.kind,
        "file_id": file.file_id,
        "file_unique_id": file.unique_id,
        "name": file.name,
        "size_bytes": file.size,
        "mime": file.mime,
    }


def _sum_up(turn: Turn, order: Order, wish: Mapping[str, Any]) -> None:
    """What is asked for, once more, before it goes to anybody."""
    words = turn.words()
    service = orders.service_of(turn.work.session, order)
    plan = service.plan(str(wish.get("plan", "")))
    value = {"order": order.id, **wish}
    send = Button(label=words.gettext("✅ Ask for it"), action=0, style="success")
    stop = Button(label=words.gettext("✖️ Leave the order as it is"), action=1)
    _show(
        turn,
        order,
        words.html(
            "change/sum_up",
            order=cards.view(turn, order, words),
            about=words.gettext(change_notices.ABOUT_LABELS[About(str(wish["about"]))]),
            text=str(wish.get("text", "")),
            plan=in_language(plan.title, words.language) if plan else "",
            wanted=str(wish.get("wanted", "")),
            files=len(wish.get("files", ())),
            working=order.provider_id is not None,
        ),
        [(send,), (stop,)],
        [("change.ask", value), ("change.stop", {"order": order.id})],
    )


def on_ask(turn: Turn, value: Mapping[str, Any]) -> None:
    """The change is asked for: quoted by the list at once where that can be, else by a person; vetted first."""
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    if order is None:
        return
    wish: dict[str, Any] = {
        "text": str(value.get("text", "")),
        "files": list(value.get("files", ())),
        "plan": str(value.get("plan", "")),
        "wanted": str(value.get("wanted", "")),
    }
    about = About(str(value["about"]))
    verdict = change_vetting.judge(turn, order, **wish)
    if verdict.tier is Tier.REFUSE:
        change_vetting.stopped(turn, verdict)
        _say(turn, Refusal("brief_not_sold"))
        _ask(turn, order, about)
        return
    change = changing.request(turn, order, turn.person, Actor.CUSTOMER, about, **wish)
    if isinstance(change, Refusal):
        turn.toast(refusal_text(change, turn.words())[:200], alert=True)
        return
    _forget(turn, order)
    passes = verdict.tier is Tier.PASS
    listed = change_quotes.by_rules(turn, order, change) if passes else None
    if listed is not None and changing.quote(turn, order, change, Actor.RULES, *listed) is None:
        return
    change_notices.show(turn, order, change, news=True)
    turn.say(
        turn.person,
        "change/asked",
        number=order.number,
        working=order.provider_id is not None and passes,
        order_id=order.id,
    )
    cards.refresh(turn, order)


# -- answering ------------------------------------------------------------------------------------------------


def _mine(turn: Turn, value: Mapping[str, Any]) -> tuple[Order, ChangeRequest, Actor] | None:
    """The change behind a button, and as whom whoever taps may act on it."""
    change = turn.work.session.get(ChangeRequest, int(value["change"]))
    order = turn.work.session.get(Order, change.order_id) if change is not None else None
    if order is not None and change is not None:
        if permits.in_staff_chat(turn):
            if not permits.permitted(turn, Action.ORDER_CHANGE):
                return None
            lead = actor_of(turn.roles()) is Actor.LEAD
            return order, change, Actor.LEAD if lead else Actor.SUPPORT
        if order.customer_id == turn.person.id:
            return order, change, Actor.CUSTOMER
        if order.provider_id == turn.person.id:
            return order, change, Actor.PROVIDER
    turn.toast(N_("This button is no longer in use."))
    return None


def on_show(turn: Turn, value: Mapping[str, Any]) -> None:
    """The open change, at the bottom of the chat of whoever asks."""
    order = turn.work.session.get(Order, int(value["order"]))
    change = stored.open_change(turn.work.session, order) if order is not None else None
    if order is None or change is None or not context.is_party(order, turn.person):
        turn.toast(N_("That has changed meanwhile; please look again."))
        return
    if order.customer_id != turn.person.id and change_vetting.held(turn, order, change):
        turn.toast(N_("Our staff read this wish first; you hear of it here then."), alert=True)
        return
    change_notices.bring_up(turn, order, change, turn.person)


def on_accept(turn: Turn, value: Mapping[str, Any]) -> None:
    found = _mine(turn, value)
    if found is None or found[2] is not Actor.CUSTOMER:
        return
    order, change, _ = found
    refusal = changing.accept(
        turn, order, change, way=str(value.get("way", "")), version=int(value["version"])
    )
    _toasted(turn, refusal)


def on_decline(turn: Turn, value: Mapping[str, Any]) -> None:
    found = _mine(turn, value)
    if found is None:
        return
    order, change, actor = found
    refusal = changing.decline(
        turn, order, change, actor, turn.person, version=int(value["version"])
    )
    _toasted(turn, refusal)


def on_withdraw(turn: Turn, value: Mapping[str, Any]) -> None:
    """Taken back; also from the supplementary invoice, whatever version it was made with."""
    found = _mine(turn, value)
    if found is None:
        return
    order, change, actor = found
    version = int(value["version"]) if "version" in value else None
    _toasted(turn, changing.withdraw(turn, order, change, actor, turn.person, version=version))


def _toasted(turn: Turn, refusal: Refusal | None) -> None:
    if refusal is not None:
        turn.toast(refusal_text(refusal, turn.words())[:200], alert=True)


# -- /change --------------------------------------------------------------------------------------------------


def on_command(turn: Turn, argument: str) -> None:
    """/change, with a number or as a reply: a customer changes the order, its provider offers new work."""
    number = normalise(argument) if argument.strip() else None
    if number:
        order = orders.by_number(turn.work.session, turn.work.bot, number)
    else:
        order = context.replied_order(turn) or context.order_in_context(turn) or _only(turn)
    if order is None or not context.is_party(order, turn.person):
        turn.say(turn.person, "change/which")
        return
    context.focus_on(turn, order)
    if context.is_provider(order, turn.person) and order.customer_id != turn.person.id:
        change_marking.mark(turn, order)
    else:
        start(turn, order)


def _only(turn: Turn) -> Order | None:
    """The only order of a customer that can be changed."""
    found = [one for one in orders.latest(turn.work.session, turn.person, 20) if can_change(one)]
    return found[0] if len(found) == 1 else None


def _say(turn: Turn, refusal: Refusal) -> None:
    _tell(turn, refusal_text(refusal, turn.words()))


def _tell(turn: Turn, text: str) -> None:
    words = turn.words()
    turn.work.send(
        turn.person.user_id, Content(text=words.html("notice", text=text)), label="change/notice"
    )


__all__ = ["on_command", "start"]
