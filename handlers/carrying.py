"""At start-up: conversations of an older release are brought along to this one."""

from __future__ import annotations

from dataclasses import dataclass, field

from dialogs.carrying import carry, flow_of
from dialogs.flows import FLOWS
from dialogs.model import FactSource
from dialogs.words import Words
from handlers import dialog
from handlers.business import Business
from handlers.facts import source, standing
from handlers.turn import Shelf
from orders.money import Money
from orders.ratings import Rating
from storage.flow_counts import behind
from storage.rows import Conversation
from storage.work import Work

#: Conversations in one transaction: customers wait for the writer no longer than for a batch of messages.
BATCH = 200
#: Below every id of a private chat.
START = -1


@dataclass(frozen=True, slots=True)
class Stand:
    """What the facts stand on outside of a turn."""

    shelf: Shelf
    business: Business
    facts: dict[str, FactSource] = field(default_factory=dict)

    def credit(self, price: Money) -> Money:
        """Nobody's: what stands open is only carried along."""
        return Money.zero(price.currency)

    def rating_of(self, service: str) -> Rating | None:
        """Nothing is shown here."""
        return None


def carry_all(
    work: Work, stand: Stand, *, after: int = START, limit: int = BATCH
) -> tuple[int, int | None]:
    """Bring the next conversations along, in the order of their chats; the caller commits and goes on.

    Returns how many there were, and the `after` to go on with: None when nobody is left behind. Nothing is sent:
    a screen is shown anew when its person next writes or taps. A crash between two batches loses nothing, the
    rest is found again.
    """
    today = {name: flow.fingerprint() for name, flow in FLOWS.items()}
    chats = behind(work.connection, work.bot, today, after=after, limit=limit)
    work.preload(users=chats, chats=chats, surface_ids=())
    for chat in chats:
        _carry(work, stand, work.conversation(chat))
    work.flush()
    return len(chats), chats[-1] if len(chats) == limit else None


def _carry(work: Work, stand: Stand, conversation: Conversation) -> None:
    person = work.person(conversation.chat_id)
    language = stand.business.default_language if person is None else person.language
    today = work.now.astimezone(stand.business.zone).date()
    words = Words(language, stand.business.zone, today, {"business": stand.business})
    facts, seen = source(stand, words), standing(stand, words)
    states = dialog.stack(conversation)
    kept = [
        carry(flow, state, facts, seen)
        for state in states
        if (flow := flow_of(FLOWS, state.flow)) is not None
    ]
    if kept and kept[-1] is not states[-1]:
        # Whatever stood open above, no button of it may fit this one.
        kept[-1] = kept[-1]._replace(revision=conversation.revision + 1, offered=())
    dialog.save(conversation, kept)
