"""`python -m benchmarks.malformed [N] [--seed S]`: N updates that no Telegram would send, through the whole intake.

Each is a well-formed update with one to six things in it replaced, removed or added. Parsed by the channel's own
models, decoded, and carried out by the real turns on a real database, in batches. It ends with exit code 1 unless
nothing crashed (no event parked), nothing of the trade came into being (no order, invoice, refund, role), every tap
and pre-checkout was answered, and everybody who wrote in their own chat heard something, or what they wrote is kept
for the staff they have asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import json
import logging
import random
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import structlog
from sqlalchemy import func, select, text

from benchmarks.house import House, house
from benchmarks.script import BOT
from bot.business import business_of
from bot.channels.decode import decode
from bot.turns import Turns
from handlers.events import Event, MessageEvent, PaidEvent, PreCheckoutEvent, TapEvent
from storage.database import Connection
from storage.tables import outbox

Json = dict[str, Any]

BATCH = 100
#: So many people send it all: their conversations grow as odd as what they send.
PEOPLE = 400
FIRST_PERSON = 7_000_000
STAFF, PROVIDERS = -1009, -1010
#: Nothing may appear in these.
UNTOUCHED = (
    "orders",
    "invoices",
    "refunds",
    "proofs",
    "staff_roles",
    "providers",
    "offers",
    "audit",
)

_FILE: Json = {"file_id": "f", "file_unique_id": "u", "file_size": 10}
_ODD: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 1.5, 1e308, 2**31, 2**63, -(2**63) - 1, 2**70, 10**400),
    *("", " ", "\0", "a\0b", "\ud800", "\udfff x", "\u202e", "\ufeff", "\u200b" * 50, "\r\n\t"),
    *("/", "/start", "/start pay_", "/order", "/\0", "/start join_" + "0" * 32, "/cancel@", "/🧨"),
    *("<b>", "</b>", "&", "&#0;", "%s%n", "{0}", "{{7*7}}", "${x}", "'; --", "../../etc/passwd"),
    *(
        "4111 1111 1111 1111",
        "１２３",
        "٣.١.٠",
        "1.1.1",
        "9" * 40,
        "-1.-1.-1",
        "x" * 5000,
        "长" * 4096,
    ),
    *(
        "🧨" * 3000,
        "e\u0301" * 2000,
        "\n" * 3000,
        "2026-02-30",
        "next Friday",
        "人工",
        "取消",
        "NaN",
    ),
    *([], {}, [[]], [None], {"id": None}, [{}] * 50, {"a": {"b": {"c": [1, 2, {"d": None}]}}}),
)


def _user(number: int) -> Json:
    return {
        "id": number,
        "is_bot": False,
        "first_name": "Eve",
        "last_name": "Fuzz",
        "username": f"eve{number}",
        "language_code": "zh-hans" if number % 2 else "en",
    }


def _message(dice: random.Random, user: Json, /, **more: Any) -> Json:
    chats: tuple[Json, ...] = (
        {"id": user["id"], "type": "private", "first_name": "Eve"},
        {"id": STAFF, "type": "supergroup", "title": "Staff", "is_forum": True},
        {"id": PROVIDERS, "type": "group", "title": "Providers"},
    )
    chat = dice.choices(chats, (8, 1, 1))[0]
    return {
        "message_id": dice.randrange(1, 10_000_000),
        "date": 1_760_000_000,
        "chat": chat,
        "from": user,
        **more,
    }


def _valid(dice: random.Random) -> Json:
    """An update as Telegram sends it, of any kind the bot takes."""
    user = _user(FIRST_PERSON + dice.randrange(PEOPLE))
    contents: tuple[Json, ...] = (
        {"text": dice.choice([odd for odd in _ODD if isinstance(odd, str) and odd.strip()])},
        {
            "text": dice.choice(
                ("hello", "/start", "/orders", "/start short_video-standard", "推广新品")
            )
        },
        {
            "text": "/order ABC-2345",
            "entities": [{"type": "bot_command", "offset": 0, "length": 6}],
        },
        {"photo": [{**_FILE, "width": 90, "height": 60}], "caption": "look", "media_group_id": "9"},
        {"document": {**_FILE, "file_name": "a.pdf", "mime_type": "application/pdf"}},
        {"voice": {**_FILE, "duration": 3}},
        {"video": {**_FILE, "width": 9, "height": 9, "duration": 3}},
        {
            "sticker": {
                **_FILE,
                "type": "regular",
                "width": 5,
                "height": 5,
                "is_animated": False,
                "is_video": False,
            }
        },
        {"contact": {"phone_number": "+100", "first_name": "Eve", "user_id": user["id"]}},
        {"location": {"latitude": 1.5, "longitude": 2.5}},
        {"dice": {"emoji": "🎲", "value": 3}},
        {"new_chat_title": "x"},
        {"migrate_to_chat_id": -100777},
        {"forum_topic_created": {"name": "t", "icon_color": 1}},
        {
            "refunded_payment": {
                "currency": "XTR",
                "total_amount": 5,
                "invoice_payload": "p",
                "telegram_payment_charge_id": f"r{dice.random()}",
            }
        },
    )
    message = _message(dice, user, **copy.deepcopy(dice.choice(contents)))
    if dice.random() < 0.1:
        message["reply_to_message"] = _message(dice, user, text="earlier")
    kinds: tuple[Json, ...] = (
        {"message": message},
        {"message": message},
        {"message": message},
        {"edited_message": {**message, "edit_date": 1_760_000_001}},
        {
            "callback_query": {
                "id": str(dice.getrandbits(63)),
                "from": user,
                "chat_instance": "1",
                "message": message,
                "data": f"{dice.randrange(500)}.{dice.randrange(9)}.0",
            }
        },
        {
            "pre_checkout_query": {
                "id": str(dice.getrandbits(63)),
                "from": user,
                "currency": "XTR",
                "total_amount": 5,
                "invoice_payload": "x",
            }
        },
        {
            "my_chat_member": {
                "chat": message["chat"],
                "from": user,
                "date": 1_760_000_000,
                "old_chat_member": {"status": "left", "user": _user(BOT)},
                "new_chat_member": {"status": "left", "user": _user(BOT)},
            }
        },
        {
            "message_reaction": {
                "chat": message["chat"],
                "message_id": 5,
                "date": 1_760_000_000,
                "user": user,
                "old_reaction": [],
                "new_reaction": [{"type": "emoji", "emoji": "👍"}],
            }
        },
    )
    return copy.deepcopy(dice.choice(kinds))


def _places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = (
        node.items()
        if isinstance(node, dict)
        else enumerate(node)
        if isinstance(node, list)
        else ()
    )
    for key, value in items:
        yield (*path, key)
        yield from _places(value, (*path, key))


def _mutate(dice: random.Random, update: Json) -> None:
    places = list(_places(update))
    path = dice.choice(places)
    node: Any = update
    for key in path[:-1]:
        node = node[key]
    what = dice.random()
    alike = [odd for odd in _ODD if type(odd) is type(node[path[-1]])]
    if alike and dice.random() < 0.6:
        # Of the right type: the library's models let it through.
        node[path[-1]] = copy.deepcopy(dice.choice(alike))
    elif what < 0.55:
        node[path[-1]] = copy.deepcopy(dice.choice(_ODD))
    elif what < 0.75:
        del node[path[-1]]
    elif what < 0.9:
        # Something from elsewhere in the same update.
        other: Any = update
        for key in dice.choice(places):
            other = other[key] if isinstance(other, (dict, list)) else other
        node[path[-1]] = copy.deepcopy(other)
    elif isinstance(node, dict):
        node[dice.choice(("text", "photo", "successful", "from", "chat", "extra"))] = copy.deepcopy(
            dice.choice(_ODD)
        )


def malformed(number: int, dice: random.Random) -> Json:
    """One update, as it would come out of Telegram's JSON."""
    while True:
        update = _valid(dice)
        for _ in range(dice.choice((1, 1, 1, 2, 3, 6))):
            _mutate(dice, update)
            if not update:
                break
        try:
            made: Json = json.loads(json.dumps({"update_id": number, **update}))
        except ValueError:
            continue
        return made


