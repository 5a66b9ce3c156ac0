"""Answering what a person's app waits for: taps, shipping, check-out."""

from __future__ import annotations

from playground.api.errors import BadRequest
from playground.api.request import Call
from playground.text import utf16
from playground.world.model import Json
from playground.world.queries import Query

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_TOAST_MOST = 200


def _query(call: Call, kind: str) -> Query:
    query = call.world.queries.find(call.text(f"{kind}_id"), kind, call.bot.id)
    if query is None:
        raise BadRequest(TOO_OLD)
    return query


def answer_callback_query(call: Call) -> bool:
    query = _query(call, "callback_query")
    text = call.text("text")
    if utf16.length(text) > _TOAST_MOST:
        raise BadRequest("MESSAGE_TOO_LONG")
    answer: Json = {"text": text, "alert": call.flag("show_alert")}
    if url := call.text("url"):
        answer["url"] = url
    if query.answer is not None:
        call.warn("this callback query was answered before")
        return True
    call.world.queries.settle(query, answer)
    call.world.changes.tell("toast", person=query.person, **answer)
    return True


def answer_pre_checkout_query(call: Call) -> bool:
    query = _query(call, "pre_checkout_query")
    call.world.queries.settle(query, _verdict(call))
    return True


def answer_shipping_query(call: Call) -> bool:
    query = _query(call, "shipping_query")
    verdict = _verdict(call)
    if verdict["ok"]:
        options = call.json("shipping_options")
        if not isinstance(options, list) or not options:
            raise BadRequest("can't parse shipping options JSON object")
        verdict["options"] = options
    call.world.queries.settle(query, verdict)
    return True


def _verdict(call: Call) -> Json:
    if call.flag("ok"):
        return {"ok": True}
    words = call.text("error_message")
    if not words:
        raise BadRequest('parameter "error_message" is required')
    return {"ok": False, "error_message": words}
