"""Bank transfers: the picture of the receipt, and finance who confirm or reject it."""

from __future__ import annotations

import pytest

from playground.people import Seen, picture
from tests.conversations.conftest import Stage
from tests.conversations.steps import Guest

pytestmark = pytest.mark.asyncio(loop_scope="session")
both = pytest.mark.parametrize("language", ["zh", "en"])
zh = pytest.mark.parametrize("language", ["zh"])
en = pytest.mark.parametrize("language", ["en"])

RECEIVED = "Thank you, we have your receipt for <b>%(number)s</b>. We check it within one business day and write to you here; the order does not expire meanwhile."
REJECTED = "We could not find the transfer for <b>%(number)s</b> yet. Please check account and reference below, then send the receipt again; or write /paysupport."
AGAIN = "We already have a receipt for <b>%(number)s</b> and are checking it. You hear from us within one business day."
OWN = "This is your own payment; a colleague has to confirm it."
ONLY_FINANCE = "Only finance staff may confirm this."


async def proofs(stage: Stage, number: str) -> list[str]:
    await stage.playground.quiet()
    rows = await stage.rows(
        "select p.state from proofs p join invoices i on i.id = p.invoice_id "
        "join orders o on o.id = i.order_id where o.number = :number order by p.id",
        number=number,
    )
    return [row["state"] for row in rows]


async def at_staff(stage: Stage, number: str) -> Seen:
    return await stage.finance.at(stage.staff).sees(number, button="Money is there", ever=True)


async def with_proof(stage: Stage, language: str) -> tuple[Guest, str]:
    anna = await stage.customer(language)
    number = await anna.by_transfer()
    await anna.send_photo()
    await anna.hears(RECEIVED, number)
    return anna, number


@both
async def test_details_reference_proof_and_receipt(stage: Stage, language: str) -> None:
    anna = await stage.customer(language)
    number = await anna.by_transfer()
    details = await anna.sees(number, {"zh": "测试银行", "en": "Test Bank"}[language])
    reference = (await stage.of_order("invoices", number, "number"))[0][0]
    assert reference in details.text
    await anna.send_photo()
    await anna.hears(RECEIVED, number)
    await stage.playground.quiet()
    assert details.message_id not in [one.message_id for one in await anna.messages()]
    card = await anna.card(number)
    assert anna.t("we confirm your transfer, within one business day") in card.text
    proof = await at_staff(stage, number)
    assert proof.photo is not None
    assert reference in proof.text
    await stage.finance.at(stage.staff).tap("Money is there", message=proof)
    await anna.hears("Payment received, thank you!", number)
    assert await proofs(stage, number) == ["confirmed"]
    assert await stage.of_order("payments", number, "gateway", "outcome") == [
        ("transfer", "credited")
    ]
    decided = await stage.finance.at(stage.staff).sees(number, "Confirmed")
    assert decided.labels == []


@both
async def test_rejected_and_sent_again(stage: Stage, language: str) -> None:
    anna, number = await with_proof(stage, language)
    proof = await at_staff(stage, number)
    await stage.finance.at(stage.staff).tap("Not found", message=proof)
    await anna.hears(REJECTED, number)
    await anna.hears("Reference: <code>%(reference)s</code>", number)
    assert await stage.state(number) == "awaiting_payment"
    await anna.send_document(b"%PDF receipt", "receipt.pdf")
    await anna.hears(RECEIVED, number)
    second = await at_staff(stage, number)
    assert second.document is not None
    await stage.finance.at(stage.staff).tap("Money is there", message=second)
    await anna.hears("Payment received, thank you!", number)
    assert await proofs(stage, number) == ["rejected", "confirmed"]


