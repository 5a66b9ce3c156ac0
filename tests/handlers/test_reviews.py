"""Ratings: asked once at a good hour, each part free to be skipped, vetted, answered once, and counted."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.handlers.house import ADMIN, CUSTOMER, MAKER, STAFF, House

ZONE = ZoneInfo("Asia/Shanghai")
OTHER = 21


async def completed(house: House, customer: int = CUSTOMER, *, language: str = "en") -> int:
    order = await house.order(customer, MAKER, language=language)
    await house.deliver(MAKER)
    await house.tap(customer, {"en": "Accept it", "zh": "验收通过"}[language])
    return order


async def rate(house: House, stars: int, words: str, customer: int = CUSTOMER) -> None:
    await house.tap(customer, "Rate it")
    await house.tap(customer, f"{stars} ⭐")
    for _ in range(3):
        await house.tap(customer, "Skip")
    await house.say(customer, words)
    await house.tap(customer, "Skip")


async def standing(house: House, subject: str) -> tuple[int, int]:
    rows = await house.rows("select * from standings where subject = :subject", subject=subject)
    return (rows[0]["stars"], rows[0]["reviews"]) if rows else (0, 0)


async def test_asked_once_at_a_good_hour_and_reminded_once(house: House) -> None:
    await house.hire(MAKER)
    order = await house.order(CUSTOMER, MAKER)
    await house.deliver(MAKER)
    # Accepted at half past nine in the evening: a day later is too late for a question.
    local = house.clock.now().astimezone(ZONE)
    await house.wait(local.replace(hour=21, minute=30) - local)
    await house.tap(CUSTOMER, "Accept it")
    await house.wait(timedelta(hours=30))
    assert await house.shown(CUSTOMER, f"review:{order}") == ""
    await house.wait(timedelta(hours=7))
    asked = await house.shown(CUSTOMER, f"review:{order}")
    assert "how was it?" in asked
    await house.tap(CUSTOMER, "Not now")
    assert await house.shown(CUSTOMER, f"review:{order}") == ""
    await house.wait(timedelta(days=4))
    assert "one tap for those who come after you" in await house.shown(CUSTOMER, f"review:{order}")
    sent = "select count(*) n from outbox where label = 'review/ask' and chat_id = 11"
    before = (await house.rows(sent))[0]["n"]
    await house.wait(timedelta(days=30))
    assert (await house.rows(sent))[0]["n"] == before


async def test_nobody_is_asked_who_has_rated(house: House) -> None:
    await house.hire(MAKER)
    order = await completed(house)
    await rate(house, 5, "Quick and careful")
    assert "Thank you for rating" in await house.shown(CUSTOMER, f"review:{order}")
    sent = "select count(*) n from outbox where label = 'review/ask'"
    before = (await house.rows(sent))[0]["n"]
    await house.wait(timedelta(days=10))
    assert (await house.rows(sent))[0]["n"] == before
    assert not [one for one in await house.buttons(CUSTOMER) if "Rate it" in one.label]


async def test_stars_that_were_given_and_left_count_when_the_reminder_would_be_due(
    house: House,
) -> None:
    await house.hire(MAKER)
    await completed(house)
    await house.tap(CUSTOMER, "Rate it")
    await house.tap(CUSTOMER, "4 ⭐")
    assert await standing(house, "service:short_video") == (0, 0)
    await house.wait(timedelta(days=5))
    assert await standing(house, "service:short_video") == (4, 1)
    (review,) = await house.rows("select * from reviews")
    assert (review["state"], review["stars"], review["text"]) == ("published", 4, "")


async def test_words_that_give_a_reason_wait_for_a_person(house: House) -> None:
    await house.hire(MAKER)
    order = await completed(house)
    await rate(house, 2, "They offered fake followers and bought reviews")
    assert "A colleague reads your words" in await house.shown(CUSTOMER, f"review:{order}")
    assert await standing(house, "service:short_video") == (0, 0)
    assert await house.shown(MAKER, f"rated:{order}") == ""
    assert "Waits for you" in await house.shown(STAFF, f"rating:{order}")
    # Nobody decides about their own: not who wrote it, not who did the work.
    for person in (CUSTOMER, MAKER):
        await house.tap(person, "Show it", chat=STAFF)
        assert (await house.rows("select state from reviews"))[0]["state"] == "waiting"
    await house.tap(ADMIN, "Show it", chat=STAFF)
    assert await standing(house, "service:short_video") == (2, 1)
    assert "was rated" in await house.shown(MAKER, f"rated:{order}")
    await house.tap(ADMIN, "Hide it", chat=STAFF)
    assert await standing(house, "service:short_video") == (0, 0)
    assert "not shown" in (await house.texts(CUSTOMER, "review/decided"))[-1]
    assert [row["action"] for row in await house.rows("select action from audit order by id")][
        -2:
    ] == ["rating.published", "rating.hidden"]


async def test_the_provider_answers_once(house: House) -> None:
    await house.hire(MAKER)
    order = await completed(house)
    await rate(house, 5, "Quick and careful, call me at 13812345678")
    (review,) = await house.rows("select * from reviews")
    assert "138" not in review["text"]
    await house.tap(MAKER, "Answer it")
    await house.say(MAKER, "We sell fake followers too")
    assert (await house.rows("select answer from reviews"))[0]["answer"] == ""
    await house.say(MAKER, "Thank you, see you again!")
    assert "see you again" in (await house.texts(CUSTOMER, "review/answered"))[-1]
    assert not [one for one in await house.buttons(MAKER) if "Answer it" in one.label]
    assert "Your answer: Thank you" in await house.shown(MAKER, f"rated:{order}")


@pytest.mark.parametrize(
    ("language", "stars", "time"),
    [("en", "5.0</b> · 1 review", "100 % on time"), ("zh", "5.0</b> · 1 条评价", "准时率 100%")],
)
async def test_the_service_card_shows_stars_punctuality_and_the_newest_words(
    house: House, language: str, stars: str, time: str
) -> None:
    await house.hire(MAKER)
    await completed(house)
    await rate(house, 5, "Quick and careful")
    await house.say(OTHER, "/start short_video", language=language)
    card = await house.shown(OTHER, "main")
    assert stars in card
    assert time in card
    assert "★★★★★ <i>Quick and careful</i>" in card


async def test_reviews_and_punctuality_decide_who_is_offered_the_next_order(house: House) -> None:
    first, second = MAKER, 31
    await house.hire(first)
    order = await house.order(CUSTOMER, first)
    # Far too late, and the customer says so.
    await house.wait(timedelta(days=20))
    await house.deliver(first)
    await house.tap(CUSTOMER, "Accept it")
    await rate(house, 1, "Three weeks late")
    (late,) = await house.rows("select late from deliveries where order_id = :order", order=order)
    assert late["late"]
    await house.hire(second)
    await house.say(OTHER, "/start short_video-standard")
    await house.say(OTHER, "Launch our new cold-brew tea, in 40 days")
    await house.tap(OTHER, "Confirm")
    await house.pay(OTHER)
    offers = await house.rows(
        "select p.user_id from offers f join people p on p.id = f.provider_id order by f.id desc"
    )
    assert offers[0]["user_id"] == second


async def test_the_effect_summary_shows_the_whole_period(house: House) -> None:
    await house.hire(MAKER)
    await house.order(CUSTOMER, MAKER)
    for figures in ("views 1000\nlikes 50", "views 2500", "views 4000\nlikes 40"):
        await house.tap(MAKER, "📈 Report")
        await house.say(MAKER, figures)
        await house.tap(MAKER, "60 %")
        await house.tap(MAKER, "Skip")
        await house.wait(timedelta(days=1))
    await house.deliver(MAKER)
    await house.tap(CUSTOMER, "Accept it")
    await house.wait(timedelta(seconds=1))
    (summary,) = await house.texts(CUSTOMER, "review/summary")
    assert "views: 1,000 → 4,000 (+300 %)" in summary
    assert "likes: 50 → 40 (-20 %)" in summary
