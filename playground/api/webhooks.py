"""Webhooks: set, delete, look at (Telegram Bot API: setWebhook)."""

from __future__ import annotations

import asyncio
import ipaddress
import re
import socket
import ssl
from urllib.parse import SplitResult, urlsplit

from playground.api.errors import BadRequest
from playground.api.request import Call, Described
from playground.api.updates import TERMINATED_BY_WEBHOOK, allow
from playground.world.model import Json
from playground.world.webhooks import DEFAULT_CONNECTIONS

_PORTS = frozenset({80, 88, 443, 8443})
_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_SECRET_MOST = 256
_CERTIFICATE_MOST = 3 * 1024 * 1024


def _bad(reason: str) -> BadRequest:
    return BadRequest(f"bad webhook: {reason}")


async def set_webhook(call: Call) -> Described:
    url = call.text("url").strip()
    if not url:
        return delete_webhook(call)
    secret = call.text("secret_token")
    if len(secret) > _SECRET_MOST:
        raise BadRequest("secret token is too long")
    if not _SECRET.fullmatch(secret):
        raise BadRequest("secret token contains unallowed characters")
    parts = _split(url)
    address = await _address(call, parts)
    hook: Json = {
        "url": url,
        "secret_token": secret,
        "max_connections": call.integer("max_connections", DEFAULT_CONNECTIONS, 1, 100)
        or DEFAULT_CONNECTIONS,
        "ip_address": address,
        "certificate": _certificate(call),
        "near": loopback(parts.hostname or ""),
    }
    allow(call)
    if call.flag("drop_pending_updates"):
        call.world.queues[call.bot.id].clear()
    old = call.bot.webhook
    same = old is not None and all(old.get(name) == value for name, value in hook.items())
    call.bot.webhook = hook
    _changed(call)
    return Described(True, "Webhook is already set" if same else "Webhook was set")


def _changed(call: Call) -> None:
    call.world.touch(call.bot)
    polling = call.world.queues[call.bot.id].polling
    polling.ticket += 1
    polling.ended_by = TERMINATED_BY_WEBHOOK
    call.world.queues[call.bot.id].pulse.beat()
    call.world.webhook_changed(call.bot)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        port = parts.port
    except ValueError as error:
        raise BadRequest("invalid webhook URL specified") from error
    host = parts.hostname
    if not host or not host.isascii() or any(c.isspace() for c in url):
        raise BadRequest("invalid webhook URL specified")
    if loopback(host):
        # The one exception: a bot beside the playground needs neither certificate nor port.
        if parts.scheme not in ("http", "https"):
            raise _bad("An HTTPS URL must be provided for webhook")
        return parts
    if parts.scheme != "https":
        raise _bad("An HTTPS URL must be provided for webhook")
    if (port or 443) not in _PORTS:
        raise _bad("Webhook can be set up only on ports 80, 88, 443 or 8443")
    return parts


def loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


async def _address(call: Call, parts: SplitResult) -> str:
    """The address updates go to: given, or found by name."""
    given = call.text("ip_address")
    host = parts.hostname or ""
    if given:
        try:
            found = ipaddress.ip_address(given)
        except ValueError as error:
            raise _bad("Invalid IP address specified") from error
    else:
        try:
            found = ipaddress.ip_address(host)
        except ValueError:
            found = ipaddress.ip_address(await _resolve(host))
    if found.is_global or loopback(host):
        return str(found)
    raise _bad(f"IP address {found} is reserved")


async def _resolve(host: str) -> str:
    loop = asyncio.get_running_loop()
    try:
        rows = await loop.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _bad("Failed to resolve host: Name or service not known") from error
    return str(rows[0][4][0])


def _certificate(call: Call) -> str:
    """The certificate a bot signed itself, as PEM."""
    upload = call.uploads.get("certificate")
    if upload is None:
        return ""
    if len(upload.data) > _CERTIFICATE_MOST:
        raise _bad("certificate size is too big")
    pem = upload.data.decode("ascii", "replace")
    try:
        ssl.PEM_cert_to_DER_cert(pem.strip())
    except ValueError as error:
        raise _bad("failed to set custom certificate file") from error
    return pem


def delete_webhook(call: Call) -> Described:
    if call.flag("drop_pending_updates"):
        call.world.queues[call.bot.id].clear()
    if call.bot.webhook is None:
        return Described(True, "Webhook is already deleted")
    call.bot.webhook = None
    _changed(call)
    return Described(True, "Webhook was deleted")


def get_webhook_info(call: Call) -> Json:
    hook = call.bot.webhook
    info: Json = {
        "url": hook["url"] if hook else "",
        "has_custom_certificate": bool(hook and hook["certificate"]),
        "pending_update_count": call.world.queues[call.bot.id].pending(),
    }
    if hook is not None:
        info["max_connections"] = hook["max_connections"]
        info["ip_address"] = hook["ip_address"]
        for name in ("last_error_date", "last_error_message"):
            if name in hook:
                info[name] = hook[name]
    if call.bot.allowed_updates is not None:
        info["allowed_updates"] = call.bot.allowed_updates
    return info
