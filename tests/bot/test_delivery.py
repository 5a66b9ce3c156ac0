from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.channels.port import BotIdentity, Call, Channel, Done, Gone
from dialogs.content import Button, Content, InvoiceSheet, Media
from handlers.events import DeliveredEvent, Event, MigratedEvent
from playground.people import picture
from storage.media import remember
from storage.serial import plain
from tests.bot.desk import BOT, Desk, until

STARS = InvoiceSheet(
    title="Video",
    description="Basic plan",
    payload="inv:1",
    currency="XTR",
    prices=(("Basic", 500),),
    start_parameter="video-basic",
    by_provider=False,
)


async def test_messages_arrive_in_the_order_of_their_chat(at_desk: Desk) -> None:
    anna, bo = await at_desk.person("Anna"), await at_desk.person("Bo")
    rows = [await at_desk.send(anna.id, f"line {number}") for number in range(3)]
    rows.append(await at_desk.send(bo.id, "<b>hello</b> &amp; welcome"))
    assert await at_desk.ended(*rows) == ["sent"] * 4
    assert [m.text for m in await anna.messages() if m.from_bot] == ["line 0", "line 1", "line 2"]
    await bo.sees("hello & welcome", where=lambda m: m.html.startswith("<b>hello</b>"))
    row = await at_desk.row(rows[0])
    assert row.message_id == next(m.message_id for m in await anna.messages() if m.from_bot)
    assert row.tries == 1


async def test_a_card_is_sent_once_and_then_edited_where_it_stands(at_desk: Desk) -> None:
    anna = await at_desk.person()
    button = ((Button(label="Open", action=0),),)
    await at_desk.ended(await at_desk.show(anna.id, Content(text="waiting", buttons=button)))
    first = await anna.sees("waiting", button="Open")
    await anna.say("something newer")
    await at_desk.ended(await at_desk.show(anna.id, "in progress"))
    second = await anna.sees("in progress", ever=True)
    assert second.message_id == first.message_id
    assert second.labels == []
    surface = await at_desk.surface(anna.id)
    assert surface.message_id == first.message_id
    assert surface.shown_hash == surface.content_hash
    assert surface.shown_kind == "text"
    assert await at_desk.methods() == ["sendMessage", "editMessageText"]


async def test_what_has_not_changed_is_not_sent(at_desk: Desk) -> None:
    anna = await at_desk.person()
    for _ in range(2):
        assert await at_desk.ended(await at_desk.show(anna.id, "same")) == ["sent"]
    assert await at_desk.methods() == ["sendMessage"]


async def test_only_the_newest_of_several_waiting_versions_is_sent(at_desk: Desk) -> None:
    anna = await at_desk.person()
    # Before delivery looks, three versions are written.
    at_desk.pace.hold(anna.id, 0.3)
    rows = [await at_desk.show(anna.id, f"version {number}") for number in range(3)]
    assert await at_desk.ended(*rows) == ["superseded", "superseded", "sent"]
    assert [m.text for m in await anna.messages() if m.from_bot] == ["version 2"]


async def test_news_is_a_new_message_and_the_old_one_loses_its_buttons(at_desk: Desk) -> None:
    anna = await at_desk.person()
    content = Content(text="card", buttons=((Button(label="Open", action=0),),))
    await at_desk.ended(await at_desk.show(anna.id, content))
    old = await anna.sees("card")
    await at_desk.ended(await at_desk.show(anna.id, content, anew=True))
    messages = [m for m in await anna.messages() if m.from_bot]
    assert [m.labels for m in messages] == [[], ["Open"]]
    assert messages[0].message_id == old.message_id
    assert (await at_desk.surface(anna.id)).message_id == messages[1].message_id


async def test_what_replaces_a_message_counts_when_that_one_has_lost_its_buttons(
    at_desk: Desk,
) -> None:
    """Who dies in between leaves a row that is sent once more, and no buttons that nobody keeps."""
    anna = await at_desk.person()
    content = Content(text="card", buttons=((Button(label="Open", action=0),),))
    await at_desk.ended(await at_desk.show(anna.id, content))
    old = await anna.sees("card")
    await at_desk.playground.fault(method="editMessageReplyMarkup", delay=0.5)
    row = await at_desk.show(anna.id, content, anew=True)
    await anna.sees("card", where=lambda seen: seen.message_id > old.message_id)
    assert (await at_desk.row(row)).state == "sending"
    assert await at_desk.ended(row) == ["sent"]
    assert [m.labels for m in await anna.messages() if m.from_bot] == [[], ["Open"]]


async def test_a_dialog_is_edited_only_while_it_is_the_last_message(at_desk: Desk) -> None:
    anna = await at_desk.person()
    await at_desk.conversation(anna.id, None)

    async def dialog(text: str) -> int:
        content = Content(text=text, buttons=((Button(label="Back", action=0),),))
        row = await at_desk.show(anna.id, content, kind="dialog")
        assert await at_desk.ended(row) == ["sent"]
        return int((await at_desk.surface(anna.id, "dialog")).message_id)

    first = await dialog("step 1")
    assert await at_desk.last_message(anna.id) == first
    assert await dialog("step 2") == first
    # The bot's own message stands below it now.
    await at_desk.ended(await at_desk.send(anna.id, "receipt"))
    second = await dialog("step 3")
    assert second > first
    old, _, new = [m for m in await anna.messages() if m.from_bot]
    assert (old.text, old.labels) == ("step 2", [])
    assert (new.text, new.labels) == ("step 3", ["Back"])
    assert await dialog("step 4") == second


