"""What the messages about a transition need to know beside the order: until when, what, how much."""

from __future__ import annotations

from typing import Any

from dialogs.words import Words
from handlers import review_view
from handlers.card_actions import accept_by
from handlers.turn import Turn
from orders.lifecycle import WINDOWS, Move
from storage import deliveries, orders
from storage.records import Order


def of(turn: Turn, order: Order, made: Move, words: Words) -> dict[str, Any]:
    """Variables for the templates of `handlers.telling`, in that person's words."""
    match made.name:
        case "pay" | "late_pay":
            return {"review": review_view.of(turn, order, words)}
        case "refuse":
            return {"why": review_view.refusal_words(turn, order, words)}
        case "accept":
            return {"assigned": made.actor == "support"}
        case "deliver" | "extend_acceptance":
            return {"until": accept_by(order)}
        case "accept_delivery" | "reopen":
            payout = deliveries.payout_of(turn.work.session, order)
            completed = order.completed_at
            return {
                "wish": made.reason,
                "by_itself": made.actor == "timer",
                "reopen_until": completed + WINDOWS.reopen if completed else None,
                "earned": words.price(payout.price - payout.fee, payout.currency) if payout else "",
                "clears_at": payout.clears_at if payout else None,
            }
        case "revise":
            plan = orders.service_of(turn.work.session, order).plan(order.plan)
            delivery = deliveries.latest_sent(turn.work.session, order)
            return {
                "wanted": delivery.wanted if delivery else "",
                "by": order.due_at,
                "left": max(
                    (plan.revisions if plan else 0) + order.extra_revisions - order.revisions_used,
                    0,
                ),
            }
        case _:
            return {}
