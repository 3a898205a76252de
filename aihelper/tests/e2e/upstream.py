"""A provider over real TCP that says each word when the test tells it to."""

import json
import queue
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aihelper.lib.testing.patience import HANG_SECONDS

KEY = "sk-of-the-tests-0000"
MODELS = ("swift", "thorough", "unwanted")
TITLE = "A fine title"


class Call:
    """One answer that is asked for. `closed` is set as soon as the asking side has hung up."""

    def __init__(self, request: dict[str, Any], connection: socket.socket) -> None:
        self.request = request
        self.closed = threading.Event()
        self._connection = connection

    @property
    def model(self) -> str:
        """The model that is asked."""
        return str(self.request["model"])

    @property
    def last_said(self) -> dict[str, str]:
        """The last message of the conversation, as role and content."""
        message: dict[str, str] = self.request["messages"][-1]
        return message

    def say(self, text: str, *, kind: str = "content") -> None:
        """Send a piece of the answer (`kind` "reasoning_content": of the thoughts before it), now."""
        self._send({"choices": [{"index": 0, "delta": {kind: text}}]})

    def finish(self, reason: str = "stop") -> None:
        """End the answer as a well-behaved server does."""
        self._send({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})
        self._send({"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 11, "total_tokens": 18}})
        self._connection.sendall(b"data: [DONE]\n\n")
        self.hang_up()

    def answer(self, text: str) -> None:
        """Say it all and end."""
        self.say(text)
        self.finish()

    def refuse(self, status: int, message: str) -> None:
        """Answer with an error instead; only before the first word."""
        body = json.dumps({"error": {"message": message}}).encode()
        head = f"HTTP/1.1 {status} Error\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._connection.sendall(head.encode() + body)
        self.hang_up()

    def hang_up(self) -> None:
        """Close the connection, whatever was said so far."""
        try:
            self._connection.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # The other side was first.

    def send(self, raw: bytes) -> None:
        """Send bytes of the event stream, cut wherever the test likes."""
        head, self._head = self._head, b""
        self._connection.sendall(head + raw)

    def _send(self, event: dict[str, Any]) -> None:
        self.send(f"data: {json.dumps(event)}\n\n".encode())

    _head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"


class Upstream:
    """An OpenAI-compatible server on a port of the loopback. It writes titles by itself: always `title`.

    While `automatic` is set, it also gives all answers by itself, with that text.
    """

    def __init__(self) -> None:
        self.automatic = ""
        self.title = TITLE
        self._calls: queue.Queue[Call] = queue.Queue()
        self._all: list[Call] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"upstream": self}))
        self._server.daemon_threads = True
        self._server.block_on_close = False
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def host(self) -> str:
        """As `host:port`."""
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        """The base URL as an administrator enters it."""
        return f"http://{self.host}/v1"

    def start(self) -> None:
        """Begin to listen."""
        self._thread.start()

    def stop(self) -> None:
        """Cut all connections and free the port."""
        self.reset()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def call(self) -> Call:
        """The next answer that is asked for; waits for it. Raises queue.Empty after HANG_SECONDS."""
        return self._calls.get(timeout=HANG_SECONDS)

    def reset(self) -> None:
        """Forget what a test before has left behind."""
        while not self._calls.empty():
            self._calls.get_nowait()
        for call in self._all:
            call.hang_up()
        self._all.clear()

    def take(self, call: Call) -> None:
        """Hand a call to the test."""
        self._all.append(call)
        self._calls.put(call)


class Handler(BaseHTTPRequestHandler):
    """Reads a request; what is answered, and when, is said through the Call."""

    upstream: Upstream
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """GET /v1/models."""
        known = self.headers["Authorization"] == f"Bearer {KEY}"
        listed = {"object": "list", "data": [{"id": name, "object": "model"} for name in MODELS]}
        body = json.dumps(listed if known else {"error": {"message": "No such key."}}).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """POST /v1/chat/completions."""
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.close_connection = True
        call = Call(request, self.connection)
        if self.headers["Authorization"] != f"Bearer {KEY}":
            call.refuse(401, "No such key.")
        elif request["messages"][0]["content"].startswith("Write a title"):
            call.answer(self.upstream.title)
        elif self.upstream.automatic:
            call.answer(self.upstream.automatic)
        else:
            self.upstream.take(call)
        try:
            while self.connection.recv(4096):
                pass
        except OSError:
            pass
        call.closed.set()

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: the output belongs to the tests."""
