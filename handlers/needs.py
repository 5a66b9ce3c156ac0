"""What staff's commands and buttons need: asked once, before the handler, of whoever wrote or tapped.

A button that is not here belongs to customers and providers, whose handlers look whose object it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from orders.roles import Action

#: Commands of the desk: they mean the ticket in whose place they are written.
DESK = frozenset(
    {
        "queue",
        "mine",
        "claim",
        "draft",
        "release",
        "transfer",
        "escalate",
        "note",
        "say",
        "r",
        "provider",
        "snooze",
        "priority",
        "tag",
        "merge",
        "back",
        "resolve",
        "case",
        "transcript",
    }
)

#: Commands of staff in their private chat with the bot.
PRIVATE: Mapping[str, Action] = MappingProxyType(
    {"queue": Action.TICKET_ANSWER, "mine": Action.TICKET_ANSWER}
)

#: Commands in a group.
COMMANDS: Mapping[str, Action] = MappingProxyType(
    {
        "staff": Action.GROUP_PURPOSE,
        "providers": Action.GROUP_PURPOSE,
        "order": Action.ORDER_READ,
        "quote": Action.ORDER_QUOTE,
        "assign": Action.ORDER_ASSIGN,
        "ask": Action.REVIEW_DECIDE,
        "change": Action.ORDER_CHANGE,
        "refund": Action.REFUND_REQUEST,
        "rule": Action.ORDER_RULE,
        "role": Action.STAFF_MANAGE,
        "roles": Action.STAFF_READ,
        "dispute": Action.DISPUTE_OPEN,
        "reason": Action.DISPUTE_MEDIATE,
        "support": Action.GROUP_PURPOSE,
        **dict.fromkeys(DESK, Action.TICKET_ANSWER),
        "transcript": Action.TICKET_TRANSCRIPT,
        "contact": Action.TICKET_ANSWER,
        # A ticket; the order whose number is given asks for more.
        "reopen": Action.TICKET_ANSWER,
    }
)

#: Of these, what answers nowhere but in the staff group: elsewhere it is not for us.
IN_STAFF_CHAT = frozenset(
    {
        "ask",
        "assign",
        "change",
        "contact",
        "help",
        "invite",
        "order",
        "quote",
        "refund",
        "reopen",
        "role",
        "roles",
        "rule",
        "dispute",
        "reason",
    }
)

#: Buttons, by the names in `handlers.routes.ACTIONS`.
BUTTONS: Mapping[str, Action] = MappingProxyType(
    {
        "proof.confirm": Action.PROOF_DECIDE,
        "proof.reject": Action.PROOF_DECIDE,
        "refund.done": Action.REFUND_CONFIRM,
        "refund.approve": Action.REFUND_APPROVE,
        "refund.reject": Action.REFUND_APPROVE,
        "case.return": Action.CASE_RETURN,
        "returned.go_on": Action.CASE_RETURN,
        "returned.end": Action.CASE_RETURN,
        "vetting.clear": Action.REVIEW_DECIDE,
        "vetting.refuse": Action.REVIEW_DECIDE,
        "dispute.staff_open": Action.DISPUTE_OPEN,
        "dispute.staff_withdraw": Action.DISPUTE_MEDIATE,
        "dispute.staff_evidence": Action.DISPUTE_OPEN,
        "dispute.staff_history": Action.DISPUTE_OPEN,
        "dispute.snapshot": Action.DISPUTE_OPEN,
        "dispute.claim": Action.DISPUTE_MEDIATE,
        "dispute.arbitrate": Action.DISPUTE_RULE,
        "dispute.draft": Action.DISPUTE_MEDIATE,
        "dispute.draft_drop": Action.DISPUTE_MEDIATE,
        "dispute.draft_send": Action.DISPUTE_MEDIATE,
        "payout.paid": Action.PAYOUT,
        "order.reopen": Action.ORDER_REOPEN,
        "order.reopen_no": Action.ORDER_REOPEN,
        "order.rule": Action.ORDER_RULE,
        "order.rule_no": Action.ORDER_RULE,
        "rating.show": Action.REVIEW_HIDE,
        "rating.hide": Action.REVIEW_HIDE,
        "delivery.settled": Action.TICKET_ANSWER,
        **dict.fromkeys(
            (
                "desk.claim",
                "desk.take_over",
                "desk.note",
                "desk.canned",
                "desk.transfer",
                "desk.escalate",
                "desk.snooze",
                "desk.priority",
                "desk.back",
                "desk.resolve",
                "desk.reopen",
            ),
            Action.TICKET_ANSWER,
        ),
        "desk.transcript": Action.TICKET_TRANSCRIPT,
        "vetting.mode": Action.REVIEW_DECIDE,
        "vetting.ask": Action.REVIEW_DECIDE,
        "vetting.ask_own": Action.REVIEW_DECIDE,
        "assign.mode": Action.ORDER_ASSIGN,
        "assign.again": Action.ORDER_ASSIGN,
        "assign.give": Action.ORDER_ASSIGN,
        "assign.cancel": Action.ORDER_ASSIGN,
    }
)
