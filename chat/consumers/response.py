"""The answering half of one HTTP exchange outside Django: an event stream, or an error in the API's one shape."""

import asyncio
import time
from contextlib import suppress

import structlog
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from aihelper.lib import sse
from aihelper.lib.errors import AppError, NotSignedIn
from chat import events
from chat.consumers.request import Scope, Send

log = structlog.get_logger(__name__)

# A viewer that takes nothing for so long is dropped; it can resume.
SEND_SECONDS = 30.0

Headers = list[tuple[bytes, bytes]]


class MethodNotAllowed(AppError):
    """Another method than the route has."""

    status = 405
    code = "method_not_allowed"
    sentence = _("This address does not take this method.")

    def __init__(self, allowed: list[str]) -> None:
        super().__init__()
        self.allowed = allowed


class Response:
    """Sends the head once, then bytes; `status` is 0 until then."""

    def __init__(self, scope: Scope, send: Send, request_id: str) -> None:
        self._send = send
        self._common = [*_cors(scope), (b"x-request-id", request_id.encode()), (b"x-content-type-options", b"nosniff")]
        self._last = time.monotonic()
        self.status = 0
        # A file's end means that all of it was sent; comments have no place in one.
        self.whole = True
        self._comments = True

    async def begin_file(self, headers: Headers) -> None:
        """Send the head of a file. Unless `whole` is set in the end, the connection breaks off instead of ending."""
        self.whole = self._comments = False
        await self._head(200, headers)

    async def begin(self) -> None:
        """Send the head of an event stream."""
        await self._head(200, list(sse.HEADERS))

    async def write(self, data: bytes) -> None:
        """Send bytes. A client that takes none of them for SEND_SECONDS is dropped: CancelledError ends the tail."""
        self._last = time.monotonic()
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self._send({"type": "http.response.body", "body": data, "more_body": True})
        except TimeoutError:
            log.info("viewer.dropped")
            raise asyncio.CancelledError from None

    async def beat(self) -> None:
        """Send a comment whenever nothing was sent for a while, for ever."""
        while True:
            idle = time.monotonic() - self._last
            if idle < sse.HEARTBEAT_SECONDS:
                await asyncio.sleep(sse.HEARTBEAT_SECONDS - idle)
            elif self._comments:
                await self.write(sse.HEARTBEAT)
            else:
                self._last = time.monotonic()

    async def end(self) -> None:
        """End the body; without a `done` before it, the client resumes."""
        if not self.whole:
            return
        with suppress(TimeoutError):
            async with asyncio.timeout(SEND_SECONDS):
                await self._send({"type": "http.response.body", "body": b""})

    async def nothing(self) -> None:
        """Send 204, which tells a browser's EventSource not to come again."""
        await self._head(204, [(b"cache-control", b"no-store")])
        await self.end()

    async def fail(self, error: AppError) -> None:
        """Send an error."""
        body = events.encode(error.as_json())
        headers: Headers = [
            (b"content-type", b"application/json"),
            (b"cache-control", b"no-store"),
            (b"content-length", str(len(body)).encode()),
        ]
        if "retry_after" in error.extra:
            headers.append((b"retry-after", str(error.extra["retry_after"]).encode()))
        if isinstance(error, MethodNotAllowed):
            headers.append((b"allow", ", ".join(error.allowed).encode()))
        if error.status == NotSignedIn.status:
            headers.append((b"www-authenticate", b'Bearer realm="api"'))
        await self._head(error.status, headers)
        await self._send({"type": "http.response.body", "body": body})

    async def _head(self, status: int, headers: Headers) -> None:
        self.status = status
        await self._send({"type": "http.response.start", "status": status, "headers": headers + self._common})


def _cors(scope: Scope) -> Headers:
    """What lets a page of another trusted origin read the answer; it must bring a bearer token."""
    origin = dict(scope["headers"]).get(b"origin", b"")
    if origin.decode("latin-1") not in settings.TRUSTED_ORIGINS:
        return []
    return [(b"access-control-allow-origin", origin), (b"vary", b"origin")]
