"""Serving in this process, by Daphne or by uvicorn, with the same limits and the same way to stop.

On SIGTERM both take no new connections, let the running answers end (settings.DRAIN_SECONDS; what is
left is marked as interrupted, with its text), and only then cut the viewers. Their access logs are off:
they would write query strings; `aihelper.middleware` writes one line per request.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

from django.conf import settings

from aihelper.body_guard import most_bytes

WORST_JSON_BYTES_PER_CHARACTER = 6  # \uXXXX
SOCKET_FRAME_OVERHEAD = 4096
REQUEST_CLOSE_SECONDS = 2.0


def max_socket_bytes() -> int:
    """The longest socket message: the longest chat message in its longest spelling."""
    longest: int = settings.MAX_MESSAGE_CHARS * WORST_JSON_BYTES_PER_CHARACTER + SOCKET_FRAME_OVERHEAD
    return min(longest, 1024 * 1024)


async def drain() -> None:
    """Let the answers that are being written end, or interrupt them with all their text."""
    from chat.engine import supervisor

    await supervisor.drain()


def serve_uvicorn(host: str, port: int, ready: Callable[[], None]) -> bool:
    """Serve until a signal comes; False when the address could not be bound."""
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: Any = None) -> None:
            await super().startup(sockets)
            if self.started:
                ready()

        async def shutdown(self, sockets: Any = None) -> None:
            for server in self.servers:
                server.close()
            await drain()
            await super().shutdown(sockets)

    config = uvicorn.Config(
        settings.ASGI_APPLICATION.replace(".application", ":application"),
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=int(REQUEST_CLOSE_SECONDS),
        ws_max_size=max_socket_bytes(),
        ws_ping_interval=20,
        ws_ping_timeout=30,
    )
    server = Server(config)
    server.run()
    return bool(server.started)


def serve_daphne(host: str, port: int, ready: Callable[[], None]) -> bool:
    """Serve until a signal comes; False when the address could not be bound."""
    # Daphne installs its event loop when it is imported: not before it is wanted.
    from daphne.endpoints import build_endpoint_description_strings
    from daphne.management.commands.runserver import get_default_application

    server = _daphne_class()(
        application=get_default_application(),
        endpoints=build_endpoint_description_strings(host=host, port=port),
        action_logger=None,
        http_timeout=None,
        ping_interval=20,
        ping_timeout=30,
        websocket_max_message_size=max_socket_bytes(),
        websocket_max_frame_size=max_socket_bytes(),
        application_close_timeout=10,
        verbosity=1,
        server_name="",
    )
    server.on_listening = ready
    server.run()
    return bool(server.was_listening)


def _daphne_class() -> Any:
    from daphne.http_protocol import HTTPFactory
    from daphne.server import Server
    from twisted.internet import defer
    from twisted.internet import reactor as _reactor

    from aihelper import asgi
    from aihelper.lib.tasks import cancel, spawn

    reactor: Any = _reactor

    class GracefulServer(Server):  # type: ignore[misc]
        """Daphne, but it stops like the others: answers first, viewers last."""

        was_listening = False

        def listen_success(self, port: Any) -> None:
            super().listen_success(port)
            reactor.addSystemEventTrigger("before", "shutdown", port.stopListening)
            port.factory.buildProtocol = _guarded(HTTPFactory.buildProtocol.__get__(self.http_factory))
            self.was_listening = True
            # What a lifespan would have done; later, because the event loop does not run yet.
            reactor.callLater(0, lambda: spawn(asgi.startup(), name="startup"))
            self.on_listening()

        def kill_all_applications(self) -> Any:
            return defer.Deferred.fromFuture(spawn(self.wind_down(), name="shutdown"))

        async def wind_down(self) -> None:
            await drain()
            running = [
                instance
                for details in self.connections.values()
                if (instance := details.get("application_instance")) and not instance.done()
            ]
            if running:
                # The last frames are on their way; event streams end by themselves now, sockets do not.
                await asyncio.wait(running, timeout=REQUEST_CLOSE_SECONDS / 4)
            await cancel(*running)
            await asgi.shutdown()

    return GracefulServer


def _guarded(build: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A protocol factory whose requests are refused while their body arrives, not after.

    Daphne itself keeps a body of any size in memory before the application hears of it (measured).
    """
    from daphne.http_protocol import WebRequest

    class GuardedRequest(WebRequest):  # type: ignore[misc]
        received = 0

        def gotLength(self, length: int | None) -> None:
            super().gotLength(length)
            self._count(length or 0)

        def handleContentChunk(self, data: bytes) -> None:
            size = self.content.tell() + len(data)
            if size > self._most():
                self._count(size)
            else:
                super().handleContentChunk(data)

        def _most(self) -> int:
            # The request itself learns its path only when the body is there.
            target = getattr(self.channel, "_path", b"")
            return most_bytes(target.partition(b"?")[0].decode("latin-1"))

        def _count(self, size: int) -> None:
            most = self._most()
            if size > most and not self.received:
                self.received = size
                self.channel.transport.write(_refusal(most))
                self.channel.loseConnection()

    def build_protocol(address: Any) -> Any:
        protocol = build(address)
        protocol.requestFactory = GuardedRequest
        return protocol

    return build_protocol


def _refusal(most: int) -> bytes:
    body = json.dumps({"detail": "This is too large.", "code": "too_large", "max_bytes": most})
    head = "HTTP/1.1 413 Content Too Large\r\nContent-Type: application/json\r\nConnection: close\r\n"
    return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()


SERVERS: dict[str, Callable[[str, int, Callable[[], None]], bool]] = {"daphne": serve_daphne, "uvicorn": serve_uvicorn}
