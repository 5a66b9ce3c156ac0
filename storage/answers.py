"""What became of our answers to pre-checkout queries, as far as the outbox knows."""

from __future__ import annotations

from sqlalchemy import select

from storage.tables import outbox
from storage.work import Work

#: The method of the Bot API, which is the label of such a row too.
PRE_CHECKOUT = "answerPreCheckoutQuery"


def arrived(work: Work, order_id: int, query_id: str) -> bool:
    """Whether Telegram is known to have taken the answer to that query about an order.

    False does not say that it has not: whoever sent it may have died before noting that it was taken.
    """
    work.flush()
    said = work.connection.execute(
        select(outbox.c.body, outbox.c.state).where(
            outbox.c.order_id == order_id,
            outbox.c.bot == work.bot,
            outbox.c.label == PRE_CHECKOUT,
        )
    )
    return any(
        state == "sent" and body["params"]["pre_checkout_query_id"] == query_id
        for body, state in said
    )
