"""Carrying out one outbox row: which calls it takes, and what their outcome means for it.

Nothing here touches the database: a row goes in, a `Settlement` comes out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot import render
from bot.assets import Assets
from bot.channels.port import (
    Call,
    Channel,
    ChannelError,
    Done,
    Gone,
    Refused,
    Unchanged,
)
from bot.metrics import Metrics
from bot.outcomes import Report, again, dead, failed, settled
from bot.surface_plan import Plan, Shown, Step, plan
from dialogs.content import Content
from storage.outbox import Claimed, WantedSurface
from storage.outbox_settle import ShownSurface
from storage.points import GATEWAY, reached
from storage.serial import typed


@dataclass(slots=True)
class _Prepared:
    """The call of a row, and what to note when it succeeds."""

    call: Call | None
    plan: Plan | None = None
    content: Content | None = None
    #: Digests of the files the call shows, in the order of its messages.
    digests: tuple[str | None, ...] = ()
    uploads: bool = False


class Sender:
    """Performs rows. `file_ids` is what was uploaded before, by digest; looked up by the caller."""

    def __init__(
        self,
        channel: Channel,
        *,
        assets: Assets,
        provider_token: str,
        now: Callable[[], datetime],
        metrics: Metrics,
    ) -> None:
        self._channel = channel
        self._assets = assets
        self._provider_token = provider_token
        self._now = now
        self._metrics = metrics

    async def ready(self, row: Claimed) -> None:
        """Have the charts of a row drawn, in a thread: the others go on meanwhile."""
        if not _has_files(row):
            return
        try:
            contents = _contents(row)
        except ValueError:
            return
        for content in contents:
            asset = content.media.asset if content.media is not None else None
            if asset is not None and self._assets.must_draw(asset):
                await asyncio.to_thread(self._assets.draw, asset)

    def digests(self, row: Claimed) -> set[str]:
        """What to look up among the uploaded files before `perform`."""
        if not _has_files(row):
            return set()
        try:
            contents = _contents(row)
        except ValueError:
            return set()
        return {digest for content in contents if (digest := self._digest(content)) is not None}

    async def perform(self, row: Claimed, file_ids: Mapping[str, str]) -> Report:
        """Do what the row asks. Raises nothing but cancellation."""
        try:
            made = self._prepare(row, file_ids)
        except Refused as error:
            return dead(row, f"refused: {error}", alarm="refused")
        except (ValueError, KeyError, OSError) as error:
            # Content of another version of the program, or a file that cannot be read.
            return dead(row, f"refused: {type(error).__name__}", alarm="refused")
        if made.call is None:
            return Report(settlement=settled(row, "sent"), calls=0)
        try:
            done = await self.call(made.call)
        except Unchanged:
            return self._succeeded(row, made, Done())
        except Gone as error:
            return await self._gone(row, made, error, file_ids)
        except ChannelError as error:
            return failed(row, error, self._now(), named_files=_named(made))
        return self._succeeded(row, made, done)

    async def call(self, call: Call) -> Done:
        """One call of the channel, counted."""
        place = "gateway" if call.method in GATEWAY else "send"
        reached(f"{place}.before")
        try:
            done = await self._channel.perform(call)
            reached(f"{place}.after")
        except ChannelError as error:
            self._metrics.sends.labels(call.method, _name(error)).inc()
            raise
        self._metrics.sends.labels(call.method, "done").inc()
        return done

    # -- before the call ----------------------------------------------------------------------------

    def _prepare(
        self, row: Claimed, file_ids: Mapping[str, str], *, resend: bool = False
    ) -> _Prepared:
        if row.kind == "call":
            return _Prepared(Call(method=row.body["method"], params=row.body.get("params", {})))
        target = render.Target(chat=row.chat_id, thread=row.thread_id)
        if row.kind == "send" and len(row.body.get("album", ())) > 1:
            contents = _contents(row)
            files = [self._attach(content, file_ids) for content in contents]
            call = render.album(target, contents, [file for file, _ in files])
            return _Prepared(
                call,
                digests=tuple(digest for _, digest in files),
                uploads=bool(call.files),
            )
        if row.kind == "send":
            (content,) = _contents(row)
            file, digest = self._attach(content, file_ids)
            call = render.send(target, content, attached=file, provider_token=self._provider_token)
            return _Prepared(call, content=content, digests=(digest,), uploads=bool(call.files))
        if row.surface is None:
            # Its surface was deleted: nothing is to be shown any more.
            return _Prepared(None)
        return self._surface(row, row.surface, file_ids, resend=resend)

    def _surface(
        self, row: Claimed, surface: WantedSurface, file_ids: Mapping[str, str], *, resend: bool
    ) -> _Prepared:
        contents = _contents(row)
        wanted = contents[0] if contents else None
        shown = Shown(
            message_id=None if resend else surface.message_id,
            hash=surface.shown_hash,
            shape=surface.shown_kind,
            sent_at=surface.sent_at,
        )
        todo = plan(
            wanted,
            surface.content_hash,
            shown,
            kind=surface.kind,
            anew=bool(row.body.get("anew")),
            last_message_id=row.last_message_id,
            now=self._now(),
        )
        old = surface.message_id or 0
        keys = render.Keys(surface=surface.id, revision=surface.revision)
        if todo.step is Step.NOTHING:
            return _Prepared(None)
        if todo.step is Step.DELETE:
            return _Prepared(render.delete(surface.chat_id, old), plan=todo)
        if todo.step is Step.STRIP:
            return _Prepared(render.strip(surface.chat_id, old), plan=todo)
        assert wanted is not None
        file, digest = self._attach(wanted, file_ids)
        if todo.step is Step.EDIT:
            call = render.edit(
                surface.chat_id,
                old,
                wanted,
                shown=surface.shown_kind or "",
                keys=keys,
                attached=file,
            )
        else:
            call = render.send(
                render.Target(chat=surface.chat_id, thread=surface.thread_id),
                wanted,
                keys=keys,
                attached=file,
                provider_token=self._provider_token,
            )
        return _Prepared(
            call, plan=todo, content=wanted, digests=(digest,), uploads=bool(call.files)
        )

    def _attach(
        self, content: Content, file_ids: Mapping[str, str]
    ) -> tuple[render.Attached | None, str | None]:
        """The file to send, and the digest under which it is remembered when it is an asset."""
        media = content.media
        if media is None or media.asset is None:
            return None, None
        path = self._assets.path(media.asset)
        if path is None:
            raise Refused(f"no such file: {media.asset}")
        digest = self._assets.digest(media.kind, path)
        if digest in file_ids:
            return render.Attached(file_id=file_ids[digest]), digest
        return render.Attached(path=str(path), name=media.name), digest

    def _digest(self, content: Content) -> str | None:
        media = content.media
        if media is None or media.asset is None:
            return None
        path = self._assets.path(media.asset)
        return None if path is None else self._assets.digest(media.kind, path)

    # -- after the call -----------------------------------------------------------------------------

    def _succeeded(self, row: Claimed, made: _Prepared, done: Done) -> Report:
        message_id = done.message_ids[-1] if done.message_ids else None
        new = message_id if _makes_messages(made) else None
        shown, tidy = self._now_shown(row, made, new)
        return Report(
            settlement=settled(
                row, "sent", message_id=message_id, shown=shown, result=_result(row, done)
            ),
            tidy=tidy,
            uploaded=_uploaded(made, done),
            newest=new if row.chat_id > 0 else None,
        )

    def _now_shown(
        self, row: Claimed, made: _Prepared, message_id: int | None
    ) -> tuple[ShownSurface | None, tuple[Call, ...]]:
        surface, todo = row.surface, made.plan
        if surface is None or todo is None:
            return None, ()
        if todo.step in (Step.DELETE, Step.STRIP):
            return ShownSurface(id=surface.id), ()
        assert made.content is not None
        now_shown = ShownSurface(
            id=surface.id,
            message_id=message_id if todo.step is Step.SEND else surface.message_id,
            shown_hash=surface.content_hash,
            shown_kind=render.shape(made.content),
            sent_at=self._now() if todo.step is Step.SEND else surface.sent_at,
        )
        if todo.old is None or surface.message_id is None:
            return now_shown, ()
        undo = render.delete if todo.old is Step.DELETE else render.strip
        return now_shown, (undo(surface.chat_id, surface.message_id),)

    async def _gone(
        self, row: Claimed, made: _Prepared, error: Gone, file_ids: Mapping[str, str]
    ) -> Report:
        step = made.plan.step if made.plan is not None else None
        if error.what == "chat" and error.moved_to is not None:
            return Report(
                settlement=again(
                    row,
                    self._now(),
                    "chat_moved",
                    counts=False,
                    moved_chat=(row.chat_id, error.moved_to),
                )
            )
        if error.what != "message" or step is None:
            return dead(row, f"{error.what}_gone")
        assert row.surface is not None
        if step is Step.DELETE:
            # Deleted by somebody else, or too old: then at least its buttons go.
            stripped = render.strip(row.surface.chat_id, row.surface.message_id or 0)
            return replace(self._succeeded(row, made, Done()), tidy=(stripped,))
        payable = render.kind_of(row.surface.shown_kind or "") == "invoice"
        if step is Step.STRIP or payable:
            # An invoice that lost its buttons was paid or is being paid: never sent again for them.
            return self._succeeded(row, made, Done())
        return await self._resend(row, file_ids)

    async def _resend(self, row: Claimed, file_ids: Mapping[str, str]) -> Report:
        """The message that was to be edited is not there any more: send it again."""
        made = self._prepare(row, file_ids, resend=True)
        assert made.call is not None
        try:
            done = await self.call(made.call)
        except ChannelError as error:
            return replace(failed(row, error, self._now(), named_files=_named(made)), calls=2)
        report = self._succeeded(row, made, done)
        # What stood there is gone: nothing to tidy.
        return replace(report, tidy=(), calls=2)


def _has_files(row: Claimed) -> bool:
    """Whether it is worth reading the row for the files it shows."""
    if row.kind == "surface":
        return row.surface is not None and "media" in (row.surface.content or ())
    return row.kind == "send" and ("media" in row.body or "album" in row.body)


def _contents(row: Claimed) -> list[Content]:
    """What the row shows, read back from JSON. Raises ValueError when it does not fit."""
    if row.kind == "surface":
        stored = row.surface.content if row.surface is not None else None
        return [] if stored is None else [typed(Content, stored)]
    if row.kind == "send":
        parts = row.body.get("album")
        return [typed(Content, part) for part in (parts if parts is not None else [row.body])]
    return []


def _makes_messages(made: _Prepared) -> bool:
    assert made.call is not None
    return made.call.method.startswith(("send", "copy", "forward"))


def _uploaded(made: _Prepared, done: Done) -> dict[str, str]:
    if not made.uploads or len(made.digests) != len(done.file_ids):
        return {}
    pairs = zip(made.digests, done.file_ids, strict=True)
    return {digest: file_id for digest, file_id in pairs if digest is not None}


def _result(row: Claimed, done: Done) -> dict[str, Any]:
    """What is worth telling: ids of messages, or the answer of a raw call. Never whole messages."""
    if done.message_ids:
        return {"message_id": done.message_ids[-1], "message_ids": list(done.message_ids)}
    if row.kind == "call" and isinstance(done.result, Mapping):
        return dict(done.result)
    return {}


def _name(error: ChannelError) -> str:
    return type(error).__name__.lower()


def _named(made: _Prepared) -> tuple[str, ...]:
    """Digests of files that the call named by an id of theirs; none when it uploaded."""
    return () if made.uploads else tuple(digest for digest in made.digests if digest)
