"""A continuation: a new answer that begins with the old one's text."""

import httpx
import pytest

from accounts.models import User
from aihelper.lib.db import run_db
from aihelper.lib.errors import AppError
from chat.engine.supervisor import Supervisor
from chat.services import stop as stopping
from chat.services import tree
from chat.tests.conftest import Ask, follow, stored, text_of, until_stored
from chat.tests.upstream import Upstream

pytestmark = pytest.mark.asyncio


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