async def test_text_becomes_a_picture_and_a_picture_text(at_desk: Desk, tmp_path: Path) -> None:
    anna = await at_desk.person()
    (tmp_path / "card.png").write_bytes(picture())
    photo = Content(text="with a picture", media=Media(kind="photo", asset="card.png"))
    for content in ("text", photo, Content(text="new caption", media=photo.media), "text again"):
        assert await at_desk.ended(await at_desk.show(anna.id, content)) == ["sent"]
    assert await at_desk.methods() == [
        "sendMessage",
        "editMessageMedia",
        "editMessageCaption",
        "sendMessage",
        "deleteMessage",
    ]
    (only,) = [m for m in await anna.messages() if m.from_bot]
    assert only.text == "text again"


async def test_a_file_is_uploaded_once(at_desk: Desk, tmp_path: Path) -> None:
    anna, bo = await at_desk.person("Anna"), await at_desk.person("Bo")
    (tmp_path / "card.png").write_bytes(picture())
    photo = Content(text="look", media=Media(kind="photo", asset="card.png"))
    await at_desk.ended(await at_desk.send(anna.id, photo))
    await at_desk.ended(await at_desk.send(bo.id, photo))
    await bo.sees("look", photo=True, ever=True)
    first, second = [call["params"]["photo"] for call in await at_desk.calls("sendPhoto")]
    assert first != second
    # The second names the file the first one made.
    await at_desk.ended(await at_desk.send(anna.id, photo))
    assert (await at_desk.calls("sendPhoto"))[2]["params"]["photo"] == second


async def test_a_file_id_that_is_not_known_any_more_is_uploaded_again(
    at_desk: Desk, tmp_path: Path
) -> None:
    anna = await at_desk.person()
    (tmp_path / "card.png").write_bytes(picture())
    assets = at_desk.delivery._sender._assets
    found = assets.path("card.png")
    assert found is not None
    digest = assets.digest("photo", found)
    await at_desk.database.write(
        BOT, lambda c: remember(c, BOT, {digest: "stale"}, at_desk.clock.now())
    )
    photo = Content(text="look", media=Media(kind="photo", asset="card.png"))
    assert await at_desk.ended(await at_desk.send(anna.id, photo)) == ["sent"]
    await anna.sees("look", photo=True, ever=True)


async def test_an_album_is_one_message_each(at_desk: Desk, tmp_path: Path) -> None:
    anna = await at_desk.person()
    for name, color in (("a.png", (1, 2, 3)), ("b.png", (4, 5, 6))):
        (tmp_path / name).write_bytes(picture(color=color))
    parts = [
        plain(Content(text=text, media=Media(kind="photo", asset=name)))
        for text, name in (("first", "a.png"), ("", "b.png"))
    ]
    row = await at_desk.add(anna.id, "send", {"album": parts}, tell={"what": "album"})
    assert await at_desk.ended(row) == ["sent"]
    photos = [m for m in await anna.messages() if m.photo]
    assert [m.text for m in photos] == ["first", ""]
    await until(lambda: _has(at_desk, 1))
    (told,) = at_desk.events
    assert isinstance(told, DeliveredEvent)
    assert told.result["message_ids"] == [m.message_id for m in photos]


async def _told(at_desk: Desk, row: int) -> bool:
    return (await at_desk.row(row)).tell is None


async def _has(at_desk: Desk, number: int) -> bool:
    return len(at_desk.events) >= number


async def test_an_invoice_is_replaced_and_taken_out_of_the_chat(at_desk: Desk) -> None:
    anna = await at_desk.person()
    invoice = Content(invoice=STARS, buttons=((Button(label="Pay", pay=True),),))
    await at_desk.ended(await at_desk.show(anna.id, invoice, kind="invoice"))
    await anna.sees(invoice=True, ever=True)
    dearer = replace(invoice, invoice=replace(STARS, prices=(("Basic", 600),)))
    await at_desk.ended(await at_desk.show(anna.id, dearer, kind="invoice"))
    (only,) = [m for m in await anna.messages() if m.invoice]
    assert only.invoice is not None
    assert only.invoice["total"] == 600
    await at_desk.ended(await at_desk.show(anna.id, None, kind="invoice"))
    assert [m for m in await anna.messages() if m.invoice] == []
    surface = await at_desk.surface(anna.id, "invoice")
    assert (surface.message_id, surface.shown_hash) == (None, None)


