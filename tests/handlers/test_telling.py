"""Everybody whom the lifecycle names hears of a transition, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from jinja2 import TemplateNotFound

from dialogs.words import LANGUAGES, environment
from handlers import telling
from orders.lifecycle import TABLE, Audience

#: (transition, audience) without a message of `handlers.telling`, and why that is right. Nothing else may be.
EXCEPTIONS: Mapping[tuple[str, Audience], str] = {
    # Proposals to cancel are surfaces of their own, with buttons.
    ("propose_cancel", Audience.CUSTOMER): "the proposal's own surface",
    ("propose_cancel", Audience.PROVIDER): "the proposal's own surface",
    ("decline_cancel", Audience.CUSTOMER): "the proposal's own surface",
    ("decline_cancel", Audience.PROVIDER): "the proposal's own surface",
    ("cancel_agreed", Audience.CUSTOMER): "the proposal's own surface",
    ("cancel_agreed", Audience.PROVIDER): "the proposal's own surface",
    ("cancel_agreed", Audience.SUPPORT): "the proposal's own surface",
    # A ruling is told with its reasons by what makes it.
    ("rule", Audience.CUSTOMER): "the dispute's decision",
    ("rule", Audience.PROVIDER): "the dispute's decision",
    ("rule", Audience.SUPPORT): "the dispute's decision",
}


def told(transition: str, audience: Audience) -> str | None:
    """The template by which an audience learns of a transition."""
    if (transition, audience) in telling.SHOWN:
        return telling.SHOWN[transition, audience]
    match audience:
        case Audience.CUSTOMER:
            return telling.CUSTOMER.get(transition)
        case Audience.PROVIDER:
            return telling.PROVIDER.get(transition)
        case Audience.SUPPORT if transition in telling.STAFF:
            return telling.STAFF[transition]
        case Audience.SUPPORT | Audience.PROVIDERS if transition in telling.ANNOUNCED:
            return "staff/announce"
    return None


def test_every_transition_is_told_to_everybody_it_names() -> None:
    wanted = {(line.name, audience) for line in TABLE for audience in line.told}
    silent = {pair for pair in wanted if told(*pair) is None} - set(EXCEPTIONS)
    assert silent == set(), (
        "these transitions are told to nobody: add a template in handlers/telling.py"
    )


def test_nobody_is_told_whom_the_lifecycle_does_not_name() -> None:
    wanted = {(line.name, audience) for line in TABLE for audience in line.told}
    assert set(telling.SHOWN) <= wanted
    assert {(name, Audience.CUSTOMER) for name in telling.CUSTOMER} <= wanted
    assert {(name, Audience.PROVIDER) for name in telling.PROVIDER} <= wanted
    assert {(name, Audience.SUPPORT) for name in telling.STAFF} <= wanted


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_told_exists(language: str) -> None:
    missing = []
    for line in TABLE:
        for audience in line.told:
            name = told(line.name, audience)
            try:
                environment(language).get_template(f"{name}.html") if name else None
            except TemplateNotFound:
                missing.append(name)
    assert missing == []
