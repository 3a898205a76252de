"""`kill -9` and SIGTERM in the middle of answers: what people saw is there afterwards, and nothing spins for ever."""

import asyncio
import random

import pytest

from aihelper.tests.faults.client import Person, Watched, until
from aihelper.tests.faults.conftest import Launch
from aihelper.tests.faults.support import KINDS, ROUNDS, SEED, ServerProcess
from aihelper.tests.faults.upstream import PacingUpstream

pytestmark = [pytest.mark.faults, pytest.mark.asyncio, pytest.mark.timeout(600)]

ANSWERS = 20
LOSS_SECONDS = 0.25
INTERRUPTED_SECONDS = 10.0


async def ask_many(person: Person, count: int = ANSWERS) -> list[Watched]:
    return await asyncio.gather(*(person.send(f"Question {number}") for number in range(count)))


async def until_interrupted(person: Person, streams: list[Watched]) -> float:
    async def over() -> bool:
        answers = await asyncio.gather(*(person.last(stream.start["session_id"]) for stream in streams))
        return all(answer["status"] == "interrupted" for answer in answers)

    return await until(over)


def loss(stream: Watched, stored: int, killed: float) -> float:
    """How long before the kill, in seconds, the first text came that is not stored. 0: everything is."""
    return max((killed - when for when, offset in stream.seen if offset > stored), default=0.0)


@pytest.mark.parametrize("round_number", range(ROUNDS))
@pytest.mark.parametrize("kind", KINDS)
async def test_a_kill_takes_no_message_and_at_most_a_quarter_of_a_second(
    launch: Launch, upstream: PacingUpstream, kind: str, round_number: int
) -> None:
    chance = random.Random(f"{SEED} {kind} {round_number}")
    server = launch(kind)
    await server.start()
    person = await Person.sign_in(server.url)
    streams = await ask_many(person)
    await asyncio.gather(*(stream.until(lambda stream: stream.arrivals) for stream in streams))
    await asyncio.sleep(chance.uniform(0.1, 2.0))
    killed = server.kill()
    await asyncio.gather(*(stream.ended() for stream in streams))
    assert all(stream.cut and stream.done is None for stream in streams)

    await server.start()
    took = await until_interrupted(person, streams)
    worst = 0.0
    for number, stream in enumerate(streams):
        question, answer = await person.messages(stream.start["session_id"])
        assert question["content"] == f"Question {number}"
        call = next(call for call in upstream.calls if call.question == question["content"])
        assert call.sent.startswith(answer["content"])
        assert answer["error"]["code"] == "interrupted" and answer["error"]["error"]
        worst = max(worst, loss(stream, len(answer["content"]), killed))
    print(f"{kind}: lost {worst * 1000:.0f} ms, interrupted {took:.1f} s after the start")
    assert worst <= LOSS_SECONDS
    assert took <= INTERRUPTED_SECONDS
    assert len(upstream.calls) == ANSWERS
    await continues(person, upstream, streams[chance.randrange(ANSWERS)])
    assert not server.problems()


async def continues(person: Person, upstream: PacingUpstream, stream: Watched) -> None:
    """Continue writes a sibling that begins with the text that was saved."""
    upstream.length = 5
    session_id, message_id = stream.start["session_id"], stream.start["message_id"]
    old = await person.last(session_id)
    more = await person.post(f"/api/chat/messages/{message_id}/continue", {}).ended()
    assert more.done is not None and more.done["finish_reason"] == "stop"
    new = await person.last(session_id)
    assert new["siblings"] == [message_id, new["message_id"]]
    assert new["status"] == "completed"
    assert new["content"] == old["content"] + upstream.calls[-1].sent == more.text


@pytest.mark.parametrize("kind", KINDS)
async def test_a_kill_before_the_first_token_takes_no_message(
    launch: Launch, upstream: PacingUpstream, kind: str
) -> None:
    upstream.gate.clear()
    server = launch(kind)
    await server.start()
    person = await Person.sign_in(server.url)
    streams = await ask_many(person, 8)
    server.kill()
    await server.start()
    assert await until_interrupted(person, streams) <= INTERRUPTED_SECONDS
    asked = len(upstream.calls)
    upstream.gate.set()
    for number, stream in enumerate(streams):
        question, answer = await person.messages(stream.start["session_id"])
        assert (question["content"], answer["content"]) == (f"Question {number}", "")
    assert len(upstream.calls) == asked, "what was interrupted is not asked again by itself"
    await continues(person, upstream, streams[0])


@pytest.mark.parametrize("kind", KINDS)
async def test_sigterm_interrupts_what_does_not_end_in_time(
    launch: Launch, upstream: PacingUpstream, kind: str
) -> None:
    server = launch(kind, AIHELPER_DRAIN_SECONDS="1")
    await server.start()
    person = await Person.sign_in(server.url)
    streams = await ask_many(person)
    await asyncio.gather(*(stream.until(lambda stream: len(stream.arrivals) > 5) for stream in streams))
    took = await server.terminate(15)
    print(f"{kind}: ended {took:.1f} s after SIGTERM, of which 1 s is the grace")
    assert took <= 1 + 5
    await asyncio.gather(*(stream.ended() for stream in streams))
    for stream in streams:
        assert stream.done is not None and stream.done["finish_reason"] == "interrupted"
    await all_is_stored(server, person, streams, "interrupted")


@pytest.mark.parametrize("kind", KINDS)
async def test_sigterm_lets_end_what_can(launch: Launch, upstream: PacingUpstream, kind: str) -> None:
    upstream.length = 60
    server = launch(kind, AIHELPER_DRAIN_SECONDS="20")
    await server.start()
    person = await Person.sign_in(server.url)
    streams = await ask_many(person, 8)
    await asyncio.gather(*(stream.until(lambda stream: stream.arrivals) for stream in streams))
    assert await server.terminate(20) < 15
    await asyncio.gather(*(stream.ended() for stream in streams))
    for stream in streams:
        assert stream.done is not None and stream.done["finish_reason"] == "stop"
    await all_is_stored(server, person, streams, "completed")


async def all_is_stored(server: ServerProcess, person: Person, streams: list[Watched], status: str) -> None:
    """After a new start every answer is final at once, with all the text that its viewer had."""
    await server.start()
    for stream in streams:
        answer = await person.last(stream.start["session_id"])
        assert (answer["status"], answer["content"]) == (status, stream.text)
    assert not server.problems()
