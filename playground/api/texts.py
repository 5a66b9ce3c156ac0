"""Texts and captions of a call: parsed, measured, with users put in."""

from __future__ import annotations

from typing import Any

from playground.api.errors import BadRequest
from playground.api.request import Call
from playground.text import formatted as formatting
from playground.text import utf16
from playground.text.given import EntityError
from playground.text.html import MarkupError
from playground.world import wire
from playground.world.model import Json

TEXT_MOST = 4096
CAPTION_MOST = 1024


def parse(call: Call, text: str, parse_mode: str, entities: Any) -> tuple[str, list[Json]]:
    """Text and entities as they will stand in the chat. Raises BadRequest."""
    if entities is not None and not isinstance(entities, list):
        raise BadRequest("expected an Array of MessageEntity")
    try:
        shown, found = formatting.formatted(text, parse_mode, entities)
    except EntityError as error:
        raise BadRequest(f"can't parse MessageEntity: {error}") from error
    except MarkupError as error:
        if str(error) == "unsupported parse_mode" or (entities and not parse_mode):
            raise BadRequest(str(error)) from error
        raise BadRequest(f"can't parse entities: {error}") from error
    return shown, _with_users(call, found)


def _with_users(call: Call, entities: list[Json]) -> list[Json]:
    """Mentions of people the bot cannot know are dropped, as in Telegram."""
    kept = []
    for entity in entities:
        if entity["type"] == "text_mention":
            user = entity.pop("user_id")
            if user not in call.world.people and user not in call.world.bots:
                continue
            entity["user"] = wire.user(call.world, user)
        kept.append(entity)
    return kept


def text(call: Call, empty: bool = False) -> Json:
    """The content of a text message; `empty` texts are for drafts."""
    shown, entities = parse(call, call.text("text"), call.text("parse_mode"), call.json("entities"))
    if not shown and not empty:
        raise BadRequest("message text is empty")
    size = utf16.length(shown)
    if size > TEXT_MOST:
        raise BadRequest("message is too long")
    if size > TEXT_MOST * 0.9:
        call.warn(f"text of {size} of at most {TEXT_MOST} characters")
    content: Json = {"text": shown}
    if entities:
        content["entities"] = entities
    if options := _preview(call, shown, entities):
        content["link_preview_options"] = options
    return content


def _preview(call: Call, shown: str, entities: list[Json]) -> Json:
    """What a message says of the preview of its first link."""
    given = call.json("link_preview_options")
    options: Json = {k: v for k, v in (given or {}).items() if v not in (None, False, "")}
    if call.json("disable_web_page_preview"):
        options["is_disabled"] = True
    if options.get("is_disabled"):
        return {"is_disabled": True}
    links = [
        entity.get("url") or utf16.cut(shown, entity["offset"], entity["length"])
        for entity in entities
        if entity["type"] in ("url", "text_link")
    ]
    if links and "url" not in options:
        options["url"] = links[0]
    return options if "url" in options else {}


def caption(call: Call, given: Json | None = None) -> Json:
    """The caption of a media message; empty when there is none. `given` is an InputMedia."""
    source = call.params if given is None else given
    shown, entities = parse(
        call,
        str(source.get("caption") or ""),
        str(source.get("parse_mode") or ""),
        source.get("caption_entities"),
    )
    size = utf16.length(shown)
    if size > CAPTION_MOST:
        raise BadRequest("message caption is too long")
    if size > CAPTION_MOST * 0.9:
        call.warn(f"caption of {size} of at most {CAPTION_MOST} characters")
    content: Json = {}
    if shown:
        content["caption"] = shown
        if entities:
            content["caption_entities"] = entities
    if source.get("show_caption_above_media"):
        content["show_caption_above_media"] = True
    if source.get("has_spoiler"):
        content["has_media_spoiler"] = True
    return content
