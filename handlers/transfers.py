"""Bank transfers: the customer sends a picture of the receipt, finance confirms or rejects it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from dialogs.content import Button, Content, Media
from dialogs.wording import refusal_text
from dialogs.words import N_
from handlers import audit, cards, changing, invoicing, moving, paying
from handlers.events import MessageEvent
from handlers.turn import Turn
from orders.approvals import confirm_transfer
from orders.attempts import OPEN, AttemptState
from orders.lifecycle import Actor, State
from orders.methods import Method
from orders.money import Money
from orders.refusal import Refusal
from storage import changing_queries as stored
from storage import money, orders
from storage.accounts import Invoice, Proof
from storage.records import Order

#: How long a customer has at least to answer when a receipt was rejected.
TIME_TO_ANSWER = timedelta(hours=24)
#: The pictures of one album arrive within this time.
ALBUM = timedelta(seconds=30)


def awaiting_transfer(turn: Turn) -> tuple[Order, Invoice] | None:
    """The person's newest order that waits for a transfer, if there is one."""
    session = turn.work.session
    for order in orders.latest(session, turn.person, limit=20):
        if order.method != Method.TRANSFER:
            continue
        invoice = None
        if order.state == State.AWAITING_PAYMENT:
            invoice = money.latest_invoice(session, order)
        elif order.change_pending:
            change = stored.open_change(session, order)
            invoice = stored.invoice_of(session, change) if change is not None else None
        if invoice is not None and invoice.state in OPEN:
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
        confirmed_by=[],
    )
    session.add(proof)
    money.step_invoice(invoice, AttemptState.PROOF_SUBMITTED, turn.now)
    session.flush()
    show_proof(turn, proof, order, invoice)
    invoicing.remove(turn, order, invoice)
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
    words = turn.words(turn.business.staff_language)
    text = words.html(
        "staff/proof",
        order=cards.view(turn, order, words),
        proof=proof,
        reference=invoice.number,
        amount=words.price(invoice.amount, invoice.currency),
        confirmed=[
            orders.person_by_id(turn.work.session, int(one)).name for one in proof.confirmed_by
        ],
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
    if proof.submitted_by == staff.id:
        turn.toast(N_("This is your own payment; a colleague has to confirm it."), alert=True)
        return
    if proof.state != "waiting":
        turn.toast(N_("Already done."))
        return
    if confirmed and not _second_person(turn, proof, order, invoice):
        return
    proof.state = "confirmed" if confirmed else "rejected"
    proof.decided_at = turn.now
    proof.decided_by = staff.id
    audit.record(turn, f"proof.{proof.state}", order, proof=proof.id, invoice=invoice.number)
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
    elif order.state == State.AWAITING_PAYMENT or invoice.change_id is not None:
        _ask_again(turn, order, invoice)
    show_proof(turn, proof, order, invoice)
    turn.toast(N_("Thank you, the customer has been told."))


def _second_person(turn: Turn, proof: Proof, order: Order, invoice: Invoice) -> bool:
    """Whether enough people of finance have found the money; above the limit there must be two."""
    enough = confirm_transfer(
        Money(invoice.amount, invoice.currency),
        Actor.FINANCE,
        turn.person.id,
        [int(one) for one in proof.confirmed_by],
        order.customer_id,
        turn.business.limits,
    )
    if isinstance(enough, Refusal):
        turn.toast(refusal_text(enough, turn.words())[:200], alert=True)
        return False
    proof.confirmed_by = [*proof.confirmed_by, turn.person.id]
    if not enough:
        audit.record(turn, "proof.seen", order, proof=proof.id, invoice=invoice.number)
        turn.work.session.flush()
        show_proof(turn, proof, order, invoice)
        turn.toast(N_("Noted. Above the limit a second person of finance has to confirm it."))
    return enough


def _ask_again(turn: Turn, order: Order, invoice: Invoice) -> None:
    """Nothing arrived: the customer checks and sends another receipt, and has a day for it at least."""
    money.step_invoice(invoice, AttemptState.REJECTED, turn.now)
    invoice.expires_at = max(invoice.expires_at, turn.now + TIME_TO_ANSWER)
    if invoice.change_id is None:
        turn.work.set_timer(
            moving.TIMER, moving.subject(order), "expire", invoice.expires_at, {"order": order.id}
        )
    else:
        changing.pay_until(turn, invoice)
    turn.work.session.flush()
    customer = orders.person_by_id(turn.work.session, order.customer_id)
    words = turn.words(customer.language)
    turn.say(
        customer, "told/proof_rejected", order=cards.view(turn, order, words), order_id=order.id
    )
    cards.show_invoice(turn, order, invoice)
    cards.refresh(turn, order)
