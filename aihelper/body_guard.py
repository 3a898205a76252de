"""Refuses a body by its announced length, before a byte of it is read.

Django reads a whole body into a file before its first middleware runs, and DRF takes a body without a
length for an empty one and loses the data (both measured). So the rule stands in front of all
applications, at the ASGI door; `aihelper.middleware` holds the same rule where there is no such door.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from aihelper.api_errors import json_error
from aihelper.lib.errors import TooLarge

BODY_METHODS = {"POST", "PUT", "PATCH"}

Application = Callable[[Any, Any, Any], Awaitable[None]]


@dataclass(frozen=True)
class Refusal:
    """Why a body is not taken."""

    status: int
    detail: str | Promise
    code: str
    extra: dict[str, Any] = field(default_factory=dict)


def most_bytes(path: str) -> int:
    """How long a body to this path may be."""
    most: int = settings.LARGE_BODIES.get(path, settings.MAX_BODY_BYTES)
    return most


def judge(method: str | None, path: str, length: str, *, chunked: bool, has_type: bool) -> Refusal | None:
    """The refusal of a request with this Content-Length ("" for none), or None.

    `has_type`: whether it has a Content-Type, and so means to have a body.
    """
    if not length:
        if chunked or (method in BODY_METHODS and has_type):
            return Refusal(411, _("The length of the request is missing."), "length_required")
        return None
    if not (length.isascii() and length.isdigit()):
        return Refusal(400, _("The length of the request is not a number."), "bad_request")
    most = most_bytes(path)
    if len(length) > 18 or int(length) > most:
        return Refusal(TooLarge.status, TooLarge.sentence, TooLarge.code, {"max_bytes": most})
    return None


class BodyGuard:
    """An ASGI application in front of another one."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer 400, 411 or 413 and end the connection, or go on."""
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        refusal = judge(
            scope["method"],
            scope["path"],
            headers.get(b"content-length", ""),
            chunked="chunked" in headers.get(b"transfer-encoding", "").lower(),
            has_type=b"content-type" in headers,
        )
        if refusal is None:
            await self.application(scope, receive, send)
        else:
            await _answer(refusal, send)


async def _answer(refusal: Refusal, send: Any) -> None:
    response = json_error(refusal.status, refusal.detail, refusal.code, **refusal.extra)
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(response.content)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        # What the client still sends is no request of its own.
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": refusal.status, "headers": headers})
    await send({"type": "http.response.body", "body": response.content})
