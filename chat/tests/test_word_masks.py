"""Words that are masked: whoever wrote one sees at once what was stored."""

from typing import Any

import pytest

from accounts.models import User
from aihelper.lib.testing.asgi import Socket, signed_in
from chat.engine.supervisor import Supervisor
from chat.models import BlockedWord
from chat.tests.upstream import Upstream
from providers.models import ModelConfig

pytestmark = pytest.mark.asyncio


@pytest.fixture(autouse=True)
def _mild(transactional_db: None) -> None:
    BlockedWord.objects.create(word="mild", action="mask")


async def begun(socket: Socket, upstream: Upstream, number: int, **action: Any) -> dict[str, Any]:
    """The start of the answer to an action, which is then answered."""
    socket.say(action)
    start = await socket.hear("start")
    assert start is not None
    call = await upstream.call(number)
    call.say("Yes.")
    call.finish()
    await socket.hear("done")
    return start


async def test_the_start_tells_what_was_stored_where_it_is_something_else(
    engine: Supervisor, model: ModelConfig, upstream: Upstream, alice: User
) -> None:
    async with Socket(headers=await signed_in(alice)) as socket:
        asked = {"type": "send", "client_id": "a", "message": " so mild\r\n"}
        start = await begun(socket, upstream, 1, **asked)
        assert start["message"] == "so ***"
        # The same again, after an answer that was lost.
        socket.say(asked)
        again = await socket.hear("start")
        assert again is not None and (again["message"], again["message_id"]) == ("so ***", start["message_id"])
        await socket.hear("done")
        question = start["user_message_id"]
        edit = {"type": "edit", "client_id": "b", "message_id": question, "message": "mild again"}
        assert (await begun(socket, upstream, 2, **edit))["message"] == "*** again"
        plain = {"type": "send", "client_id": "c", "message": " as it is\r\n", "session_id": start["session_id"]}
        assert "message" not in await begun(socket, upstream, 3, **plain)
