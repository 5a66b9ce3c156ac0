from __future__ import annotations

import pytest

from bot.pace import UNHURRIED, Limits, Pace


class Hand:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def pace(hand: Hand) -> Pace:
    return Pace(monotonic=hand)


def send(
    pace: Pace, hand: Hand, chats: list[int], seconds: float, step: float = 0.01
) -> list[tuple[float, int]]:
    """Send to any of `chats` whenever it is allowed; what was sent when."""
    sent = []
    end = hand.now + seconds
    while hand.now < end:
        waiting = pace.waiting()
        for chat in chats:
            while pace.free() > 0 and chat not in waiting:
                pace.take(chat)
                waiting = pace.waiting()
                sent.append((hand.now, chat))
        hand.now += step
    return sent


def most_in(sent: list[tuple[float, int]], span: float) -> int:
    return max(sum(1 for at, _ in sent if start <= at < start + span) for start, _ in sent)


def test_never_more_than_thirty_in_any_second(pace: Pace, hand: Hand) -> None:
    sent = send(pace, hand, list(range(1, 100)), 5)
    assert most_in(sent, 1.0) == 30
    # And not much less either.
    assert len(sent) >= 30 * 5 / 1.06


def test_one_chat_gets_a_short_burst_and_then_one_a_second(pace: Pace, hand: Hand) -> None:
    sent = send(pace, hand, [1], 10)
    assert [at for at, _ in sent[:3]] == pytest.approx([1_000.0] * 3, abs=0.05)
    assert len(sent) in (12, 13)
    assert most_in(sent[3:], 0.95) == 1


def test_a_group_gets_twenty_in_any_minute(pace: Pace, hand: Hand) -> None:
    sent = send(pace, hand, [-1], 200, step=0.1)
    assert most_in(sent, 60.0) == 20
    assert len(sent) >= 60


def test_a_chat_that_must_wait_holds_up_nobody_else(pace: Pace, hand: Hand) -> None:
    pace.hold(1, 30)
    assert pace.waiting() == {1}
    assert pace.free() == 30
    assert pace.delay() == pytest.approx(30)
    hand.now += 30.1
    assert pace.waiting() == set()
    assert pace.delay() == 0.0


def test_several_chats_told_to_wait_means_everybody(pace: Pace, hand: Hand) -> None:
    for chat in (1, 2):
        pace.hold(chat, 8)
    assert pace.free() == 30
    pace.hold(3, 8)
    assert pace.free() == 0
    assert pace.delay() == pytest.approx(8)
    hand.now += 8
    assert pace.free() == 30


def test_the_same_chat_told_again_is_no_storm(pace: Pace) -> None:
    for _ in range(5):
        pace.hold(1, 8)
    assert pace.free() == 30


def test_what_was_not_needed_is_given_back(pace: Pace) -> None:
    for _ in range(3):
        pace.take(1)
    assert pace.waiting() == {1}
    pace.give_back(1)
    assert pace.waiting() == set()
    assert pace.free() == 28


def test_chats_that_rest_cost_no_memory(pace: Pace, hand: Hand) -> None:
    for chat in range(-50, 50):
        pace.take(chat)
    hand.now += 61
    pace.free()
    assert pace._chats == {}


def test_the_delay_is_the_shortest_wait(pace: Pace, hand: Hand) -> None:
    for _ in range(3):
        pace.take(1)
    pace.hold(2, 20)
    assert pace.delay() == pytest.approx(1.0)
    hand.now += pace.delay()
    assert 1 not in pace.waiting()


def test_other_limits_can_be_wished_for(hand: Hand) -> None:
    pace = Pace(UNHURRIED, hand)
    assert len(send(pace, hand, [-1], 1)) >= 100
    strict = Pace(Limits(chat_burst=1.0), hand)
    strict.take(1)
    assert strict.waiting() == {1}
