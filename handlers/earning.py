"""What becomes of the money that an order keeps: the provider's and the house's, and back again."""

from __future__ import annotations

from handlers.turn import Turn
from orders import ledger
from orders.ledger import Account, AccountKind, Entry, EntryKind, Posting
from orders.money import Money, split
from storage import money
from storage.records import Order


def keep_rest(turn: Turn, order: Order) -> Money:
    """An order that ends with a split: what did not go back is earned. Returns how much that is.

    Nobody worked on it: it is the house's.
    """
    rest = money.order_balance(turn.work.session, order)
    if rest.amount > 0:
        fee = rest if order.provider_id is None else Money.zero(rest.currency)
        entry = ledger.completed(order.number, str(order.provider_id or ""), rest, fee)
        _post(turn, order, entry)
    return rest


def give_back(turn: Turn, order: Order, amount: Money) -> None:
    """Before money of an order that is done goes back: as much of what was earned with it returns to the order.

    Provider and house give in the proportion in which they had earned it.
    """
    has = money.order_balance(turn.work.session, order)
    missing = amount - has
    if missing.amount <= 0:
        return
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
