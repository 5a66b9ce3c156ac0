"""When backups are made, what they are called, which are kept, and how each is proved.

A backup that nobody has restored is a hope. So each one is put into a fresh place at once, and the invariants are
asked there; one that does not pass is reported, and never counts as the newest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog

from bot.clock import Clock
from bot.errors import BotError
from bot.kept import Kept, worth_keeping
from bot.lease_keeper import DELIVERY, LeaseKeeper, holder_is_gone
from bot.metrics import Metrics
from storage import backup, lease
from storage.database import Database, StorageError
from storage.invariants import check, count
from storage.migrate import current, head, known, upgrade

_NAME = re.compile(r"orderclerk-(\d{8}T\d{6}Z)(\.db\.gz|\.dump)")
_STAMP = "%Y%m%dT%H%M%SZ"
#: After a failure, a pause: the reason does not go away within a minute.
_AGAIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Proof:
    """What a backup held when it was put into a fresh place."""

    orders: int
    breaches: tuple[str, ...]


def name_of(at: datetime, suffix: str) -> str:
    return f"orderclerk-{at.astimezone(UTC):{_STAMP}}{suffix}"


def taken_at(file: Path) -> datetime | None:
    """When a backup was made, by its name; None for a file that is none of ours."""
    match = _NAME.fullmatch(file.name)
    try:
        return datetime.strptime(match[1], _STAMP).replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def existing(folder: Path) -> dict[datetime, Path]:
    """The backups in a folder by their time, oldest first."""
    if not folder.is_dir():
        return {}
    found = {at: file for file in folder.iterdir() if (at := taken_at(file)) is not None}
    return dict(sorted(found.items()))


def thin_out(folder: Path, kept: Kept) -> list[Path]:
    """Delete what is not worth keeping; the files that were. Only files named as ours are touched."""
    there = existing(folder)
    keep = worth_keeping(there, kept)
    gone = [file for at, file in there.items() if at not in keep]
    for file in gone:
        file.unlink(missing_ok=True)
    return gone


async def make(url: str, folder: Path, at: datetime) -> Path:
    """Write a backup of the database at `url` into a folder. Raises BotError or StorageError."""
    _make_folder(folder)
    file = folder / name_of(at, backup.suffix_for(url))
    await backup.dump(url, file)
    return file


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise BotError(f"cannot make the folder {folder}: {error.strerror}") from None


async def prove(file: Path, url: str, now: datetime) -> Proof:
    """Put a backup into a fresh place beside `url`, and ask the invariants there. Raises StorageError."""
    async with backup.tried_out(file, url) as place:
        database = await Database.open(place)
        try:
            found = await database.read(current)
            if found != head():
                raise StorageError(f"{file.name}: its schema is {found or 'not ours'}")
            return await _proof(database, now)
        finally:
            await database.close()


async def _proof(database: Database, now: datetime) -> Proof:
    breaches = await database.read(lambda connection: check(connection, now=now))
    counts = await database.read(count)
    return Proof(counts.orders, tuple(str(breach) for breach in breaches))


@dataclass(frozen=True, slots=True)
class Restored:
    proof: Proof
    #: Where what was there before is kept.
    aside: Path | None


async def restore(file: Path, url: str, *, now: datetime, force: bool) -> Restored:
    """Put a backup into the database at `url`, and bring it up to date.

    Raises BotError when there is something already and not `force`, when a bot is at work there, and for a backup
    of a program we do not know. What is there is touched only after the backup has been restored elsewhere.
    """
    found = await backup.revision(file)
    if found not in known():
        raise BotError(
            f"{file}: its schema is {found or 'not ours'}, this program knows {head()}; "
            "restore it with the program that made it"
        )
    aside: Path | None = None
    if not await backup.is_new(url):
        await _nobody_at_work(url)
        if not force:
            raise BotError(
                "DATABASE_URL: there is something in this database already; --force replaces it "
                "and keeps what was there"
            )
        async with backup.tried_out(file, url):
            # It can be restored: only now is anything taken away.
            pass
        aside = await _put_aside(file, url, now)
    await backup.load(file, url)
    database = await Database.open(url)
    try:
        await upgrade(database)
        proof = await _proof(database, now)
    finally:
        await database.close()
    return Restored(proof, aside)


async def _nobody_at_work(url: str) -> None:
    database = await Database.open(url)
    try:
        holders = await database.read(lease.holders)
    finally:
        await database.close()
    if any(not holder_is_gone(holder) for holder in holders):
        raise BotError("a bot is at work on this database; stop it first, then wait 15 seconds")


async def _put_aside(file: Path, url: str, now: datetime) -> Path:
    """Keep what is there under another name, beside the SQLite file or the backup."""
    stamp = now.astimezone(UTC).strftime(_STAMP)
    if (sqlite := backup.sqlite_file(url)) is not None:
        aside = sqlite.with_name(f"{sqlite.name}.before-{stamp}")
    else:
        aside = file.with_name(f"before-{stamp}{backup.suffix_for(url)}")
        await backup.dump(url, aside)
    await backup.empty(url, aside)
    return aside


class Backups:
    """Makes them when they are due, on the replica that delivers."""

    def __init__(
        self,
        *,
        url: str,
        folder: Path,
        every: timedelta,
        kept: Kept,
        clock: Clock,
        leases: LeaseKeeper,
        metrics: Metrics,
    ) -> None:
        self._url = url
        self._folder = folder
        self._every = every
        self._kept = kept
        self._clock = clock
        self._leases = leases
        self._metrics = metrics
        self._not_before: datetime | None = None
        self._log = structlog.get_logger("backups")

    async def look(self) -> bool:
        """Make one if it is time; whether one was made. Every replica says how old the newest is."""
        now = self._clock.now()
        if self._not_before is not None and now < self._not_before:
            return False
        try:
            if not self._due(now):
                return False
            file = await make(self._url, self._folder, now)
            proof = await self._proved(file)
            gone = thin_out(self._folder, self._kept)
            self._newest()
        except (BotError, StorageError, OSError) as error:
            self._failed(now, str(error))
            return False
        if proof.breaches:
            # The copy is true to the database: it is the database that is not as it must be.
            self._metrics.alarms.labels("invariants").inc()
            self._log.error("invariants_broken", backup=file.name, breaches=len(proof.breaches))
        self._not_before = None
        self._log.info(
            "backed_up", file=file.name, orders=proof.orders, proved=True, thinned=len(gone)
        )
        return True

    async def _proved(self, file: Path) -> Proof:
        try:
            return await prove(file, self._url, self._clock.now())
        except (StorageError, OSError):
            # Written, but it could not be put back: not a backup.
            _set_aside(file)
            raise

    def _due(self, now: datetime) -> bool:
        newest = self._newest()
        if self._leases.held(DELIVERY) is None:
            return False
        return newest is None or now - newest >= self._every

    def _newest(self) -> datetime | None:
        """When the newest was made. It may be of an earlier run, or another replica's."""
        there = existing(self._folder)
        newest = max(there, default=None)
        self._metrics.backup_at.set(newest.timestamp() if newest else 0)
        self._metrics.backup_bytes.set(there[newest].stat().st_size if newest else 0)
        return newest

    def _failed(self, now: datetime, why: str) -> None:
        self._not_before = now + min(_AGAIN, self._every)
        self._metrics.alarms.labels("backup").inc()
        self._log.error("backup_failed", why=why.partition("\n")[0])


def _set_aside(file: Path) -> None:
    file.rename(file.with_name(file.name + ".bad"))


def listed(folder: Path) -> Sequence[str]:
    """A line for each backup in a folder."""
    return [
        f"{file.name}  {file.stat().st_size / 1_048_576:.1f} MB"
        for file in existing(folder).values()
    ]
