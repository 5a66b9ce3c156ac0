"""Who is told what when an order moves: one table of transition × audience → template."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from dialogs.content import Content
from handlers import cards, told_facts
from handlers.turn import Turn
from orders.lifecycle import Audience, Move
from storage.orders import person_by_id
from storage.records import Order

#: What customers are told by a message of its own. A transition that is not here shows itself: confirm by the
#: invoice, edit by the open summary, revive by the new draft.
CUSTOMER: Mapping[str, str] = MappingProxyType(
    {
        "expire": "told/expire_customer",
        "late_pay": "told/late_pay_customer",
        "pay": "told/pay_customer",
        "clear": "told/clear_customer",
        "refuse": "told/refuse_customer",
        "cancel_free": "told/cancel_free_customer",
        "no_provider": "told/no_provider_customer",
        "accept": "told/accept_customer",
        "mark_late": "told/late_customer",
        "cancel_late": "told/cancel_late_customer",
        "cancel_agreed": "cancel/agreed",
        "extend_acceptance": "told/extend_customer",
        "accept_delivery": "told/accept_delivery_customer",
        "revise": "told/revise_customer",
        "reopen": "told/reopen_customer",
    }
)
#: The same for the provider who works on the order.
PROVIDER: Mapping[str, str] = MappingProxyType(
    {
        "accept": "told/accept_provider",
        "mark_late": "told/late_provider",
        "cancel_late": "told/cancel_late_provider",
        "cancel_agreed": "cancel/agreed",
        "deliver": "told/deliver_provider",
        "extend_acceptance": "told/extend_provider",
        "accept_delivery": "told/accept_delivery_provider",
        "revise": "told/revise_provider",
        "reopen": "told/reopen_provider",
    }
)
#: Who learns of a transition by a surface instead of a message of its own, and by which template.
SHOWN: Mapping[tuple[str, Audience], str] = MappingProxyType(
    {
        ("confirm", Audience.CUSTOMER): "order/confirmed",
        ("edit", Audience.CUSTOMER): "order/summary",
        ("revive", Audience.CUSTOMER): "order/summary",
        ("ask_information", Audience.CUSTOMER): "info/question",
        ("give_information", Audience.PROVIDER): "info/given",
        ("report", Audience.CUSTOMER): "report/card",
        ("deliver", Audience.CUSTOMER): "delivery/card",
        # The offer goes to the next provider, or the alarm to staff.
        ("decline", Audience.PROVIDERS): "work/offer",
        ("decline", Audience.SUPPORT): "staff/no_provider",
        ("offer_timeout", Audience.PROVIDERS): "work/offer",
        ("offer_timeout", Audience.SUPPORT): "staff/no_provider",
        # The announcement in the group is brought up to date where it stands.
        ("accept", Audience.PROVIDERS): "staff/announce",
        ("no_provider", Audience.PROVIDERS): "staff/announce",
        ("no_provider", Audience.SUPPORT): "staff/announce",
        ("refuse", Audience.SUPPORT): "staff/announce",
        ("cancel_free", Audience.PROVIDERS): "staff/announce",
        ("cancel_free", Audience.SUPPORT): "staff/announce",
    }
)
#: The same for staff, who are told by a notice of its own.
STAFF: Mapping[str, str] = MappingProxyType(
    {
        "mark_late": "staff/late",
        "cancel_late": "staff/cancelled_late",
        "cancel_agreed": "staff/cancelled",
    }
)
#: Transitions after which a new order is announced; later ones update the announcement where it stands.
ANNOUNCED = frozenset({"pay", "late_pay", "clear"})
#: Transitions after which the customer's card is brought up to date where it stands, not sent anew.
_CARD_STAYS = frozenset({"extend_acceptance"})


def tell(turn: Turn, order: Order, made: Move) -> None:
    """Tell everybody the lifecycle names, one outbox row each, in this transaction."""
    for audience in made.told:
        match audience:
            case Audience.CUSTOMER:
                _customer(turn, order, made)
            case Audience.PROVIDER:
                _provider(turn, order, made)
            case Audience.SUPPORT:
                _group(turn, order, made, turn.business.staff_chat)
            case Audience.PROVIDERS:
                if made.target == "awaiting_provider" or made.name not in ANNOUNCED:
                    _group(turn, order, made, turn.business.providers_chat)


def _customer(turn: Turn, order: Order, made: Move) -> None:
    template = CUSTOMER.get(made.name)
    if template is None:
        return
    customer = person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    turn.say(
        customer,
        template,
        order=cards.view(turn, order, words),
        order_id=order.id,
        priority=1,
        **told_facts.of(turn, order, made, words),
    )
    cards.show_card(turn, order, anew=made.name not in _CARD_STAYS)


def _provider(turn: Turn, order: Order, made: Move) -> None:
    template = PROVIDER.get(made.name)
    if template is None or order.provider_id is None:
        return
    provider = person_by_id(turn.work.session, order.provider_id)
    words = turn.words(provider.language)
    shown = cards.view(turn, order, words)
    turn.say(
        provider,
        template,
        order=shown,
        due=order.due_at,
        order_id=order.id,
        **told_facts.of(turn, order, made, words),
    )
    cards.show_work_card(turn, order, anew=made.name not in _CARD_STAYS)


def _group(turn: Turn, order: Order, made: Move, chat: int | None) -> None:
    if chat is None:
        return
    if made.name in STAFF and chat == turn.business.staff_chat:
        tell_staff(turn, order, STAFF[made.name])
    if made.name in ANNOUNCED:
        cards.announce(turn, order, chat, anew=True)


def tell_staff(turn: Turn, order: Order, template: str, **variables: Any) -> None:
    """A notice about an order in the staff's chat, in the business's language."""
    chat = turn.business.staff_chat
    if chat is None:
        return
    words = turn.words(turn.business.staff_language)
    provider = person_by_id(turn.work.session, order.provider_id).name if order.provider_id else ""
    shown = cards.view(turn, order, words)
    turn.work.send(
        chat,
        Content(text=words.html(template, order=shown, provider=provider, **variables)),
        label=template,
        order_id=order.id,
        priority=2,
    )
