"""Several providers of one model over real HTTP: the person gets an answer, the administrator sees by whom and why."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
import pytest_asyncio

from accounts.models import User
from aihelper.lib import net
from aihelper.lib.db import run_db
from chat.engine import supervisor as supervisors
from chat.engine.supervisor import Supervisor
from chat.models import Generation, UsageRecord
from chat.services.send import SendRequest, send
from chat.tests.conftest import follow, text_of
from providers.models import ModelConfig, Provider, ProviderMinute, ProviderState
from providers.wire import breaker

pytestmark = pytest.mark.asyncio

MOST_SECONDS = 3.0
TITLE = "Write a title"


class HttpUpstream:
    """An OpenAI-compatible server of one habit: it answers, refuses with 429, or hangs. Counts the chat questions."""

    def __init__(self, name: str, habit: str) -> None:
        self.name = name
        self.habit = habit
        self.questions = 0
        self.hung_up = asyncio.Event()

    async def start(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.host = f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"
        return self.host

    async def close(self) -> None:
        self._server.close()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            lines = head.decode().lower().split("\r\n")
            length = next(int(line.split(":")[1]) for line in lines if line.startswith("content-length"))
            asked = json.loads(await reader.readexactly(length))
            await self._answer(asked, reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, asked: dict[str, Any], reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        is_title = asked["messages"][0]["content"].startswith(TITLE)
        self.questions += not is_title
        if self.habit == "refuses":
            writer.write(b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n")
        elif self.habit == "hangs":
            await reader.read()
            self.hung_up.set()
            return
        else:
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n")
            for word in ("I am ", self.name, "."):
                writer.write(_event({"choices": [{"index": 0, "delta": {"content": word}}]}))
            writer.write(
                _event({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}) + b"data: [DONE]\n\n"
            )
        await writer.drain()


def _event(data: dict[str, Any]) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()


class Lateness:
    """How late this loop wakes its sleepers, in all: what a busy machine costs, which is not ours to measure."""

    seconds = 0.0

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            began = loop.time()
            await asyncio.sleep(0.02)
            self.seconds += max(0.0, loop.time() - began - 0.02)


@pytest_asyncio.fixture
async def engine(transactional_db: None) -> AsyncIterator[Supervisor]:
    supervisor = Supervisor(client_factory=net.client)
    supervisors.use(supervisor)
    supervisor.ensure_started()
    yield supervisor
    await supervisor.close()
    supervisors.use(None)
    await net.close_clients()


@pytest_asyncio.fixture
async def upstreams(
    request: pytest.FixtureRequest, settings: Any, transactional_db: None
) -> AsyncIterator[list[HttpUpstream]]:
    """One for each habit, as providers that all offer the model "shared", asked in this order."""
    made = [HttpUpstream(f"number {place}", habit) for place, habit in enumerate(request.param)]
    settings.ALLOWED_PRIVATE_HOSTS = [await each.start() for each in made]
    await run_db(_set_up, made)
    yield made
    for each in made:
        await each.close()


def _set_up(upstreams: list[HttpUpstream]) -> None:
    for place, upstream in enumerate(upstreams):
        provider = Provider.objects.create(name=upstream.name, base_url=f"http://{upstream.host}/v1", priority=place)
        ModelConfig.objects.create(provider=provider, model_id="shared", model_name="Shared")


async def _ask(engine: Supervisor, user: User) -> tuple[Generation, str]:
    """Ask as that person, and wait for the end."""
    started = await run_db(send, user, SendRequest(message="Who are you?"))
    engine.start(started.generation_id)
    frames, _end = await asyncio.wait_for(follow(engine, started.generation_id), 30)
    row = await run_db(Generation.objects.select_related("message").get, id=started.generation_id)
    return row, text_of(frames)


@pytest.mark.parametrize(
    "upstreams",
    [("refuses", "hangs", "works"), ("hangs", "refuses", "works"), ("hangs", "works", "refuses")],
    indirect=True,
)
async def test_one_refuses_one_hangs_one_works(engine: Supervisor, upstreams: list[HttpUpstream], alice: User) -> None:
    late = Lateness()
    watch = asyncio.ensure_future(late.run())
    generation, text = await _ask(engine, alice)
    watch.cancel()
    by_habit = {each.habit: each for each in upstreams}
    message = generation.message
    assert (message.status, text) == ("completed", f"I am {by_habit['works'].name}.")
    assert message.first_token_ms is not None
    assert message.first_token_ms <= 1000 * (MOST_SECONDS + 10 * late.seconds)
    # What the administrator sees: who served, and why it was not the others.
    assert message.provider_name == by_habit["works"].name
    codes = {each["provider"]: each["code"] for each in generation.tried}
    assert codes.pop(by_habit["works"].name) == "served"
    assert codes.pop(by_habit["hangs"].name) == "overtaken"
    assert codes.pop(by_habit["refuses"].name, "rate_limited") == "rate_limited"
    # Nobody was asked twice, and the connection to the one that hangs is closed.
    assert all(each.questions <= 1 for each in upstreams)
    await asyncio.wait_for(by_habit["hangs"].hung_up.wait(), 10)
    assert await run_db(UsageRecord.objects.filter(kind="chat").count) == 1


@pytest.mark.parametrize("upstreams", [("refuses", "works")], indirect=True)
async def test_a_provider_that_asked_for_a_pause_gets_it(
    engine: Supervisor, upstreams: list[HttpUpstream], alice: User
) -> None:
    await _ask(engine, alice)
    generation, _text = await _ask(engine, alice)
    assert upstreams[0].questions == 1
    assert [(each["provider"], each["code"]) for each in generation.tried] == [
        ("number 0", "cooling_down"),
        ("number 1", "served"),
    ]


@pytest.mark.parametrize("upstreams", [("hangs", "works")], indirect=True)
async def test_after_three_in_vain_the_circuit_is_open_for_every_process(
    engine: Supervisor, upstreams: list[HttpUpstream], alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow this machine is.
    monkeypatch.setattr(breaker, "WINDOW_SECONDS", 3600.0)
    monkeypatch.setattr(breaker, "OPEN_SECONDS", 3600.0)
    monkeypatch.setattr(breaker, "MAX_OPEN_SECONDS", 3600.0)
    for _ in range(3):
        await _ask(engine, alice)
    await engine.health.share()
    other = Supervisor(client_factory=net.client)
    supervisors.use(other)
    other.ensure_started()
    try:
        generation, _text = await _ask(other, alice)
    finally:
        await other.close()
    assert [(each["provider"], each["code"]) for each in generation.tried] == [
        ("number 0", "circuit_open"),
        ("number 1", "served"),
    ]
    assert upstreams[0].questions == 3
    state = await run_db(ProviderState.objects.get, provider__name="number 0")
    assert state.open_until is not None and state.last_error == "overtaken"
    counted = await run_db(ProviderMinute.objects.filter(provider__name="number 0").values_list, "errors", flat=True)
    assert sum(each.get("overtaken", 0) for each in await run_db(list, counted)) == 3
