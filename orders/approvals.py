"""Who may approve what: nobody their own, and above a limit somebody more senior or a second
person.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from orders.money import Money
from orders.refusal import Refusal, refuse
from orders.states import Actor

#: Minor units by currency; nothing above it, and nothing at all in a currency not named.
DEFAULT_SUPPORT_LIMITS: Mapping[str, int] = MappingProxyType(
    {"CNY": 50_000, "USD": 7_000, "EUR": 7_000, "XTR": 3_500}
)
DEFAULT_TRANSFER_LIMITS: Mapping[str, int] = MappingProxyType(
    {"CNY": 500_000, "USD": 70_000, "EUR": 70_000}
)


@dataclass(frozen=True, slots=True)
class Limits:
    """Up to which amount support approves a refund alone, and one person of finance a transfer."""

    support: Mapping[str, int] = field(default_factory=lambda: DEFAULT_SUPPORT_LIMITS, hash=False)
    transfer: Mapping[str, int] = field(default_factory=lambda: DEFAULT_TRANSFER_LIMITS, hash=False)


LIMITS = Limits()


def check_refund_approval(
    amount: Money,
    role: Actor,
    approver: int,
    requester: int,
    customer: int,
    limits: Limits = LIMITS,
) -> Refusal | None:
    """None when this person (user ids) may approve a refund of that amount.

    Support up to its limit, a lead any amount, nobody else; neither who asked for it nor who gets
    it.
    """
    if role not in {Actor.SUPPORT, Actor.LEAD}:
        return refuse("approval_role", role=role)
    if approver in {requester, customer}:
        return refuse("approval_own")
    limit = Money(limits.support.get(amount.currency, 0), amount.currency)
    if role is Actor.SUPPORT and amount > limit:
        return refuse("approval_above_limit", limit=limit)
    return None


def confirm_transfer(
    amount: Money,
    role: Actor,
    person: int,
    confirmed_by: Collection[int],
    customer: int,
    limits: Limits = LIMITS,
) -> bool | Refusal:
    """One more person of finance says that a transfer came in or went out.

    True: that settles it. False: above the limit, a second person is needed. `confirmed_by` are
    those who confirmed before; the same person does not count twice.
    """
    if role is not Actor.FINANCE:
        return refuse("approval_role", role=role)
    if person == customer:
        return refuse("approval_own")
    if person in confirmed_by:
        return refuse("approval_same_person")
    limit = limits.transfer.get(amount.currency, 0)
    return amount.amount <= limit or len(set(confirmed_by)) >= 1
