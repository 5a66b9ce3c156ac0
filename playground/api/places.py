"""Places and people: sendLocation, sendVenue, sendContact."""

from __future__ import annotations

from playground.api import keyboards, targets
from playground.api.errors import BadRequest
from playground.api.messages import deliver
from playground.api.request import Call
from playground.world import wire
from playground.world.model import Json

_LIVE = range(60, 86_401)
_FOR_EVER = 0x7FFFFFFF
_VCARD_MOST = 2048


def _send(call: Call, content: Json) -> Json:
    chat = targets.writable_chat(call)
    markup = keyboards.markup(call, chat)
    targets.keep_pace(call, chat)
    return wire.message(call.world, deliver(call, chat, content, markup=markup))


def _location(call: Call) -> Json:
    latitude, longitude = float(call.json("latitude")), float(call.json("longitude"))
    if abs(latitude) > 90 or abs(longitude) > 180:
        raise BadRequest("invalid location specified")
    return {"latitude": latitude, "longitude": longitude}


def send_location(call: Call) -> Json:
    location = _location(call)
    accuracy = float(call.json("horizontal_accuracy") or 0)
    if not 0 <= accuracy <= 1500:
        raise BadRequest("wrong horizontal accuracy specified")
    if accuracy:
        location["horizontal_accuracy"] = accuracy
    period = call.integer("live_period")
    if period:
        if period not in _LIVE and period != _FOR_EVER:
            raise BadRequest("wrong live location period specified")
        location["live_period"] = period
        for name, most, words in (
            ("heading", 360, "wrong live location direction specified"),
            (
                "proximity_alert_radius",
                100_000,
                "wrong live location proximity alert radius specified",
            ),
        ):
            value = call.integer(name)
            if not 0 <= value <= most:
                raise BadRequest(words)
            if value:
                location[name] = value
    return _send(call, {"location": location})


def send_venue(call: Call) -> Json:
    venue: Json = {"location": _location(call), "title": call.text("title").strip()}
    venue["address"] = call.text("address").strip()
    for name in ("title", "address"):
        if not venue[name]:
            raise BadRequest(f"venue {name} must be non-empty")
    for name in ("foursquare_id", "foursquare_type", "google_place_id", "google_place_type"):
        if value := call.text(name):
            venue[name] = value
    return _send(call, {"location": venue["location"], "venue": venue})


def send_contact(call: Call) -> Json:
    contact: Json = {}
    for name, words in (("phone_number", "phone number"), ("first_name", "first name")):
        contact[name] = call.text(name).strip()
        if not contact[name]:
            raise BadRequest(f"contact {words} must be non-empty")
    if last_name := call.text("last_name").strip():
        contact["last_name"] = last_name
    vcard = call.text("vcard")
    if len(vcard.encode()) > _VCARD_MOST:
        raise BadRequest("vCard is too long")
    if vcard:
        contact["vcard"] = vcard
    digits = contact["phone_number"].lstrip("+")
    for person in call.world.people.values():
        if person.phone and person.phone.lstrip("+") == digits:
            contact["user_id"] = person.id
    return _send(call, {"contact": contact})
