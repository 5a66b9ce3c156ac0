"""Everything so far: the steps of a dispute, its offers and its evidence, for those who may see it."""

from __future__ import annotations

from typing import Any

from dialogs.content import Content
from dialogs.words import Words
from handlers import dispute_cards, dispute_evidence
from handlers.dispute_words import STEPS, terms_of, terms_text
from handlers.turn import Turn
from orders.states import Actor
from storage import disputes as stored
from storage import orders
from storage.disputes import Dispute, DisputeStep
from storage.records import Order, Person


def lines(turn: Turn, dispute: Dispute, order: Order, words: Words) -> list[dict[str, Any]]:
    """Each step with who took it, in words."""
    over = dispute_cards.over(turn, dispute, order)
    made = []
    for step in stored.steps_of(turn.work.session, dispute):
        terms = terms_of(step.terms)
        made.append(
            {
                "at": step.at,
                "who": _who(turn, step, words),
                "what": words.gettext(STEPS[step.transition]),
                "terms": terms_text(terms, over, words) if terms else "",
            }
        )
    return made


def _who(turn: Turn, step: DisputeStep, words: Words) -> str:
    match Actor(step.actor):
        case Actor.CUSTOMER:
            return words.gettext("The customer")
        case Actor.PROVIDER:
            return words.gettext("The specialist")
        case Actor.TIMER | Actor.RULES:
            return ""
        case _ if step.actor_id is not None:
            return orders.person_by_id(turn.work.session, step.actor_id).name
    return words.gettext("Our team")


def send(
    turn: Turn,
    dispute: Dispute,
    order: Order,
    chat: int,
    words: Words,
    reader: Person | None,
    thread: int | None = None,
) -> None:
    """The steps in one message, then every piece of evidence."""
    turn.work.send(
        chat,
        Content(
            text=words.html(
                "dispute/history",
                number=order.number,
                n=dispute.n,
                lines=lines(turn, dispute, order, words)[-40:],
            )
        ),
        label="dispute/history",
        order_id=order.id,
        thread_id=thread,
    )
    dispute_evidence.send_all(turn, dispute, order, chat, words, reader, thread)
