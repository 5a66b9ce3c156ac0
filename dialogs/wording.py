"""The words of every refusal the rules can give: code → msgid with its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from dialogs.model import Hint
from dialogs.words import N_, Words
from orders.money import Money
from orders.refusal import Refusal

REFUSALS: Mapping[str, str] = MappingProxyType(
    {
        # money
        "money_currency_unknown": N_(
            "I do not know the currency {currency}. Try CNY, USD or XTR (Stars)."
        ),
        "money_not_a_number": N_("“{given}” is not an amount. Write it like 1999 or 299.50."),
        "money_negative": N_("An amount cannot be negative: {given}."),
        "money_too_large": N_("That amount is too large; the most is {maximum}."),
        "money_decimals": N_("{currency} takes at most {decimals} decimals."),
        # brief
        "goal_no_words": N_(
            "Please say it in words: what should come out of this? One sentence is enough."
        ),
        "goal_too_short": N_(
            "That is very short ({length} characters). Please write at least {minimum}, one sentence is enough."
        ),
        "goal_too_long": N_(
            "That is {length} characters; the goal has room for {maximum}. Please put the essence here, details go under “Requirements”."
        ),
        "requirements_empty": N_(
            "There was no text in that. Write your requirements, or skip this question."
        ),
        "requirements_too_long": N_(
            "That is {length} characters; there is room for {maximum}. Longer material is best sent as a file."
        ),
        "notes_empty": N_("There was no text in that. Write your notes, or skip this question."),
        "notes_too_long": N_(
            "That is {length} characters; there is room for {maximum}. Longer material is best sent as a file."
        ),
        "card_number": N_(
            "That looks like a card number. Please never send one here: payment happens in the invoice, and nobody will ask you for it."
        ),
        "attachment_kind": N_(
            "I cannot attach this kind of file. Photos, documents, voice messages and videos work."
        ),
        "attachment_too_big": N_(
            "{name} is too big: files may have up to {maximum_mb} MB. A link in the requirements works as well."
        ),
        "attachment_twice": N_("{name} is attached already."),
        "attachments_too_many": N_(
            "{maximum} files are the most an order can have. Put several into one archive, or remove one."
        ),
        "brief_not_sold": N_(
            "This reads like bought likes, followers, plays or reviews. We do not sell those: they harm your shop and break the platforms' rules. Please describe real work, or write /support if we misread you."
        ),
        "orders_too_many": N_(
            "{maximum} orders of yours are waiting to be paid or quoted already. Please pay or cancel one first: /orders"
        ),
        "deadline_past": N_(
            "{wanted} is already over. The earliest this plan can deliver is {earliest}."
        ),
        "deadline_too_early": N_(
            "This plan takes {period_days} days, so {wanted} is too early. From {earliest} on it works; a smaller plan may be faster."
        ),
        "deadline_too_far": N_("{wanted} is more than a year away. Up to {latest} can be planned."),
        # quote and methods
        "quote_no_price": N_(
            "This plan has no price in {currency} at the moment. Please choose another plan or way to pay."
        ),
        "quote_no_deadline": N_("A custom plan needs a deadline first."),
        "methods_none_enabled": N_(
            "There is no way to pay for this service here at the moment. Please write /support, we will find one."
        ),
        "methods_no_price": N_(
            "This plan has no price that could be paid here. Please write /support."
        ),
        # lifecycle
        "order_not_yours_to_move": N_("This step is not yours to take."),
        "order_own": N_("This is your own order; a colleague has to decide."),
        "order_wrong_state": N_(
            "The order has moved on meanwhile, so this is no longer possible. Its card shows where it stands."
        ),
        "order_moved_on": N_("The order has changed meanwhile. Please look at its card again."),
        "order_on_hold": N_("The order is on hold while a question is settled."),
        "timer_not_due": N_("It is not time for that yet."),
        "brief_incomplete": N_("Something is still missing in the brief."),
        "consent_needed": N_("Please accept the terms first."),
        "expire_payment_under_way": N_(
            "A payment is under way; the order waits for it until {until}."
        ),
        "expire_proof_waiting": N_("A transfer is being checked; the order waits for it."),
        "order_unpaid": N_("The order is not fully paid yet."),
        "order_not_transfer": N_("This order is not paid by bank transfer."),
        "order_price_changed": N_(
            "The price has changed since. Please order anew; your answers are kept."
        ),
        "order_revived": N_("This order has been brought back already."),
        "order_marked_late": N_("The order is marked as late already."),
        "order_not_due": N_("The order is not due yet."),
        "order_not_late_enough": N_("Cancelling for lateness is possible from {possible}."),
        "order_delivered_before": N_("Something was delivered already, so please ask /support."),
        "order_without_provider": N_("Nobody works on this order yet."),
        "delivery_empty": N_("A delivery needs at least one file, picture or link."),
        "delivery_checklist": N_("The checklist is not complete yet."),
        "extensions_used": N_(
            "The time to check was extended {maximum} times; please decide, or write /support."
        ),
        "revisions_used": N_(
            "{used} of {allowed} revisions are used. Further changes can be quoted."
        ),
        "percent_out_of_range": N_("Please choose between {minimum} % and {maximum} %."),
        "cancel_not_proposed": N_("Nobody has proposed to cancel."),
        "cancel_own_proposal": N_("You proposed this yourself; the other side has to agree."),
        "reason_needed": N_("Please give a reason."),
        "reopen_too_late": N_("Reopening was possible until {until}."),
        # taking an order
        "provider_paused": N_("You are paused. Send /pause to go on, then take it."),
        "provider_full": N_(
            "Your hands are full: {load} of {capacity} orders at a time. Finish one, or raise the number in /profile, then take it."
        ),
        # payments
        "pay_unknown_invoice": N_("This invoice is not known here. Nothing was charged."),
        "pay_not_yours": N_("This invoice belongs to somebody else. Nothing was charged."),
        "pay_already_paid": N_("Order {order} is paid already. Nothing was charged."),
        "pay_cancelled": N_("Order {order} was cancelled. Nothing was charged."),
        "pay_voided": N_("This invoice was replaced. Please use the newest one of order {order}."),
        "pay_expired": N_(
            "The invoice of order {order} has expired. Bring it back with one tap on its card."
        ),
        "pay_wrong_currency": N_("The invoice is in {wanted}. Nothing was charged."),
        "pay_wrong_amount": N_("The invoice is over {wanted}. Nothing was charged."),
        "pay_price_changed": N_(
            "The price of order {order} has changed. Please use the newest invoice."
        ),
        "pay_under_way": N_(
            "A payment for this invoice is under way. If nothing happens, try again after {until}."
        ),
        # refunds and approvals
        "refund_nothing": N_("There is nothing left to return."),
        "refund_above_cap": N_("At most {maximum} can be returned."),
        "approval_own": N_("Nobody approves their own; a colleague has to."),
        "approval_role": N_("Your role does not allow this ({role})."),
        "approval_above_limit": N_("Above {limit} a lead has to approve."),
        "approval_same_person": N_("A second person has to confirm this."),
        # disputes
        "order_disputed": N_(
            "A dispute about this order is open. It is settled there: make an offer, or answer the one you have."
        ),
        "dispute_is_open": N_("A dispute about this order is open already."),
        "dispute_nothing_to_settle": N_(
            "There is nothing to settle yet: nobody works on this order, or it is not paid."
        ),
        "dispute_decided": N_(
            "A dispute about this order has been decided. /support reaches a person."
        ),
        "dispute_too_late": N_(
            "A dispute could be opened until {until}. /support reaches a person."
        ),
        "dispute_wrong_state": N_(
            "The order is not at a point where a dispute can be opened. /support reaches a person."
        ),
        "dispute_own": N_("You opened this dispute; the other side answers."),
        "dispute_no_offer": N_("That offer is no longer on the table."),
        "dispute_own_offer": N_("This is your own offer; the other side answers it."),
        "dispute_party": N_("You are a party to this order; a colleague has to do this."),
        "dispute_claimed": N_("A colleague has this case already."),
        "dispute_not_mediator": N_("Whoever mediates this case does this. Claim it first."),
        "dispute_mediated": N_("You mediated this case; somebody else rules."),
        "dispute_not_arbiter": N_("Whoever arbitrates this case does this. Take it first."),
        "dispute_agreed": N_("You have agreed already; we wait for the other side."),
        "dispute_waits_for_other": N_("We wait for the other side."),
        "dispute_not_opener": N_("Only who opened the dispute can withdraw it."),
        "dispute_not_yours": N_("This is not for you to do in this dispute."),
        "dispute_moved_on": N_("The dispute has moved on meanwhile; please look at its card."),
        "dispute_terms": N_("That cannot settle this dispute."),
        "dispute_days": N_("Please choose {minimum} to {maximum} days."),
        "dispute_no_work_left": N_("There is no work left that could take longer."),
        # changes of an order
        "change_not_now": N_("This order cannot be changed now; its card shows where it stands."),
        "change_pending": N_("A change of this order is under way already; one at a time."),
        "change_not_yours": N_("That is for the other side to decide."),
        "change_wrong_state": N_("This change has moved on meanwhile; please look again."),
        "change_moved_on": N_("This change has moved on meanwhile; please look again."),
        "change_being_paid": N_("It is being paid right now; please wait a moment."),
        "change_quote_over": N_("This offer is over; please ask once more."),
        "change_price_low": N_("The order has to cost {minimum} at least; otherwise cancel it."),
        "change_unpayable": N_(
            "What is added is a payment of its own, and one payment is {minimum} to {maximum}: name that, or 0."
        ),
        "change_days": N_("At most {maximum} days more or less."),
        # what cancelling costs, an operator's own table
        "policy_malformed": N_("Cancelling, {stage}: {field} must be {allowed}."),
        "policy_unknown": N_("Cancelling: there is no stage {stage}; allowed: {allowed}."),
        # tickets
        "ticket_not_yours_to_move": N_("That is not for you to do with this ticket."),
        "ticket_over": N_("This ticket is over. /reopen brings it back within 72 hours."),
        "ticket_wrong_state": N_("That cannot be done with this ticket now ({state})."),
        "ticket_own": N_("This is about yourself: a colleague has to look after it."),
        "ticket_held_already": N_("It is theirs already."),
        "ticket_for_lead": N_("It waits for a lead; /transfer by a lead gives it back to you."),
        "ticket_summary_needed": N_(
            "Please add a summary for the lead, at least {minimum} characters: /escalate what happened and what is needed"
        ),
        "ticket_answered": N_("It has been answered."),
        "ticket_other_person": N_("Only tickets of the same person can be merged."),
        # vetting rules
        "rule_malformed": N_("Rule {rule}: {field} must be one of {allowed}."),
        "rule_twice": N_("Rule {rule} is there twice."),
        "rule_pattern": N_("Rule {rule}: the pattern “{pattern}” does not work: {problem}."),
        "rule_amount": N_("Rule {rule}: the amount in {currency} is not a positive number."),
    }
)


def refusal_text(refusal: Refusal | Hint, words: Words) -> str:
    """A refusal in a person's words. Raises KeyError for a code without words (`check` proves there is none)."""
    text = refusal.text if isinstance(refusal, Hint) else REFUSALS[refusal.code]
    params = {name: _shown(value, words) for name, value in refusal.params.items()}
    return words.gettext(text).format(**params)


def _shown(value: object, words: Words) -> str:
    match value:
        case Money():
            return words.money(value)
        case datetime():
            return words.moment(value)
        case date():
            return words.date(value)
        case tuple() | list():
            return words.gettext(", ").join(str(item) for item in value)
        case _:
            return str(value)
