"""Paying from the control API: which invoice, by whom."""

from __future__ import annotations

from playground.sim import bodies, lookup
from playground.sim.errors import Refused
from playground.world.model import Chat, Json, Message, Person
from playground.world.paying import CannotPay, Cashier, Sheet
from playground.world.world import World


async def pay(world: World, cashier: Cashier, person_id: int, body: bodies.Pay) -> Json:
    who = lookup.person(world, person_id)
    if body.link is not None:
        sheet = _by_link(world, who, body.link)
    else:
        sheet_or_link = _by_message(world, who, body)
        if not isinstance(sheet_or_link, Sheet):
            return sheet_or_link
        sheet = sheet_or_link
    if who.deactivated:
        raise Refused(f"{who.name} deleted the account")
    try:
        return await cashier.pay(sheet, body.outcome, body.amount, float(body.delay))
    except CannotPay as error:
        raise Refused(str(error)) from error


def _by_link(world: World, who: Person, link: str) -> Sheet:
    found = world.invoice_links.get(link.rsplit("/", 1)[-1].removeprefix("$"))
    if found is None:
        raise Refused(f"there is no invoice behind {link}")
    return Sheet(world.bots[found.bot], who, found.invoice, found.secret)


def _by_message(world: World, who: Person, body: bodies.Pay) -> Sheet | Json:
    if body.forwarded_by is not None:
        owner = lookup.person(world, body.forwarded_by)
        chat = lookup.chat(world, owner, body.chat, body.bot)
    else:
        chat = lookup.chat(world, who, body.chat, body.bot)
    message = _invoice(world, chat, body)
    invoice, secret = message.content["invoice"], message.secret
    bot = world.bots[secret["bot"]]
    forwarded = body.forwarded_by not in (None, who.id)
    if forwarded and invoice["start_parameter"]:
        # Such a copy shows a link to the bot instead of a button to pay with.
        start = invoice["start_parameter"]
        url = f"https://t.me/{bot.username}?start={start}"
        return {"result": "link", "start": start, "url": url}
    if forwarded:
        # The copy is an invoice of its own: what was paid on the original does not show on it.
        secret = {**secret, "paid": []}
        return Sheet(bot, who, invoice, secret)
    return Sheet(bot, who, invoice, secret, message)


def _invoice(world: World, chat: Chat, body: bodies.Pay) -> Message:
    if body.message_id is not None:
        message = lookup.message(world, chat, body.message_id)
        if "invoice" not in message.content:
            raise Refused(f"message {message.id} is no invoice")
        return message
    invoices = [m for m in reversed(world.messages[chat.key].values()) if "invoice" in m.content]
    if not invoices:
        raise Refused(f"there is no invoice in chat {chat.id}")
    if body.outcome != "again":
        for message in invoices:
            if not message.secret["paid"]:
                return message
    else:
        for message in invoices:
            if message.secret["paid"]:
                return message
    return invoices[0]
