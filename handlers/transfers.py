"""Bank transfers: the customer sends a picture of the receipt, finance confirms or rejects it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dialogs.content import Button, Content, Media
from dialogs.words import N_
from handlers import cards, moving, paying
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.lifecycle import Actor, State
from orders.methods import Method
from orders.money import Money
from orders.payments import AttemptState
from storage import money, orders
from storage.accounts import Invoice, Proof
from storage.records import Audit, Order

#: How long a customer has at least to answer when a receipt was rejected.
TIME_TO_ANSWER = timedelta(hours=24)
#: The pictures of one album arrive within this time.
ALBUM = timedelta(seconds=30)


def awaiting_transfer(turn: Turn) -> tuple[Order, Invoice] | None:
    """The person's newest order that waits for a transfer, if there is one."""
    for order in orders.latest(turn.work.session, turn.person, limit=20):
        if order.state == State.AWAITING_PAYMENT and order.method == Method.TRANSFER:
            invoice = money.latest_invoice(turn.work.session, order)
            if invoice is not None:
                return order, invoice
    return None


def take_proof(turn: Turn) -> bool:
    """A photo or document while a transfer is awaited is its proof; False when it is not."""
    event = turn.event
    assert isinstance(event, MessageEvent)
    files = [file for file in event.files if file.kind in ("photo", "document")]
    waiting = awaiting_transfer(turn)
    if not files or waiting is None:
        return False
    order, invoice = waiting
    session = turn.work.session
    waits = money.waiting_proof(session, invoice)
    if waits is not None:
        if event.album is not None and turn.now - waits.submitted_at < ALBUM:
            return True
        turn.say(turn.person, "told/proof_already", number=order.number)
        return True
    proof = Proof(
        invoice_id=invoice.id,
        submitted_by=turn.person.id,
        file_kind=files[0].kind,
        file_id=files[0].file_id,
        state="waiting",
        reason="",
        submitted_at=turn.now,
        decided_at=None,
        decided_by=None,
    )
    session.add(proof)
    invoice.state = str(AttemptState.PROOF_SUBMITTED)
    session.flush()
    show_proof(turn, proof, order, invoice)
    cards.remove_invoice(turn, order)
    cards.refresh(turn, order)
    turn.say(
        turn.person,
        "told/proof_received",
        order=cards.view(turn, order, turn.words()),
        order_id=order.id,
    )
    return True


def show_proof(turn: Turn, proof: Proof, order: Order, invoice: Invoice) -> None:
    """The proof in the staff chat, with buttons while it is undecided."""
    chat = turn.business.staff_chat
    if chat is None:
        return
    words = turn.words(turn.business.default_language)
    text = words.html(
        "staff/proof",
        order=cards.view(turn, order, words),
        proof=proof,
        reference=invoice.number,
        amount=words.price(invoice.amount, invoice.currency),
    )
    rows: tuple[tuple[Button, ...], ...] = ()
    actions: list[tuple[str, Any]] = []
    if proof.state == "waiting":
        rows = (
            (
                Button(label=words.gettext("✅ Money is there"), action=0, style="success"),
                Button(label=words.gettext("✖️ Not found"), action=1, style="danger"),
            ),
        )
        actions = [("proof.confirm", {"proof": proof.id}), ("proof.reject", {"proof": proof.id})]
    kind = "photo" if proof.file_kind == "photo" else "document"
    media = Media(kind=kind, file_id=proof.file_id)  # type: ignore[arg-type]
    content = Content(text=text, media=media, buttons=rows)
    turn.work.show(
        chat,
        "notice",
        f"proof:{proof.id}",
        content,
        actions,
        label="staff/proof",
        order_id=order.id,
    )


def on_decide(turn: Turn, value: Mapping[str, Any], *, confirmed: bool) -> None:
    """Finance decides about a proof. Nobody decides about their own."""
    session = turn.work.session
    proof = session.get_one(Proof, int(value["proof"]))
    invoice = session.get_one(Invoice, proof.invoice_id)
    order = session.get_one(Order, invoice.order_id)
    staff = turn.person
    if not turn.business.is_finance(staff.user_id):
        turn.toast(N_("Only finance staff may confirm this."), alert=True)
        return
    if proof.submitted_by == staff.id:
        turn.toast(N_("This is your own payment; a colleague has to confirm it."), alert=True)
        return
    if proof.state != "waiting":
        turn.toast(N_("Already done."))
        return
    proof.state = "confirmed" if confirmed else "rejected"
    proof.decided_at = turn.now
    proof.decided_by = staff.id
    session.add(
        Audit(
            bot=turn.work.bot,
            at=turn.now,
            actor_id=staff.id,
            action=f"proof.{proof.state}",
            subject=f"order:{order.id}",
            detail={"proof": proof.id, "invoice": invoice.number},
        )
    )
    session.flush()
    if confirmed:
        paying.receive(
            turn,
            gateway=Method.TRANSFER,
            charge_id=f"proof-{proof.id}",
            provider_charge_id="",
            payer=orders.person_by_id(session, order.customer_id).user_id,
            amount=Money(invoice.amount, invoice.currency),
            token=invoice.token,
            actor=Actor.FINANCE,
            actor_id=staff.id,
        )
    elif order.state == State.AWAITING_PAYMENT:
        _ask_again(turn, order, invoice)
    show_proof(turn, proof, order, invoice)
    turn.toast(N_("Thank you, the customer has been told."))


def _ask_again(turn: Turn, order: Order, invoice: Invoice) -> None:
    """Nothing arrived: the customer checks and sends another receipt, and has a day for it at least."""
    invoice.state = str(AttemptState.REJECTED)
    invoice.expires_at = max(invoice.expires_at, turn.now + TIME_TO_ANSWER)
    turn.work.set_timer(
        moving.TIMER, moving.subject(order), "expire", invoice.expires_at, {"order": order.id}
    )
    turn.work.session.flush()
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    turn.say(
        customer, "told/proof_rejected", order=cards.view(turn, order, words), order_id=order.id
    )
    cards.show_invoice(turn, order, invoice)
    cards.refresh(turn, order)
