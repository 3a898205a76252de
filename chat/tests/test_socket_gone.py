"""A viewer that is gone in the middle of a frame, as uvicorn and Daphne report it."""

import asyncio
from typing import Any

import pytest
from autobahn.exception import Disconnected

from chat.consumers.socket import ChatSocket


@pytest.mark.asyncio
@pytest.mark.parametrize("reason", [ConnectionResetError(), TimeoutError(), Disconnected()])
async def test_sending_to_it_ends_the_task_quietly(reason: Exception) -> None:
    socket = ChatSocket()

    async def send(event: Any) -> None:
        raise reason

    socket.send = send
    with pytest.raises(asyncio.CancelledError):
        await socket.say({"type": "pong"})
