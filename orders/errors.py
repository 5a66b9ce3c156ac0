"""The error tree of the rules.

These are mistakes of the calling code; what a person did wrong is a Refusal.
"""

from __future__ import annotations


class OrdersError(Exception):
    """The rules were called in a way that makes no sense. The message says what to change."""


class CurrencyMismatch(OrdersError, ValueError):
    """Two amounts of different currencies were combined: convert one first, or keep them apart."""


class BadRefusal(OrdersError, ValueError):
    """A refusal with an unregistered code or other parameters: amend orders.refusal_codes."""


class UnbalancedEntry(OrdersError, ValueError):
    """The postings of a ledger entry do not sum to zero in each currency."""


class UnknownTransition(OrdersError, LookupError):
    """No such transition in the lifecycle table: use a name of orders.lifecycle.TABLE."""


class IllegalStep(OrdersError, ValueError):
    """An invoice or a refund was to take a step that its table does not have: mend the caller, or amend the table
    (`orders.attempts`, `orders.refunds`)."""


class NaiveTime(OrdersError, ValueError):
    """A datetime without a zone was passed in: pass an aware one."""
