"""Changes are vetted like briefs: no provider reads what the rules refuse or want a person to read first."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.events import IncomingFile
from tests.handlers.house import ADMIN, CUSTOMER, MAKER, STAFF, House
from tests.surfaces import SURFACES

FAKES = {"zh": "另外帮我们店铺刷单，刷一千个好评", "en": "Also buy 10k real followers for our page"}
DOUBTFUL = {"zh": "另外包涨粉", "en": "And guaranteed followers for our page"}
HARMLESS = {"zh": "再加一个结尾镜头", "en": "One more scene at the end"}
NOT_SOLD = {"zh": "您的需求看起来像是刷赞", "en": "This reads like bought likes"}
LABELS = {
    "en": ("Change the order", "What is to be done", "Ask for it", "Another plan"),
    "zh": ("变更订单", "改内容", "提交变更", "换套餐"),
}


async def wish(house: House, words: str, language: str = "en") -> None:
    start, about, ask, _ = LABELS[language]
    await house.tap(CUSTOMER, start)
    await house.tap(CUSTOMER, about)
    await house.say(CUSTOMER, words, language=language)
    await house.tap(CUSTOMER, ask)


async def bigger_plan(house: House) -> None:
    """From "standard" to a plan beyond the amount from which a person looks at an order."""
    start, _, ask, about = LABELS["en"]
    await house.tap(CUSTOMER, start)
    await house.tap(CUSTOMER, about)
    await house.tap(CUSTOMER, "Premium")
    await house.tap(CUSTOMER, ask)


async def reads(house: House, chat: int) -> str:
    """All that was ever put into a chat, as it was sent or stands there."""
    rows = await house.rows(
        "select body as text from outbox where chat_id = :chat and kind = 'send' "
        f"union all select content from {SURFACES} where chat_id = :chat",
        chat=chat,
    )
    return "\n".join(str(json.loads(row["text"]).get("text")) for row in rows if row["text"])


async def changes(house: House) -> list[str]:
    return [str(row["state"]) for row in await house.rows("select state from change_requests")]


async def labels(house: House, chat: int) -> list[str]:
    return [button.label for button in await house.buttons(chat)]


async def notices(house: House, chat: int) -> int:
    """How often the change was sent into a chat anew."""
    rows = await house.rows(
        "select body from outbox where chat_id = :chat and label = 'change/notice'", chat=chat
    )
    return sum(bool(json.loads(row["body"]).get("anew")) for row in rows)


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_what_the_rules_refuse_goes_nowhere_and_can_be_put_differently(
    house: House, language: str
) -> None:
    await house.hire(MAKER)
    order = await house.order(CUSTOMER, MAKER, language=language)
    await wish(house, FAKES[language], language)
    assert NOT_SOLD[language] in await reads(house, CUSTOMER)
    assert await changes(house) == []
    (row,) = await house.rows("select * from vettings where decision = 'stopped'")
    assert (row["tier"], row["order_id"]) == ("refuse", None)
    # The question stands there again: the next message is another wish.
    await house.say(CUSTOMER, HARMLESS[language], language=language)
    await house.tap(CUSTOMER, LABELS[language][2])
    assert await changes(house) == ["requested"]
    seen = await reads(house, MAKER)
    assert HARMLESS[language] in seen
    assert FAKES[language] not in seen
    assert await house.shown(STAFF, f"change:{order}") == ""


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_what_a_person_has_to_read_is_read_by_staff_before_the_provider(
    house: House, language: str
) -> None:
    await house.hire(MAKER)
    await house.order(CUSTOMER, MAKER, language=language)
    await wish(house, DOUBTFUL[language], language)
    waits = {"en": "within one business day", "zh": "我们一个工作日内"}
    assert waits[language] in await reads(house, CUSTOMER)
    notice = await house.shown(STAFF, "change:1")
    assert DOUBTFUL[language] in notice
    assert "engagement_trade" in notice
    assert "No specialist has seen this wish" in notice
    # Not by asking for it, nor by a reminder.
    await house.tap(MAKER, "🔄 The change")
    assert house.toasts == ["Our staff read this wish first; you hear of it here then."]
    before = await notices(house, STAFF)
    await house.wait(timedelta(hours=30))
    assert DOUBTFUL[language] not in await reads(house, MAKER)
    assert await notices(house, STAFF) == before + 1
    await house.tap(ADMIN, "no extra cost", chat=STAFF)
    assert await changes(house) == ["quoted"]
    assert DOUBTFUL[language] in await house.shown(MAKER, "change:1")
    assert "No specialist has seen" not in await house.shown(STAFF, "change:1")


async def test_names_of_files_are_read_too(house: House) -> None:
    await house.hire(MAKER)
    await house.order(CUSTOMER, MAKER)
    await house.tap(CUSTOMER, "Change the order")
    await house.tap(CUSTOMER, "What is to be done")
    file = IncomingFile(
        kind="document", file_id="f", unique_id="u", name="guaranteed_followers.pdf"
    )
    await house.process(replace(house.said(CUSTOMER, HARMLESS["en"]), files=(file,)))
    await house.tap(CUSTOMER, "Ask for it")
    assert "engagement_trade" in await house.shown(STAFF, "change:1")
    assert HARMLESS["en"] not in await reads(house, MAKER)


async def test_what_staff_decline_the_provider_never_reads(house: House) -> None:
    await house.hire(MAKER)
    await house.order(CUSTOMER, MAKER)
    await wish(house, DOUBTFUL["en"])
    await house.tap(ADMIN, "Not possible", chat=STAFF)
    assert await changes(house) == ["declined"]
    assert DOUBTFUL["en"] not in await reads(house, MAKER)
    # The next one is no worse for it.
    await wish(house, HARMLESS["en"])
    assert HARMLESS["en"] in await reads(house, MAKER)


async def test_what_was_cleared_once_does_not_hold_back_what_comes_later(house: House) -> None:
    await house.hire(MAKER)
    await house.say(CUSTOMER, "/start short_video-standard")
    await house.say(CUSTOMER, "Guaranteed followers for our tea page, in 40 days")
    await house.tap(CUSTOMER, "Confirm")
    await house.pay(CUSTOMER)
    await house.tap(ADMIN, "Clear it", chat=STAFF)
    await house.tap(MAKER, "Accept")
    await wish(house, HARMLESS["en"])
    assert HARMLESS["en"] in await reads(house, MAKER)


async def test_a_change_that_a_provider_meets_by_taking_the_order_is_held_back_too(
    house: House,
) -> None:
    await house.hire(MAKER)
    await house.paid(CUSTOMER)
    await wish(house, DOUBTFUL["en"])
    await house.tap(MAKER, "Accept")
    await house.wait(timedelta(hours=30))
    assert DOUBTFUL["en"] not in await reads(house, MAKER)


async def test_a_bigger_plan_before_anybody_works_is_looked_at_like_a_new_order(
    house: House,
) -> None:
    await house.paid(CUSTOMER)
    await bigger_plan(house)
    # Not by the price list at once, as a plan that no rule says anything about.
    assert await changes(house) == ["requested"]
    assert "large_order" in await house.shown(STAFF, "change:1")
    await house.tap(ADMIN, "10,000", chat=STAFF)
    assert await changes(house) == ["quoted"]


async def test_a_review_under_way_shows_the_brief_and_its_reasons_as_changed(house: House) -> None:
    await house.say(CUSTOMER, "/start short_video-standard")
    await house.say(CUSTOMER, "Guaranteed followers for our tea page, in 40 days")
    await house.tap(CUSTOMER, "Confirm")
    await house.pay(CUSTOMER)
    (row,) = await house.rows("select id from orders")
    await bigger_plan(house)
    await house.tap(ADMIN, "10,000", chat=STAFF)
    await house.tap(CUSTOMER, "Accept and get the invoice")
    await house.pay(CUSTOMER)
    assert await changes(house) == ["applied"]
    (review,) = await house.rows("select reasons, decision from vettings")
    rules = {reason[0] for reason in json.loads(review["reasons"])}
    assert review["decision"] == ""
    assert {"large_order", "engagement_trade"} <= rules
    announced = await house.shown(STAFF, f"announce:{row['id']}")
    assert "large_order" in announced
    assert "Clear it" in " ".join(await labels(house, STAFF))
