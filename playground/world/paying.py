"""A person pays an invoice: the app's side of Telegram's payments.

The order of things is Telegram's: shipping query if the price depends on the address, then the
pre-checkout query, answered within 10 s or the payment is cancelled, then the charge, then the
service message `successful_payment` in the payer's chat with the bot.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal

from playground.world import membership, posting, wire
from playground.world.model import Bot, Charge, Chat, Json, Message, Person
from playground.world.world import World

Outcome = Literal["approve", "decline", "abandon", "duplicate", "late", "again", "other_amount"]
#: Virtual seconds a bot has for its answers (Telegram Bot API: answerPreCheckoutQuery).
ANSWER_WITHIN = 10.0


class CannotPay(Exception):
    """The person's app offers no payment here; the message says why."""


@dataclass
class Sheet:
    """The payment sheet a person has open."""

    bot: Bot
    person: Person
    #: The invoice as bots see it, and what only the payment knows.
    invoice: Json
    secret: Json
    #: The message that holds it; None for an invoice link.
    message: Message | None = None
    tip: int = 0
    shipping_option: Json | None = None

    @property
    def total(self) -> int:
        shipping = sum(int(p["amount"]) for p in (self.shipping_option or {}).get("prices", []))
        return int(self.invoice["total_amount"]) + self.tip + shipping

    def order_info(self) -> Json:
        """What the app filled in because the invoice asked for it."""
        info: Json = {}
        if self.secret.get("need_name"):
            info["name"] = self.person.name
        if self.secret.get("need_phone_number"):
            info["phone_number"] = self.person.phone or "+10000000000"
        if self.secret.get("need_email"):
            info["email"] = self.person.email or f"{self.person.id}@example.com"
        if self.secret.get("need_shipping_address") or self.secret.get("is_flexible"):
            info["shipping_address"] = address()
        return info


def address() -> Json:
    return {
        "country_code": "SG",
        "state": "",
        "city": "Singapore",
        "street_line1": "1 Harbour Road",
        "street_line2": "",
        "post_code": "099253",
    }


