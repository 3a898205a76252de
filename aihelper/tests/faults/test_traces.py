"""Traces leave a server that really runs, by OpenTelemetry's own exporter, and arrive at a collector."""

import asyncio
import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from aihelper.lib.testing.patience import HANG_SECONDS
from aihelper.tests.faults.client import Person
from aihelper.tests.faults.conftest import Launch
from aihelper.tests.faults.support import KINDS
from aihelper.tests.faults.upstream import PacingUpstream

pytest.importorskip("opentelemetry.exporter.otlp.proto.http")

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

pytestmark = [pytest.mark.faults, pytest.mark.asyncio, pytest.mark.timeout(300)]
QUESTION = "Something that nobody else shall read"


class Collector:
    """The smallest collector there is: OTLP over HTTP, and a list of the spans that came."""

    def __init__(self) -> None:
        self.spans: list[Any] = []
        self.bodies: list[bytes] = []
        self.services: set[str] = set()
        self._came = threading.Condition()

    def take(self, path: str, body: bytes) -> None:
        """One request."""
        assert path == "/v1/traces"
        request = ExportTraceServiceRequest.FromString(body)
        with self._came:
            self.bodies.append(body)
            for resource in request.resource_spans:
                told = {each.key: each.value.string_value for each in resource.resource.attributes}
                self.services.add(told.get("service.name", ""))
                self.spans += [span for scope in resource.scope_spans for span in scope.spans]
            self._came.notify_all()

    def until(self, *names: str) -> None:
        """Wait until there are spans of all these names."""
        with self._came:
            done = self._came.wait_for(lambda: set(names) <= {span.name for span in self.spans}, HANG_SECONDS)
        assert done, [span.name for span in self.spans]

    def named(self, name: str) -> list[Any]:
        return [span for span in self.spans if span.name == name]


@pytest.fixture
def collector() -> Iterator[tuple[Collector, str]]:
    """A collector, and its address."""
    collector = Collector()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if self.headers.get("content-encoding") == "gzip":
                body = gzip.decompress(body)
            collector.take(self.path, body)
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield collector, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("kind", KINDS)
async def test_the_spans_of_an_answer_arrive(
    launch: Launch, upstream: PacingUpstream, collector: tuple[Collector, str], kind: str
) -> None:
    received, address = collector
    upstream.length = 3
    server = launch(
        kind, OTEL_EXPORTER_OTLP_ENDPOINT=address, OTEL_SERVICE_NAME="school-chat", OTEL_BSP_SCHEDULE_DELAY="100"
    )
    await server.start()
    person = await Person.sign_in(server.url)
    stream = await (await person.send(QUESTION)).ended()
    assert stream.done is not None and stream.done["finish_reason"] == "stop"
    await asyncio.to_thread(received.until, "chat.send", "chat.run", "chat.title", "provider.call")

    [send], [run], [title] = (received.named(name) for name in ("chat.send", "chat.run", "chat.title"))
    assert {span.trace_id for span in received.spans} == {send.trace_id}
    assert (run.parent_span_id, title.parent_span_id) == (send.span_id, run.span_id)
    assert {span.parent_span_id for span in received.named("provider.call")} <= {run.span_id, title.span_id}
    told = {each.key: each.value.string_value for each in run.attributes}
    assert told["outcome"] == "completed" and told["generation_id"] == stream.start["generation_id"]
    assert received.services == {"school-chat"}
    assert QUESTION.encode() not in b"".join(received.bodies)
    assert server.problems() == []


async def test_a_collector_that_is_away_keeps_nobody_waiting(launch: Launch, upstream: PacingUpstream) -> None:
    upstream.length = 3
    # Port 1: nobody listens there, it takes root to do so.
    server = launch("uvicorn", OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:1", OTEL_BSP_SCHEDULE_DELAY="100")
    await server.start()
    person = await Person.sign_in(server.url)
    for number in range(3):
        stream = await (await person.send(f"Question {number}")).ended()
        assert stream.done is not None and stream.done["finish_reason"] == "stop"
