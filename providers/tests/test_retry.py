"""Retry and failover: before the first token only."""

from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from providers.errors import (
    AuthenticationFailed,
    ContentRefused,
    ModelNotFound,
    ProviderError,
    RateLimited,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from providers.events import ChatMessage, ChatRequest, Event, Finished, RemoteModel, Served, TextDelta
from providers.wire.retry import Candidate, stream_with_retry

ANSWER: list[Event | ProviderError] = [TextDelta("a"), Finished("stop")]


class Scripted:
    """A dialect that plays one list per call."""

    def __init__(self, *calls: list[Event | ProviderError]) -> None:
        self.calls = list(calls)
        self.asked: list[ChatRequest] = []
        self.closed = 0

    async def stream(self, request: ChatRequest) -> AsyncIterator[Event]:
        self.asked.append(request)
        try:
            for item in self.calls.pop(0):
                if isinstance(item, ProviderError):
                    raise item
                yield item
        finally:
            self.closed += 1

    async def models(self) -> list[RemoteModel]:
        return []


class Waits:
    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.now = 0.0

    async def sleep(self, seconds: float) -> None:
        self.seconds.append(seconds)


async def collect(*dialects: Scripted, waits: Waits | None = None) -> list[Event | Served]:
    waits = waits or Waits()
    candidates = [Candidate(f"p{number}", dialect, f"m{number}") for number, dialect in enumerate(dialects)]
    got: list[Event | Served] = []
    stream = stream_with_retry(
        candidates,
        lambda candidate: ChatRequest(candidate.model, (ChatMessage("user", "Hi"),)),
        sleep=waits.sleep,
        random=lambda: 0.5,
        clock=lambda: waits.now,
    )
    async with aclosing(stream) as events:
        async for event in events:
            got.append(event)
    return got


@pytest.mark.asyncio
async def test_it_works() -> None:
    dialect = Scripted(ANSWER)
    assert await collect(dialect) == [Served("p0"), *ANSWER]
    assert dialect.asked[0].model == "m0"


@pytest.mark.asyncio
async def test_it_tries_three_times_with_growing_waits() -> None:
    waits = Waits()
    dialect = Scripted([UpstreamUnavailable()], [RateLimited()], ANSWER)
    assert await collect(dialect, waits=waits) == [Served("p0"), *ANSWER]
    assert waits.seconds == [0.5, 1.0]
    assert dialect.closed == 3


@pytest.mark.asyncio
async def test_it_gives_up_after_three_tries() -> None:
    dialect = Scripted([RateLimited()], [RateLimited()], [RateLimited()])
    with pytest.raises(RateLimited):
        await collect(dialect)
    assert len(dialect.asked) == 3


@pytest.mark.asyncio
async def test_it_obeys_retry_after() -> None:
    waits = Waits()
    await collect(Scripted([RateLimited(retry_after=7)], ANSWER), waits=waits)
    assert waits.seconds == [7.25]


@pytest.mark.asyncio
async def test_it_goes_to_the_next_provider_instead_of_waiting_long() -> None:
    waits = Waits()
    first, second = Scripted([RateLimited(retry_after=31)]), Scripted(ANSWER)
    assert await collect(first, second, waits=waits) == [Served("p1"), *ANSWER]
    assert waits.seconds == []
    assert second.asked[0].model == "m1"


@pytest.mark.asyncio
async def test_it_does_not_ask_a_slow_provider_again() -> None:
    waits = Waits()

    class Slow(Scripted):
        async def stream(self, request: ChatRequest) -> AsyncIterator[Event]:
            waits.now += 120
            async for event in super().stream(request):
                yield event

    slow = Slow([UpstreamTimeout()], ANSWER)
    with pytest.raises(UpstreamTimeout):
        await collect(slow, waits=waits)
    assert len(slow.asked) == 1


@pytest.mark.asyncio
@pytest.mark.parametrize("error", [AuthenticationFailed(), ModelNotFound()])
async def test_what_no_retry_cures_goes_to_the_next_provider_at_once(error: ProviderError) -> None:
    waits = Waits()
    assert await collect(Scripted([error]), Scripted(ANSWER), waits=waits) == [Served("p1"), *ANSWER]
    assert waits.seconds == []


@pytest.mark.asyncio
async def test_refused_content_is_not_taken_to_another_provider() -> None:
    other = Scripted(ANSWER)
    with pytest.raises(ContentRefused):
        await collect(Scripted([ContentRefused()]), other)
    assert other.asked == []


@pytest.mark.asyncio
async def test_nothing_is_asked_again_after_the_first_token() -> None:
    first, second = Scripted([TextDelta("a"), UpstreamUnavailable()], ANSWER), Scripted(ANSWER)
    with pytest.raises(UpstreamUnavailable):
        await collect(first, second)
    assert (len(first.asked), len(second.asked)) == (1, 0)


@pytest.mark.asyncio
async def test_the_error_raised_is_the_one_worth_trying_again() -> None:
    with pytest.raises(RateLimited):
        await collect(
            Scripted([AuthenticationFailed()]),
            Scripted([RateLimited()], [RateLimited()], [RateLimited()]),
            Scripted([ModelNotFound()]),
        )


@pytest.mark.asyncio
async def test_closing_it_closes_the_upstream() -> None:
    dialect = Scripted(ANSWER)
    request = ChatRequest("m", (ChatMessage("user", "Hi"),))
    stream = stream_with_retry([Candidate("p", dialect, "m")], lambda _: request)
    assert await anext(stream) == Served("p")
    await stream.aclose()
    assert dialect.closed == 1


@pytest.mark.asyncio
async def test_no_candidate_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="no candidates"):
        await collect()
