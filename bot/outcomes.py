"""What came of a row, and what a failure of the channel means for it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from bot.channels.errors import Unauthorized
from bot.channels.port import Blocked, Call, ChannelError, Gone, UnknownOutcome, Wait
from storage.outbox import URGENT, Claimed
from storage.outbox_round import Finished
from storage.outbox_settle import Settlement

#: A repeatable row of unknown outcome is given up after so many tries while the channel otherwise works,
#: and so long after the first of them in any case.
MAX_TRIES = 8
MAX_AGE = timedelta(hours=24)
_LONGEST_BACKOFF = 60.0
#: While the token is not accepted nothing can be sent: look again every so often.
_UNAUTHORIZED_PAUSE = timedelta(seconds=30)


NO_FILES: Mapping[str, str] = MappingProxyType({})


class Report(NamedTuple):
    """What came of a row."""

    settlement: Settlement
    #: Calls that tidy up behind it; their failure changes nothing.
    tidy: tuple[Call, ...] = ()
    #: File ids by content digest, of files that were uploaded.
    uploaded: Mapping[str, str] = NO_FILES
    #: Digests whose stored file id the channel no longer knows.
    unknown_files: tuple[str, ...] = ()
    #: Newest message id made, in a private chat.
    newest: int | None = None
    #: Seconds the channel wants to be left alone.
    wait: float = 0.0
    #: Calls made besides the first, and whether there was a first.
    calls: int = 1
    #: Whether the channel answered at all.
    answered: bool = True
    #: A kind of alarm for a person, if one is due.
    alarm: str | None = None


class Outcome(NamedTuple):
    """A row, and what came of it."""

    row: Claimed
    report: Report


def failed(
    row: Claimed, error: ChannelError, now: datetime, *, named_files: tuple[str, ...] = ()
) -> Report:
    """What a call's failure means. `named_files` are digests of files it named by a stored id."""
    if isinstance(error, Wait):
        later = now + timedelta(seconds=error.seconds)
        return Report(
            settlement=again(row, later, "wait", counts=False), wait=max(error.seconds, 0.1)
        )
    if isinstance(error, Unauthorized):
        later = now + _UNAUTHORIZED_PAUSE
        return Report(
            settlement=again(row, later, "unauthorized", counts=False), alarm="unauthorized"
        )
    if isinstance(error, Blocked):
        is_message = row.kind != "call" and row.priority > URGENT
        return Report(
            settlement=settled(
                row, "dead", reason="blocked", blocked_chat=row.chat_id if is_message else None
            )
        )
    if isinstance(error, UnknownOutcome):
        return _unknown(row, now)
    if isinstance(error, Gone):
        return dead(row, f"{error.what}_gone")
    if named_files and "file" in str(error).lower():
        # An id from another time (Bot API: file ids are not promised for ever): upload again.
        return Report(settlement=again(row, now, "file_id"), unknown_files=named_files)
    return dead(row, f"refused: {error}", alarm="refused")


def dead(row: Claimed, reason: str, *, alarm: str | None = None) -> Report:
    return Report(settlement=settled(row, "dead", reason=reason), alarm=alarm)


def _unknown(row: Claimed, now: datetime) -> Report:
    if row.unknown == "once":
        return dead(row, "unknown_outcome", alarm="unknown_outcome")._replace(answered=False)
    pause = 0.5 if row.priority == URGENT else min(2.0**row.tries, _LONGEST_BACKOFF)
    later = now + timedelta(seconds=pause)
    settlement = again(row, later, "unknown_outcome", expires_at=now + MAX_AGE)
    return Report(settlement=settlement, answered=False)


def give_up(row: Claimed, report: Report, *, channel_works: bool) -> Report:
    """A row of unknown outcome is not tried for ever; but an outage is not its fault."""
    settlement = report.settlement
    if settlement.state != "queued" or settlement.reason != "unknown_outcome":
        return report
    if channel_works and row.tries >= MAX_TRIES:
        dead = settled(row, "dead", reason="unknown_outcome")
        return report._replace(settlement=dead, alarm="unknown_outcome")
    return report._replace(settlement=settlement._replace(counts=channel_works))


def defect(row: Claimed, error: Exception) -> Report:
    """Our own code failed on this row: kept with the kind of failure, for somebody to look at."""
    reason = f"defect: {type(error).__name__}"
    return Report(settlement=settled(row, "dead", reason=reason), alarm="defect", answered=False)


def settled(row: Claimed, state: Any, **more: Any) -> Settlement:
    return Settlement(id=row.id, epoch=row.epoch, state=state, **more)


def again(row: Claimed, due_at: datetime, reason: str, **more: Any) -> Settlement:
    return Settlement(
        id=row.id, epoch=row.epoch, state="queued", reason=reason, due_at=due_at, **more
    )


def finished_of(outcomes: Sequence[Outcome]) -> Finished:
    """What there is to write of everything that has come back."""
    newest: dict[int, int] = {}
    uploaded: dict[str, str] = {}
    unknown: set[str] = set()
    for outcome in outcomes:
        report, chat = outcome.report, outcome.row.chat_id
        if report.newest is not None:
            newest[chat] = max(newest.get(chat, 0), report.newest)
        if report.uploaded:
            uploaded.update(report.uploaded)
        if report.unknown_files:
            unknown.update(report.unknown_files)
    return Finished(
        settlements=[outcome.report.settlement for outcome in outcomes],
        newest=newest,
        uploaded=uploaded,
        unknown_files=unknown,
    )