async def test_a_proof_rejected_after_the_three_days_leaves_time_to_answer(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.by_transfer()
    await stage.playground.advance(hours=70)
    await anna.send_photo()
    await anna.hears(RECEIVED, number)
    await stage.playground.advance(hours=5)
    proof = await at_staff(stage, number)
    await stage.finance.at(stage.staff).tap("Not found", message=proof)
    await anna.hears(REJECTED, number)
    await stage.playground.advance(minutes=30)
    assert await stage.state(number) == "awaiting_payment"


@zh
async def test_a_second_picture_while_the_first_is_checked(stage: Stage, language: str) -> None:
    anna, number = await with_proof(stage, language)
    await anna.send_photo(picture(30, 30))
    await anna.hears(AGAIN, number)
    assert await proofs(stage, number) == ["waiting"]


async def test_an_album_is_one_proof(stage: Stage) -> None:
    anna = await stage.customer()
    number = await anna.by_transfer()
    await anna.send_album(picture(50, 50), picture(51, 50))
    await anna.hears(RECEIVED, number)
    await anna.does_not_see(anna.t(AGAIN))
    assert await proofs(stage, number) == ["waiting"]


async def test_staff_without_the_right_cannot_decide(stage: Stage) -> None:
    _, number = await with_proof(stage, "en")
    proof = await at_staff(stage, number)
    for button in ("Money is there", "Not found"):
        toast = await stage.support.at(stage.staff).tap(button, message=proof)
        assert toast.alert
        assert toast.text == ONLY_FINANCE
    assert await proofs(stage, number) == ["waiting"]


async def test_nobody_confirms_their_own_proof(stage: Stage) -> None:
    bo = Guest(stage.playground, stage.finance.id, stage.finance.name, language="en")
    number = await bo.by_transfer()
    await bo.send_photo()
    await bo.hears(RECEIVED, number)
    proof = await at_staff(stage, number)
    toast = await bo.at(stage.staff).tap("Money is there", message=proof)
    assert toast.alert
    assert toast.text == OWN
    assert await proofs(stage, number) == ["waiting"]
    await stage.admin.at(stage.staff).tap("Money is there", message=proof)
    await bo.hears("Payment received, thank you!", number)


async def test_two_colleagues_decide_at_once(stage: Stage) -> None:
    anna, number = await with_proof(stage, "en")
    proof = await at_staff(stage, number)
    await stage.admin.at(stage.staff).tap("Money is there", message=proof, wait=False)
    await stage.finance.at(stage.staff).forge(await proof_button(stage, number), message=proof)
    await anna.hears("Payment received, thank you!", number)
    assert await proofs(stage, number) == ["confirmed"]
    assert len(await stage.of_order("payments", number, "id")) == 1


async def proof_button(stage: Stage, number: str) -> str:
    """Callback data of "Not found" on the proof of an order."""
    rows = await stage.rows(
        "select s.id, s.revision from surfaces s join proofs p on s.subject = 'proof:' || p.id "
        "join invoices i on i.id = p.invoice_id join orders o on o.id = i.order_id "
        "where o.number = :number",
        number=number,
    )
    return f"{rows[0]['id']}.{rows[0]['revision']}.1"


@both
async def test_cancelled_while_the_proof_waits(stage: Stage, language: str) -> None:
    """Money that finance then find goes back; a proof they reject stays without effect."""
    anna, number = await with_proof(stage, language)
    await anna.card(number)
    await anna.taps("✖️ Cancel order")
    await anna.taps("Yes, cancel it")
    await anna.hears("Order <b>%(number)s</b> is cancelled, at no cost.", number)
    proof = await at_staff(stage, number)
    button = {"zh": "Not found", "en": "Money is there"}[language]
    await stage.finance.at(stage.staff).tap(button, message=proof)
    await stage.playground.quiet()
    assert await stage.state(number) == "cancelled"
    assert await stage.of_order("invoices", number, "state") == [("voided",)]
    if language == "en":
        assert await stage.of_order("payments", number, "outcome") == [("paid_late",)]
        assert await stage.of_order("refunds", number, "way", "state") == [("task", "approved")]
        await stage.finance.at(stage.staff).sees(number, button="Returned")
    else:
        await anna.does_not_see(anna.t("Reference: <code>%(reference)s</code>"))


@en
async def test_the_link_of_a_transfer_invoice_shows_the_details_again(
    stage: Stage, language: str
) -> None:
    anna = await stage.customer(language)
    number = await anna.by_transfer()
    await anna.say("/start")
    await anna.card(number)
    await anna.taps("💳 Show the invoice")
    await anna.hears("Reference: <code>%(reference)s</code>", number)
