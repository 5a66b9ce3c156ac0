"""From the settings to what the handlers know of the business."""

from __future__ import annotations

from datetime import timedelta

from bot.cancel_file import read_cancelling
from bot.replies_file import read_replies
from bot.settings import Settings
from bot.vetting_file import read_rules
from handlers.business import Business, Support
from orders.approvals import Limits
from orders.methods import Method, MethodPolicy


def business_of(settings: Settings, bot_username: str) -> Business:
    """A method counts as set up when what it needs is given: the provider's token, bank details.

    Raises RulesErrors when the vetting rules have mistakes.
    """
    details = {"zh": settings.bank_details_zh, "en": settings.bank_details_en}
    details = {language: text for language, text in details.items() if text}
    enabled = {Method.STARS}
    if settings.provider_token.get_secret_value():
        enabled.add(Method.PROVIDER)
    if details:
        enabled.add(Method.TRANSFER)
    return Business(
        name=settings.business_name,
        zone=settings.timezone,
        bot_username=bot_username,
        contact=settings.contact,
        default_language=settings.default_language,
        staff_language=settings.staff_language or settings.default_language,
        providers_language=settings.providers_language or settings.default_language,
        policy=policy_of(settings),
        enabled=frozenset(enabled),
        bank_details=details,
        staff_chat=settings.staff_chat,
        providers_chat=settings.providers_chat,
        finance=frozenset(settings.finance_ids),
        admins=frozenset(settings.admin_ids),
        terms_version=settings.terms_version,
        quiet=(settings.quiet_hours.start, settings.quiet_hours.end),
        fee_percent=settings.fee_percent,
        contact_masking=settings.contact_masking,
        support_chat=settings.support_chat,
        support=Support(
            hours=settings.support_hours.working(settings.timezone, settings.support_holidays),
            reply_within=timedelta(minutes=settings.support_reply_within),
            idle=timedelta(hours=settings.support_idle_hours),
            notes_first=settings.support_notes_first,
            digest=settings.support_digest,
            canned=read_replies(settings.replies_file),
        ),
        nudge_after=timedelta(minutes=settings.nudge_after),
        rules=read_rules(settings.vetting_file),
        flood_limit=settings.flood_limit,
        unpaid_limit=settings.unpaid_limit,
        limits=Limits(
            support=settings.refund_limits.by_currency,
            transfer=settings.transfer_limits.by_currency,
        ),
        cancelling=read_cancelling(settings.cancelling_file),
    )


def policy_of(settings: Settings) -> MethodPolicy:
    """Which services may be paid in which way."""
    return MethodPolicy(
        {
            "digital": tuple(Method(name) for name in settings.methods_digital),
            "real_world": tuple(Method(name) for name in settings.methods_real_world),
        }
    )
