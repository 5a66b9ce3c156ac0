"""Updates no Telegram would send: 20,000 here, any number by `make malformed N=1000000`."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime
from typing import Any

import pytest

from benchmarks.malformed import malformed, run
from bot.channels.decode import decode
from bot.channels.soundness import NO_CURRENCY
from handlers.events import MessageEvent, PaidEvent, UnknownEvent
from tests.bot.updates import ANNA, LIBRARIES, Json, message, update

AT = datetime(2026, 3, 1, tzinfo=UTC)


async def test_twenty_thousand_malformed_updates() -> None:
    """No crash, no effect, nobody who wrote is left without an answer."""
    outcome = await run(20_000, seed=20)
    assert outcome.problems == []
    assert outcome.updates == 20_000
    # A generator whose updates nobody understands would prove nothing.
    assert outcome.understood > 5_000


def test_the_same_seed_makes_the_same_updates() -> None:
    one, other = random.Random(3), random.Random(3)
    first = [malformed(n, one) for n in range(50)]
    assert first == [malformed(n, other) for n in range(50)]
    assert len({json.dumps(made) for made in first}) == 50


PAYMENT = {
    "currency": "XTR",
    "total_amount": 5,
    "invoice_payload": "p",
    "telegram_payment_charge_id": "c",
    "provider_payment_charge_id": "",
}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (update(message=message(text="a\0b")), MessageEvent),
        (update(message=message(text="x", sender={**ANNA, "id": 2**70})), UnknownEvent),
        (update(message=message(text="x", sender={**ANNA, "id": 43})), UnknownEvent),
        (update(message={**message(text="x"), "message_id": 2**63}), UnknownEvent),
        (update(message=message(successful_payment={**PAYMENT, "total_amount": 0})), UnknownEvent),
        (update(message=message(successful_payment={**PAYMENT, "currency": "¤"})), PaidEvent),
        (
            update(
                callback_query={
                    "id": "1",
                    "from": ANNA,
                    "chat_instance": "1",
                    "data": "1.1.1",
                    "message": message(chat={"id": 43, "type": "private"}),
                }
            ),
            UnknownEvent,
        ),
    ],
)
def test_what_no_database_could_keep_is_put_right_or_dropped(
    library: str, raw: Json, kind: type[Any]
) -> None:
    event = decode(LIBRARIES[library](raw), bot=900, at=AT)
    assert isinstance(event, kind), event
    if isinstance(event, MessageEvent):
        assert event.text == "ab"
    if isinstance(event, PaidEvent):
        # Money is never invisible: it is held, as nothing is invoiced in this currency.
        assert event.currency == NO_CURRENCY
