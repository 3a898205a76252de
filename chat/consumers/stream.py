"""An event stream: one request in, frames out until the end of what it follows.

The run does not live here. When the client leaves, the tail is dropped and nothing else happens; when
the process that writes the answer is another one, nothing is different either.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Generic, TypeVar

import structlog
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.utils import translation

from accounts import authentication
from aihelper.lib import metrics, sse
from aihelper.lib.errors import AppError, InternalError, TooManyRequests, Unavailable
from aihelper.lib.logs import new_request_id
from aihelper.lib.tasks import cancel, spawn_child
from chat import events
from chat.consumers import request as requests
from chat.consumers.attachment import Attachment
from chat.consumers.request import Receive, Scope, Send, StreamRequest
from chat.consumers.response import MethodNotAllowed, Response
from chat.engine import supervisor
from chat.engine.feed import Subscriber
from chat.engine.tail import tail
from chat.events import End

log = structlog.get_logger(__name__)

BUSY_SECONDS = 5

T = TypeVar("T")
# None: there is nothing more to come, and the client shall not ask again.
Handler = Callable[[StreamRequest], Awaitable[T | None]]


class EventStream(Generic[T]):
    """An ASGI application for one route. The handlers say, per method, what to follow; `write` follows it."""

    def __init__(
        self,
        *,
        most: int | None = None,
        note: Callable[[T, dict[str, Any]], None] | None = None,
        **handlers: Handler[T],
    ) -> None:
        """`handlers` by method, such as POST=send. `most`: how many a person may have open in this process.

        `note` is told of what changes in the person's list, for streams that are about it.
        """
        self._handlers = handlers
        self._most = most
        self._note = note
        self._open: Counter[int] = Counter()

    async def write(self, followed: T, response: Response) -> None:
        """Write from the head to the end. Cancelled when the client has left or lost the right to see it."""
        raise NotImplementedError

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; return when the stream has ended or the client has left, whichever is first."""
        started = time.monotonic()
        request_id = new_request_id(dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1"))
        response = Response(scope, send, request_id)
        user_id: int | None = None
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            translation.activate(authentication.language_of(scope, AnonymousUser()))
            try:
                if accepted := await self._accept(scope, receive, response):
                    request, followed = accepted
                    user_id = request.user.pk
                    await self._follow(request, followed, receive, response)
            finally:
                log.info(
                    "request",
                    method=scope["method"],
                    path=scope["path"],
                    status=response.status,
                    ms=round((time.monotonic() - started) * 1000, 1),
                    user_id=user_id,
                    stream=True,
                )

    async def _accept(self, scope: Scope, receive: Receive, response: Response) -> tuple[StreamRequest, T] | None:
        """Read the request and do what it asks for; None when the answer was already given, or nobody waits for it."""
        try:
            handler = self._handlers.get(scope["method"])
            if handler is None:
                raise MethodNotAllowed(sorted(self._handlers))
            request = await requests.read(scope, receive)
            translation.activate(authentication.language_of(scope, request.user))
            if self._most is not None and self._open[request.user.pk] >= self._most:
                raise TooManyRequests(retry_after=BUSY_SECONDS)
            followed = await handler(request)
            if followed is not None:
                return request, followed
            await response.nothing()
        except requests.Disconnected:
            pass
        except AppError as error:
            await response.fail(error)
        except OperationalError as error:
            log.error("stream.database", exc_info=error)
            await response.fail(Unavailable())
        except Exception as error:
            log.error("stream.crashed", exc_info=error)
            await response.fail(InternalError())
        return None

    async def _follow(self, request: StreamRequest, followed: T, receive: Receive, response: Response) -> None:
        """Write until the end, the client's leave, or the loss of the right to see it."""
        user = request.user
        writing = spawn_child(self.write(followed, response), name=f"stream of {user.pk}")
        leaving = spawn_child(_disconnected(receive), name="disconnect")
        beating = spawn_child(response.beat(), name="heartbeat")

        def revoked() -> None:
            writing.cancel()

        on_change = partial(self._note, followed) if self._note else None
        viewer = Subscriber(user.pk, user.token_version, revoked, on_change, request.sign_in)
        self._open[user.pk] += 1
        try:
            with supervisor.current().feed.subscribe(viewer), metrics.STREAMS.track_inprogress():
                await asyncio.wait({writing, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open -= Counter({user.pk: 1})
            await cancel(writing, leaving, beating)
        if leaving.cancelled():
            await response.end()


class AnswerStream(EventStream[Attachment]):
    """A stream that follows one answer from an offset on, and tells of the one that began beside it."""

    async def write(self, attachment: Attachment, response: Response) -> None:
        """Write the opening, the rest of the log, and how it ended."""
        await response.begin()
        opening = [*attachment.opening, *(attachment.beside.opening if attachment.beside else ())]
        # In one piece: a connection that breaks tells of both answers or of none.
        await response.write(b"".join(sse.frame(events.encode(event), attachment.offset) for event in opening))
        async for item in tail(supervisor.current(), attachment.generation_id, attachment.offset):
            if not isinstance(item, End):
                await response.write(sse.frame(events.encode_frame(item), item.offset))
                continue
            if error := attachment.error(item):
                await response.write(sse.frame(events.encode(error), item.offset))
            await response.write(sse.frame(events.encode(events.done(item)), item.offset))


async def _disconnected(receive: Receive) -> None:
    message: dict[str, Any] = {}
    while message.get("type") != "http.disconnect":
        message = await receive()
