"""Settings about people: customers, staff, providers, support."""

from __future__ import annotations

from datetime import date, time
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator
from pydantic_settings import NoDecode

from bot import settings_values as values
from bot.amounts import Amounts
from bot.hours import SupportHours
from bot.settings_declared import Ids, Subject, setting
from orders.approvals import DEFAULT_SUPPORT_LIMITS, DEFAULT_TRANSFER_LIMITS


class People(Subject):
    """Who works here, what they may do alone, and how support works."""

    staff_chat: int | None = setting(
        None,
        "People",
        "The chat of your support staff; the bot must be in it.",
        "a chat id, or nothing",
    )
    providers_chat: int | None = setting(
        None,
        "People",
        "The chat where paid orders are announced to providers.",
        "a chat id, or nothing",
    )
    finance_ids: Ids = setting(
        "", "People", "Who may confirm bank transfers and refunds.", "a comma list of user ids"
    )
    admin_ids: Ids = setting("", "People", "Who may do everything.", "a comma list of user ids")

    fee_percent: int = setting(
        20,
        "People",
        "What the house keeps of an order's price, in percent; the provider gets the rest.",
        "0 to 100",
        ge=0,
        le=100,
    )
    refund_limits: Annotated[Amounts, NoDecode, BeforeValidator(values.amounts)] = setting(
        str(Amounts.of(DEFAULT_SUPPORT_LIMITS)),
        "People",
        "Up to which amount of one order an agent approves the refunds that a colleague asks for; above it a team "
        "lead has to. A currency that is not named: always a lead.",
        "a comma list such as CNY 500, XTR 3500; or off",
    )
    transfer_limits: Annotated[Amounts, NoDecode, BeforeValidator(values.amounts)] = setting(
        str(Amounts.of(DEFAULT_TRANSFER_LIMITS)),
        "People",
        "Up to which amount one person of finance confirms that a bank transfer came in, or was sent back; above it "
        "two have to. A currency that is not named: always two.",
        "a comma list such as CNY 5000, USD 700; or off",
    )
    flood_limit: int = setting(
        60,
        "People",
        "Messages and taps a minute that one person is answered; more wait for the next minute. 0: no limit.",
        "0 to 1000",
        ge=0,
        le=1000,
    )
    unpaid_limit: int = setting(
        10,
        "People",
        "Orders that one person can have waiting for payment or for a quote. 0: no limit.",
        "0 to 1000",
        ge=0,
        le=1000,
    )
    contact_masking: bool = setting(
        True,
        "People",
        "Cover phone numbers, addresses and messenger names in what customers and providers write to each other.",
        "true or false",
    )

    support_chat: int | None = setting(
        None,
        "Support",
        "The forum group in which staff take conversations over, a topic each. Nothing: the staff chat. "
        "`/support` in a group names it too.",
        "a chat id, or nothing",
    )
    support_hours: Annotated[SupportHours, NoDecode, BeforeValidator(values.hours)] = setting(
        "always",
        "Support",
        "When somebody is there, in TIMEZONE. People who ask at another time are told when you are back.",
        "spans such as Mon-Fri 09:00-18:00, Sat 10:00-14:00; or always",
    )
    support_holidays: Annotated[tuple[date, ...], NoDecode, BeforeValidator(values.days)] = setting(
        "",
        "Support",
        "Days on which nobody is there.",
        "a comma list of days such as 2026-10-01",
    )
    support_reply_within: int = setting(
        15,
        "Support",
        "Working minutes to the first reply; then a ticket goes back to the queue and everybody is alarmed.",
        "1 to 1440",
        ge=1,
        le=1440,
    )
    support_idle_hours: int = setting(
        24,
        "Support",
        "Hours without a word after a reply, until the bot goes on.",
        "1 to 168",
        ge=1,
        le=168,
    )
    support_notes_first: bool = setting(
        False,
        "Support",
        "What staff write in a topic is an internal note unless it begins with >> (otherwise: a reply unless it "
        "begins with //).",
        "true or false",
    )
    support_digest: Annotated[tuple[time, ...], NoDecode, BeforeValidator(values.times)] = setting(
        "09:00,18:00",
        "Support",
        "Times of day at which the desk gets a summary for the next shift.",
        "a comma list of HH:MM, or off",
    )
    canned_replies: Path = setting(
        Path("catalogue/replies.yaml"),
        "Support",
        "The replies staff have at hand, in every language.",
        "a YAML file",
    )
