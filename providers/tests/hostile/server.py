"""A raw-socket fake upstream on loopback. The first part of the path names the case: /{case}/v1/chat/completions."""

import asyncio
import socket
import struct
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType

from aihelper.lib.testing.patience import HANG_SECONDS

Script = Callable[["Peer"], Awaitable[None]]

HEAD_SSE = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
HEAD_CHUNKED = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"


class Peer:
    """One connection as a script sees it, after the request was read."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, head: bytes, body: bytes) -> None:
        self.reader = reader
        self.writer = writer
        self.head = head
        self.body = body
        self.number = 1  # the how-manieth request of this case

    async def send(self, *parts: bytes) -> None:
        self.writer.write(b"".join(parts))
        await self.writer.drain()

    async def answer(self, *parts: bytes) -> None:
        """A 200 with an event stream that ends when the connection does."""
        await self.send(HEAD_SSE, *parts)

    async def chunked(self, *parts: bytes) -> None:
        """One HTTP chunk for each part, the head before the first; the end is the script's."""
        await self.send(HEAD_CHUNKED)
        for part in parts:
            await self.send(b"%x\r\n%b\r\n" % (len(part), part))

    async def status(self, status: int, body: bytes = b"{}", headers: Mapping[str, str] | None = None) -> None:
        lines = "".join(f"{name}: {value}\r\n" for name, value in (headers or {}).items())
        head = f"HTTP/1.1 {status} Status\r\n{lines}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        await self.send(head.encode(), body)

    def reset(self) -> None:
        """End the connection by a TCP reset."""
        connection = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()

    async def hold(self) -> None:
        """Say nothing until the other side closes."""
        while await self.reader.read(65536):
            pass


class HostileServer:
    """Plays scripts; counts `requests` per case and knows how many connections are `open`."""

    def __init__(self, scripts: Mapping[str, Script]) -> None:
        self.scripts = scripts
        self.requests: Counter[str] = Counter()
        self.open = 0
        self.port = 0
        self.tls_port = 0  # speaks no TLS: it answers a handshake with plain text
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()

    async def until_open(self, count: int) -> None:
        """Wait until so many connections are open."""
        async with asyncio.timeout(HANG_SECONDS), self._changed:
            await self._changed.wait_for(lambda: self.open == count)

    async def __aenter__(self) -> "HostileServer":
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self._no_tls = await asyncio.start_server(self._refuse_handshake, "127.0.0.1", 0)
        self.tls_port = self._no_tls.sockets[0].getsockname()[1]
        return self

    @staticmethod
    async def _refuse_handshake(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._server.close()
        self._no_tls.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def host(self) -> str:
        """As `host:port`, for the allow-list."""
        return f"127.0.0.1:{self.port}"

    @property
    def allowed(self) -> list[str]:
        """What an allow-list has to hold for all cases."""
        return [self.host, f"127.0.0.1:{self.tls_port}", "127.0.0.1:9"]

    def url(self, case: str) -> str:
        """The base URL at which this case is played."""
        return f"http://{self.host}/{case}/v1"

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        await self._count(+1)
        try:
            await self._play(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            pass  # The other side has gone, or the test is over.
        finally:
            self._tasks.discard(task)
            writer.close()
            await self._count(-1)

    async def _count(self, change: int) -> None:
        async with self._changed:
            self.open += change
            self._changed.notify_all()

    async def _play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        length = next((line[15:] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), b"0")
        body = await reader.readexactly(int(length))
        name = head.split(b" ")[1].decode().split("/")[1]
        self.requests[name] += 1
        peer = Peer(reader, writer, head, body)
        peer.number = self.requests[name]
        await self.scripts[name](peer)
