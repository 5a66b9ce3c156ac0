"""Roles of staff, and what each may do: one table.

Roles follow a person, never a chat: whoever merely sits in the staff group may do nothing. A person may have
several. docs/roles.md is generated from the table.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType

from orders.states import Actor


class Role(StrEnum):
    """What somebody of staff is trusted with."""

    #: speaks with people and prepares decisions
    AGENT = "agent"
    #: senior: decides what an agent may not, oversees agents
    LEAD = "lead"
    #: money in and out
    FINANCE = "finance"
    #: the operator: roles, groups, and everything else
    ADMIN = "admin"


class Action(StrEnum):
    """What only staff may do. Customers' and providers' own doings need no role."""

    ORDER_READ = "order.read"
    ORDER_QUOTE = "order.quote"
    ORDER_ASSIGN = "order.assign"
    ORDER_CHANGE = "order.change"
    ORDER_REOPEN = "order.reopen"
    ORDER_RULE = "order.rule"
    REVIEW_DECIDE = "review.decide"
    REVIEW_HIDE = "review.hide"
    TICKET_ANSWER = "ticket.answer"
    TICKET_OVERSEE = "ticket.oversee"
    TICKET_TRANSCRIPT = "ticket.transcript"
    CANNED_EDIT = "canned.edit"
    DISPUTE_OPEN = "dispute.open"
    DISPUTE_MEDIATE = "dispute.mediate"
    DISPUTE_RULE = "dispute.rule"
    PROOF_DECIDE = "proof.decide"
    CASE_RETURN = "case.return"
    REFUND_REQUEST = "refund.request"
    REFUND_APPROVE = "refund.approve"
    REFUND_APPROVE_ANY = "refund.approve_any"
    REFUND_CONFIRM = "refund.confirm"
    PAYOUT = "payout"
    PROVIDER_INVITE = "provider.invite"
    PROVIDER_REMOVE = "provider.remove"
    STAFF_READ = "staff.read"
    STAFF_MANAGE = "staff.manage"
    GROUP_PURPOSE = "group.purpose"
    AUDIT_READ = "audit.read"


#: What each action is, for docs/roles.md.
MEANING: Mapping[Action, str] = MappingProxyType(
    {
        Action.ORDER_READ: "look up any order",
        Action.ORDER_QUOTE: "name price and days of a custom request",
        Action.ORDER_ASSIGN: "give an order to a provider",
        Action.ORDER_CHANGE: "quote a change of an order",
        Action.ORDER_REOPEN: "reopen a completed order",
        Action.ORDER_RULE: "end an order, call it done or send it back to work, without a dispute",
        Action.REVIEW_DECIDE: "clear or refuse a brief that waits for review",
        Action.REVIEW_HIDE: "hide a customer's review",
        Action.TICKET_ANSWER: "take over a conversation",
        Action.TICKET_OVERSEE: "take a conversation from a colleague, merge, reprioritise",
        Action.TICKET_TRANSCRIPT: "get a conversation as a file",
        Action.CANNED_EDIT: "change the canned replies",
        Action.DISPUTE_OPEN: "open a dispute for somebody, at any time",
        Action.DISPUTE_MEDIATE: "mediate a dispute and propose a way out",
        Action.DISPUTE_RULE: "rule on a dispute one has not mediated",
        Action.PROOF_DECIDE: "confirm that a bank transfer came in",
        Action.CASE_RETURN: "return money that fits nothing",
        Action.REFUND_REQUEST: "ask for a refund",
        Action.REFUND_APPROVE: "approve a refund up to the limit",
        Action.REFUND_APPROVE_ANY: "approve a refund of any amount",
        Action.REFUND_CONFIRM: "confirm that money was returned",
        Action.PAYOUT: "pay providers",
        Action.PROVIDER_INVITE: "invite a provider",
        Action.PROVIDER_REMOVE: "remove a provider",
        Action.STAFF_READ: "see who has which role",
        Action.STAFF_MANAGE: "give and take roles",
        Action.GROUP_PURPOSE: "say which group is for what",
        Action.AUDIT_READ: "see the audit trail",
    }
)

_EVERYBODY = frozenset({Action.ORDER_READ, Action.STAFF_READ})
_AGENT = _EVERYBODY | {
    Action.ORDER_QUOTE,
    Action.ORDER_CHANGE,
    Action.ORDER_ASSIGN,
    Action.ORDER_REOPEN,
    Action.REVIEW_DECIDE,
    Action.TICKET_ANSWER,
    Action.TICKET_TRANSCRIPT,
    Action.DISPUTE_OPEN,
    Action.DISPUTE_MEDIATE,
    Action.REFUND_REQUEST,
    Action.REFUND_APPROVE,
}
_LEAD = _AGENT | {
    Action.ORDER_RULE,
    Action.REVIEW_HIDE,
    Action.TICKET_OVERSEE,
    Action.CANNED_EDIT,
    Action.DISPUTE_RULE,
    Action.REFUND_APPROVE_ANY,
    Action.AUDIT_READ,
}
_FINANCE = _EVERYBODY | {
    Action.PROOF_DECIDE,
    Action.CASE_RETURN,
    Action.REFUND_REQUEST,
    Action.REFUND_CONFIRM,
    Action.PAYOUT,
    Action.AUDIT_READ,
}

#: Who may do what. An admin may do everything, within the rules that nobody decides about their own.
MAY: Mapping[Role, frozenset[Action]] = MappingProxyType(
    {
        Role.AGENT: _AGENT,
        Role.LEAD: _LEAD,
        Role.FINANCE: _FINANCE,
        Role.ADMIN: frozenset(Action),
    }
)


def may(roles: Collection[Role], action: Action) -> bool:
    """Whether somebody with these roles may do that."""
    return any(action in MAY[role] for role in roles)


def who_may(action: Action) -> tuple[Role, ...]:
    """The roles that may do it, the least one first."""
    return tuple(role for role in Role if action in MAY[role])


def actor_of(roles: Iterable[Role]) -> Actor:
    """As what somebody with these roles moves an order: the most senior of it."""
    held = frozenset(roles)
    if held & {Role.LEAD, Role.ADMIN}:
        return Actor.LEAD
    return Actor.FINANCE if held == {Role.FINANCE} else Actor.SUPPORT


def roles_markdown() -> str:
    """docs/roles.md. The same text every time, so that a check can compare it with the file."""
    head = " | ".join(("may", *Role))
    lines = [
        "# Roles of staff",
        "",
        "Generated from `orders/roles.py`; do not edit.",
        "",
        "An admin gives roles with `/role add @name agent` in the staff group, or as a reply to the person's message,",
        "or by a one-time link (`/invite agent`). `/roles` lists them, `/role remove @name agent` takes one away at",
        "once, buttons included. `ADMIN_IDS` and `FINANCE_IDS` in the settings give their roles for good. Nobody, of",
        "whatever role, decides about an order, a payment or a dispute of their own.",
        "",
        f"| {head} |",
        "|---" * (len(Role) + 1) + "|",
    ]
    for action in Action:
        cells = ("✓" if action in MAY[role] else "" for role in Role)
        lines.append(f"| {MEANING[action]} (`{action}`) | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])
