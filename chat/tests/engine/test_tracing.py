"""Traces: what was sent, its run, and each question to a provider."""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from accounts.models import User
from aihelper.lib import tracing
from aihelper.lib.testing.asgi import Exchange, signed_in
from chat.engine import supervisor as supervisors
from chat.engine.supervisor import Supervisor
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
