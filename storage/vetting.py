"""Looking up what was vetted: the open reviews, their order, and how each rule has done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, or_, select
from sqlalchemy.orm import Session

from storage.records import Order
from storage.tables import surfaces
from storage.work import Work
from storage.working import Vetting


def of_order(session: Session, order: Order) -> Vetting | None:
    """The newest vetting of an order."""
    query = select(Vetting).where(Vetting.order_id == order.id)
    return session.scalar(query.order_by(Vetting.id.desc()).limit(1))


def open_of(session: Session, order: Order) -> Vetting | None:
    """The review of an order that waits for a decision."""
    query = select(Vetting).where(Vetting.order_id == order.id, Vetting.decision == "")
    return session.scalar(query.order_by(Vetting.id.desc()).limit(1))


def place(session: Session, vetting: Vetting) -> tuple[int, int]:
    """(place, length) of the queue in which a review waits: by deadline, without those the customer has to answer."""
    waiting = (
        Vetting.bot == vetting.bot,
        Vetting.decision == "",
        or_(Vetting.asked_at.is_(None), Vetting.answered_at.is_not(None)),
    )
    before = or_(
        Vetting.due_at < vetting.due_at,
        (Vetting.due_at == vetting.due_at) & (Vetting.id <= vetting.id),
    )
    first = session.scalar(select(func.count()).where(*waiting, before)) or 0
    every = session.scalar(select(func.count()).where(*waiting)) or 0
    return max(int(first), 1), max(int(every), 1)


def waiting_orders(session: Session, bot: int, limit: int) -> Sequence[Order]:
    """Orders that wait for a review, the one due first first."""
    query = (
        select(Order)
        .join(Vetting, Vetting.order_id == Order.id)
        .where(Vetting.bot == bot, Vetting.decision == "", Order.state == "awaiting_review")
    )
    return session.scalars(query.order_by(Vetting.due_at, Vetting.id).limit(limit)).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """How one rule has done. Counts of briefs."""

    rule: str
    #: It applied.
    applied: int = 0
    #: The customer was told at the summary and could correct the brief.
    stopped: int = 0
    #: It waits for a person now.
    waiting: int = 0
    #: A person let it pass.
    cleared: int = 0
    #: Refused by a person, and by the rules alone.
    refused: int = 0
    refused_by_rules: int = 0
    #: The customer was asked something.
    asked: int = 0
    #: Cancelled before anybody decided.
    gone: int = 0


def figures(connection: Connection, bot: int | None) -> tuple[int, int, list[Figures]]:
    """(briefs vetted, of these passed at once, figures of every rule that applied, the most frequent first)."""
    table = Vetting.__table__
    mine = () if not bot else (table.c.bot == bot,)
    total = connection.scalar(select(func.count()).select_from(table).where(*mine)) or 0
    passed = connection.scalar(
        select(func.count()).select_from(table).where(*mine, table.c.decision == "passed")
    )
    counts: dict[str, dict[str, int]] = {}
    query = select(table.c.reasons, table.c.decision, table.c.decided_by, table.c.asked_at).where(
        *mine, table.c.tier != "pass"
    )
    for row in connection.execution_options(yield_per=1000).execute(query):
        for rule in {str(reason[0]) for reason in row.reasons}:
            count = counts.setdefault(rule, {})
            for name in _counted(
                row.decision, row.decided_by is not None, row.asked_at is not None
            ):
                count[name] = count.get(name, 0) + 1
    made = [Figures(rule=rule, **count) for rule, count in counts.items()]
    return int(total), int(passed or 0), sorted(made, key=lambda f: (-f.applied, f.rule))


def _counted(decision: str, by_person: bool, asked: bool) -> list[str]:
    names = ["applied", *(["asked"] if asked else [])]
    match decision:
        case "":
            names.append("waiting")
        case "refused" if not by_person:
            names.append("refused_by_rules")
        case "stopped" | "cleared" | "refused" | "gone":
            names.append(decision)
    return names


def order_asked_about(work: Work, chat_id: int, message_id: int) -> Order | None:
    """The order whose "what is your question?" in the staff chat this message is."""
    work.flush()
    subject = work.connection.scalar(
        select(surfaces.c.subject).where(
            surfaces.c.bot == work.bot,
            surfaces.c.chat_id == chat_id,
            surfaces.c.kind == "notice",
            surfaces.c.message_id == message_id,
            surfaces.c.subject.like("question:%"),
        )
    )
    return None if subject is None else work.session.get(Order, int(str(subject).partition(":")[2]))