@dataclass(slots=True)
class Outcome:
    """What came of a run; `problems` are the reasons why it failed."""

    updates: int = 0
    understood: int = 0
    seconds: float = 0.0
    problems: list[str] = field(default_factory=list)


async def run(count: int, seed: int = 1) -> Outcome:
    """Send `count` malformed updates through the intake of a bot of its own."""
    dice = random.Random(seed)
    outcome = Outcome()
    async with house() as made:
        # Nobody is held back here: how many of them come in a minute is up to the machine.
        business = replace(
            business_of(made.settings, "fuzz_bot"),
            staff_chat=STAFF,
            providers_chat=PROVIDERS,
            flood_limit=0,
        )
        turns = Turns(made.database, BOT, business, made.clock, random=dice.randbytes)
        began = time.perf_counter()
        number = 1_000
        while outcome.updates < count:
            size = min(BATCH, count - outcome.updates)
            raws = [malformed(number + at, dice) for at in range(size)]
            number += size
            at = made.clock.now()
            events = [decode(raw, bot=BOT, at=at) for raw in raws]
            await _carry_out(made, turns, events, outcome)
            outcome.updates += size
            if len(outcome.problems) > 20:
                break
        outcome.problems += await made.database.read(_effects)
        outcome.seconds = time.perf_counter() - began
    return outcome


