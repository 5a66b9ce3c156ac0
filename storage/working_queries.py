"""Looking up the work on orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from orders.matching import Candidate
from orders.ratings import Rating
from storage.records import Order, Person
from storage.reviews import ratings
from storage.working import Delivery, Invite, Offer, Provider


def open_delivery(session: Session, order: Order) -> Delivery | None:
    """The delivery that is being put together, if there is one."""
    return session.scalar(
        select(Delivery).where(Delivery.order_id == order.id, Delivery.state == "draft").limit(1)
    )


# -- providers and offers -----------------------------------------------------------------------------------

#: States in which an order counts as somebody's load.
WORKING = ("in_progress", "awaiting_customer", "delivered", "in_revision")


def provider_of(session: Session, person: Person) -> Provider | None:
    """The provider this person is, whatever the status."""
    return session.get(Provider, person.id)


def candidates(session: Session, bot: int) -> list[Candidate]:
    """Every active provider as matching sees one: its load is counted now."""
    active = session.scalars(
        select(Provider)
        .where(Provider.bot == bot, Provider.status == "active")
        .order_by(Provider.person_id)
    ).all()
    loads = _counts(
        session,
        select(Order.provider_id, func.count()).where(Order.bot == bot, Order.state.in_(WORKING)),
    )
    rated = ratings(session, bot, [f"provider:{row.person_id}" for row in active])
    made = []
    for row in active:
        rating = rated.get(f"provider:{row.person_id}", Rating())
        made.append(
            Candidate(
                id=row.person_id,
                skills=frozenset(row.skills),
                categories=frozenset(row.categories),
                languages=frozenset(row.languages),
                capacity=row.capacity,
                load=loads.get(row.person_id, 0),
                rating=rating.average,
                reviews=rating.reviews,
                punctuality=rating.punctuality,
            )
        )
    return made


def load_of(session: Session, provider: Provider) -> int:
    """How many orders a provider has in hand now."""
    query = select(func.count()).where(
        Order.provider_id == provider.person_id, Order.state.in_(WORKING)
    )
    return int(session.scalar(query) or 0)


def _counts(session: Session, query: Any) -> dict[int, int]:
    found: dict[int, int] = {}
    for provider, count in session.execute(query.group_by(Order.provider_id)):
        if provider is not None:
            found[provider] = count
    return found


def offers_of(session: Session, order: Order) -> Sequence[Offer]:
    return session.scalars(select(Offer).where(Offer.order_id == order.id).order_by(Offer.n)).all()


def open_offer(session: Session, order: Order) -> Offer | None:
    """The offer a provider is thinking about."""
    return session.scalar(
        select(Offer)
        .where(Offer.order_id == order.id, Offer.state == "open")
        .order_by(Offer.n.desc())
        .limit(1)
    )


def work_of(session: Session, provider: Person) -> Sequence[Order]:
    """The orders a provider works on, the one due first first."""
    query = select(Order).where(Order.provider_id == provider.id, Order.state.in_(WORKING))
    return session.scalars(query.order_by(Order.due_at, Order.id)).all()


def open_offers_of(session: Session, provider: Person) -> int:
    """How many offers wait for this provider's answer."""
    query = select(func.count()).where(
        Offer.provider_id == provider.id, Offer.state.in_(("open", "declining"))
    )
    return int(session.scalar(query) or 0)


def waiting_orders(session: Session, bot: int) -> Sequence[Order]:
    """Paid orders that nobody has taken yet, the oldest first."""
    query = select(Order).where(Order.bot == bot, Order.state == "awaiting_provider")
    return session.scalars(query.order_by(Order.id)).all()


def invite_by_hash(session: Session, bot: int, token_hash: str) -> Invite | None:
    return session.scalar(select(Invite).where(Invite.bot == bot, Invite.token_hash == token_hash))
