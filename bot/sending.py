"""Carrying out one outbox row: which calls it takes, and what their outcome means for it.

Nothing here touches the database: a row goes in, a `Settlement` comes out.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

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
from bot.outcomes import NO_FILES, Report, again, dead, failed, settled
from bot.surface_plan import Plan, Step, plan
from dialogs.content import Content
from storage.outbox import Claimed, WantedSurface
from storage.outbox_settle import NOTHING, Settlement, ShownSurface
from storage.points import GATEWAY, reached
from storage.serial import typed


class _Prepared(NamedTuple):
    """The call of a row, and what to note when it succeeds."""

    call: Call | None
    plan: Plan | None = None
    #: The shape of what is to be seen; see `render.shape`.
    shape: str | None = None
    #: Digests of the files the call shows, in the order of its messages.
    digests: tuple[str | None, ...] = ()
    uploads: bool = False


#: How methods begin that make messages.
_MAKE_MESSAGES = ("send", "copy", "forward")
#: Places of `storage.points` before and after a call.
_PLACES = ("send.before", "send.after")
_MONEY_PLACES = ("gateway.before", "gateway.after")


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
        self._sends = metrics.sends.counts

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
        method = call.method
        before, after = _MONEY_PLACES if method in GATEWAY else _PLACES
        reached(before)
        try:
            done = await self._channel.perform(call)
            reached(after)
        except ChannelError as error:
            self._sends[method, _name(error)] += 1
            raise
        self._sends[method, "done"] += 1
        return done

    # -- before the call ----------------------------------------------------------------------------

    def _prepare(self, row: Claimed, file_ids: Mapping[str, str]) -> _Prepared:
        if row.kind == "surface":
            if row.surface is None:
                # Its surface was deleted: nothing is to be shown any more.
                return _Prepared(None)
            return self._surface(row, row.surface, file_ids)
        if row.kind == "call":
            return _Prepared(Call(row.body["method"], row.body.get("params", {})))
        target = render.Target(chat=row.chat_id, thread=row.thread_id)
        contents = _contents(row)
        if len(contents) > 1:
            files = [self._attach(content, file_ids) for content in contents]
            call = render.album(target, contents, [file for file, _ in files])
            return _Prepared(
                call,
                digests=tuple(digest for _, digest in files),
                uploads=bool(call.files),
            )
        (content,) = contents
        file, digest = self._attach(content, file_ids)
        call = render.send(target, content, attached=file, provider_token=self._provider_token)
        return _Prepared(call, digests=(digest,), uploads=bool(call.files))

    def _surface(
        self, row: Claimed, surface: WantedSurface, file_ids: Mapping[str, str]
    ) -> _Prepared:
        wanted, said, shape = None, None, None
        if surface.content is not None:
            said = render.words(surface.content, surface.id, surface.revision)
            shape = render.WORDS
            if said is None:
                wanted = typed(Content, surface.content)
                shape = render.shape(wanted)
        todo = plan(
            shape,
            surface,
            anew=bool(row.body.get("anew")),
            last_message_id=row.last_message_id,
            now=self._now,
        )
        old, step = surface.message_id or 0, todo.step
        if said is not None and step is Step.EDIT:
            return _Prepared(render.edit_words(surface.chat_id, old, said), todo, shape)
        if said is not None and step is Step.SEND:
            there = surface.chat_id, surface.thread_id
            return _Prepared(render.send_words(*there, said), todo, shape)
        if step is Step.NOTHING:
            return _Prepared(None)
        if step is Step.DELETE:
            return _Prepared(render.delete(surface.chat_id, old), todo)
        if step is Step.STRIP:
            return _Prepared(render.strip(surface.chat_id, old), todo)
        assert wanted is not None
        keys = render.Keys(surface.id, surface.revision)
        file, digest = self._attach(wanted, file_ids)
        if step is Step.EDIT:
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
                render.Target(surface.chat_id, surface.thread_id),
                wanted,
                keys=keys,
                attached=file,
                provider_token=self._provider_token,
            )
        return _Prepared(call, todo, shape, (digest,), bool(call.files))

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
        assert made.call is not None
        new = message_id if made.call.method.startswith(_MAKE_MESSAGES) else None
        shown, tidy = self._now_shown(row, made, new)
        told_by_dialog = shown is not None and shown.dialog_of is not None
        result = _result(row, done) if row.told else NOTHING
        return Report(
            Settlement(row.id, row.epoch, "sent", message_id, shown, result),
            tidy,
            _uploaded(made, done) if made.uploads else NO_FILES,
            newest=new if row.chat_id > 0 and not told_by_dialog else None,
        )

    def _now_shown(
        self, row: Claimed, made: _Prepared, message_id: int | None
    ) -> tuple[ShownSurface | None, tuple[Call, ...]]:
        surface, todo = row.surface, made.plan
        if surface is None or todo is None:
            return None, ()
        dialog_of = surface.chat_id if surface.held else None
        if todo.step is Step.DELETE or todo.step is Step.STRIP:
            return ShownSurface(id=surface.id, dialog_of=dialog_of), ()
        anew = todo.step is Step.SEND
        now_shown = ShownSurface(
            surface.id,
            message_id if anew else surface.message_id,
            surface.content_hash,
            made.shape,
            self._now() if anew else surface.sent_at,
            dialog_of,
            message_id,
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
            return self._succeeded(row, made, Done())._replace(tidy=(stripped,))
        payable = render.kind_of(row.surface.shown_kind or "") == "invoice"
        if step is Step.STRIP or payable:
            # An invoice that lost its buttons was paid or is being paid: never sent again for them.
            return self._succeeded(row, made, Done())
        return await self._resend(row, file_ids)

    async def _resend(self, row: Claimed, file_ids: Mapping[str, str]) -> Report:
        """The message that was to be edited is not there any more: send it again."""
        assert row.surface is not None
        row = row._replace(surface=row.surface._replace(message_id=None))
        made = self._prepare(row, file_ids)
        assert made.call is not None
        try:
            done = await self.call(made.call)
        except ChannelError as error:
            return failed(row, error, self._now(), named_files=_named(made))._replace(calls=2)
        report = self._succeeded(row, made, done)
        # What stood there is gone: nothing to tidy.
        return report._replace(tidy=(), calls=2)


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


def _uploaded(made: _Prepared, done: Done) -> Mapping[str, str]:
    if len(made.digests) != len(done.file_ids):
        return NO_FILES
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
