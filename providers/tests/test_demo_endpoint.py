"""The demo's endpoint, asked as any OpenAI-compatible server is."""

import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
import pytest_asyncio

from aihelper.lib.net import HttpClient, Timeouts
from providers import demo
from providers.demo.answer import answer, pieces
from providers.dialects import OpenAIDialect
from providers.errors import AuthenticationFailed, ModelNotFound
from providers.events import ChatMessage, ChatRequest, Finished, ReasoningDelta, TextDelta, Usage

BASE = "http://demo.test/demo/v1"


@pytest.fixture(autouse=True)
def fast(settings: Any) -> None:
    settings.DEMO_TOKENS_PER_SECOND = 1e9


@pytest_asyncio.fixture
async def client() -> AsyncIterator[HttpClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(demo.application)) as client:
        yield client


def ask(text: str, model: str = "demo", **more: Any) -> ChatRequest:
    return ChatRequest(model, (ChatMessage("system", "Be kind."), ChatMessage("user", text)), **more)


async def collect(client: HttpClient, request: ChatRequest, key: str | None = None) -> list[Any]:
    dialect = OpenAIDialect(client, BASE, demo.token() if key is None else key, Timeouts())
    return [event async for event in dialect.stream(request)]


def text_of(events: list[Any], kind: type[TextDelta | ReasoningDelta] = TextDelta) -> str:
    return "".join(event.text for event in events if isinstance(event, kind))


@pytest.mark.asyncio
async def test_it_works(client: HttpClient) -> None:
    events = await collect(client, ask("What is a monad?\nSay it briefly."))
    text = text_of(events)
    assert "> What is a monad?\n> Say it briefly." in text
    assert "not a real model" in text and "AIHELPER_PROVIDER_URL" in text and "Django admin" in text
    for markdown in ("## ", "| Part |", "```python", "- [x]", "1. "):
        assert markdown in text
    assert events[-1] == Finished("stop")
    usage = events[-2]
    assert isinstance(usage, Usage) and usage.prompt_tokens > 5
    assert usage.completion_tokens == len(pieces(text))
    assert not any(isinstance(event, ReasoningDelta) for event in events)


@pytest.mark.asyncio
async def test_a_chinese_question_gets_a_chinese_answer(client: HttpClient) -> None:
    text = text_of(await collect(client, ask("什么是单子？")))
    assert "> 什么是单子？" in text and "不是真正的模型" in text and "Hello" not in text


@pytest.mark.asyncio
async def test_the_thinking_model_thinks_first(client: HttpClient) -> None:
    events = await collect(client, ask("Hi", "demo-thinking"))
    assert isinstance(events[0], ReasoningDelta)
    assert "2 characters" in text_of(events, ReasoningDelta)
    usage = events[-2]
    assert isinstance(usage, Usage) and usage.reasoning_tokens == len(pieces(text_of(events, ReasoningDelta)))


@pytest.mark.asyncio
async def test_a_title_is_honest_and_short(client: HttpClient) -> None:
    def titled(text: str) -> ChatRequest:
        return ChatRequest("demo", (ChatMessage("system", "Write a title: short."), ChatMessage("user", text)))

    assert text_of(await collect(client, titled("## What is a *monad*?"))) == "What is a monad"
    assert text_of(await collect(client, titled("Question:\n什么是单子？\n\nAnswer:\n..."))) == "什么是单子"
    assert len(text_of(await collect(client, titled("word " * 100)))) <= 41
    assert text_of(await collect(client, titled("?!"))) == "Demo"


@pytest.mark.asyncio
async def test_max_tokens_ends_it_early(client: HttpClient) -> None:
    events = await collect(client, ask("Hi", max_tokens=5))
    assert events[-1] == Finished("length")
    assert len(pieces(text_of(events))) <= 5


@pytest.mark.asyncio
async def test_models_and_one_answer_without_a_stream(client: HttpClient) -> None:
    dialect = OpenAIDialect(client, BASE, demo.token(), Timeouts())
    assert [model.model_id for model in await dialect.models()] == ["demo", "demo-thinking"]
    body = {"model": "demo", "messages": [{"role": "user", "content": "Hi"}]}
    headers = {"Authorization": f"Bearer {demo.token()}"}
    response = await client.post(f"{BASE}/chat/completions", json=body, headers=headers)
    assert response.json()["choices"][0]["message"]["content"].startswith("## Hello")


@pytest.mark.asyncio
async def test_nobody_without_the_token_is_served(client: HttpClient, settings: Any) -> None:
    for key in ("", "wrong", demo.token().upper()):
        with pytest.raises(AuthenticationFailed):
            await collect(client, ask("Hi"), key)
    old = demo.token()
    settings.SECRET_KEY = "another"
    assert demo.token() != old


@pytest.mark.asyncio
async def test_bad_input(client: HttpClient) -> None:
    with pytest.raises(ModelNotFound):
        await collect(client, ask("Hi", "gpt-9"))
    headers = {"Authorization": f"Bearer {demo.token()}"}
    for body in (b"", b"[]", b"{", b'{"messages": 3}', b'{"messages": [{"role": "user"}]}', b"[" * 10_000):
        response = await client.post(f"{BASE}/chat/completions", content=body, headers=headers)
        assert (response.status_code, set(response.json())) == (400, {"error"})
    response = await client.post(f"{BASE}/chat/completions", content=b" " * 1_100_000, headers=headers)
    assert response.status_code == 413
    for method, path in (("GET", "/chat/completions"), ("POST", "/models"), ("GET", "/"), ("GET", "/x/models")):
        assert (await client.request(method, BASE + path, headers=headers)).status_code == 404


@pytest.mark.asyncio
async def test_it_stops_when_the_reader_has_gone(settings: Any) -> None:
    settings.DEMO_TOKENS_PER_SECOND = 200
    sent: list[Any] = []
    body = json.dumps({"model": "demo", "stream": True, "messages": [{"role": "user", "content": "Hi"}]}).encode()
    messages = [{"type": "http.request", "body": body}, {"type": "http.disconnect"}]

    async def receive() -> Any:
        return messages.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    headers = [(b"authorization", b"Bearer " + demo.token().encode())]
    scope = {"type": "http", "method": "POST", "path": "/demo/v1/chat/completions", "headers": headers}
    await demo.application(scope, receive, send)
    assert len(sent) <= 3


def test_a_long_question_is_repeated_in_part() -> None:
    text = answer([{"role": "user", "content": "a" * 10_000}]).text
    assert "a" * 2000 + "…" in text and "a" * 2001 not in text
    assert "question number 2" in answer([{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]).text
    assert answer([{"role": "system", "content": "x"}]).text
