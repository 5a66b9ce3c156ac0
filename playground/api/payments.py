"""Invoices and Stars (Telegram Bot API: payments)."""

from __future__ import annotations

from typing import Any

from playground.api import keyboards, targets
from playground.api.errors import BadRequest
from playground.api.messages import deliver
from playground.api.request import Call
from playground.world import wire
from playground.world.model import Charge, InvoiceLink, Json
from playground.world.money import ABSOLUTE_MOST, CURRENCIES, STARS, bounds
from playground.world.paying import refund

_ASKED = ("need_name", "need_phone_number", "need_email", "need_shipping_address", "is_flexible")


def prices(call: Call) -> list[Json]:
    """The checked prices of an invoice. Raises BadRequest."""
    given: Any = call.json("prices")
    if not isinstance(given, list):
        raise BadRequest("expected an Array of labeled prices")
    if not given:
        raise BadRequest("there must be at least one price")
    for one in given:
        if not isinstance(one, dict):
            raise BadRequest("can't parse labeled price: LabeledPrice must be an Object")
        for name in ("label", "amount"):
            if name not in one:
                raise BadRequest(f"can't parse labeled price: Can't find field \"{name}\"")
        if not isinstance(one["label"], str):
            raise BadRequest('can\'t parse labeled price: Field "label" must be of type String')
        try:
            amount = int(one["amount"])
        except (TypeError, ValueError) as error:
            raise BadRequest(
                'can\'t parse labeled price: Field "amount" must be of type Number'
            ) from error
        if abs(amount) > ABSOLUTE_MOST:
            raise BadRequest("CURRENCY_TOTAL_AMOUNT_INVALID")
    return given


def _texts(call: Call) -> Json:
    title, description = call.text("title").strip(), call.text("description").strip()
    if not 1 <= len(title) <= 32:
        raise BadRequest("MESSAGE_TITLE_INVALID" if title else 'parameter "title" is required')
    if not 1 <= len(description) <= 255:
        raise BadRequest(
            "MESSAGE_DESCRIPTION_INVALID" if description else 'parameter "description" is required'
        )
    if not 1 <= len(call.text("payload").encode()) <= 128:
        raise BadRequest("INVOICE_PAYLOAD_INVALID")
    return {"title": title, "description": description}


def _tips(call: Call) -> Json:
    most = call.integer("max_tip_amount", 0)
    suggested = call.json("suggested_tip_amounts") or []
    if not isinstance(suggested, list) or len(suggested) > 4:
        raise BadRequest("there can be at most 4 suggested tip amounts")
    if any(tip <= 0 or tip > most for tip in suggested) or suggested != sorted(set(suggested)):
        raise BadRequest("INVOICE_TIP_AMOUNTS_INVALID")
    if most < 0 or most > ABSOLUTE_MOST:
        raise BadRequest("INVOICE_TIP_AMOUNTS_INVALID")
    return {"max_tip_amount": most, "suggested_tip_amounts": suggested}


def invoice(call: Call) -> tuple[Json, Json]:
    """The invoice as bots see it, and what only the payment knows. Raises BadRequest."""
    words = _texts(call)
    lines = prices(call)
    tips = _tips(call)
    token, currency = call.text("provider_token"), call.text("currency")
    total = sum(int(line["amount"]) for line in lines)
    if currency == STARS:
        if token or len(lines) != 1 or tips["max_tip_amount"] or call.flag("is_flexible"):
            raise BadRequest("STARS_INVOICE_INVALID")
    else:
        if not token or "INVALID" in token:
            raise BadRequest("PAYMENT_PROVIDER_INVALID")
        if currency not in CURRENCIES:
            raise BadRequest("CURRENCY_INVALID")
    least, most = bounds(currency)
    if not least <= total <= most:
        raise BadRequest("CURRENCY_TOTAL_AMOUNT_INVALID")
    shown = {
        **words,
        "start_parameter": call.text("start_parameter"),
        "currency": currency,
        "total_amount": total,
    }
    secret = {
        "payload": call.text("payload"),
        "provider_token": token,
        "prices": [{"label": line["label"], "amount": int(line["amount"])} for line in lines],
        **tips,
        **{name: True for name in _ASKED if call.flag(name)},
        "photo_url": call.text("photo_url"),
        "bot": call.bot.id,
        "paid": [],
    }
    return shown, secret


def send_invoice(call: Call) -> Json:
    chat = targets.writable_chat(call)
    start = call.text("start_parameter")
    if not keyboards.start_parameter(start):
        raise BadRequest("START_PARAM_INVALID")
    shown, secret = invoice(call)
    markup = keyboards.markup(call, chat, invoice=True)
    targets.keep_pace(call, chat)
    sent = deliver(call, chat, {"invoice": shown}, markup=markup, secret=secret)
    return wire.message(call.world, sent)


def create_invoice_link(call: Call) -> str:
    shown, secret = invoice(call)
    if call.integer("subscription_period"):
        raise BadRequest("SUBSCRIPTION_PERIOD_INVALID")
    slug = call.world.token(16)
    call.world.add(InvoiceLink(slug, call.bot.id, shown, secret))
    return f"https://t.me/${slug}"


def _stars(call: Call) -> list[Charge]:
    return [
        charge
        for charge in call.world.charges.values()
        if charge.bot == call.bot.id and charge.currency == STARS
    ]


def refund_star_payment(call: Call) -> bool:
    charge = call.world.charges.get(call.text("telegram_payment_charge_id"))
    person = call.integer("user_id")
    if person not in call.world.people:
        raise BadRequest("USER_ID_INVALID")
    if charge is None or charge not in _stars(call) or charge.person != person:
        raise BadRequest("CHARGE_ID_INVALID")
    if charge.refunded_at is not None:
        raise BadRequest("CHARGE_ALREADY_REFUNDED")
    refund(call.world, charge)
    return True


def get_my_star_balance(call: Call) -> Json:
    return {"amount": sum(one.amount for one in _stars(call) if one.refunded_at is None)}


def get_star_transactions(call: Call) -> Json:
    offset = call.integer("offset", 0, 0)
    limit = call.integer("limit", 100, 1, 100)
    rows: list[Json] = []
    for charge in _stars(call):
        partner = {
            "type": "user",
            "transaction_type": "invoice_payment",
            "user": wire.user(call.world, charge.person),
        }
        base = {"id": charge.id, "amount": charge.amount}
        rows.append(
            {
                **base,
                "date": charge.at,
                "source": {**partner, "invoice_payload": charge.payload},
            }
        )
        if charge.refunded_at is not None:
            rows.append({**base, "date": charge.refunded_at, "receiver": partner})
    rows.sort(key=lambda row: row["date"])
    return {"transactions": rows[offset : offset + limit]}
