"""Column types that behave the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import overload

from sqlalchemy import BigInteger, Dialect
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Instant(TypeDecorator[datetime]):
    """An aware time, stored as integer milliseconds since 1970 UTC.

    Integers sort, compare and index alike in both databases and cost nothing to parse. A naive value is
    refused: it would silently mean another moment on another machine.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return millis(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return moment(value)


@overload
def millis(value: datetime) -> int: ...


@overload
def millis(value: datetime | None) -> int | None: ...


def millis(value: datetime | None) -> int | None:
    """A time as it is stored."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("naive datetime; pass an aware one")
    return (value - _EPOCH) // _MILLISECOND


def moment(value: int | None) -> datetime | None:
    """The time that is stored as `value`."""
    return None if value is None else at(value)


def at(value: int) -> datetime:
    """The same of a value that is there."""
    return _EPOCH + value * _MILLISECOND
