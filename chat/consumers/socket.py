"""The socket: one per tab, for everything live.

`receive` never works, it only starts tasks: a consumer that generated here would be deaf to "stop"
(measured). Every action checks anew what it may do; the feed's beat ends the socket when its person may
not be signed in any more.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

import structlog
from channels.consumer import AsyncConsumer
from channels.exceptions import StopConsumer
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.utils import translation

from accounts import authentication
from accounts.models import User
from aihelper.lib import metrics
from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError, InternalError, NotSignedIn, TooManyRequests, Unavailable
from aihelper.lib.tasks import cancel, spawn
from chat import events
from chat.consumers import actions, messages
from chat.consumers.attachment import Attachment
from chat.consumers.changes import Changes
from chat.consumers.request import check_host, query_of
from chat.engine import supervisor
from chat.engine.feed import Subscriber
from chat.engine.tail import tail
from chat.events import End
from chat.models.session import new_uuid

log = structlog.get_logger(__name__)

# 100,000 characters of a message, escaped in JSON.
MAX_FRAME_CHARS = 1_000_000
MAX_TASKS = 32
# Each may hold a whole answer for a client that does not read.
MAX_TAILS = 32
# A tab sends a message now and then; bursts come from reconnecting with several answers under way.
RATE_PER_SECOND, BURST = 20.0, 60.0
SEND_SECONDS = 30.0
# Of an application's own range: Daphne's WebSocket library refuses to send 1008 and 1009.
NOT_SIGNED_IN, TOO_LARGE, TOO_MANY = 4401, 4413, 4429


class ChatSocket(AsyncConsumer):  # type: ignore[misc]  # channels has no types
    """A person's tab."""

    # No channel of its own: wake-ups come through the engine.
    channel_layer_alias = "none"

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Channels' own closes database connections before each message, in the one thread of all sockets."""
        await getattr(self, message["type"].replace(".", "_"))(message)

    async def websocket_connect(self, message: dict[str, Any]) -> None:
        """Authenticate by cookie with our own Origin, by ticket, or by token; otherwise refuse with a 403."""
        self.session_id = new_uuid()
        self.tails: dict[str, asyncio.Task[None]] = {}
        self.tasks: set[asyncio.Task[None]] = set()
        self.changes = Changes()
        self.tokens, self.refilled = BURST, time.monotonic()
        try:
            check_host(dict(self.scope["headers"]))
            self.user, self.sign_in = await run_db(_signed_in, self.scope, query_of(self.scope))
        except (AppError, OperationalError) as error:
            log.info("socket.refused", code=getattr(error, "code", "unavailable"))
            await self.send({"type": "websocket.close", "code": NOT_SIGNED_IN})
            return
        self.language = authentication.language_of(self.scope, self.user)
        await self.send({"type": "websocket.accept"})
        self._background(self._live())
        log.info("socket.opened", user_id=self.user.pk)

    async def websocket_receive(self, message: dict[str, Any]) -> None:
        """Start what the client asks for, and be ready for the next message at once."""
        text = message.get("text")
        if text is None or len(text) > MAX_FRAME_CHARS:
            await self.close(TOO_LARGE)
        elif not self._may_speak() or len(self.tasks) > MAX_TASKS:
            await self.close(TOO_MANY)
        elif payload := _payload(text):
            self._background(self._act(payload))
        else:
            self._background(self._plain(text))

    async def websocket_disconnect(self, message: dict[str, Any]) -> None:
        """Drop the tails; the runs go on."""
        await cancel(*self.tasks, *self.tails.values())
        raise StopConsumer

    async def say(self, event: dict[str, Any]) -> None:
        """Send one event."""
        await self._send_text(events.encode(event))

    async def close(self, code: int) -> None:
        """End the socket from our side."""
        await self.send({"type": "websocket.close", "code": code})

    def follow(self, attachment: Attachment, *, plainly: bool = False) -> None:
        """Send the frames of an answer from now on; `plainly` ends with the whole answer in one event.

        Raises TooManyRequests for more answers at once than any tab shows.
        """
        self.unfollow(attachment.generation_id)
        if len(self.tails) >= MAX_TAILS:
            raise TooManyRequests(retry_after=5)
        task = spawn(self._follow(attachment, plainly), name=f"tail {attachment.generation_id}")
        self.tails[attachment.generation_id] = task
        task.add_done_callback(partial(self._followed, attachment.generation_id))

    def unfollow(self, generation_id: str) -> None:
        """Send no more of an answer."""
        if task := self.tails.pop(generation_id, None):
            task.cancel()

    def _followed(self, generation_id: str, task: asyncio.Task[None]) -> None:
        if self.tails.get(generation_id) is task:
            del self.tails[generation_id]

    async def _act(self, payload: dict[str, Any]) -> None:
        """Do what the client asks."""
        action = actions.ACTIONS.get(str(payload.get("type")), actions.unknown)
        await self._guarded(payload, partial(action, self, payload))

    async def _guarded(self, payload: dict[str, Any], act: Callable[[], Awaitable[None]]) -> None:
        """Act, and tell the client when that is refused or fails."""
        translation.activate(self.language)
        try:
            await act()
        except AppError as error:
            await self.say(_refusal(payload, error))
        except OperationalError as error:
            log.error("socket.database", exc_info=error)
            await self.say(_refusal(payload, Unavailable()))
        except Exception as error:
            log.error("socket.crashed", action=payload.get("type"), exc_info=error)
            await self.say(_refusal(payload, InternalError()))

    async def _plain(self, text: str) -> None:
        """Take a frame that is no JSON object as a message in the session that the greeting named."""
        await self._guarded({"type": "send"}, partial(actions.plain, self, text))

    async def _follow(self, attachment: Attachment, plainly: bool) -> None:
        translation.activate(self.language)
        generation_id, answer = attachment.generation_id, []
        for event in attachment.opening:
            await self.say(event | {"generation_id": generation_id})
        async for item in tail(supervisor.current(), generation_id, attachment.offset):
            if isinstance(item, End):
                if error := attachment.error(item):
                    await self.say({**error, "generation_id": generation_id})
                await self.say(events.done(item))
            else:
                if plainly and item.kind == events.CONTENT:
                    answer.append(item.text)
                await self._send_text(events.encode_frame(item, generation_id))
        if plainly:
            await self.say({"type": "response", "session_id": attachment.session_id, "content": "".join(answer)})

    async def _live(self) -> None:
        """Greet, and send what changes in the person's list, the newest state of each session, until the end."""
        viewer = Subscriber(self.user.pk, self.user.token_version, self._revoked, self.changes.note, self.sign_in)
        with supervisor.current().feed.subscribe(viewer), metrics.SOCKETS.track_inprogress():
            # Here and not where the socket is accepted: who has gone meanwhile ends this task, and nothing crashes.
            await self.say({"type": "system", "session_id": self.session_id, "message": "connected"})
            async for event in self.changes:
                await self.say(event)

    def _revoked(self) -> None:
        for task in self.tails.values():
            task.cancel()
        self._background(self.close(NOT_SIGNED_IN))

    def _background(self, work: Any) -> None:
        task = spawn(work, name="socket")
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _may_speak(self) -> bool:
        """A token bucket: false when the client speaks faster than any tab does."""
        now = time.monotonic()
        self.tokens = min(BURST, self.tokens + (now - self.refilled) * RATE_PER_SECOND)
        self.refilled = now
        self.tokens -= 1
        return self.tokens >= 0

    async def _send_text(self, data: bytes) -> None:
        try:
            async with asyncio.timeout(SEND_SECONDS):
                await self.send({"type": "websocket.send", "text": data.decode()})
        except (OSError, RuntimeError):
            # It takes nothing (TimeoutError), or has gone: before they say so, uvicorn raises its own OSError, and
            # Daphne's library its Disconnected, a RuntimeError.
            log.info("viewer.dropped")
            raise asyncio.CancelledError from None


