"""Reviews, and what they add up to."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from orders.ratings import Rating
from storage.orders import service_of
from storage.prepared import Prepared
from storage.records import Order
from storage.working import Delivery, Review, Standing


def review_of(session: Session, order: Order) -> Review | None:
    return session.get(Review, order.id)


def subjects(session: Session, order: Order) -> tuple[str, ...]:
    """Whose standing an order counts for: its service's and its provider's."""
    made = [f"service:{service_of(session, order).key}"]
    if order.provider_id is not None:
        made.append(f"provider:{order.provider_id}")
    return tuple(made)


def count(
    session: Session,
    bot: int,
    subject: str,
    *,
    stars: int = 0,
    reviews: int = 0,
    finished: int = 0,
    on_time: int = 0,
) -> None:
    """Add to a standing; negative figures take back."""
    standing = session.get(Standing, (bot, subject))
    if standing is None:
        standing = Standing(bot=bot, subject=subject, stars=0, reviews=0, finished=0, on_time=0)
        session.add(standing)
    standing.stars += stars
    standing.reviews += reviews
    standing.finished += finished
    standing.on_time += on_time
    session.flush()


def was_late(session: Session, order: Order) -> bool:
    """Whether any delivery of it came after its day."""
    query = select(Delivery.id).where(Delivery.order_id == order.id, Delivery.late).limit(1)
    return session.scalar(query) is not None


def ratings(session: Session, bot: int, wanted: Collection[str]) -> dict[str, Rating]:
    """Standings by subject, without words; those that have none are left out."""
    query = select(Standing).where(Standing.bot == bot, Standing.subject.in_(list(wanted)))
    return {
        row.subject: Rating(
            stars=row.stars, reviews=row.reviews, finished=row.finished, on_time=row.on_time
        )
        for row in session.scalars(query)
    }


# Asked for every service that is shown.
_RATED = Prepared(
    select(Standing.stars, Standing.reviews, Standing.finished, Standing.on_time).where(
        Standing.bot == bindparam("of"), Standing.subject == bindparam("about")
    )
)


def rating_of_service(session: Session, bot: int, key: str, *, newest: int = 1) -> Rating | None:
    """A service's standing with the words of its newest review; None while there is nothing to show."""
    session.flush()
    found = _RATED.all(session.connection(), {"of": bot, "about": f"service:{key}"})
    if not found:
        return None
    stars, reviews, finished, on_time = found[0]
    if not (reviews or finished):
        return None
    query = (
        select(Review.stars, Review.text)
        .where(Review.service_key == key, Review.state == "published", Review.text != "")
        .order_by(Review.order_id.desc())
        .limit(newest)
    )
    words = tuple((stars, text) for stars, text in session.execute(query))
    return Rating(
        stars=stars,
        reviews=reviews,
        finished=finished,
        on_time=on_time,
        words=words,
    )
