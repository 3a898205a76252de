"""An event stream: one request in, frames out until the answer's end.

The run does not live here. When the client leaves, the tail is dropped and nothing else happens; when
the process that writes the answer is another one, nothing is different either.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import structlog
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.utils import translation

from accounts import authentication
from aihelper.lib import sse
from aihelper.lib.errors import AppError, InternalError, Unavailable
from aihelper.lib.tasks import cancel, spawn
from chat import events
from chat.consumers import request as requests
from chat.consumers.attachment import Attachment
from chat.consumers.request import Receive, Scope, Send, StreamRequest
from chat.engine import supervisor
from chat.engine.feed import Subscriber
from chat.engine.tail import tail
from chat.events import End

log = structlog.get_logger(__name__)

# A viewer that takes nothing for so long is dropped; it can resume.
SEND_SECONDS = 30.0

Handler = Callable[[StreamRequest], Awaitable[Attachment]]


class EventStream:
    """An ASGI application for one route. The handlers say, per method, which generation to attach to."""

    def __init__(self, **handlers: Handler) -> None:
        """`handlers` by method, such as POST=send."""
        self._handlers = handlers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; return when the stream has ended or the client has left, whichever is first."""
        started = time.monotonic()
        response = Response(scope, send)
        answering = spawn(self._answer(scope, receive, response), name=f"stream {scope['path']}")
        try:
            await asyncio.wait({answering})
        finally:
            await cancel(answering)
            log.info(
                "request",
                method=scope["method"],
                path=scope["path"],
                status=response.status,
                ms=round((time.monotonic() - started) * 1000),
                stream=True,
            )

    async def _answer(self, scope: Scope, receive: Receive, response: "Response") -> None:
        translation.activate(authentication.language_of(scope, AnonymousUser()))
        try:
            handler = self._handlers.get(scope["method"])
            if handler is None:
                raise MethodNotAllowed(allow=sorted(self._handlers))
            request = await requests.read(scope, receive)
            language = authentication.language_of(scope, request.user)
            translation.activate(language)
            attachment = await handler(request)
        except requests.Disconnected:
            return
        except AppError as error:
            await response.fail(error)
            return
        except OperationalError as error:
            log.error("stream.database", exc_info=error)
            await response.fail(Unavailable())
            return
        except Exception as error:
            log.error("stream.crashed", exc_info=error)
            await response.fail(InternalError())
            return
        writing = spawn(self._write(attachment, response, language), name=f"tail {attachment.generation_id}")
        await self._follow(request, writing, receive, response)

    async def _follow(
        self, request: StreamRequest, writing: "asyncio.Task[None]", receive: Receive, response: "Response"
    ) -> None:
        """Let it write until the end, the client's leave, or the loss of the right to see the answer."""
        leaving = spawn(_disconnected(receive), name="disconnect")
        beating = spawn(response.beat(), name="heartbeat")
        user = request.user
        viewer = Subscriber(
            user.pk, user.token_version, on_revoked=lambda: _drop(writing), session_key=request.session_key
        )
        try:
            with supervisor.current().feed.subscribe(viewer):
                await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await cancel(writing, leaving, beating)
        if leaving.cancelled():
            await response.end()

    async def _write(self, attachment: Attachment, response: "Response", language: str) -> None:
        translation.activate(language)
        await response.begin()
        for event in attachment.opening:
            await response.write(sse.frame(events.encode(event), attachment.offset))
        async for item in tail(supervisor.current(), attachment.generation_id, attachment.offset):
            if not isinstance(item, End):
                await response.write(sse.frame(events.encode_frame(item), item.offset))
                continue
            if error := attachment.error(item):
                await response.write(sse.frame(events.encode(error), item.offset))
            await response.write(sse.frame(events.encode(events.done(item)), item.offset))


class MethodNotAllowed(AppError):
    status = 405
    code = "method_not_allowed"


class Response:
    """The sending half of one HTTP exchange."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._send = send
        self._cors = _cors(scope)
        self._last = time.monotonic()
        self.status = 0

    async def begin(self) -> None:
        """Send the head of an event stream."""
        self.status = 200
        headers = [*sse.HEADERS, *self._cors]
        await self._send({"type": "http.response.start", "status": 200, "headers": headers})

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
            else:
                await self.write(sse.HEARTBEAT)

    async def end(self) -> None:
        """End the body; without a `done` before it, the client resumes."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SEND_SECONDS):
                await self._send({"type": "http.response.body", "body": b""})

    async def fail(self, error: AppError) -> None:
        """Send an error in the API's one shape."""
        self.status = error.status
        body = events.encode(error.as_json())
        headers: list[tuple[bytes, bytes]] = [
            (b"content-type", b"application/json"),
            (b"cache-control", b"no-store"),
            (b"x-content-type-options", b"nosniff"),
            (b"content-length", str(len(body)).encode()),
            *self._cors,
        ]
        if "retry_after" in error.extra:
            headers.append((b"retry-after", str(error.extra["retry_after"]).encode()))
        if isinstance(error, MethodNotAllowed):
            headers.append((b"allow", ", ".join(error.extra["allow"]).encode()))
        await self._send({"type": "http.response.start", "status": error.status, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _cors(scope: Scope) -> list[tuple[bytes, bytes]]:
    """What lets a page of another trusted origin read the stream; it must bring a bearer token."""
    origin = dict(scope["headers"]).get(b"origin", b"")
    if origin.decode("latin-1") not in settings.TRUSTED_ORIGINS:
        return []
    return [(b"access-control-allow-origin", origin), (b"vary", b"origin")]


def _drop(writing: "asyncio.Task[None]") -> None:
    writing.cancel()


async def _disconnected(receive: Receive) -> None:
    message: dict[str, Any] = {}
    while message.get("type") != "http.disconnect":
        message = await receive()
