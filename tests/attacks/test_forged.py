"""Buttons that were never shown, numbers that were guessed, links that were made up."""

from __future__ import annotations

import re

import pytest

from orders.numbers import ALPHABET
from tests.conversations.conftest import Stage
from tests.conversations.steps import Guest
from tests.conversations.test_vetting import DOUBTFUL
from tests.surfaces import SURFACES

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def snapshot(stage: Stage) -> dict[str, object]:
    """What an attack must not change."""
    await stage.playground.quiet()
    made: dict[str, object] = {}
    for table in ("orders", "order_history", "invoices", "payments", "refunds", "audit", "invites"):
        made[table] = await stage.rows(f"select * from {table} order by 1")
    return made


async def test_forged_callback_data_is_answered_and_does_nothing(stage: Stage) -> None:
    anna, eve = await stage.customer(), await stage.customer()
    await anna.orders()
    await eve.start()
    screen = await eve.sees(button="All services")
    before = await snapshot(stage)
    shapes = [
        *("", ".", "..", "1", "1.1", "1.1.1.1", "a.b.c", "-1.1.1", "1.-1.1", "1.1.-1", "٣.١.٠"),
        *("9" * 19 + ".1.1", "1." + "9" * 17 + ".0", "0.0.0", "1e3.1.1", " 1.1.0", "1.1.0\n"),
        *("x" * 64, "💥" * 16, "order.cancel_yes", '{"order": 1}', "1.1.0; drop table orders"),
    ]
    for data in shapes:
        if data:
            toast = await eve.forge(data, message=screen)
            assert toast.answered, data
    assert await snapshot(stage) == before
    assert await eve.last() is not None


async def test_buttons_of_somebody_else_do_nothing(stage: Stage) -> None:
    """Every button in a stranger's chat and in the staff group, tapped from the own chat."""
    anna, eve = await stage.customer(), await stage.customer()
    waiting = await anna.orders(goal=DOUBTFUL["en"])
    await anna.pay()
    await anna.sees(waiting)
    await anna.orders()
    await eve.start()
    screen = await eve.sees(button="All services")
    surfaces = await stage.rows(
        f"select id, revision, actions from {SURFACES} where chat_id in (:anna, :staff)",
        anna=anna.id,
        staff=stage.staff.id,
    )
    before = await snapshot(stage)
    tried = 0
    for surface in surfaces:
        for index in range(max(len(surface["actions"]), 1))[:3]:
            toast = await eve.forge(
                f"{surface['id']}.{surface['revision']}.{index}", message=screen
            )
            assert toast.answered
            tried += 1
    assert tried > 5
    assert await snapshot(stage) == before


async def test_a_customer_in_the_staff_group_decides_nothing(stage: Stage) -> None:
    """The staff group's buttons ask the person, not the chat."""
    anna = await stage.customer()
    number = await anna.orders(goal=DOUBTFUL["en"])
    await anna.pay()
    announced = await stage.support.at(stage.staff).sees(number, button="Clear it")
    await stage.playground.set_member(stage.staff, anna, "member")
    before = await snapshot(stage)
    for label in announced.labels:
        toast = await anna.at(stage.staff).tap(label, message=announced)
        assert toast.alert, label
    for command in (
        f"/ask {number} why",
        f"/assign {number}",
        f"/quote {number} 1 XTR 1",
        "/invite",
    ):
        await anna.at(stage.staff).say(command)
    await stage.playground.quiet()
    assert await snapshot(stage) == before
    await stage.playground.set_member(stage.staff, anna, "left")


async def test_order_numbers_of_others_do_not_exist(stage: Stage) -> None:
    anna, eve = await stage.customer(), await stage.customer()
    number = await anna.orders()
    await eve.start()
    unknown = set()
    neighbours = [number[:-1] + letter for letter in ALPHABET[:8]]
    for guess in (number, *neighbours, "222-2222", "ABC-2345"):
        await eve.say(f"/order {guess}")
        seen = await eve.sees(f"I find no order of yours with the number {guess}.")
        unknown.add(seen.text.replace(guess.upper(), "N").replace(guess, "N"))
    # The number that exists is answered in the same words as those that do not.
    assert len(unknown) == 1
    assert number not in {one.text for one in await eve.messages() if "Waiting" in one.text}
    # One wrong character is never another number.
    mine = await stage.rows("select number from orders")
    assert not {row["number"] for row in mine} & set(neighbours) - {number}


