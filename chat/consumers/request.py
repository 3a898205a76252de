"""A request outside Django: read, bounded, authenticated, and protected against other sites' pages."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils import translation

from accounts import authentication
from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError, Forbidden, NotSignedIn, TooLarge

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """Who asks for what. `kwargs` are the captures of the route, `body` is raw."""

    user: User
    method: str
    kwargs: dict[str, Any]
    query: dict[str, str]
    headers: dict[bytes, bytes]
    body: bytes
    sign_in: str | None


class Disconnected(Exception):
    """The client left before it had finished asking."""


async def read(scope: Scope, receive: Receive) -> StreamRequest:
    """The request with its user. Raises AppError with the status that fits, or Disconnected."""
    headers = dict(scope["headers"])
    check_host(headers)
    user = await run_db(_signed_in, scope)
    return StreamRequest(
        user=user,
        method=scope["method"],
        kwargs=scope["url_route"]["kwargs"],
        query=query_of(scope),
        headers=headers,
        body=await _body(headers, receive) if scope["method"] == "POST" else b"",
        sign_in=authentication.sign_in_of(scope),
    )


def query_of(scope: Scope) -> dict[str, str]:
    """The query string; of a repeated name the last value. Raises AppError for one of too many fields."""
    try:
        return dict(parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=50, encoding="utf-8"))
    except ValueError as error:
        raise AppError(code="bad_request") from error


def check_host(headers: dict[bytes, bytes]) -> None:
    """Refuse a host name that is not ours, as Django does for its own views. Raises AppError."""
    domain, _port = split_domain_port(headers.get(b"host", b"").decode("latin-1"))
    if not (domain and validate_host(domain, settings.ALLOWED_HOSTS)):
        raise AppError(code="bad_request")


def _signed_in(scope: Scope) -> User:
    user = authentication.user_from_scope(scope)
    if not isinstance(user, User):
        raise NotSignedIn
    if scope["method"] == "POST":
        authentication.check_csrf(scope)
    translation.activate(authentication.language_of(scope, user))
    return user


def check_same_origin(headers: dict[bytes, bytes]) -> None:
    """For a GET that writes: refuse it by cookie unless our own page sent it. Raises Forbidden.

    Browsers send the session cookie along when another site's link is followed, so a link could speak
    in a person's name. `Sec-Fetch-Site` cannot be set by a page; older browsers send an Origin or Referer.
    """
    if headers.get(b"authorization", b"").lower().startswith(b"bearer "):
        return
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        allowed = site == b"same-origin"
    else:
        source = headers.get(b"origin") or headers.get(b"referer") or b""
        allowed = urlsplit(source.decode("latin-1")).netloc == headers.get(b"host", b"").decode("latin-1") != ""
    if not allowed:
        raise Forbidden(code="csrf_failed")


async def _body(headers: dict[bytes, bytes], receive: Receive) -> bytes:
    length = headers.get(b"content-length", b"")
    if length.isdigit() and int(length) > settings.MAX_BODY_BYTES:
        raise TooLarge
    parts: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > settings.MAX_BODY_BYTES:
            raise TooLarge
        if not message.get("more_body", False):
            return b"".join(parts)
