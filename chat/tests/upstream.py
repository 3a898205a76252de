"""A provider under the tests' control: an OpenAI-compatible upstream behind httpx's own seam, MockTransport."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Collection
from typing import Any

import httpx

from aihelper.lib.testing.patience import HANG_SECONDS


class Call(httpx.AsyncByteStream):
    """One streamed answer, of which the test says each word. `closed` is set when the client hangs up."""

    def __init__(self, request: dict[str, Any]) -> None:
        self.request = request
        self.closed = asyncio.Event()
        self._lines: asyncio.Queue[bytes | None] = asyncio.Queue()

    def say(self, text: str, *, kind: str = "content") -> None:
        """Send a delta."""
        self.send({"choices": [{"index": 0, "delta": {kind: text}}]})

    def send(self, event: dict[str, Any]) -> None:
        """Send an event."""
        self._lines.put_nowait(f"data: {json.dumps(event)}\n\n".encode())

    def finish(self, reason: str = "stop", usage: tuple[int, int] | None = (7, 11)) -> None:
        """End the answer as a well-behaved server does."""
        self.send({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        if usage:
            self.send({"choices": [], "usage": {"prompt_tokens": usage[0], "completion_tokens": usage[1]}})
        self._lines.put_nowait(b"data: [DONE]\n\n")
        self.cut()

    def cut(self) -> None:
        """End the connection, whatever was said so far."""
        self._lines.put_nowait(None)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while (line := await self._lines.get()) is not None:
            yield line

    async def aclose(self) -> None:
        self.closed.set()


class Upstream:
    """Collects the calls; by default answers a title request by itself and leaves chats to the test."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.titles: list[dict[str, Any]] = []
        self.title = "A Fine Title"
        self.refuse: Callable[[dict[str, Any]], httpx.Response | None] = lambda request: None
        self._arrived = asyncio.Condition()

    def client(self, *, allowed_private: Collection[str]) -> httpx.AsyncClient:
        """A client factory as `Supervisor` takes it."""
        return httpx.AsyncClient(transport=httpx.MockTransport(self._answer))

    async def call(self, number: int = 1) -> Call:
        """The chat call of that number, counted from 1, as soon as it has come."""
        async with asyncio.timeout(HANG_SECONDS), self._arrived:
            await self._arrived.wait_for(lambda: len(self.calls) >= number)
        return self.calls[number - 1]

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        if refusal := self.refuse(asked):
            return refusal
        call = Call(asked)
        if asked["messages"][0]["content"].startswith("Write a title"):
            self.titles.append(asked)
            call.say(self.title)
            call.finish()
        else:
            async with self._arrived:
                self.calls.append(call)
                self._arrived.notify_all()
        return httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=call)
