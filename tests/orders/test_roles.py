from __future__ import annotations

from pathlib import Path

import pytest

from orders.roles import MAY, MEANING, Action, Role, actor_of, may, roles_markdown, who_may
from orders.states import Actor

ROOT = Path(__file__).parents[2]


def test_every_action_has_a_meaning_and_somebody_who_may() -> None:
    assert set(MEANING) == set(Action)
    for action in Action:
        assert Role.ADMIN in who_may(action)


def test_a_lead_may_what_an_agent_may_and_finance_only_money() -> None:
    assert MAY[Role.AGENT] < MAY[Role.LEAD]
    assert not may([Role.FINANCE], Action.DISPUTE_MEDIATE)
    assert not may([Role.LEAD], Action.PROOF_DECIDE)
    assert not may([Role.AGENT], Action.DISPUTE_RULE)
    assert may([Role.AGENT, Role.FINANCE], Action.PROOF_DECIDE)
    assert not any(may([], action) for action in Action)


@pytest.mark.parametrize(
    ("roles", "actor"),
    [
        ((Role.AGENT,), Actor.SUPPORT),
        ((Role.FINANCE,), Actor.FINANCE),
        ((Role.FINANCE, Role.AGENT), Actor.SUPPORT),
        ((Role.AGENT, Role.LEAD), Actor.LEAD),
        ((Role.ADMIN,), Actor.LEAD),
    ],
)
def test_they_move_orders_as_the_most_senior_they_are(
    roles: tuple[Role, ...], actor: Actor
) -> None:
    assert actor_of(roles) is actor


def test_the_page_is_made_from_the_table() -> None:
    written = (ROOT / "docs" / "roles.md").read_text(encoding="utf-8")
    assert written == roles_markdown()
    assert written.count("\n| ") == len(Action) + 1
