from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.channels.errors import Unauthorized
from bot.channels.port import Blocked, ChannelError, Gone, Refused, UnknownOutcome, Wait
from bot.outcomes import MAX_AGE, MAX_TRIES, defect, failed, give_up
from storage.outbox import Claimed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def row(**more: Any) -> Claimed:
    values: dict[str, Any] = {
        "id": 1,
        "chat_id": 42,
        "thread_id": None,
        "kind": "send",
        "body": {},
        "priority": 1,
        "due_at": NOW,
        "unknown": "repeat",
        "tries": 1,
        "label": "",
        "told": False,
        "epoch": 3,
        **more,
    }
    return Claimed(**values)


@pytest.mark.parametrize(
    ("error", "state", "reason", "seconds", "counts", "alarm"),
    [
        (Wait(7), "queued", "wait", 7, False, None),
        (Unauthorized("no"), "queued", "unauthorized", 30, False, "unauthorized"),
        (UnknownOutcome("?"), "queued", "unknown_outcome", 2, True, None),
        (Blocked("b"), "dead", "blocked", None, True, None),
        (Gone("thread"), "dead", "thread_gone", None, True, None),
        (Gone("query"), "dead", "query_gone", None, True, None),
        (Refused("bad"), "dead", "refused: bad", None, True, "refused"),
    ],
)
def test_failures(
    error: ChannelError,
    state: str,
    reason: str,
    seconds: int | None,
    counts: bool,
    alarm: str | None,
) -> None:
    report = failed(row(), error, NOW)
    made = report.settlement
    assert (made.id, made.epoch, made.state, made.reason) == (1, 3, state, reason)
    assert made.due_at == (None if seconds is None else NOW + timedelta(seconds=seconds))
    assert made.counts is counts
    assert report.alarm == alarm


def test_only_messages_end_with_a_blocked_chat() -> None:
    assert failed(row(), Blocked("b"), NOW).settlement.blocked_chat == 42
    # A refund, or an answer to a pre-checkout, has nothing to do with it.
    for other in (row(kind="call"), row(priority=0)):
        assert failed(other, Blocked("b"), NOW).settlement.blocked_chat is None


def test_what_must_not_come_twice_ends_with_an_alarm() -> None:
    report = failed(row(unknown="once"), UnknownOutcome("?"), NOW)
    assert (report.settlement.state, report.alarm) == ("dead", "unknown_outcome")
    assert not report.answered


def test_tries_come_more_and_more_slowly_and_not_for_ever() -> None:
    def pause(tries: int, **more: Any) -> float:
        made = failed(row(tries=tries, **more), UnknownOutcome("?"), NOW).settlement
        assert made.due_at is not None
        assert made.expires_at == NOW + MAX_AGE
        return (made.due_at - NOW).total_seconds()

    assert [pause(tries) for tries in range(1, 9)] == [2, 4, 8, 16, 32, 60, 60, 60]
    # An answer with a deadline of seconds cannot wait for seconds.
    assert pause(5, priority=0) == 0.5


def test_an_outage_is_not_the_rows_fault() -> None:
    last = row(tries=MAX_TRIES)
    report = failed(last, UnknownOutcome("?"), NOW)
    patient = give_up(last, report, channel_works=False)
    assert (patient.settlement.state, patient.settlement.counts) == ("queued", False)
    over = give_up(last, report, channel_works=True)
    assert (over.settlement.state, over.alarm) == ("dead", "unknown_outcome")
    early = give_up(row(tries=2), report, channel_works=True)
    assert (early.settlement.state, early.settlement.counts) == ("queued", True)


def test_other_outcomes_are_not_given_up() -> None:
    last = row(tries=MAX_TRIES)
    report = failed(last, Wait(3), NOW)
    assert give_up(last, report, channel_works=True) == report


def test_an_unknown_file_id_is_forgotten() -> None:
    wrong = Refused("Bad Request: wrong file identifier/HTTP URL specified")
    report = failed(row(), wrong, NOW, named_files=("d",))
    assert (report.settlement.state, report.unknown_files) == ("queued", ("d",))
    assert failed(row(), wrong, NOW).settlement.state == "dead"
    assert failed(row(), Refused("too long"), NOW, named_files=("d",)).settlement.state == "dead"


def test_a_defect_is_kept_by_kind_and_not_by_its_words() -> None:
    report = defect(row(), ValueError("somebody's words"))
    assert report.settlement.reason == "defect: ValueError"
    assert report.alarm == "defect"
