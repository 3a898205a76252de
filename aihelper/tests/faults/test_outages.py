"""The database or Redis goes away in the middle of answers and comes back: nothing is lost, nothing is restarted."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from aihelper.lib.testing.servers import NotInstalled, Server, redis
from aihelper.tests.faults.client import Person, delay, until
from aihelper.tests.faults.conftest import Launch
from aihelper.tests.faults.support import KINDS, empty_database
from aihelper.tests.faults.upstream import PacingUpstream

pytestmark = [pytest.mark.faults, pytest.mark.servers, pytest.mark.asyncio, pytest.mark.timeout(600)]

# Longer than the lease of a run: when the database is back, every heartbeat in it is old, and none is dead.
AWAY_SECONDS = 9.0


@contextmanager
def redis_or_skip() -> Iterator[Server]:
    """A Redis of this test's own, since it is killed."""
    with ExitStack() as stack:
        try:
            yield stack.enter_context(redis())
        except NotInstalled as error:
            pytest.skip(str(error))


@pytest.mark.parametrize("kind", KINDS)
async def test_answers_outlive_a_restart_of_the_database(
    launch: Launch, upstream: PacingUpstream, mariadb_server: Server, kind: str
) -> None:
    await asyncio.to_thread(empty_database, mariadb_server.port)
    server = launch(kind, DATABASE_URL=mariadb_server.url)
    await server.start()
    person = await Person.sign_in(server.url)
    streams = await asyncio.gather(*(person.send(f"Question {number}") for number in range(10)))
    await asyncio.gather(*(stream.until(lambda stream: len(stream.arrivals) > 10) for stream in streams))

    await asyncio.to_thread(mariadb_server.kill)
    before = [stream.offset for stream in streams]
    refused = await person.http.get("/api/chat/sessions")
    assert (refused.status_code, refused.json()["code"]) == (503, "unavailable"), refused.text
    assert "retry-after" in refused.headers
    refused = await person.http.post("/api/chat/stream", json={"message": "Now?"})
    assert refused.status_code == 503, refused.text
    # What is asked of the model goes on, and so does what people read of it.
    for stream, old in zip(streams, before, strict=True):
        await stream.until_offset(old + 100)
    await asyncio.sleep(AWAY_SECONDS)
    await asyncio.to_thread(mariadb_server.start)

    async def back() -> bool:
        return (await person.http.get("/api/chat/sessions")).status_code == 200

    took = await until(back)
    print(f"{kind}: served again {took:.1f} s after the database was back")
    assert took < 5
    upstream.length = 1
    await asyncio.gather(*(stream.ended() for stream in streams))
    for number, stream in enumerate(streams):
        question, answer = await person.messages(stream.start["session_id"])
        call = next(call for call in upstream.calls if call.question == question["content"])
        assert stream.done is not None and stream.done["finish_reason"] == "stop", stream.events[-1]
        assert question["content"] == f"Question {number}"
        assert answer["status"] == "completed"
        assert answer["content"] == call.sent == stream.text
    assert server.is_alive()


async def test_answers_go_from_process_to_process_while_redis_is_away(
    launch: Launch, upstream: PacingUpstream, mariadb_server: Server
) -> None:
    await asyncio.to_thread(empty_database, mariadb_server.port)
    with redis_or_skip() as wakeups:
        environment = {"DATABASE_URL": mariadb_server.url, "REDIS_URL": wakeups.url}
        first, second = launch("uvicorn", **environment), launch("daphne", **environment)
        await first.start()
        await second.start()
        here = await Person.sign_in(first.url)
        there = here.at(second.url)
        mine = await here.send("Start here")
        theirs = there.attach(mine.start["generation_id"])
        await theirs.until(lambda stream: len(stream.arrivals) > 5)
        for change in (wakeups.kill, wakeups.start):
            await asyncio.to_thread(change)
            seen = mine.offset
            for viewer in (mine, theirs):
                await viewer.until_offset(seen + 200)
            late = delay(mine, theirs)
            assert late < 1, f"{late:.1f} s late"
            # Nobody has to sign in again, and everybody can.
            assert (await there.sign_in_by_cookie()).status_code == 200
        await there.stop(mine.start["generation_id"])
        await asyncio.gather(mine.ended(), theirs.ended())
        assert (await here.last(mine.start["session_id"]))["status"] == "stopped"
