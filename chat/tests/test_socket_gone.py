"""A viewer that is gone in the middle of a frame, as uvicorn reports it."""

import asyncio
from typing import Any

import pytest

from chat.consumers.socket import ChatSocket


@pytest.mark.asyncio
@pytest.mark.parametrize("reason", [ConnectionResetError(), TimeoutError()])
async def test_sending_to_it_ends_the_task_quietly(reason: OSError) -> None:
    socket = ChatSocket()

    async def send(event: Any) -> None:
        raise reason

    socket.send = send
    with pytest.raises(asyncio.CancelledError):
        await socket.say({"type": "pong"})
