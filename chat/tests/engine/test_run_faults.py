"""A run when something fails under it: every answer ends, and nobody waits for ever."""

import asyncio
import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import InterfaceError, OperationalError
from django.utils import timezone

from aihelper.lib.db import run_db
from aihelper.lib.testing.patience import HANG_SECONDS
from chat.engine import recovery, store
from chat.engine import supervisor as supervisors
from chat.engine import tail as tails
from chat.engine.calls import MAX_COST
from chat.engine.log import GenerationLog
from chat.engine.supervisor import Supervisor
from chat.models import Generation, UsageRecord
from chat.tests.conftest import Ask, follow, stored, text_of, until_stored
from chat.tests.upstream import Upstream
from providers.models import ModelConfig

pytestmark = pytest.mark.asyncio


async def test_an_absurd_usage_does_not_keep_an_answer_from_ending(
    ask: Ask, engine: Supervisor, upstream: Upstream, model: ModelConfig
) -> None:
    await run_db(model.prices.create, input_price=Decimal(999_999), output_price=Decimal(999_999))
    started = await ask()
    call = await upstream.call()
    call.say("Dear.")
    call.finish(usage=(2**40, 2**40))
    _frames, end = await asyncio.wait_for(follow(engine, started.generation_id), HANG_SECONDS)
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
    _frames, end = await asyncio.wait_for(viewer, HANG_SECONDS)
    assert end is not None and end.state == "interrupted"
    await asyncio.wait_for(engine.drain(0), HANG_SECONDS)
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
        await asyncio.wait_for(call.closed.wait(), HANG_SECONDS)
        run.stop(3) if late == "stop" else run.interrupt()
    frames, end = await asyncio.wait_for(follow(engine, started.generation_id), HANG_SECONDS)
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
    await asyncio.wait_for(engine.drain(0), HANG_SECONDS)
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
        assert await run_db(crashed.wait, HANG_SECONDS)
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
