"""The OpenAI dialect against a MockTransport: what it asks and what it makes of ordinary answers."""

import json
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aihelper.lib.net import Timeouts
from providers.dialects import OpenAIDialect
from providers.dialects.assembler import Assembler
from providers.dialects.openai_chunks import read_chunk
from providers.errors import BadResponse, ProviderError
from providers.events import ChatMessage, ChatRequest, Event, Finished, ReasoningDelta, RemoteModel, TextDelta, Usage
from providers.tests.hostile.cases import DONE, HELLO, KEY, STOP, chunk, event, usage

REQUEST = ChatRequest(
    "m", (ChatMessage("system", "Be brief."), ChatMessage("user", "Hi \ud83d")), 100, {"temperature": 0}
)
Handler = Callable[[httpx.Request], httpx.Response]


def dialect(handler: Handler | bytes, base_url: str = "https://api.example.org/v1", key: str = KEY) -> OpenAIDialect:
    answer: Handler = (lambda _: httpx.Response(200, content=handler)) if isinstance(handler, bytes) else handler
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer))
    return OpenAIDialect(client, base_url, key, Timeouts(), {"X-Title": "AI Helper"})


async def collect(handler: Handler | bytes) -> list[Event]:
    return [event async for event in dialect(handler).stream(REQUEST)]


@pytest.mark.asyncio
async def test_it_works() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=HELLO + STOP + usage(prompt_tokens=3, completion_tokens=2) + DONE)

    assert await collect(answer) == [TextDelta("Hello"), Usage(3, 2), Finished("stop")]
    request = seen[0]
    assert (request.method, str(request.url)) == ("POST", "https://api.example.org/v1/chat/completions")
    assert request.headers["authorization"] == f"Bearer {KEY}" and request.headers["x-title"] == "AI Helper"
    assert json.loads(request.content) == {
        "temperature": 0,
        "model": "m",
        "messages": [
            {"role": "system", "content": "Be brief."},
            {"role": "user", "content": "Hi \N{REPLACEMENT CHARACTER}"},
        ],
        "stream": True,
        "stream_options": {"include_usage": True},
        "max_tokens": 100,
    }


@pytest.mark.asyncio
async def test_all_text_of_one_read_is_one_delta_per_kind() -> None:
    thoughts = chunk(reasoning_content="a") + chunk(reasoning_content="b")
    events = await collect(thoughts + HELLO + chunk(reasoning_content="c") + STOP + DONE)
    assert events == [ReasoningDelta("ab"), TextDelta("Hello"), ReasoningDelta("c"), Finished("stop")]


@pytest.mark.asyncio
async def test_one_delta_may_hold_both_kinds() -> None:
    events = await collect(HELLO + chunk("!", reasoning="hm") + STOP)
    assert events == [TextDelta("Hello"), ReasoningDelta("hm"), TextDelta("!"), Finished("stop")]


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("stop", "stop"),
        ("length", "length"),
        ("content_filter", "content_filter"),
        ("function_call", "tool_calls"),
        ("eos", "stop"),
    ],
)
async def test_finish_reasons(said: str, reason: str) -> None:
    events = await collect(HELLO + chunk(finish=said) + DONE)
    assert events[-1].reason == reason  # type: ignore[union-attr]  # the last event is Finished


@pytest.mark.asyncio
async def test_usage_in_other_words() -> None:
    counts = usage(
        prompt_tokens=10,
        completion_tokens=7,
        completion_tokens_details={"reasoning_tokens": 4},
        prompt_tokens_details={"cached_tokens": 6},
    )
    assert Usage(10, 7, 4, 6) in await collect(HELLO + STOP + counts + DONE)
    assert Usage(5, 6) in await collect(HELLO + STOP + usage(input_tokens=5, output_tokens=6) + DONE)
    assert [type(each) for each in await collect(HELLO + STOP + usage(total="x") + DONE)] == [TextDelta, Finished]


@pytest.mark.asyncio
async def test_a_model_that_wants_max_completion_tokens_gets_it() -> None:
    asked: list[set[str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(set(json.loads(request.content)))
        if "max_tokens" in asked[-1]:
            message = "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead."
            return httpx.Response(400, json={"error": {"message": message}})
        return httpx.Response(200, content=HELLO + STOP + DONE)

    assert TextDelta("Hello") in await collect(answer)
    assert len(asked) == 2 and "max_completion_tokens" in asked[1]


@pytest.mark.asyncio
async def test_other_refusals_are_not_asked_twice() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(400, json={"error": {"message": "no"}})

    with pytest.raises(BadResponse):
        await collect(answer)
    assert len(asked) == 1


@pytest.mark.asyncio
async def test_a_server_without_keys_gets_none_and_a_query_in_the_address_stays() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, content=HELLO + STOP + DONE)

    _ = [each async for each in dialect(answer, "http://x/v1/?api-version=1", "").stream(REQUEST)]
    assert "authorization" not in seen[0].headers
    assert str(seen[0].url) == "http://x/v1/chat/completions?api-version=1"


def test_the_key_is_in_no_repr() -> None:
    assert KEY not in repr(dialect(b""))
    with pytest.raises(ValueError, match="not allowed"):
        OpenAIDialect(httpx.AsyncClient(), "https://x", "", Timeouts(), {"Authorization": "x"})


@pytest.mark.asyncio
async def test_models() -> None:
    items = [
        {"id": "a", "context_length": 8192},
        {"id": "b", "name": "Model B", "context_window": -1},
        {"id": "a", "name": "again"},
        {"id": "c\n"},
        {"id": ""},
        {"id": "d", "meta": {"n_ctx_train": 4096}},
        "e",
        7,
    ]
    expected = [
        RemoteModel("a", "a", 8192),
        RemoteModel("b", "Model B", None),
        RemoteModel("d", "d", 4096),
        RemoteModel("e", "e", None),
    ]
    for body in ({"data": items}, items, {"models": items}):
        assert await dialect(json.dumps(body).encode()).models() == expected


@pytest.mark.asyncio
@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (401, b"{}", "authentication_failed"),
        (404, b"{}", "bad_response"),
        (200, b"<html>", "bad_response"),
        (200, b'{"data": 3}', "bad_response"),
        (200, b"[" * 100_000, "bad_response"),
        (200, b" " * 9_000_000, "bad_response"),
        (302, b"", "bad_response"),
        (500, b"", "upstream_unavailable"),
    ],
)
async def test_models_that_cannot_be_listed(status: int, body: bytes, code: str) -> None:
    with pytest.raises(ProviderError) as caught:
        await dialect(lambda _: httpx.Response(status, content=body)).models()
    assert caught.value.code == code


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["choices", "delta", "content", "message", "usage", "error", "finish_reason", "index", "text", "type"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(max_examples=400)
@given(VALUES)
def test_any_json_gives_events_or_a_provider_error(value: object) -> None:
    assembler = Assembler()
    try:
        assembler.add(read_chunk(json.dumps(value).encode()))
        deltas = assembler.end()
    except ProviderError:
        return
    assert all(delta.text for delta in deltas)


@settings(max_examples=200)
@given(st.binary(max_size=80))
def test_any_bytes_give_a_chunk_or_a_provider_error(data: bytes) -> None:
    try:
        read_chunk(data)
    except ProviderError as error:
        assert error.__context__ is None
    assert event(b"x") == b"data: x\n\n"