async def test_an_old_message_cannot_be_deleted_so_it_loses_its_buttons(at_desk: Desk) -> None:
    anna = await at_desk.person()
    content = Content(text="old card", buttons=((Button(label="Open", action=0),),))
    await at_desk.ended(await at_desk.show(anna.id, content))
    at_desk.clock.advance(timedelta(hours=49))
    assert await at_desk.ended(await at_desk.show(anna.id, None)) == ["sent"]
    assert (await at_desk.methods())[-1] == "editMessageReplyMarkup"
    (left,) = [m for m in await anna.messages() if m.from_bot]
    assert left.labels == []


async def test_a_message_that_was_deleted_by_hand_is_sent_again(at_desk: Desk) -> None:
    anna = await at_desk.person()
    await at_desk.ended(await at_desk.show(anna.id, "one"))
    message_id = (await at_desk.surface(anna.id)).message_id
    await at_desk.playground.fault(
        400, method="editMessageText", description="Bad Request: message to edit not found"
    )
    assert await at_desk.ended(await at_desk.show(anna.id, "two")) == ["sent"]
    assert (await at_desk.surface(anna.id)).message_id > message_id
    await anna.sees("two", ever=True)
    # Deleting what is not there is as good as done.
    await at_desk.playground.fault(
        400, method="deleteMessage", description="Bad Request: message to delete not found"
    )
    assert await at_desk.ended(await at_desk.show(anna.id, None)) == ["sent"]


async def test_somebody_who_blocked_the_bot_ends_their_rows_and_is_told_of(at_desk: Desk) -> None:
    anna, bo = await at_desk.person("Anna"), await at_desk.person("Bo")
    await at_desk.playground.post(f"/people/{anna.id}/block")
    at_desk.pace.hold(anna.id, 0.2)
    rows = [
        await at_desk.send(anna.id, "one", tell={"person": anna.id}),
        await at_desk.send(anna.id, "two"),
        await at_desk.send(bo.id, "hello"),
    ]
    assert await at_desk.ended(*rows) == ["dead", "dead", "sent"]
    assert [(await at_desk.row(row)).reason for row in rows] == ["blocked", "blocked", None]
    await until(lambda: _has(at_desk, 1))
    (event,) = at_desk.events
    assert isinstance(event, DeliveredEvent)
    assert (event.outcome, event.reason, event.params) == ("dead", "blocked", {"person": anna.id})
    assert event.external_id == str(rows[0])
    await until(lambda: _told(at_desk, rows[0]))
    assert len(await at_desk.calls("sendMessage")) == 2


async def test_the_answer_of_a_call_is_told(at_desk: Desk) -> None:
    anna = await at_desk.person()
    group = await at_desk.playground.group("Support", [anna], forum=True)
    row = await at_desk.add(
        group.id,
        "call",
        {"method": "createForumTopic", "params": {"chat_id": group.id, "name": "Order 7"}},
        tell={"order": 7},
    )
    assert await at_desk.ended(row) == ["sent"]
    await until(lambda: _has(at_desk, 1))
    (event,) = at_desk.events
    assert isinstance(event, DeliveredEvent)
    assert (event.outcome, event.params) == ("sent", {"order": 7})
    assert event.result["message_thread_id"] in await at_desk.playground.topics(group)


async def test_a_deleted_topic_is_told_of(at_desk: Desk) -> None:
    anna = await at_desk.person()
    group = await at_desk.playground.group("Support", [anna], forum=True)
    row = await at_desk.send(group.id, "hi", thread_id=4711, tell={"order": 7})
    assert await at_desk.ended(row) == ["dead"]
    assert (await at_desk.row(row)).reason == "thread_gone"
    await until(lambda: _has(at_desk, 1))


async def test_a_group_that_became_a_supergroup_is_followed(at_desk: Desk) -> None:
    anna = await at_desk.person()
    group = await at_desk.playground.group("Team", [anna])
    old = -4242
    moved = _Moving(at_desk.channel, old, group.id)
    at_desk.delivery._sender._channel = moved
    rows = [await at_desk.show(old, "card"), await at_desk.send(old, "hello")]
    assert await at_desk.ended(*rows) == ["sent", "sent"]
    assert [m.text for m in await anna.at(group).messages() if m.from_bot] == ["card", "hello"]
    await until(lambda: _has(at_desk, 1))
    (event,) = at_desk.events
    assert isinstance(event, MigratedEvent)
    assert (event.chat.id, event.new_chat_id) == (old, group.id)


class _Moving:
    """A channel in which one group has another id now."""

    def __init__(self, channel: Channel, old: int, new: int) -> None:
        self._channel = channel
        self._old = old
        self._new = new

    async def perform(self, call: Call) -> Done:
        if call.params.get("chat_id") == self._old:
            raise Gone("chat", "upgraded", moved_to=self._new)
        return await self._channel.perform(call)

    async def identity(self) -> BotIdentity:
        return await self._channel.identity()

    async def get_updates(
        self, offset: int | None, timeout: int, limit: int
    ) -> Sequence[tuple[int, Event]]:
        return await self._channel.get_updates(offset, timeout, limit)

    async def download(self, file_id: str) -> bytes:
        return await self._channel.download(file_id)

    async def close(self) -> None:
        await self._channel.close()
