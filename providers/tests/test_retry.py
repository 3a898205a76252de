"""Retry, failover and overtaking: before the first token only."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from aihelper.lib.testing import clock
from providers.errors import (
    AuthenticationFailed,
    BadResponse,
    ContentRefused,
    ModelNotFound,
    ProviderError,
    RateLimited,
    UpstreamTimeout,
    UpstreamUnavailable,
)
from providers.events import ChatRequest, Event, Finished, Served, TextDelta, Tried
from providers.tests.scripted import REQUEST, Heard, Scripted, Step, candidates, gate, hear, now
from providers.wire.breaker import Breaker, CoolDown, Pace
from providers.wire.retry import Candidate, stream_with_retry

ANSWER: Sequence[Event] = (TextDelta("a"), Finished("stop"))
HANGS: Sequence[Step] = (1e6,)


def race(*dialects: Scripted) -> Heard:
    async def _race() -> Heard:
        return await hear(candidates(*dialects))

    heard = clock.run(_race())
    assert all(dialect.is_quiet for dialect in dialects)
    return heard


def test_it_works() -> None:
    dialect = Scripted(ANSWER)
    heard = race(dialect)
    assert (heard.events, heard.tried, heard.served) == (list(ANSWER), [], [Served("p0")])
    assert dialect.asked[0].model == "m0"


def test_it_tries_three_times_with_growing_waits() -> None:
    dialect = Scripted([UpstreamUnavailable()], [UpstreamUnavailable()], ANSWER)
    assert race(dialect).events == list(ANSWER)
    assert dialect.asked_at == [0.0, 0.5, 1.5]


def test_it_gives_up_after_three_tries() -> None:
    dialect = Scripted([RateLimited()], [RateLimited()], [RateLimited()])
    heard = race(dialect)
    assert isinstance(heard.error, RateLimited)
    assert heard.codes == [("p0", "rate_limited")] * 3


def test_the_only_one_is_asked_again_when_it_said() -> None:
    dialect = Scripted([RateLimited(retry_after=7)], ANSWER)
    assert race(dialect).events == list(ANSWER)
    assert dialect.asked_at == [0.0, 7.25]


def test_a_limit_is_answered_by_the_next_at_once() -> None:
    first, second = Scripted([RateLimited(retry_after=2)]), Scripted(ANSWER)
    heard = race(first, second)
    assert (heard.by, heard.codes) == ("p1", [("p0", "rate_limited")])
    assert second.asked_at == [0.0] and second.asked[0].model == "m1"


def test_nobody_waits_longer_than_half_a_minute() -> None:
    first, second = Scripted([RateLimited(retry_after=31)]), Scripted([UpstreamUnavailable()] * 1, ANSWER)
    assert race(first, second).events == list(ANSWER)
    assert len(first.asked) == 1


def test_it_does_not_ask_a_slow_provider_again() -> None:
    slow = Scripted([50.0, UpstreamTimeout()], ANSWER)
    assert isinstance(race(slow).error, UpstreamTimeout)
    assert len(slow.asked) == 1


@pytest.mark.parametrize("error", [AuthenticationFailed(), ModelNotFound(), UpstreamUnavailable(), BadResponse()])
def test_whatever_fails_goes_to_the_next_provider_at_once(error: ProviderError) -> None:
    heard = race(Scripted([error]), Scripted(ANSWER))
    assert (heard.by, heard.times[0]) == ("p1", 0.0)


def test_refused_content_is_not_taken_to_another_provider() -> None:
    other = Scripted(ANSWER)
    assert isinstance(race(Scripted([ContentRefused()]), other).error, ContentRefused)
    assert other.asked == []


def test_nothing_is_asked_again_after_the_first_token() -> None:
    first, second = Scripted([TextDelta("a"), 5.0, UpstreamUnavailable()], ANSWER), Scripted(ANSWER)
    heard = race(first, second)
    assert isinstance(heard.error, UpstreamUnavailable)
    assert heard.events == [TextDelta("a")]
    assert (len(first.asked), len(second.asked)) == (1, 0)


def test_the_error_raised_is_the_one_worth_trying_again() -> None:
    heard = race(Scripted([AuthenticationFailed()]), Scripted(*[[RateLimited()]] * 3), Scripted([ModelNotFound()]))
    assert isinstance(heard.error, RateLimited)


def test_an_empty_stream_is_no_answer() -> None:
    assert isinstance(race(Scripted([])).error, BadResponse)


def test_a_silent_provider_is_overtaken() -> None:
    silent, second = Scripted(HANGS), Scripted([0.5, *ANSWER])
    heard = race(silent, second)
    assert (heard.by, heard.codes) == ("p1", [("p0", "overtaken")])
    assert second.asked_at == [1.5] and heard.times[0] == 2.0


def test_whoever_was_only_slow_answers_and_the_other_is_taken_back() -> None:
    slow, second = Scripted([2.0, *ANSWER]), Scripted(HANGS)
    heard = race(slow, second)
    assert (heard.by, heard.codes) == ("p0", [("p1", "not_needed")])
    assert heard.times[0] == 2.0


def test_one_alone_is_waited_for() -> None:
    silent = Scripted([100.0, *ANSWER])
    assert race(silent).times[0] == 100.0
    assert len(silent.asked) == 1


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_of_three_one_refuses_one_hangs_one_works(order: tuple[int, ...]) -> None:
    kinds: list[Sequence[Step]] = [[RateLimited(retry_after=60)], HANGS, [0.3, *ANSWER]]
    heard = race(*[Scripted(kinds[kind]) for kind in order])
    assert heard.events == list(ANSWER)
    assert heard.times[0] <= 1.5 + 0.3


def test_when_the_company_fails_the_next_is_asked_at_once() -> None:
    last = Scripted(ANSWER)
    heard = race(Scripted(HANGS), Scripted([RateLimited()]), last)
    assert (heard.by, last.asked_at) == ("p2", [1.5])


def test_at_most_three_are_asked_at_the_same_time() -> None:
    fourth = Scripted(ANSWER)
    heard = race(Scripted([8.0, *ANSWER]), Scripted(HANGS), Scripted(HANGS), fourth)
    assert (heard.by, fourth.asked) == ("p0", [])


def test_another_key_of_the_same_provider_overtakes_nobody() -> None:
    async def _race() -> Heard:
        return await hear([Candidate("p", first, "m", "one"), Candidate("p", second, "m", "two")])

    first, second = Scripted([9.0, *ANSWER]), Scripted(ANSWER)
    heard = clock.run(_race())
    assert (heard.served[0].key, second.asked) == ("one", [])


def test_another_key_helps_where_the_key_was_at_fault() -> None:
    async def _race() -> Heard:
        keys = [Candidate("p", Scripted([AuthenticationFailed()]), "m", "one", gate())]
        return await hear([*keys, Candidate("p", Scripted(ANSWER), "m", "two", gate())])

    heard = clock.run(_race())
    assert (heard.tried, heard.served) == ([Tried("p", "one", "authentication_failed", 0)], [Served("p", "two")])


def test_a_sick_provider_is_left_before_its_other_keys_are_tried() -> None:
    async def _race() -> Heard:
        down = [Candidate("p", Scripted([UpstreamUnavailable()]), "m", key, gate()) for key in ("one", "two")]
        return await hear([*down, Candidate("q", Scripted(ANSWER), "m", "", gate())])

    heard = clock.run(_race())
    assert (heard.by, heard.codes) == ("q", [("p", "upstream_unavailable")])


def test_an_open_circuit_is_passed_over_and_told_of() -> None:
    async def _race() -> Heard:
        breaker = Breaker(now)
        breaker.adopt(60.0)
        first = Candidate("p", spared, "m", gate=gate(breaker))
        return await hear([first, Candidate("q", Scripted(ANSWER), "m", gate=gate())])

    spared = Scripted(ANSWER)
    heard = clock.run(_race())
    assert (heard.by, heard.codes, spared.asked) == ("q", [("p", "circuit_open")], [])


def test_an_open_circuit_is_better_than_nothing() -> None:
    async def _race() -> Heard:
        breaker = Breaker(now)
        breaker.adopt(60.0)
        first = Candidate("p", Scripted(ANSWER), "m", gate=gate(breaker))
        heard = await hear([first, Candidate("q", Scripted([AuthenticationFailed()]), "m", gate=gate())])
        assert breaker.state == "closed"
        return heard

    assert clock.run(_race()).by == "p"


def test_a_key_that_cools_down_is_not_used_before_its_time() -> None:
    async def _race(seconds: float) -> Heard:
        key = CoolDown(now)
        key.cool(seconds, "rate_limited", strict=True)
        return await hear([Candidate("p", Scripted(ANSWER), "m", gate=gate(key=key))])

    assert clock.run(_race(20)).times[0] == 20.0
    late = clock.run(_race(40))
    assert isinstance(late.error, RateLimited) and late.codes == [("p", "cooling_down")]


def test_patience_is_learned() -> None:
    async def _race() -> Heard:
        pace = Pace()
        for _ in range(20):
            pace.add(4.0)
        usual = Candidate("p", Scripted([5.0, *ANSWER]), "m", gate=gate(pace=pace))
        return await hear([usual, Candidate("q", hasty, "m", gate=gate())])

    hasty = Scripted(ANSWER)
    heard = clock.run(_race())
    assert (heard.by, hasty.asked) == ("p", [])


def test_closing_it_closes_every_upstream() -> None:
    async def _close(seconds: float) -> None:
        stream = stream_with_retry(candidates(first, second), lambda _: REQUEST)
        reader = asyncio.ensure_future(anext(stream))
        await asyncio.sleep(seconds)
        reader.cancel()
        await asyncio.wait([reader])
        await stream.aclose()
        assert first.is_quiet and second.is_quiet

    first, second = Scripted(HANGS), Scripted(HANGS)
    clock.run(_close(2.0))
    assert (len(first.asked), len(second.asked)) == (1, 1)


def test_a_bug_in_a_dialect_is_raised_and_leaves_nothing_open() -> None:
    class Broken(Scripted):
        async def stream(self, request: ChatRequest) -> AsyncIterator[Event]:
            answers: dict[str, Event] = {}
            yield answers[request.model]

    async def _race() -> None:
        with pytest.raises(KeyError):
            await hear(candidates(Broken()))

    clock.run(_race())


def test_no_candidate_is_a_mistake_of_the_caller() -> None:
    async def _race() -> None:
        with pytest.raises(ValueError, match="no candidates"):
            await hear([])

    clock.run(_race())
