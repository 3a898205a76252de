"""A run: from a question to a stored answer, whoever watches or leaves."""

import asyncio

import httpx
import pytest

from accounts.models import User
from aihelper.lib import tasks
from aihelper.lib.db import run_db
from aihelper.lib.testing.patience import HANG_SECONDS
from chat.engine import titles
from chat.engine.supervisor import Supervisor
from chat.models import Generation, GenerationChunk, Session, UsageRecord
from chat.services import stop as stopping
from chat.tests.conftest import Ask, follow, stored, text_of, until, until_stored
from chat.tests.upstream import Upstream
from providers.models import ModelConfig

pytestmark = pytest.mark.asyncio


async def test_it_streams_and_stores_an_answer(ask: Ask, engine: Supervisor, upstream: Upstream) -> None:
    started = await ask("What is up?")
    call = await upstream.call()
    call.say("Let me think.", kind="reasoning_content")
    call.say("The sky ")
    call.say("☁️ is up.")
    call.finish()
    frames, end = await follow(engine, started.generation_id)
    assert text_of(frames) == "The sky ☁️ is up."
    assert text_of(frames, "reasoning") == "Let me think."
    assert end is not None and (end.state, end.finish_reason, end.prompt_tokens) == ("completed", "stop", 7)
    message = await stored(started.message_id)
    assert (message.content, message.reasoning) == ("The sky ☁️ is up.", "Let me think.")
    assert (message.status, message.provider_name, message.completion_tokens) == ("completed", "Test", 11)
    assert message.generation.offset == end.offset == frames[-1].offset
    assert message.first_token_ms is not None
    assert not await run_db(GenerationChunk.objects.exists)
    assert call.request["messages"][-1] == {"role": "user", "content": "What is up?"}
    assert call.request["messages"][0]["role"] == "system"


async def test_it_runs_to_the_end_with_nobody_watching(ask: Ask, engine: Supervisor, upstream: Upstream) -> None:
    started = await ask()
    viewer = asyncio.ensure_future(follow(engine, started.generation_id))
    call = await upstream.call()
    call.say("one ")
    await until_stored(started.generation_id, 4)
    viewer.cancel()
    call.say("two")
    call.finish()
    await engine.drain(10)
    frames, end = await follow(engine, started.generation_id)
    assert text_of(frames) == "one two"
    assert end is not None and end.state == "completed"
    assert len(upstream.calls) == 1


async def test_it_resumes_at_every_offset_while_running_and_after(
    ask: Ask, engine: Supervisor, upstream: Upstream, other_process: Supervisor
) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("Hm 嗯.", kind="reasoning")
    call.say("Hello 世界 👋🏽!")
    whole = "Hm 嗯." + "Hello 世界 👋🏽!"
    await until_stored(started.generation_id, len(whole))
    offsets = range(len(whole) + 1)
    viewers = [
        asyncio.ensure_future(follow(process, started.generation_id, offset))
        for offset in offsets
        for process in (engine, other_process)
    ]
    await asyncio.sleep(0)
    call.finish()
    live = await asyncio.gather(*viewers)
    after = [await follow(engine, started.generation_id, offset) for offset in offsets for _twice in range(2)]
    for number, (frames, end) in enumerate([*live, *after]):
        offset = number // 2 % len(offsets)
        assert "".join(frame.text for frame in frames) == whole[offset:]
        assert end is not None and end.offset == len(whole)


async def test_it_keeps_what_was_there_when_the_provider_breaks_off(
    ask: Ask, engine: Supervisor, upstream: Upstream
) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("Half an ans")
    call.cut()
    frames, end = await follow(engine, started.generation_id)
    assert text_of(frames) == "Half an ans"
    assert end is not None and (end.state, end.finish_reason) == ("failed", "error")
    assert end.error_code == "upstream_unavailable"
    assert (await stored(started.message_id)).content == "Half an ans"
    assert len(upstream.calls) == 1, "never asked again after the first token"


async def test_it_fails_with_a_code_when_the_key_is_refused(ask: Ask, engine: Supervisor, upstream: Upstream) -> None:
    upstream.refuse = lambda request: httpx.Response(401, json={"error": {"message": "no sk-secret"}})
    started = await ask()
    frames, end = await follow(engine, started.generation_id)
    assert frames == []
    assert end is not None and (end.state, end.error_code) == ("failed", "authentication_failed")
    assert (await stored(started.message_id)).error_code == "authentication_failed"


