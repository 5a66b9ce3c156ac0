"""Every refusal code with the names of its parameters: the one list that `dialogs` has words for."""

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
    }
)
