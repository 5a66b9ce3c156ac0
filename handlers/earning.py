"""What becomes of the money that an order keeps when it ends with a split, and of earnings when some goes back."""

from __future__ import annotations

from handlers import completing
from handlers.turn import Turn
from orders import ledger
from orders.ledger import Account, AccountKind, Entry, EntryKind, Posting
from orders.money import Money, split
from storage import deliveries, money
from storage.records import Order
from storage.working import Payout

#: What was earned and can be booked anew; once it was paid out, the provider owes it.
_OPEN = ("held", "releasable")


def keep_rest(turn: Turn, order: Order) -> None:
    """What did not go back is earned: by who worked on it, else by the house."""
    if order.provider_id is not None:
        completing.settle(turn, order)
        return
    rest = money.order_balance(turn.work.session, order)
    if rest.amount > 0:
        _post(turn, order, ledger.completed(order.number, "", rest, rest))


def take_back(turn: Turn, order: Order, amount: Money) -> Payout | None:
    """Before money of an order that is done goes back, what was earned with it returns to the order.

    Gives the payout that was undone for it, for `earn_again` once the money is set aside. What was paid out already
    is taken from provider and house in the proportion in which they had earned it.
    """
    has = money.order_balance(turn.work.session, order)
    if has >= amount:
        return None
    payout = deliveries.payout_of(turn.work.session, order)
    if payout is not None and payout.state in _OPEN:
        completing.reverse(turn, order)
        return payout
    _take_earned(turn, order, amount - has)
    return None


def earn_again(turn: Turn, order: Order, before: Payout | None) -> None:
    """Book what is left anew, to be paid out when it would have been."""
    if before is None:
        return
    made = completing.settle(turn, order)
    if made is not None:
        made.clears_at = before.clears_at
        made.state = "held" if before.clears_at > turn.now else "releasable"
        turn.work.session.flush()


def rebook(turn: Turn, order: Order) -> None:
    """Money that was to go back from an order that is done stays after all: it is earned."""
    if order.state != "completed" or not money.order_balance(turn.work.session, order):
        return
    before = deliveries.payout_of(turn.work.session, order)
    if before is not None and before.state in _OPEN:
        completing.reverse(turn, order)
        earn_again(turn, order, before)
    else:
        completing.settle(turn, order)


def _take_earned(turn: Turn, order: Order, missing: Money) -> None:
    earned: dict[Account, int] = {}
    for entry in money.entries_of(turn.work.session, order):
        if entry.kind in (EntryKind.COMPLETED, EntryKind.COMPLETION_REVERSED):
            for posting in entry.postings:
                if posting.account.kind is not AccountKind.ORDER:
                    account = posting.account
                    earned[account] = earned.get(account, 0) + posting.money.amount
    accounts = [account for account, got in earned.items() if got > 0]
    if missing.amount > sum(earned[account] for account in accounts):
        raise RuntimeError(f"{order.number} has not earned {missing}: its ledger does not add up")
    parts = split(missing.amount, [earned[account] for account in accounts])
    postings = [Posting(ledger.order_account(order.number), missing)]
    postings += [
        Posting(account, Money(-part, order.currency))
        for account, part in zip(accounts, parts, strict=True)
        if part
    ]
    _post(turn, order, Entry(EntryKind.COMPLETION_REVERSED, order.number, "", tuple(postings)))


def _post(turn: Turn, order: Order, entry: Entry) -> None:
    money.post(turn.work.session, turn.work.bot, entry, now=turn.now, cause=turn.cause, order=order)
