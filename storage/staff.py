"""Who has which role of staff, and who gave it; and holds, which freeze an order's timers and payout."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from storage.records import Order, Person, Record
from storage.tables import Id


class StaffRole(Record):
    """A role given to somebody, by their id in the chat app: they need not have written to the bot yet."""

    __tablename__ = "staff_roles"
    __table_args__ = (
        Index(
            "uq_staff_roles_held",
            "bot",
            "user_id",
            "role",
            unique=True,
            sqlite_where=text("removed_at IS NULL"),
            postgresql_where=text("removed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    bot: Mapped[int]
    user_id: Mapped[int] = mapped_column(BigInteger)
    role: Mapped[str] = mapped_column(String(8))
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    granted_at: Mapped[datetime]
    removed_by: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    removed_at: Mapped[datetime | None]


class Hold(Record):
    """Why an order's timers and payout stand still. `kind`: dispute, change, payment; `subject` names the object."""

    __tablename__ = "holds"
    __table_args__ = (
        Index(
            "uq_holds_standing",
            "order_id",
            "kind",
            "subject",
            unique=True,
            sqlite_where=text("lifted_at IS NULL"),
            postgresql_where=text("lifted_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    kind: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(64))
    placed_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]


# -- roles --------------------------------------------------------------------------------------------------


def roles_of(session: Session, bot: int, user_id: int) -> tuple[str, ...]:
    """The roles somebody was given and has not lost."""
    query = select(StaffRole.role).where(
        StaffRole.bot == bot, StaffRole.user_id == user_id, StaffRole.removed_at.is_(None)
    )
    return tuple(session.scalars(query))


def held_role(session: Session, bot: int, user_id: int, role: str) -> StaffRole | None:
    return session.scalar(
        select(StaffRole).where(
            StaffRole.bot == bot,
            StaffRole.user_id == user_id,
            StaffRole.role == role,
            StaffRole.removed_at.is_(None),
        )
    )


def staff(session: Session, bot: int) -> Sequence[StaffRole]:
    """Every role that is held now, in the order it was given."""
    return session.scalars(
        select(StaffRole)
        .where(StaffRole.bot == bot, StaffRole.removed_at.is_(None))
        .order_by(StaffRole.id)
    ).all()


def person_by_username(session: Session, bot: int, username: str) -> Person | None:
    """Somebody the bot has met, by @name; the one met last when a name has changed hands."""
    return session.scalar(
        select(Person)
        .where(Person.bot == bot, Person.username.ilike(username.replace("_", r"\_"), escape="\\"))
        .order_by(Person.id.desc())
        .limit(1)
    )


# -- holds --------------------------------------------------------------------------------------------------


def standing_holds(session: Session, order: Order) -> Sequence[Hold]:
    """What holds an order now, the oldest first."""
    return session.scalars(
        select(Hold).where(Hold.order_id == order.id, Hold.lifted_at.is_(None)).order_by(Hold.id)
    ).all()