@dataclass
class Cashier:
    """Takes payments; keeps hold of those that are still under way."""

    world: World
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def pay(self, sheet: Sheet, outcome: Outcome, amount: int | None, delay: float) -> Json:
        """Pay as asked. `amount` and `delay` belong to `other_amount` and `late`."""
        paid = sheet.message is not None and bool(sheet.secret["paid"])
        if paid and outcome != "again":
            raise CannotPay("this invoice is paid; the outcome 'again' pays it once more")
        if outcome == "abandon":
            return {"result": "abandoned"}
        if sheet.secret.get("is_flexible") and (stopped := await self._ship(sheet)):
            return stopped
        started = self.world.clock.now()
        answer = await self._ask(sheet, "pre_checkout_query", self._checkout(sheet))
        if answer is not None and not answer["ok"]:
            return {"result": "refused", "error_message": answer["error_message"]}
        if answer is None and outcome != "late":
            return {"result": "timeout"}
        if outcome == "decline":
            return {"result": "declined"}
        charged = sheet.total
        if outcome == "other_amount":
            charged = amount if amount is not None else sheet.total + 1
        charge = self._charge(sheet, charged)
        if outcome == "late":
            self._later(self._settle_at(sheet, charge, started + max(delay, ANSWER_WITHIN)))
            return {"result": "late", "charge_id": charge.id}
        self._settle(sheet, charge, copies=2 if outcome == "duplicate" else 1)
        return {"result": "paid", "charge_id": charge.id}

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def stop(self) -> None:
        """Drop payments that wait for their hour; the process ends."""
        for task in list(self._under_way):
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _ask(self, sheet: Sheet, kind: str, payload: Json) -> Json | None:
        """Ask the bot and wait for its answer; None when it did not come in time."""
        query = self.world.queries.ask(kind, sheet.bot.id, sheet.person.id, ANSWER_WITHIN)
        membership.tell(
            self.world,
            sheet.bot,
            kind,
            {"id": query.id, "from": wire.person_user(sheet.person), **payload},
        )
        self.world.flush()
        await self.world.queries.wait(query, until=query.expires)
        return query.answer

    async def _ship(self, sheet: Sheet) -> Json | None:
        """Ask for shipping options, take the first. Returns what ends the payment, if it does."""
        payload = {"invoice_payload": sheet.secret["payload"], "shipping_address": address()}
        answer = await self._ask(sheet, "shipping_query", payload)
        if answer is None:
            return {"result": "timeout"}
        if not answer["ok"]:
            return {"result": "refused", "error_message": answer["error_message"]}
        sheet.shipping_option = answer["options"][0]
        return None

    def _checkout(self, sheet: Sheet) -> Json:
        return {
            "currency": sheet.invoice["currency"],
            "total_amount": sheet.total,
            "invoice_payload": sheet.secret["payload"],
            **self._details(sheet),
        }

    @staticmethod
    def _details(sheet: Sheet) -> Json:
        details: Json = {}
        if sheet.shipping_option is not None:
            details["shipping_option_id"] = sheet.shipping_option["id"]
        if info := sheet.order_info():
            details["order_info"] = info
        return details

    def _charge(self, sheet: Sheet, amount: int) -> Charge:
        charge = Charge(
            id=f"{'stx' if sheet.invoice['currency'] == 'XTR' else 'tg'}{self.world.token(28)}",
            provider_id=f"{sheet.bot.id}_{self.world.number('charge')}",
            bot=sheet.bot.id,
            person=sheet.person.id,
            currency=sheet.invoice["currency"],
            amount=amount,
            payload=sheet.secret["payload"],
            at=self.world.clock.date(),
        )
        self.world.add(charge)
        return charge

    async def _settle_at(self, sheet: Sheet, charge: Charge, when: float) -> None:
        await self.world.clock.sleep_until(when)
        self._settle(sheet, charge)

    def _settle(self, sheet: Sheet, charge: Charge, copies: int = 1) -> None:
        """The money went through: say so in the payer's own chat with the bot."""
        chat = own_chat(self.world, sheet.bot, sheet.person)
        paid = {
            "currency": charge.currency,
            "total_amount": charge.amount,
            "invoice_payload": charge.payload,
            "telegram_payment_charge_id": charge.id,
            "provider_payment_charge_id": charge.provider_id,
            **self._details(sheet),
        }
        reply_to = None
        if sheet.message is not None:
            sheet.secret["paid"].append(charge.id)
            posting.touch(self.world, sheet.message)
            if sheet.message.chat == chat.key:
                reply_to = sheet.message.id
        message = posting.post(
            self.world,
            chat,
            sheet.person.id,
            {"successful_payment": paid},
            reply_to=reply_to,
            service=True,
        )
        for _ in range(copies - 1):
            posting.announce(self.world, chat, message)
        self.world.flush()


def own_chat(world: World, bot: Bot, person: Person) -> Chat:
    """The payer's private chat with the bot; paying opens it."""
    chat = world.private_chat(bot, person)
    if bot.id not in person.started:
        person.started.append(bot.id)
        world.touch(person)
    return chat


def refund(world: World, charge: Charge) -> None:
    """Give a Stars payment back, whole; both sides see a service message."""
    charge.refunded_at = world.clock.date()
    world.touch(charge)
    bot, person = world.bots[charge.bot], world.people[charge.person]
    refunded = {
        "currency": charge.currency,
        "total_amount": charge.amount,
        "invoice_payload": charge.payload,
        "telegram_payment_charge_id": charge.id,
        "provider_payment_charge_id": charge.provider_id,
    }
    chat = world.private_chat(bot, person)
    posting.post(world, chat, person.id, {"refunded_payment": refunded}, service=True)