async def test_made_up_links_open_nothing(stage: Stage) -> None:
    anna, eve = await stage.customer(), await stage.customer()
    number = await anna.orders()
    (invoice,) = await stage.of_order("invoices", number, "token")
    before = await snapshot(stage)
    for payload in (
        *("join_", "join_" + "0" * 32, "join_" + "f" * 32, "join_" + "F" * 33, "pay_", "pay_0"),
        *(f"pay_{invoice[0]}", f"pay_{invoice[0][:-1]}", "short_video-", "-", "--", "a" * 64),
        *("short_video-premium-x", "../../etc", "join_" + "é" * 5),
    ):
        if re.fullmatch(r"[\w-]{0,64}", payload, re.ASCII):
            await eve.start(payload)
        else:
            await eve.say(f"/start {payload}")
    # Of several screens in a row only the newest is sent: once more, alone.
    await stage.playground.quiet()
    await eve.start(f"pay_{invoice[0]}")
    await eve.sees("belongs to somebody else")
    assert await snapshot(stage) == before
    assert number not in "".join(one.text for one in await eve.messages())
    assert (
        await stage.rows(
            "select 1 from providers where person_id in "
            "(select id from people where user_id = :id)",
            id=eve.id,
        )
        == []
    )


async def test_an_invitation_is_good_for_one_person_and_a_week(stage: Stage) -> None:
    admin = stage.admin.at(stage.staff)
    links = []
    for _ in range(2):
        await admin.say("/invite agent")
        seen = await admin.sees(re.compile(r"start=(join_[0-9a-f]{32})"))
        found = re.search(r"join_[0-9a-f]{32}", seen.text)
        assert found is not None
        links.append(found[0])
    stored = "".join(
        row["token_hash"] for row in await stage.rows("select token_hash from invites")
    )
    assert all(link.removeprefix("join_") not in stored for link in links)
    anna, eve = await stage.customer(), await stage.customer()
    await anna.start(links[0])
    await stage.playground.quiet()
    await eve.start(links[0])
    await eve.sees("invitation")
    await stage.playground.advance(days=8)
    await eve.start(links[1])
    await stage.playground.quiet()
    roles = await stage.rows(
        "select user_id from staff_roles where user_id in (:a, :e)", a=anna.id, e=eve.id
    )
    assert roles == [{"user_id": anna.id}]
    # A token is random: its digits may look like a card's number.
    await eve.start("join_a4111111111111111" + "b" * 15)
    await eve.sees("invitation")
    await admin.say(f"/role remove agent {anna.id}")


async def test_terms_cannot_be_passed_by(stage: Stage) -> None:
    """No order without a consent to today's terms, by whatever door."""
    eve = await stage.customer()
    number = await paid_by_doors(stage, eve)
    rows = await stage.rows(
        "select o.number from orders o where o.state not in ('draft') and not exists "
        "(select 1 from consents c where c.person_id = o.customer_id and c.at <= o.confirmed_at)"
    )
    assert rows == []
    consents = await stage.rows(
        "select terms_version from consents c join people p on p.id = c.person_id "
        "where p.user_id = :id",
        id=eve.id,
    )
    assert len(consents) == 1
    assert number


async def paid_by_doors(stage: Stage, eve: Guest) -> str:
    """Tries to reach the invoice without the summary: old buttons, commands, the link of an invoice."""
    await eve.to_summary()
    summary = await eve.sees("Please check your order")
    assert "/terms" in summary.text
    await eve.start("short_video-standard")
    await eve.say("/start pay_" + "0" * 32)
    surface = await stage.rows(
        f"select id, revision from {SURFACES} where chat_id = :chat and subject = 'main'",
        chat=eve.id,
    )
    for index in range(6):
        await eve.forge(f"{surface[0]['id']}.1.{index}", message=summary)
    await stage.playground.quiet()
    assert not [one for one in await eve.messages() if one.invoice]
    return await eve.orders()