async def test_it_stops_at_what_was_seen(ask: Ask, engine: Supervisor, upstream: Upstream, alice: User) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("0123456789")
    await until_stored(started.generation_id, 10)
    for _twice in range(2):
        await run_db(stopping.stop, alice, started.generation_id, 4)
    frames, end = await follow(engine, started.generation_id)
    assert end is not None and (end.state, end.finish_reason, end.offset) == ("stopped", "stopped", 4)
    await asyncio.wait_for(call.closed.wait(), HANG_SECONDS)
    assert (await stored(started.message_id)).content == "0123"
    assert await run_db(stopping.stop, alice, started.generation_id, 2) == "stopped"
    assert (await stored(started.message_id)).content == "0123"


async def test_it_stops_from_another_process(
    ask: Ask, engine: Supervisor, other_process: Supervisor, upstream: Upstream
) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("0123456789")
    watching = asyncio.ensure_future(follow(other_process, started.generation_id))
    await until_stored(started.generation_id, 10)
    rows = Generation.objects.filter(id=started.generation_id)
    await run_db(lambda: rows.update(stop_requested_at="2026-01-01T00:00:00Z", stop_offset=7))
    _frames, end = await asyncio.wait_for(watching, HANG_SECONDS)
    assert end is not None and (end.state, end.offset) == ("stopped", 7)
    await asyncio.wait_for(call.closed.wait(), HANG_SECONDS)
    assert (await stored(started.message_id)).content == "0123456"


async def test_it_gives_a_title_after_the_first_exchange_only(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    started = await ask("How do lists work?")
    session = Session.objects.filter(session_id=started.session_id)
    assert (await run_db(session.get)).title == "How do lists work?"
    (await upstream.call()).finish()
    await until(lambda: session.get().title == upstream.title)
    await ask("And sets?", session_id=started.session_id)
    (await upstream.call(2)).finish()
    await engine.drain(10)
    assert len(upstream.titles) == 1
    kinds = await run_db(lambda: sorted(UsageRecord.objects.values_list("kind", flat=True)))
    assert kinds == ["chat", "chat", "title"]


async def test_it_never_replaces_a_manual_title(ask: Ask, engine: Supervisor, upstream: Upstream) -> None:
    started = await ask()
    session = Session.objects.filter(session_id=started.session_id)
    call = await upstream.call()
    await run_db(lambda: session.update(title="Mine", title_is_manual=True))
    call.finish()
    await until(lambda: UsageRecord.objects.filter(kind="title").exists())
    # The title's task writes the ledger first; its last word to the session comes right after.
    await until(lambda: not any(task.get_name().startswith("title") for task in tasks._running))
    assert (await run_db(session.get)).title == "Mine"


async def test_a_drain_interrupts_with_all_the_text(ask: Ask, engine: Supervisor, upstream: Upstream) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("So far")
    await until_stored(started.generation_id, 6)
    call.say(" and a bit")
    await asyncio.sleep(0)
    await engine.drain(0)
    message = await stored(started.message_id)
    assert message.status == "interrupted"
    assert message.content in {"So far", "So far and a bit"}
    assert call.closed.is_set()


async def test_a_viewer_hears_the_end_of_what_was_deleted(
    ask: Ask, engine: Supervisor, other_process: Supervisor, upstream: Upstream, alice: User
) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("Half")
    await until_stored(started.generation_id, 4)
    watching = [asyncio.ensure_future(follow(process, started.generation_id)) for process in (engine, other_process)]
    await asyncio.sleep(0)
    await run_db(alice.delete)
    call.say(" gone")
    for _frames, end in await asyncio.wait_for(asyncio.gather(*watching), HANG_SECONDS):
        assert end is not None and end.finish_reason == "interrupted"
    await asyncio.wait_for(call.closed.wait(), HANG_SECONDS)


async def test_several_answers_share_the_flusher(
    ask: Ask, engine: Supervisor, upstream: Upstream, model: ModelConfig
) -> None:
    started = [await ask(f"Question {number}") for number in range(5)]
    for number in range(5):
        call = await upstream.call(number + 1)
        call.say(f"Answer to {call.request['messages'][-1]['content']}")
        call.finish()
    for number, one in enumerate(started):
        frames, _end = await follow(engine, one.generation_id)
        assert text_of(frames) == f"Answer to Question {number}"


async def test_a_conversation_that_is_gone_gets_no_title(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    started = await ask()
    call = await upstream.call()
    await until_stored(started.generation_id, 0)
    plan = engine._runs[started.generation_id]._plan
    call.finish()
    await follow(engine, started.generation_id)
    assert plan is not None
    # The one that the engine asks for by itself; only then is the next one this test's.
    await until(lambda: len(upstream.titles) == 1)
    await run_db(Session.objects.all().delete)
    asked = len(upstream.titles)
    await titles.make(plan, engine)
    assert len(upstream.titles) == asked
