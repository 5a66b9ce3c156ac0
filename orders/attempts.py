"""An attempt to pay, which is an invoice: the table of its states. docs/lifecycle.md is generated from it."""

from __future__ import annotations

from enum import StrEnum

from orders.edges import Edge, Edges


class AttemptState(StrEnum):
    """The states of one attempt to pay, that is of one invoice."""

    INVOICED = "invoiced"
    APPROVED = "approved"
    PROOF_SUBMITTED = "proof_submitted"
    REJECTED = "rejected"
    SETTLED = "settled"
    EXPIRED = "expired"
    VOIDED = "voided"


_A = AttemptState

#: What can still be paid: the store credit it counts on is spoken for.
OPEN = frozenset({_A.INVOICED, _A.APPROVED, _A.PROOF_SUBMITTED, _A.REJECTED})

#: Every step. None says that a payment failed: Telegram tells a bot of successes only
#: (Telegram Bot API: payments), so what failed is simply paid again, or expires.
ATTEMPT: Edges[AttemptState] = Edges(
    thing="invoice",
    begins=(_A.INVOICED,),
    table=(
        Edge(
            name="approve",
            sources=(_A.INVOICED, _A.APPROVED),
            target=_A.APPROVED,
            note="the question before a payment (pre-checkout) is answered with yes; once more when that led to nothing",
        ),
        Edge(
            name="offer_again",
            sources=(_A.APPROVED,),
            target=_A.INVOICED,
            note="what was approved came with another amount: it is held, and the invoice is still to be paid",
        ),
        Edge(
            name="submit_proof",
            sources=(_A.INVOICED, _A.REJECTED),
            target=_A.PROOF_SUBMITTED,
            note="bank transfer: the customer sends a receipt, or a better one",
        ),
        Edge(
            name="reject_proof",
            sources=(_A.PROOF_SUBMITTED,),
            target=_A.REJECTED,
            note="finance does not find the money; another receipt may follow",
        ),
        Edge(
            name="settle",
            sources=(_A.INVOICED, _A.APPROVED, _A.PROOF_SUBMITTED, _A.REJECTED, _A.EXPIRED),
            target=_A.SETTLED,
            note="the money is there and fits, or store credit pays all of it; late money too, when its order can go on",
        ),
        Edge(
            name="expire",
            sources=(_A.INVOICED, _A.APPROVED, _A.REJECTED),
            target=_A.EXPIRED,
            note="its time is over; not while money may be on its way, nor while finance looks at a receipt",
        ),
        Edge(
            name="void",
            sources=(_A.INVOICED, _A.APPROVED, _A.PROOF_SUBMITTED, _A.REJECTED),
            target=_A.VOIDED,
            note="the order is edited or cancelled, or the change it was for is off; money for it is held and goes back",
        ),
    ),
)
