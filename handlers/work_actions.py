"""What a provider can do about an order in hand: the buttons of its card."""

from __future__ import annotations

from dialogs.content import ButtonStyle
from dialogs.words import Words
from handlers import card_changes, dispute_links
from handlers.turn import Turn
from orders.completeness import completeness
from orders.lifecycle import Actor, State
from storage import orders, relaying
from storage.records import Order

#: How the note of `ask_information` begins when the parts missing from the brief were asked for.
MISSING = "missing:"


def missing_parts(turn: Turn, order: Order) -> tuple[str, ...]:
    """What the brief lacks, by name; nothing once it was asked for."""
    if (relaying.last_note(turn.work.session, order, "ask_information") or "").startswith(MISSING):
        return ()
    service = orders.service_of(turn.work.session, order)
    return completeness(orders.brief_of(turn.work.session, order), service.ask)[1]


def work_actions(turn: Turn, order: Order, words: Words) -> list[tuple[str, str, ButtonStyle]]:
    """(label, action, style) of the provider's buttons in this state."""
    made: list[tuple[str, str, ButtonStyle]] = []
    state = State(order.state)
    if state is State.IN_PROGRESS:
        made.append((words.gettext("📈 Report"), "report.start", ""))
    if state in (State.IN_PROGRESS, State.IN_REVISION):
        made.append((words.gettext("📦 Deliver"), "delivery.start", "primary"))
    if state in (
        State.IN_PROGRESS,
        State.AWAITING_CUSTOMER,
        State.DELIVERED,
        State.IN_REVISION,
    ):
        made.append((words.gettext("✉️ Message the customer"), "order.message", ""))
    if state is State.IN_PROGRESS:
        missing = missing_parts(turn, order)
        if missing:
            made.append((ask_label(missing, words), "info.missing", ""))
        made.append((words.gettext("❓ Ask, and stop the clock"), "info.ask", ""))
    made += [(label, name, "") for label, name in card_changes.provider_actions(order, words)]
    links = dispute_links.card_button(turn, order, Actor.PROVIDER)
    made += [(words.gettext(label), name, style) for label, name, style in links]
    if made and turn.business.desk is not None:
        made.append((words.gettext("🙋 Ask support"), "support.order", ""))
    return made


def ask_label(parts: tuple[str, ...], words: Words) -> str:
    """The label of the one-tap button."""
    return words.gettext("❓ Ask for what is missing ({n})", n=len(parts))
