from __future__ import annotations

import copy
import random
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from bot.channels.decode import MORE, decode, read_updates
from bot.channels.fields import Json as Attributes
from handlers.events import (
    Chat,
    Event,
    IncomingFile,
    MemberEvent,
    MessageEvent,
    MigratedEvent,
    PaidEvent,
    PreCheckoutEvent,
    ReactionEvent,
    RefundedEvent,
    Sender,
    TapEvent,
    TopicEvent,
    UnknownEvent,
)
from tests.bot.updates import ANNA, BOT, FORUM, GROUP, LIBRARIES, PRIVATE, Json, message, update

AT = datetime(2026, 3, 1, tzinfo=UTC)
WHO = Sender(id=42, name="Anna Li", username="anna", language_code="zh-hans")
BASE: dict[str, Any] = {"source": "update", "external_id": "1001", "at": AT}
HERE: dict[str, Any] = {**BASE, "chat": Chat(id=42, kind="private"), "sender": WHO}
TOPIC: dict[str, Any] = {
    **BASE,
    "chat": Chat(id=-1001, kind="supergroup", title="Support", is_forum=True),
    "sender": WHO,
}
FILE = {"file_id": "F", "file_unique_id": "U"}
SIZES = [
    {**FILE, "file_id": "small", "width": 90, "height": 60, "file_size": 10},
    {**FILE, "file_id": "large", "width": 900, "height": 600, "file_size": 1000},
]
PAYMENT = {
    "currency": "XTR",
    "total_amount": 500,
    "invoice_payload": "inv:1",
    "telegram_payment_charge_id": "charge",
}

