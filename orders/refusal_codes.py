"""Every refusal code and the names of its parameters: what `dialogs` must have words for."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

CODES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        # money
        "money_currency_unknown": ("currency",),
        "money_not_a_number": ("given",),
        "money_negative": ("given",),
        "money_too_large": ("maximum",),
        "money_decimals": ("currency", "decimals"),
        # brief
        "goal_no_words": (),
        "goal_too_short": ("minimum", "length"),
        "goal_too_long": ("maximum", "length"),
        "requirements_empty": (),
        "requirements_too_long": ("maximum", "length"),
        "notes_empty": (),
        "notes_too_long": ("maximum", "length"),
        "card_number": (),
        "attachment_kind": ("kind", "allowed"),
        "attachment_too_big": ("maximum_mb", "name"),
        "attachment_twice": ("name",),
        "attachments_too_many": ("maximum",),
        "deadline_past": ("wanted", "earliest"),
        "deadline_too_early": ("wanted", "earliest", "period_days"),
        "deadline_too_far": ("wanted", "latest"),
        # quote and methods
        "quote_no_price": ("plan", "currency"),
        "quote_no_deadline": ("plan",),
        "methods_nature": ("nature", "allowed"),
        "methods_empty": ("nature", "allowed"),
        "methods_unknown": ("nature", "method", "allowed"),
        "methods_twice": ("nature",),
        "methods_none_enabled": ("nature", "allowed"),
        "methods_no_price": ("nature", "allowed"),
        # lifecycle
        "order_not_yours_to_move": ("transition", "actor"),
        "order_own": ("transition",),
        "order_wrong_state": ("transition", "state"),
        "order_moved_on": ("state",),
        "order_on_hold": (),
        "timer_not_due": ("transition",),
        "brief_incomplete": (),
        "consent_needed": (),
        "expire_payment_under_way": ("until",),
        "expire_proof_waiting": (),
        "order_unpaid": (),
        "order_not_transfer": (),
        "order_price_changed": (),
        "order_revived": (),
        "order_marked_late": (),
        "order_not_due": (),
        "order_not_late_enough": ("possible",),
        "order_delivered_before": (),
        "order_without_provider": (),
        "delivery_empty": (),
        "delivery_checklist": (),
        "extensions_used": ("maximum",),
        "revisions_used": ("used", "allowed"),
        "percent_out_of_range": ("minimum", "maximum"),
        "cancel_not_proposed": (),
        "cancel_own_proposal": (),
        "reason_needed": (),
        "reopen_too_late": ("until",),
        # payments
        "attempt_wrong_state": ("state", "target"),
        "pay_unknown_invoice": (),
        "pay_not_yours": ("order",),
        "pay_already_paid": ("order",),
        "pay_cancelled": ("order",),
        "pay_voided": ("order",),
        "pay_expired": ("order",),
        "pay_wrong_currency": ("wanted",),
        "pay_wrong_amount": ("wanted",),
        "pay_price_changed": ("order",),
        "pay_under_way": ("until",),
    }
)
