"""Two server processes on one MariaDB: what runs in one is watched, stopped and rescued from the other."""

import asyncio
import json
from typing import Any

import pytest
import pytest_asyncio
from websockets.asyncio.client import connect

from aihelper.lib.testing.patience import HANG_SECONDS, net_clock
from aihelper.lib.testing.servers import Server
from aihelper.tests.faults.client import STREAM, Person, delay
from aihelper.tests.faults.conftest import Launch
from aihelper.tests.faults.support import ServerProcess, empty_database
from aihelper.tests.faults.upstream import PacingUpstream

pytestmark = [pytest.mark.faults, pytest.mark.servers, pytest.mark.asyncio, pytest.mark.timeout(600)]

LIST_SECONDS = 2.0
WATCH_SECONDS = 1.0
STOP_SECONDS = 1.0
INTERRUPTED_SECONDS = 10.0


class Pair:
    """One person on two servers: `here` starts answers, `there` is the other process."""

    def __init__(self, first: ServerProcess, second: ServerProcess, here: Person) -> None:
        self.first, self.second = first, second
        self.here, self.there = here, here.at(second.url)


@pytest.fixture(params=["polling", "redis"])
def wakeups(request: pytest.FixtureRequest) -> dict[str, str]:
    """How the processes hear of each other: by looking, or by Redis. Either way the data is in the database."""
    if request.param == "polling":
        return {}
    server: Server = request.getfixturevalue("redis_server")
    return {"REDIS_URL": server.url}


@pytest_asyncio.fixture
async def pair(launch: Launch, mariadb_server: Server, wakeups: dict[str, str]) -> Pair:
    """Daphne and uvicorn on one database."""
    await asyncio.to_thread(empty_database, mariadb_server.port)
    environment = {"DATABASE_URL": mariadb_server.url, **wakeups}
    first, second = launch("uvicorn", **environment), launch("daphne", **environment)
    await first.start()
    await second.start()
    return Pair(first, second, await Person.sign_in(first.url))


async def test_started_here_watched_and_stopped_there(pair: Pair, upstream: PacingUpstream) -> None:
    mine = await pair.here.send("Start here")
    generation_id = mine.start["generation_id"]
    theirs = pair.there.attach(generation_id)
    await theirs.until(lambda stream: len(stream.arrivals) >= 12)
    seen = theirs.offset
    asked = net_clock()
    await pair.there.stop(generation_id, seen)
    call = upstream.calls[0]
    await asyncio.wait_for(call.closed.wait(), HANG_SECONDS)
    await asyncio.gather(mine.ended(), theirs.ended())
    late = delay(mine, theirs)
    print(f"watched {late * 1000:.0f} ms later, stopped after {(call.closed_at - asked) * 1000:.0f} ms")
    assert call.closed_at - asked <= STOP_SECONDS
    assert late <= WATCH_SECONDS
    for stream in (mine, theirs):
        assert stream.done is not None and stream.done["finish_reason"] == "stopped"
    for person in (pair.here, pair.there):
        answer = await person.last(mine.start["session_id"])
        assert (answer["status"], answer["content"]) == ("stopped", call.sent[:seen])
    assert not pair.first.problems() + pair.second.problems()


async def test_resumed_on_both(pair: Pair, upstream: PacingUpstream) -> None:
    upstream.length = 60
    mine = await pair.here.send("Resume me")
    generation_id = mine.start["generation_id"]
    await mine.until(lambda stream: len(stream.arrivals) >= 5)
    live = [
        person.attach(generation_id, offset)
        for person in (pair.here, pair.there)
        for offset in range(0, mine.offset, 3)
    ]
    await asyncio.gather(*(stream.ended() for stream in [mine, *live]))
    after = [person.attach(generation_id, offset) for person in (pair.here, pair.there) for offset in range(0, 400, 40)]
    await asyncio.gather(*(stream.ended() for stream in after))
    stored = (await pair.there.last(mine.start["session_id"]))["content"]
    assert stored == upstream.calls[0].sent == mine.text
    for stream in live + after:
        assert stream.text == stored[stream.start["offset"] :]
        assert stream.done is not None and stream.done["finish_reason"] == "stop"


async def test_when_the_owner_is_killed_the_other_ends_its_answers(pair: Pair, upstream: PacingUpstream) -> None:
    streams = await asyncio.gather(*(pair.here.send(f"Question {number}") for number in range(5)))
    watching = [pair.there.attach(stream.start["generation_id"]) for stream in streams]
    await asyncio.gather(*(stream.until(lambda stream: len(stream.arrivals) > 3) for stream in watching))
    killed = pair.first.kill()
    await asyncio.gather(*(stream.ended() for stream in watching))
    took = net_clock() - killed
    print(f"interrupted by the other process {took:.1f} s after the kill")
    assert took <= INTERRUPTED_SECONDS
    for mine, theirs in zip(streams, watching, strict=True):
        assert theirs.done is not None and theirs.done["finish_reason"] == "interrupted"
        answer = await pair.there.last(mine.start["session_id"])
        assert (answer["status"], answer["content"]) == ("interrupted", theirs.text)
        assert len(answer["content"]) >= mine.offset_at(killed - 0.25)


async def test_twenty_sends_with_one_id_over_both_make_one_answer(pair: Pair, upstream: PacingUpstream) -> None:
    upstream.length = 20
    people = [pair.here, pair.there]
    # On both processes at once, as a tab does that is not sure whether its send arrived.
    streams = [people[number % 2].post(STREAM, {"message": "Once", "client_id": "only-1"}) for number in range(20)]
    await asyncio.gather(*(stream.ended() for stream in streams))
    assert len(upstream.calls) == 1
    assert {stream.start["generation_id"] for stream in streams} == {streams[0].start["generation_id"]}
    assert {stream.text for stream in streams} == {upstream.calls[0].sent}
    answer = await pair.here.http.get("/api/chat/sessions")
    assert len(answer.json()["sessions"]) == 1
    messages = await pair.there.messages(streams[0].start["session_id"])
    assert [message["siblings"] for message in messages] == [[message["message_id"]] for message in messages]
    assert [message["role"] for message in messages] == ["user", "assistant"]


async def test_a_socket_here_hears_and_stops_what_began_there(pair: Pair, upstream: PacingUpstream) -> None:
    address = pair.first.url.replace("http", "ws") + "/chat/ws"
    async with connect(address, additional_headers={"authorization": f"Bearer {pair.here.token}"}) as socket:

        async def hear(*types: str) -> dict[str, Any]:
            while (event := json.loads(await asyncio.wait_for(socket.recv(), HANG_SECONDS)))["type"] not in types:
                pass
            return dict(event)

        await hear("system")
        began = net_clock()
        theirs = await pair.there.send("Start there")
        session_id, generation_id = theirs.start["session_id"], theirs.start["generation_id"]
        while (await hear("session"))["session"]["session_id"] != session_id:
            pass
        assert net_clock() - began < LIST_SECONDS
        await socket.send(json.dumps({"type": "attach", "generation_id": generation_id, "offset": 0}))
        await hear("delta")
        asked = net_clock()
        await socket.send(json.dumps({"type": "stop", "generation_id": generation_id}))
        await asyncio.wait_for(upstream.calls[0].closed.wait(), HANG_SECONDS)
        assert upstream.calls[0].closed_at - asked <= STOP_SECONDS
        done = await hear("done")
    answer = await pair.here.last(session_id)
    assert (answer["status"], done["offset"]) == ("stopped", len(answer["content"]))