CASES: list[tuple[Json, Event]] = [
    (
        update(message=message(text="hello <b>")),
        MessageEvent(**HERE, message_id=7, text="hello <b>"),
    ),
    (
        update(edited_message=message(text="changed", edit_date=1_760_000_001)),
        MessageEvent(**HERE, message_id=7, text="changed", edited=True),
    ),
    (
        update(message=message(photo=SIZES, caption="look", media_group_id="A")),
        MessageEvent(
            **HERE,
            message_id=7,
            text="look",
            album="A",
            files=(IncomingFile(kind="photo", file_id="large", unique_id="U", size=1000),),
        ),
    ),
    (
        update(
            message=message(
                document={
                    **FILE,
                    "file_name": "brief.pdf",
                    "mime_type": "application/pdf",
                    "file_size": 9,
                }
            )
        ),
        MessageEvent(
            **HERE,
            message_id=7,
            files=(
                IncomingFile(
                    kind="document",
                    file_id="F",
                    unique_id="U",
                    name="brief.pdf",
                    mime="application/pdf",
                    size=9,
                ),
            ),
        ),
    ),
    (
        # Telegram describes an animation as a document too.
        update(
            message=message(
                animation={**FILE, "width": 1, "height": 1, "duration": 1}, document=FILE
            )
        ),
        MessageEvent(
            **HERE,
            message_id=7,
            files=(IncomingFile(kind="animation", file_id="F", unique_id="U"),),
        ),
    ),
    (
        update(message=message(voice={**FILE, "duration": 3, "mime_type": "audio/ogg"})),
        MessageEvent(
            **HERE,
            message_id=7,
            files=(IncomingFile(kind="voice", file_id="F", unique_id="U", mime="audio/ogg"),),
        ),
    ),
    (
        update(
            message=message(
                contact={"phone_number": "+8613800138000", "first_name": "Anna", "user_id": 42}
            )
        ),
        MessageEvent(**HERE, message_id=7, contact_phone="+8613800138000", contact_own=True),
    ),
    (
        update(message=message(contact={"phone_number": "+86139", "first_name": "Bo"})),
        MessageEvent(**HERE, message_id=7, contact_phone="+86139"),
    ),
    (
        update(message=message(location={"latitude": 31.5, "longitude": 121.25})),
        MessageEvent(**HERE, message_id=7, latitude=31.5, longitude=121.25),
    ),
    (
        update(message=message(text="yes", reply_to_message=message(text="?") | {"message_id": 3})),
        MessageEvent(**HERE, message_id=7, text="yes", reply_to=3, replied=WHO),
    ),
    (
        update(message=message(FORUM, text="hi", message_thread_id=5, is_topic_message=True)),
        MessageEvent(**TOPIC, thread=5, message_id=7, text="hi"),
    ),
    (
        # In a topic, every message answers the one that opened it.
        update(
            message=message(
                FORUM,
                text="hi",
                message_thread_id=5,
                is_topic_message=True,
                reply_to_message=message(
                    FORUM, forum_topic_created={"name": "Order", "icon_color": 1}
                )
                | {"message_id": 5},
            )
        ),
        MessageEvent(**TOPIC, thread=5, message_id=7, text="hi"),
    ),
    (
        # A reply in a group without topics carries a thread id as well.
        update(
            message=message({**FORUM, "is_forum": False}, text="hi", message_thread_id=5),
        ),
        MessageEvent(
            **BASE,
            chat=Chat(id=-1001, kind="supergroup", title="Support"),
            sender=WHO,
            message_id=7,
            text="hi",
        ),
    ),
    (
        update(
            message=message(
                FORUM,
                {
                    "id": 1087968824,
                    "is_bot": True,
                    "first_name": "Group",
                    "username": "GroupAnonymousBot",
                },
                sender_chat=FORUM,
                text="I am staff",
            )
        ),
        MessageEvent(
            **{
                **TOPIC,
                "sender": Sender(
                    id=1087968824, name="Group", username="GroupAnonymousBot", is_bot=True
                ),
            },
            message_id=7,
            text="I am staff",
            anonymous=True,
        ),
    ),
    (
        update(
            callback_query={
                "id": "Q1",
                "from": ANNA,
                "chat_instance": "c",
                "message": message(text="menu"),
                "data": "12.3.0",
            }
        ),
        TapEvent(**HERE, query_id="Q1", data="12.3.0", message_id=7),
    ),
    (
        # A message too old for Telegram to show it.
        update(
            callback_query={
                "id": "Q1",
                "from": ANNA,
                "chat_instance": "c",
                "message": {"message_id": 7, "date": 0, "chat": PRIVATE},
                "data": "12.3.0",
            }
        ),
        TapEvent(**HERE, query_id="Q1", data="12.3.0", message_id=7),
    ),
    (
        update(
            callback_query={
                "id": "Q1",
                "from": ANNA,
                "chat_instance": "c",
                "inline_message_id": "i",
                "game_short_name": "g",
            }
        ),
        TapEvent(**HERE, query_id="Q1", data=""),
    ),
    (
        update(
            pre_checkout_query={
                "id": "P1",
                "from": ANNA,
                "currency": "XTR",
                "total_amount": 500,
                "invoice_payload": "inv:1",
            }
        ),
        PreCheckoutEvent(
            **BASE, query_id="P1", sender=WHO, currency="XTR", amount=500, payload="inv:1"
        ),
    ),
    (
        update(
            message=message(successful_payment={**PAYMENT, "provider_payment_charge_id": "prov"})
        ),
        PaidEvent(
            **HERE,
            message_id=7,
            currency="XTR",
            amount=500,
            payload="inv:1",
            charge_id="charge",
            provider_charge_id="prov",
        ),
    ),
    (
        update(message=message(refunded_payment=PAYMENT)),
        RefundedEvent(
            **HERE, message_id=7, currency="XTR", amount=500, payload="inv:1", charge_id="charge"
        ),
    ),
    (
        update(message=message(GROUP, migrate_to_chat_id=-1002)),
        MigratedEvent(
            **BASE,
            chat=Chat(id=-50, kind="group", title="Team"),
            sender=WHO,
            new_chat_id=-1002,
        ),
    ),
    (
        update(
            my_chat_member={
                "chat": PRIVATE,
                "from": ANNA,
                "date": 1_760_000_000,
                "old_chat_member": {
                    "user": {"id": BOT, "is_bot": True, "first_name": "Bot"},
                    "status": "member",
                },
                "new_chat_member": {
                    "user": {"id": BOT, "is_bot": True, "first_name": "Bot"},
                    "status": "kicked",
                    "until_date": 0,
                },
            }
        ),
        MemberEvent(**HERE, status="kicked"),
    ),
    (
        update(
            message_reaction={
                "chat": FORUM,
                "message_id": 9,
                "user": ANNA,
                "date": 1_760_000_000,
                "old_reaction": [],
                "new_reaction": [{"type": "emoji", "emoji": "👍"}],
            }
        ),
        ReactionEvent(**TOPIC, message_id=9, emoji=("👍",)),
    ),
    (
        update(
            message=message(
                FORUM, forum_topic_closed={}, message_thread_id=5, is_topic_message=True
            )
        ),
        TopicEvent(**TOPIC, thread=5, change="closed"),
    ),
]

