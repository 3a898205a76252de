"""A provider over real TCP whose tokens are numbered and paced: the text that was sent until a moment is known."""

import asyncio
import json
import time
from typing import Any, Self

from aihelper.lib.testing.patience import HANG_SECONDS, net_clock

MODEL = "paced"
KEY = "sk-canary-of-the-faults-5d1e77"
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


class Call:
    """One question that came. `sent` is the text so far; times are of `time.monotonic`."""

    def __init__(self, number: int, request: dict[str, Any]) -> None:
        self.number = number
        self.request = request
        self.question = str(request["messages"][-1]["content"])
        self.sent = ""
        # (when it was sent, length of the text after it) of each token.
        self.sent_at: list[tuple[float, int]] = []
        # `closed_at` is of `net_clock`.
        self.closed = asyncio.Event()
        self.closed_at = 0.0

    def token(self, index: int) -> str:
        """The token of that index; from it alone one can tell where it belongs."""
        return f"{self.number}.{index} "


class PacingUpstream:
    """An OpenAI-compatible server in the test's own loop. A title is answered at once, everything else is paced.

    `interval`: seconds between tokens. `length`: how many tokens an answer has (None: it goes on until the client
    leaves). `gate`: while it is closed, no first token is sent.
    """

    def __init__(self, *, interval: float = 0.03, length: int | None = None) -> None:
        self.interval = interval
        self.length = length
        self.gate = asyncio.Event()
        self.gate.set()
        self.calls: list[Call] = []
        self.port = 0
        self._arrived = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def host(self) -> str:
        """As `host:port`, for the allow-list."""
        return f"127.0.0.1:{self.port}"

    async def until_calls(self, count: int) -> None:
        """Wait until so many questions have come."""
        async with asyncio.timeout(HANG_SECONDS), self._arrived:
            await self._arrived.wait_for(lambda: len(self.calls) >= count)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # The server under test was killed, or the test is over.
        finally:
            self._tasks.discard(task)
            writer.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"GET"):
            body = json.dumps({"object": "list", "data": [{"id": MODEL, "object": "model"}]}).encode()
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n")
            writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            await writer.drain()
            return
        length = next(line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        request = json.loads(await reader.readexactly(int(length)))
        if str(request["messages"][0]["content"]).startswith("Write a title"):
            writer.write(HEAD + _chunk("A title") + _end())
            await writer.drain()
            return
        async with self._arrived:
            call = Call(len(self.calls) + 1, request)
            self.calls.append(call)
            self._arrived.notify_all()
        await self._answer(call, reader, writer)

    async def _answer(self, call: Call, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talking = asyncio.create_task(self._talk(call, writer))
        # The client says nothing more: what comes is the end of the connection.
        leaving = asyncio.create_task(reader.read())
        try:
            await asyncio.wait({talking, leaving}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            call.closed_at = net_clock()
            call.closed.set()
            for task in (talking, leaving):
                task.cancel()
            await asyncio.gather(talking, leaving, return_exceptions=True)

    async def _talk(self, call: Call, writer: asyncio.StreamWriter) -> None:
        writer.write(HEAD)
        await self.gate.wait()
        index, due = 0, time.monotonic()
        while self.length is None or index < self.length:
            index += 1
            token = call.token(index)
            writer.write(_chunk(token))
            await writer.drain()
            call.sent += token
            call.sent_at.append((time.monotonic(), len(call.sent)))
            due += self.interval
            await asyncio.sleep(max(0.0, due - time.monotonic()))
        writer.write(_end())
        await writer.drain()


def _chunk(text: str) -> bytes:
    return _event({"choices": [{"index": 0, "delta": {"content": text}, "finish_reason": None}]})


def _end() -> bytes:
    usage = {"prompt_tokens": 7, "completion_tokens": 11}
    return _event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}], "usage": usage}) + (
        b"data: [DONE]\n\n"
    )


def _event(value: object) -> bytes:
    return b"data: " + json.dumps(value).encode() + b"\n\n"
