"""Reliability promise R9: whatever an upstream does, a stream ends with Finished or with one sentence."""

import asyncio
import gc
import time
import traceback
from collections.abc import AsyncIterator

import psutil
import pytest
import pytest_asyncio

from aihelper.lib import net
from aihelper.lib.addresses import Policy
from aihelper.lib.net import HttpClient, Timeouts
from aihelper.lib.testing.patience import Stopwatch
from providers.dialects import OpenAIDialect
from providers.events import ChatMessage, ChatRequest, TextDelta
from providers.tests.hostile.cases import CASES, DONE, KEY, STOP, Case, chunk
from providers.tests.hostile.play import QUESTION, play
from providers.tests.hostile.server import HostileServer, Peer

MEGABYTE = 1024 * 1024
MAX_DELAY = 0.1


async def steady(peer: Peer) -> None:
    """A well-behaved upstream beside the hostile one: a token every 20 ms."""
    await peer.answer()
    while True:
        await peer.send(chunk("a"))
        await asyncio.sleep(0.02)


@pytest_asyncio.fixture
async def server() -> AsyncIterator[HostileServer]:
    scripts = {name: case.script for name, case in CASES.items()} | {"steady": steady}
    async with HostileServer(scripts) as server:
        yield server


@pytest_asyncio.fixture
async def client(server: HostileServer) -> AsyncIterator[HttpClient]:
    client = net.build(Policy.of(server.allowed))
    yield client
    await client.aclose()


async def worst_gap(client: HttpClient, url: str, ended: asyncio.Event) -> float:
    """How long at most this process worked between two tokens of a stream that has one every 20 ms.

    Seconds of our own CPU: what holds up the loop is work, and other programs on the machine do not count.
    """
    worst, last = 0.0, 0.0
    dialect = OpenAIDialect(client, url, KEY, Timeouts())
    async for event in dialect.stream(QUESTION):
        if isinstance(event, TextDelta):
            now = time.process_time()
            worst, last = max(worst, now - last if last else 0.0), now
        if ended.is_set():
            break
    return worst


def test_there_are_enough_cases() -> None:
    assert len(CASES) >= 60


@pytest.mark.asyncio
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_a_hostile_upstream_ends_well(server: HostileServer, client: HttpClient, case: Case) -> None:
    process = psutil.Process()
    gc.collect()
    before = process.memory_info().rss
    ended = asyncio.Event()
    neighbour = asyncio.get_running_loop().create_task(worst_gap(client, server.url("steady"), ended))
    watch = Stopwatch()
    outcome = await play(client, case.base_url(server))
    took = watch.net
    grown = process.memory_info().rss - before
    ended.set()

    assert outcome.end == case.expect, outcome
    assert (outcome.finishes != []) is (outcome.error is None)
    assert len(outcome.finishes) <= 1 and len(outcome.usages) <= 1
    if case.text is not None:
        assert outcome.text == case.text
    if case.reasoning is not None:
        assert outcome.reasoning == case.reasoning
    if outcome.error:
        shown = outcome.error.sentence + repr(outcome.error) + "".join(traceback.format_exception(outcome.error))
        assert outcome.error.sentence.endswith(".") and KEY not in shown
        assert outcome.error.__context__ is None
    assert took < 5
    assert grown <= 32 * MEGABYTE
    assert await neighbour <= MAX_DELAY


@pytest.mark.asyncio
async def test_the_upstream_connection_is_closed_when_the_reader_stops(
    server: HostileServer, client: HttpClient
) -> None:
    stream = OpenAIDialect(client, server.url("steady"), KEY, Timeouts()).stream(QUESTION)
    await anext(stream)
    assert server.open == 1
    watch = Stopwatch()
    await stream.aclose()
    await server.until_open(0)
    assert watch.net < 0.1


@pytest.mark.asyncio
async def test_a_cancelled_reader_closes_the_upstream_connection(server: HostileServer, client: HttpClient) -> None:
    ended = asyncio.Event()
    task = asyncio.get_running_loop().create_task(worst_gap(client, server.url("steady"), ended))
    await server.until_open(1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    gc.collect()
    watch = Stopwatch()
    await server.until_open(0)
    assert watch.net < 0.2


@pytest.mark.asyncio
async def test_a_finished_answer_leaves_its_connection_for_the_next(server: HostileServer, client: HttpClient) -> None:
    async def whole(peer: Peer) -> None:
        await peer.chunked(chunk("a"), STOP, DONE)
        await peer.send(b"0\r\n\r\n")
        await peer.hold()

    server.scripts = {"whole": whole}
    assert (await play(client, server.url("whole"))).text == "a"
    assert server.open == 1
    await client.aclose()


@pytest.mark.asyncio
async def test_a_redirect_is_not_followed_and_no_cookie_is_kept(server: HostileServer, client: HttpClient) -> None:
    await play(client, server.url("status_308_refresh"))
    assert server.requests["elsewhere"] == 0
    await play(client, server.url("cookies_set"))
    assert not client.cookies


@pytest.mark.asyncio
async def test_stream_options_are_left_out_after_one_refusal(server: HostileServer, client: HttpClient) -> None:
    dialect = OpenAIDialect(client, server.url("stream_options_refused"), KEY, Timeouts())
    request = ChatRequest("m", (ChatMessage("user", "Hi"),))
    for _ in range(2):
        assert (
            "".join([event.text async for event in dialect.stream(request) if isinstance(event, TextDelta)]) == "Hello"
        )
    assert server.requests["stream_options_refused"] == 3
