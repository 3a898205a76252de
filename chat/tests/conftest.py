"""Fixtures of the chat's tests: a provider with a model, and an engine whose upstream the test plays."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from accounts.models import User
from accounts.tests.conftest import office, place  # noqa: F401 - fixtures
from aihelper.lib.db import run_db
from aihelper.lib.testing.patience import HANG_SECONDS
from chat.engine import supervisor as supervisors
from chat.engine.supervisor import Supervisor
from chat.engine.tail import tail
from chat.events import End, Frame
from chat.models import GenerationChunk, Message
from chat.services.answers import Started
from chat.services.send import SendRequest, send
from chat.tests.holding import Things
from chat.tests.upstream import Upstream
from providers.models import ModelConfig, Provider


@pytest.fixture
def model(transactional_db: None) -> ModelConfig:
    """The one model that is offered."""
    provider = Provider.objects.create(name="Test", base_url="https://models.example.com/v1")
    return ModelConfig.objects.create(provider=provider, model_id="test-model", model_name="Test Model")


@pytest.fixture
def upstream() -> Upstream:
    """The provider, as the test plays it."""
    return Upstream()


@pytest_asyncio.fixture
async def engine(transactional_db: None, upstream: Upstream) -> AsyncIterator[Supervisor]:
    """This process's engine."""
    supervisor = Supervisor(client_factory=upstream.client)
    supervisors.use(supervisor)
    supervisor.ensure_started()
    yield supervisor
    await supervisor.close()
    supervisors.use(None)


@pytest_asyncio.fixture
async def other_process(engine: Supervisor, upstream: Upstream) -> AsyncIterator[Supervisor]:
    """A second engine on the same database, which shares no memory with the first."""
    supervisor = Supervisor(client_factory=upstream.client)
    supervisor.ensure_started()
    yield supervisor
    await supervisor.close()


@pytest.fixture
def theirs(alice: User) -> Things:
    """Alice's things, of each kind one: tests of legal hold try to destroy them."""
    return Things(alice)


Ask = Callable[..., Awaitable[Started]]


@pytest.fixture
def ask(engine: Supervisor, model: ModelConfig, alice: User) -> Ask:
    """Send a message as Alice and start its run."""

    async def _ask(message: str = "Hello?", *, user: User = alice, **fields: Any) -> Started:
        started = await run_db(send, user, SendRequest(message=message, **fields))
        if started.created:
            engine.start(started.generation_id)
        return started

    return _ask


async def follow(supervisor: Supervisor, generation_id: str, offset: int = 0) -> tuple[list[Frame], End | None]:
    """Read a generation to its end."""
    frames: list[Frame] = []
    async for item in tail(supervisor, generation_id, offset):
        if isinstance(item, End):
            return frames, item
        frames.append(item)
    return frames, None


def text_of(frames: list[Frame], kind: str = "content") -> str:
    """The text of one kind in frames."""
    return "".join(frame.text for frame in frames if frame.kind == kind)


async def until(condition: Callable[[], bool], seconds: float = HANG_SECONDS) -> None:
    """Wait until a condition that reads the database holds. Raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not await run_db(condition):  # noqa: ASYNC110 - what is waited for is in the database
            await asyncio.sleep(0.01)


async def until_stored(generation_id: str, length: int) -> None:
    """Wait until the database has so many characters of a live log."""
    chunks = GenerationChunk.objects.filter(generation_id=generation_id)
    await until(lambda: sum(len(text) for text in chunks.values_list("text", flat=True)) >= length)


async def stored(message_id: int) -> Message:
    """A message as the database has it, with its generation and session."""
    return await run_db(Message.objects.select_related("generation", "session").get, pk=message_id)