async def _carry_out(made: House, turns: Turns, events: Sequence[Event], outcome: Outcome) -> None:
    last = await made.database.read(lambda c: c.scalar(select(func.max(outbox.c.id))) or 0)
    done = await turns.process(events)
    if done.parked:
        rows = await made.database.read(
            lambda c: c.execute(
                text("select kind, error from parked order by id desc limit 3")
            ).all()
        )
        outcome.problems += [f"parked: {row.kind}: {row.error}" for row in rows]
    answered = [answer.query_id for answer in done.answers]
    taps = [event.query_id for event in events if isinstance(event, TapEvent)]
    if sorted(answered) != sorted(taps):
        outcome.problems.append(f"{len(taps)} taps, {len(answered)} answers")
    chats = set(
        await made.database.read(
            lambda c: c.scalars(select(outbox.c.chat_id).where(outbox.c.id > last)).all()
        )
    )
    for event in events:
        outcome.understood += type(event).__name__ != "UnknownEvent"
        if (
            _waits(event)
            and _chat_of(event) not in chats
            and not await made.database.read(partial(_with_staff, event))
        ):
            outcome.problems.append(f"left without an answer: {event!r:.300}")


def _waits(event: Event) -> bool:
    """Whether somebody expects to hear something."""
    if isinstance(event, MessageEvent):
        return event.chat.kind == "private" and not event.edited and event.album is None
    return isinstance(event, PreCheckoutEvent | PaidEvent)


def _with_staff(event: Event, connection: Connection) -> bool:
    """Whether somebody who has asked for a person wrote this: it is kept for staff, and they have been told so."""
    if not isinstance(event, MessageEvent):
        return False
    query = text(
        "select count(*) from ticket_messages "
        "where way = 'in' and from_chat = :chat and from_message = :message"
    )
    return bool(connection.scalar(query, {"chat": event.chat.id, "message": event.message_id}))


def _chat_of(event: Event) -> int:
    if isinstance(event, MessageEvent):
        return event.chat.id
    assert isinstance(event, PreCheckoutEvent | PaidEvent)
    return event.sender.id


def _effects(connection: Connection) -> list[str]:
    found = []
    for table in UNTOUCHED:
        rows = connection.scalar(text(f"select count(*) from {table}")) or 0
        if rows:
            found.append(f"{rows} rows in {table}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.malformed")
    parser.add_argument("count", type=int, nargs="?", default=1_000_000)
    parser.add_argument("--seed", type=int, default=1, help="the same one makes the same updates")
    chosen = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    outcome = asyncio.run(run(chosen.count, chosen.seed))
    for problem in outcome.problems[:20]:
        print(problem)
    rate = outcome.updates / outcome.seconds
    print(
        f"{outcome.updates:,} malformed updates in {outcome.seconds:.0f} s ({rate:,.0f}/s), "
        f"{outcome.understood:,} of them understood as something: "
        + (
            f"{len(outcome.problems)} problems"
            if outcome.problems
            else "no crash, no effect, nobody left without an answer"
        )
    )
    return 1 if outcome.problems else 0


if __name__ == "__main__":
    sys.exit(main())