def _signed_in(scope: dict[str, Any], query: dict[str, str]) -> tuple[User, str | None]:
    """Who opens the socket, and the sign-in that it ends with."""
    if ticket := query.get("ticket"):
        admission = authentication.user_from_ticket(ticket)
        return admission.user, admission.sign_in
    if token := query.get("token"):
        return authentication.user_from_token(token), authentication.sign_in_of(scope, token)
    user = authentication.user_from_scope(scope)
    if isinstance(user, AnonymousUser):
        raise NotSignedIn
    if not any(name == b"authorization" for name, _value in scope["headers"]):
        authentication.check_origin(scope)
    return user, authentication.sign_in_of(scope)


def _payload(text: str) -> dict[str, Any] | None:
    """The JSON object in a frame, or None for plain text."""
    if not text.lstrip().startswith("{"):
        return None
    try:
        return messages.decode(text)
    except AppError:
        return None


def _refusal(payload: dict[str, Any], error: AppError) -> dict[str, Any]:
    """An error, with what a client needs to know which of its actions it belongs to."""
    named = {key: payload[key] for key in ("client_id", "generation_id", "message_id") if key in payload}
    retryable = error.status in {429, 503}
    event: dict[str, Any] = {"type": "error", "error": str(error.detail), "code": error.code, "retryable": retryable}
    return event | {"action": payload.get("type")} | named
