"""A run: from a question to a stored answer, whoever watches or leaves."""

import asyncio
import threading
from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from accounts.models import User
from aihelper.lib import tasks
from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError
from chat.engine import recovery, store, titles
from chat.engine import supervisor as supervisors
from chat.engine import tail as tails
from chat.engine.log import GenerationLog
from chat.engine.runner import MAX_COST
from chat.engine.supervisor import Supervisor
from chat.models import Generation, GenerationChunk, Message, Session, UsageRecord
from chat.services import stop as stopping
from chat.services import tree
from chat.tests.conftest import Ask, follow, text_of, until, until_stored
from chat.tests.upstream import Upstream
from providers.models import ModelConfig

pytestmark = pytest.mark.asyncio


async def stored(message_id: int) -> Message:
    return await run_db(Message.objects.select_related("generation", "session").get, pk=message_id)


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
    await asyncio.wait_for(call.closed.wait(), 1)
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
    _frames, end = await asyncio.wait_for(watching, 5)
    assert end is not None and (end.state, end.offset) == ("stopped", 7)
    await asyncio.wait_for(call.closed.wait(), 1)
    assert (await stored(started.message_id)).content == "0123456"


async def test_it_continues_an_interrupted_answer(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("Once upon")
    await until_stored(started.generation_id, 9)
    await run_db(stopping.stop, alice, started.generation_id, None)
    await follow(engine, started.generation_id)
    again = await run_db(tree.continue_, alice, started.message_id)
    engine.start(again.generation_id)
    call = await upstream.call(2)
    assert [message["content"] for message in call.request["messages"][-2:-1]] == ["Once upon"]
    call.say(" a time")
    call.finish()
    frames, end = await follow(engine, again.generation_id)
    assert text_of(frames) == "Once upon a time"
    first, second = await stored(started.message_id), await stored(again.message_id)
    assert (first.content, second.content) == ("Once upon", "Once upon a time")
    assert first.parent_id == second.parent_id
    assert second.session.current_message_id == second.pk


async def test_a_stop_never_cuts_what_a_continuation_goes_on_from(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("Once upon")
    call.finish("length")
    await follow(engine, started.generation_id)
    for offset in (0, 4):
        again = await run_db(tree.continue_, alice, started.message_id)
        engine.start(again.generation_id)
        await until_stored(again.generation_id, 9)
        await run_db(stopping.stop, alice, again.generation_id, offset)
        frames, end = await follow(engine, again.generation_id)
        assert (text_of(frames), end and end.finish_reason) == ("Once upon", "stopped")
        assert (await stored(again.message_id)).content == "Once upon"


async def test_an_answer_that_is_too_long_is_not_continued(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("0123456789")
    call.finish("length")
    await follow(engine, started.generation_id)
    monkeypatch.setattr(tree, "MAX_CONTINUED_CHARS", 9)
    with pytest.raises(AppError) as caught:
        await run_db(tree.continue_, alice, started.message_id)
    assert caught.value.code == "answer_too_long"


async def test_a_continuation_that_fails_keeps_the_text(
    ask: Ask, engine: Supervisor, upstream: Upstream, alice: User
) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("Once upon")
    call.cut()
    await follow(engine, started.generation_id)
    upstream.refuse = lambda request: httpx.Response(404)
    again = await run_db(tree.continue_, alice, started.message_id)
    engine.start(again.generation_id)
    frames, end = await follow(engine, again.generation_id)
    assert end is not None and end.state == "failed"
    assert text_of(frames) == (await stored(again.message_id)).content == "Once upon"


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
    for _frames, end in await asyncio.wait_for(asyncio.gather(*watching), 5):
        assert end is not None and end.finish_reason == "interrupted"
    await asyncio.wait_for(call.closed.wait(), 2)


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


async def test_an_absurd_usage_does_not_keep_an_answer_from_ending(
    ask: Ask, engine: Supervisor, upstream: Upstream, model: ModelConfig
) -> None:
    model.input_price = model.output_price = Decimal(999_999)
    await run_db(model.save)
    started = await ask()
    call = await upstream.call()
    call.say("Dear.")
    call.finish(usage=(2**40, 2**40))
    _frames, end = await asyncio.wait_for(follow(engine, started.generation_id), 5)
    assert end is not None and end.state == "completed"
    assert (await run_db(UsageRecord.objects.filter(kind="chat").get)).cost == MAX_COST


async def test_a_crash_while_saving_keeps_nobody_waiting(
    ask: Ask, engine: Supervisor, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(store, "finish", crash)
    started = await ask()
    call = await upstream.call()
    call.say("Hello")
    viewer = asyncio.ensure_future(follow(engine, started.generation_id))
    await until_stored(started.generation_id, 5)
    call.finish()
    _frames, end = await asyncio.wait_for(viewer, 5)
    assert end is not None and end.state == "interrupted"
    await asyncio.wait_for(engine.drain(0), 5)
    monkeypatch.undo()
    await run_db(Generation.objects.update, heartbeat_at=timezone.now() - timedelta(minutes=1))
    await run_db(recovery.reap, "somebody")
    assert (await stored(started.message_id)).content == "Hello"


@pytest.mark.parametrize("late", ["stop", "interrupt"])
async def test_a_complete_answer_stays_complete_whatever_comes_while_it_is_saved(
    ask: Ask, engine: Supervisor, upstream: Upstream, late: str
) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("Whole.")
    await until_stored(started.generation_id, 6)
    run = engine._runs[started.generation_id]
    async with engine.flusher._between_ticks:
        call.finish()
        await asyncio.wait_for(call.closed.wait(), 5)
        run.stop(3) if late == "stop" else run.interrupt()
    frames, end = await asyncio.wait_for(follow(engine, started.generation_id), 5)
    assert end is not None and (end.state, end.finish_reason) == ("completed", "stop")
    assert text_of(frames) == "Whole."


async def test_a_drain_ends_though_the_database_is_away(
    ask: Ask, engine: Supervisor, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object) -> None:
        raise InterfaceError("(0, '')")

    monkeypatch.setattr(supervisors, "SAVE_SECONDS", 0.3)
    await ask()
    await upstream.call()
    monkeypatch.setattr(store, "finish", away)
    monkeypatch.setattr(store, "write_tick", away)
    await asyncio.wait_for(engine.drain(0), 5)
    assert engine.live == 0
    monkeypatch.undo()


async def test_the_flusher_outlives_whatever_happens(
    ask: Ask, engine: Supervisor, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = await ask()
    call = await upstream.call()
    crashed = threading.Event()

    def crash(*args: object, **named: object) -> None:
        crashed.set()
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(store, "write_tick", crash)
        call.say("Hello")
        assert await run_db(crashed.wait, 5)
    await until_stored(started.generation_id, 5)


async def test_a_viewer_waits_while_the_database_is_away(
    ask: Ask, engine: Supervisor, upstream: Upstream, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = await ask()
    call = await upstream.call()
    call.say("Hello")
    call.finish()
    await follow(engine, started.generation_id)
    load, tries = store.load_log, iter([OperationalError("away"), InterfaceError("away")])

    def load_later(generation_id: str) -> GenerationLog | None:
        if error := next(tries, None):
            raise error
        return load(generation_id)

    monkeypatch.setattr(tails, "RETRY_SECONDS", 0.01)
    monkeypatch.setattr(store, "load_log", load_later)
    frames, end = await follow(engine, started.generation_id)
    assert text_of(frames) == "Hello"
    assert end is not None and end.state == "completed"


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
    await run_db(Session.objects.all().delete)
    asked = len(upstream.titles)
    await titles.make(plan, engine)
    assert len(upstream.titles) == asked
