"""Traces: what was sent, its run, and each question to a provider."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio

from accounts.models import User
from aihelper.lib import tracing
from aihelper.lib.testing.asgi import Exchange, signed_in
from chat.engine import supervisor as supervisors
from chat.engine.supervisor import Supervisor
from chat.tests.conftest import until
from chat.tests.upstream import Upstream
from providers.models import ModelConfig

pytest.importorskip("opentelemetry.sdk.trace")

from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import StatusCode

pytestmark = pytest.mark.asyncio
ANSWER = b"""data: {"choices": [{"index": 0, "delta": {"content": "Yes"}, "finish_reason": "stop"}]}

data: [DONE]

"""


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest_asyncio.fixture
async def engine(
    transactional_db: None, upstream: Upstream, exporter: InMemorySpanExporter
) -> AsyncIterator[Supervisor]:
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    tracer = provider.get_tracer("test")
    supervisor = Supervisor(client_factory=upstream.client, tracing=tracing.OpenTelemetry(tracer))
    supervisors.use(supervisor)
    supervisor.ensure_started()
    yield supervisor
    await supervisor.close()
    supervisors.use(None)


async def ask(user: User) -> list[dict[str, Any]]:
    """Ask over HTTP, as a page does; all events."""
    headers = await signed_in(user)
    async with Exchange("POST", "/api/chat/stream", headers, json_body={"message": "A secret"}) as answer:
        return await answer.events()


def by_name(exporter: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in exporter.get_finished_spans()}


async def test_an_answer_is_a_trace(
    engine: Supervisor, upstream: Upstream, exporter: InMemorySpanExporter, model: ModelConfig, alice: User
) -> None:
    upstream.refuse = lambda _request: httpx.Response(
        200,
        headers={"content-type": "text/event-stream"},
        content=ANSWER,
    )
    assert (await ask(alice))[-1]["finish_reason"] == "stop"
    spans = by_name(exporter)
    send, run, call = (spans[name] for name in ("chat.send", "chat.run", "provider.call"))
    assert send.parent is None
    assert run.parent is not None and run.parent.span_id == send.context.span_id
    assert call.parent is not None and call.parent.span_id == run.context.span_id
    assert run.attributes is not None and call.attributes is not None
    assert (run.attributes["outcome"], run.attributes["provider"]) == ("completed", "Test")
    assert (call.attributes["provider"], call.attributes["model"]) == ("Test", "test-model")
    assert call.status.status_code != StatusCode.ERROR
    assert "secret" not in "".join(span.to_json() for span in spans.values())


async def test_a_title_is_a_part_of_its_answer(
    engine: Supervisor, upstream: Upstream, exporter: InMemorySpanExporter, model: ModelConfig, alice: User
) -> None:
    asked = asyncio.ensure_future(ask(alice))
    call = await upstream.call()
    call.say("Yes.")
    call.finish()
    await asked
    await until(lambda: "chat.title" in by_name(exporter))
    spans = by_name(exporter)
    title, run = spans["chat.title"], spans["chat.run"]
    assert title.parent is not None and title.parent.span_id == run.context.span_id
    assert title.status.status_code != StatusCode.ERROR
    calls = [span for span in exporter.get_finished_spans() if span.name == "provider.call"]
    parents = {span.parent.span_id for span in calls if span.parent is not None}
    assert parents == {run.context.span_id, title.context.span_id}


async def test_a_title_that_fails_says_why(
    engine: Supervisor, upstream: Upstream, exporter: InMemorySpanExporter, model: ModelConfig, alice: User
) -> None:
    asked = asyncio.ensure_future(ask(alice))
    call = await upstream.call()
    upstream.refuse = lambda _request: httpx.Response(401, json={})
    call.finish()
    await asked
    await until(lambda: "chat.title" in by_name(exporter))
    assert by_name(exporter)["chat.title"].status.description == "authentication_failed"


async def test_a_failure_has_its_code(
    engine: Supervisor, upstream: Upstream, exporter: InMemorySpanExporter, model: ModelConfig, alice: User
) -> None:
    upstream.refuse = lambda _request: httpx.Response(401, json={})
    await ask(alice)
    spans = by_name(exporter)
    for name in ("chat.run", "provider.call"):
        assert (spans[name].status.status_code, spans[name].status.description) == (
            StatusCode.ERROR,
            "authentication_failed",
        )


async def test_without_being_asked_for_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in tracing.WANTED:
        monkeypatch.delenv(name, raising=False)
    tracing.current.cache_clear()
    assert tracing.current() is tracing.NOTHING
    with tracing.NOTHING.begin("x") as span:
        span.child("y").end("code")


async def test_without_the_package_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "otlp")
    monkeypatch.setattr(tracing, "import_module", missing)
    tracing.current.cache_clear()
    assert tracing.current() is tracing.NOTHING
    tracing.current.cache_clear()


class Entry:
    """What a package says that it offers."""

    def __init__(self, name: str) -> None:
        self.name = name

    def load(self) -> Callable[[], str]:
        return lambda: self.name


@pytest.mark.parametrize(
    ("installed", "environment", "chosen"),
    [
        (["otlp_proto_http", "otlp_proto_grpc"], {"ENDPOINT": "http://c:4318"}, ["otlp_proto_http"]),
        (["otlp_proto_http", "otlp_proto_grpc"], {"ENDPOINT": "http://c:4317/"}, ["otlp_proto_grpc"]),
        (["otlp_proto_grpc"], {"ENDPOINT": "http://c:4318"}, ["otlp_proto_grpc"]),
        (["otlp_proto_http", "otlp_proto_grpc"], {"PROTOCOL": "grpc"}, ["otlp_proto_grpc"]),
        (["otlp_proto_http"], {"PROTOCOL": "grpc"}, []),
        (["otlp_proto_http"], {"PROTOCOL": "smoke signals"}, []),
        ([], {"ENDPOINT": "http://c:4318"}, []),
    ],
)
async def test_the_protocol_is_chosen_by_what_is_said_and_what_is_installed(
    monkeypatch: pytest.MonkeyPatch, installed: list[str], environment: dict[str, str], chosen: list[str]
) -> None:
    for name in [name for name in os.environ if name.startswith("OTEL_")]:
        monkeypatch.delenv(name)
    for name, value in environment.items():
        monkeypatch.setenv(f"OTEL_EXPORTER_OTLP_{name}", value)
    monkeypatch.setattr(tracing, "entry_points", lambda group, name: [Entry(name)] if name in installed else [])
    assert tracing._exporters() == chosen


async def test_where_no_exporter_is_there_is_no_tracing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_TRACES_EXPORTER", "pigeons, none")
    monkeypatch.setattr(tracing, "entry_points", lambda group, name: [])
    tracing.current.cache_clear()
    assert tracing.current() is tracing.NOTHING
    tracing.current.cache_clear()
