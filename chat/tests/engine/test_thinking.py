"""How long a model thought: measured where its words come, and kept whatever becomes of the answer."""

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import User
from aihelper.lib.db import run_db
from chat.engine.log import GenerationLog
from chat.engine.recovery import Reaper
from chat.engine.supervisor import Supervisor
from chat.events import CONTENT, EVENT, REASONING
from chat.models import Generation, GenerationChunk, Message
from chat.selectors import stored_log
from chat.services import stop as stopping
from chat.services import tree
from chat.tests import make
from chat.tests.conftest import Ask, follow, stored, until_stored
from chat.tests.upstream import Call, Upstream
from chat.thinking import Thinking

PAUSE_SECONDS = 0.05


@pytest.mark.parametrize(
    ("pieces", "ms"),
    [
        ([], None),
        ([(CONTENT, 0), (CONTENT, 900)], None),
        ([(REASONING, 0)], 0),
        ([(REASONING, 0), (REASONING, 700)], 700),
        ([(REASONING, 100), (REASONING, 700), (CONTENT, 1100), (CONTENT, 9000)], 1000),
        ([(REASONING, 0), (EVENT, 50), (CONTENT, 300), (REASONING, 1000), (CONTENT, 1500)], 800),
        ([(CONTENT, 0), (REASONING, 1000), (REASONING, 1250)], 250),
    ],
)
def test_the_time_between_a_thought_and_the_next_words(pieces: list[tuple[str, int]], ms: int | None) -> None:
    thinking = Thinking()
    for kind, at in pieces:
        thinking.see(kind, at)
    assert thinking.ms == ms


def test_the_clock_of_a_log_begins_with_its_first_words(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 50.0
    monkeypatch.setattr("chat.engine.log.time", SimpleNamespace(monotonic=lambda: now))
    log = GenerationLog()
    for kind, after in ((REASONING, 8.0), (REASONING, 1.5), (CONTENT, 0.75), (CONTENT, 4.0)):
        now += after
        log.append(kind, "…")
    assert log.reasoning_ms == 2250
    # Storing it changes nothing, and neither does a cut in the words after it.
    log.mark_stored(log.unstored())
    log.cut(3)
    assert log.reasoning_ms == 2250
    # A continuation goes on from the time of what it begins with.
    again = GenerationLog()
    again.append(REASONING, "…", at=0)
    again.append(CONTENT, "…", at=2250)
    again.append(REASONING, "…")
    now += 1
    again.append(CONTENT, "…")
    assert again.reasoning_ms == 3250


async def think(started: Any, call: Call, length: int, text: str = "Let me see.") -> float:
    """Let the model think, then pause; answers for how many milliseconds it has thought at least."""
    call.say(text, kind="reasoning_content")
    await until_stored(started.generation_id, length + len(text))
    began = time.monotonic()
    await asyncio.sleep(PAUSE_SECONDS)
    return (time.monotonic() - began) * 1000


@pytest.mark.asyncio
async def test_it_is_stored_with_the_answer_and_told_at_its_end(
    ask: Ask, engine: Supervisor, upstream: Upstream
) -> None:
    began = time.monotonic()
    started = await ask()
    call = await upstream.call()
    least = await think(started, call, 0)
    call.say("Yes.")
    await until_stored(started.generation_id, len("Let me see.Yes."))
    most = (time.monotonic() - began) * 1000
    # As far as it is written it is known, too: for a page that is loaded now.
    generation = await run_db(lambda: Generation.objects.select_related("message").get(pk=started.generation_id))
    shown = (await run_db(stored_log, generation)).reasoning_ms
    call.finish()
    _frames, end = await follow(engine, started.generation_id)
    message = await stored(started.message_id)
    assert message.reasoning_ms is not None and end is not None
    assert int(least) - 1 <= message.reasoning_ms <= most + 1
    assert message.reasoning_ms == end.reasoning_ms == shown
    # From the database the end is the same.
    _frames, again = await follow(engine, started.generation_id)
    assert again is not None and again.reasoning_ms == message.reasoning_ms


@pytest.mark.asyncio
async def test_a_stop_keeps_it_and_a_continuation_adds_to_it(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    started = await ask()
    call = await upstream.call()
    least = await think(started, call, 0)
    call.say("Yes,")
    await until_stored(started.generation_id, len("Let me see.Yes,"))
    await run_db(stopping.stop, alice, started.generation_id, None)
    await follow(engine, started.generation_id)
    first = await stored(started.message_id)
    assert first.reasoning_ms is not None and first.reasoning_ms >= int(least) - 1

    again = await run_db(tree.continue_, alice, started.message_id)
    engine.start(again.generation_id)
    call = await upstream.call(2)
    least = await think(again, call, len("Let me see.Yes,"), " Once more.")
    call.say(" indeed.")
    call.finish()
    await follow(engine, again.generation_id)
    second = await stored(again.message_id)
    assert second.reasoning == "Let me see. Once more."
    assert second.reasoning_ms is not None and second.reasoning_ms >= first.reasoning_ms + int(least) - 1

    # One without thoughts of its own changes nothing.
    third = await run_db(tree.continue_, alice, again.message_id)
    engine.start(third.generation_id)
    call = await upstream.call(3)
    call.say(" Quite.")
    call.finish()
    await follow(engine, third.generation_id)
    assert (await stored(third.message_id)).reasoning_ms == second.reasoning_ms


@pytest.mark.asyncio
async def test_an_answer_without_thoughts_has_none(ask: Ask, engine: Supervisor, upstream: Upstream) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("At once.")
    call.finish()
    await follow(engine, started.generation_id)
    assert (await stored(started.message_id)).reasoning_ms is None


@pytest.mark.django_db
@pytest.mark.parametrize(("rest", "ms"), [([("content", 12_500)], 12_000), ([], 8_000)])
def test_a_kill_takes_as_little_of_it_as_of_the_text(alice: User, rest: list[tuple[str, int]], ms: int) -> None:
    generation = make.running(make.session(alice))
    chunks = [("reasoning", 500), ("reasoning", 8_500), *rest]
    for start, (kind, at) in enumerate(chunks):
        GenerationChunk.objects.create(generation=generation, start=start, kind=kind, text="a", at_ms=at)
    Generation.objects.update(heartbeat_at=make.NOON)
    reaper = Reaper("me", witness=0.0)
    reaper.look()
    reaper.look()
    message = Message.objects.get(pk=generation.message_id)
    assert (message.status, message.reasoning_ms) == ("interrupted", ms)
