"""Commands, and the buttons that mean the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dialogs.content import Button, Content
from dialogs.words import LANGUAGE_NAMES, LANGUAGES, N_, Words
from handlers import asking, cards, context, dialog
from handlers.turn import Turn
from orders.numbers import normalise
from storage import orders
from storage.records import Order

#: The command menu: name and description (a msgid), in the order shown.
MENU: tuple[tuple[str, str], ...] = (
    ("start", N_("Find a service and order")),
    ("orders", N_("My orders")),
    ("help", N_("How this works")),
    ("language", N_("中文 / English")),
    ("support", N_("Talk to a person")),
    ("paysupport", N_("Help with a payment")),
    ("terms", N_("Terms of service")),
    ("privacy", N_("Privacy")),
)
PAGE = 6
ASK_LABEL = N_("🙋 Talk to a person")


def menus() -> dict[str, list[dict[str, str]]]:
    """setMyCommands' commands by language."""
    from datetime import date
    from zoneinfo import ZoneInfo

    made = {}
    for language in LANGUAGES:
        words = Words(language, ZoneInfo("UTC"), date.today())
        made[language] = [
            {"command": name, "description": words.gettext(text)} for name, text in MENU
        ]
    return made


def _page(
    turn: Turn,
    template: str,
    *,
    first: tuple[tuple[Button, ...], tuple[str, Any]] | None = None,
    **variables: Any,
) -> None:
    """A message beside the open dialog, with a row of its own if it has one, and a way back to the dialog."""
    words = turn.words()
    rows: tuple[tuple[Button, ...], ...] = ()
    actions: list[tuple[str, Any]] = []
    if first is not None:
        rows, actions = (first[0],), [first[1]]
    if dialog.current(turn) is not None:
        label = words.gettext("▶️ Continue where we were")
        rows = (*rows, (Button(label=label, action=len(actions)),))
        actions.append(("dialog.continue", {}))
    turn.work.show(
        turn.person.user_id,
        "notice",
        template,
        Content(text=words.html(template, **variables), buttons=rows),
        actions,
        anew=True,
        label=template,
    )


def on_help(turn: Turn) -> None:
    words = turn.words()
    person = Button(label=words.gettext(ASK_LABEL), action=0)
    _page(turn, "pages/help", first=((person,), ("support.ask", {})))


def on_terms(turn: Turn) -> None:
    _page(turn, f"pages/terms.{turn.person.language}", version=turn.business.terms_version)


def on_privacy(turn: Turn) -> None:
    _page(turn, f"pages/privacy.{turn.person.language}")


def on_support(turn: Turn, argument: str = "") -> None:
    """Have a person come: a ticket at the desk, about the order that was used last if it is still under way."""
    if not asking.ask(turn, _order_in_mind(turn), about=argument):
        _page(turn, "pages/support")


def on_paysupport(turn: Turn, argument: str = "") -> None:
    """The same for a payment: what Telegram asks of everybody who sells."""
    _page(turn, "pages/paysupport", told=turn.business.desk is not None)
    asking.ask(turn, _order_in_mind(turn), reason="payment", about=argument)


def _order_in_mind(turn: Turn) -> Order | None:
    """The order used last, while the conversation still speaks of it."""
    focus = turn.conversation.focus
    order = turn.work.session.get(Order, int(focus["order"])) if focus is not None else None
    if order is None or not context.is_party(order, turn.person):
        return None
    return order


def on_continue(turn: Turn) -> None:
    """Back to the open dialog, at the bottom of the chat."""
    if dialog.current(turn) is None:
        dialog.open_flow(turn, "order")
    dialog.show(turn, anew=True)


def on_language(turn: Turn) -> None:
    """Offer the languages."""
    words = turn.words()
    rows = (
        tuple(
            Button(label=LANGUAGE_NAMES[language], action=n) for n, language in enumerate(LANGUAGES)
        ),
    )
    turn.work.show(
        turn.person.user_id,
        "notice",
        "language",
        Content(text=words.html("pages/language"), buttons=rows),
        [("language.set", {"language": language}) for language in LANGUAGES],
        anew=True,
        label="pages/language",
    )


def set_language(turn: Turn, language: str) -> None:
    """Speak another language from now on; the open screen is said again in it."""
    if language not in LANGUAGES:
        return
    turn.speak(language)
    if turn.work.surface(turn.person.user_id, "notice", "language") is not None:
        turn.work.show(turn.person.user_id, "notice", "language", None, label="pages/language")
    turn.toast(N_("I speak English now."))
    cards.in_another_language(turn)
    if dialog.current(turn) is None:
        dialog.open_flow(turn, "order")
    dialog.show(turn, anew=True)


def switch_language(turn: Turn) -> None:
    """The other of two languages, in place."""
    turn.speak(LANGUAGES[(LANGUAGES.index(turn.person.language) + 1) % len(LANGUAGES)])
    turn.toast(N_("I speak English now."))
    cards.in_another_language(turn)
    dialog.show(turn)


def on_orders(turn: Turn, page: int = 0, *, anew: bool = True) -> None:
    """The person's orders, newest first; each opens its card."""
    words = turn.words()
    found = orders.latest(turn.work.session, turn.person, limit=PAGE + 1, offset=page * PAGE)
    shown = [cards.view(turn, order, words) for order in found[:PAGE]]
    rows: list[tuple[Button, ...]] = []
    actions: list[tuple[str, Any]] = []
    for order, seen in zip(found, shown, strict=False):
        rows.append(
            (
                Button(
                    label=f"{seen.emoji} {seen.number} · {seen.service}"[:60], action=len(actions)
                ),
            )
        )
        actions.append(("order.open", {"order": order.id}))
    turning = []
    if page > 0:
        turning.append(Button(label=words.gettext("‹ Previous"), action=len(actions)))
        actions.append(("orders.page", {"page": page - 1}))
    if len(found) > PAGE:
        turning.append(Button(label=words.gettext("More ›"), action=len(actions)))
        actions.append(("orders.page", {"page": page + 1}))
    if turning:
        rows.append(tuple(turning))
    if not found or dialog.current(turn) is not None:
        label = (
            words.gettext("▶️ Continue where we were")
            if found
            else words.gettext("🔎 Find a service")
        )
        rows.append((Button(label=label, action=len(actions)),))
        actions.append(("dialog.continue", {}))
    turn.work.show(
        turn.person.user_id,
        "notice",
        "orders",
        Content(text=words.html("pages/orders", orders=shown, page=page), buttons=tuple(rows)),
        actions,
        anew=anew,
        label="pages/orders",
    )


def on_order(turn: Turn, argument: str) -> None:
    """/order NUMBER: the card of an own order; anybody else's number does not exist for them."""
    if not argument.strip():
        on_orders(turn)
        return
    number = normalise(argument)
    order = (
        orders.by_number(turn.work.session, turn.work.bot, number, turn.person) if number else None
    )
    if order is None:
        _page(turn, "pages/order_unknown", given=argument.strip()[:40])
        return
    context.focus_on(turn, order)
    cards.show_card(turn, order, anew=True)


def on_order_open(turn: Turn, value: Mapping[str, Any]) -> None:
    order = orders.of_customer(turn.work.session, turn.person, int(value["order"]))
    if order is not None:
        cards.show_card(turn, order, anew=True)


def on_unknown(turn: Turn, command: str) -> None:
    """A command nobody knows: say what there is."""
    _page(turn, "pages/unknown", command=command[:32])
