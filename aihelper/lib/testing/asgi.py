"""Drives the whole ASGI application in a test, without a server: requests that stream, and sockets."""

import asyncio
import json
from typing import Any, Self

from django.conf import settings
from django.test import Client

from aihelper.lib.db import run_db
from aihelper.lib.testing.patience import HANG_SECONDS

HOST = "testserver"
ORIGIN = f"http://{HOST}"

Headers = dict[str, str]


async def signed_in(user: Any) -> Headers:
    """The headers by which a browser's own page proves who it is: cookies, CSRF token and Origin."""
    client = Client()
    await run_db(client.force_login, user)
    token = "a" * 32
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    cookie = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}"
    return {"cookie": cookie, "x-csrftoken": token, "origin": ORIGIN, "sec-fetch-site": "same-origin"}


async def bearer(user: Any) -> Headers:
    """The header by which a program does."""
    from accounts import tokens

    return {"authorization": f"Bearer {(await run_db(tokens.issue, user)).access}"}


def scope(kind: str, path: str, headers: Headers, **more: Any) -> dict[str, Any]:
    """An ASGI scope for a path with an optional query string."""
    path, _mark, query = path.partition("?")
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in ({"host": HOST} | headers).items()]
    return {
        "type": kind,
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "scheme": "ws" if kind == "websocket" else "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode(),
        "headers": encoded,
        "client": ("192.0.2.1", 50000),
        "server": (HOST, 80),
        **more,
    }


class Exchange:
    """One HTTP request to the application, whose answer is read as it comes. Use as a context manager."""

    def __init__(
        self, method: str, path: str, headers: Headers | None = None, *, json_body: Any = None, body: bytes = b""
    ) -> None:
        body = json.dumps(json_body).encode() if json_body is not None else body
        given = dict(headers or {})
        if method != "GET":
            given = {"content-type": "application/json", "content-length": str(len(body))} | given
        self._scope = scope("http", path, given, method=method)
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._inbox.put_nowait({"type": "http.request", "body": body, "more_body": False})
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._rest = b""
        self._ended = False
        self.status = 0
        self.headers: dict[str, str] = {}

    async def __aenter__(self) -> Self:
        from aihelper.asgi import application

        self._task = asyncio.ensure_future(application(self._scope, self._inbox.get, self._outbox.put))
        self._task.add_done_callback(lambda _task: self._outbox.put_nowait({"type": "ended"}))
        start = await self._next()
        assert start["type"] == "http.response.start", start
        self.status = start["status"]
        self.headers = {name.decode().lower(): value.decode("latin-1") for name, value in start.get("headers", [])}
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self.leave()

    async def leave(self) -> None:
        """Close the connection, as a closed tab does, and wait until the application has noticed."""
        self._inbox.put_nowait({"type": "http.disconnect"})
        await asyncio.wait_for(asyncio.gather(self._task, return_exceptions=True), HANG_SECONDS)

    async def body(self) -> bytes:
        """The rest of the answer."""
        while await self._more():
            pass
        return self._rest

    async def json(self) -> Any:
        """The whole answer as JSON."""
        return json.loads(await self.body())

    async def event(self) -> dict[str, Any] | None:
        """The next server-sent event's data, with its id as "id"; None when the stream has ended."""
        while b"\n\n" not in self._rest:
            if not await self._more():
                return None
        block, self._rest = self._rest.split(b"\n\n", 1)
        fields = dict(line.split(b": ", 1) for line in block.split(b"\n") if not line.startswith(b":"))
        if b"data" not in fields:
            return await self.event()
        event: dict[str, Any] = json.loads(fields[b"data"])
        return event | ({"id": int(fields[b"id"])} if b"id" in fields else {})

    async def events(self) -> list[dict[str, Any]]:
        """All events from here to the end of the stream."""
        events = []
        while (event := await self.event()) is not None:
            events.append(event)
        return events

    async def _more(self) -> bool:
        if self._ended:
            return False
        message = await self._next()
        self._rest += message.get("body", b"")
        self._ended = message["type"] == "ended" or not message.get("more_body", False)
        return True

    async def _next(self) -> dict[str, Any]:
        return await asyncio.wait_for(self._outbox.get(), HANG_SECONDS)


class Socket:
    """A WebSocket to the application. Use as a context manager; `accepted` tells whether the handshake did."""

    def __init__(self, path: str = "/chat/ws", headers: Headers | None = None) -> None:
        self._scope = scope("websocket", path, headers or {}, subprotocols=[])
        self._inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._inbox.put_nowait({"type": "websocket.connect"})
        self._outbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.accepted = False
        self.close_code: int | None = None

    async def __aenter__(self) -> Self:
        from aihelper.asgi import application

        self._task = asyncio.ensure_future(application(self._scope, self._inbox.get, self._outbox.put))
        first = await asyncio.wait_for(self._outbox.get(), HANG_SECONDS)
        self.accepted = first["type"] == "websocket.accept"
        self.close_code = first.get("code")
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._inbox.put_nowait({"type": "websocket.disconnect", "code": 1001})
        await asyncio.wait_for(asyncio.gather(self._task, return_exceptions=True), HANG_SECONDS)

    def say(self, payload: Any) -> None:
        """Send JSON, or plain text as it is."""
        text = payload if isinstance(payload, str) else json.dumps(payload)
        self._inbox.put_nowait({"type": "websocket.receive", "text": text})

    def say_bytes(self, data: bytes) -> None:
        """Send a binary frame."""
        self._inbox.put_nowait({"type": "websocket.receive", "bytes": data})

    async def hear(self, *types: str) -> dict[str, Any] | None:
        """The next event, or the next of the given types; None when the server has closed the socket."""
        while True:
            message = await asyncio.wait_for(self._outbox.get(), HANG_SECONDS)
            if message["type"] == "websocket.close":
                self.close_code = message.get("code", 1000)
                return None
            event: dict[str, Any] = json.loads(message["text"])
            if not types or event["type"] in types:
                return event