UNKNOWN: list[tuple[Json, str]] = [
    (
        update(
            poll_answer={
                "poll_id": "1",
                "user": ANNA,
                "option_ids": [],
                "option_persistent_ids": [],
            }
        ),
        "another kind",
    ),
    (update(), "another kind"),
    (
        update(
            message=message(sender={"id": BOT, "is_bot": True, "first_name": "Bot"}, text="mine")
        ),
        "own message",
    ),
    (
        update(message=message({"id": -9, "type": "channel", "title": "News"}, None, text="post")),
        "channel post",
    ),
    (update(message=message(GROUP, new_chat_members=[ANNA])), "service message"),
    (update(message=message(GROUP, pinned_message=message(GROUP, text="x"))), "service message"),
    (update(message=message(FORUM, migrate_from_chat_id=-50)), "migrated"),
    (
        update(
            message_reaction={
                "chat": FORUM,
                "message_id": 9,
                "actor_chat": FORUM,
                "date": 1,
                "old_reaction": [],
                "new_reaction": [],
            }
        ),
        "anonymous",
    ),
]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(("raw", "event"), CASES)
def test_events(library: str, raw: Json, event: Event) -> None:
    parsed = LIBRARIES[library](copy.deepcopy(raw))
    assert decode(parsed, bot=BOT, at=AT) == event


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(("raw", "what"), UNKNOWN)
def test_what_nobody_needs_is_only_counted(library: str, raw: Json, what: str) -> None:
    found = decode(LIBRARIES[library](copy.deepcopy(raw)), bot=BOT, at=AT)
    assert isinstance(found, UnknownEvent)
    assert found.external_id == "1001"
    assert what in found.what


def test_objects_that_are_not_as_they_should_be_do_no_harm() -> None:
    broken: list[Any] = [
        None,
        SimpleNamespace(update_id=1001),
        SimpleNamespace(update_id=1001, message=SimpleNamespace(chat=None)),
        SimpleNamespace(update_id=1001, message="text"),
    ]
    for update_ in broken:
        found = decode(update_, bot=BOT, at=AT)
        assert isinstance(found, UnknownEvent)
        assert found.what.startswith("malformed")


class _Asked:
    """A message that remembers what it is asked for, and does not say what it has."""

    model_fields_set = None

    def __init__(self, raw: Json) -> None:
        self._raw = raw
        self.names: set[str] = set()

    def __getattr__(self, name: str) -> Any:
        self.names.add(name)
        return getattr(Attributes(self._raw), name)


def test_only_messages_without_anything_special_take_the_short_way() -> None:
    """A field that decoding begins to look at has to be named there, or it would not be seen."""
    asked = _Asked(message())
    found = decode(SimpleNamespace(update_id=1001, message=asked), bot=BOT, at=AT)
    assert found == MessageEvent(**HERE, message_id=7)
    ordinary = {"chat", "from_user", "message_id", "text"}
    assert asked.names - ordinary == MORE


def _mutated(value: Any, luck: random.Random) -> Any:
    """The same structure with a few values lost, swapped or made nonsense."""
    if luck.random() < 0.06:
        return luck.choice([None, "", -1, 2**70, [], {}, "\udc80", "a\0b", True, 1.5, "private"])
    if isinstance(value, dict):
        return {k: _mutated(v, luck) for k, v in value.items() if luck.random() > 0.04}
    if isinstance(value, list):
        return [_mutated(item, luck) for item in value]
    return value


def _kept(value: Any) -> bool:
    """Whether any database can keep it: whole texts, no NUL, 64 bits."""
    if isinstance(value, str):
        return "\0" not in value and value.encode("utf-8", "ignore").decode() == value
    if isinstance(value, int):
        return -(2**63) <= value < 2**63
    if isinstance(value, tuple):
        return all(map(_kept, value))
    if is_dataclass(value):
        return all(_kept(getattr(value, field.name)) for field in fields(value))
    return value is None or isinstance(value, (float, datetime))


def test_no_update_however_malformed_is_more_than_an_event() -> None:
    luck = random.Random(20260301)
    kinds = set()
    for round_ in range(1_500):
        raw = _mutated(copy.deepcopy(CASES[round_ % len(CASES)][0]), luck)
        if isinstance(raw, dict):
            ((number, event),) = read_updates([{**raw, "update_id": 1001}], bot=BOT, at=AT)
            assert number == 1001
            assert event.external_id == "1001"
            assert _kept(event), event
            kinds.add(type(event).__name__)
    # The mutations must leave something to decode, or this proves nothing.
    assert {"UnknownEvent", "MessageEvent", "TapEvent", "PaidEvent"} <= kinds
