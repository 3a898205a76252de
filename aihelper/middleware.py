"""The middlewares of our own. All are native to asyncio: a sync one bounces every request through a thread."""

import re
import time
from collections.abc import Awaitable, Callable
from typing import ClassVar

import structlog
from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject

from aihelper.api_errors import DATABASE_AWAY, database_away, json_error
from aihelper.body_guard import judge
from aihelper.lib.logs import new_request_id

log = structlog.get_logger("aihelper.request")

GetResponse = Callable[[HttpRequest], Awaitable[HttpResponseBase]]

_MAX_PATH = 200
# Whoever reads the log must not be able to open what others have shared by a link.
_SECRET_PART = re.compile(r"^(/s/|/api/shares/)[^/]+")


class AsyncMiddleware:
    """What they share. Django adapts the synchronous test client to them."""

    async_capable: ClassVar[bool] = True
    sync_capable: ClassVar[bool] = False

    def __init__(self, get_response: GetResponse) -> None:
        if not iscoroutinefunction(get_response):
            raise TypeError("This middleware works in an asynchronous chain only.")
        self.get_response = get_response
        markcoroutinefunction(self)

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return await self.get_response(request)


class RequestLogMiddleware(AsyncMiddleware):
    """One line per request, and an id that stands in every line which the request causes.

    The id is ours, or the one that a trusted proxy sends as X-Request-ID. The line has no query string,
    no body and no header; the path is cut, the token of a shared link is left out of it, and its control
    characters are escaped by the log chain.
    """

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Bind the id, serve, log."""
        started = time.perf_counter()
        request_id = new_request_id(request.headers.get("X-Request-ID", ""))
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = await self.get_response(request)
            response["X-Request-ID"] = request_id
            level = "error" if response.status_code >= 500 else "info"
            getattr(log, level)(
                "request",
                method=request.method,
                path=_SECRET_PART.sub(r"\1...", request.path)[:_MAX_PATH],
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
                user_id=_user_id(request),
            )
        return response


def _user_id(request: HttpRequest) -> int | None:
    """The id of who asked, if some view has already looked; the log is no reason for a query."""
    user = request.__dict__.get("user")
    if user is None or isinstance(user, SimpleLazyObject):
        user = getattr(request, "_cached_user", None) or getattr(request, "_acached_user", None)
    return getattr(user, "pk", None)


# Styles only by attribute and by code: Element Plus places its pop-ups with inline styles, which CSP's
# style-src-attr governs; scripts and <style> elements stay strict.
PAGE_POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "font-src 'self' data:",
    "media-src 'self' blob:",
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    # Our own sandboxed frames (chat/pages/frames.py), wherever they would like to go.
    "frame-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
)
# Swagger's page has a <style> of its own. It holds nothing of other people's making.
DOCS_PATH = "/api/docs"
DOCS_CHANGES = {"style-src 'self'": "style-src 'self' 'unsafe-inline'"}
# Django admin's theme evaluates the attributes of its own templates. Only staff get there, what people have written
# is not shown there, and every value is escaped (docs/decisions/admin-theme.md).
ADMIN_PATH = "/admin/"
ADMIN_CHANGES = {"script-src 'self'": "script-src 'self' 'unsafe-eval'"}
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=(), interest-cohort=(), browsing-topics=()"
NO_STORE_PATHS = ("/api/", "/admin/", "/health", "/demo/")


class HeadersMiddleware(AsyncMiddleware):
    """Content security policy, permissions and caching of every answer.

    Django's SecurityMiddleware adds nosniff, the referrer and opener policies and HSTS.
    """

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Serve, then add the headers that the view has not set itself."""
        response = await self.get_response(request)
        response.setdefault("Content-Security-Policy", _policy(request))
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if request.path.startswith(NO_STORE_PATHS):
            response.setdefault("Cache-Control", "no-store")
        return response


def _policy(request: HttpRequest) -> str:
    parts: tuple[str, ...] = PAGE_POLICY
    if request.path.startswith(DOCS_PATH):
        parts = tuple(DOCS_CHANGES.get(part, part) for part in parts)
    elif request.path.startswith(ADMIN_PATH):
        parts = tuple(ADMIN_CHANGES.get(part, part) for part in parts)
    return "; ".join((*parts, f"connect-src 'self'{_own_sockets(request)}"))


_HOST = re.compile(r"[A-Za-z0-9.-]+(:\d{1,5})?|\[[0-9a-fA-F:]+\](:\d{1,5})?")


def _own_sockets(request: HttpRequest) -> str:
    """Our own host as a source of sockets: older browsers do not count ws: as 'self'."""
    host = request.META.get("HTTP_HOST", "")
    if not _HOST.fullmatch(host):
        return ""
    return f" {'wss' if request.is_secure() else 'ws'}://{host}"


class BodyGuardMiddleware(AsyncMiddleware):
    """The rule of `aihelper.body_guard`, for Django behind anything but `aihelper.asgi` (the test clients)."""

    async def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer 400, 411 or 413, or go on."""
        refusal = judge(
            request.method,
            request.path,
            request.META.get("CONTENT_LENGTH") or "",
            chunked="chunked" in request.headers.get("Transfer-Encoding", "").lower(),
            has_type="Content-Type" in request.headers,
        )
        if refusal:
            return json_error(refusal.status, refusal.detail, refusal.code, **refusal.extra)
        return await self.get_response(request)


class DatabaseAwayMiddleware(AsyncMiddleware):
    """Answers 503 with Retry-After, not 500, when a view failed because the database is away."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Django's hook for exceptions of views; None leaves the exception as it is."""
        return database_away(request, exception) if isinstance(exception, DATABASE_AWAY) else None
