"""A client of a server that really runs: requests, and event streams that note when which text came."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any, Self

import httpx

from aihelper.lib.testing.patience import HANG_SECONDS, Stopwatch, net_clock
from aihelper.lib.testing.plugin import PASSWORD
from aihelper.tests.canary.guard.guard import Place, guard

STREAM = "/api/chat/stream"


class Watched:
    """An event stream that is read in the background until it ends, however it does."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self.events: list[dict[str, Any]] = []
        # (when it came, offset after it) of each piece of text: by `time.monotonic`, and by `net_clock`.
        self.arrivals: list[tuple[float, int]] = []
        self.seen: list[tuple[float, int]] = []
        self.text = ""
        self.start: dict[str, Any] = {}
        self.done: dict[str, Any] | None = None
        self.cut = False
        self._changed = asyncio.Condition()
        self._task = asyncio.create_task(self._read())

    @property
    def offset(self) -> int:
        """How much of the log has come."""
        return self.arrivals[-1][1] if self.arrivals else int(self.start.get("offset", 0))

    def offset_at(self, moment: float) -> int:
        """How much of the log had come until a moment (of `net_clock`)."""
        return max((offset for when, offset in self.seen if when <= moment), default=0)

    async def until(self, condition: Callable[["Watched"], object]) -> Self:
        """Wait until something is true of what has come."""
        async with asyncio.timeout(HANG_SECONDS), self._changed:
            await self._changed.wait_for(lambda: condition(self))
        return self

    async def until_offset(self, offset: int) -> Self:
        """Wait until there is more of the log than `offset`."""
        return await self.until(lambda stream: stream.offset > offset)

    async def ended(self) -> Self:
        """Wait until the stream is over."""
        await asyncio.wait_for(asyncio.shield(self._task), HANG_SECONDS)
        return self

    async def leave(self) -> None:
        """Close the connection, as a closed tab does."""
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _read(self) -> None:
        try:
            async with self._stream as response:
                if response.status_code != 200:
                    await response.aread()
                    raise AssertionError(f"{response.status_code} {response.text}")
                place = Place("an event stream")
                async for line in response.aiter_lines():
                    guard.say(place, line)
                    if line.startswith("data: "):
                        await self._take(json.loads(line[6:]))
        except httpx.TransportError:
            self.cut = True
        finally:
            async with self._changed:
                self._changed.notify_all()

    async def _take(self, event: dict[str, Any]) -> None:
        self.events.append(event)
        match event["type"]:
            case "start":
                self.start = event
            case "delta":
                self.text += event["content"]
                self.arrivals.append((time.monotonic(), event["offset"]))
                self.seen.append((net_clock(), event["offset"]))
            case "done":
                self.done = event
        async with self._changed:
            self._changed.notify_all()


async def _hear(response: httpx.Response) -> None:
    """Let the guard over secrets look at an answer; a stream is heard as it comes."""
    if not response.headers.get("content-type", "").startswith("text/event-stream"):
        guard.say(f"{response.request.method} {response.request.url.path}", await response.aread())


class Person:
    """Somebody signed in to one server by a bearer token."""

    def __init__(self, url: str, token: str = "") -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        limits = httpx.Limits(max_connections=None, max_keepalive_connections=0)
        self.token = token
        self.http = httpx.AsyncClient(
            base_url=url, headers=headers, timeout=HANG_SECONDS, limits=limits, event_hooks={"response": [_hear]}
        )

    @classmethod
    async def sign_in(cls, url: str, username: str = "admin", password: str = PASSWORD) -> "Person":
        """A token of the server's own."""
        async with httpx.AsyncClient(base_url=url, timeout=HANG_SECONDS) as http:
            answer = await http.post("/api/token", json={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        return cls(url, answer.json()["access_token"])

    def at(self, url: str) -> "Person":
        """The same person on another server with the same keys."""
        return Person(url, self.token)

    async def send(self, message: str, **fields: Any) -> Watched:
        """Ask, and read the answer in the background; returns when the server has accepted."""
        watched = self.post(STREAM, {"message": message, **fields})
        return await watched.until(lambda stream: stream.start)

    def post(self, path: str, body: dict[str, Any]) -> Watched:
        """Any stream that begins with a POST."""
        return Watched(self.http.stream("POST", path, json=body))

    def attach(self, generation_id: str, offset: int = 0) -> Watched:
        """Follow an answer from an offset on."""
        return Watched(self.http.stream("GET", f"/api/chat/generations/{generation_id}/events?offset={offset}"))

    async def sign_in_by_cookie(self) -> httpx.Response:
        """Sign in as a browser does, and ask who one is."""
        async with httpx.AsyncClient(base_url=self.http.base_url, timeout=HANG_SECONDS) as browser:
            answer = await browser.post("/api/login", json={"username": "admin", "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            return await browser.get("/api/user/info")

    async def stop(self, generation_id: str, offset: int | None = None) -> None:
        """Stop an answer."""
        answer = await self.http.post(f"/api/chat/generations/{generation_id}/stop", json={"offset": offset})
        assert answer.status_code == 200, answer.text

    async def messages(self, session_id: str) -> list[dict[str, Any]]:
        """The branch on show, oldest first."""
        answer = await self.http.get(f"/api/chat/session/{session_id}")
        assert answer.status_code == 200, answer.text
        messages: list[dict[str, Any]] = answer.json()["messages"]
        return messages

    async def last(self, session_id: str) -> dict[str, Any]:
        """The last message of a session."""
        return (await self.messages(session_id))[-1]


def delay(first: Watched, second: Watched) -> float:
    """How much later, in seconds (net) and at worst, the second viewer had what the first had."""
    return max(
        min((when for when, offset in second.seen if offset >= wanted), default=float("inf")) - seen
        for seen, wanted in first.seen
        if wanted <= second.offset
    )


async def until(condition: Callable[[], Any], *, seconds: float = HANG_SECONDS) -> float:
    """Ask again and again until an asynchronous condition holds; returns the seconds it took, net of starvation.

    Raises TimeoutError.
    """
    watch = Stopwatch()
    async with asyncio.timeout(seconds):
        while not await condition():  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(0.05)
    return watch.net
