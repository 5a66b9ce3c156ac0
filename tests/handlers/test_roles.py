"""Who may do what: every role against every command and button of the tables, and strangers against every button."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import Connection, text
from sqlalchemy.exc import DatabaseError

from bot.turns import Turns
from handlers import disputes, needs, tickets
from handlers.events import Chat, MessageEvent, Sender, TapEvent
from handlers.permits import permitted
from handlers.routes import ACTIONS, GROUP_COMMANDS
from handlers.turn import Turn
from orders.dispute_terms import Outcome, Terms
from orders.refusal import Refusal
from orders.roles import MAY, Action, Role
from orders.states import Actor
from storage.accounts import Refund
from storage.database import Database
from storage.migrate import upgrade
from storage.records import Order
from tests.storage.trade import BOT, STAFF, STARS_PLAN, Trade
from tests.surfaces import SURFACES

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADMIN, STRANGER, CUSTOMER, PROVIDER = 9, 50, 5, 6
PEOPLE = {Role.AGENT: 21, Role.LEAD: 22, Role.FINANCE: 23, Role.ADMIN: 24}
EVERYBODY: tuple[tuple[Role | None, int], ...] = (*PEOPLE.items(), (None, STRANGER))
#: What must not change when somebody does what they may not.
TABLES = (
    "orders",
    "order_history",
    "payments",
    "refunds",
    "disputes",
    "dispute_steps",
    "dispute_offers",
    "evidence",
    "reports",
    "deliveries",
    "payouts",
    "reviews",
    "change_requests",
    "staff_roles",
    "audit",
    "relays",
    "invoices",
    "tickets",
    "ticket_steps",
)
_ids = itertools.count(1)


class House:
    """A business with an order in dispute, and one person for each role."""

    def __init__(self, trade: Trade) -> None:
        self.trade = trade
        self.order = 0
        self.dispute = 0
        self.ticket = 0

    async def run(self, event: Any, handle: Callable[[Turn], None] | None = None) -> list[Any]:
        """Carry an event out; the answers to taps."""
        trade = self.trade
        turns = trade.turns
        if handle is not None:
            turns = Turns(trade.database, BOT, trade.business, trade.clock, handle=handle)
        done = await turns.process([event])
        assert done.parked == 0, "a handler failed, see the log"
        return list(done.answers)

    def _from(self, user: int, chat: int) -> dict[str, Any]:
        kind = "private" if chat > 0 else "supergroup"
        return {
            "source": "update",
            "external_id": f"r{next(_ids)}",
            "at": self.trade.clock.now(),
            "sender": Sender(id=user, name=f"P{user}", language_code="en"),
            "chat": Chat(id=chat, kind=kind),  # type: ignore[arg-type]
        }

    def message(self, user: int, words: str, chat: int = STAFF, **more: Any) -> MessageEvent:
        return MessageEvent(**self._from(user, chat), message_id=next(_ids), text=words, **more)

    async def tap(self, user: int, name: str, value: Mapping[str, Any], chat: int) -> list[Any]:
        """Tap a button that does `name`, on a message made for it."""

        def make(connection: Connection) -> int:
            from dialogs.content import Content
            from storage.work import Work

            work = Work(connection, bot=BOT, now=self.trade.clock.now())
            work.show(chat, "notice", f"t{next(_ids)}", Content(text="x"), [(name, dict(value))])
            work.flush()
            return int(connection.execute(text("SELECT max(id) FROM surfaces")).scalar_one())

        surface = await self.trade.database.write(BOT, make)
        rows = await self.trade.ask(f"SELECT revision FROM {SURFACES} WHERE id = :id", id=surface)
        data = f"{surface}.{rows[0].revision}.0"
        event = TapEvent(
            **self._from(user, chat), query_id=f"q{next(_ids)}", data=data, message_id=1
        )
        return await self.run(event)

    async def state(self) -> dict[str, list[Any]]:
        return {
            table: [tuple(row) for row in await self.trade.ask(f"SELECT * FROM {table}")]
            for table in TABLES
        }

    def value(self) -> dict[str, Any]:
        """Everything a button could be about, of somebody else."""
        named = ("order", "dispute", "offer", "report", "refund", "case", "proof", "payout")
        return {
            **dict.fromkeys(named, 1),
            "order": self.order,
            "dispute": self.dispute,
            "ticket": self.ticket,
            "change": 1,
            "state": "in_progress",
            "version": 1,
            "price": 1,
            "page": 0,
            "percent": 50,
            "days": 3,
            "set": True,
            "sure": True,
            "outcome": "refund",
            "reason": "other",
            "language": "en",
            "message": 1,
            "stars": 5,
            "aspect": "quality",
            "n": 1,
            "day": "2026-12-01",
            "about": "scope",
            "way": "",
        }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """One for all tests; those that give or take roles come last."""
    folder: Path = tmp_path_factory.mktemp("roles")
    database = await Database.open(f"sqlite:///{folder / 'roles.db'}")
    await upgrade(database)
    trade = Trade(database)
    await trade.open()
    made = House(trade)
    for role, user in PEOPLE.items():
        await made.run(made.message(ADMIN, f"/role add {role} {user}"))
    bill = await trade.person(CUSTOMER, "Ann").order(STARS_PLAN)
    await trade.person(CUSTOMER, "Ann").pay(bill)
    await trade.person(PROVIDER, "Pete").say("/start")
    made.order = bill.order

    def quarrel(turn: Turn) -> None:
        session = turn.work.session
        order = session.get_one(Order, bill.order)
        provider = turn.work.person(PROVIDER)
        customer = turn.work.person(CUSTOMER)
        assert provider is not None
        assert customer is not None
        order.provider_id, order.state = provider.id, "in_progress"
        session.flush()
        case = disputes.open_dispute(
            turn, order, customer, Actor.CUSTOMER, "late", "", Terms(Outcome.REFUND)
        )
        assert not isinstance(case, Refusal)
        made.dispute = case.id
        made.ticket = tickets.open_ticket(turn, customer, order=order, reason="asked").id
        refund = Refund(
            bot=BOT,
            payment_id=1,
            order_id=order.id,
            currency="XTR",
            amount=1,
            reason="goodwill",
            way="credit",
            key="refund-1",
            state="approved",
            requested_at=turn.now,
            lines=[],
            confirmed_by=[],
        )
        session.add(refund)
        session.flush()
        assert refund.id == made.value()["refund"]

    await made.run(made.message(CUSTOMER, "x", CUSTOMER), quarrel)
    yield made
    await database.close()


async def test_every_role_against_every_action(house: House) -> None:
    """The table is what the turn says, for given roles and for nobody."""
    for role, user in EVERYBODY:
        wanted = MAY[role] if role is not None else frozenset[Action]()
        found: set[Action] = set()

        def look(turn: Turn, found: set[Action] = found) -> None:
            found |= {action for action in Action if turn.may(action)}
            assert {action for action in Action if permitted(turn, action)} == found

        await house.run(house.message(user, "hello"), look)
        assert found == wanted, role


async def test_who_may_not_press_a_button_of_staff_is_told_and_nothing_changes(
    house: House,
) -> None:
    before = await house.state()
    for name, action in needs.BUTTONS.items():
        assert name in ACTIONS
        for role, user in (*EVERYBODY, (None, CUSTOMER)):
            if role is not None and action in MAY[role]:
                continue
            answers = await house.tap(user, name, house.value(), STAFF)
            assert [one.alert for one in answers] == [True], (name, role)
    assert await house.state() == before


async def test_who_may_not_use_a_command_of_staff_is_told_and_nothing_changes(
    house: House,
) -> None:
    before = await house.state()
    rows = await house.trade.ask("SELECT number FROM orders WHERE id = :id", id=house.order)
    for name, action in needs.COMMANDS.items():
        assert name in GROUP_COMMANDS
        for role, user in EVERYBODY:
            if role is not None and action in MAY[role]:
                continue
            said = await _said(house)
            await house.run(house.message(user, f"/{name} {rows[0].number} 500 XTR 14"))
            assert await _said(house) == said + 1, (name, role)
        # An anonymous administrator cannot be told apart from anybody.
        said = await _said(house)
        await house.run(house.message(ADMIN, f"/{name}", anonymous=True))
        assert await _said(house) == said + 1, name
    assert await house.state() == before


async def _said(house: House) -> int:
    rows = await house.trade.ask(
        "SELECT count(*) AS n FROM outbox WHERE chat_id = :chat AND label = 'staff/answer'",
        chat=STAFF,
    )
    return int(rows[0].n)


async def test_a_stranger_changes_nothing_with_any_button(house: House) -> None:
    """Buttons of customers and providers look whose object it is, even were one to reach a stranger."""
    await house.run(house.message(STRANGER, "/start", STRANGER))
    before = await house.state()
    for name in ACTIONS:
        # To ask for a person is for everybody: it opens a ticket of one's own.
        if name in needs.BUTTONS or name == "support.ask":
            continue
        await house.tap(STRANGER, name, house.value(), STRANGER)
        assert await house.state() == before, name


async def test_nobody_of_staff_mediates_or_rules_on_their_own(house: House) -> None:
    """An admin who is the customer is a party, whatever the role."""
    await house.run(house.message(ADMIN, f"/role add admin {CUSTOMER}"))
    before = (await house.state())["disputes"]
    for name in ("dispute.claim", "dispute.arbitrate", "dispute.draft", "dispute.draft_send"):
        answers = await house.tap(CUSTOMER, name, {"dispute": house.dispute}, STAFF)
        assert [one.alert for one in answers] == [True], name
    assert (await house.state())["disputes"] == before


async def test_a_role_that_is_taken_away_counts_no_more_at_once(house: House) -> None:
    agent = PEOPLE[Role.AGENT]
    seen: list[bool] = []

    def look(turn: Turn) -> None:
        seen.append(turn.may(Action.TICKET_ANSWER))

    await house.run(house.message(agent, "hello"), look)
    await house.run(
        house.message(ADMIN, "/role remove agent", replied=Sender(id=agent, name="P21"))
    )
    await house.run(house.message(agent, "hello"), look)
    assert seen == [True, False]
    answers = await house.tap(agent, "dispute.claim", {"dispute": house.dispute}, STAFF)
    assert [one.alert for one in answers] == [True]
    rows = await house.trade.ask(
        "SELECT action, subject FROM audit WHERE action LIKE 'role.%' ORDER BY id DESC LIMIT 1"
    )
    assert tuple(rows[0]) == ("role.remove", f"user:{agent}")


async def test_an_invitation_gives_a_role_once(house: House) -> None:
    await house.run(house.message(ADMIN, "/invite lead"))
    rows = await house.trade.ask("SELECT body FROM outbox WHERE label = 'staff/invite'")
    link = str(rows[-1].body).split("start=")[1][:37]
    for user in (61, 62):
        await house.run(house.message(user, f"/start {link}", user))
    given = await house.trade.ask("SELECT user_id FROM staff_roles WHERE role = 'lead'")
    assert [row.user_id for row in given] == [PEOPLE[Role.LEAD], 61]


@pytest.mark.parametrize("statement", ["UPDATE audit SET action = 'x'", "DELETE FROM audit"])
async def test_the_audit_trail_only_grows(house: House, statement: str) -> None:
    before = (await house.state())["audit"]
    assert before
    with pytest.raises(DatabaseError, match="only ever added"):
        await house.trade.database.write(BOT, lambda c: c.execute(text(statement)))
    assert (await house.state())["audit"] == before
